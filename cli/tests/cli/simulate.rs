//! `otc-vpn simulate`, in a process of its own.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use otc_vpn::types::CreateVpnConnectionRequest;
use otc_vpn::{Client, Credentials, DualConnection};

use crate::support::{Simulated, folder, printed, program};

const PAIR: &str = r#"{ "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
    "vgw_ips": ["e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005"],
    "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26", "psk": "Canary-Key-9c1e",
    "peer_subnets": ["192.168.44.0/24"], "first": { "name": "office" } }"#;

fn client(simulated: &Simulated) -> Client {
    let of = |name: &str| simulated.variables[name].as_str();
    let user = otc_vpn::Password::of_user_id(of("OS_USER_ID"), of("OS_PASSWORD"));
    let builder = Client::builder().endpoint(of("OTC_VPN_ENDPOINT"));
    let builder = builder.identity_endpoint(of("OTC_VPN_ENDPOINT"));
    let builder = builder.project_id(of("OS_PROJECT_ID"));
    builder.credentials(Credentials::password(user)).build().unwrap()
}

/// What `show` says of a connection.
fn shown(simulated: &Simulated, folder: &Path, id: &str) -> String {
    let arguments = ["show", id, "-o", "value", "-c", "name", "-c", "status"];
    let mut command = program(folder, &arguments);
    printed(&command.envs(&simulated.variables).output().unwrap())
}

#[tokio::test]
async fn its_connections_survive_in_a_file_even_if_it_is_killed() {
    let folder = folder();
    let path = folder.path().join("state.json");
    let start = |more: &[&str]| {
        Simulated::start(folder.path(), &[&["--state", "state.json"], more].concat())
    };
    let simulated = start(&["--create-time", "100000"]);
    let pair: DualConnection = serde_json::from_str(PAIR).unwrap();
    let created = client(&simulated).create_dual(&pair).await.unwrap();
    let id = created.first.id.as_str();
    assert_eq!(shown(&simulated, folder.path(), id), "office\nPENDING_CREATE\n");
    while !fs::read_to_string(&path).is_ok_and(|text| text.contains(id)) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(simulated);
    assert!(!fs::read_to_string(&path).unwrap().contains("Canary"), "it holds no key");

    let simulated = start(&[]);
    // Time went on.
    assert_eq!(shown(&simulated, folder.path(), id), "office\nACTIVE\n");
    drop(simulated);
    let simulated = start(&["--peers-down"]);
    assert_eq!(shown(&simulated, folder.path(), id), "office\nDOWN\n");
}

#[tokio::test]
async fn it_can_judge_by_the_schema_alone() {
    let folder = folder();
    let without_subnets = r#"{ "vpn_connection": {
        "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
        "vgw_ip": "e4d7930f-demo-4cbf-b78a-b004416c7485",
        "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26" } }"#;
    for (options, is_created) in [(&[][..], false), (&["--schema-only"], true)] {
        let simulated = Simulated::start(folder.path(), options);
        let client = client(&simulated);
        let body: CreateVpnConnectionRequest = serde_json::from_str(without_subnets).unwrap();
        let call = client.api().create_vpn_connection().project_id(client.project_id());
        let created = call.body(body).send().await;
        assert_eq!(created.is_ok(), is_created, "{options:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_changed_last_is_kept_when_it_is_asked_to_end() {
    let folder = folder();
    let simulated = Simulated::start(folder.path(), &["--state", "state.json"]);
    let pair: DualConnection = serde_json::from_str(PAIR).unwrap();
    let created = client(&simulated).create_dual(&pair).await.unwrap();
    assert!(simulated.terminate());
    let kept = fs::read_to_string(folder.path().join("state.json")).unwrap();
    assert!(kept.contains(&created.first.id) && kept.contains(&created.second.id), "{kept}");
}

#[test]
fn a_file_of_something_else_is_left_as_it_is() {
    let folder = folder();
    let broken = folder.path().join("broken.json");
    fs::write(&broken, "{").unwrap();
    let output = program(folder.path(), &["simulate", "--state", "broken.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert_eq!(fs::read_to_string(&broken).unwrap(), "{");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = folder();
    let simulated = Simulated::start(folder.path(), &[]);
    let port = simulated.variables["OTC_VPN_ENDPOINT"].rsplit_once(':').unwrap().1;
    let output = program(folder.path(), &["simulate", "--port", port]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert!(printed(&output).contains(&format!("cannot listen on port {port}")));
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
