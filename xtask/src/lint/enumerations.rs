//! Enumerations: components, open, and consistent in what they say of their
//! values.

use std::collections::BTreeSet;

use super::parts::{
    Part, component_name, component_schemas, parameter_schemas, request_schemas, response_schemas,
    schemas,
};
use crate::document::{Document, Fault};

const OPEN: &str = "x-open-enum";
/// The names of the values, in their order, for generators of other languages.
const NAMES: &str = "x-enum-varnames";

pub(super) fn inline(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .filter(|schema| component_name(schema).is_none())
        .filter_map(|schema| schema.get("enum").or_else(|| schema.get(OPEN)))
        .map(|list| list.fault("make the enumeration a component and refer to it"))
        .collect()
}

/// The name becomes that of a Rust type, whose values are texts.
pub(super) fn name(document: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    for schema in enumerations(document) {
        if component_name(&schema).is_some_and(|name| !is_pascal_case(name)) {
            faults.push(schema.fault("must have a name in Pascal case, such as `IkeVersion`"));
        }
        if schema.text("type") != Some("string") {
            faults.push(schema.fault_of("type", "must be `string`: an enumeration lists texts"));
        }
    }
    faults
}

fn is_pascal_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.chars().any(|c| c.is_ascii_lowercase())
}

/// An enumeration that no request, response or parameter uses is a type that no field
/// has. Redocly does not see this of one that refers to itself.
pub(super) fn unused(document: &Document) -> Vec<Fault> {
    let used: BTreeSet<_> = request_schemas(document)
        .into_iter()
        .chain(response_schemas(document))
        .chain(parameter_schemas(document))
        .map(|schema| schema.pointer)
        .collect();
    enumerations(document)
        .filter(|schema| !used.contains(&schema.pointer))
        .map(|schema| schema.fault("is not used: refer to it or remove it"))
        .collect()
}

pub(super) fn open(document: &Document) -> Vec<Fault> {
    component_schemas(document)
        .filter(|schema| schema.has("enum") && !schema.is_true(OPEN))
        .map(|schema| schema.fault(format!("must say `{OPEN}: true`: the service may add values")))
        .collect()
}

/// The values that extensions name are listed.
pub(super) fn values(document: &Document) -> Vec<Fault> {
    let is_listed = |schema: &Part<'_>, value: &str| schema.lists("enum", value);
    let mut faults = Vec::new();
    for schema in component_schemas(document) {
        let lists = ["x-weak", "x-unsupported"].map(|keyword| schema.items_of(keyword));
        let listed = lists.into_iter().flatten().filter_map(|it| Some((it.value.as_str()?, it)));
        let maps = ["x-enumDescriptions", "x-variant-names"];
        let mapped = maps.into_iter().flat_map(|keyword| schema.members_of(keyword));
        for (value, place) in listed.chain(mapped).filter(|(value, _)| !is_listed(&schema, value)) {
            faults.push(place.fault(format!("`{value}` is not a value of this `enum`")));
        }
        let (values, names) = (schema.items_of("enum").count(), schema.items_of(NAMES).count());
        if let Some(place) = schema.get(NAMES).filter(|_| names != values) {
            faults.push(place.fault(format!("has {names} names for {values} values")));
        }
    }
    faults
}

fn enumerations(document: &Document) -> impl Iterator<Item = Part<'_>> {
    component_schemas(document).filter(|schema| schema.has("enum") || schema.has(OPEN))
}
