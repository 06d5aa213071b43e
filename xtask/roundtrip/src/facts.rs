//! What schemas state, place by place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// What is stated at one place, by keyword.
pub(crate) type Statements = BTreeMap<String, Value>;

pub(crate) const REQUIRED: &str = "required";
pub(crate) const NULLABLE: &str = "nullable";
/// Whether an enumeration keeps values that are not listed.
pub(crate) const OPEN: &str = "open";

/// What the document leaves to this library: a field that may be absent may be null,
/// which means the same.
pub(crate) const AS_ABSENT: &str = "reads like an absent field";

/// What schemas state, by place: `Schema`, `Schema.property`, `Schema.property[]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) places: BTreeMap<String, Statements>,
    /// Names of the schemas that requests are made of.
    pub(crate) requests: BTreeSet<String>,
}

impl Facts {
    fn state(&mut self, place: &str, keyword: &str, value: Value) {
        self.places.entry(place.to_owned()).or_default().insert(keyword.to_owned(), value);
    }

    pub(crate) fn is_request(&self, place: &str) -> bool {
        let name = place.split('.').next().unwrap_or(place);
        self.requests.contains(name)
    }
}

/// What the schemas of an OpenAPI document state.
pub(crate) fn of_document(document: &Value, requests: &[&str]) -> Facts {
    let mut facts = Facts::default();
    facts.requests.extend(requests.iter().map(ToString::to_string));
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let spelled = spelled_as(document, name);
        if spelled == name.as_str() {
            walk(document, &mut facts, name, schema);
        } else {
            facts.state(name, "x-spelling-of", json!(spelled));
        }
    }
    facts
}

/// The enumeration whose values the schema spells in another way, or its own name.
fn spelled_as<'a>(document: &'a Value, name: &'a str) -> &'a str {
    let pointer = format!("/components/schemas/{name}/x-spelling-of");
    document.pointer(&pointer).and_then(Value::as_str).unwrap_or(name)
}

fn walk(document: &Value, facts: &mut Facts, place: &str, schema: &Value) {
    facts.places.entry(place.to_owned()).or_default();
    let Some(members) = schema.as_object() else { return };
    for (keyword, value) in members {
        match keyword.as_str() {
            "properties" => {
                properties(facts, place, members, &mut |facts, place, schema| {
                    walk(document, facts, place, schema);
                    let stated = facts.places.entry(place.to_owned()).or_default();
                    if !stated.contains_key(REQUIRED) {
                        stated.entry(NULLABLE.to_owned()).or_insert_with(|| json!(AS_ABSENT));
                    }
                });
            }
            "items" => walk(document, facts, &format!("{place}[]"), value),
            "required" => {}
            "allOf" => {
                for part in value.as_array().into_iter().flatten() {
                    walk(document, facts, place, part);
                }
            }
            "$ref" => {
                let name = value.as_str().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
                facts.state(place, "type", json!(spelled_as(document, name)));
            }
            "x-open-enum" => facts.state(place, OPEN, value.clone()),
            _ => facts.state(place, keyword, value.clone()),
        }
    }
}

fn properties(
    facts: &mut Facts,
    place: &str,
    members: &Map<String, Value>,
    walk: &mut dyn FnMut(&mut Facts, &str, &Value),
) {
    let required = members.get("required").and_then(Value::as_array);
    let properties = members.get("properties").and_then(Value::as_object);
    for (name, schema) in properties.into_iter().flatten() {
        let place = format!("{place}.{name}");
        if required.is_some_and(|names| names.iter().any(|it| it == name.as_str())) {
            facts.state(&place, REQUIRED, json!(true));
        }
        walk(facts, &place, schema);
    }
}

/// What schemas state that schemars derived.
pub(crate) fn of_types(definitions: &Map<String, Value>) -> Facts {
    let mut facts = Facts::default();
    for (name, schema) in definitions {
        walk_derived(&mut facts, name, schema);
    }
    facts
}

fn walk_derived(facts: &mut Facts, place: &str, schema: &Value) {
    facts.places.entry(place.to_owned()).or_default();
    let Some(members) = schema.as_object() else { return };
    for (keyword, value) in members {
        match (keyword.as_str(), value) {
            ("properties", _) => properties(facts, place, members, &mut walk_derived),
            ("items", _) => walk_derived(facts, &format!("{place}[]"), value),
            ("required", _) => {}
            ("type", Value::Array(kinds)) => {
                for kind in kinds {
                    state_type(facts, place, kind);
                }
            }
            ("type", _) => state_type(facts, place, value),
            ("anyOf", Value::Array(parts)) => {
                for part in parts {
                    if part.as_object().is_some_and(Map::is_empty) {
                        facts.state(place, OPEN, json!(true));
                    }
                    walk_derived(facts, place, part);
                }
            }
            ("$ref", _) => {
                let name = value.as_str().and_then(|it| it.rsplit('/').next());
                facts.state(place, "type", json!(name));
            }
            // The format of an unsigned number says so too.
            ("minimum", Value::Number(zero)) if zero.as_u64() == Some(0) => {}
            _ => facts.state(place, keyword, value.clone()),
        }
    }
}

fn state_type(facts: &mut Facts, place: &str, kind: &Value) {
    match kind.as_str() {
        Some("null") => facts.state(place, NULLABLE, json!(true)),
        _ => facts.state(place, "type", kind.clone()),
    }
}
