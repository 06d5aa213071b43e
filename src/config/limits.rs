//! Limits on time and on retries.

use std::time::Duration;

/// How long to wait. Every limit is on its own; whichever comes first ends the
/// attempt or the call.
///
/// ```
/// use std::time::Duration;
/// use otc_vpn::Timeouts;
///
/// let mut timeouts = Timeouts::default();
/// timeouts.query_attempt = Duration::from_secs(10);
/// ```
///
/// | limit | for | default |
/// | --- | --- | --- |
/// | `connect` | a connection to be made, TLS included | 5 s |
/// | `query_attempt` | one attempt of a request that changes nothing | 30 s |
/// | `change_attempt` | one attempt of a request that changes something | 60 s |
/// | `operation` | the whole call, all attempts and the waits between them | 120 s |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection to be made, TLS included.
    pub connect: Duration,
    /// For the complete answer to one attempt of a request that changes nothing.
    pub query_attempt: Duration,
    /// For the complete answer to one attempt of a request that changes something.
    pub change_attempt: Duration,
    /// For the whole call. A wait that would pass it is not begun: the call ends
    /// with the failure that it would have waited after.
    pub operation: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            query_attempt: Duration::from_secs(30),
            change_attempt: Duration::from_secs(60),
            operation: Duration::from_secs(120),
        }
    }
}

/// How often to try, and how long to wait in between.
///
/// A request that changes nothing is tried again after a failed connection, a
/// timeout, an answer that broke off, and the statuses 408, 425, 429 and 5xx but 501
/// and 505; so is a delete. A create or an update is tried again only where the
/// service has certainly done nothing: after a failed connection, the status 429, and
/// the error codes that say so. A wrong certificate is final for all.
///
/// ```
/// use otc_vpn::Retries;
///
/// let mut patient = Retries::default();
/// patient.attempts = 6;
/// let none = Retries::none();
/// assert_eq!(none.attempts, 1);
/// ```
///
/// | limit | for | default |
/// | --- | --- | --- |
/// | `attempts` | attempts of one call, the first included | 3 |
/// | `initial_backoff` | the longest wait after the first attempt; it doubles with each | 0.5 s |
/// | `max_backoff` | the longest wait after any attempt | 20 s |
/// | `max_retry_after` | the longest `Retry-After` that is waited for | 60 s |
/// | `budget` | retries of a client in a row that no success pays for | 50 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retries {
    /// Attempts of one call, the first included. 0 means 1.
    pub attempts: u32,
    /// The longest wait after the first attempt. It doubles with each, and the wait is
    /// chosen at random below it, so that clients that failed together do not come
    /// back together.
    pub initial_backoff: Duration,
    /// The longest wait after any attempt. It comes on top of what the service asks for.
    pub max_backoff: Duration,
    /// The longest `Retry-After` that is waited for. A longer one ends the call, and
    /// the error has it in [`retry_after`](crate::Error::retry_after).
    pub max_retry_after: Duration,
    /// How many retries all clones of a client may make together that no success pays
    /// for; ten successes pay for one.
    pub budget: u32,
}

impl Retries {
    /// One attempt for each call, and one more after fresh credentials.
    #[must_use]
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::default() }
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            attempts: 3,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            budget: 50,
        }
    }
}
