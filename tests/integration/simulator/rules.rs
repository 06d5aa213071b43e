//! Requests that keep the schema and break a documented rule: sent past the validation of
//! the client.

use otc_vpn::error_codes::{VPN_0001, VPN_0012};
use otc_vpn::simulator::Simulator;
use serde_json::{Value, json};

use crate::support::{PSK, VGW_ID, VGW_IP_2, http_client, request};

/// The request of the tests with other settings, and without those that are null.
fn with(settings: &Value) -> Value {
    let mut request = json!(request());
    let members = request.as_object_mut().unwrap();
    members.extend(settings.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    request
}

async fn post(simulator: &Simulator, path: &str, body: &Value) -> (u16, Value) {
    let url = format!("{}/v5/{}/{path}", simulator.endpoint(), Simulator::PROJECT_ID);
    let call = http_client().post(url).header("X-Auth-Token", Simulator::TOKEN);
    let response = call.body(body.to_string()).send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}

async fn create(simulator: &Simulator, settings: &Value) -> (u16, Value) {
    post(simulator, "vpn-connection", &json!({ "vpn_connection": with(settings) })).await
}

#[tokio::test]
async fn what_a_documented_rule_forbids_is_rejected_by_its_name() {
    let simulator = Simulator::start().await.unwrap();
    for (settings, pointer, rule) in [
        (json!({ "psk": "abcdefgh" }), "psk", "psk"),
        (json!({ "peer_subnets": ["nonsense"] }), "peer_subnets/0", "network"),
        (
            json!({ "tunnel_local_address": "10.0.0.1/30", "tunnel_peer_address": "10.0.0.2/30" }),
            "tunnel_local_address",
            "tunnel-address",
        ),
        (json!({ "style": "bgp", "enable_nqa": true }), "enable_nqa", "nqa-style"),
    ] {
        let (status, body) = create(&simulator, &settings).await;
        assert_eq!((status, &body["error_code"]), (400, &json!(VPN_0001)), "{settings} {body}");
        let message = body["error_msg"].as_str().unwrap();
        let broken = format!("/vpn_connection/{pointer} breaks the rule `{rule}`");
        assert!(message.contains(&broken), "{message}");
        assert!(simulator.connections().is_empty());

        let lenient = Simulator::start().await.unwrap();
        lenient.set_schema_only(true);
        let (status, body) = create(&lenient, &settings).await;
        assert_eq!(status, 201, "the schema allows {settings}: {body}");
        lenient.set_schema_only(false);
        assert_eq!(create(&lenient, &settings).await.0, 400, "{settings}");
    }
}

#[tokio::test]
async fn no_message_repeats_a_key() {
    let simulator = Simulator::start().await.unwrap();
    for settings in [
        json!({ "psk": "canary-key" }),
        json!({ "psk": "canary-key", "peer_subnets": ["canary-key"] }),
        json!({ "psk": PSK, "peer_subnets": [PSK, PSK.repeat(4)] }),
        json!({ "psk": "canary-key", "policy_rules": [{ "source": "canary-key" }] }),
        json!({ "psk": ["canary-key"], "canary-key": "canary-key" }),
    ] {
        let (status, body) = create(&simulator, &settings).await;
        assert_eq!(status, 400, "{settings}");
        let shown = body.to_string().to_lowercase();
        assert!(!shown.contains("canary-key"), "{shown}");
    }
}

#[tokio::test]
async fn the_rules_of_a_batch_count_too() {
    let simulator = Simulator::start().await.unwrap();
    let elsewhere = json!({ "vgw_id": VGW_ID.replace('8', "9"), "vgw_ip": VGW_IP_2 });
    let batch = json!({ "vpn_connections": [request(), with(&elsewhere)] });
    let (status, body) = post(&simulator, "vpn-connections/batch-create", &batch).await;
    let message = body["error_msg"].as_str().unwrap();
    assert!(
        status == 400
            && message.contains("/vpn_connections/1/vgw_id breaks the rule `vgw-id-shared`"),
        "{message}"
    );
    assert!(simulator.connections().is_empty());
}

/// What is not about the requests alone counts in any case.
#[tokio::test]
async fn without_the_rules_an_address_still_serves_a_customer_gateway_once() {
    let simulator = Simulator::start().await.unwrap();
    simulator.set_schema_only(true);
    let batch = json!({ "vpn_connections": [request(), request()] });
    let (status, body) = post(&simulator, "vpn-connections/batch-create", &batch).await;
    assert_eq!((status, &body["error_code"]), (400, &json!(VPN_0012)), "{body}");
    assert!(simulator.connections().is_empty());
}

/// A warning rejects nothing, and neither does what only some gateways need.
#[tokio::test]
async fn what_may_be_right_is_accepted() {
    for settings in [
        json!({ "ikepolicy": { "dh_group": "group2" } }),
        json!({ "peer_subnets": ["100.64.0.0/10"], "enable_nqa": true }),
        json!({ "psk": null }),
        json!({ "style": "bgp", "peer_subnets": [] }),
        json!({ "style": "policy" }),
    ] {
        let simulator = Simulator::start().await.unwrap();
        let (status, body) = create(&simulator, &settings).await;
        assert_eq!(status, 201, "{settings}: {body}");
    }
}
