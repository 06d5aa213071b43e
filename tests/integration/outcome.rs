//! Whether a request took effect is said as far as it is known.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use otc_vpn::ErrorKind;
use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::CreateVpnConnectionRequest;

use crate::fault_server::{Act, FaultServer};
use crate::support::{
    CGW_ID, CONNECTION_ID, PSK, RawServer, VGW_ID, VGW_IP_1, VGW_IP_2, client_builder, pair,
    request,
};

#[tokio::test]
async fn a_refused_connection_did_nothing() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = client_builder(&endpoint).build().unwrap();
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.outcome_unknown().is_none());
    let expected = format!("cannot connect to {endpoint}: Connection refused");
    assert!(error.to_string().contains(&expected), "{error}");
    assert_eq!(format!("{error:?}"), error.to_string(), "what `main` prints");
    assert!(format!("{error:#?}").contains("kind: Connect"), "{error:#?}");
}

#[tokio::test]
async fn a_create_that_is_cut_off_says_what_to_look_for_and_was_sent_once() {
    let cuts: [&'static [u8]; 4] = [
        b"",
        b"HTTP/1.1 201 Crea",
        b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"vpn_conn",
        b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{]",
    ];
    for cut in cuts {
        let server = RawServer::responding(cut);
        let error = server.client().create(&request()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(server.requests(), 1);
        let outcome = error.outcome_unknown().unwrap();
        assert_eq!(outcome.attempts(), 1);
        assert!(outcome.sent_at().elapsed().unwrap() < Duration::from_secs(60));
        let [connection] = outcome.connections() else { panic!("{outcome:?}") };
        assert_eq!(connection.name.as_deref(), Some("office"));
        assert_eq!(connection.vgw_id.as_deref(), Some(VGW_ID));
        assert_eq!(connection.vgw_ip.as_deref(), Some(VGW_IP_1));
        assert_eq!(connection.cgw_id.as_deref(), Some(CGW_ID));
        let expected = format!(
            "it is not known whether the request took effect: look for \"office\" \
             (gateway {VGW_ID}, address {VGW_IP_1}, customer gateway {CGW_ID})"
        );
        assert!(error.to_string().ends_with(&expected), "{error}");

        let error = server.client().show(CONNECTION_ID).await.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::OutcomeUnknown, "a query changes nothing");
    }
}

#[tokio::test]
async fn a_silent_service_is_left_in_time() {
    let server = FaultServer::start(Act::SilentAfter(Vec::new())).await;
    let client = client_builder(&server.endpoint()).build().unwrap();
    // From here on the time passes when nothing else happens.
    tokio::time::pause();

    let error = client.show(CONNECTION_ID).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("within 30s"), "{error}");
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.is_timeout());
    assert!(error.to_string().contains("within 60s"), "{error}");
}

/// progenitor calls every failure of the transport retryable; ours must not get
/// lost in it.
#[tokio::test]
async fn an_unknown_outcome_survives_a_raw_call() {
    let server = RawServer::responding(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    let client = server.client();
    let body = CreateVpnConnectionRequest::builder().vpn_connection(request());
    let body: CreateVpnConnectionRequest = body.try_into().unwrap();
    let call = client.api().create_vpn_connection().project_id(client.project_id()).body(body);
    let error = otc_vpn::Error::from(call.send().await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(error.status(), Some(502));
    assert_eq!(error.outcome_unknown().unwrap().connections().len(), 1);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_rejected_request_was_not_applied() {
    let server = RawServer::responding(
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 19\r\n\r\n{\"code\":\"VPN.0012\"}",
    );
    let error = server.client().create(&request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.code(), Some("VPN.0012"));
    assert!(error.outcome_unknown().is_none() && error.is_already_there());
}

#[tokio::test]
async fn every_failed_change_says_what_it_was_about() {
    let rejected = RawServer::responding(
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 19\r\n\r\n{\"code\":\"VPN.0012\"}",
    );
    let broken = RawServer::responding(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    for server in [rejected, broken] {
        let client = server.client();
        let created = client.create(&request()).await.unwrap_err();
        let dual = client.create_dual(&pair()).await.unwrap_err();
        let batch = client.create_batch(pair().requests()).await.unwrap_err();
        for (error, expected) in [
            (created, &[VGW_IP_1] as &[_]),
            (dual, &[VGW_IP_1, VGW_IP_2]),
            (batch, &[VGW_IP_1, VGW_IP_2]),
        ] {
            let addresses: Vec<_> =
                error.connections().iter().filter_map(|key| key.vgw_ip.as_deref()).collect();
            assert_eq!(addresses, expected, "{error}");
            assert!(error.connections().iter().all(|key| key.cgw_id.as_deref() == Some(CGW_ID)));
        }
        let shown = client.show(CONNECTION_ID).await.unwrap_err();
        assert!(shown.connections().is_empty(), "a query changes nothing");
    }
    let mut invalid = request();
    invalid.name = Some(String::new());
    let invalid = client_builder("http://127.0.0.1:1").build().unwrap().create(&invalid).await;
    assert!(invalid.unwrap_err().connections().is_empty(), "nothing was sent");
}

/// What the service has created is worth more than the form in which it says so.
#[tokio::test]
async fn the_ids_of_a_success_that_cannot_be_read_are_kept() {
    let cut = "HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n";
    let whole =
        |body: &str| format!("HTTP/1.1 201 Created\r\nContent-Length: {}\r\n\r\n", body.len());
    let single = format!("{{\"vpn_connection\":{{\"id\":\"{CONNECTION_ID}\",\"name\":\"a");
    let twice = format!(
        "{{\"vpn_connections\":[{{\"vgw_ip\":\"{VGW_IP_2}\",\"id\":\"the-second\"}},{{\"id\":[]}},{{\"id\":\"echo {PSK}\"}}]}}"
    );
    for (head, body) in [(cut.to_owned(), &single), (whole(&single), &single)] {
        let server = RawServer::start(responding(head + body));
        let created = server.client().create(&request()).await.unwrap_err();
        let client = server.client();
        let call = client.api().create_vpn_connection().project_id(client.project_id());
        let body = CreateVpnConnectionRequest::builder().vpn_connection(request());
        let raw = otc_vpn::Error::from(call.body(body).send().await.unwrap_err());
        for error in [created, raw] {
            let [key] = error.outcome_unknown().unwrap().connections() else {
                panic!("{error:#?}")
            };
            assert_eq!(key.id.as_deref(), Some(CONNECTION_ID), "{error}");
            assert_eq!(key.vgw_ip.as_deref(), Some(VGW_IP_1), "{error}");
        }
    }
    let server = RawServer::start(responding(whole(&twice) + &twice));
    let error = server.client().create_dual(&pair()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    let ids: Vec<_> = error.connections().iter().map(|key| key.id.as_deref()).collect();
    assert_eq!(ids, [None, Some("the-second"), Some("echo [redacted]")], "{error:#?}");
}

/// Whatever its form, a success names what was created, and nothing of it is lost.
#[tokio::test]
async fn every_id_of_a_success_is_in_the_value_or_in_the_error() {
    const OTHER: &str = "c7e617bd-877f-demo-8af0-44b5f8598116";
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    for body in [
        "{\"id\":ID}",
        "{\"vpn_connections\":[{\"id\":ID},{\"id\":OTHER}]}",
        "{\"data\":{\"vpn_connection\":{\"id\":ID}}}",
        "[{\"id\":ID},{\"id\":OTHER}]",
        "{\"vpn_connection\":{\"id\":[ID]}}",
        "{\"vpn_connection\":{\"id\":{\"id\":ID}}}",
        "{\"vpn_connection\":{\"id\":ID,\"id\":null}}",
        "{\"vpn_connection\":{\"id\":ID,\"id\":OTHER}}",
        "{\"vpn_connection\":{\"id\":ID},\"vpn_connection\":{\"id\":OTHER}}",
        "{\"vpn_connections\":[{\"id\":ID},{\"id\":OTHER}],\"vpn_connections\":[]}",
        "{\"vpn_connections\":{\"0\":{\"id\":ID},\"1\":{\"id\":OTHER}}}",
        "\u{feff}\u{feff}// made\n{\"vpn_connection\":{\"id\":ID}}",
        "{\"vpn_connection\":{\"id\":ID,\"vgw_ip\":\"another\"}}",
        "{\"vpn_connections\":[{\"id\":ID,\"vgw_ip\":\"another\"},{\"id\":OTHER}]}",
        "{\"vpn_connections\":[{\"id\":ID},{\"id\":\"../OTHER\"}]}",
    ] {
        let has_other = body.contains("\":OTHER");
        let quote = |id: &str| format!("\"{id}\"");
        let body = body.replace("../OTHER", "../x").replace("OTHER", &quote(OTHER));
        let body = body.replace("ID", &quote(CONNECTION_ID));
        for is_pair in [false, true] {
            simulator.next(Fault::response(201, body.clone()));
            let error = match is_pair {
                true => client.create_batch(pair().requests()).await.map(drop),
                false => client.create(&request()).await.map(drop),
            };
            let Err(error) = error else {
                assert!(is_pair && body.starts_with("{\"vpn_connections\":[{\"id\":"), "{body}");
                continue;
            };
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}: {error}");
            let ids: Vec<_> =
                error.connections().iter().filter_map(|key| key.id.as_deref()).collect();
            assert!(ids.contains(&CONNECTION_ID), "{body}: {error}");
            assert!(!has_other || ids.contains(&OTHER), "{body}: {error}");
            assert!(error.to_string().contains(CONNECTION_ID), "{error}");
        }
    }
}

fn responding(response: String) -> impl Fn(TcpStream) + Send + 'static {
    move |mut stream| stream.write_all(response.as_bytes()).unwrap()
}

/// The head of a response is kept when its body never ends.
#[tokio::test]
async fn a_stalled_error_body_leaves_the_status() {
    let head = b"HTTP/1.1 400 Bad Request\r\nX-Request-Id: r1\r\nContent-Length: 500\r\n\r\n{";
    let server = FaultServer::start(Act::SilentAfter(head.to_vec())).await;
    let client = client_builder(&server.endpoint()).build().unwrap();
    tokio::time::pause();
    let shown = client.show(CONNECTION_ID).await.unwrap_err();
    let created = client.create(&request()).await.unwrap_err();
    for error in [shown, created] {
        assert_eq!(error.kind(), ErrorKind::Service, "{error}");
        assert_eq!((error.status(), error.request_id()), (Some(400), Some("r1")));
    }
}

#[tokio::test]
async fn a_raw_create_whose_success_cannot_be_read_has_an_unknown_outcome() {
    for response in [
        &b"HTTP/1.1 201 Created\r\nContent-Length: 29\r\n\r\n{\"vpn_connection\":{\"id\":[7]}}"[..],
        b"HTTP/1.1 600 Strange\r\nX-Request-Id: r1\r\nContent-Length: 19\r\n\r\n{\"code\":\"VPN.0012\"}",
    ] {
        let server = RawServer::responding(response);
        let client = server.client();
        let body = CreateVpnConnectionRequest::builder().vpn_connection(request());
        let body: CreateVpnConnectionRequest = body.try_into().unwrap();
        let call = client.api().create_vpn_connection().project_id(client.project_id());
        let error = otc_vpn::Error::from(call.body(body).send().await.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.outcome_unknown().unwrap().connections().len(), 1);
        assert!(matches!(error.status(), Some(201 | 600)), "{error}");
    }
}

#[tokio::test]
async fn an_undocumented_status_keeps_what_the_response_says() {
    let server = RawServer::responding(
        b"HTTP/1.1 600 Strange\r\nX-Request-Id: r1\r\nContent-Length: 19\r\n\r\n{\"code\":\"VPN.0012\"}",
    );
    let error = server.client().show(CONNECTION_ID).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert_eq!((error.status(), error.code()), (Some(600), Some("VPN.0012")));
    assert_eq!(error.request_id(), Some("r1"));
}
