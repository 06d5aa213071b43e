//! A failed attempt, and whether there may be another one.

use std::time::SystemTime;

use crate::error::Error;

#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// Whether the request may have taken effect.
    pub(crate) maybe_applied: bool,
    pub(crate) retry: Retry,
    /// The time by the clock of the service, if it responded.
    pub(crate) service_time: Option<SystemTime>,
}

/// Whether a request that failed may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    Never,
    Later,
    /// At once, with fresh credentials.
    FreshCredentials,
}

impl Failure {
    /// The request was not sent, and sending it again fails again.
    pub(crate) fn permanent(error: Error) -> Self {
        Self { error, maybe_applied: false, retry: Retry::Never, service_time: None }
    }

    /// The request was not sent, and another attempt may succeed.
    pub(crate) fn transient(error: Error) -> Self {
        Self { retry: Retry::Later, ..Self::permanent(error) }
    }

    /// The same failure of a request that was sent.
    pub(crate) fn after_sending(self) -> Self {
        Self { maybe_applied: true, ..self }
    }

    pub(crate) fn map_error(self, map: impl FnOnce(Error) -> Error) -> Self {
        Self { error: map(self.error), ..self }
    }
}
