//! The client: one short method for each operation.

mod builder;
mod settings;

use std::sync::{Arc, OnceLock};

use progenitor_client::ResponseValue;

use crate::dual::{ConnectionPair, DualConnection};
use crate::error::{Error, ErrorKind};
use crate::generated;
use crate::ids::{ConnectionId, ProjectId};
use crate::response::{RawAnswer, Response};
use crate::types::{
    BatchCreateVpnConnectionsRequest, CreateVpnConnectionRequest, ErrorBody, VpnConnection,
    VpnConnectionRequest,
};
use crate::validate::{self, Rules, validate_batch};
pub use builder::ClientBuilder;

/// A client for the VPN connections of one project. Cheap to clone; clones share
/// their connections to the service.
///
/// ```no_run
/// use otc_vpn::{Client, Credentials};
///
/// # async fn run() -> Result<(), otc_vpn::Error> {
/// let client = Client::builder()
///     .region("eu-de")
///     .project_id("0123456789abcdef0123456789abcdef")
///     .credentials(Credentials::token("MIIExample"))
///     .build()?;
/// let connection = client.show("18be2aa1-demo-410f-832e-4d8ba13b4c5d").await?;
/// println!("{} is {}", connection.id, connection.status());
/// # Ok(())
/// # }
/// ```
///
/// Every call needs a tokio runtime with its time and I/O drivers. Dropping the
/// future of a call ends it: nothing goes on in the background. A create whose
/// future is dropped may or may not have taken effect.
#[derive(Clone, Debug)]
pub struct Client {
    project_id: Arc<ProjectId>,
    api: Arc<generated::Client>,
    rules: Rules,
}

impl Client {
    /// Where, for which project and as whom to call.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The same client that judges requests by these rules: facts about the gateway,
    /// and exceptions that are meant. A [`DualConnection`] has rules of its own, which
    /// [`create_dual`](Self::create_dual) judges it by; these do not touch it.
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
    /// Its calls are signed, bounded and tried again like all others. They are not
    /// validated, and they fail with progenitor's error: turn it into [`Error`] before
    /// looking at it, since by its own account every failure of the transport is
    /// retryable, also one whose outcome is unknown. An error answer has the headers
    /// `otc-vpn-attempts`, `otc-vpn-elapsed-ms` and `otc-vpn-retryable` beside those of
    /// the service.
    #[must_use]
    pub fn api(&self) -> &generated::Client {
        &self.api
    }

    /// Creates a connection.
    ///
    /// The answer has no status yet; the connection is up after about two minutes.
    /// Vendor page: `vpn_api_0027`, "Creating a VPN Connection".
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent, [`ErrorKind::Service`]
    /// when the service refuses, [`ErrorKind::OutcomeUnknown`] when it is not known
    /// whether the connection was created, and others; see [`ErrorKind`].
    ///
    /// ```no_run
    /// use otc_vpn::{Psk, types::VpnConnectionRequest};
    ///
    /// # async fn run(client: otc_vpn::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let request: VpnConnectionRequest = VpnConnectionRequest::builder()
    ///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
    ///     .vgw_ip("e4d7930f-demo-4cbf-b78a-b004416c7485")
    ///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    ///     .peer_subnets(vec!["192.168.44.0/24".to_owned()])
    ///     .psk(Psk::new("Example-Key-2025")?)
    ///     .try_into()?;
    /// let connection = client.create(&request).await?;
    /// println!("created {}", connection.id);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(
        &self,
        request: &VpnConnectionRequest,
    ) -> Result<Response<VpnConnection>, Error> {
        validate::enforce(request.validate(&self.rules))?;
        let call = self.call("create_vpn_connection");
        // Builders, not literals: a new field of the document is no edit here.
        let body = CreateVpnConnectionRequest::builder().vpn_connection(request.clone());
        let answer =
            call.api.create_vpn_connection().project_id(self.project_id()).body(body).send().await;
        call.end(answer, |body| body.vpn_connection)
    }

    /// Creates one or two connections of the same VPN gateway in one call.
    ///
    /// The answer is in no promised order: match it by `vgw_ip`, or use
    /// [`create_dual`](Self::create_dual), which does.
    /// Vendor page: `vpn_api_0150`, "Creating VPN Connections in Batches".
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn create_batch(
        &self,
        requests: &[VpnConnectionRequest],
    ) -> Result<Response<Vec<VpnConnection>>, Error> {
        validate::enforce(validate_batch(requests, &self.rules))?;
        self.send_batch(requests).await
    }

    /// Sends requests that were judged.
    async fn send_batch(
        &self,
        requests: &[VpnConnectionRequest],
    ) -> Result<Response<Vec<VpnConnection>>, Error> {
        let call = self.call("batch_create_vpn_connections");
        let body = BatchCreateVpnConnectionsRequest::builder().vpn_connections(requests.to_vec());
        let answer = call
            .api
            .batch_create_vpn_connections()
            .project_id(self.project_id())
            .body(body)
            .send()
            .await;
        call.end(answer, |body| body.vpn_connections)
    }

    /// Queries a connection.
    ///
    /// Vendor page: `vpn_api_0028`, "Querying a Specified VPN Connection".
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when the id is none; [`Error::is_not_found`] when
    /// there is no such connection; and others, see [`ErrorKind`].
    pub async fn show<I>(&self, id: I) -> Result<Response<VpnConnection>, Error>
    where
        I: TryInto<ConnectionId>,
        I::Error: Into<Error>,
    {
        let id = id.try_into().map_err(Into::into)?;
        let call = self.call("show_vpn_connection");
        let answer = call
            .api
            .show_vpn_connection()
            .project_id(self.project_id())
            .vpn_connection_id(id)
            .send()
            .await;
        call.end(answer, |body| body.vpn_connection)
    }

    /// Creates the two connections of a dual connection in one call, and matches
    /// the answer to them by the gateway's addresses. The pair is judged as by
    /// [`DualConnection::validate`].
    ///
    /// Vendor page: `vpn_api_0042`, "Example 3: Creating Dual VPN Connections".
    ///
    /// # Errors
    /// As [`create`](Self::create). When the answer does not hold exactly the two
    /// connections, [`Error::unexpected_pair`] lists those that it does hold.
    pub async fn create_dual(
        &self,
        pair: &DualConnection,
    ) -> Result<Response<ConnectionPair>, Error> {
        validate::enforce(pair.validate())?;
        let created = self.send_batch(pair.requests()).await?;
        let (status, request_id) = (created.status_code(), created.request_id().map(str::to_owned));
        created.try_map(|connections| pair.matched(connections)).map_err(|error| {
            error
                .with_operation("batch_create_vpn_connections")
                .with_status(status)
                .with_request_id(request_id.as_deref())
        })
    }

    /// Queries both connections of a pair, at the same time.
    ///
    /// # Errors
    /// As [`show`](Self::show), for the connection that fails first.
    pub async fn show_dual(
        &self,
        pair: &ConnectionPair,
    ) -> Result<[Response<VpnConnection>; 2], Error> {
        let (first, second) =
            tokio::try_join!(self.show(&pair.first.id), self.show(&pair.second.id))?;
        Ok([first, second])
    }

    fn call(&self, operation: &'static str) -> Call {
        let mut api = generated::Client::clone(&self.api);
        let (session, answer) = api.inner.tapped();
        api.inner = session;
        Call { api, answer, operation }
    }
}

/// One call through the generated client.
struct Call {
    api: generated::Client,
    answer: Arc<OnceLock<RawAnswer>>,
    operation: &'static str,
}

impl Call {
    fn end<B, T>(
        &self,
        result: Result<ResponseValue<B>, generated::Error<ErrorBody>>,
        value: impl FnOnce(B) -> Option<T>,
    ) -> Result<Response<T>, Error> {
        let body = result.map_err(|error| Error::from(error).with_operation(self.operation))?;
        let answer = self.answer.get().cloned().unwrap_or_default();
        match value(body.into_inner()) {
            Some(value) => Ok(Response::new(value, answer)),
            None => Err(self.empty(answer)),
        }
    }

    /// A success without a connection in it; it may have created one.
    fn empty(&self, answer: RawAnswer) -> Error {
        let message = "the answer is not the documented one: it holds no VPN connection";
        let error = Error::new(ErrorKind::UnexpectedResponse, message)
            .with_operation(self.operation)
            .with_status(answer.status_code)
            .with_request_id(answer.request_id.as_deref());
        match answer.outcome {
            Some(outcome) => error.with_unknown_outcome(outcome),
            None => error,
        }
    }
}
