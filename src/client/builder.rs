//! The builder of a client: endpoint, project, credentials, limits and TLS.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use secrecy::{SecretSlice, SecretString};

use super::Client;
use crate::auth::credentials::{Credentials, Source};
use crate::auth::password::Scope;
use crate::auth::sign_in::SignIn;
use crate::auth::signer::Signer;
use crate::config::{Endpoint, Retries, Timeouts};
use crate::error::Error;
use crate::generated;
use crate::ids::ProjectId;
use crate::session::Session;
use crate::transport::http_client::{HttpSettings, Proxy, http_client};
use crate::validate::Rules;

/// What sets the endpoint of the service in a program.
const ENDPOINT: &str = "`endpoint(\"https://…\")`";
/// What sets the endpoint of the identity service in a program.
const IDENTITY: &str = "`identity_endpoint(\"https://…\")`";

/// Builds a [`Client`] from an endpoint, a project and credentials.
#[derive(Clone, Default)]
#[must_use]
pub struct ClientBuilder {
    pub(super) region: Given,
    /// Overrides the region.
    pub(super) endpoint: Given,
    allow_http: bool,
    pub(super) project: Option<Scope>,
    pub(super) identity: Given,
    pub(super) credentials: Option<Credentials>,
    timeouts: Timeouts,
    retries: Retries,
    http: HttpSettings,
}

/// A value, and the name of the setting that gives it, or could give it, for errors; none
/// without settings, and for a value that a method has set since.
#[derive(Clone, Default)]
pub(super) struct Given {
    value: Option<String>,
    setting: Option<&'static str>,
}

impl Given {
    pub(super) fn by_setting(value: Option<&str>, name: &'static str) -> Self {
        Self { value: value.map(str::to_owned), setting: Some(name) }
    }

    pub(super) fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    fn by_method(value: impl Into<String>) -> Self {
        Self { value: Some(value.into()), setting: None }
    }

    /// Names the setting that an invalid value came from.
    fn explain(&self, error: Error) -> Error {
        match self.setting {
            Some(name) => error.in_context(name),
            None => error,
        }
    }
}

impl Client {
    /// A builder, for the endpoint, the project and the credentials.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl ClientBuilder {
    /// The region: `eu-de` and `eu-nl` have a documented endpoint. It also determines the
    /// identity service for a password.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Given::by_method(region);
        self
    }

    /// The endpoint of the service: scheme, host and optionally a port, such as
    /// `https://vpn.eu-de.otc.t-systems.com`. Overrides that of the region.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Given::by_method(endpoint);
        self
    }

    /// Whether to allow an endpoint without TLS that is not on loopback. Anyone on the
    /// network can then read the credentials and the pre-shared keys.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// The id of the project: 32 hexadecimal digits in practice.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project = Some(Scope::ProjectId(project_id.into()));
        self
    }

    /// The name of the project, such as `eu-de_office`, for [`connect`](Self::connect) to
    /// find its id with a password. Replaces an id set before.
    pub fn project_name(mut self, name: impl Into<String>) -> Self {
        self.project = Some(Scope::ProjectName(name.into()));
        self
    }

    /// The endpoint of the identity service, for a password: scheme, host and optionally a
    /// port. The default is that of the region.
    pub fn identity_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.identity = Given::by_method(endpoint);
        self
    }

    /// The credentials that authenticate requests.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The name of the program, such as `office-setup/1.2`, for the operators of the
    /// service: `User-Agent` begins with it.
    pub fn application_name(mut self, name: impl Into<String>) -> Self {
        self.http.application_name = Some(name.into());
        self
    }

    /// How long to wait for the service.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How often to try a request, and how long to wait in between.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Certificates of authorities to trust in addition to those of the system: one or
    /// more, in PEM format.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.root_certificates.push(pem.into());
        self
    }

    /// The certificate that the client presents, with its chain and its private key
    /// (PKCS #8), in PEM format.
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.client_certificate = Some(SecretSlice::from(pem.into()));
        self
    }

    /// A proxy for the connection to the service, such as `http://proxy.example:3128`; it
    /// sees a TLS tunnel. Only for an endpoint with `https`. Replaces the proxy of the
    /// environment.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Proxy::Given(SecretString::from(url.into()));
        self
    }

    /// Whether to use a proxy from the environment (`HTTPS_PROXY`, `ALL_PROXY`,
    /// `NO_PROXY`, in either case) for an endpoint with `https`: yes by default. Replaces a
    /// proxy set before.
    pub fn environment_proxy(mut self, use_it: bool) -> Self {
        self.http.proxy = if use_it { Proxy::OfTheEnvironment } else { Proxy::None };
        self
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when something is
    /// missing or invalid.
    pub fn build(self) -> Result<Client, Error> {
        let endpoint = self.endpoint_given()?.ok_or_else(|| {
            Error::invalid(format_args!(
                "no region: give one with `region(\"eu-de\")`, or an address with {ENDPOINT}"
            ))
        })?;
        self.assemble(endpoint)
    }

    /// Builds the client. Signing in with a password finds what is missing: the id of a
    /// project by its name, and the endpoint in the catalogue. Without a password, or when
    /// nothing is missing, this does the same as [`build`](Self::build).
    ///
    /// ```no_run
    /// use otc_vpn::{Client, Credentials, Password};
    ///
    /// # async fn run() -> Result<(), otc_vpn::Error> {
    /// let client = Client::builder()
    ///     .region("eu-de")
    ///     .project_name("eu-de_office")
    ///     .credentials(Credentials::password(
    ///         Password::new("a-user", "example-password").domain("OTC-EU-DE-00000000001000000001"),
    ///     ))
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`build`](Self::build), and those of signing in:
    /// [`is_auth`](crate::Error::is_auth) for a wrong password.
    pub async fn connect(mut self) -> Result<Client, Error> {
        let endpoint = match self.endpoint_given() {
            // The catalogue may have a region without a documented endpoint.
            Err(problem) if self.endpoint.value.is_some() => return Err(problem),
            endpoint => endpoint,
        };
        let is_complete =
            matches!((&endpoint, &self.project), (Ok(Some(_)), Some(Scope::ProjectId(_))));
        let password = match &self.credentials {
            Some(Credentials(Source::Password(password))) if !is_complete => password,
            _ => return self.build(),
        };
        Credentials::password(password.clone()).check()?;
        let sign_in = self.identity_service()?;
        let signed_in = sign_in.until_signed_in(password, &self.timeouts, &self.retries).await?;
        let endpoint = match (endpoint, signed_in.endpoint(self.region.value.as_deref())) {
            (Ok(Some(endpoint)), _) => endpoint,
            (_, Some(url)) => self.endpoint_in_catalogue(url)?,
            (Err(problem), None) => return Err(problem),
            (Ok(None), None) => {
                return Err(Error::invalid(format_args!(
                    "the catalogue of the identity service has no VPN service here: set its \
                     endpoint with {}",
                    self.endpoint.setting.unwrap_or(ENDPOINT)
                )));
            }
        };
        if let Some(Scope::ProjectName(_)) = self.project {
            let id = signed_in.project_id.ok_or_else(|| {
                Error::invalid("the token of the identity service is not scoped to a project")
            })?;
            self.project = Some(Scope::ProjectId(id));
        }
        let client = self.assemble(endpoint)?;
        client.api.inner.shared().signer.cache_token(signed_in.token, signed_in.life);
        Ok(client)
    }

    fn assemble(self, endpoint: Endpoint) -> Result<Client, Error> {
        let project_id = match &self.project {
            Some(Scope::ProjectId(id)) => ProjectId::try_from(id.clone())?,
            Some(Scope::ProjectName(_)) => {
                return Err(Error::invalid(
                    "the id of the project must be looked up: use `connect().await` with a \
                     password, or give the id with `project_id(\"…\")`",
                ));
            }
            None => {
                return Err(Error::invalid(
                    "no project id: give it with `project_id(\"…\")`; the console shows it under \
                     \"My Credentials\"",
                ));
            }
        };
        // All characters of an id are allowed in a header.
        let header = HeaderValue::from_str(project_id.as_str()).map_err(Error::invalid)?;
        let credentials = self.credentials.clone().ok_or_else(|| {
            Error::invalid(
                "no credentials: give them with `credentials(Credentials::token(\"…\"))`",
            )
        })?;
        credentials.check()?;
        let sign_in = match &credentials.0 {
            Source::Password(_) => Some(self.identity_service()?),
            _ => None,
        };
        let base_url = endpoint.as_str().to_owned();
        let http = http_client(&endpoint, &self.timeouts, &self.http)?;
        let signer = Signer::new(credentials, header, sign_in);
        let session = Session::new(http.clone(), endpoint, signer, self.timeouts, self.retries);
        let api = generated::Client::new_with_client(&base_url, http, session);
        Ok(Client { project_id, api: Arc::new(api), rules: Rules::default() })
    }

    fn endpoint_given(&self) -> Result<Option<Endpoint>, Error> {
        self.given_or_of_region(&self.endpoint, Endpoint::parse, |region, setting| {
            Endpoint::of_region(region, setting.unwrap_or(ENDPOINT))
        })
    }

    /// Only in settings is the scheme left out.
    fn endpoint_in_catalogue(&self, url: &str) -> Result<Endpoint, Error> {
        let read = if url.contains("://") { Endpoint::origin_of } else { Endpoint::parse };
        read(url, self.allow_http).map_err(|error| {
            error.in_context(&format!(
                "the VPN service in the catalogue of the identity service, which {} overrides",
                self.endpoint.setting.unwrap_or(ENDPOINT)
            ))
        })
    }

    fn identity_service(&self) -> Result<SignIn, Error> {
        let identity =
            self.given_or_of_region(&self.identity, Endpoint::origin_of, |region, setting| {
                Endpoint::of_identity(region, setting.unwrap_or(IDENTITY))
            })?;
        let identity = identity.ok_or_else(|| {
            Error::invalid(format_args!(
                "no identity service: set a region, or its endpoint with {IDENTITY}"
            ))
        })?;
        let scope = self.project.clone().ok_or_else(|| {
            Error::invalid("no project: give it with `project_id(\"…\")` or `project_name(\"…\")`")
        })?;
        let http = http_client(&identity, &self.timeouts, &self.http)?;
        Ok(SignIn::new(http, identity, scope))
    }

    /// The endpoint that is given, read by `parse`, or else that of the region.
    fn given_or_of_region(
        &self,
        given: &Given,
        parse: fn(&str, bool) -> Result<Endpoint, Error>,
        of_region: fn(&str, Option<&str>) -> Result<Endpoint, Error>,
    ) -> Result<Option<Endpoint>, Error> {
        let (endpoint, source) = match (&given.value, &self.region.value) {
            (Some(url), _) => (parse(url, self.allow_http), given),
            (None, Some(region)) => (of_region(region, given.setting), &self.region),
            (None, None) => return Ok(None),
        };
        endpoint.map(Some).map_err(|error| source.explain(error))
    }
}

/// Shows only the hosts of the endpoints, which may contain a password, and nothing of
/// certificates and the proxy.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |given: &Given| {
            let url = url::Url::parse(given.value.as_deref()?).ok()?;
            url.host_str().map(str::to_owned)
        };
        f.debug_struct("ClientBuilder")
            .field("region", &self.region.value)
            .field("endpoint", &host(&self.endpoint))
            .field("project", &self.project)
            .field("identity_endpoint", &host(&self.identity))
            .field("credentials", &self.credentials)
            .field("timeouts", &self.timeouts)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
