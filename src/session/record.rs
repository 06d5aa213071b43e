//! What is kept of a call for the one who decodes its success.

use std::time::SystemTime;

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tracing::Span;
use tracing::field::debug;

use super::salvage::{cleaned, salvaged};
use crate::error::{
    ConnectionKey, Effort, Error, ErrorKind, ErrorResponse, Listed, OutcomeUnknown, Unexpected,
    UnexpectedPair,
};
use crate::lenient;
use crate::transport::classify::undocumented;
use crate::transport::error_body;
use crate::transport::exchange::RawResponse;
use crate::transport::request_summary::RequestSummary;

pub(crate) struct Record {
    pub(crate) response: RawResponse,
    pub(crate) sent: Sent,
}

/// A request that was sent.
pub(crate) struct Sent {
    pub(crate) summary: RequestSummary,
    pub(crate) operation_id: &'static str,
    /// When the first attempt was sent, by the clock of this machine.
    pub(crate) sent_at: SystemTime,
    pub(crate) effort: Effort,
    pub(crate) span: Span,
}

/// Notes in the span of a call that it failed.
pub(crate) fn trace_failure(span: &Span, error: &Error) {
    match error.status() {
        Some(status) if status >= 400 => span.record("error.type", status.to_string()),
        _ => span.record("error.type", debug(error.kind())),
    };
    span.record("otel.status_code", "ERROR");
    span.in_scope(|| tracing::debug!("the call failed"));
}

impl Record {
    /// The value of a success from which serde cannot read it.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        error: &serde_json::Error,
        secrets: impl FnOnce() -> Vec<SecretString>,
    ) -> Result<T, Error> {
        let read = self.sent.span.in_scope(|| lenient::read(&self.response.body));
        read.ok_or_else(|| self.undocumented(error, secrets()))
    }

    /// The failure of a success that is not as documented.
    pub(crate) fn undocumented(
        &self,
        error: &serde_json::Error,
        mut secrets: Vec<SecretString>,
    ) -> Error {
        secrets.extend(self.sent.summary.secrets());
        let received = salvaged(&self.response.body, self.sent.summary.operation, &secrets);
        self.failed(undocumented(error), received, &secrets)
    }

    /// The failure of a success that is about other connections than the request.
    pub(crate) fn unexpected(
        &self,
        unexpected: Unexpected,
        mut secrets: Vec<SecretString>,
    ) -> Error {
        let Unexpected { expected, pair, received } = unexpected;
        secrets.extend(self.sent.summary.secrets());
        let received: Vec<_> = received.into_iter().map(|key| cleaned(key, &secrets)).collect();
        let error = match pair {
            Some(requested) => {
                Error::pair(UnexpectedPair { requested, received: received.clone() })
            }
            None => {
                let held = match received.as_slice() {
                    [] => "nothing".to_owned(),
                    received => Listed(received).to_string(),
                };
                let message = format_args!("the response holds {held}; expected {expected}");
                Error::new(ErrorKind::UnexpectedResponse, message)
            }
        };
        self.failed(error, received, &secrets)
    }

    fn failed(
        &self,
        error: Error,
        received: Vec<ConnectionKey>,
        secrets: &[SecretString],
    ) -> Error {
        let RawResponse { status, headers, body, .. } = &self.response;
        let known = error_body::read(*status, headers, body, secrets);
        let known = ErrorResponse { excerpt: None, ..known };
        self.sent.failed(error.with_response(known), true, received)
    }
}

/// Puts what was received to what was requested, by the address; what is alone needs none.
fn merge(keys: &mut Vec<ConnectionKey>, received: Vec<ConnectionKey>) {
    let requested = keys.len();
    let is_alone = requested == 1 && received.len() == 1;
    for key in received {
        let is_for = |it: &&mut ConnectionKey| {
            it.id.is_none() && (it.vgw_ip == key.vgw_ip || is_alone && key.vgw_ip.is_none())
        };
        match keys.iter_mut().take(requested).find(is_for) {
            Some(requested) => requested.id = key.id,
            None => keys.push(key),
        }
    }
}

impl Sent {
    /// The error of a call whose last attempt failed, with the connections of the response.
    pub(crate) fn failed(
        &self,
        error: Error,
        maybe_applied: bool,
        received: Vec<ConnectionKey>,
    ) -> Error {
        let effort = self.effort;
        let error = error.with_operation(self.operation_id).with_effort(effort);
        if self.summary.is_query() {
            return error;
        }
        let secrets = self.summary.secrets();
        let requested = self.summary.connections().into_iter();
        let mut connections = requested.map(|key| cleaned(key, &secrets)).collect();
        merge(&mut connections, received);
        if !maybe_applied {
            return error.with_connections(connections);
        }
        let outcome = OutcomeUnknown::new(connections, self.sent_at, effort.attempts);
        error.with_effort(Effort { is_retryable: false, ..effort }).with_unknown_outcome(outcome)
    }
}
