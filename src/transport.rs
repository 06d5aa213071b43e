//! The hooks of the generated client: every request of this crate, also a raw
//! one through [`Client::api`](crate::Client::api), goes through here.

pub(crate) mod answer;
mod call;
mod clock;
pub(crate) mod conversion;
mod exchange;
pub(crate) mod http_client;
mod judgement;
mod part;
mod redaction;
pub(crate) mod retry;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod signer;

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::{Empty, debug};

use crate::error::Error;
use crate::generated;
use session::Session;

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
        match traced(self.inner(), request, info.operation_id).await {
            Ok(response) => Ok(response),
            Err(error) => conversion::carry(error).await,
        }
    }
}

/// Makes the call in a span of its own; the names are those of OpenTelemetry.
async fn traced(
    session: &Session,
    request: reqwest::Request,
    operation: &'static str,
) -> Result<reqwest::Response, Error> {
    let span = tracing::info_span!(
        "otc_vpn",
        otel.kind = "client",
        otel.name = operation,
        otel.status_code = Empty,
        http.request.method = request.method().as_str(),
        http.request.resend_count = Empty,
        url.full = request.url().as_str(),
        server.address = session.endpoint().host().trim_matches(['[', ']']),
        server.port = session.endpoint().port(),
        http.response.status_code = Empty,
        http.client.request.duration = Empty,
        otc.request_id = Empty,
        error.type = Empty,
    );
    let started = Instant::now();
    let result = call::make(session, request, operation, &span).instrument(span.clone()).await;
    span.record("http.client.request.duration", started.elapsed().as_secs_f64());
    let status = match &result {
        Ok(response) => Some(response.status().as_u16()).filter(|status| *status >= 400),
        Err(error) => error.status(),
    };
    if let Some(status) = status {
        span.record("error.type", status.to_string());
    } else if let Err(error) = &result {
        span.record("error.type", debug(error.kind()));
    }
    if status.is_some() || result.is_err() {
        span.record("otel.status_code", "ERROR");
        span.in_scope(|| tracing::debug!("the call failed"));
    }
    result.map_err(|error| error.with_operation(operation))
}
