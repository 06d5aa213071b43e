//! The service on a loopback port, for examples and tests.
//!
//! ```
//! use otc_vpn::{DualConnection, simulator::Simulator};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::start().await?;
//! let client = simulator.client()?;
//! let pair = DualConnection::builder()
//!     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
//!     .vgw_ips("e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005")
//!     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
//!     .peer_subnets(["192.168.44.0/24"])
//!     .psk("Example-Key-2025")
//!     .build()?;
//! let created = client.create_dual(&pair).await?;
//! assert_eq!(client.show(&created.first.id).await?.id, created.first.id);
//! # Ok(())
//! # }
//! ```
//!
//! It plays every operation of the OpenAPI document, checks requests against it with a JSON
//! Schema library, and then against the documented rules that hold for every gateway. It
//! behaves like the real service: it generates missing names and tunnel addresses, returns
//! styles in upper case and no status for a create, changes states with time, accepts one
//! connection for a gateway address and a customer gateway, and lists connections in pages
//! that begin with the newest. It is the identity service too, at the same address, and
//! verifies signatures by its own computation.
//!
//! Where the pages leave open what the service does, or where it does it late, there is a
//! switch: [`set_list_delay`](Simulator::set_list_delay),
//! [`set_marker_excludes`](Simulator::set_marker_excludes) and so on. At first nothing is
//! late but a creation. The gateway and the customer gateway of the vendor's Example 3 exist
//! from the start; a connection may have others, which the simulator need not know.
//!
//! A test puts it into the state that it needs, lets faults happen, and looks at what it
//! received and holds:
//!
//! ```
//! use otc_vpn::simulator::{Fault, Simulator};
//! use otc_vpn::types::{ConnectionStatus, VpnConnection};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::start().await?;
//! let connection: VpnConnection = serde_json::from_str(r#"{ "id": "18be2aa1" }"#)?;
//! let id = simulator.insert(connection);
//! simulator.set_status(&id, ConnectionStatus::Error)?;
//! simulator.next(Fault::response(503, "").on("show_vpn_connection")?.times(2));
//!
//! let shown = simulator.client()?.show(&id).await?;
//! assert_eq!(shown.status(), &ConnectionStatus::Error);
//! assert_eq!(simulator.received().len(), 3);
//! assert!(simulator.pending_faults().is_empty());
//! # Ok(())
//! # }
//! ```

mod account;
mod body;
mod call;
mod connection;
mod connections;
mod example3;
mod fault;
mod gateways;
mod holdings;
mod identity;
mod monitors;
mod pages;
mod played;
mod received;
mod response;
mod schema_check;
mod service;
mod signature;
mod state;
mod switches;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::auth::credentials::Credentials;
use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::error::Error;
use crate::transport::exchange::require_runtime;
pub use fault::Fault;
use fault::FaultSource;
pub use received::Received;
use service::Service;

/// A service of its own, with the gateways of the vendor's Example 3 and no connections at
/// first. It ends when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    service: Service,
    server: JoinHandle<()>,
}

impl Simulator {
    /// The project that the simulator knows.
    pub const PROJECT_ID: &'static str = account::PROJECT_ID;
    /// The name of that project.
    pub const PROJECT_NAME: &'static str = account::PROJECT_NAME;
    /// A token that the simulator accepts, beside those that it issues.
    pub const TOKEN: &'static str = account::TOKEN;
    /// The user who may sign in at [`endpoint`](Self::endpoint), by name.
    pub const USER: &'static str = account::USER;
    /// The same user by id.
    pub const USER_ID: &'static str = account::USER_ID;
    /// The domain of the user.
    pub const DOMAIN: &'static str = account::DOMAIN;
    /// The same domain by id.
    pub const DOMAIN_ID: &'static str = account::DOMAIN_ID;
    /// The password of the user.
    pub const PASSWORD: &'static str = account::PASSWORD;
    /// The id of the access key whose signatures are accepted, in both forms.
    pub const ACCESS_KEY: &'static str = account::ACCESS_KEY;
    /// The secret of the access key.
    pub const SECRET_KEY: &'static str = account::SECRET_KEY;
    /// The security token that may come with the access key.
    pub const SECURITY_TOKEN: &'static str = account::SECURITY_TOKEN;
    /// The name of the cloud in [`clouds_yaml`](Self::clouds_yaml).
    pub const CLOUD: &'static str = account::CLOUD;

    /// Starts a simulator on a free port of the loopback address.
    ///
    /// # Errors
    /// Outside of a tokio runtime, and when no port can be opened.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into()).await
    }

    /// The same at another address, such as a port that other programs know.
    ///
    /// # Errors
    /// Outside of a tokio runtime, and when the port cannot be opened.
    pub async fn start_at(address: SocketAddr) -> std::io::Result<Self> {
        require_runtime().map_err(std::io::Error::other)?;
        let listener = TcpListener::bind(address).await?;
        let service = Service::default();
        service.state().endpoint = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(serve(listener, service.clone()));
        Ok(Self { service, server })
    }

    /// The address to reach it at, such as `http://127.0.0.1:49152`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.service.state().endpoint.clone()
    }

    /// A builder of clients that reach it, with a token. Other credentials replace it:
    ///
    /// ```
    /// use otc_vpn::simulator::Simulator;
    /// use otc_vpn::{Credentials, Password};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::start().await?;
    /// let user = Password::new(Simulator::USER, Simulator::PASSWORD).domain(Simulator::DOMAIN);
    /// let client = simulator.client_builder().credentials(Credentials::password(user)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder()
            .endpoint(self.endpoint())
            .identity_endpoint(self.endpoint())
            .project_id(Self::PROJECT_ID)
            .credentials(Credentials::token(Self::TOKEN))
    }

    /// A client that reaches it.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn client(&self) -> Result<Client, Error> {
        self.client_builder().build()
    }

    /// The text of a `clouds.yaml` in which the cloud [`CLOUD`](Self::CLOUD) reaches it
    /// with a password, for `Client::from_cloud` (feature `clouds-yaml`) and for other
    /// tools. `OS_CLIENT_CONFIG_FILE` names the file that you write it to.
    #[must_use]
    pub fn clouds_yaml(&self) -> String {
        account::clouds_yaml(&self.endpoint())
    }

    /// Lets time pass: everything changes its state as if `time` had gone by.
    pub fn advance(&self, time: Duration) {
        let mut state = self.service.state();
        state.advanced = state.advanced.saturating_add(time);
    }

    /// How long the tokens are good that it issues from now on: 24 hours at first.
    pub fn set_token_life(&self, life: Duration) {
        self.service.state().identity.life = Some(life);
    }

    /// Lets all tokens end that it issued so far.
    pub fn revoke_tokens(&self) {
        self.service.state().identity.tokens.clear();
    }

    /// What shall happen to the next request. Of faults that are set one after the other,
    /// the first that is [for this operation](Fault::on) happens to it, and no other.
    pub fn next(&self, fault: Fault) {
        self.service.state().faults.push(fault);
    }

    /// Decides what shall happen to each request that no fault of [`next`](Self::next) is
    /// for; with `None`, nothing does. It replaces an earlier source.
    ///
    /// ```
    /// use otc_vpn::simulator::{Fault, Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::start().await?;
    /// let mut requests = 0;
    /// simulator.set_fault_source(move |request| {
    ///     requests += 1;
    ///     match request.operation() {
    ///         Some("create_vpn_connection") if requests % 3 == 0 => Some(Fault::cut()),
    ///         _ => None,
    ///     }
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_fault_source(
        &self,
        source: impl FnMut(&Received) -> Option<Fault> + Send + 'static,
    ) {
        *self.service.source() = FaultSource::new(source);
    }

    /// The faults that have not happened yet, each with the [times](Fault::times) that are
    /// left, in the order in which they were set.
    #[must_use]
    pub fn pending_faults(&self) -> Vec<Fault> {
        self.service.state().faults.pending()
    }

    /// Every request so far, in the order in which they came.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.service.state().received.clone()
    }

    /// As [`received`](Self::received), and forgets them: a long test need not keep all.
    pub fn take_received(&self) -> Vec<Received> {
        std::mem::take(&mut self.service.state().received)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Takes the tasks of its connections along.
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, service: Service) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        connections.spawn(async move {
            let respond = service_fn(|request| service.respond(request));
            // A client that goes away in the middle is nothing to report.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), respond).await;
        });
        // Those that are done are let go of.
        while connections.try_join_next().is_some() {}
    }
}
