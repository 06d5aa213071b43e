//! Operations: their names, their vendor pages, and how they fail.

use std::collections::BTreeSet;

use super::parts::{Part, media_types, operations, responses};
use crate::document::{Document, Fault};

pub(super) fn id(document: &Document) -> Vec<Fault> {
    let mut seen = BTreeSet::new();
    let mut fault = |operation: Part<'_>| match operation.text("operationId") {
        None => Some(operation.fault("needs an `operationId`, such as `show_vpn_connection`")),
        Some(id) if !is_snake_case(id) => Some(operation.fault_of(
            "operationId",
            format!("`{id}` must be in snake case, such as `show_vpn_connection`"),
        )),
        Some(id) if !seen.insert(id.to_owned()) => Some(operation.fault_of(
            "operationId",
            format!("`{id}` must not be the id of another operation too"),
        )),
        Some(_) => None,
    };
    operations(document).filter_map(&mut fault).collect()
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('_').all(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

pub(super) fn vendor_page(document: &Document) -> Vec<Fault> {
    operations(document)
        .filter(|operation| !names_vendor_page(operation.text("description").unwrap_or_default()))
        .map(|operation| {
            let message = "must name the page that it comes from: \
                           \"Vendor page: `vpn_api_NNNN`\", with the four digits of the page";
            operation.fault_of("description", message)
        })
        .collect()
}

fn names_vendor_page(description: &str) -> bool {
    // A line break in the file is no difference.
    let words: Vec<_> = description.split_whitespace().collect();
    words.join(" ").split("Vendor page: `vpn_api_").skip(1).any(|rest| {
        rest.split_once('`').is_some_and(|(digits, _)| {
            digits.len() == 4 && digits.chars().all(|c| c.is_ascii_digit())
        })
    })
}

pub(super) fn vendor_page_link(document: &Document) -> Vec<Fault> {
    operations(document)
        .filter(|operation| {
            let url = operation.get("externalDocs").and_then(|docs| docs.text("url"));
            !url.is_some_and(|url| url.starts_with("https://"))
        })
        .map(|operation| {
            let message = "needs the `url` of its vendor page, with `https`";
            operation.fault_of("externalDocs", message)
        })
        .collect()
}

/// Without one, a call has no result.
pub(super) fn success_status(document: &Document) -> Vec<Fault> {
    operations(document)
        .filter(|operation| operation.has("responses"))
        .filter(|operation| {
            operation.members_of("responses").all(|(status, _)| !status.starts_with('2'))
        })
        .map(|operation| {
            operation.fault_of("responses", "needs a status of success, such as `200`")
        })
        .collect()
}

pub(super) fn error_statuses(document: &Document) -> Vec<Fault> {
    operations(document)
        .flat_map(|operation| ["4XX", "5XX"].map(|status| (operation.clone(), status)))
        .filter(|(operation, status)| {
            operation.members_of("responses").all(|(known, _)| known != *status)
        })
        .map(|(operation, status)| {
            let message =
                format!("needs `{status}` for the errors that have no status of their own");
            operation.fault_of("responses", message)
        })
        .collect()
}

/// The generator knows one error type only.
pub(super) fn error_body(document: &Document) -> Vec<Fault> {
    let bodies: Vec<_> = operations(document)
        .flat_map(|operation| responses(&operation))
        .filter(|(status, _)| status.starts_with(['4', '5']))
        .flat_map(|(_, response)| error_bodies(&response))
        .collect();
    let usual = usual(bodies.iter().filter_map(|(_, schema)| *schema)).unwrap_or("a component");
    bodies
        .iter()
        .filter(|(_, schema)| *schema != Some(usual))
        .map(|(place, _)| {
            place.fault(format!("the body of every error must refer to one schema, `{usual}`"))
        })
        .collect()
}

/// The places of the body, and the schema that each refers to.
fn error_bodies<'a>(response: &Part<'a>) -> Vec<(Part<'a>, Option<&'a str>)> {
    let mut bodies: Vec<_> = media_types(response)
        .map(|media_type| match media_type.get("schema") {
            Some(schema) => (schema.clone(), schema.text("$ref")),
            None => (media_type, None),
        })
        .collect();
    if bodies.is_empty() {
        bodies.push((response.clone(), None));
    }
    bodies
}

/// The most frequent name; of two that are equally frequent, the first.
fn usual<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<_> = names.collect();
    let frequency = |name: &&&str| names.iter().filter(|other| other == name).count();
    names.iter().rev().max_by_key(frequency).copied()
}

pub(super) fn default_response(document: &Document) -> Vec<Fault> {
    operations(document)
        .filter_map(|operation| operation.get("responses")?.get("default"))
        .map(|response| {
            response.fault("the generator cannot have it beside others: write `4XX` and `5XX`")
        })
        .collect()
}
