//! The gateways, customer gateways and monitors.

use std::time::Duration;

use otc_vpn::error_codes::{
    VPN_0001, VPN_0004, VPN_0016, VPN_0304, VPN_0381, VPN_0506, VPN_0507, VPN_0508, VPN_0509,
};
use otc_vpn::simulator::Simulator;
use otc_vpn::types::{GatewayStatus, VpnGateway};
use otc_vpn::{Error, Retries};
use serde_json::{Value, json};

use super::send;
use crate::support::{CGW_ID, VGW_ID, VGW_IP_1, VGW_IP_2, pair, request};

#[tokio::test]
async fn those_of_example_3_are_there_from_the_start() {
    let simulator = Simulator::start().await.unwrap();
    let (status, body) = send(&simulator, "GET", &format!("vpn-gateways/{VGW_ID}"), "").await;
    let gateway = &body["vpn_gateway"];
    assert_eq!((status, gateway["status"].as_str()), (200, Some("ACTIVE")), "{body}");
    assert_eq!([&gateway["eip1"]["id"], &gateway["eip2"]["id"]], [VGW_IP_1, VGW_IP_2]);
    let (_, all) = send(&simulator, "GET", "vpn-gateways?enterprise_project_id=0", "").await;
    assert_eq!(all["vpn_gateways"], json!([gateway]));
    let (_, none) = send(&simulator, "GET", "vpn-gateways?enterprise_project_id=1", "").await;
    assert_eq!(none["vpn_gateways"], json!([]));

    let (status, body) = send(&simulator, "GET", &format!("customer-gateways/{CGW_ID}"), "").await;
    assert_eq!((status, body["customer_gateway"]["id"].as_str()), (200, Some(CGW_ID)));
    for path in ["vpn-gateways/unknown", "customer-gateways/unknown"] {
        let (status, body) = send(&simulator, "GET", path, "").await;
        assert_eq!((status, body["error_code"].as_str()), (404, Some(VPN_0004)), "{path}");
    }
}

#[tokio::test]
async fn a_gateway_says_how_many_connections_it_has_and_takes_no_more_than_it_may() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let mut gateway = simulator.gateways().remove(0);
    assert_eq!((gateway.used_connection_number, gateway.used_connection_group), (Some(0), Some(0)));
    gateway.connection_number = Some(3);
    simulator.insert_gateway(gateway);
    client.create_dual(&pair()).await.unwrap();
    let gateways = simulator.gateways();
    let [gateway] = gateways.as_slice() else { panic!("it was replaced: {gateways:?}") };
    assert_eq!((gateway.used_connection_number, gateway.used_connection_group), (Some(2), Some(1)));
    let others = [VGW_IP_1, VGW_IP_2].map(|address| {
        let mut other = request();
        (other.vgw_ip, other.cgw_id) = (address.to_owned(), VGW_ID.to_owned());
        other
    });
    let error = client.create_batch(&others).await.unwrap_err();
    assert_eq!(error.code(), Some(VPN_0001));
    assert!(error.service_message().unwrap().contains("quota of 3 connections"), "{error}");
    assert_eq!(simulator.connections().len(), 2, "none of the two");
    client.create(&others[0]).await.unwrap();
    assert_eq!(simulator.gateways()[0].used_connection_number, Some(3));
}

/// The code by which a create is rejected, if it is.
async fn rejection(simulator: &Simulator, status: GatewayStatus) -> Option<String> {
    let mut gateway = simulator.gateways().remove(0);
    gateway.status = Some(status);
    simulator.insert_gateway(gateway);
    let client = simulator.client_builder().retries(Retries::none()).build().unwrap();
    let code = |error: Error| error.code().map(str::to_owned);
    client.create(&request()).await.err().and_then(code)
}

#[tokio::test]
async fn a_gateway_that_is_not_active_takes_no_connection() {
    let simulator = Simulator::start().await.unwrap();
    for (status, code) in [
        (GatewayStatus::PendingCreate, Some(VPN_0506)),
        (GatewayStatus::PendingUpdate, Some(VPN_0507)),
        (GatewayStatus::PendingDelete, Some(VPN_0508)),
        (GatewayStatus::Fault, Some(VPN_0016)),
        (GatewayStatus::Freezed, Some(VPN_0001)),
        (GatewayStatus::Active, None),
    ] {
        assert_eq!(rejection(&simulator, status.clone()).await.as_deref(), code, "{status}");
    }
}

#[tokio::test]
async fn gateways_that_are_not_known_can_be_refused() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    simulator.set_only_known_gateways(true);
    let unknown = VGW_ID.replace('8', "9");
    let [mut gateway, mut address, mut customer] = [request(), request(), request()];
    gateway.vgw_id.clone_from(&unknown);
    address.vgw_ip.clone_from(&unknown);
    customer.cgw_id.clone_from(&unknown);
    for (request, code) in [(&gateway, VPN_0509), (&address, VPN_0001), (&customer, VPN_0004)] {
        assert_eq!(client.create(request).await.unwrap_err().code(), Some(code));
    }
    client.create(&request()).await.unwrap();
    let private = json!({
        "id": unknown, "access_private_ip_1": "192.168.146.45", "network_type": "private",
    });
    simulator.insert_gateway(serde_json::from_value::<VpnGateway>(private).unwrap());
    gateway.vgw_ip = "192.168.146.45".to_owned();
    client.create(&gateway).await.unwrap();
    simulator.set_only_known_gateways(false);
    client.create(&customer).await.unwrap();
}

#[tokio::test]
async fn a_connection_has_one_monitor() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let id = simulator.insert_request(&request());
    assert_eq!(client.show(&id).await.unwrap().connection_monitor_id, None);
    let body = |id: &str| json!({ "connection_monitor": { "vpn_connection_id": id } }).to_string();
    let (status, created) = send(&simulator, "POST", "connection-monitors", &body(&id)).await;
    let mut monitor = created["connection_monitor"].clone();
    assert_eq!((status, &monitor["vpn_connection_id"]), (201, &json!(id)), "{created}");
    assert_eq!(monitor["source_ip"], "198.51.100.8", "the address of the EIP");
    assert_eq!(monitor["destination_ip"], "203.0.113.21", "that of the customer gateway");
    assert!(monitor.get("status").is_none(), "{created}");
    let own_id = monitor["id"].as_str().unwrap().to_owned();
    assert_eq!(client.show(&id).await.unwrap().connection_monitor_id.as_ref(), Some(&own_id));

    let (status, body_again) = send(&simulator, "POST", "connection-monitors", &body(&id)).await;
    assert_eq!((status, body_again["error_code"].as_str()), (400, Some(VPN_0381)));
    let (status, _) = send(&simulator, "POST", "connection-monitors", &body("unknown")).await;
    assert_eq!(status, 404);

    let path = format!("connection-monitors/{own_id}");
    monitor["status"] = json!("PENDING_CREATE");
    let (_, shown) = send(&simulator, "GET", &path, "").await;
    assert_eq!(shown["connection_monitor"], monitor);
    simulator.advance(Duration::from_secs(60));
    monitor["status"] = json!("ACTIVE");
    let listed = async |query: &str| {
        let path = format!("connection-monitors?{query}");
        send(&simulator, "GET", &path, "").await.1["connection_monitors"].clone()
    };
    assert_eq!(listed("").await, json!([monitor]));
    assert_eq!(listed(&format!("vpn_connection_id={id}")).await, json!([monitor]));
    assert_eq!(listed("vpn_connection_id=other").await, json!([]));
    assert_eq!(listed("enterprise_project_id=0").await, json!([monitor]));
    assert_eq!(listed("enterprise_project_id=1").await, json!([]));

    assert_eq!(send(&simulator, "DELETE", &path, "").await, (204, Value::Null));
    for method in ["GET", "DELETE"] {
        let (status, body) = send(&simulator, method, &path, "").await;
        assert_eq!((status, body["error_code"].as_str()), (404, Some(VPN_0004)));
    }
    assert_eq!(client.show(&id).await.unwrap().connection_monitor_id, None);
}

#[tokio::test]
async fn a_monitor_goes_with_its_connection() {
    let simulator = Simulator::start().await.unwrap();
    let id = simulator.insert_request(&request());
    let body = json!({ "connection_monitor": { "vpn_connection_id": id } }).to_string();
    send(&simulator, "POST", "connection-monitors", &body).await;
    send(&simulator, "DELETE", &format!("vpn-connection/{id}"), "").await;
    let (_, listed) = send(&simulator, "GET", "connection-monitors", "").await;
    assert_eq!(listed["connection_monitors"], json!([]));
}

#[tokio::test]
async fn the_logs_of_a_connection_tell_of_its_tunnel() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let id = client.create(&request()).await.unwrap().id.clone();
    let path = format!("vpn-connection/{id}/log");
    let entries = async || {
        let (status, body) = send(&simulator, "GET", &path, "").await;
        assert_eq!(status, 200, "{body}");
        let logs = body["logs"].as_array().unwrap().clone();
        // Seconds, not milliseconds.
        assert!(logs.iter().all(|it| it["time"].as_i64().unwrap() < 9_999_999_999), "{body}");
        logs.iter().map(|it| it["raw_message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(entries().await.len(), 1);
    simulator.advance(Duration::from_secs(120));
    let failed = entries().await.pop().unwrap();
    assert!(failed.contains("negotiation fails") && failed.contains("Reason="), "{failed}");
    simulator.set_peers_up(true);
    assert!(entries().await.pop().unwrap().contains("is established"));

    let mut older = simulator.gateways().remove(0);
    older.supported_features = Some(Vec::new());
    simulator.insert_gateway(older);
    let (status, body) = send(&simulator, "GET", &path, "").await;
    assert_eq!((status, body["error_code"].as_str()), (400, Some(VPN_0304)));
    assert_eq!(send(&simulator, "GET", "vpn-connection/unknown/log", "").await.0, 404);
}
