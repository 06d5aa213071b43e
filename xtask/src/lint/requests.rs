//! Request schemas are strict.

use super::parts::{Part, request_schemas};
use crate::document::{Document, Fault};

pub(super) fn additional_properties(document: &Document) -> Vec<Fault> {
    request_schemas(document)
        .iter()
        .filter(|schema| is_object(schema))
        .filter(|schema| {
            schema.get("additionalProperties").is_none_or(|allowed| *allowed.value != false)
        })
        .map(|schema| {
            let message = "must say `additionalProperties: false`, so that a misspelt field is an \
                           error";
            schema.fault(message)
        })
        .collect()
}

/// An object that is written out here: beside an `allOf`, the schema that is referred to
/// says what it allows.
fn is_object(schema: &Part<'_>) -> bool {
    !schema.has("allOf") && (schema.text("type") == Some("object") || schema.has("properties"))
}

pub(super) fn nullable_arrays(document: &Document) -> Vec<Fault> {
    request_schemas(document).iter().flat_map(closed_arrays).collect()
}

fn closed_arrays(schema: &Part<'_>) -> Vec<Fault> {
    schema
        .members_of("properties")
        .filter(|(name, property)| {
            is_array(property) && !property.is_true("nullable") && !schema.lists("required", name)
        })
        .map(|(_, property)| {
            property.fault("an optional array must say `nullable: true`, or it cannot be left out")
        })
        .collect()
}

fn is_array(property: &Part<'_>) -> bool {
    property.text("type") == Some("array")
        || property.referred().is_some_and(|schema| schema.text("type") == Some("array"))
}
