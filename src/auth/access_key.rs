//! An access key: its id, its secret, and how it signs.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// An access key (AK/SK) of a user, permanent or temporary. Never shown by `Debug`, but
/// for its id.
///
/// ```
/// use otc_vpn::{AccessKey, Credentials};
///
/// let temporary = AccessKey::new("EXAMPLEACCESSKEY", "example-secret-key")
///     .security_token("example-security-token");
/// let credentials = Credentials::access_key(temporary);
/// ```
#[derive(Clone)]
#[must_use]
pub struct AccessKey {
    pub(super) access_key: String,
    pub(super) secret_key: SecretString,
    pub(super) security_token: Option<SecretString>,
    pub(super) form: Form,
}

/// How the signature is made and written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Flat,
    Scoped { region: String, service: String },
}

impl AccessKey {
    /// The id of the key and its secret.
    pub fn new(access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self {
            access_key: access_key.into(),
            secret_key: SecretString::from(secret_key.into()),
            security_token: None,
            form: Form::Flat,
        }
    }

    /// The security token that belongs to a temporary key.
    pub fn security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(SecretString::from(token.into()));
        self
    }

    /// Signs in the scoped form, with a key that is derived for a region and a service,
    /// such as `eu-de` and `vpn`. Left out, the secret key itself signs, which is what
    /// the service expects.
    pub fn scoped(mut self, region: impl Into<String>, service: impl Into<String>) -> Self {
        self.form = Form::Scoped { region: region.into(), service: service.into() };
        self
    }

    /// The id of the key.
    pub(crate) fn id(&self) -> &str {
        &self.access_key
    }

    /// What keeps the key from signing.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let is_word =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let token = self.security_token.as_ref().map(ExposeSecret::expose_secret);
        if !is_word(&self.access_key) {
            return Some("the access key is empty or holds a blank or a line break");
        }
        if !is_word(self.secret_key.expose_secret()) {
            return Some("the secret key is empty or holds a blank or a line break");
        }
        if token.is_some_and(|token| !is_word(token)) {
            return Some("the security token is empty or holds a blank or a line break");
        }
        match &self.form {
            Form::Scoped { region, service } if !is_word(region) || !is_word(service) => {
                Some("the scope needs a region and a service, such as \"eu-de\" and \"vpn\"")
            }
            _ => None,
        }
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.secret_key)
            .chain(&self.security_token)
            .map(ExposeSecret::expose_secret)
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("id", &self.access_key).finish_non_exhaustive()
    }
}
