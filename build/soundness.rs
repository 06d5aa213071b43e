//! Mistakes at which the generator would panic, or would generate something unintended.

use super::document::{Document, Fault, Faults};
use super::part::Part;

/// The generator reads one version of OpenAPI.
pub(crate) fn check_version(document: &Document, faults: &mut Faults) {
    let root = Part::root(document);
    let version = root.text("openapi").unwrap_or("none");
    if !version.starts_with("3.0.") {
        let message = format!("invalid version: {version}; the generator reads 3.0.3");
        faults.keep_one::<()>(Err(root.fault_of("openapi", message)));
    }
}

/// Every `$ref` must refer to a part of this document, and of the right kind.
pub(crate) fn check_references(document: &Document, faults: &mut Faults) {
    let parts = Part::root(document).all();
    let broken = parts.iter().filter_map(|part| {
        let reference = part.text("$ref")?;
        let message = match (part.resolved(), kind_at(&part.pointer)) {
            (None, _) => format!("`{reference}` does not exist in this document"),
            (Some(_), Some(kind)) if !is_component(reference, kind) => {
                format!("must refer to one of `#/components/{kind}`")
            }
            _ => return None,
        };
        Some(Err(part.fault_of("$ref", message)))
    });
    faults.keep::<()>(broken);
}

fn is_component(reference: &str, kind: &str) -> bool {
    let name = reference.strip_prefix(&format!("#/components/{kind}/"));
    name.is_some_and(|name| !name.contains('/'))
}

/// The kind of component that a place of the document takes.
fn kind_at(pointer: &str) -> Option<&'static str> {
    let (mut kind, mut is_name) = (None, false);
    for step in pointer.split('/').skip(1) {
        if std::mem::take(&mut is_name) {
            continue;
        }
        (kind, is_name) = match step {
            "schemas" | "properties" | "allOf" | "anyOf" | "oneOf" => (Some("schemas"), true),
            "schema" | "items" | "not" | "additionalProperties" => (Some("schemas"), false),
            "parameters" => (Some("parameters"), true),
            "responses" => (Some("responses"), true),
            "examples" => (Some("examples"), true),
            "headers" => (Some("headers"), true),
            "requestBodies" => (Some("requestBodies"), true),
            "requestBody" => (Some("requestBodies"), false),
            "paths" | "content" | "variables" | "securitySchemes" => (None, true),
            _ => (None, false),
        };
    }
    kind
}

/// Names must be names in Rust, and required properties must exist.
pub(crate) fn check_schemas(document: &Document, faults: &mut Faults) {
    let checks = document.schemas().flat_map(|(name, schema)| {
        let properties = schema.members_of("properties");
        let names = properties.map(|(name, property)| property.check_name(name));
        let required = schema.items_of("required").map(|name| check_required(&schema, &name));
        let own = std::iter::once(schema.check_name(name));
        own.chain(names).chain(required).collect::<Vec<_>>()
    });
    faults.keep(checks);
}

fn check_required(schema: &Part<'_>, required: &Part<'_>) -> Result<(), Fault> {
    let mut properties = schema.members_of("properties");
    if properties.any(|(name, _)| required.value == name) {
        return Ok(());
    }
    let message = format!("{} is not a property of this schema", required.value);
    Err(required.fault(message))
}
