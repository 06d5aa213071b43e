//! The error codes of the service, from `x-error-codes` at the root.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::document::{Document, Fault, step};
use super::pretty;

const EXTENSION: &str = "/x-error-codes";

pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let codes = document.object(EXTENSION)?;
    codes
        .iter()
        .map(|(code, facts)| constant(code, facts))
        .collect::<Result<TokenStream, _>>()
        .map(|tokens| pretty(&tokens))
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
    let name = format_ident!("{}", code.replace('.', "_"));
    let description = format!("`{code}`: {meaning} Comes with status {status}.");
    Ok(quote! {
        #[doc = #description]
        pub const #name: &str = #code;
    })
}
