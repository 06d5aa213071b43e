//! Enumerations: components, open, and consistent in what they say of their
//! values.

use std::collections::BTreeSet;

use serde_json::Value;

use super::parts::{
    Part, component_name, component_schemas, parameter_schemas, request_schemas, response_schemas,
    schemas,
};
use crate::document::{Document, Fault};

const OPEN: &str = "x-open-enum";

pub(super) fn inline(document: &Document) -> Vec<Fault> {
    schemas(document)
        .iter()
        .filter(|schema| component_name(schema).is_none())
        .filter_map(|schema| schema.get("enum").or_else(|| schema.get(OPEN)))
        .map(|list| list.fault("make the enumeration a component of its own and refer to it"))
        .collect()
}

pub(super) fn name(document: &Document) -> Vec<Fault> {
    enumerations(document)
        .filter(|schema| component_name(schema).is_some_and(|name| !is_pascal_case(name)))
        .map(|schema| {
            schema.fault("an enumeration has a name in Pascal case, such as `IkeVersion`")
        })
        .collect()
}

/// One that no request, response or parameter reaches, and no fact about a gateway, makes
/// a type that no field has.
pub(super) fn unused(document: &Document) -> Vec<Fault> {
    let facts = Part::root(document);
    let facts = facts.members_of("x-gateway-facts").filter_map(|(_, fact)| fact.resolved());
    let used: BTreeSet<_> = request_schemas(document)
        .into_iter()
        .chain(response_schemas(document))
        .chain(parameter_schemas(document))
        .chain(facts)
        .map(|schema| schema.pointer)
        .collect();
    enumerations(document)
        .filter(|schema| component_name(schema).is_some() && !used.contains(&schema.pointer))
        .map(|schema| schema.fault("no field refers to it: use it or remove it"))
        .collect()
}

fn is_pascal_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.chars().any(|c| c.is_ascii_lowercase())
}

pub(super) fn kind(document: &Document) -> Vec<Fault> {
    enumerations(document)
        .filter(|schema| schema.text("type") != Some("string"))
        .map(|schema| schema.fault_of("type", "must be `string`: an enumeration lists texts"))
        .collect()
}

pub(super) fn open(document: &Document) -> Vec<Fault> {
    component_schemas(document)
        .filter(|schema| schema.has("enum") && !schema.is_true(OPEN))
        .map(|schema| {
            let message = format!("must say `{OPEN}: true`: the service may add values");
            schema.fault(message)
        })
        .collect()
}

pub(super) fn values(document: &Document) -> Vec<Fault> {
    component_schemas(document)
        .filter(|schema| schema.has(OPEN) && listed(schema).is_empty())
        .map(|schema| {
            schema.fault_of("enum", format!("must list the known values, since `{OPEN}` is set"))
        })
        .collect()
}

pub(super) fn listed_values(document: &Document) -> Vec<Fault> {
    component_schemas(document)
        .flat_map(|schema| {
            let listed = listed(&schema);
            named_values(&schema)
                .into_iter()
                .filter(move |(value, _)| !listed.contains(value))
                .map(|(value, place)| place.fault(format!("{value} is no value of this `enum`")))
        })
        .collect()
}

/// The values that extensions speak of, and where.
fn named_values<'a>(schema: &Part<'a>) -> Vec<(Value, Part<'a>)> {
    let lists = ["x-weak", "x-unsupported"].into_iter();
    let maps = ["x-enumDescriptions", "x-variant-names"].into_iter();
    let in_lists =
        lists.flat_map(|keyword| schema.items_of(keyword)).map(|item| (item.value.clone(), item));
    let in_maps = maps
        .flat_map(|keyword| schema.members_of(keyword))
        .map(|(name, member)| (Value::from(name), member));
    in_lists.chain(in_maps).collect()
}

fn enumerations(document: &Document) -> impl Iterator<Item = Part<'_>> {
    component_schemas(document).filter(|schema| schema.has("enum") || schema.has(OPEN))
}

fn listed(schema: &Part<'_>) -> Vec<Value> {
    schema.items_of("enum").map(|item| item.value.clone()).collect()
}
