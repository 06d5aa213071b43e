//! Standard input and output, and what ends a command.

use std::fs;
use std::process::Stdio;

use crate::support::{folder, printed, program, run_with_input};

const CONNECTION: &str = "cgw: r\nvgw: g\nvgw_ip: 10.0.0.2\npeer_subnets: [192.168.44.0/24]\n\
                          psk: Canary-Key-9c1e\n";

#[test]
fn a_file_may_come_through_standard_input() {
    let output = run_with_input(program(folder().path(), &["validate", "-"]), CONNECTION);
    assert_eq!(printed(&output), "stdin:1: connection\n1 connection: nothing wrong\n");
    let output = run_with_input(program(folder().path(), &["validate", "-"]), "name: \"a b\"\n");
    assert!(printed(&output).contains("--> stdin:1:7"), "{}", printed(&output));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = folder();
    for arguments in [
        &["schema"] as &[&str],
        &["explain"],
        &["init"],
        &["completion", "bash"],
        &["man"],
        &["--help"],
    ] {
        let mut command = program(folder.path(), arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(printed(&output), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_printed_is_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program(folder().path(), &["schema"]).stdout(full).output().unwrap();
    assert!(printed(&output).contains("cannot print the result"), "{}", printed(&output));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = folder();
    fs::write(folder.path().join("a.yaml"), "name: 1\n").unwrap();
    let is_coloured = |arguments: &[&str], no_color: &str| {
        let mut command = program(folder.path(), &[&["validate", "a.yaml"], arguments].concat());
        printed(&command.env("NO_COLOR", no_color).output().unwrap()).contains('\u{1b}')
    };
    assert!(!is_coloured(&[], ""));
    assert!(is_coloured(&["--color", "always"], ""));
    assert!(!is_coloured(&["--color", "never"], ""));
    assert!(!is_coloured(&[], "1"));
}

#[test]
fn completions_and_manual_pages_name_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = program(folder().path(), &["completion", shell]).output().unwrap();
        assert!(printed(&output).contains("validate"), "{shell}");
    }
    let folder = folder();
    let page = program(folder.path(), &["man", "validate"]).output().unwrap();
    assert!(printed(&page).contains("Check files"), "{}", printed(&page));
    let written = program(folder.path(), &["man", "--dir", "man1"]).output().unwrap();
    assert!(written.status.success(), "{}", printed(&written));
    for name in ["otc-vpn.1", "otc-vpn-validate.1", "otc-vpn-simulate.1"] {
        assert!(folder.path().join("man1").join(name).exists(), "{name}");
    }
}
