//! What the rules say about our document, about one that breaks them all, and
//! about one that breaks them one by one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod breaches;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{RULES, Report, lint};

fn read(path: &str) -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

fn report(path: &str) -> Report {
    lint(path, &read(path).1).unwrap()
}

#[test]
fn our_document_has_no_finding() {
    let report = report("../openapi/vpn.yaml");
    assert!(report.is_clean(), "{report}");
}

#[test]
fn sound_document_has_no_finding() {
    let report = report("tests/sound.yaml");
    assert!(report.is_clean(), "{report}");
}

/// `BLESS=1 cargo test -p xtask` writes the golden file anew.
#[test]
fn bad_document_gives_the_golden_report() {
    let actual = report("tests/bad.yaml").to_string();
    let golden = "tests/bad.golden";
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(golden), &actual).unwrap();
    }
    assert_eq!(actual, read(golden).1, "if this is meant: BLESS=1 cargo test -p xtask");
}

#[test]
fn golden_report_holds_every_rule() {
    let (_, golden) = read("tests/bad.golden");
    let found: BTreeSet<_> = golden.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    let missing: Vec<_> =
        RULES.iter().map(|(rule, _)| rule).filter(|rule| !found.contains(*rule)).collect();
    assert!(missing.is_empty(), "tests/bad.yaml breaks none of these: {missing:?}");
}

#[test]
fn rule_names_are_unique_and_in_kebab_case() {
    let names: BTreeSet<_> = RULES.iter().map(|(rule, _)| rule).collect();
    assert_eq!(names.len(), RULES.len());
    for name in names {
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
    }
}

#[test]
fn text_that_is_not_yaml_is_an_error_with_its_place() {
    let error = lint("broken.yaml", "openapi: 3.0.3\npaths: [\n").err().unwrap();
    assert!(error.starts_with("broken.yaml:"), "{error}");
}

#[test]
fn document_of_any_shape_gives_findings() {
    for text in ["{}", "[]", "3", "paths: 1", "paths: {/a: {get: 1}}", "components: {schemas: []}"]
    {
        assert!(!lint("odd.yaml", text).unwrap().is_clean(), "{text}");
    }
}

#[test]
fn example_that_is_wrong_is_found_at_its_wrong_member() {
    let (_, text) = read("tests/sound.yaml");
    let text = text.replace(
        "        peers: [192.168.44.0/24]\n",
        "        peers:\n          - a\n          - 1\n",
    );
    let line = text.lines().position(|line| line == "          - 1").unwrap() + 1;
    let report = lint("wrong.yaml", &text).unwrap().to_string();
    let start =
        format!("wrong.yaml:{line}:13: example-value: /components/examples/Create/value/peers/1: ");
    assert!(report.starts_with(&start), "{report}");
}

/// Each default and example has a schema of its own here: a rule that looks at all of
/// them for each of them takes a minute.
#[test]
fn time_grows_with_the_document_and_not_with_its_square() {
    // In the time of the smaller document, so that a busy machine does not matter.
    let (small, large) = (time_to_lint(300), time_to_lint(3000));
    assert!(large < 40 * small, "{small:?} for 300 schemas, {large:?} for 3000");
}

/// The shortest of three runs.
fn time_to_lint(schemas: usize) -> std::time::Duration {
    let (_, text) = read("tests/sound.yaml");
    let schema = |number: usize| {
        format!(
            "    Part{number}:\n      type: string\n      description: A part.\n      example: a\n      default: a\n"
        )
    };
    let schemas: String = (0..schemas).map(schema).collect();
    let text = text.replace("    ErrorBody:\n", &format!("{schemas}    ErrorBody:\n"));
    let run = || {
        let start = std::time::Instant::now();
        assert!(lint("many.yaml", &text).unwrap().is_clean());
        start.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap()
}

#[test]
fn reference_in_a_circle_is_a_finding() {
    let (_, text) = read("tests/sound.yaml");
    let circle = "#/components/examples/Create";
    let text = text.replace(
        "    Create:\n      value:\n        name: tunnel-1\n        peers: [192.168.44.0/24]\n",
        &format!("    Create:\n      $ref: \"{circle}\"\n"),
    );
    let report = lint("circle.yaml", &text).unwrap().to_string();
    assert!(report.contains("broken-reference: /components/examples/Create/$ref"), "{report}");
}
