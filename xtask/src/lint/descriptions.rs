//! Descriptions, which become the documentation of the client.

use super::operations::codes;
use super::parts::{Part, component_schemas, definitions, parameters, schemas};
use crate::document::{Document, Fault};

/// Operations are left to spectral.
pub(super) fn missing(document: &Document) -> Vec<Fault> {
    let schemas = schemas(document);
    let properties = schemas.iter().flat_map(|schema| schema.members_of("properties"));
    // What arrays hold, too.
    let items = schemas.iter().filter_map(|schema| schema.get("items"));
    parameters(document)
        .chain(component_schemas(document))
        .chain(properties.map(|(_, property)| property))
        .chain(items.filter(|items| !items.has("$ref")))
        .filter(|part| part.text("description").is_none_or(str::is_empty))
        .map(|part| match part.has("$ref") {
            true => part.fault("needs a `description`: write `allOf` with the `$ref` beside it"),
            false => part.fault("needs a `description`: what it means, with its unit"),
        })
        .collect()
}

/// Descriptions become documentation: each begins like a sentence and ends like one.
pub(super) fn sentences(document: &Document) -> Vec<Fault> {
    let of_parts = definitions(document).into_iter().filter_map(|part| part.get("description"));
    let of_codes = codes(document).filter_map(|code| code.get("description"));
    let of_values = component_schemas(document)
        .flat_map(|schema| schema.members_of("x-enumDescriptions"))
        .map(|(_, text)| text);
    of_parts
        .chain(of_codes)
        .chain(of_values)
        .filter(|part: &Part<'_>| part.value.as_str().is_some_and(|text| !is_sentence(text.trim())))
        .map(|part| {
            part.fault("write sentences: begin with a capital letter or code, end with a stop")
        })
        .collect()
}

/// An empty one breaks another rule.
fn is_sentence(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '`');
    text.is_empty() || (begins && text.ends_with(['.', '?', '!', ':']))
}
