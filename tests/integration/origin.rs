//! The credentials go to one origin only.

use otc_vpn::ErrorKind;
use otc_vpn::api::{self, ClientInfo};
use otc_vpn::simulator::{Fault, Simulator};

use crate::support::{CONNECTION_ID, PROJECT_ID, http_client, request};

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let (here, elsewhere) =
            (Simulator::start().await.unwrap(), Simulator::start().await.unwrap());
        let client = here.client().unwrap();
        for target in [elsewhere.endpoint(), here.endpoint()] {
            let redirect = Fault::answer(status, "").header("Location", &format!("{target}/v5/x"));
            here.next(redirect.clone());
            let error = client.show(CONNECTION_ID).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
            assert_eq!(error.status(), Some(status));
            here.next(redirect);
            let error = client.create(&request()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
            assert_eq!(error.status(), Some(status));
        }
        assert!(elsewhere.received().is_empty());
        assert_eq!(here.received().len(), 4);
    }
}

/// The session can be had through the public trait, and a generated client can be
/// made of it for any address: the session itself must refuse.
#[tokio::test]
async fn the_generated_constructors_cannot_send_the_credentials_elsewhere() {
    let (here, elsewhere) = (Simulator::start().await.unwrap(), Simulator::start().await.unwrap());
    let client = here.client().unwrap();
    let session = client.api().inner().clone();
    let other_port = elsewhere.endpoint();
    let other_host = other_port.replace("127.0.0.1", "localhost");
    for address in [other_port, other_host] {
        let http = http_client();
        let stray = api::Client::new_with_client(&address, http, session.clone());
        let call = stray.show_vpn_connection().project_id(PROJECT_ID);
        let error = call.vpn_connection_id(CONNECTION_ID).send().await.unwrap_err();
        let error = otc_vpn::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{address}");
        assert!(error.to_string().contains("nothing was sent"), "{error}");
    }
    assert!(elsewhere.received().is_empty());
    assert!(here.received().is_empty());
}

/// A reqwest client of the caller's own would follow redirects; it only builds
/// the requests.
#[tokio::test]
async fn a_callers_own_http_client_does_not_send() {
    let (here, elsewhere) = (Simulator::start().await.unwrap(), Simulator::start().await.unwrap());
    let session = here.client().unwrap().api().inner().clone();
    let follows = http_client();
    let made = api::Client::new_with_client(&here.endpoint(), follows, session);
    let target = format!("{}/v5/x", elsewhere.endpoint());
    here.next(Fault::answer(307, "").header("Location", &target));
    let call = made.show_vpn_connection().project_id(PROJECT_ID).vpn_connection_id(CONNECTION_ID);
    let error = otc_vpn::Error::from(call.send().await.unwrap_err());
    assert_eq!(error.status(), Some(307));
    assert!(elsewhere.received().is_empty());
}

/// Run again with a proxy in the environment, by the test below.
#[tokio::test]
async fn a_plain_http_endpoint_is_reached_directly() {
    let simulator = Simulator::start().await.unwrap();
    simulator.client().unwrap().create(&request()).await.unwrap();
    assert_eq!(simulator.received().len(), 1);
}

/// A proxy would read the token and the key of a plain http request.
#[test]
fn a_proxy_of_the_environment_gets_no_plain_http() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "origin::a_plain_http_endpoint_is_reached_directly"])
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9")
        .env("ALL_PROXY", "http://127.0.0.1:9")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
