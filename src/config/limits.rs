//! Limits on time and on retries.

use std::time::Duration;

/// Methods that set one field each, to be chained.
macro_rules! setters {
    ($($field:ident: $kind:ty),+) => {
        $(#[doc = concat!("The same with another [`", stringify!($field), "`](field@Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $field(self, $field: $kind) -> Self {
            Self { $field, ..self }
        })+
    };
}

/// How long to wait. The limits are independent: the first that is reached ends the
/// attempt or the call.
///
/// ```
/// use std::time::Duration;
/// use otc_vpn::Timeouts;
///
/// let timeouts = Timeouts::default()
///     .query_attempt(Duration::from_secs(10))
///     .operation(Duration::from_secs(30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For establishing a connection, TLS included: 5 s by default, and never more than half
    /// of the shortest other limit.
    pub connect: Duration,
    /// For the complete response to one attempt of a query: 30 s by default.
    pub query_attempt: Duration,
    /// For the complete response to one attempt of any other request: 60 s by default.
    pub change_attempt: Duration,
    /// For the whole call, all attempts and the waits between them: 120 s by default. A
    /// wait that would exceed it is not started: the call ends with the failure that it
    /// would have waited after.
    pub operation: Duration,
}

impl Timeouts {
    setters! {
        connect: Duration, query_attempt: Duration, change_attempt: Duration, operation: Duration
    }

    /// How long a connection may take to be made: less than the attempt, so that an
    /// attempt without a connection is known not to have been sent.
    pub(crate) fn effective_connect(&self) -> Duration {
        let shortest = self.query_attempt.min(self.change_attempt).min(self.operation);
        self.connect.min(shortest / 2)
    }
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

/// How often to try a request, and how long to wait in between.
///
/// A query is retried after a failed connection, a timeout, a lost connection, and the
/// statuses 408, 425, 429 and 5xx except 501 and 505; so is a delete. A create or an
/// update is retried only where the service has certainly done nothing: after a failed
/// connection and the status 429. A documented error code overrides the status: it says
/// whether to retry all requests, only queries and deletes, or none. After a 401, any
/// request is sent once more with renewed credentials. An invalid certificate is final.
///
/// ```
/// use otc_vpn::Retries;
///
/// let patient = Retries::default().attempts(6);
/// let none = Retries::none();
/// assert_eq!(none.attempts, 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retries {
    /// Attempts of one call, including the first: 3 by default. 0 means 1.
    pub attempts: u32,
    /// The longest wait after the first attempt, 0.5 s by default. It doubles with each
    /// one. The wait is random up to it, so that clients that failed together do not retry
    /// together.
    pub initial_backoff: Duration,
    /// The longest wait after any attempt, 20 s by default. It is added to a `Retry-After`.
    pub max_backoff: Duration,
    /// The longest `Retry-After` that is honoured, 60 s by default. A longer one ends the
    /// call, and the error returns it from [`retry_after`](crate::Error::retry_after).
    pub max_retry_after: Duration,
    /// How many retries all clones of a client may make together before successes must
    /// pay for more, 50 by default; ten successes pay for one.
    pub budget: u32,
}

impl Retries {
    setters! {
        attempts: u32, initial_backoff: Duration, max_backoff: Duration, max_retry_after: Duration,
        budget: u32
    }

    /// One attempt for each call, and a second one only with renewed credentials.
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
