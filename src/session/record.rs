//! What is kept of a call for the one who decodes its success.

use std::time::SystemTime;

use secrecy::SecretString;
use tracing::Span;
use tracing::field::debug;

use crate::error::{Effort, Error, OutcomeUnknown};
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
pub(super) fn trace_failure(span: &Span, error: &Error) {
    match error.status() {
        Some(status) if status >= 400 => span.record("error.type", status.to_string()),
        _ => span.record("error.type", debug(error.kind())),
    };
    span.record("otel.status_code", "ERROR");
    span.in_scope(|| tracing::debug!("the call failed"));
}

impl Record {
    /// The failure of a success that is not as documented.
    pub(crate) fn undocumented(
        &self,
        error: &serde_json::Error,
        mut secrets: Vec<SecretString>,
    ) -> Error {
        let RawResponse { status, headers, body, .. } = &self.response;
        secrets.extend(self.sent.summary.secrets());
        let known = error_body::read(*status, headers, body, secrets);
        let error = self.sent.failed(undocumented(error).with_response(known), true);
        trace_failure(&self.sent.span, &error);
        error
    }
}

impl Sent {
    /// The error of a call whose last attempt failed.
    pub(crate) fn failed(&self, error: Error, maybe_applied: bool) -> Error {
        let effort = self.effort;
        if !maybe_applied || self.summary.is_query() {
            return error.with_operation(self.operation_id).with_effort(effort);
        }
        let connections = self.summary.connections();
        let outcome = OutcomeUnknown::new(connections, self.sent_at, effort.attempts);
        error
            .with_operation(self.operation_id)
            .with_effort(Effort { is_retryable: false, ..effort })
            .with_unknown_outcome(outcome)
    }
}
