//! Where the service is and how long to wait for it.

use std::time::Duration;

use url::{Host, Url};

use crate::document::endpoints::{REGION_URL, REGIONS};
use crate::error::Error;

/// The scheme, host and port that requests, and with them the credentials, may
/// go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// The documented endpoint of a region.
    pub(crate) fn of_region(region: &str) -> Result<Self, Error> {
        if !REGIONS.contains(&region) {
            return Err(Error::invalid(format_args!(
                "{region:?} is no region with a documented endpoint; these are: {}. \
                 For another one give its address with `endpoint(\"https://…\")`",
                REGIONS.join(", ")
            )));
        }
        let (before, after) = REGION_URL;
        Self::parse(&format!("{before}{region}{after}"), false)
    }

    /// An endpoint given by the caller, such as `https://vpn.example.com:8443`.
    pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Self, Error> {
        // The text is not shown: it could hold a password.
        let url = Url::parse(text).map_err(|e| {
            Error::invalid(format_args!(
                "the endpoint is no URL ({e}); it looks like \"https://vpn.eu-de.otc.t-systems.com\""
            ))
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::invalid(
                "the endpoint holds a user name or password; give these as credentials",
            ));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(Error::invalid(format_args!(
                "the endpoint must be a scheme, a host and perhaps a port, and {:?} goes on \
                 after these; the client adds the path",
                url.as_str()
            )));
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if allow_http || is_loopback(&url) => Ok(Self(url)),
            "http" => Err(Error::invalid(format_args!(
                "the endpoint {:?} would send the credentials in the clear; use https, or \
                 `allow_http(true)` if the network between is your own",
                url.as_str()
            ))),
            scheme => Err(Error::invalid(format_args!(
                "the endpoint must begin with https://, and {scheme:?} is another scheme"
            ))),
        }
    }

    /// The address without a trailing slash, as the generated client wants it.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Whether `url` is on this endpoint: same scheme, host and port.
    pub(crate) fn covers(&self, url: &Url) -> bool {
        url.origin() == self.0.origin()
    }

    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// How long to wait. Every limit is on its own; whichever comes first ends the
/// call.
///
/// ```
/// use std::time::Duration;
/// use otc_vpn::Timeouts;
///
/// let mut timeouts = Timeouts::default();
/// timeouts.read = Duration::from_secs(10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection to be made, TLS included: 5 seconds by default.
    pub connect: Duration,
    /// For the complete answer to a request that changes nothing: 30 seconds by
    /// default.
    pub read: Duration,
    /// For the complete answer to a request that changes something: 60 seconds
    /// by default.
    pub write: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(30),
            write: Duration::from_secs(60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(endpoint: &str) -> String {
        Endpoint::parse(endpoint, false).unwrap_err().to_string()
    }

    #[test]
    fn a_region_becomes_its_documented_address() {
        let endpoint = Endpoint::of_region("eu-nl").unwrap();
        assert_eq!(endpoint.as_str(), "https://vpn.eu-nl.otc.t-systems.com");
        let message = Endpoint::of_region("eu-ch2").unwrap_err().to_string();
        assert!(message.contains("eu-de, eu-nl") && message.contains("endpoint("), "{message}");
        assert!(Endpoint::of_region("evil.example/?").is_err());
    }

    #[test]
    fn http_is_for_loopback_or_by_permission() {
        for loopback in
            ["http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:1", "http://localhost:1"]
        {
            assert!(Endpoint::parse(loopback, false).is_ok(), "{loopback}");
        }
        for outside in ["http://vpn.example.com", "http://localhost.example.com", "http://10.0.0.1"]
        {
            assert!(refusal(outside).contains("in the clear"), "{outside}");
            assert!(Endpoint::parse(outside, true).is_ok(), "{outside}");
        }
    }

    #[test]
    fn an_endpoint_is_scheme_host_and_port_only() {
        for more in ["https://a.example/v5", "https://a.example/?x=1", "https://a.example/#x"] {
            assert!(refusal(more).contains("goes on"), "{more}");
        }
        assert!(refusal("ftp://a.example").contains("https://"));
        assert!(refusal("vpn.example.com").contains("no URL"));
        let secret = refusal("https://user:hunter2@a.example");
        assert!(secret.contains("credentials") && !secret.contains("hunter2"));
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
        ] {
            assert!(!covers(other), "{other}");
        }
    }
}
