//! One call: its attempts, and the waits between them.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use tokio::time::{Instant, sleep};
use tracing::Span;

use super::answer::Said;
use super::exchange::{exchange, far_away, max_success_body};
use super::judgement::{Failure, Success, judge, rebuilt};
use super::retry::{self, Again};
use super::session::Session;
use super::signer::Used;
use crate::error::{Effort, Error, OutcomeUnknown};
use crate::response::RawAnswer;

/// Sends a request until it succeeds, fails for good, or may not be sent again. An
/// error that the API documents is given back as the answer it is.
pub(super) async fn make(
    session: &Session,
    request: reqwest::Request,
    operation: &'static str,
    span: &Span,
) -> Result<reqwest::Response, Error> {
    refuse_other_origin(session, &request)?;
    let mut call = Call::new(session, &request, operation, span);
    loop {
        let Some(attempt) = request.try_clone() else {
            return Err(Error::invalid("a body that is a stream cannot be sent"));
        };
        match call.attempt(attempt).await {
            Ok(success) => return Ok(call.succeeded(success)),
            Err(failure) => {
                call.note(&failure);
                if call.may_sign_again(&failure) {
                    continue;
                }
                match call.wait_after(&failure) {
                    Some(wait) => sleep(wait).await,
                    None => return call.failed(failure, request.url()),
                }
            }
        }
    }
}

/// The generated constructors are public, so this is the only lock.
fn refuse_other_origin(session: &Session, request: &reqwest::Request) -> Result<(), Error> {
    if session.endpoint().covers(request.url()) {
        return Ok(());
    }
    Err(Error::invalid(format_args!(
        "the request goes to {}, and the credentials are for {} only; nothing was sent",
        request.url().origin().ascii_serialization(),
        session.endpoint().as_str()
    )))
}

struct Call<'a> {
    session: &'a Session,
    operation: &'static str,
    /// Of this call; the current one may be the caller's, if ours is switched off.
    span: &'a Span,
    said: Said,
    started: Instant,
    started_at: SystemTime,
    deadline: Instant,
    attempts: u32,
    /// What the last attempt was signed with.
    used: Used,
    was_renewed: bool,
    /// Whether an attempt before the last one may have had an effect.
    was_open: bool,
    /// Whether an attempt may have had an effect.
    is_open: bool,
}

impl<'a> Call<'a> {
    fn new(
        session: &'a Session,
        request: &reqwest::Request,
        operation: &'static str,
        span: &'a Span,
    ) -> Self {
        let started = Instant::now();
        Self {
            session,
            operation,
            span,
            said: Said::by(session.signer().secrets(), request),
            started,
            started_at: SystemTime::now(),
            deadline: started.checked_add(session.timeouts().operation).unwrap_or_else(far_away),
            attempts: 0,
            used: Used::default(),
            was_renewed: false,
            was_open: false,
            is_open: false,
        }
    }

    async fn attempt(&mut self, mut request: reqwest::Request) -> Result<Success, Failure> {
        self.attempts += 1;
        if self.attempts > 1 {
            self.span.record("http.request.resend_count", self.attempts - 1);
        }
        let timeouts = self.session.timeouts();
        let signer = self.session.signer();
        self.used = signer.sign(&mut request, timeouts.query_attempt.min(self.time_left())).await?;
        self.said.signed(request.headers());
        if self.time_left().is_zero() {
            let text = format!("no time left of {:?} to send the request", timeouts.operation);
            return Err(Failure::final_and_undone(Error::timeout(text)));
        }
        let limit =
            if self.said.reads() { timeouts.query_attempt } else { timeouts.change_attempt };
        let limit = limit.min(self.time_left());
        let max_body = max_success_body(self.operation);
        let result = exchange(self.session.http(), request, limit, max_body)
            .await
            .and_then(|exchange| judge(&self.said, self.operation, exchange));
        result.map_err(|failure| failure.of(&self.said.method))
    }

    fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    fn note(&mut self, failure: &Failure) {
        self.was_open = self.is_open;
        self.is_open |= !failure.undone;
    }

    /// Whether the request may be sent at once, signed afresh; once in a call.
    fn may_sign_again(&mut self, failure: &Failure) -> bool {
        if failure.again != Again::FreshToken || self.was_renewed || self.time_left().is_zero() {
            return false;
        }
        self.was_renewed = true;
        self.session.signer().renew(self.used, failure)
    }

    /// How long to wait for the next attempt, if there is to be one.
    fn wait_after(&self, failure: &Failure) -> Option<Duration> {
        let retries = self.session.retries();
        if failure.again != Again::Later || self.attempts >= retries.attempts {
            return None;
        }
        let wait = retry::wait(retries, self.attempts, failure.error.retry_after())?;
        let is_in_time = Instant::now().checked_add(wait)? < self.deadline;
        if !is_in_time || !self.session.budget().pay() {
            return None;
        }
        tracing::debug!(attempt = self.attempts, kind = ?failure.error.kind(), ?wait, "trying again");
        Some(wait)
    }

    fn succeeded(&self, success: Success) -> reqwest::Response {
        let Success { response, mut raw } = success;
        self.session.budget().earn();
        self.record(raw.status_code, raw.request_id.as_deref());
        raw.outcome = (!self.said.reads()).then(|| self.outcome());
        self.session.leave(raw);
        response
    }

    fn record(&self, status: u16, request_id: Option<&str>) {
        self.span.record("http.response.status_code", status);
        self.span.record("otc.request_id", request_id);
    }

    /// The end of a call whose last attempt failed.
    fn failed(&self, failure: Failure, url: &url::Url) -> Result<reqwest::Response, Error> {
        let Failure { error, again, answer, .. } = failure;
        if answer.is_some() && self.is_deleted_already(&error) {
            return Ok(self.succeeded(nothing(url.clone(), error.request_id())));
        }
        if let Some(status) = error.status() {
            self.record(status, error.request_id());
        }
        let is_open = self.is_open && !self.said.reads();
        let effort = Effort {
            attempts: self.attempts,
            elapsed: self.started.elapsed(),
            retryable: again == Again::Later && !is_open,
        };
        match answer {
            Some(mut answer) if !is_open => {
                effort.write(answer.headers_mut());
                Ok(*answer)
            }
            _ if is_open => Err(error.with_effort(effort).with_unknown_outcome(self.outcome())),
            _ => Err(error.with_effort(effort)),
        }
    }

    /// Whether an attempt before this one has deleted what is not found.
    fn is_deleted_already(&self, error: &Error) -> bool {
        self.said.method == Method::DELETE && self.was_open && error.is_not_found()
    }

    fn outcome(&self) -> OutcomeUnknown {
        OutcomeUnknown::new(self.said.connections(), self.started_at, self.attempts)
    }
}

/// A success without a body.
fn nothing(url: url::Url, request_id: Option<&str>) -> Success {
    let status = StatusCode::NO_CONTENT;
    let raw = RawAnswer {
        status_code: status.as_u16(),
        request_id: request_id.map(str::to_owned),
        body: Bytes::new(),
        outcome: None,
    };
    Success { response: rebuilt(url, status, HeaderMap::new(), Bytes::new()), raw }
}
