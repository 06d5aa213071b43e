//! What a response means: a success, or which failure.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, Method, StatusCode};
use secrecy::SecretString;
use serde::de::IgnoredAny;

use super::error_body;
use super::exchange::RawResponse;
use super::failure::{Failure, Retry};
use super::retry::{after_response, is_repeatable, says_not_applied};
use crate::error::{Error, ErrorKind, ErrorResponse};
use crate::lenient;

/// A response with a success status, read to its end; `is_json` if its body is documented.
/// `secrets` are taken out of what an error says.
pub(crate) fn classify(
    method: &Method,
    response: RawResponse,
    is_json: bool,
    secrets: impl FnOnce() -> Vec<SecretString>,
) -> Result<RawResponse, Failure> {
    let RawResponse { status, headers, body, cut } = response;
    let has_body = is_json && !matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT);
    let cut = match status.is_success() && has_body {
        true => cut.or_else(|| broken_off(&headers, &body)),
        false => cut,
    };
    if status.is_success() && cut.is_none() {
        return Ok(RawResponse { status, headers, body, cut });
    }
    let mut known = error_body::read(status, &headers, &body, &secrets());
    if cut.is_some() {
        // It may end in the middle of a secret.
        known.excerpt = Some("an incomplete body".to_owned());
    }
    let service_time = error_body::service_time(&headers);
    let failure = match cut {
        Some(cut) if status.is_success() => {
            cut.map_error(|error| error.with_response(known)).for_method(method)
        }
        _ if status.is_client_error() || status.is_server_error() => Failure {
            retry: after_response(method, status, known.code.as_deref()),
            maybe_applied: !says_not_applied(status),
            ..Failure::permanent(service_error(known))
        },
        _ => {
            let note = if status.is_redirection() { "; redirects are not followed" } else { "" };
            let message = format_args!(
                "the service responded with {status}, which is not a documented status{note}"
            );
            let error = Error::new(ErrorKind::UnexpectedResponse, message);
            Failure::permanent(error.with_response(known)).after_sending()
        }
    };
    Err(Failure { service_time, ..failure })
}

/// A body without a length seems complete wherever the connection ends.
fn broken_off(headers: &HeaderMap, body: &[u8]) -> Option<Failure> {
    let has_end = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    if has_end {
        return None;
    }
    let error = serde_json::from_str::<IgnoredAny>(&lenient::text(body)).err()?;
    if !error.is_eof() {
        return None;
    }
    let message = format_args!("the response broke off at line {}", error.line());
    let error = Error::new(ErrorKind::ConnectionLost, message);
    Some(Failure::transient(error).after_sending())
}

impl Failure {
    /// The same failure, which may be retried only if the request is repeatable or has
    /// had no effect.
    pub(crate) fn for_method(self, method: &Method) -> Self {
        let may_repeat = !self.maybe_applied || is_repeatable(method);
        Self { retry: if may_repeat { self.retry } else { Retry::Never }, ..self }
    }
}

/// An error that the service reported.
pub(crate) fn service_error(response: ErrorResponse) -> Error {
    let status = response.status.unwrap_or_default();
    let code = response.code.as_deref().filter(|code| *code != status.to_string());
    let code = code.map(|code| format!(" ({code})")).unwrap_or_default();
    let text = match (&response.message, &response.excerpt) {
        (Some(message), _) => format!("the service responded with {status}{code}: {message}"),
        (None, Some(excerpt)) => {
            format!("the service responded with {status}{code} and {excerpt}")
        }
        (None, None) => format!("the service responded with {status}{code} and an empty body"),
    };
    Error::new(ErrorKind::Service, text).with_response(response)
}

/// A success whose body is not as documented: where it differs, without quoting it.
pub(crate) fn undocumented(error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let (line, column) = (error.line(), error.column());
    let difference = match (error.is_data(), text.split_once(" at line ")) {
        (false, _) => format!("invalid JSON at line {line}, column {column}"),
        (true, Some((missing, _))) if missing.starts_with("missing field ") => missing.to_owned(),
        (true, _) => format!("unexpected value at line {line}, column {column}"),
    };
    let message = format_args!("the response body is not as documented: {difference}");
    Error::new(ErrorKind::UnexpectedResponse, message)
}
