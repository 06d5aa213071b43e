//! What the service responds with.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::{Value, json};

use crate::document::error_codes::{VPN_0001, VPN_0004};

/// A status and a body.
pub(super) type StatusAndBody = (StatusCode, Value);

/// An error in the shape that the service uses in practice.
pub(super) fn error(status: StatusCode, code: &str, message: &str) -> StatusAndBody {
    let body = json!({
        "error_code": code,
        "error_msg": message,
        "request_id": "5eed0000000000000000000000000000",
    });
    (status, body)
}

pub(super) fn not_found(message: &str) -> StatusAndBody {
    error(StatusCode::NOT_FOUND, VPN_0004, message)
}

pub(super) fn invalid(message: &str) -> StatusAndBody {
    error(StatusCode::BAD_REQUEST, VPN_0001, &format!("invalid request: {message}"))
}

/// What only a simulator says, and so without a code of the service.
pub(super) fn not_played(operation: &str) -> StatusAndBody {
    let message = format!("the simulator does not play the operation {operation}");
    (StatusCode::NOT_IMPLEMENTED, json!({ "error_msg": message }))
}

/// The response; where its status forbids a body, the server sends none.
pub(super) fn json_response((status, body): StatusAndBody) -> Response<Bytes> {
    let mut response =
        Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
    if let Some(request_id) = body.get("request_id").and_then(Value::as_str) {
        response = response.header("x-request-id", request_id);
    }
    response.body(Bytes::from(body.to_string())).unwrap_or_default()
}
