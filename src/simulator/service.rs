//! The service: takes requests, and lets faults happen to them.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;

use super::body::{Body, framed};
use super::call::Call;
use super::fault::{Fault, SIGN_IN};
use super::played::play;
use super::received::Received;
use super::response::{StatusAndBody, error, invalid, json_response, not_found};
use super::state::State;
use super::{account, signature};
use crate::document::error_codes::APIGW_0301;
use crate::operations;

/// The service takes bodies of 12 MB.
const MAX_BODY: usize = 12 * 1024 * 1024;

/// The service behind a [`Simulator`](super::Simulator). Clones share its state.
#[derive(Clone, Debug, Default)]
pub(super) struct Service(Arc<Mutex<State>>);

impl Service {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The response, or an error that closes the connection.
    pub(super) async fn respond(&self, request: Request<Incoming>) -> io::Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
            return Ok(framed(json_response(invalid("unreadable body"))));
        };
        let (fault, mut response) = take(&mut self.state(), &head, &body.to_bytes());
        tokio::time::sleep(fault.delay).await;
        if fault.is_cut {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let date = self.state().now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        response.headers_mut().extend(HeaderValue::try_from(date).map(|it| (header::DATE, it)));
        if let Some(status) = fault.status {
            *response.status_mut() = status;
        }
        response.headers_mut().extend(fault.headers);
        Ok(framed(response))
    }
}

/// The next fault, and the response with the body of that fault or else the usual one.
fn take(state: &mut State, head: &Parts, body: &Bytes) -> (Fault, Response<Bytes>) {
    state.received.push(Received::new(head, body));
    let path = head.uri.path();
    let is_sign_in = head.method == Method::POST && path == "/v3/auth/tokens";
    let operation = operations::of_request(&head.method, path).map(|(operation, _)| operation.id);
    let mut fault = state.faults.take(if is_sign_in { Some(SIGN_IN) } else { operation });
    let response = match fault.body.take() {
        Some(body) => Response::new(body),
        None if is_sign_in => {
            let now = state.now();
            state.identity.sign_in(body, now, &state.endpoint)
        }
        None => json_response(serve(state, head, body).unwrap_or_else(|error| error)),
    };
    (fault, response)
}

fn serve(state: &mut State, head: &Parts, body: &[u8]) -> Result<StatusAndBody, StatusAndBody> {
    let authenticated = match head.headers.get("x-auth-token") {
        Some(token) if state.identity.knows(token, state.now()) => Ok(()),
        Some(_) => Err("verify the token".to_owned()),
        None => signature::verify(head, body, state.now()),
    };
    authenticated.map_err(|problem| {
        let message = format!("Incorrect IAM authentication information: {problem}");
        error(StatusCode::UNAUTHORIZED, APIGW_0301, &message)
    })?;
    let path = head.uri.path();
    let (operation, parameters) =
        operations::of_request(&head.method, path).ok_or_else(|| not_found("no such operation"))?;
    if !parameters.contains(&("project_id", account::PROJECT_ID)) {
        return Err(not_found("no such project"));
    }
    let query = head.uri.query().unwrap_or_default();
    play(state, &Call { operation, parameters, query, body })
}
