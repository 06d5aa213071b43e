//! The simulator has the manners of the service.

mod changes;
mod delays;
mod faults;
mod gateways;
mod holding;
mod lists;
mod rules;

use std::time::Duration;

use otc_vpn::simulator::Simulator;
use otc_vpn::types::{
    ConnectionStatus, ConnectionStyle, CreateVpnConnectionRequest, PolicyRuleRequest,
    VpnConnectionRequest,
};
use otc_vpn::{AttachmentType, Client, Credentials, Password, Rules, error_codes};
use serde_json::Value;

use crate::support::{CGW_ID, VGW_ID, VGW_IP_1, VGW_IP_2, http_client, is_alone_with, request};

/// Sends a request in the project, with a token; the status and the body of the response.
async fn send(simulator: &Simulator, method: &str, path: &str, body: &str) -> (u16, Value) {
    let url = format!("{}/v5/{}/{path}", simulator.endpoint(), Simulator::PROJECT_ID);
    let call = http_client().request(method.parse().unwrap(), url);
    let call = call.header("X-Auth-Token", Simulator::TOKEN).body(body.to_owned());
    let response = call.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn a_wrong_token_is_401_and_an_unknown_id_404() {
    let simulator = Simulator::start().await.unwrap();
    let stranger = simulator.client_builder().credentials(Credentials::token("wrong"));
    let error = stranger.build().unwrap().show("unknown").await.unwrap_err();
    assert_eq!(error.status(), Some(401));
    assert_eq!(error.code(), Some(error_codes::APIGW_0301));
    let error = simulator.client().unwrap().show("unknown").await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(404), Some(error_codes::VPN_0004)));
    let elsewhere = simulator.client_builder().project_id("other").build().unwrap();
    assert!(elsewhere.create(&request()).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_unknown_path_is_404() {
    let simulator = Simulator::start().await.unwrap();
    assert_eq!(send(&simulator, "GET", "vpn-tunnels", "").await.0, 404);
}

#[tokio::test]
async fn an_unknown_method_is_405_with_those_that_are_allowed() {
    let simulator = Simulator::start().await.unwrap();
    for (method, path, allowed) in [
        ("DELETE", "vpn-connection", "POST, GET"),
        ("POST", "vpn-connection/an-id", "GET, PUT, DELETE"),
        ("TRACE", "vpn-gateways", "GET"),
    ] {
        let url = format!("{}/v5/{}/{path}", simulator.endpoint(), Simulator::PROJECT_ID);
        let call = http_client().request(method.parse().unwrap(), url);
        let response = call.header("X-Auth-Token", Simulator::TOKEN).send().await.unwrap();
        assert_eq!(response.status(), 405, "{method} {path}");
        assert_eq!(response.headers()["allow"], allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn its_builder_signs_in_with_its_constants() {
    let simulator = Simulator::start().await.unwrap();
    let user = Password::new(Simulator::USER, Simulator::PASSWORD).domain(Simulator::DOMAIN);
    let builder = simulator.client_builder().credentials(Credentials::password(user));
    assert!(builder.build().unwrap().show("unknown").await.unwrap_err().is_not_found());
}

#[test]
fn its_clouds_yaml_is_for_from_cloud() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/simulator-clouds.yaml");
    let variables = [("OS_CLIENT_CONFIG_FILE", file)];
    if !is_alone_with("simulator::its_clouds_yaml_is_for_from_cloud", &variables) {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let simulator = Simulator::start().await.unwrap();
        std::fs::write(file, simulator.clouds_yaml()).unwrap();
        let client = Client::from_cloud(Simulator::CLOUD).await.unwrap();
        assert!(client.show("unknown").await.unwrap_err().is_not_found());
        let paths: Vec<_> = simulator.received().into_iter().map(|it| it.path).collect();
        assert_eq!(paths.len(), 2, "it signs in once: {paths:?}");
    });
}

#[tokio::test]
async fn a_gateway_address_serves_a_customer_gateway_once() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    client.create(&request()).await.unwrap();
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(400), Some(error_codes::VPN_0012)));

    let mut other = request();
    other.vgw_ip = VGW_IP_2.to_owned();
    let error = client.create_batch(&[other.clone(), request()]).await.unwrap_err();
    assert_eq!(error.code(), Some(error_codes::VPN_0012));
    client.create(&other).await.expect("the batch that was refused created none of the two");
}

/// Sent raw: the client would not let it out.
#[tokio::test]
async fn an_invalid_request_is_rejected_by_the_document() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let mut bad = request();
    bad.vgw_id = "too-short".to_owned();
    let body = CreateVpnConnectionRequest::builder().vpn_connection(bad);
    let body: CreateVpnConnectionRequest = body.try_into().unwrap();
    let call = client.api().create_vpn_connection().project_id(client.project_id()).body(body);
    let error = otc_vpn::Error::from(call.send().await.unwrap_err());
    assert_eq!((error.status(), error.code()), (Some(400), Some(error_codes::VPN_0001)));
    let message = error.service_message().unwrap();
    assert!(message.contains("/vpn_connection/vgw_id: "), "{message}");
}

#[tokio::test]
async fn states_change_with_time() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let id = client.create(&request()).await.unwrap().id.clone();
    let status = async || client.show(&id).await.unwrap().status().clone();
    assert_eq!(status().await, ConnectionStatus::PendingCreate);
    simulator.advance(Duration::from_secs(110));
    assert_eq!(status().await, ConnectionStatus::PendingCreate);
    simulator.advance(Duration::from_secs(10));
    assert_eq!(status().await, ConnectionStatus::Down);
    simulator.set_peers_up(true);
    assert_eq!(status().await, ConnectionStatus::Active);
}

#[tokio::test]
async fn the_service_makes_up_what_is_left_out_and_keeps_what_is_set() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let rule: PolicyRuleRequest = PolicyRuleRequest::builder()
        .source("10.0.0.0/24".to_owned())
        .destination(vec!["192.168.0.0/24".to_owned(), "192.168.1.0/24".to_owned()])
        .try_into()
        .unwrap();
    let policy: VpnConnectionRequest = VpnConnectionRequest::builder()
        .vgw_id(VGW_ID)
        .vgw_ip(VGW_IP_1)
        .cgw_id(CGW_ID)
        .style(ConnectionStyle::Policy)
        .policy_rules(vec![rule])
        .try_into()
        .unwrap();
    let rules = Rules::default().attachment(AttachmentType::Er).allow_missing_psk(true);
    let created = client.with_rules(rules).create(&policy).await.unwrap();
    let raw: Value = serde_json::from_slice(created.raw_body()).unwrap();
    let connection = &raw["vpn_connection"];
    assert_eq!(connection["style"], "POLICY");
    assert_eq!(connection["name"].as_str().unwrap().len(), "vpn-13be".len());
    assert_eq!(connection["id"].as_str().unwrap().len(), 36);
    assert_eq!(connection["ikepolicy"]["dpd"]["msg"], "seq-hash-notify");
    assert_eq!(connection["ha_role"], "master");
    assert_eq!(connection["policy_rules"].as_array().unwrap().len(), 2, "one for each destination");
    assert_eq!(connection["policy_rules"][1]["rule_index"], 2);
    for absent in ["status", "psk", "enable_nqa", "enable_hub", "route_mode"] {
        assert!(connection.get(absent).is_none(), "{absent}");
    }
    assert!(connection["ikepolicy"].get("phase1_negotiation_mode").is_none());
    let created_at = connection["created_at"].as_str().unwrap();
    assert_eq!(created_at.len(), "2025-03-17T12:25:21.369Z".len(), "{created_at}");

    let mut named = request();
    named.vgw_ip = VGW_IP_2.to_owned();
    let named = client.create(&named).await.unwrap();
    assert_eq!(named.name.as_deref(), Some("office"));
    assert_eq!(named.enable_nqa, Some(false));
}

#[test]
fn starting_it_outside_of_a_runtime_is_an_error() {
    let error = futures::executor::block_on(Simulator::start()).unwrap_err();
    assert!(error.to_string().contains("not inside a tokio runtime"), "{error}");
}

#[tokio::test]
async fn it_can_be_started_at_an_address() {
    let earlier = Simulator::start().await.unwrap();
    let address = earlier.endpoint().trim_start_matches("http://").parse().unwrap();
    let error = Simulator::start_at(address).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    let other = Simulator::start_at("127.0.0.2:0".parse().unwrap()).await.unwrap();
    assert!(other.endpoint().starts_with("http://127.0.0.2:"), "{}", other.endpoint());
    assert!(other.client().unwrap().show("unknown").await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn dropping_the_simulator_ends_it() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    assert_eq!(client.show("unknown").await.unwrap_err().status(), Some(404));
    drop(simulator);
    tokio::task::yield_now().await;
    let error = client.show("unknown").await.unwrap_err();
    assert_eq!(error.status(), None, "{error}");
}
