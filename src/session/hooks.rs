//! The hooks of the generated client: every request of this crate, also a raw one through
//! [`Client::api`](crate::Client::api), goes through here.

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use tracing::Instrument;
use tracing::field::Empty;

use super::record::trace_failure;
use super::{Session, call, conversion};
use crate::error::Error;
use crate::generated;

impl ClientHooks<Session> for generated::Client {
    /// Removes the version header that the generator adds, which the service does not
    /// know.
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
            Err(error) => conversion::into_reqwest_error(error).await,
        }
    }
}

/// Makes the call in a span of its own; the names are those of OpenTelemetry for the spans
/// of HTTP clients, where a duration is that of the span.
async fn traced(
    session: &Session,
    request: reqwest::Request,
    operation: &'static str,
) -> Result<reqwest::Response, Error> {
    let endpoint = &session.shared().endpoint;
    let span = tracing::info_span!(
        "otc_vpn",
        otel.kind = "client",
        otel.name = operation,
        otel.status_code = Empty,
        http.request.method = request.method().as_str(),
        http.request.resend_count = Empty,
        url.full = request.url().as_str(),
        server.address = endpoint.host().trim_matches(['[', ']']),
        server.port = endpoint.port(),
        http.response.status_code = Empty,
        otc.request_id = Empty,
        error.type = Empty,
    );
    if span.is_disabled() {
        let result = call::make(session, request, operation, &span).await;
        return result.map_err(|error| error.with_operation(operation));
    }
    let result = call::make(session, request, operation, &span).instrument(span.clone()).await;
    if let Err(error) = &result {
        trace_failure(&span, error);
    }
    result.map_err(|error| error.with_operation(operation))
}
