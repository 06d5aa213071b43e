//! The error codes of the service, from `x-error-codes` at the root.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::document::{Document, Fault};
use super::part::Part;
use super::pretty;

/// When the same request may be sent again, and the variant of `RetryClass`.
const RETRIES: [(&str, &str); 4] =
    [("never", "Never"), ("always", "Always"), ("reads", "Reads"), ("fresh-token", "FreshToken")];
const MEMBERS: [&str; 4] = ["status", "retry", "already-there", "description"];

pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let [mut constants, mut classes] = <[TokenStream; 2]>::default();
    let (mut already_there, mut not_found) = (Vec::new(), Vec::new());
    for (code, facts) in document.part("/x-error-codes")?.members() {
        constants.extend(constant(code, &facts)?);
        let retry = facts.text("retry");
        let class = RETRIES.iter().find(|(name, _)| retry == Some(name));
        let message = || format!("must be one of {}", RETRIES.map(|(name, _)| name).join(", "));
        let (_, class) = class.ok_or_else(|| facts.fault_of("retry", message()))?;
        let class = format_ident!("{class}");
        classes.extend(quote! { #code => Some(RetryClass::#class), });
        already_there.extend(facts.is_true("already-there").then_some(code));
        not_found
            .extend(facts.value.get("status").is_some_and(|status| *status == 404).then_some(code));
    }
    Ok(pretty(&quote! {
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
    }))
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
