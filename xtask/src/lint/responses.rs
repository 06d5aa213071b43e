//! Response schemas: nothing that the service could break.

use super::parts::{Part, response_schemas};
use crate::document::{Document, Fault};

const LIMITS: [&str; 19] = [
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "x-character-set",
    "x-character-classes",
    "x-address-block",
    "x-excluded-block",
    "x-prefix-length",
    "x-reserved-ranges",
];

/// Formats that the generator turns into types which refuse other texts.
const STRICT_FORMATS: [&str; 6] = ["date", "date-time", "ip", "ipv4", "ipv6", "uuid"];

/// The one property of a resource that the service always returns.
const ALWAYS_THERE: &str = "id";

/// Whether a property must be there: the id of a resource, or in an envelope, which has
/// no id, the resource or the list of them. Without it, a success would be empty.
fn is_certain(schema: &Part<'_>, name: &str) -> bool {
    let property = schema.members_of("properties").find(|(property, _)| *property == name);
    let holds_resource = property.is_some_and(|(_, property)| {
        let items = property.get("items");
        [Some(property), items].into_iter().flatten().any(|it| it.has("$ref") || it.has("allOf"))
    });
    let has_id = schema.members_of("properties").any(|(name, _)| name == ALWAYS_THERE);
    name == ALWAYS_THERE || !has_id && holds_resource
}

pub(super) fn additional_properties(document: &Document) -> Vec<Fault> {
    keyword(document, "additionalProperties", "remove it: a response may have fields to come")
}

pub(super) fn required(document: &Document) -> Vec<Fault> {
    response_schemas(document)
        .iter()
        .flat_map(|schema| {
            schema
                .items_of("required")
                .filter(|name| !name.value.as_str().is_some_and(|name| is_certain(schema, name)))
                .collect::<Vec<_>>()
        })
        .map(|name| {
            let message = format!(
                "{} must not be required: only `{ALWAYS_THERE}` is certain to be returned",
                name.value
            );
            name.fault(message)
        })
        .collect()
}

pub(super) fn nullable(document: &Document) -> Vec<Fault> {
    response_schemas(document).iter().flat_map(not_nullable).collect()
}

fn not_nullable(schema: &Part<'_>) -> Vec<Fault> {
    let required: Vec<_> = schema.items_of("required").collect();
    let is_required = |name: &str| required.iter().any(|required| *required.value == name);
    schema
        .members_of("properties")
        .filter(|(name, property)| {
            !(property.is_true("nullable") || is_required(name) && is_certain(schema, name))
        })
        .map(|(_, property)| {
            let message = if property.has("$ref") {
                "may be null in a response: write `type`, `nullable: true` and `allOf` with the \
                 `$ref`"
            } else {
                "must say `nullable: true`: any property but the required `id` may be null in a \
                 response"
            };
            property.fault(message)
        })
        .collect()
}

pub(super) fn limits(document: &Document) -> Vec<Fault> {
    response_schemas(document)
        .iter()
        .flat_map(|schema| LIMITS.iter().filter_map(|limit| schema.get(limit)))
        .map(|limit| limit.fault("remove it: the service keeps no limit in what it returns"))
        .collect()
}

pub(super) fn default(document: &Document) -> Vec<Fault> {
    keyword(document, "default", "remove it: defaults are for requests")
}

pub(super) fn format(document: &Document) -> Vec<Fault> {
    response_schemas(document)
        .iter()
        .filter_map(|schema| {
            let format = schema.text("format").filter(|it| STRICT_FORMATS.contains(it))?;
            let message = format!("remove `{format}`: what the service returns is a plain text");
            Some(schema.fault_of("format", message))
        })
        .collect()
}

/// Every use of a keyword that no response schema has.
fn keyword(document: &Document, keyword: &str, message: &str) -> Vec<Fault> {
    response_schemas(document)
        .iter()
        .filter_map(|schema| schema.get(keyword))
        .map(|part| part.fault(message))
        .collect()
}
