//! The hooks of the generated client: every request of this crate, also a raw
//! one through [`Client::api`](crate::Client::api), goes through here.

pub(crate) mod answer;
pub(crate) mod conversion;
pub(crate) mod session;

use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::ResponseBuilderExt;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;
use tracing::field::Empty;

use crate::document::operations;
use crate::error::{Cause, Error, ErrorKind, OutcomeUnknown};
use crate::generated;
use crate::response::RawAnswer;
use answer::Said;
use session::Session;

/// Most bytes of the body of a success.
const MAX_BODY: usize = 1024 * 1024;
/// Most bytes of the body of an error.
const MAX_ERROR_BODY: usize = 64 * 1024;

impl ClientHooks<Session> for generated::Client {
    /// Takes off the version header that the generator adds: the service knows
    /// none.
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), generated::Error<E>> {
        request.headers_mut().remove("api-version");
        Ok(())
    }

    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        match send(self.inner(), request, info.operation_id).await {
            Ok(response) => Ok(response),
            Err(error) => conversion::carry(error).await,
        }
    }
}

/// Sends a request and reads its answer. An answer that the API documents, also
/// an error, is given back; everything else is an error of ours.
async fn send(
    session: &Session,
    request: reqwest::Request,
    operation: &'static str,
) -> Result<reqwest::Response, Error> {
    let span = tracing::info_span!(
        "otc_vpn",
        otel.kind = "client",
        otel.name = operation,
        http.request.method = request.method().as_str(),
        server.address = session.endpoint().host(),
        server.port = session.endpoint().port(),
        http.response.status_code = Empty,
        otc.request_id = Empty,
        error.type = Empty,
    );
    async {
        let result = attempt(session, request, operation).await;
        if let Err(error) = &result {
            tracing::Span::current().record("error.type", tracing::field::debug(error.kind()));
            tracing::debug!("the request failed");
        }
        result.map_err(|error| error.with_operation(operation))
    }
    .instrument(span)
    .await
}

async fn attempt(
    session: &Session,
    mut request: reqwest::Request,
    operation: &str,
) -> Result<reqwest::Response, Error> {
    if !session.endpoint().covers(request.url()) {
        return Err(Error::invalid(format_args!(
            "the request goes to {}, and the credentials are for {} only; nothing was sent",
            request.url().origin().ascii_serialization(),
            session.endpoint().as_str()
        )));
    }
    session.credentials().sign(request.headers_mut());
    let said = Said::by(session.credentials(), &request);
    let limit = match said.reads() {
        true => session.timeouts().read,
        false => session.timeouts().write,
    };
    let sent_at = SystemTime::now();
    let result = exchange(session, request, limit).await;
    result.and_then(|exchange| judge(session, &said, operation, exchange)).map_err(|error| {
        match said.reads() || certainly_not_done(&error) {
            true => error,
            false => {
                error.with_unknown_outcome(OutcomeUnknown::new(said.connections(), sent_at, 1))
            }
        }
    })
}

/// Whether a request that failed so has certainly had no effect.
fn certainly_not_done(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Connect)
}

fn no_answer_within(limit: Duration) -> Error {
    let text = format!("no complete answer within {limit:?}");
    Error::new(ErrorKind::Timeout, &text).with_cause(Cause { text, timeout: true })
}

/// An answer as it came, its body within the bounds.
struct Exchange {
    url: url::Url,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// Why the body ends before its end.
    cut: Option<Error>,
}

/// Sends a request and reads its answer, all of it within `limit`. What there is
/// of an answer that breaks off or stalls is kept.
async fn exchange(
    session: &Session,
    request: reqwest::Request,
    limit: Duration,
) -> Result<Exchange, Error> {
    let deadline = Instant::now() + limit;
    let mut response = timeout_at(deadline, session.http().execute(request))
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
    let most = if exchange.status.is_success() { MAX_BODY } else { MAX_ERROR_BODY };
    let mut body = BytesMut::new();
    exchange.cut = loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(chunk))) if body.len() + chunk.len() <= most => {
                body.extend_from_slice(&chunk);
            }
            Ok(Ok(Some(_))) => {
                let message = format_args!("the answer is larger than {most} bytes");
                break Some(Error::new(ErrorKind::UnexpectedAnswer, message));
            }
            Ok(Ok(None)) => break None,
            Ok(Err(error)) => break Some(conversion::read_failure(error)),
            Err(_) => break Some(no_answer_within(limit)),
        }
    };
    exchange.body = body.freeze();
    Ok(exchange)
}

fn judge(
    session: &Session,
    said: &Said,
    operation: &str,
    exchange: Exchange,
) -> Result<reqwest::Response, Error> {
    let Exchange { url, status, headers, body, cut } = exchange;
    let answer = answer::read(status, &headers, &body, said);
    let span = tracing::Span::current();
    span.record("http.response.status_code", status.as_u16());
    span.record("otc.request_id", answer.request_id.as_deref());
    tracing::debug!("answered");

    if status.is_success() {
        if let Some(cut) = cut {
            return Err(cut.with_answer(answer));
        }
        // A delete has no body to be read.
        if said.method != Method::DELETE || !body.is_empty() {
            operations::decode(operation, &body)
                .map_err(|error| conversion::undocumented(&error).with_answer(answer.clone()))?;
        }
        session.leave(RawAnswer {
            status_code: status.as_u16(),
            request_id: answer.request_id,
            body: body.clone(),
        });
        return Ok(rebuilt(url, status, headers, body));
    }
    let is_refused = status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT;
    if is_refused || (said.reads() && (status.is_client_error() || status.is_server_error())) {
        return Ok(rebuilt(url, status, headers, answer.into_body().into()));
    }
    if status.is_client_error() || status.is_server_error() {
        return Err(conversion::service_error(answer));
    }
    let note = if status.is_redirection() { ", and redirects are not followed" } else { "" };
    let message = format_args!("the service answered {status}, which is not documented{note}");
    Err(Error::new(ErrorKind::UnexpectedAnswer, message).with_answer(answer))
}

/// The answer with the body that was read, or with the documented one for it.
fn rebuilt(
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
