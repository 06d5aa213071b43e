//! The client against a mock of the document.

use otc_vpn::{Client, Credentials};

use crate::support::{PROJECT_ID, TOKEN, pair, request};

/// A create, a create of a pair, and a query of what the document's example returns.
#[tokio::test]
#[ignore = "run by .ci/mock, which sets its address"]
async fn a_mock_of_the_document_serves_this_client() {
    let client = Client::builder()
        .endpoint(std::env::var("OTC_VPN_MOCK").unwrap())
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        .build()
        .unwrap();
    client.create(&request()).await.unwrap();
    let created = client.create_dual(&pair()).await.unwrap();
    let shown = client.show(&created.first.id).await.unwrap();
    assert_eq!(shown.vgw_ip, created.first.vgw_ip);
}
