//! The client against a mock of the document.

use otc_vpn::{Client, Credentials};

use crate::operations::OPERATIONS;
use crate::support::{PROJECT_ID, PSK, TOKEN};

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
        operation.call(&client, PSK).await.unwrap();
    }
}
