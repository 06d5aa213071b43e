//! The HTTP client below everything else, set up to do nothing by itself.

use std::time::Duration;

use reqwest::ClientBuilder;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::config::{Endpoint, Timeouts};
use crate::error::Error;

/// How the service is reached, beside where it is.
#[derive(Clone, Default)]
pub(crate) struct HttpSettings {
    /// PEM, each with one or more certificates.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    /// PEM, with the private key.
    pub(crate) client_certificate: Option<SecretSlice<u8>>,
    pub(crate) proxy: Proxy,
}

#[derive(Clone, Default)]
pub(crate) enum Proxy {
    #[default]
    OfTheEnvironment,
    None,
    /// A URL, perhaps with a password.
    Given(SecretString),
}

/// Idle connections are dropped before a gateway on the way forgets them.
const IDLE: Duration = Duration::from_secs(15);

pub(crate) fn http_client(
    endpoint: &Endpoint,
    timeouts: &Timeouts,
    settings: &HttpSettings,
) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .pool_idle_timeout(IDLE)
        // A redirect would take the token, and with 307 and 308 the PSK, along.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // Which request may be sent twice is decided in one place, not here.
        .retry(reqwest::retry::never())
        // Another crate may switch decompression on; a small body could then be huge.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd();
    let builder = proxied(builder, endpoint, &settings.proxy)?;
    secured(builder, settings)?
        .build()
        .map_err(|e| Error::invalid(format_args!("the HTTP client cannot be set up: {e}")))
}

fn proxied(
    builder: ClientBuilder,
    endpoint: &Endpoint,
    proxy: &Proxy,
) -> Result<ClientBuilder, Error> {
    match (proxy, endpoint.is_https()) {
        (Proxy::OfTheEnvironment, true) => Ok(builder),
        // A proxy would read along; with https it only sees a tunnel.
        (Proxy::OfTheEnvironment, false) | (Proxy::None, _) => Ok(builder.no_proxy()),
        (Proxy::Given(_), false) => Err(Error::invalid(
            "a proxy would read the credentials on their way to an endpoint without https",
        )),
        (Proxy::Given(url), true) => {
            // What is wrong with it is not said: it may hold a password.
            let wrong = || {
                Error::invalid("the proxy is no URL; it looks like \"http://proxy.example:3128\"")
            };
            let url = url.expose_secret();
            // One of a scheme that is not known would be passed by.
            let is_http = url::Url::parse(url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            let proxy = reqwest::Proxy::all(url).ok().filter(|_| is_http).ok_or_else(wrong)?;
            Ok(builder.proxy(proxy))
        }
    }
}

fn secured(builder: ClientBuilder, settings: &HttpSettings) -> Result<ClientBuilder, Error> {
    let mut builder = with_backend(builder).tls_version_min(reqwest::tls::Version::TLS_1_2);
    for pem in &settings.root_certificates {
        let certificates = reqwest::Certificate::from_pem_bundle(pem)
            .ok()
            .filter(|certificates| !certificates.is_empty())
            .ok_or_else(|| Error::invalid("the root certificates are no certificates in PEM"))?;
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some(pem) = &settings.client_certificate {
        let identity = identity(pem.expose_secret()).map_err(|_| {
            Error::invalid(
                "the client certificate must be PEM with the certificate, its chain and its \
                 private key (PKCS #8)",
            )
        })?;
        builder = builder.identity(identity);
    }
    Ok(builder)
}

#[cfg(feature = "native-tls")]
fn with_backend(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_backend_native()
}

#[cfg(feature = "native-tls")]
fn identity(pem: &[u8]) -> reqwest::Result<reqwest::Identity> {
    // The certificates may stand anywhere, the key must come first.
    const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----";
    let key_at = pem.windows(KEY.len()).position(|window| window == KEY).unwrap_or_default();
    reqwest::Identity::from_pkcs8_pem(pem, pem.get(key_at..).unwrap_or_default())
}

/// Another crate may switch the other backend on.
#[cfg(not(feature = "native-tls"))]
fn with_backend(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_backend_rustls()
}

#[cfg(not(feature = "native-tls"))]
fn identity(pem: &[u8]) -> reqwest::Result<reqwest::Identity> {
    reqwest::Identity::from_pem(pem)
}
