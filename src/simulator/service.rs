//! The service: takes requests, and lets faults happen to them.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::json;

use super::body::{Body, framed};
use super::call::Call;
use super::fault::{Fault, FaultSource};
use super::played::play;
use super::received::{Received, is_sign_in};
use super::response::{StatusAndBody, error, invalid, json_response, not_found};
use super::state::State;
use super::{account, signature};
use crate::document::error_codes::APIGW_0301;
use crate::operations;

/// The service takes bodies of 12 MB.
const MAX_BODY: usize = 12 * 1024 * 1024;

/// The service behind a [`Simulator`](super::Simulator). Clones share its state.
#[derive(Clone, Debug, Default)]
pub(super) struct Service {
    state: Arc<Mutex<State>>,
    /// Apart from the state, at which a source may look.
    source: Arc<Mutex<FaultSource>>,
}

impl Service {
    /// The state as it is now.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.settle();
        state
    }

    pub(super) fn source(&self) -> MutexGuard<'_, FaultSource> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The response, or an error that closes the connection.
    pub(super) async fn respond(&self, request: Request<Incoming>) -> io::Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
            return Ok(framed(json_response(invalid("unreadable body"))));
        };
        let body = body.to_bytes();
        let mut fault = self.fault(Received::new(&head, &body));
        let usual = fault.has_effect.then(|| usual(&mut self.state(), &head, &body));
        let mut response = match fault.body.take() {
            Some(body) => Response::new(body),
            None => usual.unwrap_or_default(),
        };
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

    /// What happens to a request: the next fault that is for it, or what the source says.
    fn fault(&self, request: Received) -> Fault {
        let mut state = self.state();
        let next = state.faults.take(request.operation());
        state.received.push(request.clone());
        drop(state);
        next.or_else(|| self.source().fault(&request)).unwrap_or_default()
    }
}

/// The response without a fault.
fn usual(state: &mut State, head: &Parts, body: &Bytes) -> Response<Bytes> {
    if is_sign_in(&head.method, head.uri.path()) {
        let now = state.now();
        return state.identity.sign_in(body, now, &state.endpoint);
    }
    let mut response = json_response(serve(state, head, body).unwrap_or_else(|error| error));
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let methods = HeaderValue::try_from(operations::methods_of(head.uri.path()));
        response.headers_mut().extend(methods.map(|it| (header::ALLOW, it)));
    }
    response
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
        operations::of_request(&head.method, path).ok_or_else(|| no_operation(path))?;
    if !parameters.contains(&("project_id", account::PROJECT_ID)) {
        return Err(not_found("no such project"));
    }
    let query = head.uri.query().unwrap_or_default();
    play(state, &Call { operation, parameters, query, body })
}

/// No page gives a code for a method that is not allowed, so it has none.
fn no_operation(path: &str) -> StatusAndBody {
    if operations::methods_of(path).is_empty() {
        return not_found("no such operation");
    }
    let body = json!({ "error_msg": "the method is not allowed here" });
    (StatusCode::METHOD_NOT_ALLOWED, body)
}
