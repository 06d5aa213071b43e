//! The table of operations, and the fields of requests that are secret: what the
//! transport and the simulator know beside the generated client.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::document::{Document, Fault, referenced_schema, schema_name, schema_pointer, step};
use super::pretty;

/// The schema of the ids of connections in paths.
const CONNECTION_ID: &str = "ConnectionId";

pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let mut rows = TokenStream::new();
    for (path, item) in document.object("/paths")? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if operation.get("responses").is_some() {
                rows.extend(row(document, path, item, method, operation)?);
            }
        }
    }
    Ok(pretty(&quote! {
        /// Every operation, in the order of the document.
        pub(crate) static OPERATIONS: &[Operation] = &[#rows];
    }))
}

fn row(
    document: &Document,
    path: &str,
    item: &Value,
    method: &str,
    operation: &Value,
) -> Result<TokenStream, Fault> {
    let pointer = format!("/paths{}{}", step(path), step(method));
    let id = operation.get("operationId").and_then(Value::as_str);
    let id = id.ok_or_else(|| Fault::at(&pointer, "has no `operationId`"))?;
    let method = format_ident!("{}", method.to_ascii_uppercase());
    let request = operation.get("requestBody").and_then(|body| schema_of(document, body));
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let success = responses.into_iter().find(|(status, _)| status.starts_with('2'));
    let response = success.and_then(|(_, response)| schema_of(document, response));
    let [request_member, response_member] =
        [request, response].map(|schema| optional(schema.and_then(|name| member(document, name))));
    let request_schema = optional(request);
    let connection_id = optional(connection_id(document, [item, operation]));
    let bound = match bound(&pointer, operation)? {
        Some(bytes) => quote!(Some(#bytes as usize)),
        None => quote!(None),
    };
    let check = match response.map(|name| format_ident!("{name}")) {
        Some(schema) => {
            quote!(Some(|body| {
                serde_json::from_slice::<crate::generated::types::#schema>(body).map(drop)
            }))
        }
        None => quote!(None),
    };
    Ok(quote! {
        Operation {
            id: #id,
            #[cfg(any(test, feature = "simulator"))]
            method: http::Method::#method,
            path: #path,
            #[cfg(any(test, feature = "simulator"))]
            request_schema: #request_schema,
            request_member: #request_member,
            #[cfg(any(test, feature = "simulator"))]
            response_member: #response_member,
            connection_id: #connection_id,
            max_response_bytes: #bound,
            check: #check,
        },
    })
}

fn optional(text: Option<&str>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}

/// The component schema of a JSON body.
fn schema_of<'a>(document: &'a Document, body: &'a Value) -> Option<&'a str> {
    let schema = document.resolve(body).pointer("/content/application~1json/schema/$ref")?;
    schema_name(schema.as_str()?)
}

/// The member of an envelope that must be there: what the body is about.
fn member<'a>(document: &'a Document, schema: &str) -> Option<&'a str> {
    document.root().pointer(&schema_pointer(schema))?.pointer("/required/0")?.as_str()
}

/// The parameter of the path that is the id of a connection.
fn connection_id<'a>(document: &'a Document, owners: [&'a Value; 2]) -> Option<&'a str> {
    let lists = owners.into_iter().filter_map(|owner| owner.get("parameters")?.as_array());
    let mut parameters = lists.flatten().map(|parameter| document.resolve(parameter));
    let names_connection = |parameter: &&Value| {
        let schema = parameter.get("schema").and_then(Value::as_object);
        parameter.get("in").and_then(Value::as_str) == Some("path")
            && schema.and_then(referenced_schema) == Some(CONNECTION_ID)
    };
    parameters.find(names_connection)?.get("name")?.as_str()
}

/// Most bytes of the body of a success, if the operation sets a bound.
fn bound(pointer: &str, operation: &Value) -> Result<Option<u32>, Fault> {
    const EXTENSION: &str = "x-max-response-bytes";
    let Some(bound) = operation.get(EXTENSION) else { return Ok(None) };
    bound.as_u64().and_then(|bytes| u32::try_from(bytes).ok()).map(Some).ok_or_else(|| {
        Fault::at(format!("{pointer}/{EXTENSION}"), "must be a number of bytes below 4 GiB")
    })
}

/// The names of the properties whose schema is `writeOnly`.
pub(crate) fn secret_fields_rust(document: &Document) -> Result<String, Fault> {
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
    let fields = fields.iter();
    Ok(pretty(&quote!(pub(crate) const SECRET_FIELDS: &[&str] = &[#(#fields),*];)))
}
