//! One request and its response, within bounds.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::failure::Failure;
use crate::error::{Error, ErrorKind};

/// Most bytes of the body of an error.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// A response as it was received, its body within the bounds.
#[derive(Default)]
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Why the body ends before its end.
    pub(crate) cut: Option<Failure>,
}

/// Sends a request and reads its response, all of it within `limit`. Of a response that
/// breaks off or stalls, the part that was received is kept.
pub(crate) async fn exchange(
    http: &reqwest::Client,
    request: reqwest::Request,
    limit: Duration,
    max_body: usize,
) -> Result<RawResponse, Failure> {
    let mut received = None;
    let complete = receive(http, request, max_body, &mut received);
    let result = match timeout_at(instant_after(limit), complete).await {
        Ok(result) => result,
        Err(_) => {
            let text = format!("no complete response within {limit:?}");
            Err(Failure::transient(Error::timeout(text)).after_sending())
        }
    };
    match (received, result) {
        (Some(response), result) => Ok(RawResponse { cut: result.err(), ..response }),
        (None, Err(failure)) => Err(failure),
        // A request that succeeds leaves its response.
        (None, Ok(())) => Ok(RawResponse::default()),
    }
}

async fn receive(
    http: &reqwest::Client,
    request: reqwest::Request,
    max_body: usize,
    received: &mut Option<RawResponse>,
) -> Result<(), Failure> {
    let mut response = http.execute(request).await.map_err(send_failure)?;
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let received = received.insert(RawResponse { status, headers, ..RawResponse::default() });
    let most = if status.is_success() { max_body } else { MAX_ERROR_BODY };
    while let Some(chunk) = response.chunk().await.map_err(read_failure)? {
        if received.body.len() + chunk.len() > most {
            let message = format_args!("the response body is larger than {most} bytes");
            let error = Error::new(ErrorKind::UnexpectedResponse, message);
            return Err(Failure::permanent(error).after_sending());
        }
        received.body = match received.body.is_empty() {
            true => chunk,
            false => joined(std::mem::take(&mut received.body), &chunk),
        };
    }
    Ok(())
}

fn joined(body: Bytes, chunk: &[u8]) -> Bytes {
    let mut body = BytesMut::from(body);
    body.extend_from_slice(chunk);
    body.freeze()
}

/// Without a runtime, its timers would panic.
pub(crate) fn require_runtime() -> Result<(), Error> {
    tokio::runtime::Handle::try_current().map(drop).map_err(|_| {
        Error::invalid("not inside a tokio runtime: call this from `#[tokio::main]` or the like")
    })
}

/// The end of a limit; a far one if the limit is too long for an instant.
pub(crate) fn instant_after(limit: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(limit).unwrap_or_else(|| now + Duration::from_secs(365 * 24 * 60 * 60))
}

/// A request that got no response.
pub(crate) fn send_failure(error: reqwest::Error) -> Failure {
    let (is_builder, is_connect, is_timeout) =
        (error.is_builder(), error.is_connect(), error.is_timeout());
    let is_transient = is_timeout || sources(&error).any(is_transient);
    let (kind, message) = match (is_builder, is_connect, is_timeout) {
        (true, _, _) => (ErrorKind::InvalidInput, "the request cannot be built"),
        (_, true, _) => (ErrorKind::Connect, "cannot connect"),
        (_, _, true) => (ErrorKind::Timeout, "no response in time"),
        _ => (ErrorKind::ConnectionLost, "the connection was lost before the response"),
    };
    // Of the URL, the rest holds ids.
    let server = error.url().map(|url| format!(" to {}", url.origin().ascii_serialization()));
    let server = server.filter(|_| kind == ErrorKind::Connect).unwrap_or_default();
    let text = format!("{message}{server}: {}", innermost(error));
    let error = Error::new(kind, text).with_timeout(is_timeout);
    match (kind, is_transient) {
        (ErrorKind::Connect, true) => Failure::transient(error),
        (ErrorKind::InvalidInput | ErrorKind::Connect, _) => Failure::permanent(error),
        _ => Failure::transient(error).after_sending(),
    }
}

/// A response that broke off.
fn read_failure(error: reqwest::Error) -> Failure {
    let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::ConnectionLost };
    let is_timeout = error.is_timeout();
    let text = format!("the response broke off: {}", innermost(error));
    let error = Error::new(kind, text).with_timeout(is_timeout);
    Failure::transient(error).after_sending()
}

/// What a failure of reqwest comes from; the layers above repeat it or say less.
fn innermost(error: reqwest::Error) -> String {
    let error = error.without_url();
    sources(&error).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and what it was caused by.
pub(crate) fn sources<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Whether a failed connection may succeed another time: the network failed, or a name
/// could not be found. A wrong certificate is wrapped as an `Other` of the TLS library,
/// or comes as invalid data.
fn is_transient(source: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{InvalidData, Other};
    let mut io = source.downcast_ref::<std::io::Error>();
    // The source of such an error is not the error that it wraps.
    while let Some(inner) = io.and_then(|io| io.get_ref()?.downcast_ref()) {
        io = Some(inner);
    }
    io.is_some_and(|io| !matches!(io.kind(), InvalidData | Other))
}
