//! Request schemas: strict, and without regular expressions.

use super::parts::{Part, parameter_schemas, request_schemas};
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

/// An object that is written out here: beside an `allOf`, the schema that is
/// referred to says what it allows.
fn is_object(schema: &Part<'_>) -> bool {
    !schema.has("allOf") && (schema.text("type") == Some("object") || schema.has("properties"))
}

pub(super) fn nullable_arrays(document: &Document) -> Vec<Fault> {
    request_schemas(document).iter().flat_map(closed_arrays).collect()
}

fn closed_arrays(schema: &Part<'_>) -> Vec<Fault> {
    let required: Vec<_> = schema.items_of("required").map(|name| name.value).collect();
    schema
        .members_of("properties")
        .filter(|(name, property)| {
            is_array(property)
                && !property.is_true("nullable")
                && !required.iter().any(|required| *required == name)
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

pub(super) fn pattern(document: &Document) -> Vec<Fault> {
    request_schemas(document)
        .iter()
        .chain(&parameter_schemas(document))
        .filter(|schema| schema.text("pattern").is_some_and(|it| !is_character_class(it)))
        .map(|schema| {
            let message = "must be one character class, such as `^[0-9A-Za-z_-]*$`; say the \
                           length with `minLength` and `maxLength`";
            schema.fault_of("pattern", message)
        })
        .collect()
}

/// `^[…]*$`, where an escape stands for a punctuation mark, or with `u` and four digits
/// for the character of that code.
fn is_character_class(pattern: &str) -> bool {
    let class = pattern.strip_prefix("^[").and_then(|rest| rest.strip_suffix("]*$"));
    let Some(class) = class.map(|class| class.strip_prefix('^').unwrap_or(class)) else {
        return false;
    };
    let mut characters = class.chars();
    while let Some(character) = characters.next() {
        let is_literal = match character {
            '\\' => characters.next().is_some_and(|escaped| match escaped {
                'u' => characters.by_ref().take(4).filter(char::is_ascii_hexdigit).count() == 4,
                other => other.is_ascii_punctuation(),
            }),
            other => !matches!(other, '[' | ']'),
        };
        if !is_literal {
            return false;
        }
    }
    !class.is_empty()
}
