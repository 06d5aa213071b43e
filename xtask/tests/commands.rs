//! The commands as a shell sees them: their output and their exit status.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

use std::path::Path;
use std::process::{Command, Output};

/// Runs the command in the folder of this package.
fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

#[track_caller]
fn assert_status(output: &Output, status: i32) {
    assert_eq!(output.status.code(), Some(status), "{output:?}");
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn lint_without_file_checks_our_document_from_any_folder() {
    let output = xtask(&["lint"]);
    assert_status(&output, 0);
    assert!(stdout(&output).contains("openapi/vpn.yaml: all "));
}

#[test]
fn lint_of_a_sound_file_ends_with_0() {
    let output = xtask(&["lint", "tests/sound.yaml"]);
    assert_status(&output, 0);
    assert!(stdout(&output).starts_with("tests/sound.yaml: all "));
}

#[test]
fn lint_of_a_bad_file_ends_with_1() {
    let output = xtask(&["lint", "tests/bad.yaml"]);
    assert_status(&output, 1);
    let golden = std::fs::read_to_string("tests/bad.golden").unwrap();
    assert_eq!(stdout(&output), golden);
}

#[test]
fn lint_shows_a_file_below_the_folder_by_its_relative_path() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sound.yaml");
    let output = xtask(&["lint", file.to_str().unwrap()]);
    assert!(stdout(&output).starts_with("tests/sound.yaml: "));
}

#[test]
fn lint_of_a_missing_file_ends_with_2_and_names_it() {
    let output = xtask(&["lint", "tests/missing.yaml"]);
    assert_status(&output, 2);
    assert!(stderr(&output).starts_with("error: tests/missing.yaml: "));
}

#[test]
fn lint_of_a_file_that_is_not_yaml_ends_with_2_and_tells_the_place() {
    let output = xtask(&["lint", "tests/commands.rs"]);
    assert_status(&output, 2);
    assert!(stderr(&output).starts_with("error: tests/commands.rs:"), "{}", stderr(&output));
}

#[test]
fn wrong_usage_ends_with_2_and_shows_the_commands() {
    for arguments in [&[][..], &["lnt"], &["lint", "--all"], &["lint", "a.yaml", "b.yaml"]] {
        let output = xtask(arguments);
        assert_status(&output, 2);
        assert!(stderr(&output).contains("Usage: cargo xtask COMMAND"), "{arguments:?}");
        assert!(stdout(&output).is_empty());
    }
}

#[test]
fn help_ends_with_0() {
    for arguments in [&["--help"][..], &["-h"], &["help"], &["lint", "--help"], &["lint", "-h"]] {
        let output = xtask(arguments);
        assert_status(&output, 0);
        assert!(stdout(&output).contains("Usage: cargo xtask"), "{arguments:?}");
    }
}

#[test]
fn drift_of_a_page_that_agrees_ends_with_0_and_of_another_with_1() {
    let agrees =
        xtask(&["drift", "--document", "tests/drift/document.yaml", "tests/drift/page.rst"]);
    assert_status(&agrees, 0);
    assert!(stdout(&agrees).contains("124 facts compared, 0 new differences"));
    let differs = xtask(&["drift", "tests/drift/page.rst"]);
    assert_status(&differs, 1);
    assert!(stdout(&differs).contains("tests/drift/page.rst:1: POST /v1/{harbour_id}/boats:"));
}

#[test]
fn drift_of_what_is_no_page_ends_with_2_and_says_why() {
    for (arguments, expected) in [
        (&["drift"][..], "`drift` needs a page"),
        (
            &["drift", "--documnet", "a"],
            "`drift` has no option `--documnet`; it has `--document FILE`",
        ),
        (&["drift", "--document"], "needs a file after it"),
        (&["drift", "tests/nowhere.rst"], "tests/nowhere.rst: "),
        (&["drift", "tests/bad.yaml"], "tests/bad.yaml: is no page of an operation"),
    ] {
        let output = xtask(arguments);
        assert_status(&output, 2);
        assert!(stderr(&output).contains(expected), "{output:?}");
    }
    let help = xtask(&["drift", "--help"]);
    assert_status(&help, 0);
    assert!(stdout(&help).contains("Usage: cargo xtask drift"));
}
