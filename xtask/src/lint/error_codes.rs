//! The error codes of the service, listed at the root of the document.

use super::parts::Part;
use crate::document::{Document, Fault};

const RETRY: [&str; 4] = ["never", "always", "reads", "fresh-token"];

pub(super) fn status(document: &Document) -> Vec<Fault> {
    codes(document)
        .filter(|code| {
            let status = code.get("status").and_then(|status| status.value.as_u64());
            !status.is_some_and(|status| (400..=599).contains(&status))
        })
        .map(|code| code.fault_of("status", "must be the status of an error, 400 to 599"))
        .collect()
}

pub(super) fn retry(document: &Document) -> Vec<Fault> {
    codes(document)
        .filter(|code| !code.text("retry").is_some_and(|class| RETRY.contains(&class)))
        .map(|code| {
            let message = "must be `never`, `always`, `reads` or `fresh-token`";
            code.fault_of("retry", message)
        })
        .collect()
}

pub(super) fn description(document: &Document) -> Vec<Fault> {
    codes(document)
        .filter(|code| code.text("description").is_none_or(str::is_empty))
        .map(|code| code.fault_of("description", "must say what the code means"))
        .collect()
}

pub(super) fn codes(document: &Document) -> impl Iterator<Item = Part<'_>> {
    Part::root(document).members_of("x-error-codes").map(|(_, code)| code)
}
