//! What holds for every schema, and for the border between requests and
//! responses.

use std::collections::BTreeSet;

use super::parts::{Part, component_name, request_schemas, response_schemas, schemas};
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

/// The keywords of a schema in OpenAPI 3.0.
const KEYWORDS: [&str; 35] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
];

/// A misspelt keyword would say nothing.
pub(super) fn keywords(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .flat_map(Part::members)
        .filter(|(keyword, _)| !KEYWORDS.contains(keyword) && !keyword.starts_with("x-"))
        .map(|(keyword, part)| part.fault(format!("`{keyword}` is no keyword of a schema")))
        .collect()
}

pub(super) fn array_items(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .filter(|schema| schema.text("type") == Some("array") && !schema.has("allOf"))
        .filter(|schema| !schema.has("items"))
        .map(|schema| schema.fault("an array needs `items`: say what it holds"))
        .collect()
}

/// The formats of integers that the generator knows, and the range of each.
const INTEGERS: [(&str, i128, i128); 8] = [
    ("int8", i8::MIN as i128, i8::MAX as i128),
    ("uint8", 0, u8::MAX as i128),
    ("int16", i16::MIN as i128, i16::MAX as i128),
    ("uint16", 0, u16::MAX as i128),
    ("int32", i32::MIN as i128, i32::MAX as i128),
    ("uint32", 0, u32::MAX as i128),
    ("int64", i64::MIN as i128, i64::MAX as i128),
    ("uint64", 0, u64::MAX as i128),
];

pub(super) fn integer_format(document: &Document) -> Vec<Fault> {
    let schemas = schemas(document);
    let integers = schemas.iter().filter(|schema| schema.text("type") == Some("integer"));
    integers.flat_map(|schema| integer(schema)).collect()
}

/// The format makes the type of the field; what the schema says must fit that type.
fn integer(schema: &Part<'_>) -> Vec<Fault> {
    let Some(format) = schema.text("format").filter(|format| !format.is_empty()) else {
        return vec![schema.fault("an integer needs a `format`, such as `uint32`")];
    };
    let Some((_, least, most)) = INTEGERS.iter().find(|(known, ..)| *known == format) else {
        let names = INTEGERS.map(|(name, ..)| name).join(", ");
        return vec![schema.fault_of("format", format!("`{format}` is none of {names}"))];
    };
    let figures = ["minimum", "maximum", "default"].into_iter();
    figures
        .filter_map(|keyword| schema.get(keyword))
        .filter(|figure| {
            let number = figure.value.as_i64().map(i128::from);
            let number = number.or_else(|| figure.value.as_u64().map(i128::from));
            number.is_some_and(|number| !(*least..=*most).contains(&number))
        })
        .map(|figure| figure.fault(format!("{} does not fit `{format}`", figure.value)))
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
