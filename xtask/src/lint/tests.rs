//! What the rules say about our document, about one that is sound, and about that one when
//! it is broken in one place at a time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;
use similar::TextDiff;

use super::{RULES, lint};
use crate::document::Document;
use crate::report::lines;

const OURS: &str = include_str!("../../../openapi/vpn.yaml");
const SOUND: &str = include_str!("../../tests/sound.yaml");
const BREACHES: &str = include_str!("../../tests/breaches.txt");

/// The abbreviations of `tests/breaches.txt`.
const SHORT: [(&str, &str); 4] = [
    ("post", "/paths/~1v5~1{project_id}~1tunnels/post"),
    ("get", "/paths/~1v5~1{project_id}~1tunnels/get"),
    ("JSON", "content/application~1json"),
    ("", "/components/schemas/"),
];

/// The linters that `.ci/breaches` runs.
const LINTERS: [&str; 3] = ["redocly", "spectral", "validator"];

/// The rules of the build that the lint shows.
const BUILD: [&str; 12] = [
    "default",
    "endpoint",
    "enumeration",
    "error-code",
    "field",
    "generator",
    "limit",
    "operation",
    "reference",
    "response",
    "schema",
    "version",
];

#[test]
fn our_document_and_the_sound_one_have_no_findings() {
    for (name, text) in [("vpn.yaml", OURS), ("sound.yaml", SOUND)] {
        assert_eq!(lines(&lint(name, text).unwrap()), "");
    }
}

/// What a person sees of a document with breaches of nearly every rule.
#[test]
fn bad_document_gives_the_kept_report() {
    let text = include_str!("../../tests/bad.yaml");
    insta::assert_snapshot!(lines(&lint("bad.yaml", text).unwrap()));
}

/// Each breach is found by what the file names, and the lint finds nothing else.
#[test]
fn each_breach_is_found_as_expected() {
    let mut actual = String::new();
    for line in BREACHES.lines() {
        let Some((breach, expected)) = line.rsplit_once(" => ").filter(|_| !line.starts_with('#'))
        else {
            writeln!(actual, "{line}").unwrap();
            continue;
        };
        let (at, with) = breach.split_once(" = ").unwrap();
        let document = edited(&expand(at), with.parse().unwrap());
        let found = lint("broken.yaml", &format!("{document:#}")).unwrap();
        let found = found.iter().map(|it| format!("{} {}", it.rule, abbreviate(&it.place)));
        let is_linter = |it: &&str| LINTERS.contains(&it.split(' ').next().unwrap());
        let linters = expected.split(", ").filter(is_linter).map(str::to_owned);
        let all: Vec<_> = found.chain(linters).collect();
        writeln!(actual, "{breach} => {}", all.join(", ")).unwrap();
    }
    let difference = TextDiff::from_lines(BREACHES, &actual);
    assert_eq!(actual, BREACHES, "{}", difference.unified_diff().context_radius(0));
}

#[test]
fn each_rule_has_a_breach() {
    let lines = BREACHES.lines().filter(|line| !line.starts_with('#'));
    let findings = lines.filter_map(|line| line.rsplit_once(" => "));
    let findings = findings.flat_map(|(_, findings)| findings.split(", "));
    let broken: BTreeSet<_> = findings.map(|it| it.split(' ').next().unwrap()).collect();
    let own = RULES.iter().map(|(rule, _)| *rule);
    assert_eq!(broken, own.chain(BUILD).chain(LINTERS).collect());
}

/// The place as the document has it.
fn expand(place: &str) -> String {
    let [post, get, json, schema] = SHORT;
    let place = place.replace(json.0, json.1);
    let operation = [post, get].into_iter().find(|(it, _)| place.split('/').next() == Some(it));
    match operation {
        Some((short, pointer)) => place.replacen(short, pointer, 1),
        None if place.starts_with('/') => place,
        None => schema.1.to_owned() + &place,
    }
}

fn abbreviate(place: &str) -> String {
    SHORT.iter().fold(place.to_owned(), |place, (short, long)| place.replace(long, short))
}

/// The sound document with another member or item; without the member for `null`.
fn edited(pointer: &str, with: Value) -> Value {
    let mut root = Document::parse("sound.yaml", SOUND).unwrap().root().clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match root.pointer_mut(parent) {
        Some(Value::Object(members)) if with.is_null() => {
            members.shift_remove(name).unwrap_or_else(|| panic!("{pointer} is not there"));
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
    root
}

/// Faults of several steps of the build, and several of one step.
#[test]
fn every_fault_of_the_build_is_reported() {
    let broken = SOUND
        .replace("retry: never", "retry: sometimes")
        .replace("eu-de: https:", "eu-de: http:")
        .replace("maxLength: 128", "maxLength: -1")
        .replace("maximum: 50", "maximum: fifty")
        .replace("\"204\":", "\"24\":");
    let found = lint("broken.yaml", &broken).unwrap();
    let rules: Vec<_> = found.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(rules, ["response", "empty-range", "limit", "limit", "endpoint", "error-code"]);
}

#[test]
fn mistakes_of_the_fingers_are_found_at_their_lines() {
    for (from, to, expected) in [
        ("schemas/Psk\"", "schemas/Pks\"", "did you mean `#/components/schemas/Psk`?"),
        ("- $ref: \"#/components/schemas/Psk", "- $rf: \"#/components/schemas/Psk", "`$ref`?"),
        (
            "        psk:\n          description",
            "        psk:\n          descripton",
            "`description`?",
        ),
        ("          type: boolean\n", "          type: boolen\n", "did you mean `boolean`?"),
        ("          type: boolean\n", "          type: object\n", "make the object a component"),
        ("        \"204\":\n", "        \"24\":\n", "must be a status of success"),
        ("      x-weak:", "      x-waek:", "did you mean `x-weak`?"),
        ("      x-weak:", "      x-enum-varnames: [A]\n      x-weak:", "has 1 names for"),
    ] {
        assert_eq!(SOUND.matches(from).count(), 1, "{from}");
        let broken = SOUND.replace(from, to);
        let changed = SOUND.lines().zip(broken.lines()).position(|(old, new)| old != new);
        let found = lint("broken.yaml", &broken).unwrap();
        let is_it = |it: &crate::report::Finding| {
            it.line == changed.unwrap() + 1 && it.message.contains(expected)
        };
        assert!(found.iter().any(is_it), "{to}: {}", lines(&found));
    }
}

#[test]
fn text_that_is_not_yaml_is_an_error_with_its_place() {
    let error = lint("broken.yaml", "openapi: 3.0.3\npaths: [\n").err().unwrap();
    assert!(error.starts_with("broken.yaml:"), "{error}");
}

#[test]
fn document_of_any_shape_has_findings() {
    for text in ["{}", "[]", "3", "paths: 1", "paths: {/a: {get: 1}}", "components: {schemas: []}"]
    {
        assert!(!lint("odd.yaml", text).unwrap().is_empty(), "{text}");
    }
}

#[test]
fn what_the_generator_cannot_take_is_one_finding_in_one_line() {
    for (from, to, expected) in [
        ("      in: path\n      required: true\n", "      in: path\n", "progenitor panicked"),
        ("in: query", "in: cookie", "progenitor cannot generate a client: "),
    ] {
        let found = lines(&lint("broken.yaml", &SOUND.replace(from, to)).unwrap());
        assert!(found.lines().count() == 1 && found.contains(expected), "{to}: {found}");
    }
}

/// Names that are not names in Rust, where something else is wrong too.
#[test]
fn invalid_names_are_findings() {
    for (from, to) in [
        ("TunnelRequest", "Tunnel-Request"),
        ("Psk", "Ps-k"),
        ("Style", "Sty-le"),
        ("list_tunnels", "list-tunnels"),
        ("ErrorBody", "Error-Body"),
        ("        default:\n", "        de-fault:\n"),
        ("name: style", "name: sty-le"),
    ] {
        let broken = SOUND.replace(from, to).replace("retry: never", "retry: sometimes");
        let found = lines(&lint("broken.yaml", &broken).unwrap());
        let is_named = found.contains("invalid name `") || found.contains(" case, such as ");
        assert!(is_named, "{to}: {found}");
        assert!(found.contains(": error-code: "), "{to}: {found}");
    }
}
