//! The client: one short method for each operation.

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use progenitor_client::ResponseValue;

use crate::auth::Credentials;
use crate::config::{Endpoint, Timeouts};
use crate::dual::{ConnectionPair, DualConnection};
use crate::error::{ConnectionKey, Error, ErrorKind, OutcomeUnknown};
use crate::generated;
use crate::ids::{ConnectionId, ProjectId};
use crate::response::{RawAnswer, Response};
use crate::transport::session::Session;
use crate::types::{
    BatchCreateVpnConnectionsRequest, CreateVpnConnectionRequest, ErrorBody, VpnConnection,
    VpnConnectionRequest,
};
use crate::validate::{self, Rules, validate_batch};

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
    /// and exceptions that are meant.
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
    /// Its calls are signed and bounded like all others. They are not validated,
    /// and they fail with progenitor's error: turn it into [`Error`] before looking
    /// at it, since by its own account every failure of the transport is
    /// retryable, also one whose outcome is unknown.
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
        validate::judge(request.validate(&self.rules))?;
        let call = self.call("create_vpn_connection").writing([request]);
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
        self.create_batch_by(requests, &self.rules).await
    }

    async fn create_batch_by(
        &self,
        requests: &[VpnConnectionRequest],
        rules: &Rules,
    ) -> Result<Response<Vec<VpnConnection>>, Error> {
        validate::judge(validate_batch(requests, rules))?;
        let call = self.call("batch_create_vpn_connections").writing(requests);
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
    /// the answer to them by the gateway's addresses.
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
        let created = self.create_batch_by(pair.requests(), pair.rules()).await?;
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
        Call { api, answer, operation, started_at: SystemTime::now(), creating: None }
    }
}

/// One call through the generated client.
struct Call {
    api: generated::Client,
    answer: Arc<OnceLock<RawAnswer>>,
    operation: &'static str,
    started_at: SystemTime,
    /// What the call would create.
    creating: Option<Vec<ConnectionKey>>,
}

impl Call {
    fn writing<'a>(mut self, requests: impl IntoIterator<Item = &'a VpnConnectionRequest>) -> Self {
        self.creating = Some(requests.into_iter().map(key).collect());
        self
    }

    fn end<B, T>(
        &self,
        result: Result<ResponseValue<B>, generated::Error<ErrorBody>>,
        value: impl FnOnce(B) -> Option<T>,
    ) -> Result<Response<T>, Error> {
        let body = result.map_err(|error| Error::from(error).with_operation(self.operation))?;
        let answer = self.answer.get().cloned().unwrap_or_default();
        match value(body.into_inner()) {
            Some(value) => Ok(Response::new(value, answer)),
            None => Err(self.empty(&answer)),
        }
    }

    /// A success without a connection in it; it may have created one.
    fn empty(&self, answer: &RawAnswer) -> Error {
        let message = "the answer is not the documented one: it holds no VPN connection";
        let error = Error::new(ErrorKind::UnexpectedAnswer, message)
            .with_operation(self.operation)
            .with_status(answer.status_code)
            .with_request_id(answer.request_id.as_deref());
        match &self.creating {
            Some(keys) => {
                error.with_unknown_outcome(OutcomeUnknown::new(keys.clone(), self.started_at, 1))
            }
            None => error,
        }
    }
}

fn key(request: &VpnConnectionRequest) -> ConnectionKey {
    ConnectionKey {
        id: None,
        name: request.name.clone(),
        vgw_id: Some(request.vgw_id.clone()),
        vgw_ip: Some(request.vgw_ip.clone()),
        cgw_id: Some(request.cgw_id.clone()),
    }
}

/// Where, for which project and as whom a [`Client`] calls.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClientBuilder {
    place: Option<Place>,
    allow_http: bool,
    project_id: Option<String>,
    credentials: Option<Credentials>,
    timeouts: Timeouts,
}

#[derive(Clone, Debug)]
enum Place {
    Region(String),
    Endpoint(String),
}

impl ClientBuilder {
    /// A region with a documented endpoint: `eu-de` or `eu-nl`. Takes the place of
    /// an endpoint set before.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.place = Some(Place::Region(region.into()));
        self
    }

    /// The address of the service: scheme, host and perhaps a port, such as
    /// `https://vpn.eu-de.otc.t-systems.com`. Takes the place of a region set
    /// before.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.place = Some(Place::Endpoint(endpoint.into()));
        self
    }

    /// Whether an endpoint without TLS is allowed outside of this machine. Anybody
    /// on the way can then read the credentials and the pre-shared keys.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The id of the project: 32 hexadecimal digits in practice.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// Who asks.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// How long to wait for the service.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when something is missing or cannot be used.
    pub fn build(self) -> Result<Client, Error> {
        let endpoint = match &self.place {
            Some(Place::Region(region)) => Endpoint::of_region(region)?,
            Some(Place::Endpoint(endpoint)) => Endpoint::parse(endpoint, self.allow_http)?,
            None => {
                return Err(Error::invalid(
                    "no region: give one with `region(\"eu-de\")`, or an address with \
                     `endpoint(\"https://…\")`",
                ));
            }
        };
        let project_id = self.project_id.ok_or_else(|| {
            Error::invalid(
                "no project id: give it with `project_id(\"…\")`; the console shows it under \
                 \"My Credentials\"",
            )
        })?;
        let project_id = ProjectId::try_from(project_id)?;
        let credentials = self.credentials.ok_or_else(|| {
            Error::invalid(
                "no credentials: give them with `credentials(Credentials::token(\"…\"))`",
            )
        })?;
        credentials.check()?;
        let base_url = endpoint.as_str().to_owned();
        let session = Session::new(endpoint, credentials, self.timeouts)?;
        let http = session.http().clone();
        let api = generated::Client::new_with_client(&base_url, http, session);
        Ok(Client { project_id: Arc::new(project_id), api: Arc::new(api), rules: Rules::default() })
    }
}
