//! What a failure keeps of the response and of the attempts.

use std::time::Duration;

/// What is known of an error response: all that a failure keeps of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorResponse {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    /// The beginning of a body that holds no message.
    pub(crate) excerpt: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

/// How many attempts were made, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    /// Whether the same call may be made again as it is.
    pub(crate) is_retryable: bool,
}
