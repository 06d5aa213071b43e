//! Filling in the documented defaults of a request, schema by schema.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::document::{Document, Fault, referenced_schema, schema_pointer};
use super::pretty;
use super::requests::{module_of, screaming_snake};

/// An implementation of `Resolve` for every part of a request that has a default, or
/// holds a schema that has one.
pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let names = document.request_parts()?;
    let mut tokens = TokenStream::new();
    for (name, _, schema) in document.schemas()? {
        if names.contains(name) && has_defaults(document, schema) {
            tokens.extend(implementation(document, name, schema));
        }
    }
    Ok(pretty(&tokens))
}

/// The schema of an object that `property` is, not one of a list of them.
fn child<'a>(document: &'a Document, property: &Value) -> Option<&'a Map<String, Value>> {
    let name = referenced_schema(property.as_object()?)?;
    let schema = document.root().pointer(&schema_pointer(name))?.as_object()?;
    schema.contains_key("properties").then_some(schema)
}

fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn is_required(schema: &Map<String, Value>, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|list| list.iter().any(|required| required.as_str() == Some(name)))
}

fn has_defaults(document: &Document, schema: &Map<String, Value>) -> bool {
    properties(schema).any(|(_, property)| {
        property.get("default").is_some()
            || child(document, property).is_some_and(|child| has_defaults(document, child))
    })
}

fn implementation(document: &Document, name: &str, schema: &Map<String, Value>) -> TokenStream {
    let module = module_of(name);
    let fills = properties(schema).filter_map(|(property, keywords)| {
        let field = format_ident!("{property}");
        let constant = format_ident!("{}", screaming_snake(property));
        if keywords.get("default").is_some() {
            return Some(quote! {
                self.#field.get_or_insert(crate::document::defaults::#module::#constant);
            });
        }
        child(document, keywords).filter(|child| has_defaults(document, child))?;
        Some(match is_required(schema, property) {
            true => quote! { self.#field.resolve(); },
            false => quote! { self.#field.get_or_insert_default().resolve(); },
        })
    });
    let schema = format_ident!("{name}");
    quote! {
        impl Resolve for crate::types::#schema {
            fn resolve(&mut self) {
                #(#fills)*
            }
        }
    }
}
