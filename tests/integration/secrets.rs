//! No secret is ever shown: not by `Debug` or `Display`, not by an error or its
//! sources, not by a trace.

use std::error::Error as _;
use std::fmt::Debug;

use otc_vpn::api::ClientInfo;
use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::{
    BatchCreateVpnConnectionsRequest, CreateVpnConnectionRequest, VpnConnectionRequest,
};
use otc_vpn::{
    AccessKey, Client, Credentials, DualConnection, Error, Password, Provided, Psk, Retries, Rules,
    validate_batch,
};
use serde_json::json;

use crate::operations::OPERATIONS;
use crate::support::{CGW_ID, PROJECT_ID, RawServer, Trace, VGW_ID, VGW_IP_1, VGW_IP_2, request};

/// Letters and digits, so that no escaping hides them.
const PSK: &str = "PSKcanary0a1b2c3d";
const TOKEN: &str = "TOKENcanary4e5f6a7b";
/// Parts of the base64 form of both, for each of the three alignments.
const BASE64: [&str; 6] = [
    "UFNLY2FuYXJ5",
    "BTS2NhbmFyeT",
    "U0tjYW5hcnkw",
    "VE9LRU5jYW5hcn",
    "PS0VOY2FuYXJ5",
    "T0tFTmNhbmFyeT",
];

#[track_caller]
fn clean(what: &str, text: &str) {
    for canary in [PSK, TOKEN].iter().chain(&BASE64) {
        if let Some(at) = text.find(canary) {
            let around: String = text[..at].chars().rev().take(300).collect();
            panic!("{what} shows {canary} after: {}", around.chars().rev().collect::<String>());
        }
    }
}

#[track_caller]
fn clean_debug(what: &str, value: &impl Debug) {
    clean(what, &format!("{value:?} {value:#?}"));
}

#[track_caller]
fn clean_error(what: &str, error: &Error) {
    clean_debug(what, error);
    clean(what, &format!("{error} {error:#}"));
    let mut source = error.source();
    while let Some(error) = source {
        clean(what, &format!("{error} {error:?}"));
        source = error.source();
    }
}

fn canary_request() -> VpnConnectionRequest {
    let mut request = request();
    request.psk = Some(Psk::new(PSK).unwrap());
    request
}

fn canary_client(endpoint: &str) -> Client {
    Client::builder()
        .endpoint(endpoint)
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        .retries(Retries::none())
        .build()
        .unwrap()
}

#[test]
fn debug_of_what_holds_a_secret_does_not_show_it() {
    clean_debug("psk", &Psk::new(PSK).unwrap());
    clean_debug("refused psk", &Psk::new(format!("{PSK}\"")).unwrap_err());
    clean_debug("credentials", &Credentials::token(TOKEN));
    clean_debug("refused credentials", &Credentials::token(format!("{TOKEN}\n")));
    clean_debug("request", &canary_request());

    let builder = VpnConnectionRequest::builder().psk(Psk::new(PSK).unwrap());
    clean_debug("request builder", &builder);
    let one: CreateVpnConnectionRequest =
        CreateVpnConnectionRequest::builder().vpn_connection(canary_request()).try_into().unwrap();
    clean_debug("create", &one);
    let batch: BatchCreateVpnConnectionsRequest = BatchCreateVpnConnectionsRequest::builder()
        .vpn_connections(vec![canary_request()])
        .try_into()
        .unwrap();
    clean_debug("batch", &batch);

    let pair = DualConnection::builder()
        .vgw_id(VGW_ID)
        .vgw_ips(VGW_IP_1, VGW_IP_2)
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .psk(PSK)
        .second(|tunnel| {
            let tunnel = tunnel.psk(PSK);
            clean_debug("tunnel", &tunnel);
            tunnel
        });
    clean_debug("pair builder", &pair);
    clean_debug("pair", &pair.build().unwrap());
    let refused = DualConnection::builder().psk(format!("{PSK}\"")).build().unwrap_err();
    clean_error("refused pair", &refused);

    let endpoint = "http://127.0.0.1:1";
    let builder = Client::builder().endpoint(endpoint).credentials(Credentials::token(TOKEN));
    clean_debug("client builder", &builder);
    clean_error("client without project", &builder.build().unwrap_err());
    let client = canary_client(endpoint);
    clean_debug("client", &client);
    clean_debug("session", client.api().inner());
    clean_debug("create call", &client.api().create_vpn_connection().body(one));
    clean_debug("batch call", &client.api().batch_create_vpn_connections().body(batch));
    clean_debug("show call", &client.api().show_vpn_connection().project_id(PROJECT_ID));
    for (what, address) in [
        ("a password", format!("https://u:{TOKEN}@a.example")),
        ("a token", format!("https://a.example/?token={TOKEN}")),
        ("a secret and no URL", format!("{TOKEN} {TOKEN}")),
    ] {
        let endpoint = Client::builder().endpoint(&address);
        let identity = Client::builder().identity_endpoint(&address).proxy(&address);
        clean_debug(&format!("builder of an address with {what}"), &(&endpoint, &identity));
        clean_error(&format!("endpoint with {what}"), &endpoint.build().unwrap_err());
        let password = Credentials::password(Password::new("u", "p").domain("d"));
        let error = identity.credentials(password).project_id(PROJECT_ID).build().unwrap_err();
        clean_error(&format!("identity service with {what}"), &error);
    }
}

/// A file with a mistake may hold a key where none belongs.
#[test]
fn a_key_at_the_wrong_place_of_a_file_is_not_shown() {
    let plain = || serde_saphyr::options! { with_snippet: false };
    let refused = |what: &str, errors: [Option<String>; 2]| {
        for error in errors {
            let error = error.unwrap_or_else(|| panic!("{what} was read"));
            clean(what, &error);
            assert!(!error.contains("12345678"), "{error}");
        }
    };
    fn read<T: serde::de::DeserializeOwned>(
        text: &str,
        options: serde_saphyr::Options,
    ) -> [Option<String>; 2] {
        let json = serde_json::from_str::<T>(text).err().map(|error| error.to_string());
        let yaml = serde_saphyr::from_str_with_options::<T>(text, options).err();
        [json, yaml.map(|error| error.to_string())]
    }
    for member in [
        "first",
        "second",
        "rules",
        "vgw_ips",
        "peer_subnets",
        "policy_rules",
        "tags",
        "ikepolicy",
        "ipsecpolicy",
    ] {
        for value in [json!(PSK), json!([PSK, [PSK]]), json!(12_345_678)] {
            let text = json!({ member: value }).to_string();
            refused(&text, read::<DualConnection>(&text, plain()));
        }
    }
    let connection = canary_request();
    for (member, value) in [
        ("ikepolicy", json!(PSK)),
        ("ikepolicy", json!({ "dpd": PSK })),
        ("ikepolicy", json!({ "dpd": { "timeout": PSK } })),
        ("enable_nqa", json!(PSK)),
        ("tags", json!([PSK])),
        ("policy_rules", json!([{ "source": "a", "destination": PSK }])),
    ] {
        let mut changed = serde_json::to_value(&connection).unwrap();
        changed.as_object_mut().unwrap().remove("psk");
        changed[member] = value;
        let text = changed.to_string();
        refused(&text, read::<VpnConnectionRequest>(&text, plain()));
        let text = json!({ "vpn_connection": changed }).to_string();
        refused(&text, read::<CreateVpnConnectionRequest>(&text, plain()));
    }
    for text in [json!({ "vpn_connection": PSK }), json!({ "vpn_connections": PSK }), json!(PSK)] {
        let text = text.to_string();
        refused(&text, read::<CreateVpnConnectionRequest>(&text, plain()));
        refused(&text, read::<BatchCreateVpnConnectionsRequest>(&text, plain()));
    }
    let forgotten = format!(r#"{{ "psk:{PSK}": null }}"#);
    let nested = format!(r#"{{ "first": {forgotten} }}"#);
    for text in [forgotten, nested] {
        refused(&text, read::<DualConnection>(&text, plain()));
    }
    for text in [format!("{{psk:{PSK}, vgw_id: a}}"), format!("first: {{psk:{PSK}}}")] {
        let error = serde_saphyr::from_str_with_options::<DualConnection>(&text, plain());
        let error = error.unwrap_err().to_string();
        clean(&text, &error);
        assert!(error.contains("did you mean `psk`?"), "{error}");
    }
}

#[tokio::test]
async fn a_token_that_was_given_as_an_id_is_not_shown() {
    let token = format!("{TOKEN}+/=").repeat(9);
    let client = Client::builder().endpoint("http://127.0.0.1:1");
    clean_debug("client builder", &client.clone().project_name(&*token));
    let client = client.project_id(&*token);
    clean_debug("client builder", &client);
    let error = client.credentials(Credentials::token("t")).build().unwrap_err();
    clean_error("project id", &error);
    assert!(error.to_string().contains("invalid project id of length"), "{error}");
    let client = canary_client("http://127.0.0.1:1");
    clean_error("connection id", &client.show(&*token).await.unwrap_err());
    let raw = client.api().show_vpn_connection().project_id(&*token).vpn_connection_id("a");
    clean_error("raw call", &raw.send().await.unwrap_err().into());
    let read = serde_json::from_value::<otc_vpn::ProjectId>(json!(token)).unwrap_err();
    clean("project id in a file", &read.to_string());
}

/// As when columns of a table are mixed up.
#[tokio::test]
async fn a_key_or_token_that_stands_in_another_field_is_not_shown() {
    let simulator = Simulator::start().await.unwrap();
    let client = canary_client(&simulator.endpoint());
    // As texts quote it, and cut off; with a key of the same beginning.
    let long = format!("{PSK} \" {}", "x".repeat(100));
    for key in [PSK.to_owned(), long] {
        let filled = |field: &str| {
            let mut request = serde_json::to_value(canary_request()).unwrap();
            request["psk"] = key.clone().into();
            match field {
                "peer_subnets" => request[field] = json!([key]),
                "ikepolicy" => request[field] = json!({ "dh_group": key, "peer_id": key }),
                "tags" => request[field] = json!([{ "key": format!("/{key}"), "value": key }]),
                field => request[field] = format!("a {key}").into(),
            }
            serde_json::from_value::<VpnConnectionRequest>(request).unwrap()
        };
        for field in ["name", "vgw_id", "vgw_ip", "style", "peer_subnets", "ikepolicy", "tags"] {
            let request = filled(field);
            let violations = request.validate(&Rules::default());
            assert!(!violations.is_empty(), "{field}");
            clean_debug(field, &violations);
            clean(field, &violations.to_string());
            clean(field, &request.explain(&Rules::default()).to_string());
            clean(field, &validate_batch(&[request], &Rules::default()).to_string());
        }
    }
    let pair = DualConnection::builder().vgw_ips(PSK, PSK).psk(PSK).build().unwrap_err();
    assert!(pair.to_string().contains("/vgw_ips: are both [redacted]"), "{pair}");
    clean_error("pair", &pair);
    let mut request = canary_request();
    request.vgw_id = TOKEN.to_owned();
    clean_error("vgw_id", &client.create(&request).await.unwrap_err());
    request = canary_request();
    request.name = Some("Canary-Name-4711".to_owned());
    request.psk = Some(Psk::from("Canary-Name-4711"));
    simulator.next(Fault::response(409, ""));
    let error = client.create(&request).await.unwrap_err();
    assert!(!format!("{error:#?}").contains("Canary-Name"), "{error:#?}");
}

#[tokio::test]
async fn the_simulator_shows_no_request_body() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let created = client.create(&canary_request()).await.unwrap();
    assert!(String::from_utf8_lossy(&simulator.received()[0].body).contains(PSK));
    clean_debug("simulator", &simulator);
    clean_debug("response", &created);
    clean("raw body", &String::from_utf8_lossy(created.raw_body()));

    let body = json!({ "vpn_connection": { "id": "a", "psk_of_the_future": PSK } });
    simulator.next(Fault::response(200, body.to_string()));
    let shown = client.show("a").await.unwrap();
    assert!(String::from_utf8_lossy(shown.raw_body()).contains(PSK));
    clean_debug("response with a field that the types do not know", &shown);
}

/// The service repeats what it was sent, in every place of a response.
fn echoes(psk: &str) -> Vec<(u16, String)> {
    let said = format!("you sent {TOKEN} and {psk}");
    let errors = [400, 401, 404, 500, 503].into_iter().flat_map(|status| {
        [
            json!({ "code": psk, "message": said }).to_string(),
            json!({ "error_code": TOKEN, "error_msg": said, "request_id": psk }).to_string(),
            json!({ "error": { "code": 1, "message": said } }).to_string(),
            said.clone(),
        ]
        .map(|body| (status, body))
    });
    let unreadable = [
        said.clone(),
        json!(said).to_string(),
        json!({ "vpn_connection": { "id": [1], "name": said } }).to_string(),
        json!({ "vpn_connection": { "id": { "id": said }, "enable_nqa": said } }).to_string(),
    ];
    errors.chain(unreadable.map(|body| (200, body))).chain([(302, said.clone())]).collect()
}

/// Who signs in does not know the token yet.
#[tokio::test]
async fn a_token_that_was_just_issued_is_not_shown() {
    let simulator = Simulator::start().await.unwrap();
    let refused = async |fault: Fault| {
        let user = Credentials::password(Password::new("a-user", "hunter2").domain("a-domain"));
        let builder = simulator.client_builder().credentials(user).retries(Retries::none());
        simulator.next(fault.on("sign_in").unwrap());
        builder.build().unwrap().show("a").await.unwrap_err()
    };
    let v2 = json!({ "access": { "token": { "id": TOKEN } }, "request_id": TOKEN }).to_string();
    let bodies = [
        format!("<html>{TOKEN}"),
        json!({ "token": { "id": TOKEN } }).to_string(),
        json!({ "error": { "code": TOKEN, "message": format!("not {TOKEN}") } }).to_string(),
        json!({ "error_code": TOKEN, "error_msg": TOKEN, "request_id": TOKEN }).to_string(),
        v2.clone(),
    ];
    for (status, body) in [200, 201, 204, 302, 401, 500]
        .iter()
        .flat_map(|it| bodies.iter().map(move |body| (*it, body)))
    {
        let fault = Fault::response(status, body.clone()).header("X-Subject-Token", TOKEN);
        let error = refused(fault.header("X-Request-Id", TOKEN)).await;
        assert_eq!(error.status(), Some(status), "{error}");
        clean_error(&format!("{status} {body}"), &error);
    }
    for body in [v2, format!("\u{feff}<html>{TOKEN}")] {
        clean_error("without the header", &refused(Fault::response(200, body)).await);
    }
    let cut = Fault::response(201, TOKEN).header("X-Subject-Token", TOKEN);
    clean_error("cut off", &refused(cut.header("Content-Length", "1000")).await);
}

/// `json.dumps` of Python writes all of it as escapes, an emoji as two.
#[tokio::test]
async fn a_secret_with_any_character_is_known_by_its_escapes() {
    let simulator = Simulator::start().await.unwrap();
    for (secret, escaped) in [
        ("canary\u{1f600}secret", r"canary\ud83d\ude00secret"),
        ("canary\u{1f600}secret", r"canary\uD83D\uDE00secret"),
        ("canary\u{1f600}\u{10ffff}é", r"canary\ud83d\ude00\udbff\udfff\u00e9"),
        ("canary\tsecret\u{8}", r"canary\tsecret\b"),
        ("canary\nsecret\u{c}\r", r"canary\nsecret\f\r"),
    ] {
        let deeper = escaped.replace('\\', r"\\");
        for said in [escaped, &*deeper] {
            for body in [
                format!(r#"you sent "{said}""#),
                json!({ "error": { "code": 401, "message": said } }).to_string(),
            ] {
                let user = Password::new("a-user", secret).domain("a-domain");
                let builder = simulator.client_builder().credentials(Credentials::password(user));
                simulator.next(Fault::response(401, body.clone()));
                let error = builder.build().unwrap().show("a").await.unwrap_err();
                assert_eq!(error.status(), Some(401), "{error}");
                let shown = format!("{error} {error:#?}");
                assert!(!shown.contains("canary"), "{body}: {shown}");
            }
        }
    }
}

/// A key of a provider is a secret as one that the client was given is.
#[tokio::test]
async fn the_key_of_a_provider_is_not_shown_even_after_a_renewal() {
    let simulator = Simulator::start().await.unwrap();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let provider = Credentials::provider(move || {
        let number = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        // The first one has another secret.
        let secret = if number == 0 { PSK } else { TOKEN };
        async move { Ok(Provided::access_key(AccessKey::new("a-key", secret))) }
    });
    let client = simulator.client_builder().credentials(provider).retries(Retries::none());
    let client = client.build().unwrap();
    let echo =
        || Fault::response(401, json!({ "error_msg": format!("{PSK} {TOKEN}") }).to_string());
    simulator.next(Fault::response(401, ""));
    simulator.next(echo());
    let error = client.show("a").await.unwrap_err();
    assert_eq!(error.service_message(), Some("[redacted] [redacted]"));
    clean_error("echoed", &error);
    for body in [format!("{PSK} {TOKEN}"), json!({ "vpn_connection": TOKEN }).to_string()] {
        simulator.next(Fault::response(200, body));
        clean_error("unreadable", &client.show("a").await.unwrap_err());
    }
}

#[tokio::test]
async fn traces_and_errors_show_no_secret_whatever_the_service_says() {
    let trace = Trace::default();
    let writer = trace.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();

    let server = RawServer::responding(b"HTTP/1.1 201 Created\r\nContent-Le");
    let error = canary_client(&server.endpoint()).create(&canary_request()).await.unwrap_err();
    clean_error("cut off", &error);
    let error = canary_client("http://127.0.0.1:1").create(&canary_request()).await.unwrap_err();
    clean_error("refused", &error);

    let simulator = Simulator::start().await.unwrap();
    let client = canary_client(&simulator.endpoint());
    let response = |(status, body): &(u16, String)| {
        simulator.next(Fault::response(*status, body.clone()).header("X-Request-Id", TOKEN));
    };
    for operation in OPERATIONS {
        // One without a key has none that could be repeated.
        for echo in echoes(operation.key(PSK)) {
            response(&echo);
            match operation.call(&client, PSK).await {
                Err(error) => clean_error(&format!("{operation:?}"), &error),
                // Nobody reads the body of a success that has none.
                Ok(()) => assert!(echo.0 == 200 && !operation.has_body(), "{operation:?}"),
            }
        }
    }

    let password = || Password::new("a-user", TOKEN).domain("a-domain");
    let ways_in = [
        Credentials::password(password()),
        Credentials::access_key(AccessKey::new("a-key", TOKEN).security_token(TOKEN)),
        Credentials::access_key(AccessKey::new("a-key", TOKEN).scoped("eu-de", "vpn")),
        Credentials::provider(|| async { Ok(Provided::token(TOKEN)) }),
    ];
    for credentials in ways_in {
        clean_debug("credentials", &credentials);
        // A client of its own each time: one remembers that a password was rejected.
        let client = || {
            let builder = simulator.client_builder().identity_endpoint(simulator.endpoint());
            builder.credentials(credentials.clone()).retries(Retries::none()).build().unwrap()
        };
        clean_debug("client", &client());
        clean_error("refused", &client().create(&canary_request()).await.unwrap_err());
        response(&(503, format!("you sent {TOKEN}")));
        let busy = client().create(&canary_request()).await.unwrap_err();
        assert_eq!(busy.status(), Some(503), "{busy}");
        clean_error("busy", &busy);
        // What the identity service or the API says again, in its own shape.
        let echo = json!({ "error": { "code": 400, "message": format!("not {TOKEN}") } });
        response(&(400, echo.to_string()));
        let echoed = client().create(&canary_request()).await.unwrap_err();
        assert_eq!(echoed.service_message(), Some("not [redacted]"), "{echoed}");
        clean_error("echoed", &echoed);
    }
    let connect = Client::builder().identity_endpoint(simulator.endpoint()).project_name("x");
    let connect = connect.credentials(Credentials::password(password()));
    clean_error("connecting", &connect.connect().await.unwrap_err());

    let seen = trace.text();
    clean("trace", &seen);
    // The port tells this test's lines from those of others.
    let port = simulator.endpoint().rsplit(':').next().unwrap().to_owned();
    let ours: Vec<_> = seen.lines().filter(|line| line.contains(&port)).collect();
    for expected in [
        "http.request.method=\"POST\"",
        "http.response.status_code=404",
        "hyper_util::client",
        "reqwest::",
    ] {
        assert!(ours.iter().any(|line| line.contains(expected)), "the trace lacks {expected}");
    }
}
