//! What can happen to a request.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// Something that happens to one request. Set with [`Simulator::next`].
///
/// ```
/// use std::time::Duration;
/// use otc_vpn::simulator::Fault;
///
/// let busy = Fault::response(503, "").header("Retry-After", "2").after(Duration::from_millis(50));
/// ```
///
/// [`Simulator::next`]: super::Simulator::next
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Fault {
    pub(super) delay: Duration,
    pub(super) status: Option<StatusCode>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) headers: HeaderMap,
    pub(super) is_cut: bool,
}

impl Fault {
    /// This response, and the request has no effect. An invalid status (below 100 or
    /// above 999) becomes 500.
    pub fn response(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { body: Some(body.into()), ..Self::status(status) }
    }

    /// The usual response with another status; the request has its effect.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status: Some(status), ..Self::default() }
    }

    /// The usual response, late; the request has its effect before the delay.
    pub fn delay(delay: Duration) -> Self {
        Self { delay, ..Self::default() }
    }

    /// No response: the connection is closed. The request has its effect.
    pub fn cut() -> Self {
        Self { is_cut: true, ..Self::default() }
    }

    /// The same, late.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same with a header. An invalid header is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            self.headers.append(name, value);
        }
        self
    }
}
