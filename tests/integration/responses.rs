//! What the client makes of the responses of the service.

use std::time::Duration;

use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::{ConnectionStatus, ConnectionStyle};
use otc_vpn::{ErrorKind, Retries, error_codes};
use serde_json::json;

use crate::support::{CONNECTION_ID, RawServer, Trace, fixture, request};

async fn responding_with(fault: Fault) -> (Simulator, otc_vpn::Client) {
    let simulator = Simulator::start().await.unwrap();
    simulator.next(fault);
    let client = simulator.client_builder().retries(Retries::none()).build().unwrap();
    (simulator, client)
}

#[tokio::test]
async fn any_success_status_with_the_documented_body_is_a_success() {
    for status in [200, 201, 202] {
        let body = crate::support::created().to_string();
        let (_simulator, client) = responding_with(Fault::response(status, body)).await;
        let created = client.create(&request()).await.unwrap();
        assert_eq!(created.status_code(), status);
        assert_eq!(created.style, Some(ConnectionStyle::Static));
        assert_eq!(created.status(), &ConnectionStatus::Unknown);
        assert_eq!(created.request_id(), Some("f91082d4-6d49-479c-ad1d-4e552a9f5cae"));

        let body = fixture("responses/example3_dual").to_string();
        let (_simulator, client) = responding_with(Fault::response(status, body)).await;
        let requests = crate::support::pair().requests().clone();
        assert_eq!(client.create_batch(&requests).await.unwrap().len(), 2);

        let body = fixture("responses/example3_show").to_string();
        let (_simulator, client) = responding_with(Fault::response(status, body)).await;
        assert_eq!(client.show(CONNECTION_ID).await.unwrap().status(), &ConnectionStatus::Down);
    }
}

#[tokio::test]
async fn the_raw_body_and_the_request_id_of_the_header_are_there() {
    let body = format!(r#"{{ "vpn_connection": {{ "id": "{CONNECTION_ID}", "new": [1] }} }}"#);
    let fault = Fault::response(200, body.clone()).header("X-Request-Id", "from-the-header");
    let (_simulator, client) = responding_with(fault).await;
    let shown = client.show(CONNECTION_ID).await.unwrap();
    assert_eq!(shown.raw_body(), body.as_bytes());
    assert_eq!(shown.request_id(), Some("from-the-header"));
}

#[tokio::test]
async fn calls_at_the_same_time_each_get_their_own_raw_body() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let created = client.create_dual(&crate::support::pair()).await.unwrap();
    let calls = (0..40).map(|index| {
        let id = if index % 2 == 0 { created.first.id.clone() } else { created.second.id.clone() };
        let client = client.clone();
        tokio::spawn(async move {
            let shown = client.show(&id).await.unwrap();
            assert!(String::from_utf8_lossy(shown.raw_body()).contains(&id));
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
}

#[tokio::test]
async fn both_error_shapes_keep_status_code_message_and_request_id() {
    let live = json!({ "error_code": "VPN.0004", "error_msg": "gone", "request_id": "r1" });
    let page = json!({ "code": "VPN.0004", "message": "gone" });
    for (body, request_id) in [(live, "r1"), (page, "from-the-header")] {
        let fault =
            Fault::response(404, body.to_string()).header("X-Request-Id", "from-the-header");
        let (_simulator, client) = responding_with(fault).await;
        let error = client.show(CONNECTION_ID).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service);
        assert!(error.is_not_found());
        assert_eq!(error.status(), Some(404));
        assert_eq!(error.code(), Some(error_codes::VPN_0004));
        assert_eq!(error.service_message(), Some("gone"));
        assert_eq!(error.request_id(), Some(request_id));
        assert_eq!(error.operation(), Some("show_vpn_connection"));
        assert_eq!(
            error.to_string(),
            format!(
                "show_vpn_connection: the service responded with 404 (VPN.0004): gone (request id {request_id})"
            )
        );
    }
}

#[tokio::test]
async fn an_html_502_and_an_empty_503_keep_what_they_say() {
    for (status, body) in [(502, "<html><h1>Bad Gateway</h1></html>"), (503, "")] {
        let fault = Fault::response(status, body)
            .header("X-Request-Id", "from-the-header")
            .header("Retry-After", "7");
        let (_simulator, client) = responding_with(fault.clone()).await;
        let error = client.show(CONNECTION_ID).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service);

        let (_simulator, client) = responding_with(fault).await;
        let unknown = client.create(&request()).await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::OutcomeUnknown);

        for error in [error, unknown] {
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.code(), None);
            assert_eq!(error.request_id(), Some("from-the-header"));
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        }
    }
}

#[tokio::test]
async fn a_success_that_is_not_the_documented_body_says_where_it_differs() {
    let cases = [
        ("not JSON", "invalid JSON at line 1"),
        (r#"{ "vpn_connection": { "name": "a" } }"#, "missing field `id`"),
        (r#"{ "vpn_connection": { "id": [7] } }"#, "line 1, column"),
        (r#"{ "request_id": "r" }"#, "missing field `vpn_connection`"),
        (r#"{ "vpn_connection": null }"#, "line 1, column"),
    ];
    for (body, expected) in cases {
        let (_simulator, client) = responding_with(Fault::response(200, body)).await;
        let error = client.show(CONNECTION_ID).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{body}");
        assert_eq!(error.status(), Some(200), "{body}");
        assert!(error.to_string().contains(expected), "{error}");

        let (_simulator, client) = responding_with(Fault::response(201, body)).await;
        let error = client.create(&request()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
        assert_eq!(error.status(), Some(201), "{body}");
    }
}

/// A connection that was just created must not be lost over the form of its description.
#[tokio::test]
async fn a_success_that_is_nearly_as_documented_is_read() {
    let whole = fixture("responses/example3_show").to_string();
    let changed = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replace(from, to)
    };
    let nearly = [
        format!("\u{feff}{whole}"),
        changed("\"timeout\":15", "\"timeout\":15.0"),
        changed("\"timeout\":15", "\"timeout\":\"15\""),
        changed("\"timeout\":15", "\"timeout\":1,\"timeout\":15"),
        changed("\"interval\":30", "\"interval\":5000000000"),
        changed("\"interval\":30", "\"interval\":[30]"),
        changed("\"enable_nqa\":false", "\"enable_nqa\":\"false\""),
        format!("{},\"request_id\":7}}", whole.strip_suffix('}').unwrap()),
    ];
    for body in nearly {
        let (simulator, client) = responding_with(Fault::response(200, body.clone())).await;
        let shown = client.show(CONNECTION_ID).await.unwrap();
        assert_eq!(shown.raw_body(), body.as_bytes(), "the body is shown as it came");
        simulator.next(Fault::response(201, body.clone()));
        let created = client.create(&request()).await.unwrap();
        assert_eq!(created.into_inner(), *shown, "{body}");
        simulator.next(Fault::response(200, body.clone()));
        let call = client.api().show_vpn_connection().project_id(client.project_id());
        let raw = call.vpn_connection_id(CONNECTION_ID).send().await.unwrap().into_inner();
        assert_eq!(raw.vpn_connection, *shown, "{body}");
        assert_eq!(raw.request_id.as_deref(), shown.request_id(), "{body}");

        assert_eq!(shown.id, CONNECTION_ID, "{body}");
        assert_eq!(shown.enable_nqa, Some(false), "{body}");
        let dpd = shown.ikepolicy.as_ref().and_then(|ike| ike.dpd.as_ref()).unwrap();
        assert_eq!(dpd.timeout, Some(15), "{body}");
        let is_left_out = body.contains("5000000000") || body.contains("[30]");
        assert_eq!(dpd.interval, (!is_left_out).then_some(30), "{body}");
        if body.contains(":7}") {
            assert_eq!(shown.request_id(), Some("7"));
        }
    }
}

#[test]
fn a_member_that_is_left_out_is_named_in_the_trace() {
    let trace = Trace::default();
    let writer = trace.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let body = json!({ "vpn_connection": {
                "id": CONNECTION_ID, "name": 7, "ikepolicy": { "dpd": { "timeout": "never-said" } },
            }});
            let (_simulator, client) =
                responding_with(Fault::response(200, body.to_string())).await;
            let shown = client.show(CONNECTION_ID).await.unwrap();
            assert_eq!(shown.name.as_deref(), Some("7"));
        });
    });
    let seen = trace.text();
    assert!(seen.contains("pointer=\"/vpn_connection/ikepolicy/dpd/timeout\""), "{seen}");
    assert!(!seen.contains("never-said") && seen.lines().count() == 1, "{seen}");
}

#[tokio::test]
async fn an_error_body_that_is_cut_off_leaves_the_status() {
    let server = RawServer::responding(
        b"HTTP/1.1 404 Not Found\r\nX-Request-Id: r7\r\nContent-Length: 500\r\n\r\n{\"code\":",
    );
    let error = server.client().show(CONNECTION_ID).await.unwrap_err();
    assert_eq!((error.status(), error.request_id()), (Some(404), Some("r7")));
    assert!(!error.is_not_found(), "the service did not say so");
}

#[tokio::test]
async fn bodies_are_bounded() {
    let body = format!("{{ \"vpn_connection\": {{ \"id\": \"{}\" }} }}", "a".repeat(128 * 1024));
    let (_simulator, client) = responding_with(Fault::response(200, body)).await;
    let error = client.show(CONNECTION_ID).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert!(error.to_string().contains("larger than 131072 bytes"), "{error}");

    let body = json!({ "message": "a".repeat(63 * 1024) }).to_string();
    let (_simulator, client) = responding_with(Fault::response(404, body)).await;
    let error = client.show(CONNECTION_ID).await.unwrap_err();
    assert!(error.service_message().is_some_and(|message| message.starts_with("aaa")), "{error}");

    let body = json!({ "message": "a".repeat(64 * 1024) }).to_string();
    let (_simulator, client) = responding_with(Fault::response(404, body)).await;
    let error = client.show(CONNECTION_ID).await.unwrap_err();
    assert_eq!((error.status(), error.service_message()), (Some(404), None));
}

#[tokio::test]
async fn a_raw_call_succeeds_and_its_error_can_be_converted() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let created = client.create(&request()).await.unwrap();
    let show = |id: &str| {
        client
            .api()
            .show_vpn_connection()
            .project_id(client.project_id())
            .vpn_connection_id(id)
            .send()
    };
    let shown = show(&created.id).await.unwrap();
    assert_eq!(shown.vpn_connection.id, created.id);

    let error = otc_vpn::Error::from(show("unknown").await.unwrap_err());
    assert!(error.is_not_found());
    assert_eq!(error.code(), Some(error_codes::VPN_0004));
    assert!(error.request_id().is_some());
}

#[tokio::test]
async fn the_token_is_sent_and_the_generators_version_header_is_not() {
    let server = RawServer::responding(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let _ = server.client().show(CONNECTION_ID).await;
    let head = server.last_head();
    assert!(head.contains("x-auth-token: canary-token-5f2d"), "{head}");
    assert!(head.contains("user-agent: otc-vpn/"), "{head}");
    assert!(!head.contains("api-version"), "{head}");
}

#[tokio::test]
async fn the_name_of_the_application_is_sent_too() {
    let server = RawServer::responding(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    let named = |name: &str| server.client_builder().application_name(name).build();
    let _ = named("office-setup/1.2 (test)").unwrap().show(CONNECTION_ID).await;
    let head = server.last_head();
    assert!(head.contains("user-agent: office-setup/1.2 (test) otc-vpn/"), "{head}");
    for name in ["", " a", "a\nb", "b\u{fc}ro", "a\0"] {
        let error = named(name).unwrap_err();
        assert!(error.to_string().contains("invalid application name"), "{error}");
    }
}

#[tokio::test]
async fn another_connection_is_no_response_to_a_query() {
    const OTHER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 39\r\n\r\n\
        {\"vpn_connection\":{\"id\":\"another-one\"}}";
    let server = RawServer::responding(OTHER);
    let error = server.client().show(CONNECTION_ID).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    let expected = format!("holds another-one; expected the connection {CONNECTION_ID}");
    assert!(error.to_string().contains(&expected), "{error}");
    let shown = server.client().show("another-one".to_owned()).await.unwrap();
    assert_eq!(shown.id, "another-one");
    let id = otc_vpn::ConnectionId::try_from("another-one").unwrap();
    let texts: [&str; 2] = ["another-one", id.as_ref()];
    for text in texts {
        server.client().show(&text).await.unwrap();
    }
    server.client().show(id).await.unwrap();
}
