//! The JSON Schema of requests, from the document: descriptions, limits and
//! enumerations, so that an editor checks and completes request files.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

include!(concat!(env!("OUT_DIR"), "/json_schema.rs"));

/// A schema of the document whose references are those of `generator`.
fn component(name: &str, generator: &mut SchemaGenerator) -> Schema {
    let tree = text(name).and_then(|text| serde_json::from_str(text).ok());
    let mut tree: Value = tree.unwrap_or_default();
    resolve(&mut tree, generator);
    Schema::try_from(tree).unwrap_or_default()
}

/// The properties of a schema of the document.
pub(crate) fn properties(name: &str, generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut schema = component(name, generator);
    match schema.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    }
}

/// Puts the generator's reference to a type where the document refers to a schema.
fn resolve(tree: &mut Value, generator: &mut SchemaGenerator) {
    match tree {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            if let Some(found) = target.and_then(|name| reference(name, generator)) {
                members.remove("$ref");
                // What the document says beside the reference goes first.
                for (keyword, value) in found.to_value().as_object().into_iter().flatten() {
                    members.entry(keyword).or_insert_with(|| value.clone());
                }
            }
            members.values_mut().for_each(|member| resolve(member, generator));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, generator)),
        _ => {}
    }
}
