//! Standard input and output, and what ends a command.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use crate::support::{Simulated, folder, printed, program, run_with_input};

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

#[cfg(unix)]
#[test]
fn the_simulator_keeps_its_connections_in_a_file() {
    let folder = folder();
    let state = r#"[{ "id": "18be2aa1", "name": "office", "status": "PENDING_CREATE" }]"#;
    fs::write(folder.path().join("state.json"), state).unwrap();
    let simulated = Simulated::start(folder.path(), &["--state", "state.json"]);
    let show = |simulated: &Simulated| {
        let mut command = program(
            folder.path(),
            &["show", "18be2aa1", "-o", "value", "-c", "name", "-c", "status"],
        );
        printed(&command.envs(&simulated.variables).output().unwrap())
    };
    // Time goes on: it has been created since.
    assert_eq!(show(&simulated), "office\nDOWN\n");
    assert!(simulated.terminate());
    let simulated = Simulated::start(folder.path(), &["--state", "state.json"]);
    assert_eq!(show(&simulated), "office\nDOWN\n");
    let broken = folder.path().join("broken.json");
    fs::write(&broken, "{").unwrap();
    let output = program(folder.path(), &["simulate", "--state", "broken.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert_eq!(fs::read_to_string(&broken).unwrap(), "{", "it is left as it is");
}

#[test]
fn the_lines_of_the_simulator_are_for_the_shell() {
    let folder = folder();
    for (shell, expected) in [
        ("sh", "export OTC_VPN_ENDPOINT='http://127.0.0.1:"),
        ("fish", "set -gx OTC_VPN_ENDPOINT 'http://127.0.0.1:"),
        ("powershell", "$env:OTC_VPN_ENDPOINT = 'http://127.0.0.1:"),
    ] {
        let mut command = program(folder.path(), &["simulate", "--shell", shell]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        let mut text = String::new();
        while !text.contains("OTC_VPN_ENDPOINT") || !text.ends_with('\n') {
            let mut bytes = [0; 1024];
            let count = out.read(&mut bytes).unwrap();
            text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(text.contains(expected), "{text}");
    }
}
