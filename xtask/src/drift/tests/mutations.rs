//! Every fact of the home-made document, taken out and altered.

use serde_json::{Value, json};

use super::{DOCUMENT, PAGE, README, document, drift_of};
use crate::document::Document;
use crate::drift::drift;
use crate::part::Part;

/// Keywords whose value is a fact of a request.
const OF_REQUESTS: [&str; 17] = [
    "type",
    "default",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "deprecated",
    "required",
    "enum",
    "x-unsupported",
    "x-weak",
    "x-address-block",
    "x-excluded-block",
    "x-prefix-length",
    "x-reserved-ranges",
];

/// Those of them that say nothing in a response, and why: only the lint cares
/// which fields of a response are required.
const RESPONSES: [&str; 2] = ["CreateLampResponse", "Lamp"];

/// A change of the document, and a document with it.
fn mutations() -> Vec<(String, Value)> {
    let root = document().root().clone();
    let mut mutations = Vec::new();
    let mut change = |pointer: &str, name: &str, value: Value| {
        mutations.push((format!("{pointer}: {name}"), with(&root, pointer, value)));
    };
    visit(&root, &mut |pointer, value| {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        let in_response = RESPONSES.iter().any(|it| pointer.contains(&format!("/{it}/")));
        if parent.ends_with("/properties") {
            change(pointer, "taken out", Value::Null);
            return;
        }
        let is_keyword = OF_REQUESTS.contains(&name) && !(in_response && name == "required");
        // A property and what it refers to may both state the type.
        let is_twofold = pointer == "/components/schemas/Lamp/type"
            || name == "type" && root.pointer(&format!("{parent}/allOf")).is_some();
        if !is_keyword || pointer.starts_with("/info") {
            return;
        }
        if !is_twofold {
            change(pointer, "taken out", Value::Null);
        }
        match value {
            Value::Array(items) => {
                for at in 0..items.len() {
                    change(&format!("{pointer}/{at}"), "taken out", Value::Null);
                    change(&format!("{pointer}/{at}"), "altered", json!("other"));
                }
                if name != "required" {
                    change(&format!("{pointer}/{}", items.len()), "added", json!("another"));
                }
            }
            Value::Number(number) => {
                change(pointer, "altered", json!(number.as_i64().unwrap() + 1));
            }
            Value::Bool(answer) => change(pointer, "altered", json!(!answer)),
            _ if value == "string" => change(pointer, "altered", json!("integer")),
            _ => change(pointer, "altered", json!("string")),
        }
    });
    mutations.extend(additions(&root));
    mutations
}

fn visit(root: &Value, see: &mut impl FnMut(&str, &Value)) {
    let document = Document::of_tree(root.clone());
    Part::root(&document).all().iter().for_each(|part| see(&part.pointer, part.value));
}

/// Facts that neither the page nor the document states.
fn additions(root: &Value) -> Vec<(String, Value)> {
    let mut additions = Vec::new();
    visit(root, &mut |pointer, value| {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        if !parent.ends_with("/properties") {
            return;
        }
        let all = [
            ("default", json!("added")),
            ("minimum", json!(-1)),
            ("maxLength", json!(999)),
            ("maxItems", json!(999)),
            ("deprecated", json!(true)),
            ("enum", json!(["added"])),
            ("x-prefix-length", json!(9)),
        ];
        for (keyword, fact) in all {
            if value.get(keyword).is_none() {
                let pointer = format!("{pointer}/{keyword}");
                additions.push((format!("{pointer}: added"), with(root, &pointer, fact)));
            }
        }
        let renamed =
            with(&with(root, pointer, Value::Null), &format!("{pointer}_"), value.clone());
        additions.push((format!("{pointer}: renamed"), renamed));
        let owner = parent.strip_suffix("/properties").unwrap();
        let is_response = RESPONSES.iter().any(|it| owner.ends_with(&format!("/{it}")));
        let required = root.pointer(&format!("{owner}/required")).cloned().unwrap_or(json!([]));
        let mut names = required.as_array().unwrap().clone();
        if !is_response && !names.contains(&json!(name)) {
            names.push(json!(name));
            let mutated = with(root, &format!("{owner}/required"), json!(names));
            additions.push((format!("{pointer}: required"), mutated));
        }
    });
    additions
}

/// The document with another value at a place; `null` takes the place out.
fn with(root: &Value, pointer: &str, value: Value) -> Value {
    let mut root = root.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match root.pointer_mut(parent).unwrap() {
        Value::Object(members) if value.is_null() => drop(members.shift_remove(name)),
        Value::Object(members) => drop(members.insert(name.to_owned(), value)),
        Value::Array(items) => {
            let at: usize = name.parse().unwrap();
            let end = (at + 1).min(items.len());
            items.splice(at..end, (!value.is_null()).then_some(value));
        }
        other => panic!("{pointer} in {other}"),
    }
    root
}

#[test]
fn every_fact_of_the_document_that_changes_is_new() {
    let mutations = mutations();
    let green: Vec<&String> = mutations
        .iter()
        .filter(|(_, root)| {
            let document = Document::of_tree(root.clone());
            drift_of(PAGE, &document, README).findings.is_empty()
        })
        .map(|(name, _)| name)
        .collect();
    assert!(mutations.len() > 300, "{} mutations", mutations.len());
    assert!(green.is_empty(), "{} of {}: {green:#?}", green.len(), mutations.len());
}

#[test]
fn document_without_the_operation_or_its_parts_is_new() {
    let root = document().root().clone();
    let lamps = "/paths/~1v1~1{project_id}~1lamps";
    for pointer in [
        "/paths".to_owned(),
        format!("{lamps}/post"),
        format!("{lamps}/parameters"),
        format!("{lamps}/post/parameters/0/in"),
        format!("{lamps}/post/requestBody"),
        format!("{lamps}/post/responses"),
        format!("{lamps}/post/responses/201"),
        format!("{lamps}/post/responses/201/content"),
    ] {
        let mutated = with(&root, &pointer, Value::Null);
        let document = Document::of_tree(mutated);
        // Without an operation, its declarations are errors.
        let pages = [("page".to_owned(), PAGE.to_owned())];
        let drift = drift(&document, ("README.md", README), &pages);
        assert!(drift.map_or(true, |it| !it.findings.is_empty()), "{pointer}");
    }
}

#[test]
fn document_that_refers_to_itself_ends() {
    let text = DOCUMENT.replace(
        "    Bulb:\n      type: object\n",
        "    Bulb:\n      type: object\n      allOf:\n        - $ref: \"#/components/schemas/Bulb\"\n",
    );
    assert_ne!(text, DOCUMENT);
    let document = Document::parse("lamps.yaml", &text).unwrap();
    assert!(drift_of(PAGE, &document, README).findings.is_empty());
}
