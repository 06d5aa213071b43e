//! What only the document knows, by its place as reports call it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::document::Document;
use crate::part::Part;

/// Most bytes of a response where the document sets no bound: `MAX_BODY` of the library's
/// `src/session/call.rs`.
const USUAL_BOUND: u64 = 1024 * 1024;

/// A fact of the document, where it is stated, and what a change of it means to users.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) effect: Effect,
    pub(super) pointer: String,
    pub(super) value: Value,
}

/// What a change of a fact means to users.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effect {
    /// Breaking unless it is new.
    Name,
    /// Breaking if it is gone, or required now.
    Parameter,
    /// A lower limit: breaking unless it is less than before.
    Least,
    /// An upper limit: breaking unless it is more than before.
    Most,
    /// Always breaking.
    Rule,
    /// Never breaking.
    Behaviour,
}

/// The keywords of requests that the library reads, but for those that its types show.
const KEYWORDS: [(&str, Effect); 17] = [
    ("minLength", Effect::Least),
    ("minimum", Effect::Least),
    ("minItems", Effect::Least),
    ("maxLength", Effect::Most),
    ("maximum", Effect::Most),
    ("maxItems", Effect::Most),
    ("default", Effect::Name),
    ("format", Effect::Rule),
    ("pattern", Effect::Rule),
    ("additionalProperties", Effect::Rule),
    ("x-character-set", Effect::Rule),
    ("x-character-classes", Effect::Rule),
    ("x-address-block", Effect::Rule),
    ("x-excluded-block", Effect::Rule),
    ("x-prefix-length", Effect::Rule),
    ("x-reserved-ranges", Effect::Behaviour),
    ("deprecated", Effect::Behaviour),
];

pub(super) type Facts = BTreeMap<String, Fact>;

pub(super) fn of(document: &Document) -> Facts {
    let mut facts = Facts::new();
    services(&mut facts, document);
    for (code, about) in Part::root(document).members_of("x-error-codes") {
        let place = format!("error code {code}");
        add(&mut facts, &place, Effect::Name, &about, json!(true));
        for keyword in ["retry", "already-there"] {
            let stated = about.get(keyword);
            stated.iter().for_each(|it| state(&mut facts, &place, keyword, Effect::Behaviour, it));
        }
    }
    for (_, item) in Part::root(document).members_of("paths") {
        for (_, operation) in item.members().filter(|(_, member)| member.has("responses")) {
            of_operation(&mut facts, &item, &operation);
        }
    }
    for name in document.request_schemas().unwrap_or_default() {
        let schema = Part::at(document, &format!("/components/schemas/{name}"));
        schema.iter().for_each(|schema| of_schema(&mut facts, &name, schema));
    }
    facts
}

fn services(facts: &mut Facts, document: &Document) {
    let root = Part::root(document);
    for (server, number) in root.items_of("servers").zip(1..) {
        let url = server.get("url");
        let place = format!("server {number}");
        url.iter().for_each(|url| state(facts, &place, "url", Effect::Rule, url));
        for (name, variable) in server.members_of("variables") {
            for value in variable.items_of("enum") {
                let text = value.value.as_str().unwrap_or_default();
                add(facts, &format!("{name} {text}"), Effect::Name, &value, json!(true));
            }
        }
    }
    for (what, keyword) in [("identity service", "x-identity-endpoints"), ("profile", "x-profiles")]
    {
        for (name, value) in root.members_of(keyword) {
            state(facts, what, name, Effect::Name, &value);
        }
    }
    let types = root.get("x-service-types");
    types.iter().for_each(|types| state(facts, "catalogue", "types", Effect::Rule, types));
}

fn of_operation(facts: &mut Facts, item: &Part<'_>, operation: &Part<'_>) {
    let id = operation.text("operationId").unwrap_or_default();
    add(facts, id, Effect::Name, operation, json!(true));
    let bound = operation.get("x-max-response-bytes");
    let bytes = bound.as_ref().map_or(json!(USUAL_BOUND), |bound| bound.value.clone());
    let place = format!("{id} x-max-response-bytes");
    add(facts, &place, Effect::Most, bound.as_ref().unwrap_or(operation), bytes);
    // A parameter of the operation overrides one of its path.
    let parameters = item.items_of("parameters").chain(operation.items_of("parameters"));
    for parameter in parameters.filter_map(|parameter| parameter.resolved()) {
        let [kind, name] = ["in", "name"].map(|it| parameter.text(it).unwrap_or_default());
        let place = format!("{id} {kind}.{name}");
        let required = json!(parameter.is_true("required"));
        add(facts, &place, Effect::Parameter, &parameter, required);
        let deprecated = parameter.get("deprecated");
        let behaviour = Effect::Behaviour;
        deprecated.iter().for_each(|it| state(facts, &place, "deprecated", behaviour, it));
        parameter.get("schema").iter().for_each(|schema| of_schema(facts, &place, schema));
    }
}

/// What a schema of a request says, and its properties and items.
fn of_schema(facts: &mut Facts, place: &str, schema: &Part<'_>) {
    for (keyword, effect) in KEYWORDS {
        let stated = schema.get(keyword);
        stated.iter().for_each(|stated| state(facts, place, keyword, effect, stated));
    }
    for (name, property) in schema.members_of("properties") {
        of_schema(facts, &format!("{place}.{name}"), &property);
    }
    schema.get("items").iter().for_each(|items| of_schema(facts, &format!("{place}[]"), items));
}

fn state(facts: &mut Facts, place: &str, keyword: &str, effect: Effect, stated: &Part<'_>) {
    add(facts, &format!("{place} {keyword}"), effect, stated, stated.value.clone());
}

fn add(facts: &mut Facts, place: &str, effect: Effect, part: &Part<'_>, value: Value) {
    facts.insert(place.to_owned(), Fact { effect, pointer: part.pointer.clone(), value });
}
