//! What the simulator was sent.

use std::fmt;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};

use crate::operations;

/// Beside the ids of the operations: signing in at the identity service.
pub(super) const SIGN_IN: &str = "sign_in";

pub(super) fn is_sign_in(method: &Method, path: &str) -> bool {
    method == Method::POST && path == "/v3/auth/tokens"
}

/// A request as the simulator received it. `Debug` leaves out the body and the values of
/// the headers.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use otc_vpn::simulator::Simulator;
///
/// let simulator = Simulator::start().await?;
/// let _not_found = simulator.client()?.show("18be2aa1").await.unwrap_err();
/// let received = simulator.received();
/// assert_eq!(received[0].header("X-Auth-Token"), Some(Simulator::TOKEN));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The query, as it was sent, without its `?`.
    pub query: Option<String>,
    headers: HeaderMap,
    operation: Option<&'static str>,
    /// The body, as it was sent. It may hold a pre-shared key.
    pub body: Vec<u8>,
}

impl Received {
    pub(super) fn new(head: &Parts, body: &Bytes) -> Self {
        let (method, path) = (&head.method, head.uri.path());
        let operation = match operations::of_request(method, path) {
            Some((operation, _)) => Some(operation.id),
            None => is_sign_in(method, path).then_some(SIGN_IN),
        };
        Self {
            operation,
            method: method.to_string(),
            path: path.to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: head.headers.clone(),
            body: body.to_vec(),
        }
    }

    /// The operation that it is for, by its id in the OpenAPI document, or `sign_in`.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation
    }

    /// The value of a header, in upper or lower case; the first, if it was sent more than
    /// once. None if it was not sent, or is not a text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, path, query, headers, .. } = self;
        let headers: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("Received")
            .field("method", method)
            .field("path", path)
            .field("query", query)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}
