//! What holds for every schema, and for the border between requests and responses.

use std::collections::BTreeSet;

use super::did_you_mean;
use super::parts::{Part, component_name, definitions, request_schemas, response_schemas, schemas};
use crate::document::{Document, Fault};

/// The keywords of schemas that the library reads. Others would have no effect: misspelt
/// ones, limits that validation does not check, and unions, which make no usable type.
const KEYWORDS: [&str; 22] = [
    "additionalProperties",
    "allOf",
    "default",
    "deprecated",
    "description",
    "enum",
    "example",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "pattern",
    "properties",
    "required",
    "type",
    "writeOnly",
];

pub(super) fn keywords(document: &Document) -> Vec<Fault> {
    let schemas = schemas(document);
    let unread = schemas.iter().flat_map(Part::members).filter(|(keyword, _)| {
        !KEYWORDS.contains(keyword) && !keyword.starts_with("x-") && *keyword != "$ref"
    });
    let known = KEYWORDS.into_iter().chain(["$ref"]);
    let fault = |(keyword, part): (&str, Part<'_>)| {
        let suggestion = did_you_mean(keyword, known.clone());
        part.fault(format!("nothing reads this keyword of a schema{suggestion}"))
    };
    unread.map(fault).collect()
}

/// The extensions that have a meaning here.
const EXTENSIONS: [&str; 18] = [
    "x-address-block",
    "x-character-classes",
    "x-character-set",
    "x-enum-varnames",
    "x-enumDescriptions",
    "x-error-codes",
    "x-excluded-block",
    "x-identity-endpoints",
    "x-max-response-bytes",
    "x-open-enum",
    "x-prefix-length",
    "x-profiles",
    "x-reserved-ranges",
    "x-service-types",
    "x-spelling-of",
    "x-unsupported",
    "x-variant-names",
    "x-weak",
];

/// A misspelt extension would have no effect.
pub(super) fn extensions(document: &Document) -> Vec<Fault> {
    let members = definitions(document).into_iter().flat_map(|part| part.members());
    members
        .filter(|(name, _)| name.starts_with("x-") && !EXTENSIONS.contains(name))
        .map(|(name, part)| {
            part.fault(format!("nothing reads this extension{}", did_you_mean(name, EXTENSIONS)))
        })
        .collect()
}

const TYPES: [&str; 4] = ["array", "boolean", "integer", "string"];

/// Every schema has a type that the library can have; an object is a component.
pub(super) fn types(document: &Document) -> Vec<Fault> {
    let schemas = schemas(document).into_iter().filter(|schema| !schema.has("allOf"));
    let fault = |schema: Part<'_>| {
        let message = match schema.text("type") {
            Some("object") if component_name(&schema).is_some() => return None,
            Some("object") => "make the object a component and refer to it".to_owned(),
            Some(kind) if TYPES.contains(&kind) => return None,
            Some(kind) => {
                let suggestion = did_you_mean(kind, TYPES.into_iter().chain(["object"]));
                format!("`{kind}` is not a type{suggestion}")
            }
            None => "needs a `type`, or an `allOf` with a `$ref`".to_owned(),
        };
        Some(schema.fault_of("type", message))
    };
    schemas.filter_map(fault).collect()
}

const RANGES: [(&str, &str); 3] =
    [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")];

/// The build looks at the schemas of requests only.
pub(super) fn empty_ranges(document: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    for schema in schemas(document) {
        let limit = |keyword: &str| schema.get(keyword)?.value.as_i64();
        for (low, high) in RANGES {
            if limit(low).zip(limit(high)).is_some_and(|(low, high)| low > high) {
                faults.push(schema.fault_of(low, format!("must not be above `{high}`")));
            }
        }
    }
    faults
}

/// The formats of integers that the generator knows.
const INTEGERS: [&str; 4] = ["int32", "int64", "uint32", "uint64"];

/// The format decides the type of the field.
pub(super) fn integer_format(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .filter(|schema| schema.text("type") == Some("integer"))
        .filter(|schema| !schema.text("format").is_some_and(|it| INTEGERS.contains(&it)))
        .map(|schema| schema.fault_of("format", format!("must be one of {}", INTEGERS.join(", "))))
        .collect()
}

/// A pattern cannot say "at least three of these classes".
pub(super) fn character_classes(document: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    for schema in schemas(document).iter().filter(|schema| schema.has("x-character-classes")) {
        for keyword in ["minLength", "maxLength"].iter().filter(|keyword| !schema.has(keyword)) {
            faults.push(schema.fault(format!("needs `{keyword}` beside `x-character-classes`")));
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
                "is used by requests and by responses: write one schema for each, since \
                 requests are strict and responses are not",
            )
        })
        .collect()
}
