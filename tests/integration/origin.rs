//! The credentials go to one origin only.

use otc_vpn::ErrorKind;
use otc_vpn::api::{self, ClientInfo};
use otc_vpn::simulator::{Fault, Simulator};

use crate::support::{CONNECTION_ID, PROJECT_ID, request};

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
            assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
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
        let made = [
            api::Client::new(&address, session.clone()),
            api::Client::new_with_client(&address, reqwest::Client::new(), session.clone()),
        ];
        for stray in made {
            let call = stray.show_vpn_connection().project_id(PROJECT_ID);
            let error = call.vpn_connection_id(CONNECTION_ID).send().await.unwrap_err();
            let error = otc_vpn::Error::from(error);
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{address}");
            assert!(error.to_string().contains("nothing was sent"), "{error}");
        }
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
    let follows = reqwest::Client::new();
    let made = api::Client::new_with_client(&here.endpoint(), follows, session);
    let target = format!("{}/v5/x", elsewhere.endpoint());
    here.next(Fault::answer(307, "").header("Location", &target));
    let call = made.show_vpn_connection().project_id(PROJECT_ID).vpn_connection_id(CONNECTION_ID);
    let error = otc_vpn::Error::from(call.send().await.unwrap_err());
    assert_eq!(error.status(), Some(307));
    assert!(elsewhere.received().is_empty());
}
