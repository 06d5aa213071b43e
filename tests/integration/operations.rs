//! Every operation of the document, as a method of the client calls it: a new one without a
//! row here fails.

use std::collections::BTreeSet;
use std::fmt;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{Client, DualConnection, Error, Psk};
use serde_json::Value;

use crate::support::{
    CGW_ID, CONNECTION_ID, VGW_ID, VGW_IP_1, VGW_IP_2, created, document, fixture, request,
};

#[derive(Clone, Copy)]
pub(crate) struct Operation {
    id: &'static str,
    /// The documented response to the call.
    success: fn() -> Value,
    /// How many connections the call creates; it is a query if it creates none.
    pub(crate) creates: usize,
    call: for<'a> fn(&'a Client, &'a str) -> BoxFuture<'a, Result<(), Error>>,
}

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "create_vpn_connection",
        success: created,
        creates: 1,
        call: |client, psk| async move { client.create(&create(psk)).await.map(drop) }.boxed(),
    },
    Operation {
        id: "batch_create_vpn_connections",
        success: || fixture("responses/example3_dual"),
        creates: 2,
        call: |client, psk| async move { client.create_dual(&pair(psk)).await.map(drop) }.boxed(),
    },
    Operation {
        id: "show_vpn_connection",
        success: || fixture("responses/example3_show"),
        creates: 0,
        call: |client, _| async { client.show(CONNECTION_ID).await.map(drop) }.boxed(),
    },
];

fn create(psk: &str) -> VpnConnectionRequest {
    let mut request = request();
    request.psk = Some(Psk::from(psk));
    request
}

fn pair(psk: &str) -> DualConnection {
    DualConnection::builder()
        .vgw_id(VGW_ID)
        .vgw_ips(VGW_IP_1, VGW_IP_2)
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .psk(psk)
        .build()
        .unwrap()
}

impl Operation {
    pub(crate) fn success(self) -> Value {
        (self.success)()
    }

    pub(crate) fn is_query(self) -> bool {
        self.creates == 0
    }

    /// Calls it, with this pre-shared key where it takes one.
    pub(crate) async fn call(self, client: &Client, psk: &str) -> Result<(), Error> {
        (self.call)(client, psk).await
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

#[test]
fn every_operation_of_the_document_has_a_row() {
    let document = document();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let documented: BTreeSet<_> =
        operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    assert_eq!(OPERATIONS.iter().map(|it| it.id).collect::<BTreeSet<_>>(), documented);
}
