//! Sessions as people have them, in `tests/sessions`.
//!
//! `TRYCMD=overwrite cargo test -p otc-vpn-cli sessions` writes what the program says now.

use std::path::Path;

use crate::support::{PROGRAM, Simulated, folder, quiet};

/// Runs the sessions of a folder with a simulator of their own, which holds what the file
/// `state.json` there has.
fn run(sessions: &str) {
    let folder = folder();
    let sessions = Path::new(env!("CARGO_MANIFEST_DIR")).join(sessions);
    let state_copy = folder.path().join("state.json");
    std::fs::copy(sessions.join("state.json"), &state_copy).unwrap();
    let simulated = Simulated::start(folder.path(), &["--state", "state.json"]);

    let cases = trycmd::TestCases::new();
    cases.register_bin("otc-vpn", Path::new(PROGRAM)).case(sessions.join("*.trycmd"));
    let text = |text: std::ffi::OsString| text.into_string().unwrap();
    for (name, value) in quiet() {
        cases.env(text(name), text(value));
    }
    for (name, value) in &simulated.variables {
        cases.env(name, value);
    }
    cases.env("TUNNEL_PSK", "Canary-Key-9c1e").env("TZ", "UTC");
    let endpoint = simulated.variables["OTC_VPN_ENDPOINT"].clone();
    cases.insert_var("[ENDPOINT]", endpoint).unwrap();
    cases.run();
    // Nothing else is written but by `init`, which names where the key is.
    let written = std::fs::read_to_string(state_copy).unwrap();
    assert!(written.starts_with('[') && !written.contains("Canary"), "{written}");
}

#[test]
fn sessions_go_as_they_are_written() {
    run("tests/sessions");
}

#[test]
fn sessions_with_connections_go_as_they_are_written() {
    run("tests/sessions/connections");
}

#[test]
fn sessions_with_files_go_as_they_are_written() {
    run("tests/sessions/apply");
}
