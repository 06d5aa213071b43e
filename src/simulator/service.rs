//! The service: its state, and its responses.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::account;
use super::connection::{Connection, place};
use super::fault::Fault;
use super::identity::Identity;
use super::{schema_check, signature};
use crate::document::error_codes::{APIGW_0301, VPN_0001, VPN_0004, VPN_0012};
use crate::document::operation::Operation;
use crate::operations;

/// The service takes bodies of 12 MB.
const MAX_BODY: usize = 12 * 1024 * 1024;

/// A request as the simulator received it. `Debug` leaves the body out.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The body, as it was sent. It may hold a pre-shared key.
    pub body: Vec<u8>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, path, .. } = self;
        f.debug_struct("Received")
            .field("method", method)
            .field("path", path)
            .finish_non_exhaustive()
    }
}

/// The service behind a [`Simulator`](super::Simulator). Clones share its state.
#[derive(Clone, Debug, Default)]
pub(super) struct Service(Arc<Mutex<State>>);

#[derive(Debug, Default)]
pub(super) struct State {
    /// Where the service is, for the catalogue.
    pub(super) endpoint: String,
    /// The time that was skipped.
    pub(super) advanced: Duration,
    pub(super) peers_up: bool,
    pub(super) faults: VecDeque<Fault>,
    pub(super) received: Vec<Received>,
    pub(super) identity: Identity,
    connections: Vec<Connection>,
    made: u32,
}

/// A status and a body.
type StatusAndBody = (StatusCode, Value);

impl Service {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The response, or an error that closes the connection.
    pub(super) async fn respond(
        &self,
        request: Request<Incoming>,
    ) -> io::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
            let error = error(StatusCode::BAD_REQUEST, VPN_0001, "unreadable body");
            return Ok(json_response(error));
        };
        let (fault, mut response) = self.state().take(&head, &body.to_bytes());
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
        Ok(response)
    }
}

impl State {
    /// The next fault, and the response with the body of that fault or else the usual one.
    fn take(&mut self, head: &Parts, body: &Bytes) -> (Fault, Response<Full<Bytes>>) {
        let path = head.uri.path().to_owned();
        let method = head.method.to_string();
        let is_sign_in = head.method == Method::POST && path == "/v3/auth/tokens";
        self.received.push(Received { method, path, body: body.to_vec() });
        let mut fault = self.faults.pop_front().unwrap_or_default();
        let response = match fault.body.take() {
            Some(body) => Response::new(Full::from(body)),
            None if is_sign_in => self.identity.sign_in(body, self.now(), &self.endpoint),
            None => json_response(self.serve(head, body).unwrap_or_else(|error| error)),
        };
        (fault, response)
    }

    fn serve(&mut self, head: &Parts, body: &[u8]) -> Result<StatusAndBody, StatusAndBody> {
        let authenticated = match head.headers.get("x-auth-token") {
            Some(token) if self.identity.knows(token, self.now()) => Ok(()),
            Some(_) => Err("verify the token".to_owned()),
            None => signature::verify(head, body, self.now()),
        };
        authenticated.map_err(|problem| {
            let message = format!("Incorrect IAM authentication information: {problem}");
            error(StatusCode::UNAUTHORIZED, APIGW_0301, &message)
        })?;
        let path = head.uri.path();
        let (operation, parameters) = operations::of_request(&head.method, path)
            .ok_or_else(|| not_found("no such operation"))?;
        if !parameters.contains(&("project_id", account::PROJECT_ID)) {
            return Err(not_found("no such project"));
        }
        match (operation.id, operation.connection_in(path)) {
            ("create_vpn_connection" | "batch_create_vpn_connections", _) => {
                self.create(operation, body)
            }
            ("show_vpn_connection", Some(id)) => self.show(operation, id),
            _ => Err(not_found("no such operation")),
        }
    }

    fn create(
        &mut self,
        operation: &Operation,
        body: &[u8],
    ) -> Result<StatusAndBody, StatusAndBody> {
        let invalid = |message: &str| error(StatusCode::BAD_REQUEST, VPN_0001, message);
        let body: Value =
            serde_json::from_slice(body).map_err(|_| invalid("the body is not JSON"))?;
        let violations = schema_check::violations(operation, &body);
        if !violations.is_empty() {
            return Err(invalid(&format!("invalid request: {}", violations.join("; "))));
        }
        let resource = operation.request_member.and_then(|member| body.get(member));
        let list = resource.and_then(Value::as_array);
        let requests = list.into_iter().flatten().chain(resource).filter_map(Value::as_object);
        let requests: Vec<_> = requests.collect();
        let gateways: HashSet<_> = requests.iter().map(|request| request.get("vgw_id")).collect();
        if gateways.len() > 1 {
            return Err(invalid("invalid request: the connections of a batch share their vgw_id"));
        }
        // All or none: what one of them breaks stops the other.
        let connections = self.connections.iter().map(|connection| &connection.returned);
        let mut places: HashSet<_> = connections.map(place).collect();
        if !requests.iter().all(|request| places.insert(place(request))) {
            let message = "the gateway address serves this customer gateway already";
            return Err(error(StatusCode::BAD_REQUEST, VPN_0012, message));
        }
        let mut created: Vec<_> = requests.into_iter().map(|request| self.add(request)).collect();
        let created = match list {
            Some(_) => Value::Array(created),
            None => created.pop().unwrap_or_default(),
        };
        Ok((StatusCode::CREATED, self.envelope(operation, created)))
    }

    fn show(&mut self, operation: &Operation, id: &str) -> Result<StatusAndBody, StatusAndBody> {
        let shown = self
            .connections
            .iter()
            .find(|connection| connection.has_id(id))
            .map(|connection| connection.shown(self.now(), self.peers_up))
            .ok_or_else(|| not_found("resource not found"))?;
        Ok((StatusCode::OK, self.envelope(operation, shown)))
    }

    /// The body of a success.
    fn envelope(&mut self, operation: &Operation, resource: Value) -> Value {
        let request_id = ("request_id".to_owned(), self.next_id().replace('-', "").into());
        let resource = operation.response_member.map(|member| (member.to_owned(), resource));
        Value::Object(resource.into_iter().chain([request_id]).collect())
    }

    fn add(&mut self, request: &Map<String, Value>) -> Value {
        let id = self.next_id();
        let connection = Connection::new(request, &id, self.made, self.now());
        let returned = Value::Object(connection.returned.clone());
        self.connections.push(connection);
        returned
    }

    /// The time by the clock of the service.
    fn now(&self) -> Timestamp {
        Timestamp::now().saturating_add(self.advanced).unwrap_or(Timestamp::MAX)
    }

    /// An id of 36 characters, another one each time.
    fn next_id(&mut self) -> String {
        self.made += 1;
        format!("{:08x}-0000-4000-8000-{:012x}", self.made, self.made)
    }
}

fn not_found(message: &str) -> StatusAndBody {
    error(StatusCode::NOT_FOUND, VPN_0004, message)
}

/// An error in the shape that the service uses in practice.
fn error(status: StatusCode, code: &str, message: &str) -> StatusAndBody {
    let body = json!({
        "error_code": code,
        "error_msg": message,
        "request_id": "5eed0000000000000000000000000000",
    });
    (status, body)
}

fn json_response((status, body): StatusAndBody) -> Response<Full<Bytes>> {
    let mut response =
        Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
    if let Some(request_id) = body.get("request_id").and_then(Value::as_str) {
        response = response.header("x-request-id", request_id);
    }
    response.body(Full::from(body.to_string())).unwrap_or_default()
}
