//! Which request is sent again: by its method and the error code of the response, within
//! the attempts, the budget and the time of a call.

use std::ops::Range;
use std::time::{Duration, Instant, SystemTime};

use http::Method;
use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::{Client, Credentials, Error, ErrorKind, Password, Provided, Retries, Timeouts};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use serde_json::json;

use crate::fault_server::{Act, FaultServer, http};
use crate::support::{
    CONNECTION_ID, PROJECT_ID, client_builder, document, dropped_after, http_client, patient,
    request,
};

fn client(server: &FaultServer, retries: Retries) -> Client {
    client_builder(&server.endpoint()).retries(retries).build().unwrap()
}

fn quick() -> Retries {
    let mut retries = Retries::default();
    retries.initial_backoff = Duration::from_millis(2);
    retries
}

/// A raw call of any method, as one that the document may describe some day.
async fn call(client: &Client, method: Method) -> Result<reqwest::Response, Error> {
    let path = format!("/v5/{PROJECT_ID}/vpn-connection/{CONNECTION_ID}");
    let base = client.api().baseurl();
    let body = json!({ "vpn_connection": { "name": "a", "vgw_ip": "b", "cgw_id": "c" } });
    let request = http_client().request(method, format!("{base}{path}"));
    let request = request.body(body.to_string()).build().unwrap();
    let info = OperationInfo { operation_id: "an_operation_to_come" };
    let response = client.api().exec(request, &info).await;
    response.map_err(|error| {
        Error::from(otc_vpn::api::Error::<otc_vpn::types::ErrorBody>::CommunicationError(error))
    })
}

/// What comes of a code: the requests that are seen, and whether the outcome is open.
fn expected(method: &Method, status: u64, class: &str) -> (usize, bool) {
    let reads = method == Method::GET;
    let repeats = reads || method == Method::DELETE;
    let maybe_applied = !reads && (status == 408 || status >= 500);
    let requests = match class {
        "always" if repeats || !maybe_applied => 3,
        "reads" if repeats => 3,
        _ => 1,
    };
    (requests, maybe_applied)
}

/// As proxies and services of another kind write it.
#[tokio::test]
async fn a_code_is_read_behind_a_byte_order_mark_and_beside_what_is_no_character() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client_builder().retries(quick()).build().unwrap();
    for message in [&b"m"[..], b"gr\xfcn"] {
        let body = |code: &str| {
            let before = format!("\u{feff}{{\"error_code\":\"{code}\",\"error_msg\":\"");
            [before.as_bytes(), message, b"\"}"].concat()
        };
        simulator.next(Fault::response(400, body("VPN.0012")));
        let error = client.create(&request()).await.unwrap_err();
        assert!(error.is_already_there(), "{error:#?}");
        assert_eq!(error.service_message(), Some(&*String::from_utf8_lossy(message)));
        simulator.take_received();
        simulator.next(Fault::response(400, body("VPN.0030")));
        assert_eq!(client.show("a").await.unwrap_err().status(), Some(404));
        assert_eq!(simulator.received().len(), 2, "it is retried");
    }
    simulator.next(Fault::response(502, "\u{feff}<html>"));
    let client = client_builder(&simulator.endpoint()).build().unwrap();
    let said = client.show("a").await.unwrap_err().to_string();
    assert!(said.ends_with("and a body \"<html>\""), "{said}");
}

#[tokio::test]
async fn every_documented_code_is_treated_by_its_class_and_by_the_method() {
    let document = document();
    let codes = document["x-error-codes"].as_object().unwrap();
    assert!(!codes.is_empty());
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE];
    for (code, facts) in codes {
        let status = facts["status"].as_u64().unwrap();
        let body = json!({ "error_code": code, "error_msg": "m" }).to_string();
        let response = http(status.try_into().unwrap(), "", body);
        for method in &methods {
            let server = FaultServer::start(Act::Responses(vec![response.clone()])).await;
            let result = call(&client(&server, quick()), method.clone()).await;
            let class = facts["retry"].as_str().unwrap();
            let (requests, maybe_applied) = expected(method, status, class);
            let name = format!("{code} ({status}, {class}) to {method}");
            assert_eq!(server.requests(), requests, "{name}");
            let error = result.unwrap_err();
            let kind = if maybe_applied { ErrorKind::OutcomeUnknown } else { ErrorKind::Service };
            assert_eq!(error.kind(), kind, "{name}: {error}");
            assert_eq!(error.status().map(u64::from), Some(status), "{name}");
            assert_eq!(error.code(), Some(code.as_str()), "{name}");
            assert_eq!(error.attempts() as usize, requests, "{name}");
            assert_eq!(error.operation(), Some("an_operation_to_come"), "{name}");
        }
    }
}

#[tokio::test]
async fn what_fails_for_a_while_succeeds_in_the_end() {
    let body = crate::support::fixture("responses/example3_show").to_string();
    let responses = vec![http(503, "", ""), http(429, "", ""), http(200, "", body)];
    let server = FaultServer::start(Act::Responses(responses)).await;
    client(&server, quick()).show(CONNECTION_ID).await.unwrap();
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_delete_that_finds_nothing_after_a_doubtful_attempt_has_deleted() {
    let gone = http(404, "", r#"{ "error_code": "VPN.0004" }"#);
    let doubtful = FaultServer::start(Act::Responses(vec![Vec::new(), gone.clone()])).await;
    let response = call(&client(&doubtful, quick()), Method::DELETE).await.unwrap();
    assert_eq!((response.status().as_u16(), doubtful.requests()), (204, 2));

    // A page of a proxy does not say that the connection is gone.
    let page = http(404, "", "<html>no such page</html>");
    let server = FaultServer::start(Act::Responses(vec![Vec::new(), page])).await;
    let error = call(&client(&server, quick()), Method::DELETE).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::OutcomeUnknown, Some(404)));
    assert!(!error.is_not_found(), "{error}");

    let throttled = FaultServer::start(Act::Responses(vec![http(429, "", ""), gone])).await;
    let error = call(&client(&throttled, quick()), Method::DELETE).await.unwrap_err();
    assert!(error.is_not_found() && error.kind() == ErrorKind::Service, "{error}");
    assert_eq!((error.attempts(), throttled.requests()), (2, 2), "no attempt was applied");

    // A sign-in that finds nothing has deleted nothing.
    let identity = FaultServer::start(Act::Responses(vec![http(404, "", "")])).await;
    let password = Password::new("a-user", "a-password").domain("a-domain");
    let client_by_password = client_builder(&doubtful.endpoint())
        .identity_endpoint(identity.endpoint())
        .credentials(Credentials::password(password))
        .retries(quick());
    let error = call(&client_by_password.build().unwrap(), Method::DELETE).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Credentials, Some(404)));
    assert!(!error.is_not_found() && !error.is_conflict(), "{error}");

    let refused = http(403, "", "");
    let server = FaultServer::start(Act::Responses(vec![Vec::new(), refused])).await;
    let error = call(&client(&server, quick()), Method::DELETE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "the first attempt may have been applied");
    assert_eq!((error.status(), error.attempts()), (Some(403), 2));
    assert!(error.outcome_unknown().is_some());
}

/// Such as 204, or 200 with a text that nobody reads.
#[tokio::test]
async fn an_operation_without_a_documented_body_accepts_any_or_none() {
    let responses = [http(204, "", ""), http(200, "", "done"), http(200, "", "")];
    for method in [Method::PUT, Method::DELETE, Method::POST] {
        for response in &responses {
            let server = FaultServer::start(Act::Responses(vec![response.clone()])).await;
            let response = call(&client(&server, quick()), method.clone()).await.unwrap();
            assert!(response.status().is_success());
            assert_eq!(server.requests(), 1);
        }
    }
}

#[tokio::test]
async fn an_update_that_may_have_been_applied_is_not_sent_again() {
    for method in [Method::PUT, Method::PATCH, Method::POST] {
        let server = FaultServer::start(Act::CloseAfterRequest).await;
        let error = call(&client(&server, quick()), method).await.unwrap_err();
        assert_eq!((error.kind(), server.requests()), (ErrorKind::OutcomeUnknown, 1));
    }
}

#[tokio::test]
async fn a_name_that_is_not_found_is_looked_up_again() {
    // Longer than a part of a name can be: no server is asked for it.
    let endpoint = format!("http://{}.example", "a".repeat(64));
    let client = client_builder(&endpoint).allow_http(true).retries(quick());
    let error = client.build().unwrap().create(&request()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{error}");
    assert!(error.is_retryable());
}

#[tokio::test]
async fn errors_tell_the_effort_and_whether_to_try_again() {
    let server = FaultServer::start(Act::Responses(vec![http(503, "", "")])).await;
    let error = client(&server, quick()).show(CONNECTION_ID).await.unwrap_err();
    assert!(error.is_retryable() && error.to_string().contains(", after 3 attempts"), "{error}");
    let error = client(&server, quick()).create(&request()).await.unwrap_err();
    assert!(!error.is_retryable(), "{error}");

    let already_there = ["VPN.0012", "VPN.0031", "VPN.0381"];
    for code in already_there.into_iter().chain(["VPN.0001", "VPN.0004"]) {
        let is_evidence = already_there.contains(&code);
        let body = json!({ "error_code": code }).to_string();
        let server = FaultServer::start(Act::Responses(vec![http(400, "", body)])).await;
        let error = client(&server, quick()).create(&request()).await.unwrap_err();
        assert_eq!((error.is_already_there(), error.attempts()), (is_evidence, 1), "{code}");
        assert!(!error.is_retryable());
    }
    let error = client(&server, Retries::none()).show("a/b").await.unwrap_err();
    assert_eq!((error.attempts(), error.elapsed()), (0, Duration::ZERO));
}

#[tokio::test]
async fn the_deadline_of_a_call_wins_over_waits_and_attempts() {
    let later = http(503, "Retry-After: 60\r\n", "");
    let server = FaultServer::start(Act::Responses(vec![later])).await;
    let mut timeouts = patient();
    timeouts.operation = Duration::from_secs(50);
    let client = client_builder(&server.endpoint()).retries(quick()).timeouts(timeouts);
    let client = client.build().unwrap();
    // From here on the time passes when nothing else happens.
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    let error = client.show(CONNECTION_ID).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(1), "a wait that passes it is not begun");
    assert_eq!((error.attempts(), error.status()), (1, Some(503)));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));

    let silent = FaultServer::start(Act::SilentAfter(Vec::new())).await;
    let client = client_builder(&silent.endpoint()).retries(quick()).timeouts(timeouts);
    let started = tokio::time::Instant::now();
    let error = client.build().unwrap().show(CONNECTION_ID).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert_eq!(started.elapsed().as_secs(), 50);
}

/// A date counts whole seconds, and what passes before it is read.
#[tokio::test]
async fn a_hint_is_waited_for_in_seconds_and_as_a_date() {
    let body = crate::support::fixture("responses/example3_show").to_string();
    let seconds = || "1".to_owned();
    let date = || httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(50));
    let hints: [(&dyn Fn() -> String, Range<u128>); 2] =
        [(&seconds, 1000..2000), (&date, 20_000..51_000)];
    for (hint, expected) in hints {
        let hint = hint();
        let later = http(503, &format!("Retry-After: {hint}\r\n"), "");
        let responses = vec![later, http(200, "", &body)];
        let server = FaultServer::start(Act::Responses(responses)).await;
        let client = client(&server, quick());
        tokio::time::pause();
        let started = tokio::time::Instant::now();
        client.show(CONNECTION_ID).await.unwrap();
        let waited = started.elapsed().as_millis();
        tokio::time::resume();
        assert!(expected.contains(&waited), "{hint}: {waited} ms");
    }
}

/// Nobody answers the beginning of the TLS handshake: nothing was sent, so a create may be tried again.
#[tokio::test]
async fn a_connection_that_times_out_is_retried() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let mut timeouts = Timeouts::default();
    timeouts.connect = Duration::from_millis(100);
    let client = client_builder(&endpoint).retries(quick()).timeouts(timeouts).build().unwrap();
    // From here on the time passes when nothing else happens.
    tokio::time::pause();
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{error}");
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
}

/// A limit of the attempt that is shorter than that of the connection must not end a
/// create that was not sent as one of unknown outcome.
#[tokio::test]
async fn an_attempt_without_a_connection_was_not_sent_whatever_the_limits() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    for operation in [Duration::from_secs(60), Duration::from_millis(700)] {
        let mut timeouts = Timeouts::default();
        timeouts.change_attempt = Duration::from_millis(200);
        timeouts.operation = operation;
        let client = client_builder(&endpoint).retries(quick()).timeouts(timeouts);
        let client = client.build().unwrap();
        tokio::time::pause();
        let error = client.create(&request()).await.unwrap_err();
        tokio::time::resume();
        assert!(error.outcome_unknown().is_none(), "{error}");
        assert!(error.is_timeout() && error.is_retryable(), "{error}");
    }
}

/// An attempt after the wait would not have the time to connect.
#[tokio::test]
async fn a_wait_that_leaves_no_time_for_an_attempt_is_not_begun() {
    let body = r#"{ "error_code": "VPN.0030", "error_msg": "busy", "request_id": "r1" }"#;
    let busy = http(429, "Retry-After: 100\r\n", body);
    let server = FaultServer::start(Act::Responses(vec![busy])).await;
    let mut timeouts = patient();
    (timeouts.connect, timeouts.operation) = (Duration::from_secs(60), Duration::from_secs(150));
    let mut retries = quick();
    retries.max_retry_after = Duration::from_secs(100);
    let client = client_builder(&server.endpoint()).retries(retries).timeouts(timeouts);
    let error = client.build().unwrap().create(&request()).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(429), Some("VPN.0030")), "{error}");
    assert_eq!((error.request_id(), error.attempts()), (Some("r1"), 1), "{error}");
    assert!(error.is_retryable() && !error.is_timeout(), "{error}");
}

/// The credentials for the second attempt take so long that there is no time for it.
#[tokio::test(start_paused = true)]
async fn what_the_service_said_last_is_worth_more_than_that_the_time_is_up() {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let credentials = Credentials::provider(move || {
        let is_first = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        async move {
            if !is_first {
                tokio::time::sleep(Duration::from_secs(16)).await;
            }
            Ok(Provided::token("a-token").valid_for(Duration::from_millis(1)))
        }
    });
    let busy = http(429, "", r#"{ "error_code": "VPN.0429" }"#);
    let server = FaultServer::start(Act::Responses(vec![busy])).await;
    let mut timeouts = Timeouts::default();
    timeouts.operation = Duration::from_secs(20);
    let client = client_builder(&server.endpoint()).credentials(credentials);
    let client = client.retries(quick()).timeouts(timeouts).build().unwrap();
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(429), Some("VPN.0429")), "{error}");
    assert!(!error.is_timeout() && server.requests() == 1, "{error}");
}

#[test]
fn a_call_outside_of_a_runtime_is_an_error() {
    let client = client_builder("http://127.0.0.1:1").build().unwrap();
    let error = futures::executor::block_on(client.show(CONNECTION_ID)).unwrap_err();
    assert!(error.to_string().contains("not inside a tokio runtime"), "{error}");
}

#[tokio::test]
async fn a_thousand_failing_calls_stay_within_the_budget_and_their_time() {
    let server = FaultServer::start(Act::Responses(vec![http(503, "", "")])).await;
    let mut timeouts = Timeouts::default();
    timeouts.operation = Duration::from_secs(30);
    let retries = quick();
    let client = client_builder(&server.endpoint()).retries(retries).timeouts(timeouts);
    let client = client.build().unwrap();
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                let started = Instant::now();
                let error = client.show(CONNECTION_ID).await.unwrap_err();
                // Connections that the system drops under this load are failures too.
                let is_typed = error.status() == Some(503) || error.is_retryable();
                assert!(is_typed, "{error}");
                assert!(started.elapsed() < timeouts.operation, "{:?}", started.elapsed());
                error.attempts() as usize
            })
        })
        .collect();
    let mut attempts = 0;
    for call in calls {
        attempts += call.await.unwrap();
    }
    assert_eq!(attempts, 1000 + retries.budget as usize);
    assert!(server.requests() <= attempts);
}

#[tokio::test]
async fn dropping_a_query_at_any_point_leaves_the_client_usable() {
    let body = crate::support::fixture("responses/example3_show").to_string();
    let responses = vec![http(503, "", ""), http(200, "", body)];
    dropped_at_any_point(responses, async |client| {
        client.show(CONNECTION_ID).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn dropping_a_create_at_any_point_leaves_the_client_usable() {
    let body = crate::support::created().to_string();
    let responses = vec![http(429, "", ""), http(201, "", body)];
    dropped_at_any_point(responses, async |client| {
        client.create(&request()).await.unwrap();
    })
    .await;
}

async fn dropped_at_any_point(responses: Vec<Vec<u8>>, call: impl AsyncFn(&Client)) {
    let mut polls = 0;
    loop {
        let server = FaultServer::start(Act::Responses(responses.clone())).await;
        let client = client(&server, quick());
        let is_done = dropped_after(polls, call(&client)).await;
        call(&client).await;
        if is_done {
            break;
        }
        polls += 1;
    }
    assert!(polls > 2, "the call was dropped at {polls} points");
}
