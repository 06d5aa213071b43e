//! What a test lets happen to requests.

use std::sync::Arc;
use std::time::Duration;

use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::{Client, Credentials, ErrorKind, Password, Retries};

use crate::support::{PSK, TOKEN, VGW_IP_2, http_client, request};

#[tokio::test]
async fn a_fault_happens_to_one_request() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    simulator.next(Fault::response(503, ""));
    simulator.next(Fault::status(202));
    simulator.next(Fault::delay(Duration::from_millis(30)));
    assert_eq!(client.create(&request()).await.unwrap_err().status(), Some(503));
    let created = client.create(&request()).await.expect("the first one had no effect");
    assert_eq!(created.status_code(), 202);
    let begin = std::time::Instant::now();
    client.show(&created.id).await.unwrap();
    assert!(begin.elapsed() >= Duration::from_millis(30));

    simulator.next(Fault::cut());
    let mut other = request();
    other.vgw_ip = VGW_IP_2.to_owned();
    let error = client.create(&other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    let again = client.create(&other).await.unwrap_err();
    assert!(again.is_already_there(), "the first one had its effect: {again}");
}

#[tokio::test]
async fn a_fault_is_before_or_after_the_effect() {
    for (fault, has_effect) in [
        (Fault::cut_before_effect(), false),
        (Fault::cut(), true),
        (Fault::response(503, ""), false),
        (Fault::response(503, "").with_effect(), true),
        (Fault::status(503), true),
        (Fault::response(504, "").after(Duration::from_millis(1)), false),
    ] {
        let simulator = Simulator::start().await.unwrap();
        let client = impatient(&simulator);
        simulator.next(fault.clone());
        let error = client.create(&request()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{fault:?}: {error}");
        assert_eq!(simulator.connections().len(), usize::from(has_effect), "{fault:?}");
    }
}

#[tokio::test]
async fn a_source_decides_for_every_request_without_another_fault() {
    let simulator = Arc::new(Simulator::start().await.unwrap());
    let client = impatient(&simulator);
    let looked_at = Arc::downgrade(&simulator);
    simulator.set_fault_source(move |request| {
        let simulator = looked_at.upgrade()?;
        let count = u16::try_from(simulator.received().len()).unwrap();
        match (request.operation(), request.method.as_str()) {
            (Some("show_vpn_connection"), "GET") => Some(Fault::response(500 + count, "")),
            (Some("sign_in"), "POST") => Some(Fault::response(418, "")),
            (None, _) => Some(Fault::response(419, "").on("sign_in").unwrap()),
            _ => Some(Fault::response(420, "").times(0)),
        }
    });
    let shown = async || client.show("unknown").await.unwrap_err().status();
    assert_eq!([shown().await, shown().await], [Some(501), Some(502)]);
    simulator.next(Fault::response(429, ""));
    assert_eq!([shown().await, shown().await], [Some(429), Some(504)]);
    let url = format!("{}/v3/auth/tokens", simulator.endpoint());
    assert_eq!(http_client().post(&url).send().await.unwrap().status(), 418);
    assert_eq!(http_client().get(&url).send().await.unwrap().status(), 401, "for sign_in alone");
    client.create(&request()).await.expect("for no request");
    simulator.set_fault_source(|_| None);
    assert_eq!(shown().await, Some(404));
}

fn impatient(simulator: &Simulator) -> Client {
    simulator.client_builder().retries(Retries::none()).build().unwrap()
}

#[tokio::test]
async fn a_fault_for_one_operation_waits_for_it() {
    let simulator = Simulator::start().await.unwrap();
    let client = impatient(&simulator);
    simulator.next(Fault::response(503, "").on("show_vpn_connection").unwrap().times(2));
    simulator.next(Fault::response(500, ""));
    simulator.next(Fault::status(202).on("create_vpn_connection").unwrap());
    simulator.next(Fault::response(429, "").on("show_vpn_connection").unwrap());
    simulator.next(Fault::response(418, "").times(0));
    let pending = || simulator.pending_faults().len();
    assert_eq!(pending(), 4, "none that never happens");

    assert_eq!(client.create(&request()).await.unwrap_err().status(), Some(500));
    let created = client.create(&request()).await.unwrap();
    assert_eq!((created.status_code(), pending()), (202, 2));
    let shown = async || client.show(&created.id).await.err().and_then(|error| error.status());
    assert_eq!(shown().await, Some(503));
    let left = format!("{:?}", simulator.pending_faults());
    assert!(left.contains("\"show_vpn_connection\", times: 1"), "{left}");
    assert_eq!([shown().await, shown().await, shown().await], [Some(503), Some(429), None]);
    assert_eq!(pending(), 0);
}

#[tokio::test]
async fn a_fault_can_be_for_signing_in() {
    let simulator = Simulator::start().await.unwrap();
    let user = Password::new(Simulator::USER, Simulator::PASSWORD).domain(Simulator::DOMAIN);
    let builder = simulator.client_builder().credentials(Credentials::password(user));
    let client = builder.retries(Retries::none()).build().unwrap();
    simulator.next(Fault::response(502, "").on("show_vpn_connection").unwrap());
    simulator.next(Fault::response(503, "").on("sign_in").unwrap());
    let status = async || client.show("unknown").await.unwrap_err().status();
    assert_eq!(
        [status().await, status().await, status().await].map(Option::unwrap),
        [503, 502, 404]
    );
}

#[test]
fn an_unknown_operation_is_an_error_that_names_the_known_ones() {
    let error = Fault::cut().on("create_connection").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let said = error.to_string();
    assert!(said.contains("\"create_connection\"; known: create_vpn_connection, "), "{said}");
    assert!(said.ends_with(", sign_in"), "{said}");
}

#[tokio::test]
async fn pending_faults_show_no_secret() {
    let simulator = Simulator::start().await.unwrap();
    simulator.next(Fault::response(201, PSK).header("X-Subject-Token", TOKEN));
    for shown in [format!("{:?}", simulator.pending_faults()), format!("{simulator:?}")] {
        assert!(shown.contains("x-subject-token") && shown.contains("201"), "{shown}");
        assert!(!shown.contains(TOKEN) && !shown.contains(PSK), "{shown}");
        assert!(!shown.contains(&format!("{:?}", PSK.as_bytes())), "{shown}");
    }
}

/// The status and the body that come of a fault, each if it came whole.
async fn response_to(simulator: &Simulator, fault: Fault) -> (Option<u16>, Option<String>) {
    simulator.next(fault);
    match http_client().get(simulator.endpoint()).send().await {
        Ok(response) => (Some(response.status().as_u16()), response.text().await.ok()),
        Err(_) => (None, None),
    }
}

/// A response that is not the last one would leave the client waiting for that.
#[tokio::test]
async fn a_status_that_no_response_can_have_is_500() {
    let simulator = Simulator::start().await.unwrap();
    for (status, expected) in [
        (0, 500),
        (99, 500),
        (100, 500),
        (101, 500),
        (199, 500),
        (200, 200),
        (999, 999),
        (1000, 500),
    ] {
        let fault = Fault::response(status, "abc");
        assert!(format!("{fault:?}").contains(&format!("status: Some({expected})")), "{fault:?}");
        let response = response_to(&simulator, fault).await;
        assert_eq!(response, (Some(expected), Some("abc".to_owned())), "{status}");
    }
}

#[tokio::test]
async fn a_content_length_may_lie() {
    let simulator = Simulator::start().await.unwrap();
    for (body, length, expected) in [
        ("abc", "3", Some("abc")),
        ("abc", "2", Some("ab")),
        ("abc", "0", Some("")),
        ("abc", "1000", None),
        ("", "1000", None),
        ("", "0", Some("")),
    ] {
        let fault = Fault::response(201, body).header("Content-Length", length);
        let expected = (Some(201), expected.map(str::to_owned));
        assert_eq!(response_to(&simulator, fault).await, expected, "{length} for {body:?}");
    }
    let client = impatient(&simulator);
    simulator.next(Fault::status(201).header("Content-Length", "100000"));
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert_eq!(simulator.connections().len(), 1);
}

#[tokio::test]
async fn other_headers_of_the_connection_have_their_effect_or_end_it() {
    let simulator = Simulator::start().await.unwrap();
    let fault = |name, value| Fault::response(200, "abc").header(name, value);
    for whole in [
        fault("Transfer-Encoding", "chunked"),
        fault("Connection", "close"),
        fault("Connection", "keep-alive"),
        fault("Content-Length", "3").header("Content-Length", "3"),
    ] {
        let expected = (Some(200), Some("abc".to_owned()));
        assert_eq!(response_to(&simulator, whole.clone()).await, expected, "{whole:?}");
    }
    for none in [
        fault("Content-Length", "three"),
        fault("Content-Length", "-1"),
        fault("Content-Length", "3").header("Content-Length", "4"),
        fault("Content-Length", "3").header("Transfer-Encoding", "chunked"),
        fault("Transfer-Encoding", "chunked").header("Content-Length", "3"),
    ] {
        assert_eq!(response_to(&simulator, none.clone()).await, (None, None), "{none:?}");
    }
    for status in [204, 304] {
        let fault = Fault::response(status, "abc").header("Transfer-Encoding", "chunked");
        assert_eq!(response_to(&simulator, fault).await, (Some(status), Some(String::new())));
    }
}
