//! What a successful call gives back.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use crate::error::OutcomeUnknown;
use crate::types::{ConnectionStatus, VpnConnection};

/// The answer to a successful call: the value, and what came with it.
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

/// An answer before its value is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawAnswer {
    pub(crate) status_code: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Bytes,
    /// What is open if the answer turns out to hold nothing, where the request
    /// changes something.
    pub(crate) outcome: Option<OutcomeUnknown>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, answer: RawAnswer) -> Self {
        let RawAnswer { status_code, request_id, body, .. } = answer;
        Self { value, status_code, request_id, body }
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

    /// The body as it came, with the fields that the types do not know.
    #[must_use]
    pub fn raw_body(&self) -> &[u8] {
        &self.body
    }

    /// The same answer with a value made of this one.
    pub(crate) fn try_map<U, E>(
        self,
        map: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<Response<U>, E> {
        let Self { value, status_code, request_id, body } = self;
        Ok(Response { value: map(value)?, status_code, request_id, body })
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
    /// The state of the connection. [`ConnectionStatus::Unknown`] where the answer
    /// has none, as that to a create.
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
}
