//! What every request of a client shares.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::auth::Credentials;
use crate::config::{Endpoint, Timeouts};
use crate::error::Error;
use crate::response::RawAnswer;

/// The inner value of the generated client: where requests may go, who sends
/// them, and for how long to wait.
///
/// It has no public constructor and shows nothing: whoever holds one can only
/// send requests to the endpoint that it was made for.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
    /// Where a success that answers the one call of this session is left.
    tap: Option<Arc<OnceLock<RawAnswer>>>,
}

struct Shared {
    http: reqwest::Client,
    endpoint: Endpoint,
    credentials: Credentials,
    timeouts: Timeouts,
}

impl Session {
    pub(crate) fn new(
        endpoint: Endpoint,
        credentials: Credentials,
        timeouts: Timeouts,
    ) -> Result<Self, Error> {
        let http = http_client(&endpoint, &timeouts)?;
        let shared = Arc::new(Shared { http, endpoint, credentials, timeouts });
        Ok(Self { shared, tap: None })
    }

    /// The same session for one call, and where a success that answers it will be.
    pub(crate) fn tapped(&self) -> (Self, Arc<OnceLock<RawAnswer>>) {
        let tap = Arc::new(OnceLock::new());
        (Self { shared: Arc::clone(&self.shared), tap: Some(Arc::clone(&tap)) }, tap)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.shared.credentials
    }

    pub(crate) fn timeouts(&self) -> &Timeouts {
        &self.shared.timeouts
    }

    pub(crate) fn leave(&self, answer: RawAnswer) {
        if let Some(tap) = &self.tap {
            // A second answer cannot come: the tap belongs to one call.
            let _ = tap.set(answer);
        }
    }
}

fn http_client(endpoint: &Endpoint, timeouts: &Timeouts) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder();
    if !endpoint.is_https() {
        // A proxy would read along; with https it only sees a tunnel.
        builder = builder.no_proxy();
    }
    builder
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .pool_idle_timeout(std::time::Duration::from_secs(15))
        // A redirect would take the token, and with 307 and 308 the PSK, along.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // Which request may be sent twice is decided in one place, not here.
        .retry(reqwest::retry::never())
        // Another crate may switch decompression on; a small body could then be huge.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .min_tls_version(reqwest::tls::Version::TLS_1_2)
        .build()
        .map_err(|e| Error::invalid(format_args!("the HTTP client cannot be set up: {e}")))
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("endpoint", &self.endpoint().as_str())
            .finish_non_exhaustive()
    }
}
