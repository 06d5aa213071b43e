//! References: beside `nullable`, to other documents, and broken ones.

use super::did_you_mean;
use super::parts::{Part, definitions, schemas};
use crate::document::{Document, Fault};

/// Keywords allowed beside `type`, `nullable` and `allOf`: they describe the
/// property, not the shape of its value.
const ANNOTATIONS: [&str; 7] =
    ["default", "deprecated", "description", "externalDocs", "readOnly", "title", "writeOnly"];

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
        let message = format!("move `{keyword}` to the schema that `allOf` refers to");
        faults.push(part.fault(message));
    }
    faults
}

/// OpenAPI 3.0 ignores the keywords beside a `$ref`.
pub(super) fn siblings(document: &Document) -> Vec<Fault> {
    let parts = definitions(document).into_iter();
    let references = parts.filter(|part| part.has("$ref") && part.members().count() > 1);
    let message = "is ignored with other keywords beside it: write `allOf` with the `$ref`";
    references.map(|part| part.fault_of("$ref", message)).collect()
}

/// References that the build does not follow.
pub(super) fn external(document: &Document) -> Vec<Fault> {
    let parts = definitions(document).into_iter();
    let links = parts.flat_map(|part| ["externalValue", "operationRef"].map(|it| part.get(it)));
    let message = "refers to something outside: write it as a component";
    links.flatten().map(|link| link.fault(message)).collect()
}

/// Adds the nearest component to the message about a broken reference.
pub(super) fn suggest(document: &Document, fault: Fault) -> Fault {
    let reference = document.root().pointer(&fault.pointer).and_then(|it| it.as_str());
    let (Some(reference), "reference") = (reference, fault.rule) else { return fault };
    let kinds = Part::root(document).members_of("components");
    let components = kinds.flat_map(|(_, kind)| kind.members());
    let known: Vec<_> = components.map(|(_, it)| format!("#{}", it.pointer)).collect();
    let suggestion = did_you_mean(reference, known.iter().map(String::as_str));
    Fault { message: fault.message.clone() + &suggestion, ..fault }
}
