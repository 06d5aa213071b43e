//! The attempts of one operation, the waits between them, and the time there is for all
//! of them.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::exchange::instant_after;
use super::failure::{Failure, Retry};
use super::retry::{Budget, backoff};
use crate::config::{Retries, Timeouts};
use crate::error::Effort;

/// Counts attempts and decides whether there is another one. The clock is tokio's, which
/// tests can pause.
pub(crate) struct Attempts<'a> {
    timeouts: &'a Timeouts,
    retries: &'a Retries,
    budget: Option<&'a Budget>,
    started: Instant,
    deadline: Instant,
    pub(crate) count: u32,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(
        timeouts: &'a Timeouts,
        retries: &'a Retries,
        budget: Option<&'a Budget>,
    ) -> Self {
        Self {
            timeouts,
            retries,
            budget,
            started: Instant::now(),
            deadline: instant_after(timeouts.operation),
            count: 0,
        }
    }

    /// How long the next attempt may take.
    pub(crate) fn limit(&self, is_query: bool) -> Duration {
        let limit =
            if is_query { self.timeouts.query_attempt } else { self.timeouts.change_attempt };
        limit.min(self.time_left())
    }

    pub(crate) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Waits for the next attempt; false if there is none. A wait that would pass the
    /// deadline is not begun.
    pub(crate) async fn wait_after(&self, failure: &Failure) -> bool {
        let Some(wait) = self.next_wait(failure) else { return false };
        let (attempt, kind) = (self.count, failure.error.kind());
        tracing::debug!(attempt, ?kind, ?wait, "retrying");
        sleep(wait).await;
        true
    }

    fn next_wait(&self, failure: &Failure) -> Option<Duration> {
        if failure.retry != Retry::Later || self.count >= self.retries.attempts {
            return None;
        }
        let wait = backoff(self.retries, self.count, failure.error.retry_after())?;
        let is_in_time = Instant::now().checked_add(wait)? < self.deadline;
        (is_in_time && self.budget.is_none_or(Budget::pay)).then_some(wait)
    }

    pub(crate) fn effort(&self, is_retryable: bool) -> Effort {
        Effort { attempts: self.count, elapsed: self.started.elapsed(), is_retryable }
    }
}
