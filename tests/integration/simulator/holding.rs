//! What a test puts into the simulator, and what it finds there.

use std::time::Duration;

use otc_vpn::error_codes::{VPN_0001, VPN_0012};
use otc_vpn::simulator::Simulator;
use otc_vpn::types::{ConnectionStatus, VpnConnection};
use serde_json::json;

use crate::support::{CGW_ID, CONNECTION_ID, PSK, VGW_IP_1, VGW_IP_2, http_client, pair, request};

#[tokio::test]
async fn a_connection_that_is_put_in_is_there_as_it_is() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let connection = json!({
        "id": CONNECTION_ID, "name": "old", "vgw_ip": VGW_IP_1, "cgw_id": CGW_ID,
        "policy_rules": [], "status": "FREEZED",
    });
    let read = |value| serde_json::from_value::<VpnConnection>(value).unwrap();
    let connection = read(connection);
    assert_eq!(simulator.insert(connection.clone()), CONNECTION_ID);
    assert_eq!(client.show(CONNECTION_ID).await.unwrap().into_inner(), connection);
    assert_eq!(simulator.connections(), [connection]);
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!(error.code(), Some(VPN_0012), "its place is taken");

    simulator.insert(read(json!({ "id": CONNECTION_ID, "name": "new" })));
    let held = simulator.connections();
    assert_eq!((held.len(), held[0].name.as_deref()), (1, Some("new")), "replaced");
    assert_eq!(
        held[0].status(),
        &ConnectionStatus::Down,
        "it exists, and has no status of its own"
    );
}

#[tokio::test]
async fn a_request_is_put_in_as_the_service_would_have_created_it() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let id = simulator.insert_request(&request());
    let shown = client.show(&id).await.unwrap();
    assert_eq!(shown.name.as_deref(), Some("office"));
    assert!(shown.tunnel_local_address.is_some(), "made up");
    assert_eq!(shown.status(), &ConnectionStatus::Down, "it is not being created");
    assert!(!String::from_utf8_lossy(shown.raw_body()).contains(PSK));
    let mut other = request();
    other.vgw_ip = VGW_IP_2.to_owned();
    let created = client.create(&other).await.unwrap();
    let held = simulator.connections();
    assert_eq!(held.iter().map(|it| &it.id).collect::<Vec<_>>(), [&id, &created.id]);
    assert_eq!(held[1].status(), &ConnectionStatus::PendingCreate);
}

#[tokio::test]
async fn a_new_connection_replaces_none_that_was_put_in() {
    let earlier = Simulator::start().await.unwrap();
    earlier.insert_request(&request());
    let simulator = Simulator::start().await.unwrap();
    earlier.connections().into_iter().for_each(|it| drop(simulator.insert(it)));
    let mut other = request();
    other.vgw_ip = VGW_IP_2.to_owned();
    simulator.insert_request(&other);
    assert_eq!(simulator.connections().len(), 2);
}

#[tokio::test]
async fn a_status_stays_until_it_is_taken_away() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let id = client.create(&request()).await.unwrap().id.clone();
    let status = async || client.show(&id).await.unwrap().status().clone();
    simulator.set_status(&id, ConnectionStatus::Error).unwrap();
    assert_eq!(status().await, ConnectionStatus::Error);
    simulator.advance(Duration::from_secs(1000));
    simulator.set_peers_up(true);
    assert_eq!(status().await, ConnectionStatus::Error);
    simulator.set_status(&id, None).unwrap();
    assert_eq!(status().await, ConnectionStatus::Active);
    let error = simulator.set_status("unknown", ConnectionStatus::Error).unwrap_err();
    assert!(error.to_string().contains("no connection with the id \"unknown\""), "{error}");
}

#[tokio::test]
async fn a_quota_admits_all_of_a_batch_or_none() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    simulator.set_connection_quota(2);
    simulator.insert(serde_json::from_value(json!({ "id": CONNECTION_ID })).unwrap());
    let error = client.create_dual(&pair()).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(400), Some(VPN_0001)));
    assert!(error.service_message().unwrap().contains("quota of 2 connections"), "{error}");
    assert_eq!(simulator.connections().len(), 1, "none of the two");
    client.create(&request()).await.unwrap();
    let mut other = request();
    other.vgw_ip = VGW_IP_2.to_owned();
    assert_eq!(client.create(&other).await.unwrap_err().code(), Some(VPN_0001));
    simulator.set_connection_quota(None);
    client.create(&other).await.unwrap();
    assert_eq!(simulator.connections().len(), 3);
}

#[tokio::test]
async fn received_requests_have_their_headers_and_query() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    client.create(&request()).await.unwrap();
    let url = format!("{}/v5/x?limit=2&marker=a%20b", simulator.endpoint());
    let secret = "Canary-Of-A-Header";
    let call = http_client().get(url).header("X-Twice", "1").header("X-Twice", "2");
    call.header("Authorization", secret).header("X-New-Secret", secret).send().await.unwrap();

    let received = simulator.received();
    let [create, other] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(create.header("x-auth-token"), Some(Simulator::TOKEN));
    assert_eq!(create.header("Content-Type"), Some("application/json"));
    assert_eq!((create.header("x-absent"), create.header("not a name")), (None, None));
    assert_eq!(create.query, None);
    assert_eq!(other.query.as_deref(), Some("limit=2&marker=a%20b"));
    assert_eq!((other.header("X-Twice"), other.header("authorization")), (Some("1"), Some(secret)));
    for shown in [format!("{received:?}"), format!("{simulator:?}")] {
        assert!(shown.contains("x-auth-token") && shown.contains("limit=2"), "{shown}");
        let secrets = [Simulator::TOKEN, PSK, secret];
        assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
    }
}
