//! What the transport must know of the operations: the type of a success, and the
//! fields of requests that are secret.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::document::{Document, Fault, referenced_schema, schema_name, schema_pointer, step};
use super::pretty;

pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let (mut decoders, mut bounds) = (TokenStream::new(), TokenStream::new());
    for (path, item) in document.object("/paths")? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let pointer = format!("/paths{}{}", step(path), step(method));
            decoders.extend(decoder(document, &pointer, operation)?);
            bounds.extend(bound(&pointer, operation)?);
        }
    }
    let secrets = secret_fields(document)?;
    Ok(pretty(&quote! {
        /// Whether the success of an operation has the documented body.
        pub(crate) fn decode(operation: &str, body: &[u8]) -> serde_json::Result<()> {
            match operation {
                #decoders
                _ => serde_json::from_slice::<serde::de::IgnoredAny>(body).map(drop),
            }
        }
        /// Most bytes of the body of a success, where the document sets a bound.
        pub(crate) const MAX_RESPONSE_BYTES: &[(&str, usize)] = &[#bounds];
        /// The fields of requests that are secret.
        pub(crate) const SECRET_FIELDS: &[&str] = &[#(#secrets),*];
    }))
}

/// The arm of an operation whose success has a body.
fn decoder(
    document: &Document,
    pointer: &str,
    operation: &Value,
) -> Result<Option<TokenStream>, Fault> {
    let Some(responses) = operation.get("responses").and_then(Value::as_object) else {
        return Ok(None);
    };
    let Some(id) = operation.get("operationId").and_then(Value::as_str) else {
        return Err(Fault::at(pointer, "has no `operationId`"));
    };
    let success = responses.iter().find(|(status, _)| status.starts_with('2'));
    let schema = success.and_then(|(_, response)| {
        document.resolve(response).pointer("/content/application~1json/schema/$ref")?.as_str()
    });
    Ok(schema.and_then(schema_name).map(|schema| {
        let schema = format_ident!("{schema}");
        quote! { #id => serde_json::from_slice::<crate::generated::types::#schema>(body).map(drop), }
    }))
}

/// The entry of an operation whose successes have a bound of their own.
fn bound(pointer: &str, operation: &Value) -> Result<Option<TokenStream>, Fault> {
    const EXTENSION: &str = "x-max-response-bytes";
    let Some(bound) = operation.get(EXTENSION) else { return Ok(None) };
    let bytes = bound.as_u64().and_then(|bytes| u32::try_from(bytes).ok()).ok_or_else(|| {
        Fault::at(format!("{pointer}/{EXTENSION}"), "must be a number of bytes below 4 GiB")
    })?;
    let id = operation.get("operationId").and_then(Value::as_str);
    Ok(id.map(|id| quote! { (#id, #bytes as usize), }))
}

/// The names of the properties whose schema is `writeOnly`.
fn secret_fields(document: &Document) -> Result<BTreeSet<String>, Fault> {
    let is_secret = |name: &str| {
        let schema = document.root().pointer(&schema_pointer(name));
        schema.and_then(|schema| schema.get("writeOnly")) == Some(&Value::Bool(true))
    };
    let mut fields = BTreeSet::new();
    for (_, _, schema) in document.schemas()? {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if property.as_object().and_then(referenced_schema).is_some_and(is_secret) {
                fields.insert(name.clone());
            }
        }
    }
    Ok(fields)
}
