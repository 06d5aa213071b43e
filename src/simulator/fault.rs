//! What can happen to a request.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::received::{Received, SIGN_IN};
use crate::error::Error;
use crate::operations::OPERATIONS;

/// Something that happens to a request. Set with [`Simulator::next`].
///
/// ```
/// use std::time::Duration;
/// use otc_vpn::simulator::Fault;
///
/// let busy = Fault::response(503, "").header("Retry-After", "2").after(Duration::from_millis(50));
/// let three_creates = busy.on("create_vpn_connection")?.times(3);
/// # Ok::<(), otc_vpn::Error>(())
/// ```
///
/// `Debug` shows neither the body nor the values of headers, which may hold a token.
///
/// [`Simulator::next`]: super::Simulator::next
#[derive(Clone)]
#[must_use]
pub struct Fault {
    pub(super) delay: Duration,
    pub(super) status: Option<StatusCode>,
    pub(super) body: Option<Bytes>,
    pub(super) headers: HeaderMap,
    pub(super) is_cut: bool,
    pub(super) has_effect: bool,
    /// Or any.
    operation: Option<&'static str>,
    times: u32,
}

impl Default for Fault {
    /// The usual response.
    fn default() -> Self {
        Self {
            delay: Duration::ZERO,
            status: None,
            body: None,
            headers: HeaderMap::new(),
            is_cut: false,
            has_effect: true,
            operation: None,
            times: 1,
        }
    }
}

impl Fault {
    /// This response, and the request has no effect, unless it is [`with_effect`]. A status
    /// that no final response can have (below 200 or above 999) becomes 500.
    ///
    /// [`with_effect`]: Self::with_effect
    pub fn response(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = Some(Bytes::from(body.into()));
        Self { body, has_effect: false, ..Self::status(status) }
    }

    /// The usual response with another status; the request has its effect.
    pub fn status(status: u16) -> Self {
        let status = StatusCode::from_u16(status).ok().filter(|it| !it.is_informational());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
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

    /// No response: the connection is closed before the request has any effect.
    pub fn cut_before_effect() -> Self {
        Self { has_effect: false, ..Self::cut() }
    }

    /// The same, but the request has its effect first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use otc_vpn::{DualConnection, ErrorKind};
    /// use otc_vpn::simulator::{Fault, Simulator};
    ///
    /// # let pair = DualConnection::builder()
    /// #     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
    /// #     .vgw_ips("e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005")
    /// #     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    /// #     .peer_subnets(["192.168.44.0/24"])
    /// #     .psk("Example-Key-2025")
    /// #     .build()?;
    /// let simulator = Simulator::start().await?;
    /// simulator.next(Fault::response(502, "bad gateway").with_effect());
    /// let error = simulator.client()?.create_dual(&pair).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    /// assert_eq!(simulator.connections().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_effect(mut self) -> Self {
        self.has_effect = true;
        self
    }

    /// The same, late.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same with a header. An invalid header is left out.
    ///
    /// A `Content-Length` may lie: of a longer body the rest is not sent, and after a
    /// shorter one the connection is closed. `Transfer-Encoding` and `Connection: close`
    /// have their effect. Where no response can be sent, such as with a `Content-Length`
    /// that is not a number, the connection is closed without one.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            self.headers.append(name, value);
        }
        self
    }

    /// The same, but only for one operation, by its id in the OpenAPI document, such as
    /// `create_vpn_connection`, or for `sign_in`. Other requests do not use it up.
    ///
    /// # Errors
    /// When there is no such operation.
    pub fn on(mut self, operation: &str) -> Result<Self, Error> {
        let known = || OPERATIONS.iter().map(|operation| operation.id).chain([SIGN_IN]);
        self.operation = Some(known().find(|id| *id == operation).ok_or_else(|| {
            let known = known().collect::<Vec<_>>().join(", ");
            Error::invalid(format_args!("unknown operation {operation:?}; known: {known}"))
        })?);
        Ok(self)
    }

    /// The same, for as many requests; 0 is for none.
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn is_for(&self, operation: Option<&str>) -> bool {
        self.operation.is_none() || self.operation == operation
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { delay, status, body, headers, is_cut, has_effect, operation, times } = self;
        let headers: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("Fault")
            .field("operation", &operation.unwrap_or("any"))
            .field("times", times)
            .field("delay", delay)
            .field("status", &status.map(|status| status.as_u16()))
            .field("body_length", &body.as_ref().map(Bytes::len))
            .field("headers", &headers)
            .field("is_cut", is_cut)
            .field("has_effect", has_effect)
            .finish()
    }
}

/// The faults that are left, in the order in which they were set.
#[derive(Debug, Default)]
pub(super) struct Faults(VecDeque<Fault>);

impl Faults {
    pub(super) fn push(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.0.push_back(fault);
        }
    }

    pub(super) fn pending(&self) -> Vec<Fault> {
        self.0.iter().cloned().collect()
    }

    /// The first that is for this operation.
    pub(super) fn take(&mut self, operation: Option<&str>) -> Option<Fault> {
        let index = self.0.iter().position(|fault| fault.is_for(operation))?;
        match self.0.get_mut(index) {
            Some(fault) if fault.times > 1 => {
                fault.times -= 1;
                Some(fault.clone())
            }
            _ => self.0.remove(index),
        }
    }
}

type Decide = dyn FnMut(&Received) -> Option<Fault> + Send;

/// Decides for each request that no other fault is for.
pub(super) struct FaultSource(Box<Decide>);

impl Default for FaultSource {
    fn default() -> Self {
        Self::new(|_| None)
    }
}

impl FaultSource {
    pub(super) fn new(source: impl FnMut(&Received) -> Option<Fault> + Send + 'static) -> Self {
        Self(Box::new(source))
    }

    pub(super) fn fault(&mut self, request: &Received) -> Option<Fault> {
        (self.0)(request).filter(|fault| fault.times > 0 && fault.is_for(request.operation()))
    }
}

impl fmt::Debug for FaultSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultSource")
    }
}
