//! What a failure keeps of the answers and of the attempts.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

/// What is known of an answer: all that a failure keeps of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

/// How hard it was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    /// Whether the same call may be made again as it is.
    pub(crate) retryable: bool,
}

const ATTEMPTS: HeaderName = HeaderName::from_static("otc-vpn-attempts");
const ELAPSED_MS: HeaderName = HeaderName::from_static("otc-vpn-elapsed-ms");
const RETRYABLE: HeaderName = HeaderName::from_static("otc-vpn-retryable");

/// An error answer goes through the generated client, which keeps its headers and
/// nothing else of ours.
impl Effort {
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let elapsed = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        headers.insert(ATTEMPTS, HeaderValue::from(self.attempts));
        headers.insert(ELAPSED_MS, HeaderValue::from(elapsed));
        headers.insert(RETRYABLE, HeaderValue::from_static(if self.retryable { "1" } else { "0" }));
    }

    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let number =
            |name| text(name).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
        Self {
            attempts: u32::try_from(number(ATTEMPTS)).unwrap_or_default(),
            elapsed: Duration::from_millis(number(ELAPSED_MS)),
            retryable: number(RETRYABLE) == 1,
        }
    }
}
