//! Connections: lists, waits, logs.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::VpnConnection;
use serde_json::{Value, json};

use crate::support::{Simulated, command, ended, folder, printed, program, said};

const ID: &str = "18be2aa1-2f6c-410f-832e-4d8ba13b4c5d";

/// What a terminal would obey, as a name.
const HOSTILE: &str = "a\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\nb\r";

/// A simulator that holds these.
fn simulated(folder: &Path, connections: &Value, arguments: &[&str]) -> Simulated {
    fs::write(folder.join("state.json"), connections.to_string()).unwrap();
    Simulated::start(folder, &[&["--state", "state.json"], arguments].concat())
}

fn run(simulated: &Simulated, folder: &Path, arguments: &[&str]) -> Output {
    program(folder, arguments).envs(&simulated.variables).output().unwrap()
}

fn connection(id: &str, status: &str) -> VpnConnection {
    serde_json::from_value(json!({ "id": id, "name": "office", "status": status })).unwrap()
}

#[test]
fn a_list_ends_quietly_when_nobody_reads_on() {
    let folder = folder();
    let connections: Vec<_> = (0..5000)
        .map(|number| json!({ "id": format!("18be2aa1-2f6c-410f-832e-{number:012}") }))
        .collect();
    let simulated = simulated(folder.path(), &json!(connections), &[]);
    for format in ["name", "value", "table", "json"] {
        let mut command = program(folder.path(), &["list", "-o", format]);
        command.envs(&simulated.variables).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        assert_ne!(out.read_line(&mut String::new()).unwrap(), 0);
        drop(out);
        let output = child.wait_with_output().unwrap();
        assert_eq!(printed(&output), "", "{format}");
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
    let all = run(&simulated, folder.path(), &["list", "-o", "name"]);
    assert_eq!(printed(&all).lines().count(), 5000);
}

#[tokio::test]
async fn names_come_as_soon_as_they_are_known() {
    let folder = folder();
    let simulator = Simulator::start().await.unwrap();
    for number in 0..2001 {
        simulator.insert(connection(&format!("18be2aa1-2f6c-410f-832e-{number:012}"), "ACTIVE"));
    }
    // The second page does not come.
    simulator.set_fault_source(move |received| {
        let is_second = received.query.as_ref().is_some_and(|query| query.contains("marker"));
        is_second.then(|| Fault::status(403))
    });
    let output = ended(command(&simulator, folder.path(), &["list", "-o", "name"])).await;
    assert_eq!(output.status.code(), Some(6), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!output.stdout.is_empty(), "the first page is printed");
}

#[test]
fn nothing_that_a_terminal_obeys_is_printed_of_names_and_states() {
    let folder = folder();
    let connections = json!([{ "id": ID, "name": HOSTILE, "status": HOSTILE, "vgw_id": HOSTILE,
        "peer_subnets": [HOSTILE], "tags": [{ "key": HOSTILE, "value": HOSTILE }] }]);
    let simulated = simulated(folder.path(), &connections, &[]);
    for arguments in [
        &["list"] as &[&str],
        &["list", "-o", "wide"],
        &["list", "-o", "name"],
        &["list", "-o", "value"],
        &["list", "-o", "json"],
        &["list", "-o", "yaml"],
        &["show", ID],
        &["show", ID, "-o", "name"],
        &["wait", "active", ID, "--interval", "1"],
        &["wait", "deleted", ID, "--timeout", "1"],
        &["wait", "deleted", ID, "--timeout", "1", "-o", "json"],
        &["set-psk", ID],
        &["logs", ID],
        &["logs", ID, ID, "-o", "wide"],
    ] {
        // Else what styles would be taken out.
        let arguments = [arguments, &["--color", "always"]].concat();
        let mut command = program(folder.path(), &arguments);
        command.envs(&simulated.variables).env("TUNNEL_PSK", "Canary-Key-9c1e");
        let text = printed(&command.output().unwrap());
        let is_own = |c: char| c == '\n' || c == '\t' || c == '\u{1b}';
        let obeyed = |c: char| !is_own(c) && (c.is_control() || c == '\u{202e}');
        assert!(!text.contains(obeyed), "{arguments:?}: {text:?}");
        assert!(!text.contains("\u{1b}]"), "{arguments:?}: {text:?}");
    }
}

#[tokio::test]
async fn nothing_that_a_terminal_obeys_is_printed_of_logs() {
    let folder = folder();
    let simulator = Simulator::start().await.unwrap();
    simulator.insert(connection(ID, "ACTIVE"));
    let logs = json!({ "request_id": "1", "logs": [
        { "time": 1_752_000_060, "raw_message": HOSTILE },
        { "time": 1_752_000_000, "raw_message": "the first" },
        { "raw_message": "without a time" },
    ] });
    for (format, expected) in [
        (
            "value",
            "\twithout a time\n2025-07-08T18:40:00Z\tthe first\n2025-07-08T18:41:00Z\t\
             a\\u{1b}]0;owned\\u{7}\\u{9b}2J\\u{202e}\\nb\\r\n",
        ),
        ("json", "a\\u001b]0;owned\\u0007\\u009b2J\\u202e\\nb\\r"),
    ] {
        let fault = Fault::response(200, logs.to_string());
        let fault = fault.header("content-type", "application/json");
        simulator.next(fault.on("list_vpn_connection_logs").unwrap());
        let arguments = ["logs", ID, "--utc", "-o", format];
        let output = ended(command(&simulator, folder.path(), &arguments)).await;
        let text = printed(&output);
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\r']), "{text:?}");
    }
}

#[test]
fn a_wait_that_ends_says_what_was_seen_last_of_each() {
    let folder = folder();
    let connections = json!([
        { "id": ID, "name": "office-1" },
        { "id": "28be2aa1-2f6c-410f-832e-4d8ba13b4c5d", "name": "office-2" },
    ]);
    let simulated = simulated(folder.path(), &connections, &["--peers-down"]);
    let arguments = ["wait", "active", "office-1", "office-2", "--timeout", "1"];
    let output = run(&simulated, folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(8), "{}", printed(&output));
    let text = printed(&output);
    assert!(text.contains("waited 1 s to become ACTIVE: DOWN: check the customer"), "{text}");
    assert!(text.contains("; last seen: office-"), "{text}");

    let created = run(&simulated, folder.path(), &["wait", "created", "office-1", "--timeout=1"]);
    assert_eq!(created.status.code(), Some(0), "{}", printed(&created));
}

#[tokio::test]
async fn a_wait_is_for_what_may_still_appear_and_shows_each_state() {
    let folder = folder();
    let simulator = Simulator::start().await.unwrap();
    let arguments = ["wait", "active", ID, "--interval", "1"];
    let mut child = command(&simulator, folder.path(), &arguments).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (simulator, lines, child) = tokio::task::spawn_blocking(move || {
        // It was looked for, by id and by name, and then waited for.
        let is_waited_for = || {
            let received = simulator.received();
            let shown = received.iter().filter(|it| it.operation() == Some("show_vpn_connection"));
            shown.count() > 1
        };
        while !is_waited_for() {
            std::thread::sleep(Duration::from_millis(20));
        }
        simulator.insert(connection(ID, "PENDING_CREATE"));
        let first = lines.next().unwrap().unwrap();
        assert_eq!(first, format!("{ID}: PENDING_CREATE"));
        simulator.insert(connection(ID, "ACTIVE"));
        let rest: Vec<_> = lines.map(Result::unwrap).collect();
        (simulator, rest, child)
    })
    .await
    .unwrap();
    assert_eq!(lines, [format!("{ID}: ACTIVE")]);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(printed(&output).contains("office"), "{}", printed(&output));
    drop(simulator);
}

#[tokio::test]
async fn a_wait_for_a_deletion_ends_when_it_is_gone() {
    let folder = folder();
    let simulator = Simulator::start().await.unwrap();
    simulator.set_delete_time(Duration::from_secs(1000));
    let own: VpnConnection = serde_json::from_value(json!({ "id": ID, "name": "office" })).unwrap();
    simulator.insert(own);
    simulator.client().unwrap().delete(ID).await.unwrap();
    let arguments = ["wait", "deleted", "office", "--interval", "1"];
    let child = command(&simulator, folder.path(), &arguments).spawn().unwrap();
    let (said, output) = said(child, move |line| {
        if line == "office: PENDING_DELETE" {
            simulator.advance(Duration::from_secs(1000));
        }
    })
    .await;
    assert_eq!(said, "office: PENDING_DELETE\noffice: deleted\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(printed(&output), "");
}

#[tokio::test]
async fn a_watch_shows_each_status_until_it_is_deleted() {
    let folder = folder();
    let simulator = Simulator::start().await.unwrap();
    simulator.set_delete_time(Duration::ZERO);
    simulator.insert(connection(ID, "PENDING_CREATE"));
    let arguments = ["show", "office", "--watch", "--interval", "1", "--color", "always"];
    let mut child = command(&simulator, folder.path(), &arguments).spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (sender, mut lines) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || out.lines().for_each(|line| drop(sender.send(line.unwrap()))));
    let mut until = async |part: &str| loop {
        let line = lines.recv().await.unwrap();
        if line.contains(part) {
            break line;
        }
    };
    until("status").await;
    simulator.insert(connection(ID, "ACTIVE"));
    let line = until("ACTIVE").await;
    assert!(line.ends_with("Z  office  \u{1b}[32mACTIVE\u{1b}[0m"), "{line:?}");
    simulator.client().unwrap().delete(ID).await.unwrap();
    until("deleted").await;
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
    assert_eq!(output.await.unwrap().status.code(), Some(0));
}

#[test]
fn states_are_coloured_where_colour_is_wanted() {
    let folder = folder();
    let connections = json!([{ "id": ID, "name": "office" }]);
    let simulated = simulated(folder.path(), &connections, &[]);
    let green = "\u{1b}[32mACTIVE\u{1b}[0m";
    for (arguments, no_color, is_coloured) in [
        (&["list", "--color", "always"] as &[&str], "", true),
        (&["show", ID, "--color", "always"], "1", true),
        (&["list"], "", false),
        (&["list", "--color", "always", "-o", "value"], "", false),
    ] {
        let mut command = program(folder.path(), arguments);
        command.envs(&simulated.variables).env("NO_COLOR", no_color);
        let output = command.output().unwrap();
        assert_eq!(printed(&output).contains(green), is_coloured, "{arguments:?}");
    }
}

#[test]
fn a_wrong_password_ends_each_of_them_with_6() {
    let folder = folder();
    let simulated = simulated(folder.path(), &json!([]), &[]);
    for arguments in [
        &["list"] as &[&str],
        &["logs", "office"],
        &["wait", "active", ID],
        &["wait", "deleted", "office"],
        &["gateways"],
        &["customer-gateways", "cgw-3ebf"],
        &["set-psk", "office", "--yes", "--env", "TUNNEL_PSK"],
    ] {
        let mut command = program(folder.path(), arguments);
        command.envs(&simulated.variables).env("OS_PASSWORD", "Canary-Password-7");
        let output = command.env("TUNNEL_PSK", "Canary-Key-9c1e").output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{arguments:?}: {}", printed(&output));
        assert!(!printed(&output).contains("Canary"), "{}", printed(&output));
    }
}
