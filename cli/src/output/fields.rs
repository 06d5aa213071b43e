//! The fields of an object.

use serde_json::Value;

/// `/ikepolicy/dpd` as `ikepolicy.dpd`.
pub(super) fn field(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

pub(super) fn name(item: &Value) -> String {
    let text = |name| item.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text("name").or_else(|| text("id")).unwrap_or_default().to_owned()
}

/// Every field of an object, by its pointer.
pub(super) fn flatten(pointer: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                flatten(&format!("{pointer}/{name}"), member, fields);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{pointer}/{index}"), item, fields);
            }
        }
        Value::Null => {}
        value => fields.push((pointer.to_owned(), cell(value))),
    }
}

/// A value as a person reads it.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}
