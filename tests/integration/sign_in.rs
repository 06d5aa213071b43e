//! Signing in by password, by access key and by a provider of the caller's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::{
    AccessKey, Client, ClientBuilder, Credentials, Error, ErrorKind, Password, Provided, Retries,
};
use serde_json::json;

use crate::support::{CONNECTION_ID, dropped_after, patient, request, seconds_under_load};

fn password() -> Password {
    Password::new(Simulator::USER, Simulator::PASSWORD).domain(Simulator::DOMAIN)
}

fn by_password(simulator: &Simulator) -> ClientBuilder {
    simulator
        .client_builder()
        .identity_endpoint(simulator.endpoint())
        .credentials(Credentials::password(password()))
}

fn by_key(simulator: &Simulator, key: AccessKey) -> Client {
    simulator.client_builder().credentials(Credentials::access_key(key)).build().unwrap()
}

fn key() -> AccessKey {
    AccessKey::new(Simulator::ACCESS_KEY, Simulator::SECRET_KEY)
}

/// A call that gets a response, about a connection that does not exist.
async fn call(client: &Client) -> Result<(), Error> {
    match client.show(CONNECTION_ID).await {
        Err(error) if error.is_not_found() => Ok(()),
        other => other.map(drop),
    }
}

fn sign_ins(simulator: &Simulator) -> usize {
    simulator.received().iter().filter(|request| request.path == "/v3/auth/tokens").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_callers_on_a_cold_client_sign_in_once() {
    let simulator = Simulator::start().await.unwrap();
    let client = by_password(&simulator).build().unwrap();
    assert_eq!(sign_ins(&simulator), 0, "building a client sends nothing");
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { call(&client).await.unwrap() })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(sign_ins(&simulator), 1);
}

#[tokio::test]
async fn a_call_after_an_aborted_sign_in_succeeds() {
    let mut polls = 0;
    loop {
        let simulator = Simulator::start().await.unwrap();
        simulator.next(Fault::delay(Duration::from_millis(20)));
        let client = by_password(&simulator).build().unwrap();
        let is_done = dropped_after(polls, call(&client)).await;
        call(&client).await.unwrap();
        if is_done {
            break;
        }
        polls += 1;
    }
    assert!(polls > 3, "the sign-in was aborted at {polls} points");
}

#[tokio::test]
async fn tokens_that_end_under_load_fail_no_call() {
    const LIFE: f64 = 2.0;
    let simulator = Simulator::start().await.unwrap();
    simulator.set_token_life(Duration::from_secs_f64(LIFE));
    let builder = by_password(&simulator).retries(Retries::none()).timeouts(patient());
    let client = builder.build().unwrap();
    let started = Instant::now();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                while started.elapsed() < seconds_under_load() {
                    call(&client).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    // A token is renewed after nine tenths of its life.
    let expected = (started.elapsed().as_secs_f64() / (LIFE * 0.9)).ceil() as usize;
    let done = sign_ins(&simulator);
    // A busy machine renews late, or signs again what came too late.
    assert!((2..=2 * expected).contains(&done), "{done} sign-ins, {expected} expected");
}

#[tokio::test]
async fn a_token_that_is_rejected_once_is_renewed_once() {
    let simulator = Simulator::start().await.unwrap();
    let client = by_password(&simulator).build().unwrap();
    call(&client).await.unwrap();
    simulator.revoke_tokens();
    client.create(&request()).await.unwrap();
    let paths: Vec<_> = simulator.received().iter().map(|request| request.method.clone()).collect();
    // Sign-in and query; the rejected create, another sign-in, the create.
    assert_eq!(paths, ["POST", "GET", "POST", "POST", "POST"]);
    assert_eq!(sign_ins(&simulator), 2);
}

/// A code that asks for fresh credentials, with a status that leaves open what was done.
#[tokio::test]
async fn a_create_of_unknown_outcome_is_not_sent_again_with_fresh_credentials() {
    for status in [408, 500, 502, 503, 504] {
        for code in ["VPN.0010", "APIGW.0301"] {
            let simulator = Simulator::start().await.unwrap();
            let client = by_password(&simulator).build().unwrap();
            call(&client).await.unwrap();
            let body = format!(r#"{{ "error_code": "{code}", "error_msg": "m" }}"#);
            simulator.next(Fault::response(status, body.clone()));
            let before = simulator.take_received().len();
            let error = client.create(&request()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{status} {code}: {error}");
            assert_eq!((before, simulator.received().len()), (2, 1), "{status} {code}");
            // A query may be sent again.
            simulator.next(Fault::response(status, body));
            call(&client).await.unwrap();
        }
    }
}

/// Its status says nothing about the resource.
#[tokio::test]
async fn a_status_of_the_identity_service_is_not_that_of_the_call() {
    let simulator = Simulator::start().await.unwrap();
    let client = by_password(&simulator).retries(Retries::none()).build().unwrap();
    for status in [404, 409, 302] {
        simulator.next(Fault::response(status, r#"{ "error_code": "VPN.0004" }"#));
        let error = client.show("a").await.unwrap_err();
        assert_eq!(error.status(), Some(status), "{error}");
        assert!(!error.is_not_found() && !error.is_conflict(), "{error}");
        assert!(error.to_string().contains("signing in: the"), "{error}");
    }
}

#[tokio::test]
async fn a_call_that_is_always_rejected_is_sent_twice() {
    let simulator = Simulator::start().await.unwrap();
    let client = by_password(&simulator).build().unwrap();
    call(&client).await.unwrap();
    let before = simulator.take_received().len();
    assert_eq!(before, 2);
    simulator.set_token_life(Duration::ZERO);
    simulator.revoke_tokens();
    let error = call(&client).await.unwrap_err();
    assert!(error.is_auth() && !error.is_retryable(), "{error}");
    assert_eq!(error.attempts(), 2);
    assert_eq!(sign_ins(&simulator), 1);
    assert_eq!(simulator.received().len(), 3, "two requests and a sign-in between them");
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_by_any_number_of_calls() {
    let simulator = Simulator::start().await.unwrap();
    let wrong = Password::new(Simulator::USER, "hunter2-Canary").domain(Simulator::DOMAIN);
    let wrong = Credentials::password(wrong);
    let client = by_password(&simulator).credentials(wrong).build().unwrap();
    for error in futures::future::join_all((0..20).map(|_| call(&client))).await {
        let error = error.unwrap_err();
        assert!(error.is_auth(), "{error}");
        let told = format!("{error} {error:?}");
        assert!(told.contains("signing in") && !told.contains("hunter2"), "{told}");
        assert!(error.outcome_unknown().is_none());
    }
    let error = client.create(&request()).await.map(drop).unwrap_err();
    assert!(error.is_auth() && error.outcome_unknown().is_none(), "{error}");
    assert_eq!(simulator.received().len(), 1, "a user is locked out after a few failures");
}

/// A password may be a word of the message, which then says more with it than without it.
#[tokio::test]
async fn the_reason_of_the_identity_service_stays_readable() {
    let simulator = Simulator::start().await.unwrap();
    let client = |password: &str| {
        let wrong = Password::new(Simulator::USER, password).domain(Simulator::DOMAIN);
        by_password(&simulator).credentials(Credentials::password(wrong)).build().unwrap()
    };
    for password in ["hunter2-Canary", "wrong", "password", "a", "Password"] {
        let error = call(&client(password)).await.unwrap_err();
        let told = error.service_message();
        assert_eq!(told, Some("The username or password is wrong."), "{password}");
        assert_eq!(error.status(), Some(401), "{error}");
    }
    let echo = json!({ "error": { "code": 401, "message": "not hunter2-Canary, but another" } });
    simulator.next(Fault::response(401, echo.to_string()));
    let error = call(&client("hunter2-Canary")).await.unwrap_err();
    assert_eq!(error.service_message(), Some("not [redacted], but another"));
    let echo = json!({ "error": { "code": 401, "message": "not hunterthesecond" } });
    simulator.next(Fault::response(401, echo.to_string()));
    let error = call(&client("hunterthesecond")).await.unwrap_err();
    assert_eq!(error.service_message(), Some("not [redacted]"), "no word is that long");
}

#[tokio::test]
async fn a_sign_in_that_fails_for_a_while_is_retried() {
    let simulator = Simulator::start().await.unwrap();
    let mut quick = Retries::default();
    quick.initial_backoff = Duration::from_millis(2);
    simulator.next(Fault::response(503, ""));
    simulator.next(Fault::response(500, "<html>"));
    let client = by_password(&simulator).retries(quick).build().unwrap();
    client.create(&request()).await.unwrap();
    assert_eq!(sign_ins(&simulator), 3);

    // A response that cannot be used is final, and is not quoted.
    for body in ["hunter2", r#"{ "token": { "issued_at": "hunter2" } }"#] {
        let fault = Fault::response(201, body).header("X-Subject-Token", "hunter2");
        simulator.next(fault);
        let client = by_password(&simulator).retries(quick).build().unwrap();
        let error = call(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Credentials, Some(201)));
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

/// What a proxy or an older identity service makes of a response.
#[tokio::test]
async fn a_sign_in_needs_no_more_than_the_token_and_its_end() {
    let simulator = Simulator::start().await.unwrap();
    let body = |times: serde_json::Value| json!({ "token": times }).to_string();
    let marked =
        json!({ "issued_at": "2025-03-04T05:06:07Z", "expires_at": "2025-03-05T05:06:07Z" });
    for (body, date) in [
        (body(json!({ "expires_at": "2999-03-05T05:06:07.000000Z" })), None),
        (body(json!({ "expires_at": "2999-03-05T05:06:07" })), None),
        (
            body(json!({ "expires_at": "2025-03-04T05:07:07Z" })),
            Some("Tue, 04 Mar 2025 05:06:07 GMT"),
        ),
        (
            body(json!({ "expires_at": "2025-03-04T05:07:07", "issued_at": null })),
            Some("Tue, 04 Mar 2025 05:06:07 GMT"),
        ),
        (
            body(
                json!({ "expires_at": "2025-03-04T05:07:07", "issued_at": "2025-03-04T05:06:07" }),
            ),
            None,
        ),
        (
            body(
                json!({ "expires_at": "2025-03-04T05:07:07+00:00", "issued_at": "2025-03-04T05:06:07" }),
            ),
            None,
        ),
        (format!("\u{feff}{}", body(marked)), None),
    ] {
        let fault = Fault::response(201, body.clone()).header("X-Subject-Token", Simulator::TOKEN);
        simulator.next(date.into_iter().fold(fault, |fault, date| fault.header("Date", date)));
        let client = by_password(&simulator).build().unwrap();
        call(&client).await.unwrap_or_else(|error| panic!("{body}: {error}"));
        call(&client).await.unwrap();
        assert_eq!(simulator.take_received().len(), 3, "one sign-in: {body}");
    }
    for (body, expected) in [
        (String::new(), "the body describes no token"),
        (body(json!("hunter2")), "the body describes no token"),
        (body(json!({})), "the body does not say when the token expires"),
        (body(json!({ "expires_at": "hunter2" })), "`expires_at` of the token is not a time"),
        (body(json!({ "expires_at": "2025-03-04T05:06:07Z" })), "the token has already expired"),
        (
            body(
                json!({ "expires_at": "2025-03-04T05:06:07Z", "issued_at": "2025-03-05T05:06:07Z" }),
            ),
            "the token expires before it was issued",
        ),
    ] {
        simulator.next(Fault::response(201, body).header("X-Subject-Token", "hunter2"));
        let error = call(&by_password(&simulator).build().unwrap()).await.unwrap_err();
        let said = format!("{error} {error:#?}");
        assert!(said.contains(expected) && !said.contains("hunter2"), "{said}");
    }
}

#[tokio::test]
async fn an_address_of_the_catalogue_is_a_whole_url() {
    let simulator = Simulator::start().await.unwrap();
    let builder = Client::builder()
        .identity_endpoint(simulator.endpoint())
        .project_name(Simulator::PROJECT_NAME)
        .credentials(Credentials::password(password()));
    for (url, problem) in [
        ("canary4711", "not a valid URL"),
        ("//canary4711", "not a valid URL"),
        ("canary4711:443", "must begin with https://"),
        ("ftp://canary4711/v5", "must begin with https://"),
        ("https://u:canary4711@vpn.example", "a user name or password"),
        ("", "not a valid URL"),
    ] {
        let body = json!({ "token": {
            "issued_at": "2025-03-04T05:06:07Z", "expires_at": "2025-03-05T05:06:07Z",
            "project": { "id": Simulator::PROJECT_ID },
            "catalog": [{ "type": "evpn", "endpoints": [{ "url": url }] }],
        }});
        simulator.next(Fault::response(201, body.to_string()).header("X-Subject-Token", "t"));
        let error = builder.clone().connect().await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{said}");
        assert!(
            said.contains("the VPN service in the catalogue of the identity service"),
            "{said}"
        );
        assert!(said.contains(problem) && !said.contains("canary"), "{url}: {said}");
    }
}

#[tokio::test]
async fn connecting_is_retried_like_a_query() {
    let simulator = Simulator::start().await.unwrap();
    let mut quick = Retries::default();
    quick.initial_backoff = Duration::from_millis(2);
    let timeouts = patient();
    let builder = Client::builder()
        .identity_endpoint(simulator.endpoint())
        .project_name(Simulator::PROJECT_NAME)
        .credentials(Credentials::password(password()))
        .retries(quick)
        .timeouts(timeouts);
    simulator.next(Fault::response(503, ""));
    simulator.next(Fault::response(500, "<html>"));
    builder.clone().connect().await.unwrap();
    assert_eq!(sign_ins(&simulator), 3);

    (0..4).for_each(|_| simulator.next(Fault::response(503, "")));
    let error = builder.clone().connect().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Credentials, Some(503)));
    assert_eq!((error.attempts(), sign_ins(&simulator)), (3, 6));
    assert!(error.is_retryable(), "{error}");
    assert_eq!(builder.clone().connect().await.map(drop).ok(), Some(()), "the fourth fault");

    // A wait that passes the deadline is not begun.
    simulator.next(Fault::response(503, "").header("Retry-After", "3600"));
    let mut long = quick;
    long.max_retry_after = Duration::from_secs(3600);
    let connect = builder.retries(long).connect();
    let error = tokio::time::timeout(timeouts.operation / 2, connect).await.unwrap().unwrap_err();
    assert_eq!(error.attempts(), 1, "{error}");
}

#[tokio::test]
async fn the_deadline_of_a_call_wins_over_a_sign_in() {
    let simulator = Simulator::start().await.unwrap();
    call(&by_password(&simulator).build().unwrap()).await.unwrap();
    // As long as what comes before the sign-in may take on a busy machine, and longer.
    let started = Instant::now();
    call(&by_password(&simulator).build().unwrap()).await.unwrap();
    let mut timeouts = patient();
    timeouts.operation = started.elapsed() * 20 + Duration::from_millis(500);
    let client = by_password(&simulator).timeouts(timeouts).build().unwrap();
    call(&client).await.unwrap();
    simulator.next(Fault::response(401, ""));
    simulator.next(Fault::delay(Duration::from_secs(3600)));
    let request = request();
    let create = client.create(&request);
    let error = tokio::time::timeout(timeouts.operation * 10, create).await.unwrap().unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown().is_none(), "{error}");
}

#[tokio::test]
async fn connecting_finds_the_project_and_the_endpoint() {
    let simulator = Simulator::start().await.unwrap();
    let builder = Client::builder()
        .identity_endpoint(format!("{}/v3/", simulator.endpoint()))
        .project_name(Simulator::PROJECT_NAME)
        .credentials(Credentials::password(password()));
    let refused = builder.clone().endpoint(simulator.endpoint()).build().unwrap_err();
    assert!(refused.to_string().contains("`connect().await`"), "{refused}");
    let client = builder.clone().connect().await.unwrap();
    assert_eq!(client.project_id().as_str(), Simulator::PROJECT_ID);
    client.create(&request()).await.unwrap();
    assert_eq!(sign_ins(&simulator), 1, "the token of connecting is used");

    let by_id = builder.clone().project_id(Simulator::PROJECT_ID);
    call(&by_id.connect().await.unwrap()).await.unwrap();
    let elsewhere = builder.clone().project_name("eu-de_other").connect().await.unwrap_err();
    assert_eq!(elsewhere.status(), Some(403), "{elsewhere}");
    let user_id = Password::of_user_id(Simulator::USER_ID, Simulator::PASSWORD);
    let by_user_id = builder.clone().credentials(Credentials::password(user_id));
    call(&by_user_id.connect().await.unwrap()).await.unwrap();
    // A wrong password is sent once: a user is locked out after a few failures.
    let before = simulator.received().len();
    let wrong = Password::new(Simulator::USER, "hunter2").domain_id(Simulator::DOMAIN_ID);
    let wrong = builder.clone().credentials(Credentials::password(wrong));
    let error = wrong.connect().await.unwrap_err();
    assert!(error.is_auth() && !format!("{error:?}").contains("hunter2"), "{error:?}");
    assert_eq!(simulator.received().len(), before + 1);
    // A region beside an endpoint says where to sign in, in any order.
    for builder in [
        Client::builder().endpoint(simulator.endpoint()).region("eu-nl"),
        Client::builder().region("eu-nl").endpoint(simulator.endpoint()),
    ] {
        let builder = builder.project_id(Simulator::PROJECT_ID);
        let client = builder.credentials(Credentials::password(password())).build().unwrap();
        assert!(format!("{client:?}").contains(&simulator.endpoint()), "{client:?}");
    }
    // Without a password there is nothing to find.
    let token = Client::builder().project_name("x").region("eu-de");
    let error = token.credentials(Credentials::token("t")).connect().await.unwrap_err();
    assert!(error.to_string().contains("with a password"), "{error}");
}

#[tokio::test]
async fn requests_are_signed_in_both_forms_and_with_a_security_token() {
    let simulator = Simulator::start().await.unwrap();
    for key in [
        key(),
        key().scoped("eu-de", "vpn"),
        key().security_token(Simulator::SECURITY_TOKEN),
        key().scoped("eu-nl", "vpn").security_token(Simulator::SECURITY_TOKEN),
    ] {
        let mut request = request();
        request.vgw_ip = format!("192.168.0.{}", simulator.received().len());
        let client = by_key(&simulator, key);
        let created = client.create(&request).await.unwrap();
        client.show(&created.id).await.unwrap();
    }
    for wrong in [
        AccessKey::new("ANOTHERKEY", Simulator::SECRET_KEY),
        AccessKey::new(Simulator::ACCESS_KEY, "hunter2"),
        key().security_token("hunter2"),
    ] {
        let before = simulator.received().len();
        let error = call(&by_key(&simulator, wrong)).await.unwrap_err();
        assert!(error.is_auth() && !format!("{error:?}").contains("hunter2"), "{error:?}");
        assert_eq!(simulator.received().len(), before + 1, "the clock was right");
    }
}

#[tokio::test]
async fn a_clock_that_is_wrong_by_sixteen_minutes_is_corrected_once() {
    let simulator = Simulator::start().await.unwrap();
    simulator.advance(Duration::from_secs(16 * 60));
    let client = by_key(&simulator, key());
    client.create(&request()).await.unwrap();
    assert_eq!(simulator.received().len(), 2);
    call(&client).await.unwrap();
    assert_eq!(simulator.received().len(), 3, "the time is known from then on");

    // Any number of calls that were signed before it was known.
    let client = by_key(&simulator, key());
    for call in futures::future::join_all((0..20).map(|_| call(&client))).await {
        call.unwrap();
    }

    // By the header alone, where the text says nothing.
    let soon = std::time::SystemTime::now() + Duration::from_secs(16 * 60);
    let refusal = r#"{ "error_code": "APIGW.0301", "error_msg": "expired" }"#;
    simulator.next(Fault::response(401, refusal).header("Date", &httpdate::fmt_http_date(soon)));
    call(&by_key(&simulator, key())).await.unwrap();
}

#[tokio::test]
async fn a_provider_is_called_once_and_again_when_its_credentials_expire() {
    let simulator = Simulator::start().await.unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let provider = Credentials::provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            match number {
                0 => Err("the vault is sealed".into()),
                1 => Ok(Provided::token("revoked-token")),
                2 => Ok(Provided::token(Simulator::TOKEN).valid_for(Duration::from_millis(50))),
                _ => Ok(Provided::access_key(AccessKey::new(
                    Simulator::ACCESS_KEY,
                    Simulator::SECRET_KEY,
                ))),
            }
        }
    });
    let builder = simulator.client_builder().credentials(provider);
    let client = builder.retries(Retries::none()).build().unwrap();
    let error = call(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.is_retryable() && error.to_string().contains("the vault is sealed"), "{error}");
    futures::future::try_join_all((0..20).map(|_| call(&client))).await.unwrap();
    assert!((3..=4).contains(&asked.load(Ordering::SeqCst)), "{asked:?}");
    tokio::time::sleep(Duration::from_millis(60)).await;
    call(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}

/// It would be given the same again.
#[tokio::test]
async fn unusable_credentials_of_a_provider_are_final() {
    let simulator = Simulator::start().await.unwrap();
    for make in [
        || Provided::token("hunter2\n"),
        || Provided::token(""),
        || Provided::access_key(AccessKey::new("id", "hunter2\n")),
    ] {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let provider = Credentials::provider(move || {
            count.fetch_add(1, Ordering::SeqCst);
            async move { Ok(make()) }
        });
        let client = simulator.client_builder().credentials(provider).build().unwrap();
        let error = call(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Credentials, false));
        assert!(error.to_string().contains("unusable credentials from the provider"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn debug_shows_no_credentials() {
    let told = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        Password::new("u", "hunter2"),
        AccessKey::new("id", "hunter2").security_token("hunter2"),
        Credentials::password(Password::new("u", "hunter2")),
        Provided::token("hunter2"),
        Client::builder().credentials(Credentials::access_key(AccessKey::new("id", "hunter2"))),
    );
    assert!(!told.contains("hunter2"), "{told}");
}
