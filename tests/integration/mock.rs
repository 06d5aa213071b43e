//! The client against a mock of the document.

use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{Client, Credentials};

use crate::operations::{Named, OPERATIONS};
use crate::support::{PROJECT_ID, PSK, TOKEN, fixture};

#[tokio::test]
#[ignore = "run by .ci/mock, which sets its address"]
async fn a_mock_of_the_document_serves_this_client() {
    let client = Client::builder()
        .endpoint(std::env::var("OTC_VPN_MOCK").unwrap())
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        .build()
        .unwrap();
    for operation in OPERATIONS {
        match operation.named {
            // The connection that the example of the response is about.
            Named::New(1) => {
                let body = fixture("requests/create_static")["vpn_connection"].clone();
                let mut request: VpnConnectionRequest = serde_json::from_value(body).unwrap();
                request.psk = Some(PSK.into());
                client.create(&request).await.map(drop)
            }
            _ => operation.call(&client, PSK).await,
        }
        .unwrap();
    }
}
