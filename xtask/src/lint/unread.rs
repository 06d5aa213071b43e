//! What nothing here reads, and what nothing can fulfil.

use super::parts::{Part, definitions, schemas};
use crate::document::{Document, Fault};

/// The extensions that mean something here.
const EXTENSIONS: [&str; 18] = [
    "x-address-block",
    "x-character-classes",
    "x-character-set",
    "x-enumDescriptions",
    "x-error-codes",
    "x-excluded-block",
    "x-gateway-facts",
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

/// A misspelt extension would say nothing.
pub(super) fn extensions(document: &Document) -> Vec<Fault> {
    let members = definitions(document).into_iter().flat_map(|part| part.members());
    members
        .filter(|(name, _)| name.starts_with("x-") && !EXTENSIONS.contains(name))
        .map(|(name, part)| part.fault(format!("`{name}` is not an extension of this project")))
        .collect()
}

const LIMITS: [&str; 6] = [
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

pub(super) fn limits(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .flat_map(|schema| LIMITS.into_iter().filter_map(|limit| schema.get(limit)))
        .map(|limit| limit.fault("remove it: validation does not check this limit"))
        .collect()
}

const RANGES: [(&str, &str); 3] =
    [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")];

pub(super) fn empty_ranges(document: &Document) -> Vec<Fault> {
    let number = |schema: &Part<'_>, keyword| schema.value.get(keyword)?.as_f64();
    let is_empty =
        |schema: &Part<'_>, (low, high)| match (number(schema, low), number(schema, high)) {
            (Some(low), Some(high)) => low > high,
            _ => false,
        };
    schemas(document)
        .iter()
        .flat_map(|schema| RANGES.map(|range| (schema, range)))
        .filter(|(schema, range)| is_empty(schema, *range))
        .map(|(schema, (low, high))| {
            schema.fault_of(low, format!("must not be above `{high}`: no value would fit"))
        })
        .collect()
}

pub(super) fn untyped(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .flat_map(|schema| schema.members_of("properties"))
        .filter(|(_, property)| !["type", "$ref", "allOf"].iter().any(|it| property.has(it)))
        .map(|(_, property)| property.fault("needs a `type`, or an `allOf` with a `$ref`"))
        .collect()
}
