//! Credentials that authenticate requests.

use std::fmt;

use http::HeaderValue;
use secrecy::SecretString;

use super::access_key::AccessKey;
use super::authorization::token_header;
use super::password::Password;
use super::provider::{Provided, Provider};
use crate::error::Error;

/// Credentials that authenticate requests. Never shown by `Debug`.
///
/// ```
/// use otc_vpn::{AccessKey, Credentials, Password};
///
/// let token = Credentials::token("MIIExample");
/// let password = Credentials::password(
///     Password::new("a-user", "example-password").domain("OTC-EU-DE-00000000001000000001"),
/// );
/// let key = Credentials::access_key(AccessKey::new("EXAMPLEACCESSKEY", "example-secret-key"));
/// assert_eq!(format!("{token:?}"), "Credentials(token, [redacted])");
/// ```
#[derive(Clone)]
pub struct Credentials(pub(crate) Source);

#[derive(Clone)]
pub(crate) enum Source {
    Token(Result<HeaderValue, &'static str>),
    AccessKey(AccessKey),
    Password(Password),
    Provider(Provider),
}

impl Credentials {
    /// A project-scoped token of the identity service. It cannot be renewed: when
    /// it expires, calls fail with [`is_auth`](crate::Error::is_auth).
    ///
    /// An invalid token is rejected when the client is built.
    #[must_use]
    pub fn token(token: impl Into<String>) -> Self {
        Self(Source::Token(token_header(token.into())))
    }

    /// A user of the identity service with a password. The client signs in when the first
    /// request is made, once for any number of them, and again before the token expires
    /// or when it is rejected. A password that is rejected is not tried again.
    #[must_use]
    pub fn password(password: Password) -> Self {
        Self(Source::Password(password))
    }

    /// An access key (AK/SK). Every attempt is signed. If the clock of this machine is
    /// wrong, the client learns the time from the service.
    #[must_use]
    pub fn access_key(key: AccessKey) -> Self {
        Self(Source::AccessKey(key))
    }

    /// A source of the caller's own, such as a vault, a sidecar or an agency. It is called
    /// when the first request is made, once for any number of them, and again before the
    /// credentials expire or when they are rejected. After an error it is called again, as
    /// often as a query is retried; credentials that cannot be used are final.
    ///
    /// ```
    /// use std::time::Duration;
    /// use otc_vpn::{Credentials, Provided};
    ///
    /// # async fn read_from_vault() -> Result<String, std::io::Error> { Ok("MIIExample".into()) }
    /// let credentials = Credentials::provider(|| async {
    ///     let token = read_from_vault().await?;
    ///     Ok(Provided::token(token).valid_for(Duration::from_secs(3600)))
    /// });
    /// ```
    #[must_use]
    pub fn provider<P, F>(provide: P) -> Self
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<Provided, Box<dyn std::error::Error + Send + Sync>>>
            + Send
            + 'static,
    {
        Self(Source::Provider(Provider::new(provide)))
    }

    /// Whether these credentials can sign a request.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let problem = match &self.0 {
            Source::Token(token) => token.as_ref().err().copied(),
            Source::AccessKey(key) => key.problem(),
            Source::Password(password) => password.problem(),
            Source::Provider(_) => None,
        };
        problem.map_or(Ok(()), |problem| Err(Error::invalid(problem)))
    }

    /// The texts that must not be shown if a response repeats them.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let secrets: Vec<&str> = match &self.0 {
            Source::Token(token) => token.iter().filter_map(|token| token.to_str().ok()).collect(),
            Source::AccessKey(key) => key.secrets().collect(),
            Source::Password(password) => vec![password.secret()],
            Source::Provider(_) => Vec::new(),
        };
        secrets.into_iter().map(SecretString::from).collect()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Source::Token(_) => "Credentials(token, [redacted])",
            Source::AccessKey(_) => "Credentials(access key, [redacted])",
            Source::Password(_) => "Credentials(password, [redacted])",
            Source::Provider(_) => "Credentials(provider)",
        })
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
    fn a_key_that_cannot_sign_is_rejected_and_not_shown() {
        let good = || AccessKey::new("id", "hunter2");
        for (key, expected) in [
            (AccessKey::new("", "hunter2"), "the access key"),
            (AccessKey::new("a\n", "hunter2"), "the access key"),
            (AccessKey::new("id", "hunter2 "), "the secret key"),
            (good().security_token("hunter2\n"), "the security token"),
            (good().scoped("", "vpn"), "a region and a service"),
            (good().scoped("eu-de", "v p n"), "a region and a service"),
        ] {
            let credentials = Credentials::access_key(key.clone());
            let told = format!("{} {credentials:?} {key:?}", credentials.check().unwrap_err());
            assert!(told.contains(expected) && !told.contains("hunter2"), "{told}");
        }
        assert!(Credentials::access_key(good().scoped("eu-de", "vpn")).check().is_ok());
    }
}
