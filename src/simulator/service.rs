//! The service: its state, and its responses.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use jiff::Timestamp;
use serde_json::{Value, json};

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

/// The service behind a [`Simulator`].
#[derive(Debug, Default)]
pub(super) struct Service(Mutex<State>);

#[derive(Debug)]
struct State {
    started: Instant,
    started_at: Timestamp,
    advanced: Duration,
    peers_up: bool,
    connections: Vec<Connection>,
    made: u32,
    faults: VecDeque<Fault>,
    received: Vec<Received>,
    identity: Identity,
    /// Where the service is, for the catalogue.
    endpoint: String,
}

impl Default for State {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            started_at: Timestamp::now(),
            advanced: Duration::ZERO,
            peers_up: false,
            connections: Vec::new(),
            made: 0,
            faults: VecDeque::new(),
            received: Vec::new(),
            identity: Identity::default(),
            endpoint: String::new(),
        }
    }
}

/// A status and a body.
type StatusAndBody = (StatusCode, Value);

impl Service {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn advance(&self, time: Duration) {
        let mut state = self.state();
        state.advanced = state.advanced.saturating_add(time);
    }

    pub(super) fn set_peers_up(&self, up: bool) {
        self.state().peers_up = up;
    }

    pub(super) fn plan(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    pub(super) fn set_endpoint(&self, endpoint: String) {
        self.state().endpoint = endpoint;
    }

    pub(super) fn set_token_life(&self, life: Duration) {
        self.state().identity.life = life;
    }

    pub(super) fn revoke_tokens(&self) {
        self.state().identity.revoke();
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    pub(super) fn take_received(&self) -> Vec<Received> {
        std::mem::take(&mut self.state().received)
    }

    /// The response, or an error that closes the connection.
    pub(super) async fn respond(
        &self,
        request: Request<hyper::body::Incoming>,
    ) -> io::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let body = match Limited::new(body, MAX_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => {
                let error = error(StatusCode::BAD_REQUEST, VPN_0001, "unreadable body");
                return Ok(json_response(error));
            }
        };
        let (fault, response) = self.state().take(&head, &body);
        tokio::time::sleep(fault.delay).await;
        if fault.is_cut {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let mut response = match fault.body {
            Some(body) => Response::new(Full::new(body.into())),
            None => response,
        };
        let date = self.state().time().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        response.headers_mut().extend(HeaderValue::try_from(date).map(|it| (header::DATE, it)));
        if let Some(status) = fault.status {
            *response.status_mut() = status;
        }
        response.headers_mut().extend(fault.headers);
        Ok(response)
    }
}

impl State {
    /// The next fault, and the response unless that fault replaces it.
    fn take(
        &mut self,
        head: &http::request::Parts,
        body: &Bytes,
    ) -> (Fault, Response<Full<Bytes>>) {
        let path = head.uri.path().to_owned();
        let method = head.method.to_string();
        self.received.push(Received { method, path, body: body.to_vec() });
        let fault = self.faults.pop_front().unwrap_or_default();
        let response = match &fault.body {
            Some(_) => Response::default(),
            None if head.method == Method::POST && head.uri.path() == "/v3/auth/tokens" => {
                let (now, at) = (self.now(), self.time());
                self.identity.sign_in(body, now, at, &self.endpoint)
            }
            None => json_response(self.serve(head, body).unwrap_or_else(|error| error)),
        };
        (fault, response)
    }

    fn serve(
        &mut self,
        head: &http::request::Parts,
        body: &[u8],
    ) -> Result<StatusAndBody, StatusAndBody> {
        let problem = match head.headers.get("x-auth-token") {
            Some(token) if self.identity.knows(token, self.now()) => None,
            Some(_) => {
                Some("Incorrect IAM authentication information: verify the token".to_owned())
            }
            None => signature::rejection(head, body, self.time()),
        };
        if let Some(message) = problem {
            return Err(error(StatusCode::UNAUTHORIZED, APIGW_0301, &message));
        }
        let not_found = |message| error(StatusCode::NOT_FOUND, VPN_0004, message);
        let (operation, parameters) = operations::of_request(&head.method, head.uri.path())
            .ok_or_else(|| not_found("no such operation"))?;
        let parameter = |name: Option<&str>| {
            parameters.iter().find(|(known, _)| Some(*known) == name).map(|(_, value)| *value)
        };
        if parameter(Some("project_id")) != Some(account::PROJECT_ID) {
            return Err(not_found("no such project"));
        }
        match (operation.id, parameter(operation.connection_id)) {
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
        let requests: Vec<&Value> = match resource {
            Some(Value::Array(items)) => items.iter().collect(),
            one => one.into_iter().collect(),
        };
        let gateways: BTreeSet<_> =
            requests.iter().filter_map(|request| request.get("vgw_id")?.as_str()).collect();
        if gateways.len() > 1 {
            return Err(invalid("invalid request: the connections of a batch share their vgw_id"));
        }
        // All or none: what one of them breaks stops the other.
        let mut places: Vec<_> =
            self.connections.iter().map(|connection| place(&connection.returned)).collect();
        for request in requests.iter().filter_map(|request| request.as_object()) {
            if places.contains(&place(request)) {
                let message = "the gateway address serves this customer gateway already";
                return Err(error(StatusCode::BAD_REQUEST, VPN_0012, message));
            }
            places.push(place(request));
        }
        let created: Vec<_> = requests.into_iter().map(|request| self.add(request)).collect();
        let created = match resource {
            Some(Value::Array(_)) => Value::Array(created),
            _ => created.into_iter().next().unwrap_or_default(),
        };
        Ok((StatusCode::CREATED, self.envelope(operation, created)))
    }

    fn show(&mut self, operation: &Operation, id: &str) -> Result<StatusAndBody, StatusAndBody> {
        let shown = self
            .connections
            .iter()
            .find(|connection| connection.has_id(id))
            .map(|connection| connection.shown(self.now(), self.peers_up))
            .ok_or_else(|| error(StatusCode::NOT_FOUND, VPN_0004, "resource not found"))?;
        Ok((StatusCode::OK, self.envelope(operation, shown)))
    }

    /// The body of a success.
    fn envelope(&mut self, operation: &Operation, resource: Value) -> Value {
        let request_id = ("request_id".to_owned(), self.next_request_id().into());
        let resource = operation.response_member.map(|member| (member.to_owned(), resource));
        Value::Object(resource.into_iter().chain([request_id]).collect())
    }

    /// Time since the start, with what was skipped.
    fn now(&self) -> Duration {
        self.started.elapsed().saturating_add(self.advanced)
    }

    /// The time by the clock of the service.
    fn time(&self) -> Timestamp {
        let since = jiff::SignedDuration::try_from(self.now()).unwrap_or_default();
        self.started_at.saturating_add(since).unwrap_or(self.started_at)
    }

    /// An id of 36 characters, another one each time.
    fn next_id(&mut self) -> String {
        self.made += 1;
        format!("{:08x}-0000-4000-8000-{:012x}", self.made, self.made)
    }

    fn next_request_id(&mut self) -> String {
        self.next_id().replace('-', "")
    }

    fn add(&mut self, request: &Value) -> Value {
        let id = self.next_id();
        let now = self.now();
        let at = self.time();
        let connection = Connection::new(request, id, self.made, now, format!("{at:.3}"));
        let returned = Value::Object(connection.returned.clone());
        self.connections.push(connection);
        returned
    }
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
    let request_id = body.get("request_id").and_then(Value::as_str);
    let request_id = request_id.and_then(|id| HeaderValue::from_str(id).ok());
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(request_id) = request_id {
        headers.insert("x-request-id", request_id);
    }
    response
}
