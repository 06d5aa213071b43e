//! The commands as a shell sees them: their output and their exit status.

#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The command, to be run in the folder of this package.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command that must end with a status; returns its output and its errors.
#[track_caller]
fn run(arguments: &[&str], status: i32) -> (String, String) {
    ended(command(arguments).output().unwrap(), status)
}

#[track_caller]
fn ended(output: Output, status: i32) -> (String, String) {
    let text = |output| String::from_utf8(output).unwrap();
    let (code, output, errors) = (output.status.code(), text(output.stdout), text(output.stderr));
    assert_eq!(code, Some(status), "{output}{errors}");
    (output, errors)
}

const DOCUMENT: &str = "--document=tests/drift/lamps.yaml";

#[test]
fn exit_status_is_0_without_findings() {
    for (arguments, expected) in [
        (&["lint"][..], "openapi/vpn.yaml: follows all "),
        (&["lint", "tests/sound.yaml"], "tests/sound.yaml: follows all "),
        (&["lint", "--format=json", "tests/sound.yaml"], "[]\n"),
        (&["diff", "../openapi/vpn.yaml"], "0 breaking, 0 compatible\n"),
        (&["drift", DOCUMENT, "tests/drift/create.rst"], "tests/drift/create.rst: POST /v1/"),
        (&["modules"], "src: no circle among "),
        (&["codegen"], "// client.rs\n"),
        (&["--version"], "xtask "),
        (&["help", "lint"], "Check that the document follows the rules of this project\n"),
        (&["drift", "--help"], "Compare the vendor's pages with the document\n"),
    ] {
        let (output, errors) = run(arguments, 0);
        assert!(output.contains(expected), "{arguments:?}: {output:.300}");
        assert_eq!(errors, "", "{arguments:?}");
    }
}

#[test]
fn exit_status_is_1_with_findings() {
    for (arguments, expected) in [
        (&["lint", "tests/bad.yaml"][..], "tests/bad.yaml:10:3: unknown-extension: /info/x-logo: "),
        (&["lint", "--format=github", "tests/bad.yaml"], "::error file=tests/bad.yaml,line=10,"),
        (&["diff", "tests/sound.yaml", "tests/bad.yaml"], ": breaking: server 1 url: "),
        (&["drift", DOCUMENT, "tests/drift"], "\n  39: request.switch.on field boolean; "),
        (&["drift", "tests/drift/create.rst"], "page operation described != -"),
        (
            &["codegen", "--check", "Cargo.toml"],
            "To accept the change: cargo xtask codegen --bless",
        ),
    ] {
        let (output, errors) = run(arguments, 1);
        assert!(output.contains(expected), "{arguments:?}: {output:.300}");
        assert_eq!(errors, "", "{arguments:?}");
    }
}

#[test]
fn diff_compares_with_the_last_commit() {
    let output = command(&["diff"]).output().unwrap();
    // An edit that is not committed yet may be breaking.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    assert!(String::from_utf8(output.stdout).unwrap().ends_with(" compatible\n"));
}

/// The error, how the command is used, and no more.
#[test]
fn exit_status_is_2_for_misuse_and_for_what_cannot_be_read() {
    for (arguments, expected) in [
        (&[][..], "error: 'cargo xtask' requires a subcommand"),
        (&["lnt"], "error: unrecognized subcommand 'lnt'"),
        (&["lint", "--all"], "error: unexpected argument '--all' found"),
        (&["lint", "--format=xml"], "[possible values: text, json, github]"),
        (&["lint", "a.yaml", "b.yaml"], "Usage: cargo xtask lint [OPTIONS] [FILE]"),
        (&["drift"], "Usage: cargo xtask drift"),
        (&["codegen", "--check", "a", "--bless", "b"], "cannot be used with"),
        (&["lint", "tests/missing.yaml"], "error: tests/missing.yaml: "),
        (&["lint", "tests/commands.rs"], "error: tests/commands.rs:"),
        (&["diff", "tests/missing.yaml", "tests/sound.yaml"], "error: tests/missing.yaml: "),
        (&["drift", "missing.rst"], "error: missing.rst: "),
        (&["drift", "tests/commands.rs"], "error: no page describes an operation"),
        (&["codegen", "--check", "absent.txt"], "error: absent.txt: "),
        (&["codegen", "tests/bad.yaml"], "error: tests/bad.yaml:"),
    ] {
        let (output, errors) = run(arguments, 2);
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
        assert!(output.is_empty(), "{arguments:?}: {output}");
        assert!(errors.lines().count() <= 8 || arguments[0] == "codegen", "{errors}");
    }
}

#[test]
fn the_standard_input_is_a_document_too() {
    let mut child = command(&["lint", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"openapi: 3.0.3\n").unwrap();
    let (output, _) = ended(child.wait_with_output().unwrap(), 1);
    assert!(output.starts_with("-:1:1: "), "{output}");
}

#[test]
fn machines_get_every_finding() {
    let (json, _) = run(&["lint", "--format", "json", "tests/bad.yaml"], 1);
    let findings: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let (text, _) = run(&["lint", "tests/bad.yaml"], 1);
    assert_eq!(findings.len(), text.lines().count() - 1);
    let expected = serde_json::json!({
        "file": "tests/bad.yaml", "line": 10, "column": 3, "rule": "unknown-extension",
        "place": "/info/x-logo", "message": "nothing reads this extension",
    });
    assert!(findings.contains(&expected), "{json}");
    for command in
        [&["drift", DOCUMENT, "tests/drift"][..], &["diff", "tests/sound.yaml", "tests/bad.yaml"]]
    {
        let (json, _) = run(&[command, &["--format=json"]].concat(), 1);
        assert!(!serde_json::from_str::<Vec<serde_json::Value>>(&json).unwrap().is_empty());
        let (github, _) = run(&[command, &["--format=github"]].concat(), 1);
        assert!(github.lines().all(|line| line.starts_with("::error file=")), "{github}");
    }
}

/// As in `cargo xtask lint … | head -1`.
#[test]
fn closed_pipe_is_no_error() {
    for (arguments, status) in
        [(&["--help"][..], 0), (&["lint", "tests/bad.yaml"], 1), (&["codegen"], 0)]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = command(arguments).stdout(writer).spawn().unwrap();
        let (_, errors) = ended(child.wait_with_output().unwrap(), status);
        assert_eq!(errors, "");
    }
}

#[test]
fn the_kept_public_surface_is_that_of_the_sources() {
    let (output, _) = run(&["codegen", "--check", "../tests/public-api.txt"], 0);
    assert!(output.contains("../tests/public-api.txt: is the"), "{output}");
}

#[test]
fn codegen_shows_and_accepts_another_public_surface() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("codegen");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("public-api.txt");
    run(&["codegen", "--bless", file.to_str().unwrap()], 0);
    let kept = std::fs::read_to_string(&file).unwrap();
    // An edit of the macro behind the enumerations shows too.
    let gone = kept.replacen("    pub fn project_id(&self) -> &ProjectId {}\n", "", 1);
    let gone =
        gone.replacen("    #[non_exhaustive]\n    pub enum name {", "    pub enum name {", 1);
    std::fs::write(&file, gone).unwrap();
    let (difference, _) = run(&["codegen", "--check", file.to_str().unwrap()], 1);
    assert!(difference.contains("\n+    pub fn project_id(&self) -> &ProjectId {}\n"));
    assert!(difference.contains("\n+    #[non_exhaustive]\n"));
    run(&["codegen", "--bless", file.to_str().unwrap()], 0);
    assert!(std::fs::read_to_string(&file).unwrap() == kept, "not as it was blessed before");
}

#[test]
fn codegen_writes_what_it_prints_of_any_document() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    run(&["codegen", "--write", folder.to_str().unwrap(), "tests/sound.yaml"], 0);
    let client = std::fs::read_to_string(folder.join("client.rs")).unwrap();
    assert!(client.contains("pub struct TunnelRequest {"));
    let (printed, _) = run(&["codegen", "tests/sound.yaml"], 0);
    assert!(printed.contains(&format!("// client.rs\n{client}")));
}
