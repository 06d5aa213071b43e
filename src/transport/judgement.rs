//! What an answer means: a success, or which failure.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use reqwest::ResponseBuilderExt;

use super::answer::{self, Said};
use super::exchange::Exchange;
use super::retry::{Again, after_answer, says_undone};
use super::{conversion, retry};
use crate::document::operations;
use crate::error::{Error, ErrorKind};
use crate::response::RawAnswer;

/// A failed attempt.
pub(super) struct Failure {
    pub(super) error: Error,
    /// Whether the request has certainly had no effect.
    pub(super) undone: bool,
    pub(super) again: Again,
    /// The answer of the service, for the generated client to read as an error.
    pub(super) answer: Option<Box<reqwest::Response>>,
}

impl Failure {
    /// Nothing was sent, and sending it again fails again.
    pub(super) fn final_and_undone(error: Error) -> Self {
        Self { error, undone: true, again: Again::Never, answer: None }
    }

    /// Nothing was sent, and another attempt may succeed.
    pub(super) fn passing_and_undone(error: Error) -> Self {
        Self { again: Again::Later, ..Self::final_and_undone(error) }
    }

    /// The request was sent, and its answer would be the same again.
    pub(super) fn final_and_open(error: Error) -> Self {
        Self { undone: false, ..Self::final_and_undone(error) }
    }

    /// The request was sent, and another attempt may succeed.
    pub(super) fn passing_and_open(error: Error) -> Self {
        Self { again: Again::Later, ..Self::final_and_open(error) }
    }

    /// Only what repeats without harm, or has had no effect, may be sent again.
    pub(super) fn of(self, method: &Method) -> Self {
        let may_repeat = self.undone || retry::repeats(method);
        Self { again: if may_repeat { self.again } else { Again::Never }, ..self }
    }
}

/// A success: what is given back, and what it says beside.
pub(super) struct Success {
    pub(super) response: reqwest::Response,
    pub(super) raw: RawAnswer,
}

pub(super) fn judge(said: &Said, operation: &str, exchange: Exchange) -> Result<Success, Failure> {
    let Exchange { url, status, headers, body, cut } = exchange;
    let answer = answer::read(status, &headers, &body, said);
    tracing::debug!(
        http.response.status_code = status.as_u16(),
        otc.request_id = answer.request_id.as_deref(),
        "answered"
    );

    if status.is_success() {
        if let Some(cut) = cut {
            return Err(Failure { error: cut.error.with_answer(answer), ..cut });
        }
        // A delete has no body to be read.
        if said.method != Method::DELETE || !body.is_empty() {
            operations::decode(operation, &body).map_err(|error| {
                let error = conversion::undocumented(&error).with_answer(answer.clone());
                Failure::final_and_open(error)
            })?;
        }
        let raw = RawAnswer {
            status_code: status.as_u16(),
            request_id: answer.request_id,
            body: body.clone(),
            outcome: None,
        };
        return Ok(Success { response: rebuilt(url, status, headers, body), raw });
    }
    if status.is_client_error() || status.is_server_error() {
        let again = after_answer(&said.method, status, answer.code.as_deref());
        let body = answer.documented_body();
        let error = conversion::service_error(answer);
        let answer = Some(Box::new(rebuilt(url, status, headers, body.into())));
        return Err(Failure { error, undone: says_undone(status), again, answer });
    }
    let note = if status.is_redirection() { ", and redirects are not followed" } else { "" };
    let message = format_args!("the service answered {status}, which is not documented{note}");
    let error = Error::new(ErrorKind::UnexpectedResponse, message).with_answer(answer);
    Err(Failure::final_and_open(error))
}

/// The answer with the body that was read, or with the documented one for it.
pub(super) fn rebuilt(
    url: url::Url,
    status: StatusCode,
    mut headers: HeaderMap,
    body: Bytes,
) -> reqwest::Response {
    headers.remove(http::header::CONTENT_LENGTH);
    let mut response = http::Response::builder().url(url).body(body).unwrap_or_default();
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}
