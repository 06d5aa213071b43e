//! Sessions as people have them, in `tests/sessions`.
//!
//! `TRYCMD=overwrite cargo test -p otc-vpn-cli sessions` writes what the program says now.

use std::path::Path;

use crate::support::{PROGRAM, Simulated, folder, quiet};

#[test]
fn sessions_go_as_they_are_written() {
    let folder = folder();
    let state = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions/state.json");
    let state_copy = folder.path().join("state.json");
    std::fs::copy(state, &state_copy).unwrap();
    let simulated = Simulated::start(folder.path(), &["--state", "state.json"]);

    let cases = trycmd::TestCases::new();
    cases.register_bin("otc-vpn", Path::new(PROGRAM)).case("tests/sessions/*.trycmd");
    let text = |text: std::ffi::OsString| text.into_string().unwrap();
    for (name, value) in quiet() {
        cases.env(text(name), text(value));
    }
    for (name, value) in &simulated.variables {
        cases.env(name, value);
    }
    let endpoint = simulated.variables["OTC_VPN_ENDPOINT"].clone();
    cases.insert_var("[ENDPOINT]", endpoint).unwrap();
    cases.run();
}
