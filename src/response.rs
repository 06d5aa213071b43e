//! What a successful call returns.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use crate::document::limits::CONNECTION_ID;
use crate::error::ConnectionKey;
use crate::transport::error_body;
use crate::transport::exchange::RawResponse;
use crate::types::{ConnectionStatus, VpnConnection, VpnConnectionRequest};

/// The response to a successful call: the value, and what came with it.
///
/// It dereferences to the value, so `response.id` is the id of the connection in
/// a `Response<VpnConnection>`.
#[derive(Clone, PartialEq)]
pub struct Response<T> {
    value: T,
    status_code: u16,
    request_id: Option<String>,
    body: Bytes,
}

impl<T> Response<T> {
    /// A value and the id of the request, as they were decoded from the response.
    pub(crate) fn new(value: T, request_id: Option<String>, response: &RawResponse) -> Self {
        let RawResponse { status, headers, body, .. } = response;
        let request_id = request_id.or_else(|| error_body::request_id(headers));
        Self { value, status_code: status.as_u16(), request_id, body: body.clone() }
    }

    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status, 200 to 299.
    #[must_use]
    pub fn status_code(&self) -> u16 {
        self.status_code
    }

    /// The id of the request, for the vendor's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The body as it was received, with the fields that the types do not know.
    #[must_use]
    pub fn raw_body(&self) -> &[u8] {
        &self.body
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The raw body is left out.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status_code", &self.status_code)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl VpnConnection {
    /// The state of the connection. [`ConnectionStatus::Unknown`] if the
    /// response has none, as that to a create.
    ///
    /// ```
    /// use otc_vpn::types::{ConnectionStatus, VpnConnection};
    ///
    /// let created: VpnConnection = serde_json::from_str(r#"{ "id": "18be2aa1" }"#)?;
    /// assert_eq!(created.status(), &ConnectionStatus::Unknown);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn status(&self) -> &ConnectionStatus {
        self.status.as_ref().unwrap_or(&ConnectionStatus::Unknown)
    }

    /// Whether it may be what the request creates: it has a valid id, and nothing in it is
    /// of another connection.
    pub(crate) fn is_of(&self, request: &VpnConnectionRequest) -> bool {
        let is_same = |id: &Option<String>, wanted| id.as_ref().is_none_or(|id| id == wanted);
        is_same(&self.vgw_ip, &request.vgw_ip)
            && is_same(&self.vgw_id, &request.vgw_id)
            && is_same(&self.cgw_id, &request.cgw_id)
            && CONNECTION_ID.permits(&self.id)
    }
}

impl From<VpnConnection> for ConnectionKey {
    fn from(connection: VpnConnection) -> Self {
        let VpnConnection { id, name, vgw_id, vgw_ip, cgw_id, .. } = connection;
        Self { id: Some(id), name, vgw_id, vgw_ip, cgw_id }
    }
}
