//! The request schemas as JSON Schema 2020-12, for editors that check and complete
//! request files.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};

use super::document::{Document, Fault, referenced_schema};
use super::pretty;

/// An implementation of `JsonSchema` for every type of a request and every enumeration,
/// and the schemas by name.
pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let names = document.request_schemas()?;
    let (mut texts, mut references, mut impls) =
        (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for (name, _, schema) in document.schemas()? {
        let is_enumeration = schema.contains_key("enum") && !schema.contains_key("x-spelling-of");
        if !names.contains(name) && !is_enumeration {
            continue;
        }
        let text = translated(schema).to_string();
        let kind = format_ident!("{name}");
        texts.extend(quote! { #name => Some(#text), });
        references.extend(quote! {
            #name => Some(generator.subschema_for::<crate::types::#kind>()),
        });
        impls.extend(quote! {
            impl JsonSchema for crate::types::#kind {
                fn schema_name() -> Cow<'static, str> {
                    Cow::Borrowed(#name)
                }
                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    component(#name, generator)
                }
            }
        });
    }
    Ok(pretty(&quote! {
        /// A schema of the document; references name other ones.
        fn text(name: &str) -> Option<&'static str> {
            match name {
                #texts
                _ => None,
            }
        }
        /// A reference to the type of a schema.
        fn reference(name: &str, generator: &mut SchemaGenerator) -> Option<Schema> {
            match name {
                #references
                _ => None,
            }
        }
        #impls
    }))
}

/// A schema as JSON Schema writes it. What only this project knows is left out, but
/// for what the values of an enumeration mean.
fn translated(schema: &Map<String, Value>) -> Value {
    if let Some(meanings) = schema.get("x-enumDescriptions") {
        return enumeration(schema, meanings);
    }
    let mut result = Map::new();
    for (keyword, value) in schema {
        match keyword.as_str() {
            "nullable" | "allOf" => {}
            "example" => _ = result.insert("examples".to_owned(), json!([value])),
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                let properties: Map<_, _> = properties
                    .map(|(name, value)| (name.clone(), translated_value(value)))
                    .collect();
                result.insert(keyword.clone(), Value::Object(properties));
            }
            "items" => _ = result.insert(keyword.clone(), translated_value(value)),
            "type" if schema.get("nullable") == Some(&Value::Bool(true)) => {
                result.insert(keyword.clone(), json!([value, "null"]));
            }
            extension if extension.starts_with("x-") => {}
            _ => _ = result.insert(keyword.clone(), value.clone()),
        }
    }
    if let Some(name) = referenced_schema(schema) {
        result.insert("$ref".to_owned(), json!(name));
    }
    Value::Object(result)
}

fn translated_value(value: &Value) -> Value {
    value.as_object().map_or_else(|| value.clone(), translated)
}

fn enumeration(schema: &Map<String, Value>, meanings: &Value) -> Value {
    let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let values: Vec<_> = values
        .map(|value| {
            let meaning = value.as_str().and_then(|value| meanings.get(value));
            json!({ "const": value, "description": meaning })
        })
        .collect();
    json!({ "type": "string", "description": schema.get("description"), "oneOf": values })
}
