//! The commands as a shell sees them: their output and their exit status.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

mod support;

use std::path::Path;

use support::{assert_status, stderr, stdout, xtask};

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
fn wrong_usage_ends_with_2_and_shows_the_right_one() {
    for (arguments, usage) in [
        (&[][..], "COMMAND"),
        (&["lnt"], "COMMAND"),
        (&["lint", "--all"], "lint ["),
        (&["lint", "a.yaml", "b.yaml"], "lint ["),
        (&["diff", "a.yaml"], "diff ["),
        (&["drift"], "drift ["),
        (&["codegen", "x"], "codegen ["),
        (&["roundtrip", "x"], "roundtrip"),
    ] {
        let output = xtask(arguments);
        assert_status(&output, 2);
        let usage = format!("\nUsage: cargo xtask {usage}");
        assert!(stderr(&output).contains(&usage), "{arguments:?}");
        assert!(stdout(&output).is_empty());
    }
}

/// As in `cargo xtask lint … | head -1`.
#[test]
fn closed_pipe_is_no_trouble() {
    for (arguments, status) in [
        (&["--help"][..], 0),
        (&["lint", "tests/bad.yaml"], 1),
        (&["lint", "--format", "json", "tests/bad.yaml"], 1),
        (&["diff", "tests/sound.yaml", "tests/bad.yaml"], 1),
        (&["drift", "--document", "tests/drift/lamps.yaml", "tests/drift/create.rst"], 0),
    ] {
        let output = support::unread(arguments);
        assert_status(&output, status);
        assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    }
    for command in ["codegen", "roundtrip"] {
        let output = support::unread(&[command]);
        assert_status(&output, 0);
        // Cargo may have something to say.
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
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
fn lint_speaks_to_machines_and_to_github() {
    let json = xtask(&["lint", "--format", "json", "tests/bad.yaml"]);
    assert_status(&json, 1);
    let findings: Vec<serde_json::Value> = serde_json::from_slice(&json.stdout).unwrap();
    let golden = std::fs::read_to_string("tests/bad.golden").unwrap();
    assert_eq!(findings.len(), golden.lines().count() - 1);
    let first = findings.first().unwrap();
    for member in ["file", "line", "column", "rule", "pointer", "message"] {
        assert!(first.get(member).is_some(), "{first}");
    }
    let github = xtask(&["lint", "tests/bad.yaml", "--format", "github"]);
    assert_status(&github, 1);
    assert!(
        stdout(&github)
            .contains("::error file=tests/bad.yaml,line=73,col=9,title=default-response::/paths/"),
        "{}",
        stdout(&github)
    );
    let clean = xtask(&["lint", "--format", "json", "tests/sound.yaml"]);
    assert_status(&clean, 0);
    assert_eq!(stdout(&clean), "[]\n");
}

#[test]
fn diff_says_what_is_breaking_by_its_exit_status() {
    let same = xtask(&["diff", "tests/sound.yaml", "tests/sound.yaml"]);
    assert_status(&same, 0);
    assert_eq!(stdout(&same), "version step: none: nothing that users notice\n");
    let other = xtask(&["diff", "tests/sound.yaml", "tests/bad.yaml"]);
    assert_status(&other, 1);
    assert!(stdout(&other).contains(": breaking: "));
    let json = xtask(&["diff", "--format", "json", "tests/sound.yaml", "tests/bad.yaml"]);
    assert_status(&json, 1);
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(report["items"][0]["class"], "breaking");
    for (arguments, expected) in [
        (&["diff", "tests/sound.yaml"][..], "`diff` needs two files, and has 1"),
        (&["diff", "--format", "xml"], "`--format` needs one of these: text, json"),
        (&["diff", "a", "b", "--quiet"], "`diff` has no option `--quiet`"),
        (&["diff", "tests/nowhere.yaml", "tests/sound.yaml"], "tests/nowhere.yaml: "),
    ] {
        let output = xtask(arguments);
        assert_status(&output, 2);
        assert!(stderr(&output).contains(expected), "{output:?}");
    }
}

#[test]
fn codegen_checks_the_public_surface() {
    let output = xtask(&["codegen", "--check", "../tests/public-api.txt"]);
    assert_status(&output, 0);
    assert_eq!(stdout(&output), "../tests/public-api.txt: is the public surface\n");

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("codegen");
    std::fs::create_dir_all(&folder).unwrap();
    let kept = std::fs::read_to_string("../tests/public-api.txt").unwrap();
    let gone = kept.replacen("    pub fn project_id(&self) -> &ProjectId {}\n", "", 1);
    assert_ne!(gone, kept);
    let file = folder.join("public-api.txt");
    std::fs::write(&file, gone).unwrap();
    let output = xtask(&["codegen", "--check", file.to_str().unwrap()]);
    assert_status(&output, 1);
    let difference = stdout(&output);
    assert!(difference.contains("\n+    pub fn project_id(&self) -> &ProjectId {}\n"));
    assert!(difference.contains("cargo xtask codegen --bless "));

    assert_status(&xtask(&["codegen", "--bless", file.to_str().unwrap()]), 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);
}

#[test]
fn codegen_writes_what_it_prints() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    assert_status(&xtask(&["codegen", "--write", folder.to_str().unwrap()]), 0);
    let client = std::fs::read_to_string(folder.join("client.rs")).unwrap();
    assert!(client.contains("pub struct VpnConnectionRequest {"));
    let printed = stdout(&xtask(&["codegen"]));
    assert!(printed.contains(&format!("// client.rs\n{client}")));
}

#[test]
fn codegen_refuses_what_it_does_not_know() {
    let output = xtask(&["codegen", "--chek", "x"]);
    assert_status(&output, 2);
    assert!(
        stderr(&output).contains(
            "`codegen` takes nothing, `--write FOLDER`, `--check FILE` or `--bless FILE`"
        )
    );
    let output = xtask(&["codegen", "--check", "absent.txt"]);
    assert_status(&output, 2);
    assert!(stderr(&output).starts_with("error: absent.txt: "));
}

#[test]
fn roundtrip_finds_what_is_meant_and_no_more() {
    let output = xtask(&["roundtrip"]);
    assert_status(&output, 0);
    let report = stdout(&output);
    assert!(report.contains("\n  Psk minLength: 8 != -\n"));
    assert!(report.ends_with(" lost or loosened as meant, 0 not meant\n"));
}

#[test]
fn roundtrip_takes_nothing() {
    assert_status(&xtask(&["roundtrip", "--help"]), 0);
    let output = xtask(&["roundtrip", "page"]);
    assert_status(&output, 2);
    assert!(stderr(&output).contains("`roundtrip` takes nothing"));
}
