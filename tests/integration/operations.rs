//! Every operation of the document, as a method of the client calls it: a new one without a
//! row here fails.

use std::collections::BTreeSet;
use std::fmt;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::{VpnConnectionRequest, VpnConnectionUpdate};
use otc_vpn::{Client, Deletion, DualConnection, Error, ErrorKind, Psk, Retries};
use serde_json::{Value, json};

use crate::support::{
    CGW_ID, CONNECTION_ID, PSK, VGW_ID, VGW_IP_1, VGW_IP_2, created, document, fixture, request,
};

/// What a request does to the project.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Query,
    /// Creates or changes; must not be sent twice.
    Once,
    /// May be sent again.
    Delete,
}

/// The connections that a failure of unknown outcome names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    None,
    /// So many, by their gateways.
    New(usize),
    /// The one with this id.
    Known(&'static str),
}

#[derive(Clone, Copy)]
pub(crate) struct Operation {
    id: &'static str,
    /// The documented response to the call, as a fixture; none has no body.
    success: Option<&'static str>,
    pub(crate) effect: Effect,
    pub(crate) named: Named,
    /// Whether the request holds a pre-shared key.
    pub(crate) sends_key: bool,
    call: for<'a> fn(&'a Client, &'a str) -> BoxFuture<'a, Result<(), Error>>,
}

const QUERY: Operation = Operation {
    id: "",
    success: None,
    effect: Effect::Query,
    named: Named::None,
    sends_key: false,
    call: |_, _| async { Ok(()) }.boxed(),
};
const CHANGE: Operation = Operation { effect: Effect::Once, ..QUERY };
const DELETE: Operation = Operation { effect: Effect::Delete, ..QUERY };

/// A call of a method of the client.
macro_rules! call {
    ($method:ident $arguments:tt) => {
        |client, _| async move { client.$method $arguments.await.map(drop) }.boxed()
    };
}

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "create_vpn_connection",
        success: Some("responses/create_static"),
        named: Named::New(1),
        sends_key: true,
        call: |client, psk| async move { client.create(&create(psk)).await.map(drop) }.boxed(),
        ..CHANGE
    },
    Operation {
        id: "list_vpn_connections",
        success: Some("responses/list_by_vgw_ip"),
        call: |client, _| {
            async {
                let list = client.list().vgw_ip(VGW_IP_1).vgw_id(VGW_ID).page_size(2);
                let list = list.enterprise_project_id("0");
                let list = list.enterprise_project_id("7354dda9-demo-a8df-va86-a6b08fb92043");
                list.page(Some("2025-06-11T13:59:59.633Z")).await.map(drop)
            }
            .boxed()
        },
        ..QUERY
    },
    Operation {
        id: "batch_create_vpn_connections",
        success: Some("responses/example3_dual"),
        named: Named::New(2),
        sends_key: true,
        call: |client, psk| async move { client.create_dual(&pair(psk)).await.map(drop) }.boxed(),
        ..CHANGE
    },
    Operation {
        id: "show_vpn_connection",
        success: Some("responses/example3_show"),
        call: call!(show(CONNECTION_ID)),
        ..QUERY
    },
    Operation {
        id: "update_vpn_connection",
        success: Some("responses/update"),
        named: Named::Known(UPDATED_ID),
        sends_key: true,
        call: |client, psk| {
            async move {
                let update = VpnConnectionUpdate::builder().name("office").psk(Psk::from(psk));
                client.update(UPDATED_ID, &update.build()?).await.map(drop)
            }
            .boxed()
        },
        ..CHANGE
    },
    Operation {
        id: "delete_vpn_connection",
        named: Named::Known(CONNECTION_ID),
        call: call!(delete(CONNECTION_ID)),
        ..DELETE
    },
    Operation {
        id: "list_vpn_connection_logs",
        success: Some("responses/logs"),
        call: call!(logs(CONNECTION_ID)),
        ..QUERY
    },
    Operation {
        id: "list_vpn_gateways",
        success: Some("responses/gateways"),
        call: call!(gateways()),
        ..QUERY
    },
    Operation {
        id: "show_vpn_gateway",
        success: Some("responses/example1_gateway"),
        call: call!(gateway("620d99b8-demo-a8df-va86-200b868f2d7d")),
        ..QUERY
    },
    Operation {
        id: "list_customer_gateways",
        success: Some("responses/customer_gateways"),
        call: |client, _| {
            async {
                let list = client.customer_gateways().page_size(2);
                list.page(Some("2025-04-17T07:11:55.045Z")).await.map(drop)
            }
            .boxed()
        },
        ..QUERY
    },
    Operation {
        id: "show_customer_gateway",
        success: Some("responses/example2_customer_gateway"),
        call: call!(customer_gateway("03c0aa3d-demo-a8df-va86-9d82473765d4")),
        ..QUERY
    },
    Operation {
        id: "create_connection_monitor",
        success: Some("responses/example4_monitor_created"),
        named: Named::Known(MONITORED_ID),
        call: call!(create_monitor(MONITORED_ID)),
        ..CHANGE
    },
    Operation {
        id: "list_connection_monitors",
        success: Some("responses/monitors"),
        call: call!(monitor_of(MONITORED_ID)),
        ..QUERY
    },
    Operation {
        id: "show_connection_monitor",
        success: Some("responses/example4_monitor"),
        call: call!(monitor(MONITOR_ID)),
        ..QUERY
    },
    Operation {
        id: "delete_connection_monitor",
        call: call!(delete_monitor(MONITOR_ID)),
        ..DELETE
    },
];

/// Those of the examples.
const UPDATED_ID: &str = "98c5af8a-demo-a8df-va86-ae2280a6f4c3";
const MONITORED_ID: &str = "cae286f2-demo-a8df-va86-e22416ca1220";
const MONITOR_ID: &str = "76f64229-demo-a8df-va86-3907e2815b6d";

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
    /// The body of a success: where none is documented, one that nobody reads.
    pub(crate) fn success(self) -> Value {
        match (self.named, self.success) {
            // The examples of a single create are of other connections than the request.
            (Named::New(1), _) => created(),
            (_, Some(name)) => fixture(name),
            (_, None) => json!({ "unread": "x".repeat(100) }),
        }
    }

    pub(crate) fn has_body(self) -> bool {
        self.success.is_some()
    }

    /// The key, if the request holds it.
    pub(crate) fn key(self, psk: &str) -> &str {
        if self.sends_key { psk } else { "" }
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
    let rows: BTreeSet<_> = OPERATIONS.iter().map(|it| it.id).collect();
    assert!(rows == documented, "not in both: {:?}", &rows ^ &documented);
}

#[tokio::test]
async fn filters_are_sent_and_a_list_as_a_repeated_parameter() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client_builder().retries(Retries::none()).build().unwrap();
    let list = OPERATIONS.iter().find(|it| it.id == "list_vpn_connections").unwrap();
    simulator.next(Fault::response(200, list.success().to_string()));
    list.call(&client, "").await.unwrap();
    let query = simulator.received()[0].query.clone().unwrap();
    let mut sent: Vec<_> = query.split('&').collect();
    sent.sort_unstable();
    let expected = [
        "enterprise_project_id=0",
        "enterprise_project_id=7354dda9-demo-a8df-va86-a6b08fb92043",
        "limit=2",
        "marker=2025-06-11T13%3A59%3A59.633Z",
        &format!("vgw_id={VGW_ID}"),
        &format!("vgw_ip={VGW_IP_1}"),
    ];
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn what_is_published_for_a_frozen_connection_is_an_error_for_good() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    for (id, error) in [
        ("update_vpn_connection", "errors/update_frozen"),
        ("delete_vpn_connection", "errors/delete_frozen"),
    ] {
        let operation = OPERATIONS.iter().find(|it| it.id == id).unwrap();
        let published = fixture(error);
        simulator.next(Fault::response(400, published.to_string()).on(id).unwrap());
        let error = operation.call(&client, PSK).await.unwrap_err();
        assert_eq!(error.code(), Some("VPN.0001"), "{error}");
        assert_eq!(error.service_message(), published["error_msg"].as_str());
        assert_eq!(error.request_id(), published["request_id"].as_str());
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
        let Named::Known(id) = operation.named else { panic!("{operation:?}") };
        assert_eq!(error.connections()[0].id.as_deref(), Some(id));
    }
}

/// The path is no place for any text. The generated client takes any too.
#[tokio::test]
async fn an_id_that_could_move_a_request_is_not_sent() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    for id in ["..", "a/b", "", "a?b"] {
        let api = client.api().show_vpn_gateway().project_id(client.project_id()).vgw_id(id);
        let errors = [
            client.logs(id).await.map(drop),
            client.gateway(id).await.map(drop),
            client.customer_gateway(id).await.map(drop),
            client.create_monitor(id).await.map(drop),
            client.monitor(id).await.map(drop),
            client.monitor_of(id).await.map(drop),
            client.delete_monitor(id).await.map(drop),
            client.delete(id).await.map(drop),
            api.send().await.map(drop).map_err(Error::from),
        ];
        for error in errors.map(Result::unwrap_err) {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        }
    }
    assert!(simulator.received().is_empty());
}

/// A proxy or a mistake of the service may respond to something else.
#[tokio::test]
async fn another_resource_is_no_response() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client_builder().retries(Retries::none()).build().unwrap();
    let respond = |member: &str, resource: Value| {
        simulator.next(Fault::response(200, json!({ member: resource }).to_string()));
    };
    let other = || json!({ "id": "other" });
    respond("vpn_gateway", other());
    let gateway = client.gateway(VGW_ID).await.unwrap_err();
    respond("customer_gateway", other());
    let customer_gateway = client.customer_gateway(CGW_ID).await.unwrap_err();
    respond("connection_monitor", other());
    let monitor = client.monitor(MONITOR_ID).await.unwrap_err();
    for (error, expected) in [
        (gateway, format!("the VPN gateway {VGW_ID}")),
        (customer_gateway, format!("the customer gateway {CGW_ID}")),
        (monitor, format!("the monitor {MONITOR_ID}")),
    ] {
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{error}");
        let expected = format!("the response holds other; expected {expected}");
        assert!(error.to_string().contains(&expected), "{error}");
    }
    // The monitor of another connection, and one that could not be used.
    for monitor in [json!({ "id": "a", "vpn_connection_id": "other" }), json!({ "id": "a/b" })] {
        respond("connection_monitor", monitor);
        let error = client.create_monitor(CONNECTION_ID).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(error.connections()[0].id.as_deref(), Some(CONNECTION_ID), "{error}");
    }
    respond("connection_monitors", json!([{ "id": "a", "vpn_connection_id": "other" }]));
    assert_eq!(client.monitor_of(CONNECTION_ID).await.unwrap(), None);
}

#[tokio::test]
async fn the_documented_queries_are_read() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let respond = |name: &str| simulator.next(Fault::response(200, fixture(name).to_string()));
    respond("responses/logs");
    let logs = client.logs(CONNECTION_ID).await.unwrap();
    let published = fixture("responses/logs");
    assert_eq!(serde_json::to_value(&*logs).unwrap(), published["logs"]);
    assert_eq!(logs.request_id(), published["request_id"].as_str());
    respond("responses/gateways");
    assert_eq!(client.gateways().await.unwrap().len(), 3);
    respond("responses/monitors");
    assert_eq!(client.monitors().await.unwrap().len(), 2);
    respond("responses/monitors_by_connection");
    let monitor = client.monitor_of("2342adf2-demo-a8df-va86-12aq511s0917").await.unwrap();
    assert_eq!(monitor.unwrap().id, MONITOR_ID);
    let query = simulator.received().pop().unwrap().query;
    assert_eq!(query.unwrap(), "vpn_connection_id=2342adf2-demo-a8df-va86-12aq511s0917");
}

#[tokio::test]
async fn a_monitor_that_is_gone_needs_no_delete() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let id = simulator.insert_request(&request());
    let monitor = client.create_monitor(&id).await.unwrap().id.clone();
    assert_eq!(client.monitor(&monitor).await.unwrap().id, monitor);
    assert_eq!(client.delete_monitor(&monitor).await.unwrap(), Deletion::Accepted);
    assert_eq!(client.delete_monitor("unknown").await.unwrap(), Deletion::AlreadyGone);
}
