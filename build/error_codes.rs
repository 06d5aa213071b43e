//! The error codes of the service, from `x-error-codes` at the root.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::document::{Document, Fault, check_name, step};
use super::pretty;

const EXTENSION: &str = "/x-error-codes";
/// When the same request may be sent again.
const RETRIES: [&str; 4] = ["never", "always", "reads", "fresh-token"];
const MEMBERS: [&str; 4] = ["status", "retry", "may-mean-created", "description"];

pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let codes = document.object(EXTENSION)?;
    let constants = codes
        .iter()
        .map(|(code, facts)| constant(code, facts))
        .collect::<Result<TokenStream, _>>()?;
    let classes = codes.iter().map(|(code, facts)| {
        let class = match facts.get("retry").and_then(Value::as_str) {
            Some("always") => quote!(Always),
            Some("reads") => quote!(Reads),
            Some("fresh-token") => quote!(FreshToken),
            _ => quote!(Never),
        };
        quote! { #code => Some(RetryClass::#class), }
    });
    let says_created = |facts: &Value| facts.get("may-mean-created") == Some(&Value::Bool(true));
    let created =
        codes.iter().filter(|(_, facts)| says_created(facts)).map(|(code, _)| code.as_str());
    let says_not_found = |facts: &Value| facts.get("status") == Some(&Value::from(404));
    let not_found =
        codes.iter().filter(|(_, facts)| says_not_found(facts)).map(|(code, _)| code.as_str());
    Ok(pretty(&quote! {
        #constants
        /// When a request that was answered with this code may be sent again.
        pub(crate) fn retry_class(code: &str) -> Option<RetryClass> {
            match code {
                #(#classes)*
                _ => None,
            }
        }
        /// The codes of a create whose resource exists already.
        pub(crate) const MAY_MEAN_CREATED: &[&str] = &[#(#created),*];
        /// The codes by which the service says that it does not know a resource.
        pub(crate) const NOT_FOUND: &[&str] = &[#(#not_found),*];
    }))
}

fn constant(code: &str, facts: &Value) -> Result<TokenStream, Fault> {
    let pointer = format!("{EXTENSION}{}", step(code));
    let fault = |key: &str, message: &str| Fault::at(format!("{pointer}/{key}"), message);
    let status = facts
        .get("status")
        .and_then(Value::as_u64)
        .filter(|status| (400..600).contains(status))
        .ok_or_else(|| fault("status", "must be an error status, 400 to 599"))?;
    let meaning = facts
        .get("description")
        .and_then(Value::as_str)
        .ok_or_else(|| fault("description", "must say what the code means"))?;
    let retry = facts.get("retry").and_then(Value::as_str).unwrap_or_default();
    if !RETRIES.contains(&retry) {
        return Err(fault("retry", &format!("must be one of {}", RETRIES.join(", "))));
    }
    if facts.get("may-mean-created").is_some_and(|value| !value.is_boolean()) {
        return Err(fault("may-mean-created", "must be true or false"));
    }
    let mut members = facts.as_object().into_iter().flat_map(Map::keys);
    if let Some(unknown) = members.find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(fault(unknown, "is nothing that an error code says"));
    }
    let name = code.replace('.', "_");
    check_name(&pointer, &name)?;
    let name = format_ident!("{name}");
    let description = format!("`{code}`: {meaning} Comes with status {status}.");
    Ok(quote! {
        #[doc = #description]
        pub const #name: &str = #code;
    })
}
