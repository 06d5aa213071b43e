//! One breach at a time: every rule finds its own, and no other rule does.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{RULES, lint, read};
use crate::document::Document;

/// What `tests/breaches.txt` writes, and what it stands for.
const SHORT: [(&str, &str); 4] = [
    ("post", "/paths/~1v5~1{project_id}~1tunnels/post"),
    ("get", "/paths/~1v5~1{project_id}~1tunnels/get"),
    ("JSON", "content/application~1json"),
    ("", "/components/schemas/"),
];

struct Breach {
    line: String,
    at: String,
    with: Value,
    findings: Vec<String>,
}

fn breaches() -> Vec<Breach> {
    let (_, text) = read("tests/breaches.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(breach).collect()
}

fn breach(line: &str) -> Breach {
    let (at, rest) = line.split_once(" = ").unwrap();
    let (with, findings) = rest.split_once(" => ").unwrap();
    Breach {
        line: line.to_owned(),
        at: expand(at),
        with: with.parse().unwrap(),
        findings: findings.split(", ").map(str::to_owned).collect(),
    }
}

#[test]
fn each_breach_is_found_by_its_own_rule_only() {
    let (_, text) = read("tests/sound.yaml");
    let sound = Document::parse("sound.yaml", &text).unwrap();
    let mut wrong = Vec::new();
    for Breach { line, at, with, findings } in breaches() {
        let mut root = sound.root().clone();
        set(&mut root, &at, with);
        let report = lint("broken.yaml", &format!("{root:#}")).unwrap();
        let found: BTreeSet<_> = report
            .findings
            .iter()
            .map(|finding| format!("{} {}", finding.rule, abbreviate(&finding.pointer)))
            .collect();
        if found != findings.into_iter().collect() {
            wrong.push(format!("{line}\nfinds {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn each_rule_has_a_breach_of_its_own() {
    let breaches = breaches();
    let broken: BTreeSet<_> =
        breaches.iter().filter_map(|breach| breach.findings.first()?.split(' ').next()).collect();
    let rules: BTreeSet<_> = RULES.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(broken, rules);
}

fn expand(place: &str) -> String {
    let [post, get, json, schema] = SHORT;
    let place = place.replace(json.0, json.1);
    let operation =
        [post, get].into_iter().find(|(short, _)| place.starts_with(&format!("{short}/")));
    match operation {
        Some((short, pointer)) => place.replacen(short, pointer, 1),
        None if place.starts_with('/') => place,
        None => schema.1.to_owned() + &place,
    }
}

fn abbreviate(pointer: &str) -> String {
    if pointer.is_empty() {
        return "/".to_owned();
    }
    SHORT.iter().fold(pointer.to_owned(), |place, (short, long)| place.replace(long, short))
}

/// Sets the member or the item at `pointer`, or removes the member for `null`.
fn set(root: &mut Value, pointer: &str, with: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match root.pointer_mut(parent) {
        Some(Value::Object(members)) if with.is_null() => {
            members.remove(name).unwrap_or_else(|| panic!("{pointer} is not there"));
        }
        Some(Value::Object(members)) => {
            members.insert(name.to_owned(), with);
        }
        Some(Value::Array(items)) => {
            items.truncate(name.parse().unwrap());
            items.push(with);
        }
        _ => panic!("{parent} is not there"),
    }
}
