//! Mistakes at which the generator would panic, or would generate something unintended.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::{Document, Fault, check_name, step};

pub(crate) fn check(document: &Document) -> Result<(), Fault> {
    for (_, pointer, schema) in document.schemas()? {
        properties(&pointer, schema)?;
    }
    path_parameters(document)
}

fn properties(pointer: &str, schema: &Map<String, Value>) -> Result<(), Fault> {
    let properties = schema.get("properties").and_then(Value::as_object);
    for name in properties.into_iter().flat_map(Map::keys) {
        check_name(&format!("{pointer}/properties{}", step(name)), name)?;
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    for (index, name) in required.enumerate() {
        let is_property = name
            .as_str()
            .is_some_and(|name| properties.is_some_and(|properties| properties.contains_key(name)));
        if !is_property {
            let message = format!("{name} is not a property of this schema");
            return Err(Fault::at(format!("{pointer}/required/{index}"), message));
        }
    }
    Ok(())
}

/// Every operation needs a parameter for every part of its path.
fn path_parameters(document: &Document) -> Result<(), Fault> {
    for (path, item) in document.object("/paths")? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if operation.get("responses").is_none() {
                continue;
            }
            let known = parameters(document, [item, operation]);
            for part in path.split('{').skip(1).filter_map(|part| part.split('}').next()) {
                if !known.contains(part) {
                    let pointer = format!("/paths{}{}", step(path), step(method));
                    let message = format!("has no parameter for `{{{part}}}` of its path");
                    return Err(Fault::at(pointer, message));
                }
            }
        }
    }
    Ok(())
}

fn parameters<'a>(document: &'a Document, owners: [&'a Value; 2]) -> BTreeSet<&'a str> {
    owners
        .iter()
        .filter_map(|owner| owner.get("parameters")?.as_array())
        .flatten()
        .map(|parameter| document.resolve(parameter))
        .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("path"))
        .filter_map(|parameter| parameter.get("name")?.as_str())
        .collect()
}
