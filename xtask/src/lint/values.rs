//! Defaults and examples are values of their schemas.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::parts::{Part, schemas, used_media_types};
use crate::document::{Document, Fault};

/// The document as the root of its references, as JSON Schema of draft 4 has it.
struct Judge(Value);

impl Judge {
    fn new(document: &Document) -> Self {
        let mut root: Value =
            serde_json::from_str(&document.json_schema_text()).unwrap_or_default();
        // A default beside a reference is judged by what is referred to.
        if let Some(members) = root.as_object_mut() {
            members.remove("$ref");
        }
        Self(root)
    }

    /// The schema at a pointer; none for what is no schema.
    fn validator(&self, pointer: &str) -> Option<Validator> {
        let mut root = self.0.clone();
        let pointer = percent_encoded(pointer);
        root.as_object_mut()?.insert("$ref".to_owned(), json!(format!("#{pointer}")));
        jsonschema::options().with_draft(Draft::Draft4).build(&root).ok()
    }

    fn breaches(&self, schema: &str, value: &Value) -> Vec<String> {
        let Some(validator) = self.validator(schema) else { return Vec::new() };
        let breach = |error: jsonschema::ValidationError<'_>| {
            let place = error.instance_path().to_string();
            let place = if place.is_empty() { "it".to_owned() } else { place };
            format!("{place}: {}", error.masked())
        };
        validator.iter_errors(value).map(breach).collect()
    }

    fn faults(&self, schema: &Part<'_>, value: &Part<'_>) -> Vec<Fault> {
        let breaches = self.breaches(&schema.pointer, value.value).into_iter();
        breaches.map(|breach| value.fault(format!("is no value of its schema: {breach}"))).collect()
    }
}

/// A pointer in a URL: braces stand in paths.
fn percent_encoded(pointer: &str) -> String {
    pointer.replace('%', "%25").replace('{', "%7B").replace('}', "%7D")
}

pub(super) fn defaults(document: &Document) -> Vec<Fault> {
    of_schemas(document, "default")
}

/// The single examples of schemas, and the named ones of bodies.
pub(super) fn examples(document: &Document) -> Vec<Fault> {
    let judge = Judge::new(document);
    let named = used_media_types(document).flat_map(|media_type| {
        let schema = media_type.get("schema");
        let examples = media_type
            .members_of("examples")
            .filter_map(|(_, example)| example.resolved()?.get("value"));
        let faults = examples.flat_map(|value| {
            schema.as_ref().map(|schema| judge.faults(schema, &value)).unwrap_or_default()
        });
        faults.collect::<Vec<_>>()
    });
    let mut faults: Vec<_> = named.collect();
    faults.extend(of_schemas(document, "example"));
    faults
}

fn of_schemas(document: &Document, keyword: &str) -> Vec<Fault> {
    let judge = Judge::new(document);
    let with_value = schemas(document).into_iter().filter(|schema| schema.has(keyword));
    with_value
        .flat_map(|schema| {
            let value = schema.get(keyword);
            value.map(|value| judge.faults(&schema, &value)).unwrap_or_default()
        })
        .collect()
}
