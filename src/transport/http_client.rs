//! The HTTP client below everything else, without redirects, retries or decompression.

use std::time::Duration;

use reqwest::ClientBuilder;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use url::Url;

use super::exchange::sources;
use crate::config::{Endpoint, Timeouts};
use crate::error::Error;

/// How to reach the service, apart from its address.
#[derive(Clone, Default)]
pub(crate) struct HttpSettings {
    /// PEM, each with one or more certificates.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    /// PEM, with the private key.
    pub(crate) client_certificate: Option<SecretSlice<u8>>,
    pub(crate) proxy: Proxy,
    /// What `User-Agent` begins with.
    pub(crate) application_name: Option<String>,
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
        .user_agent(user_agent(settings.application_name.as_deref())?)
        .connect_timeout(timeouts.effective_connect())
        .pool_idle_timeout(IDLE)
        // A redirect would pass on the token, and with 307 and 308 the PSK.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // Which request may be sent twice is decided in one place, not here.
        .retry(reqwest::retry::never())
        // Another crate may enable decompression; a small body could then become huge.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd();
    let builder = proxied(builder, endpoint, &settings.proxy)?;
    let roots: Option<Vec<_>> =
        settings.root_certificates.iter().map(|pem| tls::certificates(pem)).collect();
    let roots = roots.ok_or_else(|| {
        Error::invalid("invalid root certificates: must be one or more certificates as PEM")
    })?;
    let identity = settings.client_certificate.as_ref().map(|pem| {
        tls::identity(pem.expose_secret()).ok_or_else(|| {
            Error::invalid(
                "invalid client certificate: must be PEM with the certificate, its chain and its \
                 private key (PKCS #8)",
            )
        })
    });
    let builder = tls::secured(builder, endpoint, roots.concat(), identity.transpose()?)?;
    builder.build().map_err(|error| {
        let causes: Vec<String> = sources(&error).map(ToString::to_string).collect();
        Error::invalid(format_args!("cannot set up the HTTP client: {}", causes.join(": ")))
    })
}

fn user_agent(application: Option<&str>) -> Result<String, Error> {
    let own = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    let Some(application) = application else { return Ok(own.to_owned()) };
    if !application.starts_with(|c: char| c.is_ascii_graphic())
        || !application.chars().all(|c| c == ' ' || c.is_ascii_graphic())
    {
        return Err(Error::invalid(format_args!(
            "invalid application name {application:?}: must be printable ASCII characters, such \
             as \"office-setup/1.2\""
        )));
    }
    Ok(format!("{application} {own}"))
}

/// Whether this is PEM with certificates, all of them valid.
pub(crate) fn are_certificates(pem: &[u8]) -> bool {
    tls::certificates(pem).is_some()
}

fn proxied(
    builder: ClientBuilder,
    endpoint: &Endpoint,
    proxy: &Proxy,
) -> Result<ClientBuilder, Error> {
    match (proxy, endpoint.is_https()) {
        (Proxy::OfTheEnvironment, true) => Ok(builder),
        // A proxy could read everything; with https it only sees a tunnel.
        (Proxy::OfTheEnvironment, false) | (Proxy::None, _) => Ok(builder.no_proxy()),
        (Proxy::Given(_), false) => Err(Error::invalid(
            "a proxy would read the credentials on their way to an endpoint without https",
        )),
        (Proxy::Given(url), true) => Url::parse(url.expose_secret())
            .ok()
            // reqwest would ignore a proxy of another scheme.
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .and_then(|url| reqwest::Proxy::all(url).ok())
            .map(|proxy| builder.proxy(proxy))
            // The URL is not shown: it may hold a password.
            .ok_or_else(|| {
                Error::invalid("invalid proxy: must be a URL such as \"http://proxy.example:3128\"")
            }),
    }
}

#[cfg(not(feature = "native-tls"))]
mod tls {
    use std::sync::Arc;

    use reqwest::ClientBuilder;
    use rustls::crypto::CryptoProvider;
    #[cfg(feature = "aws-lc-rs")]
    use rustls::crypto::aws_lc_rs::default_provider;
    #[cfg(not(feature = "aws-lc-rs"))]
    use rustls::crypto::ring::default_provider;
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ClientConfig, RootCertStore};
    use rustls_platform_verifier::Verifier;

    use crate::config::Endpoint;
    use crate::error::Error;

    type Certificates = Vec<CertificateDer<'static>>;
    type Identity = (Certificates, PrivateKeyDer<'static>);

    /// A configuration of our own, which trusts `roots` and the authorities of the system:
    /// reqwest would take the provider of the process, and panic where there is none.
    pub(super) fn secured(
        builder: ClientBuilder,
        endpoint: &Endpoint,
        roots: Certificates,
        identity: Option<Identity>,
    ) -> Result<ClientBuilder, Error> {
        // A provider that the program chose, such as one with FIPS, takes precedence.
        let provider = CryptoProvider::get_default().cloned();
        let provider = provider.unwrap_or_else(|| Arc::new(default_provider()));
        let unusable = |e| Error::invalid(format_args!("cannot set up TLS: {e}"));
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            // 1.2 and 1.3.
            .with_safe_default_protocol_versions()
            .map_err(unusable)?;
        let config = match endpoint.is_https() {
            true => {
                let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(|e| {
                    Error::invalid(format_args!(
                        "cannot verify the service: {e}; install the certificates of the system \
                         (often the package `ca-certificates`), or give `root_certificates`"
                    ))
                })?;
                config.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
            // Reading those of the system takes longer than all else.
            false => config.with_root_certificates(RootCertStore::empty()),
        };
        let mut config = match identity {
            None => config.with_no_client_auth(),
            Some((chain, key)) => config
                .with_client_auth_cert(chain, key)
                .map_err(|e| Error::invalid(format_args!("invalid client certificate: {e}")))?,
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(builder.tls_backend_preconfigured(config))
    }

    /// The certificates in PEM, if there are any and all are valid.
    pub(super) fn certificates(pem: &[u8]) -> Option<Certificates> {
        let certificates =
            CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().ok()?;
        let added = RootCertStore::empty().add_parsable_certificates(certificates.clone());
        matches!(added, (1.., 0)).then_some(certificates)
    }

    /// The certificate, its chain and its key in PEM.
    pub(super) fn identity(pem: &[u8]) -> Option<Identity> {
        certificates(pem).zip(PrivateKeyDer::from_pem_slice(pem).ok())
    }
}

#[cfg(feature = "native-tls")]
mod tls {
    use reqwest::{Certificate, ClientBuilder, Identity};

    use crate::config::Endpoint;
    use crate::error::Error;

    pub(super) fn secured(
        builder: ClientBuilder,
        _: &Endpoint,
        roots: Vec<Certificate>,
        identity: Option<Identity>,
    ) -> Result<ClientBuilder, Error> {
        let builder = builder.tls_backend_native().tls_version_min(reqwest::tls::Version::TLS_1_2);
        let builder = builder.tls_certs_merge(roots);
        Ok(match identity {
            Some(identity) => builder.identity(identity),
            None => builder,
        })
    }

    /// The certificates in PEM, if there are any and all are valid.
    pub(super) fn certificates(pem: &[u8]) -> Option<Vec<Certificate>> {
        Certificate::from_pem_bundle(pem).ok().filter(|certificates| !certificates.is_empty())
    }

    pub(super) fn identity(pem: &[u8]) -> Option<Identity> {
        // The certificates may stand anywhere, the key must come first.
        const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----";
        let key_at = pem.windows(KEY.len()).position(|window| window == KEY)?;
        Identity::from_pkcs8_pem(pem, pem.get(key_at..)?).ok()
    }
}
