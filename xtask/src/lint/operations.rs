//! Operations: their names, their vendor pages, their examples, and their errors.

use super::parts::{Part, operations, used_media_types};
use crate::document::{Document, Fault};

/// That there is one, and that it is unique, is left to redocly.
pub(super) fn id(document: &Document) -> Vec<Fault> {
    let is_snake_case = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.split('_').all(|word| {
                let mut characters = word.chars();
                !word.is_empty() && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            })
    };
    operations(document)
        .filter_map(|operation| operation.get("operationId"))
        .filter(|id| !id.value.as_str().is_some_and(is_snake_case))
        .map(|id| id.fault("must be in snake case, such as `show_vpn_connection`"))
        .collect()
}

/// The page in the description, and its address.
pub(super) fn vendor_page(document: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    for operation in operations(document) {
        if !names_vendor_page(operation.text("description").unwrap_or_default()) {
            let message = "must name the page that it comes from: \"Vendor page: \
                           `vpn_api_NNNN`\", with the four digits of the page";
            faults.push(operation.fault_of("description", message));
        }
        let url = operation.get("externalDocs").and_then(|docs| docs.text("url"));
        if !url.is_some_and(|url| url.starts_with("https://")) {
            let message = "needs the `url` of its vendor page, with `https`";
            faults.push(operation.fault_of("externalDocs", message));
        }
    }
    faults
}

fn names_vendor_page(description: &str) -> bool {
    // The description may be wrapped.
    let words: Vec<_> = description.split_whitespace().collect();
    words.join(" ").split("Vendor page: `vpn_api_").skip(1).any(|rest| {
        let digits = rest.split('`').next().unwrap_or_default();
        digits.len() == 4 && digits.bytes().all(|c| c.is_ascii_digit())
    })
}

pub(super) fn error_statuses(document: &Document) -> Vec<Fault> {
    operations(document)
        .flat_map(|operation| ["4XX", "5XX"].map(|status| (operation.clone(), status)))
        .filter(|(operation, status)| operation.get("responses").is_none_or(|it| !it.has(status)))
        .map(|(operation, status)| {
            let message = format!("needs `{status}` for errors without a status of their own");
            operation.fault_of("responses", message)
        })
        .collect()
}

/// Every body has examples with names, which become tests, and no other example.
pub(super) fn named_examples(document: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    for body in used_media_types(document) {
        if let Some(example) = body.get("example") {
            faults.push(example.fault("give it a name and move it to `examples`"));
        }
        if body.members_of("examples").next().is_none() {
            let message = "needs `examples`, each with a name, such as those of the vendor page";
            faults.push(body.fault(message));
        }
    }
    faults
}

/// What the build does not look at.
pub(super) fn error_codes(document: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    for code in codes(document) {
        let status = code.get("status").and_then(|status| status.value.as_u64());
        if !status.is_some_and(|status| (400..=599).contains(&status)) {
            faults.push(code.fault_of("status", "must be the status of an error, 400 to 599"));
        }
        if code.text("description").is_none_or(str::is_empty) {
            faults.push(code.fault_of("description", "must say what the code means"));
        }
    }
    faults
}

pub(super) fn codes(document: &Document) -> impl Iterator<Item = Part<'_>> {
    Part::root(document).members_of("x-error-codes").map(|(_, code)| code)
}
