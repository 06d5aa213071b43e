//! Bad input is refused before anything is sent, and the refusal helps.

use otc_vpn::simulator::Simulator;
use otc_vpn::{Client, Credentials, DualConnection, DualConnectionBuilder, Error, ErrorKind, Psk};

use crate::support::{CGW_ID, PROJECT_ID, PSK, VGW_ID, VGW_IP_1, VGW_IP_2, request};

#[track_caller]
fn refused(error: Error, expected: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn a_client_says_what_it_lacks() {
    let credentials = Credentials::token("token");
    let place = Client::builder().region("eu-de");
    let project = place.clone().project_id(PROJECT_ID);

    let builder = Client::builder().project_id(PROJECT_ID).credentials(credentials.clone());
    refused(builder.build().unwrap_err(), "no region: give one with `region(\"eu-de\")`");
    let builder = place.credentials(credentials.clone());
    refused(builder.build().unwrap_err(), "no project id: give it with `project_id(\"…\")`");
    refused(project.clone().build().unwrap_err(), "no credentials: give them with");
    refused(project.clone().project_id("a/b").build().unwrap_err(), "'/' is not allowed");
    refused(project.clone().region("mars").build().unwrap_err(), "eu-de, eu-nl");
    let builder = project.clone().credentials(Credentials::token("a\r\nX-Other: b"));
    refused(builder.build().unwrap_err(), "line break");

    let project = project.credentials(credentials);
    let insecure = project.clone().endpoint("http://vpn.example.com");
    refused(insecure.clone().build().unwrap_err(), "use https, or `allow_http(true)`");
    assert!(insecure.allow_http(true).build().is_ok());
    assert!(project.build().is_ok());
}

#[tokio::test]
async fn an_id_that_could_move_the_url_is_not_sent() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    for id in ["a/b", "..", "\\", "", "%2e", "a?b", "a#b", "a b"] {
        refused(client.show(id).await.unwrap_err(), "invalid connection id");
        let raw = client.api().show_vpn_connection().project_id(PROJECT_ID).vpn_connection_id(id);
        refused(raw.send().await.unwrap_err().into(), "vpn_connection_id");
    }
    assert!(simulator.received().is_empty());
}

#[tokio::test]
async fn a_batch_has_one_or_two_connections() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    for count in [0, 3] {
        let error = client.create_batch(&vec![request(); count]).await.unwrap_err();
        let expected = format!("/vpn_connections: has {count} items; must have 1 to 2");
        refused(error.clone(), &expected);
        let violations = error.violations().unwrap();
        let violation = violations.iter().next().unwrap();
        assert_eq!((violation.pointer(), violation.rule()), ("/vpn_connections", "item-count"));
    }
    assert!(simulator.received().is_empty());
    assert!(client.create_batch(&[request()]).await.is_ok());
}

#[tokio::test]
async fn a_key_from_a_file_is_validated_before_it_is_sent() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let mut masked = request();
    masked.psk = Some(serde_json::from_str("\"abcd****\"").unwrap());
    let error = client.create(&masked).await.unwrap_err();
    refused(error, "/psk: a pre-shared key must mix at least 3 of");
    let error = client.create_batch(&[request(), masked]).await.unwrap_err();
    refused(error, "/vpn_connections/1/psk: ");
    assert!(simulator.received().is_empty());
}

#[test]
fn a_pair_reports_everything_at_once() {
    let error = DualConnection::builder().build().unwrap_err();
    let places: Vec<_> =
        error.violations().unwrap().iter().map(|v| (v.pointer(), v.rule())).collect();
    let expected = [
        ("/vgw_id", "required"),
        ("/vgw_ips", "required"),
        ("/cgw_id", "required"),
        ("/peer_subnets", "peer-subnets-required"),
        ("/psk", "psk-required"),
    ];
    assert_eq!(places, expected);

    let error = DualConnection::builder()
        .vgw_id(VGW_ID)
        .vgw_ips(VGW_IP_1, VGW_IP_1)
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .psk("short")
        .second(|tunnel| tunnel.psk("abcd****"))
        .build()
        .unwrap_err();
    let text = error.to_string();
    assert_eq!(error.violations().unwrap().len(), 3, "{text}");
    assert!(text.contains("/vgw_ips: are both"), "{text}");
    assert!(text.contains("/psk: a pre-shared key must have 8 to 128 characters"), "{text}");
    assert!(text.contains("/second/psk: a pre-shared key must mix"), "{text}");
    assert!(!text.contains("short") && !text.contains("abcd"), "{text}");
}

#[test]
fn a_key_that_one_tunnel_does_not_take_hides_no_fault_of_the_other() {
    let read: Psk = serde_json::from_str("\"abcd****\"").unwrap();
    let pair = || {
        DualConnection::builder()
            .vgw_id(VGW_ID)
            .vgw_ips(VGW_IP_1, VGW_IP_2)
            .cgw_id(CGW_ID)
            .peer_subnets(["192.168.44.0/24"])
    };
    let places = |pair: DualConnectionBuilder| -> Vec<_> {
        let error = pair.build().unwrap_err();
        let violations = error.violations().unwrap().iter();
        violations.map(|v| (v.pointer().to_owned(), v.rule().to_owned())).collect()
    };
    let at = |places: &[&str]| -> Vec<_> {
        places.iter().map(|place| ((*place).to_owned(), "psk".to_owned())).collect()
    };
    let own = pair().first(|t| t.psk(read.clone())).second(|t| t.psk("short"));
    assert_eq!(places(own), at(&["/first/psk", "/second/psk"]));
    let shared = pair().psk(read.clone()).second(|t| t.psk("short"));
    assert_eq!(places(shared), at(&["/psk", "/second/psk"]));
    let shared = pair().psk("short").second(|t| t.psk(read.clone()));
    assert_eq!(places(shared), at(&["/psk", "/second/psk"]));
}

#[test]
fn a_key_for_each_tunnel_is_enough() {
    let pair = || {
        DualConnection::builder()
            .vgw_id(VGW_ID)
            .vgw_ips(VGW_IP_1, VGW_IP_2)
            .cgw_id(CGW_ID)
            .peer_subnets(["192.168.44.0/24"])
    };
    assert!(pair().first(|tunnel| tunnel.psk(PSK)).build().is_err());
    let both = pair().first(|tunnel| tunnel.psk(PSK)).second(|tunnel| tunnel.psk(PSK));
    assert!(both.build().is_ok());
}
