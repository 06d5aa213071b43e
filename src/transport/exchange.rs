//! One request and its answer.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::conversion;
use super::judgement::Failure;
use crate::document::operations::MAX_RESPONSE_BYTES;
use crate::error::{Error, ErrorKind};

/// Most bytes of the body of a success, unless the document says otherwise.
const MAX_BODY: usize = 1024 * 1024;
/// Most bytes of the body of an error.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// An answer as it came, its body within the bounds.
pub(super) struct Exchange {
    pub(super) url: url::Url,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Why the body ends before its end.
    pub(super) cut: Option<Failure>,
}

/// Sends a request and reads its answer, all of it within `limit`. What there is
/// of an answer that breaks off or stalls is kept.
pub(super) async fn exchange(
    http: &reqwest::Client,
    request: reqwest::Request,
    limit: Duration,
    max_body: usize,
) -> Result<Exchange, Failure> {
    let deadline = Instant::now().checked_add(limit).unwrap_or_else(far_away);
    let mut response = timeout_at(deadline, http.execute(request))
        .await
        .map_err(|_| no_answer_within(limit))?
        .map_err(conversion::send_failure)?;
    let mut exchange = Exchange {
        url: response.url().clone(),
        status: response.status(),
        headers: response.headers().clone(),
        body: Bytes::new(),
        cut: None,
    };
    let most = match exchange.status.is_success() {
        true => max_body,
        false => MAX_ERROR_BODY,
    };
    let mut body = BytesMut::new();
    exchange.cut = loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(chunk))) if body.len() + chunk.len() <= most => {
                body.extend_from_slice(&chunk);
            }
            Ok(Ok(Some(_))) => {
                let message = format_args!("the answer is larger than {most} bytes");
                let error = Error::new(ErrorKind::UnexpectedResponse, message);
                break Some(Failure::final_and_open(error));
            }
            Ok(Ok(None)) => break None,
            Ok(Err(error)) => break Some(conversion::read_failure(error)),
            Err(_) => break Some(no_answer_within(limit)),
        }
    };
    exchange.body = body.freeze();
    Ok(exchange)
}

/// Most bytes of the body of a success of an operation.
pub(super) fn max_success_body(operation: &str) -> usize {
    let own = MAX_RESPONSE_BYTES.iter().find(|(id, _)| *id == operation);
    own.map_or(MAX_BODY, |(_, most)| *most)
}

fn no_answer_within(limit: Duration) -> Failure {
    let text = format!("no complete answer within {limit:?}");
    Failure::passing_and_open(Error::timeout(text))
}

/// An instant that no call lives to see; the limit was too far to be one.
pub(super) fn far_away() -> Instant {
    Instant::now() + Duration::from_secs(365 * 24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_is_bounded_by_the_document_or_by_default() {
        let [first, ..] = MAX_RESPONSE_BYTES else { panic!("the document has bounds") };
        assert_eq!(max_success_body(first.0), first.1);
        assert_eq!(max_success_body("an_operation_to_come"), MAX_BODY);
        assert_ne!(first.1, MAX_BODY, "this test can tell them apart");
    }
}
