//! `set-psk`: one tunnel after the other, and no key is ever seen.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use otc_vpn::simulator::{Fault, Simulator};
use serde_json::{Value, json};

use crate::support::{command, ended, folder, printed, run_with_input, said};

const KEY: &str = "Canary-Key-9c1e";

const IDS: [&str; 2] =
    ["18be2aa1-2f6c-410f-832e-4d8ba13b4c5d", "28be2aa1-2f6c-410f-832e-4d8ba13b4c5d"];

/// A simulator with a connection of each of these IKE versions: `office-1` and so on.
async fn simulator(versions: &[Option<&str>]) -> Simulator {
    let simulator = Simulator::start().await.unwrap();
    simulator.set_peers_up(true);
    for (index, version) in versions.iter().enumerate() {
        let name = format!("office-{}", index + 1);
        let connection = json!({
            "id": IDS[index], "name": name, "ikepolicy": { "ike_version": version },
        });
        simulator.insert(serde_json::from_value(connection).unwrap());
    }
    simulator
}

/// The bodies of the updates that it received.
fn updates(simulator: &Simulator) -> Vec<Value> {
    let received = simulator.received();
    let updates = received.iter().filter(|it| it.operation() == Some("update_vpn_connection"));
    updates.map(|it| serde_json::from_slice(&it.body).unwrap()).collect()
}

/// With the key in the variable that `BOTH` names.
fn with_key(mut command: Command) -> Command {
    command.env("TUNNEL_PSK", KEY);
    command
}

const BOTH: [&str; 8] =
    ["set-psk", "office-1", "office-2", "--yes", "--env", "TUNNEL_PSK", "--interval", "1"];

#[tokio::test]
async fn one_is_set_after_the_other_is_back() {
    let folder = folder();
    let simulator = simulator(&[Some("v2"), Some("v2")]).await;
    simulator.set_update_time(Duration::from_secs(100));
    let simulator = Arc::new(simulator);
    let mut command = command(&simulator, folder.path(), &BOTH);
    let child = command.env("TUNNEL_PSK", KEY).spawn().unwrap();
    let clock = Arc::clone(&simulator);
    let (said, output) = said(child, move |line| {
        if line.ends_with("PENDING_UPDATE") {
            clock.advance(Duration::from_secs(100));
        }
    })
    .await;
    assert_eq!(output.status.code(), Some(0), "{said}");
    let received = simulator.received();
    let calls: Vec<_> = received
        .iter()
        .filter(|it| it.path.contains(IDS[0]) || it.path.contains(IDS[1]))
        .map(|it| (it.method.as_str(), it.path.contains(IDS[0])))
        .collect();
    let [first, second] = [true, false]
        .map(|is_first| calls.iter().position(|call| *call == ("PUT", is_first)).unwrap());
    let waited = calls[first..second].iter().filter(|call| **call == ("GET", true)).count();
    assert!(waited >= 2, "it was pending, then active: {calls:?}");
    let states: Vec<_> = said.lines().filter(|line| line.starts_with("office-")).collect();
    assert_eq!(
        states,
        [
            "office-1: set; the other side needs the same key now",
            "office-1: PENDING_UPDATE",
            "office-1: ACTIVE",
            "office-2: set; the other side needs the same key now",
            "office-2: PENDING_UPDATE",
            "office-2: ACTIVE",
        ]
    );
}

#[tokio::test]
async fn what_is_sent_depends_on_the_ike_version() {
    let folder = folder();
    for (version, ikepolicy) in [
        (Some("v2"), json!({ "ike_version": "v2" })),
        (Some("v1"), Value::Null),
        // To send one could change it.
        (None, Value::Null),
    ] {
        let simulator = simulator(&[version]).await;
        let arguments = ["set-psk", "office-1", "--yes", "--env", "TUNNEL_PSK", "--interval", "1"];
        let output = ended(with_key(command(&simulator, folder.path(), &arguments))).await;
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        let [update] = updates(&simulator).try_into().unwrap();
        assert_eq!(update["vpn_connection"]["psk"], KEY);
        assert_eq!(update["vpn_connection"]["ikepolicy"], ikepolicy);
        let members = update["vpn_connection"].as_object().unwrap();
        assert_eq!(members.len(), if version == Some("v2") { 2 } else { 1 });
        let warning = match version {
            Some("v2") => "is not documented",
            None => "takes no effect if the connection uses IKE v2",
            _ => "",
        };
        assert!(printed(&output).contains(warning), "{}", printed(&output));
        assert_eq!(printed(&output).contains("warning"), !warning.is_empty());
    }
}

#[tokio::test]
async fn an_end_in_the_middle_tells_what_was_set() {
    let folder = folder();
    let rejected = || Fault::response(400, r#"{"error_code":"VPN.0001","error_msg":"no"}"#);
    for (fault, number, exit, told) in [
        (rejected(), 1, 1, "office-1: update_vpn_connection: "),
        (rejected(), 2, 1, "\nset: office-1; not set: office-2\n"),
        (
            Fault::cut().times(9),
            1,
            3,
            "\nperhaps set: office-1; not set: office-2; the same command again does no harm\n",
        ),
    ] {
        let simulator = simulator(&[Some("v2"), Some("v2")]).await;
        let mut seen = 0;
        simulator.set_fault_source(move |received| {
            let is_update = received.operation() == Some("update_vpn_connection");
            seen += usize::from(is_update);
            (is_update && seen >= number).then(|| fault.clone())
        });
        let output = ended(with_key(command(&simulator, folder.path(), &BOTH))).await;
        assert_eq!(output.status.code(), Some(exit), "{}", printed(&output));
        assert!(printed(&output).contains(told), "{}", printed(&output));
        let is_told = printed(&output).contains("set: office-");
        assert_eq!(is_told, !told.starts_with("office-1"), "{}", printed(&output));
    }
}

#[tokio::test]
async fn a_tunnel_that_does_not_come_back_ends_with_8_and_the_next_keeps_its_key() {
    let folder = folder();
    let simulator = simulator(&[Some("v2"), Some("v2")]).await;
    simulator.set_update_time(Duration::from_secs(1000));
    let arguments = [&BOTH[..], &["--timeout", "1"]].concat();
    let output = ended(with_key(command(&simulator, folder.path(), &arguments))).await;
    assert_eq!(output.status.code(), Some(8), "{}", printed(&output));
    assert!(printed(&output).contains("PENDING_UPDATE: the service"), "{}", printed(&output));
    assert!(printed(&output).ends_with("\nset: office-1; not set: office-2\n"));
    assert_eq!(updates(&simulator).len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_tells_what_was_set_and_no_key_is_seen_meanwhile() {
    let folder = folder();
    let simulator = simulator(&[Some("v2"), Some("v2")]).await;
    simulator.set_update_time(Duration::from_secs(1000));
    let arguments = [&BOTH[..], &["-vv"]].concat();
    let mut command = command(&simulator, folder.path(), &arguments);
    let child = command.env("TUNNEL_PSK", KEY).spawn().unwrap();
    let pid = child.id();
    let (said, output) = said(child, move |line| {
        if line.ends_with("office-1: PENDING_UPDATE") {
            if cfg!(target_os = "linux") {
                let shown = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
                let shown = String::from_utf8_lossy(&shown).into_owned();
                assert!(shown.contains("set-psk") && !shown.contains("Canary"), "{shown}");
            }
            let id = pid.to_string();
            Command::new("kill").args(["-INT", &id]).status().unwrap();
        }
    })
    .await;
    assert!(said.contains("update_vpn_connection"), "it is verbose: {said}");
    assert!(said.ends_with("error: interrupted\nset: office-1; not set: office-2\n"), "{said}");
    assert!(!said.contains("Canary"), "{said}");
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(printed(&output), "");
}

#[tokio::test]
async fn a_key_comes_from_where_it_cannot_be_seen_and_is_never_printed() {
    let folder = folder();
    let path = folder.path().join("new.key");
    let simulator = simulator(&[Some("v2")]).await;
    for (key, format) in [
        (KEY, "table"),
        (KEY, "json"),
        ("Canary", "table"),
        ("Canary", "json"),
        ("Canary-\u{1b}[31m-Key", "table"),
        ("Canary-Key-9c1e\n\n", "json"),
    ] {
        fs::write(&path, format!("{key}\n")).unwrap();
        let from: [&[&str]; 3] = [&["--env", "TUNNEL_PSK"], &["--file", "new.key"], &[]];
        for (number, from) in from.into_iter().enumerate() {
            let before = updates(&simulator).len();
            let arguments = ["set-psk", "office-1", "--yes", "-vv", "-o", format, "--interval=1"];
            let arguments = [&arguments, from].concat();
            let mut command = command(&simulator, folder.path(), &arguments);
            command.env("TUNNEL_PSK", key);
            let input = if number == 2 { format!("{key}\n") } else { String::new() };
            let output = tokio::task::spawn_blocking(move || run_with_input(command, &input));
            let output = output.await.unwrap();
            let text = printed(&output);
            assert!(!text.contains("Canary"), "{from:?}: {text}");
            let (exit, sent) = if key == KEY { (0, 1) } else { (2, 0) };
            assert_eq!(output.status.code(), Some(exit), "{from:?}: {text}");
            let updates = updates(&simulator);
            assert_eq!(updates.len() - before, sent, "{text}");
            assert!(updates.iter().all(|it| it["vpn_connection"]["psk"] == KEY));
        }
    }
}
