//! `cargo xtask drift` as a shell sees it: its output and its exit status.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

mod support;

use std::process::Output;

use support::{assert_status, stderr, stdout, xtask};

const LAMPS: &str = "tests/drift/lamps.yaml";
const PAGE: &str = "tests/drift/create.rst";

fn drift(arguments: &[&str]) -> Output {
    xtask(&[&["drift"], arguments].concat())
}

#[test]
fn page_with_declared_differences_only_ends_with_0() {
    let output = drift(&["--document", LAMPS, PAGE]);
    assert_status(&output, 0);
    assert!(stdout(&output).starts_with("tests/drift/create.rst: POST /v1/{project_id}/lamps: "));
}

#[test]
fn page_with_new_differences_ends_with_1_and_names_them() {
    let output = drift(&[PAGE, "--document", LAMPS, "tests/drift/bare.txt"]);
    assert_status(&output, 1);
    assert!(stdout(&output).contains(
        "\ntests/drift/bare.txt:26: POST /v1/{project_id}/lamps request.lamp.name length 1..32 != \
         1..64\n"
    ));
}

#[test]
fn our_document_is_the_one_to_compare_with() {
    let output = drift(&[PAGE]);
    assert_status(&output, 1);
    assert!(stdout(&output).contains(" page operation described != -\n"));
}

#[test]
fn page_that_is_none_ends_with_2_and_the_others_are_reported() {
    let output = drift(&["--document", LAMPS, "tests/drift.rs", PAGE]);
    assert_status(&output, 2);
    assert!(stderr(&output).starts_with("error: tests/drift.rs: is not a page of an API"));
    assert!(stdout(&output).starts_with(PAGE));
}

#[test]
fn file_that_cannot_be_read_ends_with_2_and_is_named() {
    for (arguments, name) in [
        (["--document", LAMPS, "missing.rst"], "missing.rst"),
        (["--document", "missing.yaml", PAGE], "missing.yaml"),
        (["--document", PAGE, PAGE], PAGE),
    ] {
        let output = drift(&arguments);
        assert_status(&output, 2);
        assert!(stderr(&output).starts_with(&format!("error: {name}:")), "{}", stderr(&output));
    }
}

#[test]
fn wrong_command_ends_with_2_and_says_why() {
    for (arguments, reason) in [
        (&[][..], "`drift` needs a page"),
        (&["--document", LAMPS], "`drift` needs a page"),
        (&[PAGE, "--document"], "`--document` needs a file"),
        (&[PAGE, "--all"], "`drift` has no option `--all`"),
        (&["--document", LAMPS, "--document", LAMPS, PAGE], "`drift` takes one `--document`"),
    ] {
        let output = drift(arguments);
        assert_status(&output, 2);
        assert!(stderr(&output).contains(reason), "{}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
}

#[test]
fn help_ends_with_0_and_explains_the_report() {
    for arguments in [&["--help"][..], &["-h"], &[PAGE, "--help"]] {
        let output = drift(arguments);
        assert_status(&output, 0);
        assert!(stdout(&output).contains("Usage: cargo xtask drift [--document FILE] PAGE…"));
    }
}
