//! The client: one short method for each operation. Those with pages are in `list.rs`.

pub(crate) mod account;
mod auth_methods;
pub(crate) mod builder;
pub(crate) mod changes;
mod from_settings;
mod gateways;
mod monitors;

use std::sync::{Arc, OnceLock};

use progenitor_client::ResponseValue;
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::dual::{ConnectionPair, DualConnection};
use crate::error::{ConnectionKey, Error, ErrorKind, Unexpected};
use crate::generated;
use crate::ids::{ConnectionId, ProjectId};
use crate::response::Response;
use crate::session::record::{Record, trace_failure};
use crate::types::{
    BatchCreateVpnConnectionsRequest, CreateVpnConnectionRequest, ErrorBody, VpnConnection,
    VpnConnectionLog, VpnConnectionRequest,
};
use crate::validate::{self, Rules, validate_batch};

/// A client for the VPN connections of one project: from a [builder](Self::builder), or
/// from the settings of the OpenStack tools with [`from_env`](Self::from_env). Cheap to
/// clone; clones share their connections to the service.
///
/// | for | methods |
/// | --- | --- |
/// | a pair | [`ensure_dual`](Self::ensure_dual), [`create_dual`](Self::create_dual), [`show_dual`](Self::show_dual), [`wait_dual`](Self::wait_dual), [`delete_dual`](Self::delete_dual) |
/// | a connection | [`ensure`](Self::ensure), [`create`](Self::create), [`create_batch`](Self::create_batch), [`show`](Self::show), [`wait`](Self::wait), [`update`](Self::update), [`update_of`](Self::update_of), [`delete`](Self::delete), [`logs`](Self::logs) |
/// | connections | [`list`](Self::list), [`find`](Self::find) |
/// | gateways | [`gateway`](Self::gateway), [`gateways`](Self::gateways), [`customer_gateway`](Self::customer_gateway), [`customer_gateways`](Self::customer_gateways) |
/// | monitors | [`create_monitor`](Self::create_monitor), [`monitor`](Self::monitor), [`monitor_of`](Self::monitor_of), [`monitors`](Self::monitors), [`delete_monitor`](Self::delete_monitor) |
///
/// Every call needs a tokio runtime with its time and I/O drivers. Dropping the
/// future of a call ends it: nothing goes on in the background. A create whose
/// future is dropped may or may not have taken effect.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) project_id: ProjectId,
    pub(crate) api: Arc<generated::Client>,
    pub(crate) rules: Rules,
}

impl Client {
    /// The same client with these rules for requests: facts about the gateway, and
    /// intended exceptions. For a [`DualConnection`] they hold where its own rules say
    /// nothing.
    ///
    /// ```no_run
    /// # async fn run(
    /// #     client: otc_vpn::Client,
    /// #     request: otc_vpn::types::VpnConnectionRequest,
    /// # ) -> Result<(), otc_vpn::Error> {
    /// use otc_vpn::{AttachmentType, Rules};
    ///
    /// let rules = Rules::default().attachment(AttachmentType::Er);
    /// client.with_rules(rules).create(&request).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_rules(&self, rules: Rules) -> Self {
        Self { rules, ..self.clone() }
    }

    /// The project whose connections this client works on.
    #[must_use]
    pub fn project_id(&self) -> &ProjectId {
        &self.project_id
    }

    /// The generated client, with a builder for every operation of the document.
    ///
    /// Its calls are signed, bounded and retried like all others. They are not validated,
    /// and they fail with progenitor's error: turn it into [`Error`] before looking at it,
    /// since it reports every failure as a retryable one of the communication, an error
    /// response of the service and an unknown outcome too.
    #[must_use]
    pub fn api(&self) -> &generated::Client {
        &self.api
    }

    /// Creates a connection.
    ///
    /// The response has no status yet; the connection is up after about two minutes.
    /// Vendor page: `vpn_api_0027`, "Creating a VPN Connection".
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent, [`ErrorKind::Service`]
    /// when the service rejects the request, [`ErrorKind::OutcomeUnknown`] when it is not
    /// known whether the connection was created, and others; see [`ErrorKind`].
    ///
    /// ```no_run
    /// use otc_vpn::types::VpnConnectionRequest;
    ///
    /// # async fn run(client: otc_vpn::Client) -> Result<(), otc_vpn::Error> {
    /// let request = VpnConnectionRequest::builder()
    ///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
    ///     .vgw_ip("e4d7930f-demo-4cbf-b78a-b004416c7485")
    ///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    ///     .peer_subnets(["192.168.44.0/24"])
    ///     .psk("Example-Key-2025")
    ///     .build()?;
    /// let connection = client.create(&request).await?;
    /// println!("created {}", connection.id);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(
        &self,
        request: &VpnConnectionRequest,
    ) -> Result<Response<VpnConnection>, Error> {
        validate::enforce(request.validate(&self.rules), || self.secrets())?;
        // Builders, not literals: a new field of the document is no edit here.
        let body = CreateVpnConnectionRequest::builder().vpn_connection(request.clone());
        let call = self.call();
        let operation = call.api.create_vpn_connection().project_id(self.project_id());
        call.decoded(operation.body(body).send().await, |body| {
            if body.vpn_connection.is_of(request) {
                return Ok((body.vpn_connection, body.request_id));
            }
            let expected = "the requested connection, with a valid id".to_owned();
            Err(Unexpected::other(expected, body.vpn_connection))
        })
    }

    /// Creates one or two connections of the same VPN gateway in one call.
    ///
    /// The response is in no promised order: match it by `vgw_ip`, or use
    /// [`create_dual`](Self::create_dual), which does.
    /// Vendor page: `vpn_api_0150`, "Creating VPN Connections in Batches".
    ///
    /// # Errors
    /// As [`create`](Self::create); also [`ErrorKind::OutcomeUnknown`] if the response holds
    /// another number of connections.
    ///
    /// The vendor documents one response for the whole batch, and does not say whether a
    /// batch of two that is rejected (4xx) has created its first connection. Before sending
    /// it again, look for what [`Error::connections`] lists;
    /// [`Error::is_already_there`] is evidence that one of them exists.
    pub async fn create_batch(
        &self,
        requests: &[VpnConnectionRequest],
    ) -> Result<Response<Vec<VpnConnection>>, Error> {
        validate::enforce(validate_batch(requests, &self.rules), || self.secrets())?;
        self.send_batch(requests, |connections| {
            let are_requested = match (requests, connections.as_slice()) {
                ([request], [one]) => one.is_of(request),
                ([first, second], [a, b]) if a.id != b.id => {
                    a.is_of(first) && b.is_of(second) || a.is_of(second) && b.is_of(first)
                }
                _ => false,
            };
            if are_requested {
                return Ok(connections);
            }
            Err(Unexpected {
                expected: "the requested connections, each with a valid id of its own".to_owned(),
                pair: None,
                received: connections.into_iter().map(ConnectionKey::from).collect(),
            })
        })
        .await
    }

    /// Sends requests that were validated; `read` takes the connections of the response.
    async fn send_batch<T>(
        &self,
        requests: &[VpnConnectionRequest],
        read: impl FnOnce(Vec<VpnConnection>) -> Result<T, Unexpected>,
    ) -> Result<Response<T>, Error> {
        let connections = requests.iter().cloned();
        let body = BatchCreateVpnConnectionsRequest::builder().vpn_connections(connections);
        let call = self.call();
        let operation = call.api.batch_create_vpn_connections().project_id(self.project_id());
        call.decoded(operation.body(body).send().await, |body| {
            Ok((read(body.vpn_connections)?, body.request_id))
        })
    }

    /// Queries a connection.
    ///
    /// Vendor page: `vpn_api_0028`, "Querying a Specified VPN Connection".
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for an invalid id; [`Error::is_not_found`] when there is
    /// no such connection; [`ErrorKind::UnexpectedResponse`] when the response is about
    /// another one; and others, see [`ErrorKind`].
    pub async fn show(&self, id: impl AsRef<str>) -> Result<Response<VpnConnection>, Error> {
        let id = ConnectionId::try_from(id.as_ref())?;
        let call = self.call();
        let operation = call.api.show_vpn_connection().project_id(self.project_id());
        call.decoded(operation.vpn_connection_id(&id).send().await, |body| {
            if body.vpn_connection.id == id.as_str() {
                return Ok((body.vpn_connection, body.request_id));
            }
            Err(Unexpected::other(format!("the connection {id}"), body.vpn_connection))
        })
    }

    /// Queries the log of a connection: what its gateway says of its tunnel, such as why the
    /// negotiation failed.
    ///
    /// Only gateways with `query_connection_log` among their `supported_features` keep one.
    /// Vendor page: `vpn_api_0145`, "Querying VPN Connection Logs".
    ///
    /// # Errors
    /// As [`show`](Self::show); [`VPN_0304`](crate::error_codes::VPN_0304) of a gateway that
    /// keeps no log.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), otc_vpn::Error> {
    /// # let simulator = otc_vpn::simulator::Simulator::start().await.unwrap();
    /// # let client = simulator.client()?;
    /// # let connection = r#"{ "id": "18be2aa1", "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8" }"#;
    /// # let id = simulator.insert(serde_json::from_str(connection).unwrap());
    /// for entry in client.logs(&id).await?.iter() {
    ///     println!("{}", entry.raw_message.as_deref().unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn logs(
        &self,
        id: impl AsRef<str>,
    ) -> Result<Response<Vec<VpnConnectionLog>>, Error> {
        let id = ConnectionId::try_from(id.as_ref())?;
        let call = self.call();
        let operation = call.api.list_vpn_connection_logs().project_id(self.project_id());
        call.decoded(operation.vpn_connection_id(&id).send().await, |body| {
            Ok((body.logs, body.request_id))
        })
    }

    /// Creates the two connections of a dual connection in one call, and matches
    /// the response to them by the gateway's addresses. The pair is validated as by
    /// [`DualConnection::validate`], and what its rules do not say is taken from
    /// [`with_rules`](Self::with_rules); an HA mode there gives the connections their roles.
    ///
    /// Vendor page: `vpn_api_0042`, "Example 3: Creating Dual VPN Connections".
    ///
    /// # Errors
    /// As [`create_batch`](Self::create_batch), also for a batch that is rejected. If the
    /// response can be read and does not hold exactly the two connections,
    /// [`Error::unexpected_pair`] lists those that it does hold. If it cannot be read,
    /// [`Error::connections`] has the ids that stand in it.
    pub async fn create_dual(
        &self,
        pair: &DualConnection,
    ) -> Result<Response<ConnectionPair>, Error> {
        let pair = pair.under(&self.rules)?;
        validate::enforce(pair.validate(), || self.secrets())?;
        self.send_batch(pair.requests(), |connections| pair.matched(connections)).await
    }

    /// Queries both connections of a pair, at the same time: of one that was just created,
    /// or that was [read](ConnectionPair) from where it was kept.
    ///
    /// # Errors
    /// As [`show`](Self::show), for the connection that fails first.
    pub async fn show_dual(&self, pair: &ConnectionPair) -> Result<ConnectionPair, Error> {
        let both = tokio::try_join!(self.show(&pair.first.id), self.show(&pair.second.id))?;
        Ok(ConnectionPair { first: both.0.into_inner(), second: both.1.into_inner() })
    }

    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        self.api.inner.shared().signer.secrets()
    }

    pub(crate) fn call(&self) -> RecordedCall {
        let mut api = generated::Client::clone(&self.api);
        let (session, record) = api.inner.recording();
        api.inner = session;
        RecordedCall { api, record }
    }
}

/// One call through the generated client, which decodes its success once.
pub(crate) struct RecordedCall {
    pub(crate) api: generated::Client,
    record: Arc<OnceLock<Record>>,
}

impl RecordedCall {
    /// The value of a success; `split` takes it and the id of the request out of the body,
    /// or says what is unexpected about it.
    pub(crate) fn decoded<B: DeserializeOwned, T>(
        &self,
        result: Result<ResponseValue<B>, generated::Error<ErrorBody>>,
        split: impl FnOnce(B) -> Result<(T, Option<String>), Unexpected>,
    ) -> Result<Response<T>, Error> {
        let Some(record) = self.record.get() else {
            return Err(result.err().map_or_else(Self::unrecorded, Error::from));
        };
        let secrets = || self.api.inner.shared().signer.secrets();
        let body = match result {
            Err(generated::Error::InvalidResponsePayload(_, error)) => record.read(&error, secrets),
            result => result.map(ResponseValue::into_inner).map_err(Error::from),
        };
        let read = body.and_then(|body| {
            split(body).map_err(|unexpected| record.unexpected(unexpected, secrets()))
        });
        let error = match read {
            Ok((value, id)) => return Ok(Response::new(value, id, &record.response)),
            Err(error) => error,
        };
        trace_failure(&record.sent.span, &error);
        Err(error)
    }

    /// The hooks record every success.
    fn unrecorded() -> Error {
        Error::new(ErrorKind::UnexpectedResponse, "the response was not recorded")
    }
}
