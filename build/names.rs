//! The names of fields, as pointers spell them, and their order in the document.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::document::{Document, referenced_schema, schema_pointer, step};
use super::requests::{module_of, screaming_snake};

/// The names of the fields of a schema, as constants.
pub(super) fn rust(schema: &str, properties: &Map<String, Value>) -> TokenStream {
    let module = module_of(schema);
    let names = properties.keys().map(|name| {
        let constant = format_ident!("{}", screaming_snake(name));
        quote! { pub(crate) const #constant: &str = #name; }
    });
    quote! { pub(crate) mod #module { #(#names)* } }
}

/// The fields of a schema and of those that it refers to, below `pointer`.
pub(super) fn order(document: &Document, schema: &str, pointer: &str) -> Vec<String> {
    let properties = document.root().pointer(&format!("{}/properties", schema_pointer(schema)));
    let mut fields = Vec::new();
    for (name, property) in properties.and_then(Value::as_object).into_iter().flatten() {
        let mut pointer = format!("{pointer}{}", step(name));
        fields.push(pointer.clone());
        let item = property.get("items");
        pointer.push_str(if item.is_some() { "/*" } else { "" });
        let below = item.unwrap_or(property).as_object().and_then(referenced_schema);
        fields.extend(below.into_iter().flat_map(|schema| order(document, schema, &pointer)));
    }
    fields
}
