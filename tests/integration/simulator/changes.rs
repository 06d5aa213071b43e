//! Updates and deletes of connections.

use otc_vpn::error_codes::{VPN_0001, VPN_0004, VPN_0012};
use otc_vpn::simulator::Simulator;
use otc_vpn::types::{ConnectionStatus, ConnectionStyle, VpnConnection};
use serde_json::{Value, json};

use super::send;
use crate::support::{CGW_ID, PSK, VGW_ID, fixture, request};

async fn update(simulator: &Simulator, id: &str, change: Value) -> (u16, Value) {
    let body = json!({ "vpn_connection": change }).to_string();
    send(simulator, "PUT", &format!("vpn-connection/{id}"), &body).await
}

async fn delete(simulator: &Simulator, id: &str) -> (u16, Value) {
    send(simulator, "DELETE", &format!("vpn-connection/{id}"), "").await
}

#[tokio::test]
async fn an_update_changes_what_it_holds_and_keeps_the_rest() {
    let simulator = Simulator::start().await.unwrap();
    let id = simulator.insert_request(&request());
    let before = serde_json::to_value(&simulator.connections()[0]).unwrap();
    let change = json!({
        "name": "branch", "psk": PSK, "peer_subnets": ["10.1.0.0/16"], "policy_rules": null,
        "ikepolicy": { "lifetime_seconds": 3600, "dpd": { "timeout": 20 } },
    });
    let (status, body) = update(&simulator, &id, change).await;
    assert_eq!(status, 200, "{body}");
    let updated = &body["vpn_connection"];
    assert!(updated.get("status").is_none() && updated.get("psk").is_none(), "{body}");
    let mut expected = before.clone();
    expected["name"] = json!("branch");
    expected["peer_subnets"] = json!(["10.1.0.0/16"]);
    expected["ikepolicy"]["lifetime_seconds"] = json!(3600);
    expected["ikepolicy"]["dpd"]["timeout"] = json!(20);
    assert_ne!(updated["updated_at"], Value::Null);
    expected["updated_at"] = updated["updated_at"].clone();
    assert_eq!(serde_json::to_value(&simulator.connections()[0]).unwrap(), expected);
}

#[tokio::test]
async fn policy_rules_get_numbers_of_the_service() {
    let simulator = Simulator::start().await.unwrap();
    let mut request = request();
    request.style = Some(ConnectionStyle::Policy);
    let id = simulator.insert_request(&request);
    let rule = json!({ "source": "10.0.0.0/24", "destination": ["10.1.0.0/24", "10.2.0.0/24"] });
    let (_, body) = update(&simulator, &id, json!({ "policy_rules": [rule] })).await;
    assert_eq!(body["vpn_connection"]["policy_rules"][1]["rule_index"], 2, "{body}");
}

#[tokio::test]
async fn an_update_that_breaks_the_schema_is_rejected() {
    let simulator = Simulator::start().await.unwrap();
    let id = simulator.insert_request(&request());
    for change in [json!({ "style": "bgp" }), json!({ "name": "" }), json!({ "cgw_id": "short" })] {
        let (status, body) = update(&simulator, &id, change).await;
        assert_eq!((status, body["error_code"].as_str()), (400, Some(VPN_0001)), "{body}");
    }
    let (status, body) = update(&simulator, "unknown", json!({ "name": "a" })).await;
    assert_eq!((status, body["error_code"].as_str()), (404, Some(VPN_0004)));
}

/// As those of a create, and with what the connection keeps.
#[tokio::test]
async fn an_update_that_breaks_another_documented_rule_is_rejected() {
    let simulator = Simulator::start().await.unwrap();
    let id = simulator.insert_request(&request());
    let kept = simulator.connections()[0].tunnel_local_address.clone();
    for (change, rule) in [
        (json!({}), " breaks the rule `update-empty`"),
        (json!({ "ikepolicy": {} }), " breaks the rule `update-empty`"),
        (json!({ "enable_hub": true }), "/enable_hub breaks the rule `hub-style`"),
        (
            json!({ "tunnel_peer_address": "169.254.250.2/30" }),
            "/tunnel_peer_address breaks the rule `tunnel-network`",
        ),
    ] {
        let (status, body) = update(&simulator, &id, change.clone()).await;
        assert_eq!((status, body["error_code"].as_str()), (400, Some(VPN_0001)), "{change}");
        let expected = format!("invalid request: /vpn_connection{rule}");
        assert_eq!(body["error_msg"].as_str(), Some(expected.as_str()), "{change}");
    }
    assert_eq!(simulator.connections()[0].tunnel_local_address, kept);
    // A warning stops nothing.
    assert_eq!(update(&simulator, &id, json!({ "psk": PSK })).await.0, 200);
    simulator.set_schema_only(true);
    assert_eq!(update(&simulator, &id, json!({ "enable_hub": true })).await.0, 200);
}

#[tokio::test]
async fn an_update_can_move_a_connection_to_a_customer_gateway_that_has_none() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let mut other = request();
    other.cgw_id = VGW_ID.to_owned();
    let [first, _] = [request(), other.clone()].map(|it| simulator.insert_request(&it));
    let (status, body) = update(&simulator, &first, json!({ "cgw_id": VGW_ID })).await;
    assert_eq!((status, body["error_code"].as_str()), (400, Some(VPN_0012)));
    let unmoved = update(&simulator, &first, json!({ "cgw_id": CGW_ID })).await;
    assert_eq!(unmoved.0, 200, "it is there already");
    let free = VGW_ID.replace('8', "9");
    assert_eq!(update(&simulator, &first, json!({ "cgw_id": free })).await.0, 200);
    client.create(&request()).await.expect("its former place is free");
    other.cgw_id = free;
    assert!(client.create(&other).await.unwrap_err().is_already_there());
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let id = client.create(&request()).await.unwrap().id.clone();
    assert_eq!(delete(&simulator, &id).await, (204, Value::Null));
    let error = client.show(&id).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(404), Some(VPN_0004)));
    let (status, body) = delete(&simulator, &id).await;
    assert_eq!((status, body["error_code"].as_str()), (404, Some(VPN_0004)));
    assert_eq!(simulator.connections(), Vec::<VpnConnection>::new());
    client.create(&request()).await.expect("its place is free");
}

#[tokio::test]
async fn a_frozen_connection_cannot_be_changed() {
    let simulator = Simulator::start().await.unwrap();
    let id = simulator.insert_request(&request());
    simulator.set_status(&id, ConnectionStatus::Freezed).unwrap();
    for ((status, body), published) in [
        (delete(&simulator, &id).await, "errors/delete_frozen"),
        (update(&simulator, &id, json!({ "name": "a" })).await, "errors/update_frozen"),
    ] {
        let published = fixture(published);
        assert_eq!(status, 400);
        assert_eq!(body["error_code"], published["error_code"]);
        assert_eq!(body["error_msg"], published["error_msg"]);
    }
    assert_eq!(simulator.connections().len(), 1);
}
