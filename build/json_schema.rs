//! The request schemas as JSON Schema 2020-12, for editors that check and complete
//! request files.

use quote::{format_ident, quote};
use serde_json::{Map, Value, json};

use super::document::{Document, Fault, schema_name};
use super::pretty;

/// An implementation of `JsonSchema` for every type of a request and every enumeration,
/// and the schemas by name.
pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let names = document.request_schemas()?;
    let root = document.json_schema();
    let (mut schemas, mut types, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for (name, schema) in document.schemas() {
        let is_enumeration = schema.has("enum") && !schema.has("x-spelling-of");
        if names.contains(name) || is_enumeration {
            let mut schema = root.pointer(&schema.pointer).cloned().unwrap_or_default();
            translate(&mut schema);
            schemas.push(name);
            types.push(format_ident!("{name}"));
            texts.push(schema.to_string());
        }
    }
    Ok(pretty(&quote! {
        /// A schema of the document; references name other ones.
        fn text(name: &str) -> Option<&'static str> {
            match name {
                #(#schemas => Some(#texts),)*
                _ => None,
            }
        }
        /// A reference to the type of a schema.
        fn reference(name: &str, generator: &mut SchemaGenerator) -> Option<Schema> {
            match name {
                #(#schemas => Some(generator.subschema_for::<crate::types::#types>()),)*
                _ => None,
            }
        }
        #(impl JsonSchema for crate::types::#types {
            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed(#schemas)
            }
            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                component(#schemas, generator)
            }
        })*
    }))
}

/// Writes a schema as JSON Schema does. What only this project knows is left out, but for
/// what the values of an enumeration mean.
fn translate(schema: &mut Value) {
    if let Some(meanings) = schema.get("x-enumDescriptions") {
        *schema = enumeration(schema, meanings);
    }
    let Some(members) = schema.as_object_mut() else { return };
    members.retain(|keyword, _| !keyword.starts_with("x-"));
    let all_of = members.shift_remove("allOf");
    let only = all_of.as_ref().and_then(|all| all.get(0)?.get("$ref"));
    let reference = only.or_else(|| members.get("$ref")).and_then(Value::as_str);
    if let Some(name) = reference.and_then(schema_name).map(Value::from) {
        members.insert("$ref".to_owned(), name);
    }
    if let Some(example) = members.shift_remove("example") {
        members.insert("examples".to_owned(), json!([example]));
    }
    let properties = members.get_mut("properties").and_then(Value::as_object_mut);
    properties.into_iter().flat_map(Map::values_mut).for_each(translate);
    members.get_mut("items").into_iter().for_each(translate);
}

fn enumeration(schema: &Value, meanings: &Value) -> Value {
    let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let values = values.map(|value| {
        let meaning = value.as_str().and_then(|value| meanings.get(value));
        json!({ "const": value, "description": meaning })
    });
    let values: Vec<_> = values.collect();
    json!({ "type": "string", "description": schema.get("description"), "oneOf": values })
}
