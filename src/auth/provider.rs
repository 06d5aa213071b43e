//! A source of credentials of the caller's own.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::access_key::AccessKey;
use super::authorization::{Authorization, token_header};

type AnyError = Box<dyn std::error::Error + Send + Sync>;
type Provide = Pin<Box<dyn Future<Output = Result<Provided, AnyError>> + Send>>;

#[derive(Clone)]
pub(crate) struct Provider(Arc<dyn Fn() -> Provide + Send + Sync>);

impl Provider {
    pub(super) fn new<P, F>(provide: P) -> Self
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<Provided, AnyError>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(provide())))
    }

    pub(super) async fn provide(&self) -> Result<Provided, AnyError> {
        (self.0)().await
    }
}

/// What a provider gives: a token or an access key, and for how long. Never shown by
/// `Debug`.
#[must_use]
pub struct Provided {
    pub(super) authorization: Result<Authorization, &'static str>,
    pub(super) life: Option<Duration>,
}

impl Provided {
    /// A project-scoped token.
    pub fn token(token: impl Into<String>) -> Self {
        Self { authorization: token_header(token.into()).map(Authorization::Token), life: None }
    }

    /// An access key, such as a temporary one.
    pub fn access_key(key: AccessKey) -> Self {
        Self { authorization: Ok(Authorization::AccessKey(key)), life: None }
    }

    /// How long it is valid from now on. The provider is called again before it expires;
    /// without this, when the service rejects it.
    pub fn valid_for(mut self, life: Duration) -> Self {
        self.life = Some(life);
        self
    }
}

impl fmt::Debug for Provided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provided").field("life", &self.life).finish_non_exhaustive()
    }
}
