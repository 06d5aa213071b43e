//! Credentials: what signs a request.

use std::fmt;

use http::HeaderValue;
use http::header::HeaderMap;

use crate::document::endpoints::TOKEN_HEADER;
use crate::error::Error;

/// Who asks. Never shown by `Debug`.
///
/// ```
/// use otc_vpn::Credentials;
///
/// let credentials = Credentials::token("MIIExample");
/// assert_eq!(format!("{credentials:?}"), "Credentials(token, [redacted])");
/// ```
#[derive(Clone)]
pub struct Credentials(Result<HeaderValue, &'static str>);

impl Credentials {
    /// A project-scoped token of the identity service. It cannot be renewed: when
    /// it expires, calls fail with [`is_auth`](crate::Error::is_auth).
    ///
    /// A token that cannot stand in a header is refused when the client is built.
    #[must_use]
    pub fn token(token: impl Into<String>) -> Self {
        Self(token_header(token.into()))
    }

    /// Whether these credentials can sign a request.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Ok(_) => Ok(()),
            Err(problem) => Err(Error::invalid(problem)),
        }
    }

    pub(crate) fn sign(&self, headers: &mut HeaderMap) {
        if let Ok(token) = &self.0 {
            headers.insert(TOKEN_HEADER, token.clone());
        }
    }

    /// The texts that must not be shown wherever the service says them again.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|token| token.to_str().ok())
    }
}

fn token_header(token: String) -> Result<HeaderValue, &'static str> {
    if token.is_empty() {
        return Err("the token is empty");
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(
            "the token holds a blank, a line break or another character that no token has; \
                    was it cut or read with its line end?",
        );
    }
    let mut value =
        HeaderValue::try_from(token).map_err(|_| "the token cannot stand in a header")?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(token, [redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_cannot_inject_a_header() {
        for token in ["", "a b", "a\r\nX-Other: 1", "a\n", "a\0", "ä"] {
            let error = Credentials::token(token).check().unwrap_err();
            assert!(error.to_string().contains("token"), "{token:?}");
        }
        assert!(Credentials::token("MIIE-_.+/=").check().is_ok());
    }

    #[test]
    fn the_header_is_marked_sensitive() {
        let mut headers = HeaderMap::new();
        Credentials::token("secret-token").sign(&mut headers);
        assert!(headers[TOKEN_HEADER].is_sensitive());
        assert!(!format!("{headers:?}").contains("secret-token"));
    }
}
