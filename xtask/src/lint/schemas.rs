//! What holds for every schema, and for the border between requests and
//! responses.

use std::collections::BTreeSet;

use super::parts::{component_name, request_schemas, response_schemas, schemas};
use crate::document::{Document, Fault};

pub(super) fn unions(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .flat_map(|schema| {
            ["anyOf", "oneOf", "not"].into_iter().filter_map(|keyword| schema.get(keyword))
        })
        .map(|union| union.fault("remove it: it makes no usable type; describe one schema instead"))
        .collect()
}

pub(super) fn integer_format(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .filter(|schema| schema.text("type") == Some("integer"))
        .filter(|schema| schema.text("format").is_none_or(str::is_empty))
        .map(|schema| schema.fault("an integer needs a `format`, such as `uint32`"))
        .collect()
}

/// A pattern cannot say "at least three of these classes".
pub(super) fn character_classes(document: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    for schema in schemas(document) {
        if !schema.has("x-character-classes") {
            continue;
        }
        for keyword in ["minLength", "maxLength"] {
            if !schema.has(keyword) {
                faults
                    .push(schema.fault(format!("needs `{keyword}` beside `x-character-classes`")));
            }
        }
        if let Some(pattern) = schema.get("pattern") {
            faults.push(pattern.fault("remove it: `x-character-classes` says what is allowed"));
        }
    }
    faults
}

pub(super) fn shared(document: &Document) -> Vec<Fault> {
    let in_requests: BTreeSet<_> =
        request_schemas(document).into_iter().map(|schema| schema.pointer).collect();
    response_schemas(document)
        .iter()
        .filter(|schema| component_name(schema).is_some() && !schema.has("enum"))
        .filter(|schema| in_requests.contains(&schema.pointer))
        .map(|schema| {
            schema.fault(
                "stands in requests and in responses: give each a schema of its own, since \
                 requests are strict and responses are not",
            )
        })
        .collect()
}
