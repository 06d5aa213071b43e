//! Where, for which project and as whom to call.

use std::sync::Arc;

use secrecy::{SecretSlice, SecretString};

use super::Client;
use crate::auth::Credentials;
use crate::config::{Endpoint, Retries, Timeouts};
use crate::error::Error;
use crate::generated;
use crate::ids::ProjectId;
use crate::transport::http_client::{HttpSettings, Proxy, http_client};
use crate::transport::session::Session;
use crate::validate::Rules;

/// Where, for which project and as whom a [`Client`] calls.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClientBuilder {
    place: Option<Place>,
    allow_http: bool,
    project_id: Option<String>,
    credentials: Option<Credentials>,
    timeouts: Timeouts,
    retries: Retries,
    http: HttpSettings,
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

    /// How often to try, and how long to wait in between.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Certificates of authorities to trust beside those of the system, as PEM: one or
    /// more.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.root_certificates.push(pem.into());
        self
    }

    /// The certificate by which the client presents itself, with its chain and its
    /// private key (PKCS #8), as PEM.
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.client_certificate = Some(SecretSlice::from(pem.into()));
        self
    }

    /// A proxy to reach the service through, such as `http://proxy.example:3128`; it sees
    /// a TLS tunnel. Only for an endpoint with `https`. Takes the place of the proxy of
    /// the environment.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Proxy::Given(SecretString::from(url.into()));
        self
    }

    /// Whether a proxy that the environment names (`HTTPS_PROXY`, `ALL_PROXY`,
    /// `NO_PROXY`, in either case) is used for an endpoint with `https`: yes by default.
    /// Takes the place of a proxy set before.
    pub fn environment_proxy(mut self, use_it: bool) -> Self {
        self.http.proxy = if use_it { Proxy::OfTheEnvironment } else { Proxy::None };
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when something is missing or cannot be used.
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
        let http = http_client(&endpoint, &self.timeouts, &self.http)?;
        let session =
            Session::new(http.clone(), endpoint, credentials, self.timeouts, self.retries);
        let api = generated::Client::new_with_client(&base_url, http, session);
        Ok(Client { project_id: Arc::new(project_id), api: Arc::new(api), rules: Rules::default() })
    }
}
