//! One call: its attempts, each signed afresh, and what comes of them.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use reqwest::ResponseBuilderExt;
use secrecy::SecretString;
use tracing::Span;

use super::Session;
use super::record::{Record, Sent};
use super::salvage::salvaged;
use crate::auth::signer::Signature;
use crate::error::Error;
use crate::operations;
use crate::transport::attempts::{Attempt, Attempts};
use crate::transport::classify::classify;
use crate::transport::error_body;
use crate::transport::exchange::{RawResponse, exchange, require_runtime};
use crate::transport::failure::{Failure, Retry};
use crate::transport::request_summary::RequestSummary;

/// Most bytes of the body of a success, unless the document says otherwise.
const MAX_BODY: usize = 1024 * 1024;

/// Sends a request until it succeeds, fails for good, or may not be sent again.
pub(super) async fn make(
    session: &Session,
    request: reqwest::Request,
    operation_id: &'static str,
    span: &Span,
) -> Result<reqwest::Response, Error> {
    require_runtime()?;
    reject_other_origin(session, &request)?;
    let mut call = Call::new(session, request, operation_id, span);
    let shared = session.shared();
    let is_query = call.summary.is_query();
    let mut attempts =
        Attempts::new(&shared.timeouts, &shared.retries, Some(&shared.budget), is_query);
    match attempts.run(&mut call).await {
        Ok(response) => call.succeeded(response, &attempts),
        Err(failure) => call.failed(failure, &attempts),
    }
}

/// The generated constructors are public, so this is the only lock.
fn reject_other_origin(session: &Session, request: &reqwest::Request) -> Result<(), Error> {
    let endpoint = &session.shared().endpoint;
    if endpoint.covers(request.url()) {
        return Ok(());
    }
    Err(Error::invalid(format_args!(
        "the request goes to {}, and the credentials are for {} only; nothing was sent",
        request.url().origin().ascii_serialization(),
        endpoint.as_str()
    )))
}

struct Call<'a> {
    session: &'a Session,
    operation_id: &'static str,
    /// Of this call; the current one may be the caller's, if ours is switched off.
    span: &'a Span,
    summary: RequestSummary,
    /// When the first attempt was sent, by the clock of this machine.
    sent_at: Option<SystemTime>,
    /// What the last attempt was signed with.
    signature: Signature,
    was_signed_again: bool,
    last: Option<Failure>,
    /// Whether an attempt before the last one may have been applied.
    earlier_maybe_applied: bool,
    /// Whether any attempt may have been applied.
    maybe_applied: bool,
    /// What came of a success that broke off.
    partial: Bytes,
}

impl Attempt for Call<'_> {
    type Value = RawResponse;

    /// One attempt, and at once another one if fresh credentials may help.
    async fn attempt(&mut self, attempts: &mut Attempts<'_>) -> Result<RawResponse, Failure> {
        let failure = match self.send(attempts).await {
            Ok(response) => return Ok(response),
            Err(failure) => failure,
        };
        self.note(&failure);
        let shared = self.session.shared();
        let may_sign_again = failure.retry == Retry::FreshCredentials
            && !self.was_signed_again
            && attempts.has_time_after(Duration::ZERO)
            && shared.signer.may_sign_again(self.signature, &failure);
        if !may_sign_again {
            return Err(failure);
        }
        self.was_signed_again = true;
        let result = self.send(attempts).await;
        result.inspect_err(|failure| self.note(failure))
    }
}

impl<'a> Call<'a> {
    fn new(
        session: &'a Session,
        request: reqwest::Request,
        operation_id: &'static str,
        span: &'a Span,
    ) -> Self {
        Self {
            session,
            operation_id,
            span,
            summary: RequestSummary::new(request, operations::find(operation_id)),
            sent_at: None,
            signature: Signature::default(),
            was_signed_again: false,
            last: None,
            earlier_maybe_applied: false,
            maybe_applied: false,
            partial: Bytes::new(),
        }
    }

    async fn send(&mut self, attempts: &mut Attempts<'_>) -> Result<RawResponse, Failure> {
        let number = attempts.begin();
        if number > 1 {
            self.span.record("http.request.resend_count", number - 1);
        }
        let shared = self.session.shared();
        let mut request = self.summary.request.try_clone().ok_or_else(|| {
            Failure::permanent(Error::invalid("a request body that is a stream is not supported"))
        })?;
        self.signature = shared.signer.sign(&mut request, attempts.limit_of_credentials()).await?;
        self.summary.note_signature(request.headers());
        // What the service said last is worth more than that the time is up.
        let limit = attempts.limit().map_err(|late| self.last.clone().unwrap_or(late))?;
        self.sent_at.get_or_insert_with(SystemTime::now);
        let bound = self.summary.operation.and_then(|operation| operation.max_response_bytes);
        let method = self.summary.method();
        let response = exchange(&shared.http, request, limit, bound.unwrap_or(MAX_BODY))
            .await
            .map_err(|failure| failure.for_method(method))?;
        let status = response.status.as_u16();
        tracing::debug!(http.response.status_code = status, "received a response");
        if response.status.is_success() && response.cut.is_some() {
            self.partial = response.body.clone();
        }
        let is_json = self.summary.operation.is_some_and(|operation| operation.readable.is_some());
        classify(method, response, is_json, || self.secrets())
    }

    fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = self.session.shared().signer.secrets();
        secrets.extend(self.summary.secrets());
        secrets
    }

    fn note(&mut self, failure: &Failure) {
        self.earlier_maybe_applied = self.maybe_applied;
        self.maybe_applied |= failure.maybe_applied;
        self.last = Some(failure.clone());
    }

    fn succeeded(
        self,
        response: RawResponse,
        attempts: &Attempts<'_>,
    ) -> Result<reqwest::Response, Error> {
        self.session.shared().budget.earn();
        self.record(response.status, || {
            let RawResponse { status, headers, .. } = &response;
            error_body::request_id(headers)?;
            // A response may repeat a secret in any place.
            error_body::read(*status, headers, &[], &self.secrets()).request_id
        });
        let (status, body) = (response.status, response.body.clone());
        let url = self.summary.request.url().clone();
        let session = self.session;
        let readable = self.summary.operation.and_then(|operation| operation.readable);
        let record = Record { response, sent: self.sent(attempts, false) };
        if let Some(slot) = session.slot() {
            // It is empty: the session was made for this call alone.
            let _ = slot.set(record);
            // The caller decodes the body, and finds the headers in the record.
            return Ok(rebuilt(url, status, HeaderMap::new(), body));
        }
        let body = match readable {
            Some(readable) => readable(body),
            None => Ok(body),
        };
        match body {
            Ok(body) => Ok(rebuilt(url, status, record.response.headers, body)),
            Err(error) => Err(record.undocumented(&error, session.shared().signer.secrets())),
        }
    }

    fn record(&self, status: StatusCode, request_id: impl FnOnce() -> Option<String>) {
        if !self.span.is_disabled() {
            self.span.record("http.response.status_code", status.as_u16());
            self.span.record("otc.request_id", request_id());
        }
    }

    fn sent(self, attempts: &Attempts<'_>, is_retryable: bool) -> Sent {
        Sent {
            operation_id: self.operation_id,
            sent_at: self.sent_at.unwrap_or_else(SystemTime::now),
            effort: attempts.effort(is_retryable),
            summary: self.summary,
            span: self.span.clone(),
        }
    }

    /// The end of a call whose last attempt failed.
    fn failed(self, failure: Failure, attempts: &Attempts<'_>) -> Result<reqwest::Response, Error> {
        let Failure { error, retry, .. } = failure;
        if self.is_deleted_already(&error) {
            let status = StatusCode::NO_CONTENT;
            return self.succeeded(RawResponse { status, ..RawResponse::default() }, attempts);
        }
        if let Some(status) = error.status().and_then(|status| StatusCode::from_u16(status).ok()) {
            self.record(status, || error.request_id().map(str::to_owned));
        }
        let received = match self.partial.is_empty() {
            true => Vec::new(),
            false => salvaged(&self.partial, self.summary.operation, &self.secrets()),
        };
        let maybe_applied = self.maybe_applied;
        Err(self.sent(attempts, retry == Retry::Later).failed(error, maybe_applied, received))
    }

    /// Whether an attempt before this one has deleted what is not found.
    fn is_deleted_already(&self, error: &Error) -> bool {
        self.summary.method() == Method::DELETE
            && self.earlier_maybe_applied
            && error.is_not_found()
    }
}

/// The response with the body that was read.
fn rebuilt(
    url: url::Url,
    status: StatusCode,
    mut headers: HeaderMap,
    body: Bytes,
) -> reqwest::Response {
    let mut response = http::Response::builder().url(url).body(body).unwrap_or_default();
    *response.status_mut() = status;
    if !headers.is_empty() {
        headers.remove(http::header::CONTENT_LENGTH);
        *response.headers_mut() = headers;
    }
    response.into()
}
