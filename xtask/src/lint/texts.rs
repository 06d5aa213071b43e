//! Descriptions, which become the documentation of the client.

use super::error_codes::codes;
use super::parts::{Part, component_schemas, definitions, operations, parameters, schemas};
use crate::document::{Document, Fault};

pub(super) fn operations_described(document: &Document) -> Vec<Fault> {
    undescribed(operations(document), "say what the operation does")
}

pub(super) fn parameters_described(document: &Document) -> Vec<Fault> {
    undescribed(parameters(document), "say what the parameter chooses")
}

pub(super) fn schemas_described(document: &Document) -> Vec<Fault> {
    undescribed(component_schemas(document), "say what the schema stands for")
}

/// Properties, and what the arrays among them hold.
pub(super) fn properties_described(document: &Document) -> Vec<Fault> {
    let schemas = schemas(document);
    let properties =
        schemas.iter().flat_map(|schema| schema.members_of("properties")).map(|(_, it)| it);
    let items =
        schemas.iter().filter_map(|schema| schema.get("items")).filter(|items| !items.has("$ref"));
    undescribed(properties.chain(items), "say what the value means, with its unit")
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
        .filter(|part| part.value.as_str().is_some_and(|text| !is_sentence(text.trim())))
        .map(|part| {
            part.fault("write sentences: begin with a capital letter or code, end with a stop")
        })
        .collect()
}

/// An empty one is missing, which is another rule.
fn is_sentence(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '`');
    text.is_empty() || (begins && text.ends_with(['.', '?', '!', ':']))
}

fn undescribed<'a>(parts: impl Iterator<Item = Part<'a>>, advice: &str) -> Vec<Fault> {
    parts
        .filter(|part| part.text("description").is_none_or(str::is_empty))
        .map(|part| part.fault(format!("needs a `description`: {advice}{}", form(&part))))
        .collect()
}

fn form(part: &Part<'_>) -> &'static str {
    let is_reference = part.has("$ref");
    if is_reference { "; to have one, write `allOf` with the `$ref`" } else { "" }
}
