//! The attempts of one operation, the waits between them, and the time there is for all
//! of them.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::exchange::instant_after;
use super::failure::{Failure, Retry};
use super::retry::{Budget, backoff};
use crate::config::{Retries, Timeouts};
use crate::error::{Effort, Error};

/// What is attempted.
pub(crate) trait Attempt {
    type Value;

    /// Makes one attempt, and counts it.
    fn attempt(
        &mut self,
        attempts: &mut Attempts<'_>,
    ) -> impl Future<Output = Result<Self::Value, Failure>> + Send;
}

/// Makes attempts until one succeeds, or there may not be another one. The clock is
/// tokio's, which tests can pause.
pub(crate) struct Attempts<'a> {
    timeouts: &'a Timeouts,
    retries: &'a Retries,
    budget: Option<&'a Budget>,
    is_query: bool,
    started: Instant,
    deadline: Instant,
    count: u32,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(
        timeouts: &'a Timeouts,
        retries: &'a Retries,
        budget: Option<&'a Budget>,
        is_query: bool,
    ) -> Self {
        let (started, deadline) = (Instant::now(), instant_after(timeouts.operation));
        Self { timeouts, retries, budget, is_query, started, deadline, count: 0 }
    }

    /// The value of the first attempt that succeeds, or the failure of the last one. A
    /// wait that would leave no time for an attempt is not begun.
    pub(crate) async fn run<A: Attempt>(&mut self, what: &mut A) -> Result<A::Value, Failure> {
        loop {
            let failure = match what.attempt(self).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let Some(wait) = self.next_wait(&failure) else { return Err(failure) };
            let (attempt, kind) = (self.count, failure.error.kind());
            tracing::debug!(attempt, ?kind, ?wait, "retrying");
            sleep(wait).await;
        }
    }

    /// Counts an attempt, the first of which is 1.
    pub(crate) fn begin(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    /// How long to wait for credentials.
    pub(crate) fn limit_of_credentials(&self) -> Duration {
        self.timeouts.query_attempt.min(self.time_left())
    }

    /// How long the attempt may take; a failure if there is not enough time left for one.
    pub(crate) fn limit(&self) -> Result<Duration, Failure> {
        if self.has_time_after(Duration::ZERO) {
            let own = match self.is_query {
                true => self.timeouts.query_attempt,
                false => self.timeouts.change_attempt,
            };
            return Ok(own.min(self.time_left()));
        }
        let text = format!("not enough time left of {:?} for an attempt", self.timeouts.operation);
        Err(Failure::transient(Error::timeout(text)))
    }

    fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Whether there is time for an attempt after a wait. A change needs the time to
    /// connect: without it, it would not be known whether it was sent.
    pub(crate) fn has_time_after(&self, wait: Duration) -> bool {
        let least = match self.is_query {
            true => Duration::ZERO,
            false => self.timeouts.effective_connect(),
        };
        self.time_left() > wait.saturating_add(least)
    }

    fn next_wait(&self, failure: &Failure) -> Option<Duration> {
        if failure.retry != Retry::Later || self.count >= self.retries.attempts {
            return None;
        }
        let wait = backoff(self.retries, self.count, failure.error.retry_after())?;
        let may_wait = self.has_time_after(wait) && self.budget.is_none_or(Budget::pay);
        may_wait.then_some(wait)
    }

    pub(crate) fn effort(&self, is_retryable: bool) -> Effort {
        Effort { attempts: self.count, elapsed: self.started.elapsed(), is_retryable }
    }
}
