//! References: where they lead, and what stands beside them.

use super::parts::{Part, definitions, schemas};
use crate::document::{Document, Fault};

/// Keywords that may stand beside `type`, `nullable` and `allOf`: they say
/// something about the property, not about the shape of its value.
const ANNOTATIONS: [&str; 7] =
    ["default", "deprecated", "description", "externalDocs", "readOnly", "title", "writeOnly"];

/// Members that lead somewhere, as a `$ref` does.
const LINKS: [&str; 3] = ["$ref", "externalValue", "operationRef"];

pub(super) fn external(document: &Document) -> Vec<Fault> {
    definitions(document)
        .into_iter()
        .flat_map(|part| LINKS.map(|keyword| (part.clone(), keyword)))
        .filter_map(|(part, keyword)| {
            let target = part.text(keyword).filter(|target| !target.starts_with("#/"))?;
            let message = format!(
                "`{target}` leads out of the document: write it as a component and refer to \
                 it as `#/components/…`"
            );
            Some(part.fault_of(keyword, message))
        })
        .collect()
}

/// A part of another kind is read as if it were of the right one.
pub(super) fn kind(document: &Document) -> Vec<Fault> {
    references(document)
        .filter(|(part, reference)| reference.starts_with("#/") && part.resolved().is_some())
        .filter_map(|(part, reference)| {
            let kind = kind_at(&part.pointer)?;
            let name = reference.strip_prefix(&format!("#/components/{kind}/"));
            let is_right = name.is_some_and(|name| !name.contains('/'));
            let message =
                format!("`{reference}` is none of `#/components/{kind}`, as it must be here");
            (!is_right).then(|| part.fault_of("$ref", message))
        })
        .collect()
}

/// Which kind of component a place of the document takes.
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
            "paths" | "content" | "variables" | "securitySchemes" | "encoding" | "links"
            | "callbacks" => (None, true),
            _ => (None, false),
        };
    }
    kind
}

pub(super) fn broken(document: &Document) -> Vec<Fault> {
    references(document)
        .filter(|(part, reference)| reference.starts_with("#/") && part.resolved().is_none())
        .map(|(part, reference)| {
            let message = format!(
                "`{reference}` names nothing in this document: add the component or correct the \
                 name"
            );
            part.fault_of("$ref", message)
        })
        .collect()
}

pub(super) fn siblings(document: &Document) -> Vec<Fault> {
    references(document)
        .filter(|(part, _)| part.members().count() > 1)
        .map(|(part, reference)| {
            let message = format!(
                "OpenAPI ignores what stands beside a `$ref`: write `allOf` with the one item \
                 `$ref: \"{reference}\"` instead"
            );
            part.fault_of("$ref", message)
        })
        .collect()
}

/// The one form of a nullable reference that all tools read alike.
pub(super) fn nullable(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .flat_map(|schema| schema.members_of("properties"))
        .filter(|(_, property)| property.is_true("nullable") && property.has("allOf"))
        .flat_map(|(_, property)| nullable_reference(&property))
        .collect()
}

fn nullable_reference(property: &Part<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut branches = property.items_of("allOf");
    if !branches.next().is_some_and(|only| only.has("$ref")) || branches.next().is_some() {
        faults.push(property.fault_of("allOf", "must hold exactly one `$ref` and nothing else"));
    }
    let expected = property.referred().and_then(|schema| schema.text("type"));
    match (property.text("type"), expected) {
        (None, _) => {
            let message = "needs a `type` beside `nullable` and `allOf`: that of the schema that \
                           it refers to";
            faults.push(property.fault(message));
        }
        (Some(found), Some(expected)) if found != expected => {
            let message =
                format!("must be `{expected}`, the type of the schema that `allOf` refers to");
            faults.push(property.fault_of("type", message));
        }
        _ => {}
    }
    let is_allowed = |keyword: &str| {
        ["type", "nullable", "allOf"].contains(&keyword)
            || ANNOTATIONS.contains(&keyword)
            || keyword.starts_with("x-")
    };
    for (keyword, part) in property.members().filter(|(keyword, _)| !is_allowed(keyword)) {
        let message = format!(
            "a nullable reference has `type`, `nullable` and `allOf` only: move `{keyword}` to the \
             schema that it refers to"
        );
        faults.push(part.fault(message));
    }
    faults
}

/// Every `$ref`, and the part that it stands in.
fn references(document: &Document) -> impl Iterator<Item = (Part<'_>, &str)> {
    definitions(document).into_iter().filter_map(|part| {
        let reference = part.text("$ref")?;
        Some((part, reference))
    })
}
