//! What the service does not do at once.

use std::time::Duration;

use otc_vpn::error_codes::{VPN_0004, VPN_0009, VPN_0012, VPN_0306};
use otc_vpn::simulator::Simulator;
use otc_vpn::types::ConnectionStatus;
use serde_json::{Value, json};

use super::send;
use crate::support::{VGW_IP_2, request};

/// Long enough that no slow machine gets there, when time is not let pass.
const HOUR: Duration = Duration::from_secs(3600);

/// The status and the code of the response.
type Result = (u16, Option<String>);

async fn result(simulator: &Simulator, method: &str, path: &str, body: &str) -> Result {
    let (status, body) = send(simulator, method, path, body).await;
    (status, body["error_code"].as_str().map(str::to_owned))
}

fn rejected(status: u16, code: &str) -> Result {
    (status, Some(code.to_owned()))
}

async fn update(simulator: &Simulator, id: &str) -> Result {
    let body = json!({ "vpn_connection": { "name": "branch" } }).to_string();
    result(simulator, "PUT", &format!("vpn-connection/{id}"), &body).await
}

async fn delete(simulator: &Simulator, id: &str) -> Result {
    result(simulator, "DELETE", &format!("vpn-connection/{id}"), "").await
}

async fn listed(simulator: &Simulator) -> usize {
    let (_, body) = send(simulator, "GET", "vpn-connection", "").await;
    body["vpn_connections"].as_array().unwrap().len()
}

fn status(simulator: &Simulator) -> Option<ConnectionStatus> {
    simulator.connections().pop().and_then(|connection| connection.status)
}

#[tokio::test]
async fn a_list_can_hold_a_new_connection_late() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    simulator.set_list_delay(HOUR);
    simulator.insert_request(&request());
    assert_eq!(listed(&simulator).await, 1, "it was created long ago");
    let mut late = request();
    late.vgw_ip = VGW_IP_2.to_owned();
    let id = client.create(&late).await.unwrap().id.clone();
    assert_eq!(listed(&simulator).await, 1);
    assert!(client.show(&id).await.is_ok(), "a list alone is late");
    assert!(client.create(&late).await.unwrap_err().is_already_there(), "its place is taken");
    simulator.advance(HOUR);
    assert_eq!(listed(&simulator).await, 2);
}

#[tokio::test]
async fn a_query_can_find_a_new_connection_late() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    simulator.set_show_delay(HOUR);
    let id = client.create(&request()).await.unwrap().id.clone();
    let error = client.show(&id).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(404), Some(VPN_0004)));
    assert_eq!(listed(&simulator).await, 1, "a query alone is late");
    simulator.advance(HOUR);
    assert!(client.show(&id).await.is_ok());
}

#[tokio::test]
async fn a_creation_can_take_another_time() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    simulator.set_create_time(HOUR);
    client.create(&request()).await.unwrap();
    simulator.advance(HOUR / 2);
    assert_eq!(status(&simulator), Some(ConnectionStatus::PendingCreate));
    simulator.advance(HOUR / 2);
    assert_eq!(status(&simulator), Some(ConnectionStatus::Down));
}

#[tokio::test]
async fn an_update_can_take_its_time() {
    let simulator = Simulator::start().await.unwrap();
    let id = simulator.insert_request(&request());
    assert_eq!(update(&simulator, &id).await, (200, None));
    assert_eq!(status(&simulator), Some(ConnectionStatus::Down), "no time at first");
    simulator.set_update_time(HOUR);
    assert_eq!(update(&simulator, &id).await, (200, None));
    assert_eq!(status(&simulator), Some(ConnectionStatus::PendingUpdate));
    assert_eq!(update(&simulator, &id).await, rejected(400, VPN_0306));
    assert_eq!(delete(&simulator, &id).await, rejected(400, VPN_0306));
    simulator.set_peers_up(true);
    simulator.advance(HOUR);
    assert_eq!(status(&simulator), Some(ConnectionStatus::Active));
    assert_eq!(delete(&simulator, &id).await, (204, None));
}

#[tokio::test]
async fn a_deleted_connection_can_go_in_steps() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let id = simulator.insert_request(&request());
    simulator.set_delete_delay(HOUR);
    simulator.set_delete_time(HOUR);
    let monitor = json!({ "connection_monitor": { "vpn_connection_id": id } }).to_string();
    send(&simulator, "POST", "connection-monitors", &monitor).await;
    assert_eq!(delete(&simulator, &id).await, (204, None));
    assert_eq!(client.show(&id).await.unwrap().status(), &ConnectionStatus::Down, "as before");
    simulator.advance(HOUR / 2);
    assert_eq!(delete(&simulator, &id).await, (204, None), "nothing is seen of the first one");
    simulator.advance(HOUR / 2);
    assert_eq!(client.show(&id).await.unwrap().status(), &ConnectionStatus::PendingDelete);
    assert_eq!(listed(&simulator).await, 1);
    assert_eq!(delete(&simulator, &id).await, rejected(425, VPN_0009));
    assert_eq!(update(&simulator, &id).await, rejected(425, VPN_0009));
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!(error.code(), Some(VPN_0012), "its place is not free");
    simulator.advance(HOUR);
    assert_eq!(client.show(&id).await.unwrap_err().code(), Some(VPN_0004));
    assert_eq!((listed(&simulator).await, simulator.connections().len()), (0, 0));
    let (_, monitors) = send(&simulator, "GET", "connection-monitors", "").await;
    assert_eq!(monitors["connection_monitors"], Value::Array(Vec::new()));
    assert_eq!(simulator.gateways()[0].used_connection_number, Some(0));
    client.create(&request()).await.expect("its place is free");
}

#[tokio::test]
async fn a_connection_that_is_put_in_again_is_not_being_deleted() {
    let simulator = Simulator::start().await.unwrap();
    let id = simulator.insert_request(&request());
    simulator.set_delete_time(HOUR);
    delete(&simulator, &id).await;
    simulator.set_status(&id, ConnectionStatus::Error).unwrap();
    assert_eq!(status(&simulator), Some(ConnectionStatus::PendingDelete), "it goes on");
    let mut again = simulator.connections().remove(0);
    again.status = None;
    simulator.insert(again);
    simulator.advance(HOUR);
    assert_eq!(status(&simulator), Some(ConnectionStatus::Down));
}
