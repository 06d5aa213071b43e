//! Response schemas: nothing that a response could break.

use super::parts::{Part, response_schemas};
use crate::document::{Document, Fault};

/// Keywords that limit what is sent, and have no meaning for what is received.
const OF_REQUESTS: [&str; 15] = [
    "additionalProperties",
    "default",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "x-address-block",
    "x-character-classes",
    "x-character-set",
    "x-excluded-block",
    "x-prefix-length",
    "x-reserved-ranges",
];

/// Formats that the generator turns into types which reject other texts.
const STRICT_FORMATS: [&str; 6] = ["date", "date-time", "ip", "ipv4", "ipv6", "uuid"];

/// The one property of a resource that is always in a response.
const ID: &str = "id";

pub(super) fn keywords(document: &Document) -> Vec<Fault> {
    let schemas = response_schemas(document);
    let strict = |format: &Part<'_>| STRICT_FORMATS.iter().any(|it| *format.value == *it);
    // The default of an enumeration is that of its Rust type, and rejects nothing.
    let is_limit = |schema: &Part<'_>, keyword: &str| {
        let default = schema.text("default").filter(|_| keyword == "default");
        !default.is_some_and(|default| schema.lists("enum", default))
    };
    let keywords = schemas.iter().flat_map(|schema| {
        let format = schema.get("format").filter(strict);
        let limits = OF_REQUESTS.iter().filter(|keyword| is_limit(schema, keyword));
        limits.filter_map(|keyword| schema.get(keyword)).chain(format)
    });
    let message = "remove it: the service may return other values, and fields to come";
    keywords.map(|part| part.fault(message)).collect()
}

/// Whether a property is always there: the id of a resource, or the resource or the list
/// of them in an envelope, which has no id.
fn is_certain(schema: &Part<'_>, name: &str) -> bool {
    let properties = schema.get("properties");
    let property = properties.as_ref().and_then(|properties| properties.get(name));
    let holds_resource = property.is_some_and(|property| {
        let items = property.get("items");
        [Some(property), items].into_iter().flatten().any(|it| it.has("$ref") || it.has("allOf"))
    });
    name == ID || holds_resource && !properties.is_some_and(|properties| properties.has(ID))
}

pub(super) fn required(document: &Document) -> Vec<Fault> {
    let schemas = response_schemas(document);
    let required = schemas.iter().flat_map(|schema| {
        let is_uncertain =
            |name: &Part<'_>| !name.value.as_str().is_some_and(|name| is_certain(schema, name));
        schema.items_of("required").filter(is_uncertain).collect::<Vec<_>>()
    });
    let message = format!("must not be required: only `{ID}` is certain to be returned");
    required.map(|name| name.fault(&message)).collect()
}

pub(super) fn nullable(document: &Document) -> Vec<Fault> {
    response_schemas(document).iter().flat_map(not_nullable).collect()
}

fn not_nullable(schema: &Part<'_>) -> Vec<Fault> {
    schema
        .members_of("properties")
        .filter(|(name, property)| {
            let is_there = schema.lists("required", name) && is_certain(schema, name);
            !property.is_true("nullable") && !is_there
        })
        .map(|(_, property)| match property.has("$ref") {
            true => property.fault(
                "may be null in a response: write `type`, `nullable: true` and `allOf` with the \
                 `$ref`",
            ),
            false => property.fault(
                "must say `nullable: true`: any property but the required `id` may be null in a \
                 response",
            ),
        })
        .collect()
}
