//! `plan`, `apply` and `delete`: whatever happens in the middle, each connection exists once.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::{ConnectionStatus, VpnConnection};
use serde_json::{Value, json};

use crate::support::{command, ended, folder, printed};
use crate::terminal::{Terminal, blocking};

const KEY: &str = "Canary-Key-9c1e";

const PAIR: &str = "vgw: vpngw-3caf\ncgw: cgw-3ebf\npeer_subnets: [192.168.44.0/24]\n\
                    psk: { env: OFFICE_PSK }\nfirst: { name: office-1 }\n\
                    second: { name: office-2 }\n";

const CREATE: &str = "batch_create_vpn_connections";

/// A simulator in which everything is done at once, and a folder with `office.yaml`.
async fn office() -> (Simulator, tempfile::TempDir) {
    let simulator = Simulator::start().await.unwrap();
    simulator.set_create_time(Duration::ZERO);
    simulator.set_peers_up(true);
    let folder = folder();
    fs::write(folder.path().join("office.yaml"), PAIR).unwrap();
    (simulator, folder)
}

/// The program with the key of the pair.
fn with_key(simulator: &Simulator, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(simulator, folder, arguments);
    command.env("OFFICE_PSK", KEY).stdin(Stdio::null());
    command
}

const APPLY: [&str; 4] = ["apply", "office.yaml", "--yes", "--interval=1"];

fn apply(simulator: &Simulator, folder: &Path, more: &[&str]) -> Command {
    with_key(simulator, folder, &[&APPLY, more].concat())
}

fn creates(simulator: &Simulator) -> usize {
    let received = simulator.received();
    received.iter().filter(|it| it.method == "POST").count()
}

fn interrupt(child: &Child) {
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
}

async fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The create has no response, and then nobody can look.
#[tokio::test]
async fn a_doubtful_outcome_ends_with_3_and_the_command_that_looks() {
    let (simulator, folder) = office().await;
    simulator.next(Fault::cut().on(CREATE).unwrap());
    let mut looks = 0;
    simulator.set_fault_source(move |request| {
        looks += u32::from(request.operation() == Some("list_vpn_connections"));
        (looks > 2).then(|| Fault::response(403, ""))
    });
    let output = ended(apply(&simulator, folder.path(), &[])).await;
    assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
    for hint in [
        "it is not known whether the request took effect",
        "\"office-2\" (gateway 8030f6d6-demo-4d20-a7f8-50a7a826e2f8, address 1fb97767-",
        "`otc-vpn plan office.yaml` shows what there is",
    ] {
        assert!(printed(&output).contains(hint), "{hint}: {}", printed(&output));
    }

    simulator.set_fault_source(|_| None);
    let output = ended(apply(&simulator, folder.path(), &["-o", "json"])).await;
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert_eq!((simulator.connections().len(), creates(&simulator)), (2, 1));
}

#[tokio::test]
async fn with_json_a_doubt_is_an_object_with_what_to_look_for() {
    let (simulator, folder) = office().await;
    simulator.next(Fault::cut().on(CREATE).unwrap());
    simulator.next(Fault::default().on("list_vpn_connections").unwrap().times(2));
    simulator.next(Fault::response(401, "").on("list_vpn_connections").unwrap().times(9));
    let output = ended(apply(&simulator, folder.path(), &["-ojson"])).await;
    assert_eq!(output.status.code(), Some(3), "{}", printed(&output));
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    let connections = error.pointer("/error/failures/0/connections").unwrap();
    assert_eq!(connections[1]["name"], "office-2", "{error}");
    assert_eq!(connections[1]["vgw_ip"], "1fb97767-demo-4d8b-83bb-6f878f662005", "{error}");
}

/// A lost response alone is looked after.
#[tokio::test]
async fn a_lost_response_is_made_good() {
    for fault in [Fault::cut(), Fault::response(502, "<html>proxy</html>").with_effect()] {
        let (simulator, folder) = office().await;
        simulator.next(fault.on(CREATE).unwrap());
        let output = ended(apply(&simulator, folder.path(), &[])).await;
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
        assert_eq!((simulator.connections().len(), creates(&simulator)), (2, 1));
    }
}

#[tokio::test]
async fn a_failure_before_anything_is_sent_changes_nothing() {
    let page = || Fault::response(200, "<html>Please sign in</html>").times(9);
    for command in [&["plan", "office.yaml"] as &[&str], &APPLY, &["delete", "office.yaml", "-y"]] {
        let (simulator, folder) = office().await;
        simulator.next(page());
        let output = ended(with_key(&simulator, folder.path(), command)).await;
        assert_eq!(output.status.code(), Some(1), "a proxy: {}", printed(&output));
        let away = ["--endpoint", "http://127.0.0.1:1"];
        let command = [command, &away].concat();
        let output = ended(with_key(&simulator, folder.path(), &command)).await;
        assert_eq!(output.status.code(), Some(7), "no network: {}", printed(&output));
        assert_eq!(simulator.received().iter().filter(|it| it.method != "GET").count(), 0);
    }
}

/// What "not reachable" says would be wrong.
#[tokio::test]
async fn what_fails_after_a_change_does_not_say_that_nothing_was_changed() {
    let (simulator, folder) = office().await;
    simulator.set_create_time(Duration::from_secs(1000));
    simulator.set_fault_source(|request| {
        (request.operation() == Some("show_vpn_connection")).then(Fault::cut)
    });
    let output = ended(apply(&simulator, folder.path(), &["--timeout=1"])).await;
    assert_eq!(output.status.code(), Some(8), "{}", printed(&output));
    assert!(printed(&output).contains("office-1  created"), "{}", printed(&output));
}

/// One that is being deleted must be gone before it is created.
#[tokio::test]
async fn a_pair_that_takes_too_long_ends_with_8() {
    let (simulator, folder) = office().await;
    ended(apply(&simulator, folder.path(), &[])).await;
    let leaving = simulator.connections().remove(0).id;
    simulator.set_status(&leaving, ConnectionStatus::PendingDelete).unwrap();
    let output = ended(apply(&simulator, folder.path(), &["--timeout=1"])).await;
    assert_eq!(output.status.code(), Some(8), "{}", printed(&output));
    assert!(printed(&output).contains("the pair is not complete"), "{}", printed(&output));
    assert_eq!(creates(&simulator), 1);
}

#[tokio::test]
async fn ctrl_c_says_what_was_sent_and_what_to_look_for() {
    let (simulator, folder) = office().await;
    simulator.next(Fault::delay(Duration::from_secs(3600)).on(CREATE).unwrap());
    let child = apply(&simulator, folder.path(), &[]).spawn().unwrap();
    until(|| creates(&simulator) == 1).await;
    interrupt(&child);
    let output = blocking(move || child.wait_with_output().unwrap()).await;
    assert_eq!(output.status.code(), Some(130), "{}", printed(&output));
    for hint in [
        "may or may not have taken effect:\n  office.yaml:1: pair office-1, office-2",
        "office-2: gateway 8030f6d6-demo-4d20-a7f8-50a7a826e2f8, address 1fb97767-",
        "`otc-vpn plan office.yaml` shows what there is",
    ] {
        assert!(printed(&output).contains(hint), "{hint}: {}", printed(&output));
    }
    let output = ended(apply(&simulator, folder.path(), &[])).await;
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert_eq!((simulator.connections().len(), creates(&simulator)), (2, 1));

    // Nothing was sent while it looks.
    simulator.next(Fault::delay(Duration::from_secs(3600)).on("list_vpn_connections").unwrap());
    simulator.take_received();
    let child = with_key(&simulator, folder.path(), &["delete", "office.yaml"]).spawn().unwrap();
    let is_asked = || simulator.received().iter().any(|it| it.path.ends_with("/vpn-connection"));
    until(is_asked).await;
    interrupt(&child);
    let output = blocking(move || child.wait_with_output().unwrap()).await;
    assert_eq!(output.status.code(), Some(130), "{}", printed(&output));
    assert_eq!(printed(&output), "error: interrupted\n");
}

#[tokio::test]
async fn ctrl_c_while_deleting_says_what_was_sent() {
    let (simulator, folder) = office().await;
    ended(apply(&simulator, folder.path(), &[])).await;
    simulator.set_delete_time(Duration::from_secs(3600));
    let arguments = ["delete", "office.yaml", "--yes", "--interval=1"];
    let child = with_key(&simulator, folder.path(), &arguments).spawn().unwrap();
    let is_leaving = |it: &VpnConnection| it.status() == &ConnectionStatus::PendingDelete;
    until(|| simulator.connections().iter().all(is_leaving)).await;
    interrupt(&child);
    let output = blocking(move || child.wait_with_output().unwrap()).await;
    assert_eq!(output.status.code(), Some(130), "{}", printed(&output));
    assert!(printed(&output).contains("office-2: gateway 8030f6d6"), "{}", printed(&output));
    assert!(printed(&output).contains("can be run again"), "{}", printed(&output));
}

#[tokio::test]
async fn nobody_needs_to_read_what_it_says() {
    let (simulator, folder) = office().await;
    let mut child = apply(&simulator, folder.path(), &[]).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    let exit = blocking(move || child.wait().unwrap()).await;
    assert_eq!((exit.code(), simulator.connections().len()), (Some(0), 2));
    let arguments = ["delete", "office.yaml", "--yes", "--interval=1"];
    let mut child = with_key(&simulator, folder.path(), &arguments).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    let exit = blocking(move || child.wait().unwrap()).await;
    assert_eq!((exit.code(), simulator.connections().len()), (Some(0), 0));
}

#[tokio::test]
async fn a_terminal_is_asked_and_shows_bars() {
    for (answer, exit) in [("no", 2), ("yes", 0)] {
        let (simulator, folder) = office().await;
        simulator.set_create_time(Duration::from_secs(1000));
        let apply = with_key(&simulator, folder.path(), &["apply", "office.yaml", "--interval=1"]);
        let (screen, code, simulator) = blocking(move || {
            let mut terminal = Terminal::run(apply);
            terminal.until("Go on? Type `yes`: ");
            assert_eq!(creates(&simulator), 0);
            terminal.type_line(answer);
            if exit == 0 {
                terminal.until("PENDING_CREATE, PENDING_CREATE");
                simulator.advance(Duration::from_secs(1000));
            }
            let code = terminal.exit();
            (terminal.screen, code, simulator)
        })
        .await;
        assert_eq!(code, Some(exit), "{screen:?}");
        assert!(screen.contains("  + create office-1 over e4d7930f"), "{screen:?}");
        assert_eq!(simulator.connections().len(), if exit == 0 { 2 } else { 0 });
        let line = "office.yaml:1: pair office-1, office-2: created (ACTIVE), created (ACTIVE)";
        assert_eq!(screen.contains(line), exit == 0, "{screen:?}");
        // A create returns no status, which is nothing to worry a person.
        assert!(!screen.contains("UNKNOWN"), "{screen:?}");
        assert_eq!(screen.contains("0 of 1 done"), exit == 0, "{screen:?}");
    }
}

/// A file with as many pairs, ten for a customer gateway.
fn many(folder: &Path, count: usize) {
    let mut text = String::new();
    for index in 0..count {
        let (gateway, address) = (index / 10, 2 * (index % 10));
        writeln!(
            text,
            "- {{ vgw_id: {gateway:08}-demo-4d20-a7f8-50a7a826e2f8, \
             vgw_ips: [10.0.0.{address}, 10.0.0.{}], \
             cgw_id: {index:08}-demo-42d8-83d7-4517567d3d26, \
             peer_subnets: [192.168.44.0/24], psk: {{ env: OFFICE_PSK }}, \
             rules: {{ network_type: private }}, first: {{ name: n{index}-1 }} }}",
            address + 1
        )
        .unwrap();
    }
    fs::write(folder.join("office.yaml"), text).unwrap();
}

/// As many as should be, each once.
fn assert_once(simulator: &Simulator, count: usize) {
    let there = simulator.connections();
    let places = there.iter().map(|it| (it.vgw_id.clone(), it.vgw_ip.clone(), it.cgw_id.clone()));
    assert_eq!(places.collect::<BTreeSet<_>>().len(), count);
    assert_eq!(there.len(), count);
}

#[tokio::test]
async fn at_most_16_are_made_at_a_time_with_a_line_each() {
    let (simulator, folder) = office().await;
    many(folder.path(), 20);
    simulator.set_fault_source(|request| {
        (request.operation() == Some(CREATE)).then(|| Fault::delay(Duration::from_secs(3600)))
    });
    let mut child = apply(&simulator, folder.path(), &[]).spawn().unwrap();
    until(|| creates(&simulator) >= 16).await;
    // As long as nothing comes back, no more are sent.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(creates(&simulator), 16);
    interrupt(&child);
    let status = blocking(move || child.wait().unwrap()).await;
    assert_eq!(status.code(), Some(130));

    simulator.set_fault_source(|_| None);
    let output = ended(apply(&simulator, folder.path(), &[])).await;
    let lines = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines = lines.lines().filter(|line| line.contains(": created (")).count();
    assert_eq!((output.status.code(), lines), (Some(0), 4), "{}", printed(&output));
    assert_once(&simulator, 40);
}

/// Killed at any point and run again.
#[tokio::test]
async fn two_hundred_pairs_survive_being_killed_at_random() {
    let (simulator, folder) = office().await;
    many(folder.path(), 200);
    let mut kills = 0;
    while simulator.connections().len() < 400 {
        let before = simulator.connections().len();
        let mut child = apply(&simulator, folder.path(), &["--wait=no"]);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // At any number of creates after this.
        let goal = (before + 2 * fastrand::usize(1..40)).min(400);
        until(|| simulator.connections().len() >= goal).await;
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..20))).await;
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    let output = ended(apply(&simulator, folder.path(), &["-o", "value", "-c", "action"])).await;
    assert_eq!(output.status.code(), Some(0), "after {kills} kills: {}", printed(&output));
    assert_eq!(printed(&output).lines().filter(|line| *line == "kept").count(), 400);
    assert_once(&simulator, 400);
}

#[tokio::test]
async fn what_fails_for_one_pair_does_not_hold_up_the_others() {
    let (simulator, folder) = office().await;
    many(folder.path(), 3);
    let quota = r#"{"error_code":"VPN.0001","error_msg":"quota"}"#;
    simulator.next(Fault::response(400, quota).on(CREATE).unwrap());
    let output = ended(apply(&simulator, folder.path(), &[])).await;
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(printed(&output).contains("VPN.0001"), "{}", printed(&output));
    assert_once(&simulator, 4);

    // That would be so for each of them.
    let (simulator, folder) = office().await;
    many(folder.path(), 100);
    simulator.set_fault_source(|it| (it.method == "POST").then(|| Fault::response(403, "")));
    let output = ended(apply(&simulator, folder.path(), &["-ojson"])).await;
    assert_eq!(output.status.code(), Some(6));
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert!(error["error"]["not_begun"].as_u64().unwrap() >= 80, "{error:#}");
}

#[tokio::test]
async fn a_name_of_several_gateways_is_an_error_at_its_place() {
    let (simulator, folder) = office().await;
    let twin = json!({ "id": "99999999-demo-42d8-83d7-4517567d3d26", "name": "cgw-3ebf" });
    simulator.insert_customer_gateway(serde_json::from_value(twin).unwrap());
    let output = ended(with_key(&simulator, folder.path(), &["plan", "office.yaml"])).await;
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    let expected = "/cgw: several have this name, and an id must be given; there are: \
                    8916effb-demo-42d8-83d7-4517567d3d26, 99999999-demo-42d8-83d7-4517567d3d26\n \
                    --> office.yaml:2:6";
    assert!(printed(&output).contains(expected), "{}", printed(&output));
}

/// Not in what is printed, not on the command line, and in no file.
#[tokio::test]
async fn no_key_is_seen_anywhere() {
    let (simulator, folder) = office().await;
    fs::write(folder.path().join("first.key"), "Canary-Other-Key-1").unwrap();
    let text = PAIR.replace("first: {", "first: { psk: { file: first.key },");
    fs::write(folder.path().join("office.yaml"), text).unwrap();
    let other = PAIR.replace("44", "45").replace("{ env: OFFICE_PSK }", KEY);
    fs::write(folder.path().join("other.yaml"), other).unwrap();
    let before: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().path()).collect();
    let reject = r#"{"error_code":"VPN.0001","error_msg":"key Canary-Key-9c1e"}"#;
    for (fault, arguments) in [
        (None, &["plan", "office.yaml", "-vv"] as &[&str]),
        (None, &["plan", "office.yaml", "-ojson"]),
        (Some(Fault::response(400, reject)), &["apply", "office.yaml", "-yvv"]),
        (Some(Fault::status(502)), &["apply", "office.yaml", "-y", "-vv", "--interval=1"]),
        (None, &["apply", "other.yaml", "--dry-run", "--update", "-oyaml"]),
        (None, &["apply", "other.yaml", "-yvv", "--update", "--interval=1"]),
        (None, &["delete", "other.yaml", "-yvv", "--interval=1"]),
    ] {
        fault.into_iter().for_each(|it| simulator.next(it.on(CREATE).unwrap()));
        let child = with_key(&simulator, folder.path(), arguments).spawn().unwrap();
        let line = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&line).contains("Canary"));
        let output = blocking(move || child.wait_with_output().unwrap()).await;
        assert!(!printed(&output).contains("Canary"), "{arguments:?}: {}", printed(&output));
        assert!(matches!(output.status.code(), Some(0 | 1 | 10)), "{}", printed(&output));
    }
    let after: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().path()).collect();
    assert_eq!(before.len(), after.len());
    assert!(creates(&simulator) >= 2, "the keys were sent");
}
