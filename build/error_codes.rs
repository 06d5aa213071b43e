//! The error codes of the service, from `x-error-codes` at the root.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::document::{Document, Fault, Faults};
use super::part::Part;
use super::pretty;

/// When the same request may be sent again, and the variant of `RetryClass`.
const RETRIES: [(&str, &str); 4] =
    [("never", "Never"), ("always", "Always"), ("reads", "Reads"), ("fresh-token", "FreshToken")];
const MEMBERS: [&str; 4] = ["status", "retry", "already-there", "description"];

pub(crate) fn rust(document: &Document, faults: &mut Faults) -> String {
    let Some(codes) = faults.keep_one(document.part("/x-error-codes")) else {
        return String::new();
    };
    let rows = faults.keep(codes.members().map(|(code, facts)| row(code, &facts)));
    let (constants, classes): (TokenStream, TokenStream) = rows.into_iter().unzip();
    let having = |is_it: fn(&Part<'_>) -> bool| {
        codes.members().filter_map(move |(code, facts)| is_it(&facts).then_some(code))
    };
    let already_there = having(|facts| facts.is_true("already-there"));
    let not_found = having(|facts| facts.value.get("status").is_some_and(|it| *it == 404));
    pretty(&quote! {
        #constants
        /// When a request that got this code may be sent again.
        pub(crate) fn retry_class(code: &str) -> Option<RetryClass> {
            match code {
                #classes
                _ => None,
            }
        }
        /// The codes by which the service says that what is to be created exists already.
        pub(crate) const ALREADY_THERE: &[&str] = &[#(#already_there),*];
        /// The codes by which the service says that it does not know a resource.
        pub(crate) const NOT_FOUND: &[&str] = &[#(#not_found),*];
    })
}

/// The constant of a code, and the arm of its class.
fn row(code: &str, facts: &Part<'_>) -> Result<(TokenStream, TokenStream), Fault> {
    let constant = constant(code, facts)?;
    let retry = facts.text("retry");
    let class = RETRIES.iter().find(|(name, _)| retry == Some(name));
    let message = || format!("must be one of {}", RETRIES.map(|(name, _)| name).join(", "));
    let (_, class) = class.ok_or_else(|| facts.fault_of("retry", message()))?;
    let class = format_ident!("{class}");
    Ok((constant, quote! { #code => Some(RetryClass::#class), }))
}

fn constant(code: &str, facts: &Part<'_>) -> Result<TokenStream, Fault> {
    let is_unknown = |(name, member): &(&str, Part<'_>)| {
        !MEMBERS.contains(name) || (*name == "already-there" && !member.value.is_boolean())
    };
    if let Some((_, unknown)) = facts.members().find(is_unknown) {
        return Err(unknown.fault("is nothing that an error code says"));
    }
    let name = code.replace('.', "_");
    facts.check_name(&name)?;
    let name = format_ident!("{name}");
    let meaning = facts.text("description").unwrap_or_default();
    let status = facts.get("status").map(|status| status.value.to_string()).unwrap_or_default();
    let description = format!("`{code}`: {meaning} Comes with status {status}.");
    Ok(quote! {
        #[doc = #description]
        pub const #name: &str = #code;
    })
}
