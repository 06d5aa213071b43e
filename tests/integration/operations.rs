//! Every operation of the document, as a method of the client calls it: a new one without a
//! row here fails.

use std::collections::BTreeSet;
use std::fmt;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::{
    ConnectionMonitorRequest, CreateConnectionMonitorRequest, UpdateVpnConnectionRequest,
    VpnConnectionRequest, VpnConnectionUpdate,
};
use otc_vpn::{Client, ConnectionId, DualConnection, Error, ErrorKind, Psk, Retries};
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
    /// [`CONNECTION_ID`].
    Known,
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

/// A call of the generated client, for this project.
macro_rules! api {
    ($operation:ident $(.$setter:ident($value:expr))*) => {
        |client, _| {
            async move {
                let call = client.api().$operation().project_id(client.project_id());
                call$(.$setter($value))*.send().await.map(drop).map_err(Error::from)
            }
            .boxed()
        }
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
        call: api!(
            list_vpn_connections
                .vgw_ip(VGW_IP_1)
                .vgw_id(VGW_ID)
                .enterprise_project_id(enterprise_projects())
                .limit(2)
                .marker("2025-06-11T13:59:59.633Z")
        ),
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
        call: |client, _| async { client.show(CONNECTION_ID).await.map(drop) }.boxed(),
        ..QUERY
    },
    Operation {
        id: "update_vpn_connection",
        success: Some("responses/update"),
        named: Named::Known,
        sends_key: true,
        call: |client, psk| {
            async move {
                let change = VpnConnectionUpdate::builder().name("office").psk(Psk::from(psk));
                let body = UpdateVpnConnectionRequest::builder().vpn_connection(change);
                let call = client.api().update_vpn_connection().project_id(client.project_id());
                let call = call.vpn_connection_id(CONNECTION_ID).body(body);
                call.send().await.map(drop).map_err(Error::from)
            }
            .boxed()
        },
        ..CHANGE
    },
    Operation {
        id: "delete_vpn_connection",
        named: Named::Known,
        call: api!(delete_vpn_connection.vpn_connection_id(CONNECTION_ID)),
        ..DELETE
    },
    Operation {
        id: "list_vpn_connection_logs",
        success: Some("responses/logs"),
        call: api!(list_vpn_connection_logs.vpn_connection_id(CONNECTION_ID)),
        ..QUERY
    },
    Operation {
        id: "list_vpn_gateways",
        success: Some("responses/gateways"),
        call: api!(list_vpn_gateways.enterprise_project_id(enterprise_projects())),
        ..QUERY
    },
    Operation {
        id: "show_vpn_gateway",
        success: Some("responses/gateway_public_er"),
        call: api!(show_vpn_gateway.vgw_id(VGW_ID)),
        ..QUERY
    },
    Operation {
        id: "list_customer_gateways",
        success: Some("responses/customer_gateways"),
        call: api!(list_customer_gateways.limit(2).marker("2025-04-17T07:11:55.045Z")),
        ..QUERY
    },
    Operation {
        id: "show_customer_gateway",
        success: Some("responses/customer_gateway"),
        call: api!(show_customer_gateway.customer_gateway_id(CGW_ID)),
        ..QUERY
    },
    Operation {
        id: "create_connection_monitor",
        success: Some("responses/monitor_created"),
        named: Named::Known,
        call: api!(
            create_connection_monitor.body(
                CreateConnectionMonitorRequest::builder().connection_monitor(
                    ConnectionMonitorRequest::builder()
                        .vpn_connection_id(CONNECTION_ID.parse::<ConnectionId>().unwrap())
                )
            )
        ),
        ..CHANGE
    },
    Operation {
        id: "list_connection_monitors",
        success: Some("responses/monitors"),
        call: api!(
            list_connection_monitors
                .vpn_connection_id(CONNECTION_ID)
                .enterprise_project_id(enterprise_projects())
        ),
        ..QUERY
    },
    Operation {
        id: "show_connection_monitor",
        success: Some("responses/monitor"),
        call: api!(show_connection_monitor.connection_monitor_id(MONITOR_ID)),
        ..QUERY
    },
    Operation {
        id: "delete_connection_monitor",
        call: api!(delete_connection_monitor.connection_monitor_id(MONITOR_ID)),
        ..DELETE
    },
];

const MONITOR_ID: &str = "76f64229-demo-a8df-va86-3907e2815b6d";

fn enterprise_projects() -> Vec<String> {
    ["0", "7354dda9-demo-a8df-va86-a6b08fb92043"].map(str::to_owned).to_vec()
}

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
    assert_eq!(OPERATIONS.iter().map(|it| it.id).collect::<BTreeSet<_>>(), documented);
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
        assert_eq!(error.connections()[0].id.as_deref(), Some(CONNECTION_ID));
    }
}

/// The generated client takes any text, and its path is no place for it.
#[tokio::test]
async fn an_id_that_could_move_a_request_is_not_sent() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let api = || (client.api(), client.project_id());
    for id in ["..", "a/b", "", "a?b"] {
        let (api, project) = api();
        let gateway = api.show_vpn_gateway().project_id(project).vgw_id(id).send();
        let customer = api.show_customer_gateway().project_id(project).customer_gateway_id(id);
        let monitor = api.delete_connection_monitor().project_id(project).connection_monitor_id(id);
        let errors = [
            gateway.await.map(drop).map_err(Error::from),
            customer.send().await.map(drop).map_err(Error::from),
            monitor.send().await.map(drop).map_err(Error::from),
        ];
        for error in errors.map(Result::unwrap_err) {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        }
    }
    assert!(simulator.received().is_empty());
}
