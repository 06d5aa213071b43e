//! What would pass the generator and make something else than was meant.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::{Document, Fault, check_name, step, visit};

/// The extensions that mean something here.
const EXTENSIONS: [&str; 17] = [
    "x-address-block",
    "x-character-classes",
    "x-character-set",
    "x-enumDescriptions",
    "x-error-codes",
    "x-identity-endpoints",
    "x-excluded-block",
    "x-gateway-facts",
    "x-max-response-bytes",
    "x-open-enum",
    "x-prefix-length",
    "x-profiles",
    "x-reserved-ranges",
    "x-spelling-of",
    "x-unsupported",
    "x-variant-names",
    "x-weak",
];

/// Limits that nothing here checks.
const UNKNOWN_LIMITS: [&str; 6] = [
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

pub(crate) fn check(document: &Document) -> Result<(), Fault> {
    extensions(document)?;
    for (_, pointer, schema) in document.schemas()? {
        properties(&pointer, schema)?;
    }
    operations(document)
}

/// A misspelt extension would say nothing.
fn extensions(document: &Document) -> Result<(), Fault> {
    let mut fault = None;
    visit(document.root(), "", &mut |pointer, value| {
        // In these, a name is data.
        let is_data =
            pointer.starts_with("/components/examples/") || pointer.ends_with("/properties");
        let names = value.as_object().into_iter().flat_map(Map::keys);
        let unknown = names
            .filter(|name| name.starts_with("x-") && !is_data)
            .find(|name| !EXTENSIONS.contains(&name.as_str()));
        if let (Some(name), None) = (unknown, &fault) {
            fault = Some(Fault::at(format!("{pointer}{}", step(name)), "is no known extension"));
        }
    });
    fault.map_or(Ok(()), Err)
}

fn properties(pointer: &str, schema: &Map<String, Value>) -> Result<(), Fault> {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let pointer = format!("{pointer}/properties{}", step(name));
        check_name(&pointer, name)?;
        if ["type", "$ref", "allOf"].iter().all(|keyword| property.get(keyword).is_none()) {
            return Err(Fault::at(pointer, "has no type"));
        }
        if let Some(keyword) = UNKNOWN_LIMITS.iter().find(|limit| property.get(**limit).is_some()) {
            return Err(Fault::at(
                format!("{pointer}/{keyword}"),
                "is a limit that nothing checks",
            ));
        }
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    for (index, name) in required.enumerate() {
        let is_property = name
            .as_str()
            .is_some_and(|name| properties.is_some_and(|properties| properties.contains_key(name)));
        if !is_property {
            let message = format!("{name} is no property of this schema");
            return Err(Fault::at(format!("{pointer}/required/{index}"), message));
        }
    }
    Ok(())
}

/// Every operation has an id of its own, and a parameter for every part of its
/// path; the generator panics otherwise.
fn operations(document: &Document) -> Result<(), Fault> {
    let mut ids = BTreeSet::new();
    for (path, item) in document.object("/paths")? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if operation.get("responses").is_none() {
                continue;
            }
            let pointer = format!("/paths{}{}", step(path), step(method));
            let id = operation.get("operationId").and_then(Value::as_str);
            let id = id.ok_or_else(|| Fault::at(&pointer, "has no `operationId`"))?;
            check_name(&format!("{pointer}/operationId"), id)?;
            if !ids.insert(id) {
                let message = format!("`{id}` is the id of another operation too");
                return Err(Fault::at(format!("{pointer}/operationId"), message));
            }
            let known = path_parameters(document, [item, operation]);
            for part in path.split('{').skip(1).filter_map(|part| part.split('}').next()) {
                if !known.contains(part) {
                    let message = format!("has no parameter for `{{{part}}}` of its path");
                    return Err(Fault::at(pointer, message));
                }
            }
        }
    }
    Ok(())
}

fn path_parameters<'a>(document: &'a Document, owners: [&'a Value; 2]) -> BTreeSet<&'a str> {
    owners
        .iter()
        .filter_map(|owner| owner.get("parameters")?.as_array())
        .flatten()
        .map(|parameter| document.resolve(parameter))
        .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("path"))
        .filter_map(|parameter| parameter.get("name")?.as_str())
        .collect()
}
