//! What signs requests: a token or an access key.

use http::HeaderValue;

use super::access_key::AccessKey;

#[derive(Clone)]
pub(crate) enum Authorization {
    Token(HeaderValue),
    AccessKey(AccessKey),
}

impl Authorization {
    /// Why it cannot sign.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match self {
            Self::Token(_) => None,
            Self::AccessKey(key) => key.problem(),
        }
    }
}

/// The value of the header that carries a token.
pub(super) fn token_header(token: String) -> Result<HeaderValue, &'static str> {
    if token.is_empty() {
        return Err("the token is empty");
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(
            "the token contains a blank, a line break or another character that no token has; \
             was it truncated, or read with its line end?",
        );
    }
    let mut value =
        HeaderValue::try_from(token).map_err(|_| "the token is not a valid header value")?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_marked_sensitive() {
        let token = token_header("secret-token".to_owned()).unwrap();
        assert!(token.is_sensitive() && !format!("{token:?}").contains("secret-token"));
    }
}
