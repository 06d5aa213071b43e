//! Between our error and the two that it travels in: reqwest's, which is all
//! that the hook may return, and progenitor's, which is what its caller sees.

use std::error::Error as StdError;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::answer::retry_after;
use super::judgement::Failure;
use crate::error::{Answer, Cause, Effort, Error, ErrorKind};
use crate::generated::{self, types::ErrorBody};

/// Puts our error into the source of a reqwest error, by way of a body that
/// fails with it.
pub(super) async fn carry(error: Error) -> reqwest::Result<reqwest::Response> {
    struct Failing(Option<Error>);

    impl Body for Failing {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
            Poll::Ready(self.0.take().map(Err))
        }
    }

    let body = reqwest::Body::wrap(Failing(Some(error)));
    let response = reqwest::Response::from(http::Response::new(body));
    response.bytes().await.map(|rest| http::Response::new(rest).into())
}

/// Our error, if it is what `error` carries.
fn carried(error: &reqwest::Error) -> Option<Error> {
    sources(error).find_map(|source| source.downcast_ref::<Error>()).cloned()
}

fn sources<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// What a failure of reqwest says, without its URL.
fn cause(error: reqwest::Error) -> Cause {
    let timeout = error.is_timeout();
    let error = error.without_url();
    let mut texts: Vec<String> = sources(&error).map(ToString::to_string).collect();
    texts.dedup();
    Cause { text: texts.join(": "), timeout }
}

/// A request that got no answer.
pub(super) fn send_failure(error: reqwest::Error) -> Failure {
    let (is_builder, is_connect, is_timeout) =
        (error.is_builder(), error.is_connect(), error.is_timeout());
    let is_passing = is_timeout || sources(&error).any(is_passing);
    let (kind, message) = match (is_builder, is_connect, is_timeout) {
        (true, _, _) => (ErrorKind::InvalidInput, "the request cannot be built"),
        (_, true, _) => (ErrorKind::Connect, "no connection to the service"),
        (_, _, true) => (ErrorKind::Timeout, "no answer in time"),
        _ => (ErrorKind::ConnectionLost, "the connection broke before the answer"),
    };
    let cause = cause(error);
    let error = Error::new(kind, format_args!("{message}: {cause}")).with_cause(cause);
    match (kind, is_passing) {
        (ErrorKind::Connect, true) => Failure::passing_and_undone(error),
        (ErrorKind::InvalidInput | ErrorKind::Connect, _) => Failure::final_and_undone(error),
        _ => Failure::passing_and_open(error),
    }
}

/// Whether a failed connection may be made another time: the network failed, or a
/// name could not be found. A wrong certificate is wrapped as an `Other` of the TLS
/// library, or comes as data that is not valid.
fn is_passing(source: &(dyn StdError + 'static)) -> bool {
    use std::io::ErrorKind::{InvalidData, Other};
    let mut io = source.downcast_ref::<std::io::Error>();
    // The source of such an error is not the error that it wraps.
    while let Some(inner) = io.and_then(|io| io.get_ref()?.downcast_ref()) {
        io = Some(inner);
    }
    io.is_some_and(|io| !matches!(io.kind(), InvalidData | Other))
}

/// An answer that broke off.
pub(super) fn read_failure(error: reqwest::Error) -> Failure {
    let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::ConnectionLost };
    let cause = cause(error);
    let error = Error::new(kind, format_args!("the answer broke off: {cause}")).with_cause(cause);
    Failure::passing_and_open(error)
}

/// An error answer of the service.
pub(super) fn service_error(answer: Answer) -> Error {
    let status = answer.status.unwrap_or_default();
    let code = answer.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
    let message = answer.message.as_deref().unwrap_or("without saying why");
    let separator = if answer.message.is_some() { ":" } else { "" };
    let text = format!("the service answered {status}{code}{separator} {message}");
    Error::new(ErrorKind::Service, text).with_answer(answer)
}

/// Turns a failure of the generated client into the error of this crate.
///
/// Use it for calls through [`Client::api`](crate::Client::api): progenitor's own
/// error shows bodies and headers, and calls every failure of the transport
/// retryable, also one whose outcome is unknown.
///
/// ```no_run
/// # async fn call(client: otc_vpn::Client) -> Result<(), otc_vpn::Error> {
/// let answer = client
///     .api()
///     .show_vpn_connection()
///     .project_id("0123456789abcdef0123456789abcdef")
///     .vpn_connection_id("18be2aa1-demo-410f-832e-4d8ba13b4c5d")
///     .send()
///     .await
///     .map_err(otc_vpn::Error::from)?;
/// # Ok(())
/// # }
/// ```
impl From<generated::Error<ErrorBody>> for Error {
    fn from(error: generated::Error<ErrorBody>) -> Self {
        use generated::Error as Generated;
        match error {
            Generated::InvalidRequest(message) => Self::invalid(message),
            Generated::CommunicationError(error)
            | Generated::ResponseBodyError(error)
            | Generated::InvalidUpgrade(error) => {
                carried(&error).unwrap_or_else(|| send_failure(error).error)
            }
            Generated::ErrorResponse(response) => {
                let status = response.status().as_u16();
                let effort = Effort::read(response.headers());
                let hint = response.headers().get(http::header::RETRY_AFTER);
                let retry_after = hint.and_then(|hint| retry_after(hint.to_str().ok()?));
                let body = response.into_inner();
                service_error(Answer {
                    status: Some(status),
                    code: body.error_code.or(body.code),
                    message: body.error_msg.or(body.message),
                    request_id: body.request_id,
                    retry_after,
                })
                .with_effort(effort)
            }
            Generated::InvalidResponsePayload(_, error) => undocumented(&error),
            Generated::UnexpectedResponse(response) => Self::new(
                ErrorKind::UnexpectedResponse,
                format_args!("the service answered {}, which is not documented", response.status()),
            )
            .with_status(response.status().as_u16()),
            Generated::Custom(message) => Self::new(ErrorKind::UnexpectedResponse, message),
        }
    }
}

/// A body that is not the documented one: where it differs, without quoting it.
pub(super) fn undocumented(error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let (line, column) = (error.line(), error.column());
    let difference = match (error.is_data(), text.strip_prefix("missing field ")) {
        (false, _) => format!("it is no JSON at line {line}, column {column}"),
        (true, Some(field)) => format!("it lacks the field {field}"),
        (true, None) => format!("it differs at line {line}, column {column}"),
    };
    let message = format_args!("the answer is not the documented one: {difference}");
    Error::new(ErrorKind::UnexpectedResponse, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::OutcomeUnknown;
    use std::time::SystemTime;

    #[tokio::test]
    async fn our_error_survives_the_journey() {
        let outcome = OutcomeUnknown::new(Vec::new(), SystemTime::UNIX_EPOCH, 1);
        let error =
            Error::new(ErrorKind::ConnectionLost, "cut").with_unknown_outcome(outcome.clone());
        let carried = carry(error).await.unwrap_err();
        let seen = generated::Error::<ErrorBody>::CommunicationError(carried);
        assert!(seen.is_retryable(), "the reason for the warning in the docs");
        let found = Error::from(seen);
        assert_eq!(found.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(found.outcome_unknown(), Some(&outcome));
    }

    #[test]
    fn a_body_is_never_quoted() {
        let quoting = serde_json::from_str::<u32>("\"the-secret\"").unwrap_err();
        assert!(quoting.to_string().contains("the-secret"));
        let body = Bytes::from_static(b"\"the-secret\"");
        let error = Error::from(generated::Error::InvalidResponsePayload(body, quoting));
        assert!(!format!("{error} {error:?}").contains("the-secret"));
    }
}
