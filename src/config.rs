//! The endpoint of the service, limits on time and retries, and the settings of users.

#[cfg(feature = "clouds-yaml")]
mod clouds;
mod limits;
pub(crate) mod names;
mod settings;

use url::{Host, Url};

use crate::document::endpoints::{IDENTITY_ENDPOINTS, REGION_URL, REGIONS};
use crate::error::Error;
pub use limits::{Retries, Timeouts};
pub(crate) use settings::{Settings, System};

const EXAMPLE: &str = "an example is \"https://vpn.eu-de.otc.t-systems.com\"";

/// The scheme, host and port that requests and their credentials may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// The documented endpoint of a region. `setting` is what gives another one.
    pub(crate) fn of_region(region: &str, setting: &str) -> Result<Self, Error> {
        if !REGIONS.contains(&region) {
            return Err(Error::invalid(format_args!(
                "no endpoint is documented for the region {region:?}, only for {}; for other \
                 regions, set the endpoint with {setting}",
                REGIONS.join(", ")
            )));
        }
        let (before, after) = REGION_URL;
        Self::parse(&format!("{before}{region}{after}"), false)
    }

    /// The identity service of a region. `setting` is what gives another one.
    pub(crate) fn of_identity(region: &str, setting: &str) -> Result<Self, Error> {
        let known = IDENTITY_ENDPOINTS.iter().find(|(known, _)| *known == region);
        let (_, url) = known.ok_or_else(|| {
            let known: Vec<_> = IDENTITY_ENDPOINTS.iter().map(|(region, _)| *region).collect();
            Error::invalid(format_args!(
                "no identity service is known for the region {region:?}, only for {}; for other \
                 regions, set its endpoint with {setting}",
                known.join(", ")
            ))
        })?;
        Self::parse(url, false)
    }

    /// The scheme, host and port of a URL from a catalogue or a setting, which may go on
    /// with a version and a project. Some tools leave out the scheme, `https`.
    pub(crate) fn origin_of(text: &str, allow_http: bool) -> Result<Self, Error> {
        let mut url = match text.contains("://") {
            true => url(text)?,
            false => url(&format!("https://{text}"))?,
        };
        url.set_path("");
        url.set_query(None);
        url.set_fragment(None);
        Self::of(url, allow_http)
    }

    /// An endpoint given by the caller, such as `https://vpn.example.com:8443`.
    pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Self, Error> {
        Self::of(url(text)?, allow_http)
    }

    fn of(url: Url, allow_http: bool) -> Result<Self, Error> {
        if !matches!(url.scheme(), "https" | "http") {
            let message = format_args!("the endpoint must begin with https://; {EXAMPLE}");
            return Err(Error::invalid(message));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::invalid(
                "the endpoint must not contain a user name or password; set these as credentials",
            ));
        }
        let parts = [
            ("a path", url.path() != "/"),
            ("a query", url.query().is_some()),
            ("a fragment", url.fragment().is_some()),
        ];
        if let Some((part, _)) = parts.iter().find(|(_, is_there)| *is_there) {
            return Err(Error::invalid(format_args!(
                "the endpoint must not contain {part}, only a scheme, a host and optionally a port"
            )));
        }
        if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
            return Err(Error::invalid(format_args!(
                "the endpoint at {} would receive the credentials unencrypted; use https, or \
                 `allow_http(true)` on a network that you trust",
                url.host_str().unwrap_or_default()
            )));
        }
        Ok(Self(url))
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address without a trailing slash, as the generated client wants it.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Whether `url` is on this endpoint: same scheme, host and port.
    pub(crate) fn covers(&self, url: &Url) -> bool {
        url.scheme() == self.0.scheme()
            && url.username().is_empty()
            && url.password().is_none()
            && url.host() == self.0.host()
            && url.port_or_known_default() == self.0.port_or_known_default()
    }

    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }
}

/// The text is never shown: it could hold a password.
fn url(text: &str) -> Result<Url, Error> {
    Url::parse(text).map_err(|error| {
        Error::invalid(format_args!("the endpoint is not a valid URL: {error}; {EXAMPLE}"))
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(endpoint: &str) -> String {
        Endpoint::parse(endpoint, false).unwrap_err().to_string()
    }

    #[test]
    fn a_region_becomes_its_documented_address() {
        let endpoint = Endpoint::of_region("eu-nl", "x").unwrap();
        assert_eq!(endpoint.as_str(), "https://vpn.eu-nl.otc.t-systems.com");
        let message = Endpoint::of_region("eu-ch2", "a setting").unwrap_err().to_string();
        assert!(message.contains("eu-de, eu-nl") && message.contains("a setting"), "{message}");
        assert!(Endpoint::of_region("evil.example/?", "x").is_err());
    }

    #[test]
    fn http_needs_loopback_or_permission() {
        for loopback in
            ["http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:1", "http://localhost:1"]
        {
            assert!(Endpoint::parse(loopback, false).is_ok(), "{loopback}");
        }
        for outside in ["http://vpn.example.com", "http://localhost.example.com", "http://10.0.0.1"]
        {
            assert!(rejection(outside).contains("unencrypted"), "{outside}");
            assert!(Endpoint::parse(outside, true).is_ok(), "{outside}");
        }
    }

    #[test]
    fn an_endpoint_is_scheme_host_and_port_only() {
        assert!(rejection("https://a.example/v5").contains("not contain a path"));
        assert!(rejection("https://a.example?x=1").contains("not contain a query"));
        assert!(rejection("https://a.example#x").contains("not contain a fragment"));
        assert!(rejection("https://user@a.example").contains("as credentials"));
        for no_scheme in ["vpn.example.com:8443", "localhost:8080", "ftp://a.example"] {
            assert!(rejection(no_scheme).contains("begin with https://"), "{no_scheme}");
        }
        assert!(rejection("vpn.example.com").contains("not a valid URL"));
    }

    #[test]
    fn a_rejection_never_shows_the_text() {
        for text in [
            "https://user:hunter2@a.example",
            "admin:hunter2@a.example",
            "https://a.example/hunter2",
            "https://a.example?token=hunter2",
            "http://hunter2:x@a.example",
            "hunter2",
        ] {
            assert!(!rejection(text).contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn covers_compares_scheme_host_and_port() {
        let endpoint = Endpoint::parse("https://a.example:443", false).unwrap();
        let covers = |url: &str| endpoint.covers(&Url::parse(url).unwrap());
        assert!(covers("https://a.example/v5/x"));
        for other in [
            "http://a.example/v5",
            "https://b.example/v5",
            "https://a.example:444/v5",
            "https://a.example.evil.example/",
            "https://u:p@a.example/v5",
        ] {
            assert!(!covers(other), "{other}");
        }
    }
}
