//! The one error type of this crate.

mod context;
mod effect;
mod wait_ended;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::document::error_codes::{ALREADY_THERE, NOT_FOUND};
use crate::ids::InvalidId;
use crate::secret::InvalidPsk;
use crate::violations::Violations;
pub(crate) use context::{Effort, ErrorResponse};
pub use effect::{ConnectionKey, OutcomeUnknown, UnexpectedPair};
pub(crate) use effect::{Listed, Unexpected};
pub use wait_ended::{LastState, WaitEnded};

/// Why a call failed.
///
/// [`kind`](Self::kind) says what the failure means for the caller; the `is_*`
/// predicates are for the usual questions. Everything the service said is kept: status,
/// error code, message, request id and retry hint.
///
/// No secret that was sent is shown. Where the service repeats one, it is taken out of what
/// an error keeps: as it is, with the escapes of JSON, of URLs or of forms, with two of
/// these one upon the other, and in base64 (also within two of these). A secret in any other
/// encoding is not recognised, such as hexadecimal digits, base64 of base64, or a part of it.
///
/// ```
/// # fn handle(error: otc_vpn::Error) {
/// use otc_vpn::error_codes;
///
/// if error.is_not_found() {
///     println!("gone");
/// } else if error.code() == Some(error_codes::VPN_0012) {
///     println!("the address is taken");
/// } else if let Some(unknown) = error.outcome_unknown() {
///     for connection in unknown.connections() {
///         println!("look for {connection} before trying again");
///     }
/// } else {
///     eprintln!("{error}");
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    response: ErrorResponse,
    effort: Effort,
    /// Of a request that was not applied; the others are in the outcome.
    connections: Vec<ConnectionKey>,
    outcome: Option<OutcomeUnknown>,
    pair: Option<UnexpectedPair>,
    wait: Option<WaitEnded>,
    violations: Option<Violations>,
    is_timeout: bool,
    /// Whether the identity service failed, and not the service.
    is_of_sign_in: bool,
}

/// What a failure means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input breaks a rule. Nothing was sent.
    InvalidInput,
    /// No connection could be made. Nothing was sent.
    Connect,
    /// There are no credentials to call with: the identity service rejected the sign-in,
    /// or the provider failed. The request was not sent.
    Credentials,
    /// There was no response in time. The request was not sent, or it changes nothing, so
    /// it may be repeated.
    Timeout,
    /// The connection was lost before the response was complete. The request changes
    /// nothing, so it may be repeated.
    ConnectionLost,
    /// The service responded with an error, and did nothing.
    Service,
    /// The response is not as documented.
    UnexpectedResponse,
    /// A request that changes something was sent, and it is not known whether it
    /// took effect. See [`Error::outcome_unknown`].
    OutcomeUnknown,
    /// The response to a dual create does not hold exactly its two connections. See
    /// [`Error::unexpected_pair`] for what it holds, and [`Error::outcome_unknown`] for what
    /// to look for.
    UnexpectedPair,
    /// A [wait](crate::Client::wait) ended before the connections were in the state that it
    /// was for. See [`Error::wait_ended`].
    WaitEnded,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl fmt::Display) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.to_string(),
            operation: None,
            response: ErrorResponse::default(),
            effort: Effort::default(),
            connections: Vec::new(),
            outcome: None,
            pair: None,
            wait: None,
            violations: None,
            is_timeout: false,
            is_of_sign_in: false,
        }))
    }

    /// No response in time.
    pub(crate) fn timeout(text: String) -> Self {
        Self::new(ErrorKind::Timeout, text).with_timeout(true)
    }

    /// Everything about the failure, to be added to.
    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// The same failure, with what was being done.
    pub(crate) fn in_context(mut self, doing: &str) -> Self {
        let inner = self.inner();
        inner.message = format!("{doing}: {}", inner.message);
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.inner().kind = kind;
        self
    }

    /// Input that breaks one rule.
    pub(crate) fn invalid(message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    pub(crate) fn invalid_request(violations: Violations) -> Self {
        let rules = if violations.len() == 1 { "a rule" } else { "some rules" };
        let mut error = Self::invalid(format_args!("the request breaks {rules}:\n{violations}"));
        error.inner().violations = Some(violations);
        error
    }

    pub(crate) fn pair(pair: UnexpectedPair) -> Self {
        let mut error = Self::new(ErrorKind::UnexpectedPair, &pair);
        error.inner().pair = Some(pair);
        error
    }

    pub(crate) fn with_wait(mut self, wait: WaitEnded) -> Self {
        self.inner().wait = Some(wait);
        self
    }

    pub(crate) fn with_operation(mut self, operation: &'static str) -> Self {
        if self.0.operation.is_none() {
            self.inner().operation = Some(operation);
        }
        self
    }

    pub(crate) fn with_response(mut self, response: ErrorResponse) -> Self {
        self.inner().response = response;
        self
    }

    pub(crate) fn with_effort(mut self, effort: Effort) -> Self {
        self.inner().effort = effort;
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.inner().response.status = Some(status);
        self
    }

    /// The same failure, of a sign-in.
    pub(crate) fn of_sign_in(mut self) -> Self {
        self.inner().is_of_sign_in = true;
        self.in_context("signing in")
    }

    /// Whether it is one of time, whatever becomes of its kind.
    pub(crate) fn with_timeout(mut self, is_timeout: bool) -> Self {
        self.inner().is_timeout = is_timeout;
        self
    }

    /// The same failure, of a request about these connections.
    pub(crate) fn with_connections(mut self, connections: Vec<ConnectionKey>) -> Self {
        self.inner().connections = connections;
        self
    }

    /// The same failure, of a request that may have taken effect.
    pub(crate) fn with_unknown_outcome(mut self, outcome: OutcomeUnknown) -> Self {
        self.inner().outcome = Some(outcome);
        match self.kind() {
            // It says more.
            ErrorKind::UnexpectedPair => self,
            _ => self.with_kind(ErrorKind::OutcomeUnknown),
        }
    }

    /// What the failure means for the caller.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed, by its id in the OpenAPI document.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation
    }

    /// The HTTP status of the response; that of the identity service if signing in failed.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.response.status
    }

    /// The error code of the service, such as `VPN.0001`; see
    /// [`error_codes`](crate::error_codes).
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.response.code.as_deref()
    }

    /// The message of the service, truncated if it is long.
    #[must_use]
    pub fn service_message(&self) -> Option<&str> {
        self.0.response.message.as_deref()
    }

    /// The id of the request, for the vendor's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.response.request_id.as_deref()
    }

    /// How long to wait before the next attempt, by the service.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.response.retry_after
    }

    /// How many attempts were made, including those that did not get past signing in; 0
    /// for invalid input.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.effort.attempts
    }

    /// How long the call took, all attempts and the waits between them.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.effort.elapsed
    }

    /// Every broken rule, if the input of a request breaks some.
    #[must_use]
    pub fn violations(&self) -> Option<&Violations> {
        self.0.violations.as_ref()
    }

    /// The connections that a failed request was to create or change, with what they can
    /// be found by: those of [`outcome_unknown`](Self::outcome_unknown) and of every other
    /// failure. None for a query, and if the input is invalid.
    ///
    /// The vendor does not document whether a batch that the service rejects has created its
    /// first connection; look for both before creating it again.
    ///
    /// ```
    /// # fn handle(error: otc_vpn::Error) {
    /// for connection in error.connections() {
    ///     println!("look for {connection} before trying again");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn connections(&self) -> &[ConnectionKey] {
        let unknown = self.outcome_unknown().map(OutcomeUnknown::connections);
        unknown.unwrap_or(&self.0.connections)
    }

    /// What is needed to find out whether the request took effect.
    #[must_use]
    pub fn outcome_unknown(&self) -> Option<&OutcomeUnknown> {
        self.0.outcome.as_ref()
    }

    /// What the response to a dual create holds.
    #[must_use]
    pub fn unexpected_pair(&self) -> Option<&UnexpectedPair> {
        self.0.pair.as_ref()
    }

    /// What was last seen of the connections that were waited for.
    #[must_use]
    pub fn wait_ended(&self) -> Option<&WaitEnded> {
        self.0.wait.as_ref()
    }

    /// Whether the service says that it does not know the resource. A 404 without one of
    /// its error codes is another one: of a proxy, a gateway or a wrong address.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.is_of_resource(404) && self.code().is_some_and(|code| NOT_FOUND.contains(&code))
    }

    /// Whether the status is that of the call, and not of the sign-in for it.
    fn is_of_resource(&self, status: u16) -> bool {
        !self.0.is_of_sign_in && self.status() == Some(status)
    }

    /// Whether the service or the identity service rejected the credentials (401) or
    /// their rights do not suffice (403).
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.status(), Some(401 | 403))
    }

    /// Whether the service throttles requests (429).
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.status() == Some(429)
    }

    /// Whether the resource is in a state that forbids the request (409).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.is_of_resource(409)
    }

    /// Whether the same call may be made again later as it is: the request has
    /// certainly had no effect, or changes nothing, and the failure can pass. False
    /// whenever the outcome is unknown.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.effort.is_retryable
    }

    /// Whether the service says that what is to be created exists already, or was just
    /// requested. For a create that follows an [`outcome_unknown`](Self::outcome_unknown)
    /// this is evidence that the first one took effect.
    #[must_use]
    pub fn is_already_there(&self) -> bool {
        self.code().is_some_and(|code| ALREADY_THERE.contains(&code))
    }

    /// Whether there was no response in time, by the clock of the client (with any
    /// [`kind`](Self::kind)) or of the service (408, 504).
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.is_timeout || matches!(self.status(), Some(408 | 504))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(request_id) = self.request_id() {
            write!(f, " (request id {request_id})")?;
        }
        if self.attempts() > 1 {
            write!(f, ", after {} attempts", self.attempts())?;
        }
        if let Some(outcome) = &self.0.outcome {
            f.write_str("; it is not known whether the request took effect")?;
            // That of a pair lists them already.
            if self.0.pair.is_none() && !outcome.connections().is_empty() {
                write!(f, ": look for {}", Listed(outcome.connections()))?;
            }
        }
        Ok(())
    }
}

/// The text, which is what a `main` that returns the error prints; `{:#?}` shows the
/// parts.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match f.alternate() {
            true => f.debug_tuple("Error").field(&self.0).finish(),
            false => fmt::Display::fmt(self, f),
        }
    }
}

/// The text says everything: there is no `source` to repeat it.
impl std::error::Error for Error {}

impl From<InvalidId> for Error {
    fn from(error: InvalidId) -> Self {
        Self::invalid(error)
    }
}

impl From<InvalidPsk> for Error {
    fn from(error: InvalidPsk) -> Self {
        Self::invalid(error)
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    #[test]
    fn display_speaks_of_the_operation_and_the_request_id() {
        let response = ErrorResponse {
            status: Some(404),
            code: Some("VPN.0004".to_owned()),
            request_id: Some("42".to_owned()),
            ..ErrorResponse::default()
        };
        let error = Error::new(ErrorKind::Service, "the service responded with 404 (VPN.0004)")
            .with_response(response)
            .with_operation("show_vpn_connection");
        assert_eq!(
            error.to_string(),
            "show_vpn_connection: the service responded with 404 (VPN.0004) (request id 42)"
        );
        assert!(error.is_not_found() && !error.is_auth() && !error.is_conflict());
    }

    #[test]
    fn a_timeout_stays_one_when_the_outcome_is_unknown() {
        let outcome = OutcomeUnknown::new(Vec::new(), SystemTime::UNIX_EPOCH, 1);
        let error =
            Error::timeout("no response within 60 s".to_owned()).with_unknown_outcome(outcome);
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        assert!(error.is_timeout());
    }
}
