//! Examples: named, at every body, and none left over.

use std::collections::BTreeSet;

use super::parts::{Part, definitions, used_media_types};
use crate::document::{Document, Fault};

pub(super) fn named(document: &Document) -> Vec<Fault> {
    used_media_types(document)
        .filter(|media_type| media_type.members_of("examples").next().is_none())
        .map(|media_type| {
            media_type.fault("needs `examples`, each with a name, such as those of the vendor page")
        })
        .collect()
}

pub(super) fn single(document: &Document) -> Vec<Fault> {
    used_media_types(document)
        .filter_map(|media_type| media_type.get("example"))
        .map(|example| example.fault("give it a name and move it to `examples`"))
        .collect()
}

pub(super) fn unused(document: &Document) -> Vec<Fault> {
    let used: BTreeSet<_> = definitions(document)
        .iter()
        .filter_map(|part| part.text("$ref")?.strip_prefix('#'))
        .collect();
    Part::root(document)
        .get_all(&["components", "examples"])
        .into_iter()
        .flat_map(|examples| examples.members())
        .filter(|(_, example)| !used.contains(example.pointer.as_str()))
        .map(|(_, example)| example.fault("no body refers to it: use it or remove it"))
        .collect()
}
