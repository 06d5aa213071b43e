//! Examples: named, at every body, and none left over.

use std::collections::BTreeSet;

use super::parts::{Part, holders, used_media_types};
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
    let used: BTreeSet<_> = holders(document)
        .flat_map(|holder| holder.members_of("examples"))
        .filter_map(|(_, example)| Some(example.resolved()?.pointer))
        .collect();
    components(document)
        .filter(|example| !used.contains(&example.pointer))
        .map(|example| example.fault("no body refers to it: use it or remove it"))
        .collect()
}

pub(super) fn without_value(document: &Document) -> Vec<Fault> {
    let inline = holders(document)
        .flat_map(|holder| holder.members_of("examples"))
        .map(|(_, example)| example);
    components(document)
        .chain(inline)
        .filter(|example| !example.has("value") && !example.has("$ref"))
        .map(|example| example.fault("needs its `value`, or a `$ref` to an example that has one"))
        .collect()
}

fn components(document: &Document) -> impl Iterator<Item = Part<'_>> {
    let examples = Part::at(document, "/components/examples");
    examples.into_iter().flat_map(|examples| examples.members()).map(|(_, example)| example)
}
