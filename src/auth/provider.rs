//! A source of credentials of the caller's own.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::{AccessKey, Pass, token_header};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Answer = Pin<Box<dyn Future<Output = Result<Provided, Failure>> + Send>>;

#[derive(Clone)]
pub(crate) struct Provider(Arc<dyn Fn() -> Answer + Send + Sync>);

impl Provider {
    pub(super) fn new<P, F>(provide: P) -> Self
    where
        P: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<Provided, Failure>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(provide())))
    }

    pub(crate) async fn provide(&self) -> Result<Provided, Failure> {
        (self.0)().await
    }
}

/// What a provider gives: a token or an access key, and for how long. Never shown by
/// `Debug`.
#[must_use]
pub struct Provided {
    pub(crate) pass: Result<Pass, &'static str>,
    pub(crate) life: Option<Duration>,
}

impl Provided {
    /// A project-scoped token.
    pub fn token(token: impl Into<String>) -> Self {
        Self { pass: token_header(token.into()).map(Pass::Token), life: None }
    }

    /// An access key, such as a temporary one.
    pub fn access_key(key: AccessKey) -> Self {
        Self { pass: Ok(Pass::AccessKey(key)), life: None }
    }

    /// For how long it is valid from now on. The provider is asked again before that
    /// ends; left out, when the service refuses it.
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
