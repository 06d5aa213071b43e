//! The parts of the document: its operations, its schemas, and the schemas of requests and
//! of responses.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::part::METHODS;
pub(super) use crate::part::Part;

/// Keywords whose members are named by the author, so that none of the names is
/// a keyword.
const NAMED_MEMBERS: [&str; 13] = [
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "variables",
];

/// Keywords that hold data of the API instead of a description of it.
const DATA: [&str; 4] = ["default", "enum", "example", "value"];

fn components<'a>(document: &'a Document, kind: &str) -> impl Iterator<Item = Part<'a>> {
    let components = Part::at(document, &format!("/components/{kind}"));
    components.into_iter().flat_map(|kind| kind.members()).map(|(_, component)| component)
}

pub(super) fn component_schemas(document: &Document) -> impl Iterator<Item = Part<'_>> {
    components(document, "schemas")
}

/// The name of a component schema; none for an inline schema.
pub(super) fn component_name<'p>(schema: &'p Part<'_>) -> Option<&'p str> {
    let name = schema.pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then_some(name)
}

fn path_items(document: &Document) -> impl Iterator<Item = Part<'_>> {
    Part::root(document).members_of("paths").filter_map(|(_, item)| item.resolved())
}

pub(super) fn operations(document: &Document) -> impl Iterator<Item = Part<'_>> {
    path_items(document)
        .flat_map(|item| METHODS.into_iter().filter_map(move |method| item.get(method)))
}

/// Parameters where they are written out.
pub(super) fn parameters(document: &Document) -> impl Iterator<Item = Part<'_>> {
    let inline = path_items(document)
        .chain(operations(document))
        .flat_map(|holder| holder.items_of("parameters"))
        .filter(|parameter| !parameter.has("$ref"));
    components(document, "parameters").filter(|parameter| !parameter.has("$ref")).chain(inline)
}

/// Statuses of an operation and the responses that they name.
fn responses<'a>(operation: &Part<'a>) -> impl Iterator<Item = (&'a str, Part<'a>)> + use<'a> {
    operation
        .members_of("responses")
        .filter_map(|(status, response)| Some((status, response.resolved()?)))
}

/// Media types of a request body or a response.
fn media_types<'a>(body: &Part<'a>) -> impl Iterator<Item = Part<'a>> + use<'a> {
    body.members_of("content").map(|(_, media_type)| media_type)
}

fn request_media_types(document: &Document) -> impl Iterator<Item = Part<'_>> {
    operations(document)
        .filter_map(|operation| operation.get("requestBody")?.resolved())
        .flat_map(|body| media_types(&body))
}

fn response_media_types(document: &Document) -> impl Iterator<Item = Part<'_>> {
    operations(document)
        .flat_map(|operation| responses(&operation))
        .flat_map(|(_, response)| media_types(&response))
}

/// Media types that operations read and write.
pub(super) fn used_media_types(document: &Document) -> impl Iterator<Item = Part<'_>> {
    request_media_types(document).chain(response_media_types(document))
}

fn headers(document: &Document) -> impl Iterator<Item = Part<'_>> {
    operations(document)
        .flat_map(|operation| responses(&operation))
        .flat_map(|(_, response)| response.members_of("headers"))
        .filter_map(|(_, header)| header.resolved())
}

/// Schemas that request bodies are made of.
pub(super) fn request_schemas(document: &Document) -> Vec<Part<'_>> {
    reached(request_media_types(document).filter_map(|media_type| media_type.get("schema")))
}

/// Schemas that parameters are made of.
pub(super) fn parameter_schemas(document: &Document) -> Vec<Part<'_>> {
    let contents = parameters(document).flat_map(|parameter| media_types(&parameter));
    reached(parameters(document).chain(contents).filter_map(|holder| holder.get("schema")))
}

/// Schemas that responses are made of, their headers included.
pub(super) fn response_schemas(document: &Document) -> Vec<Part<'_>> {
    reached(
        response_media_types(document)
            .chain(headers(document))
            .filter_map(|holder| holder.get("schema")),
    )
}

/// Every schema of the document, where it is written out.
pub(super) fn schemas(document: &Document) -> Vec<Part<'_>> {
    let inline = definitions(document).into_iter().filter_map(|part| part.get("schema"));
    let mut open: Vec<_> = component_schemas(document).chain(inline).collect();
    let mut found = Vec::new();
    while let Some(schema) = open.pop() {
        if !schema.has("$ref") {
            open.extend(subschemas(&schema));
            found.push(schema);
        }
    }
    found
}

/// The roots, the schemas inside of them, and all that these refer to.
fn reached<'a>(roots: impl Iterator<Item = Part<'a>>) -> Vec<Part<'a>> {
    let mut open: Vec<_> = roots.collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    while let Some(schema) = open.pop() {
        if let Some(schema) = schema.resolved().filter(|it| seen.insert(it.pointer.clone())) {
            open.extend(subschemas(&schema));
            found.push(schema);
        }
    }
    found
}

fn subschemas<'a>(schema: &Part<'a>) -> Vec<Part<'a>> {
    let single = ["items", "not", "additionalProperties"].into_iter();
    let lists = ["allOf", "anyOf", "oneOf"].into_iter();
    single
        .filter_map(|keyword| schema.get(keyword))
        .filter(|part| part.value.is_object())
        .chain(lists.flat_map(|keyword| schema.items_of(keyword)))
        .chain(schema.members_of("properties").map(|(_, property)| property))
        .collect()
}

/// Every object whose members are keywords, data of the API left aside.
pub(super) fn definitions(document: &Document) -> Vec<Part<'_>> {
    let mut open = vec![Part::root(document)];
    let mut found = Vec::new();
    while let Some(part) = open.pop() {
        open.extend(part.items());
        for (keyword, member) in part.members() {
            let is_data = DATA.contains(&keyword) || keyword.starts_with("x-");
            if NAMED_MEMBERS.contains(&keyword) && member.value.is_object() {
                open.extend(member.members().map(|(_, named)| named));
            } else if !is_data {
                open.push(member);
            }
        }
        if part.value.is_object() {
            found.push(part);
        }
    }
    found
}
