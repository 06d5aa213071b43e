//! Taking a pair down.

use std::collections::HashSet;
use std::pin::Pin;
use std::time::Duration;

use super::lookup::look;
use super::search::Timer;
use crate::client::Client;
use crate::dual::DualConnection;
use crate::error::{ConnectionKey, Error};
use crate::transport::exchange::require_runtime;
use crate::wait::{Pauses, can_pass};

/// What takes a pair down: from [`Client::delete_dual`]. It does so when it is awaited, and
/// returns the connections that were there.
#[derive(Clone, Debug)]
#[must_use = "nothing is done unless it is awaited"]
pub struct DeleteDual<'a> {
    pub(super) client: &'a Client,
    pub(super) pair: &'a DualConnection,
    pub(super) timeout: Duration,
    pub(super) pauses: Pauses,
}

impl DeleteDual<'_> {
    /// How long to go on at most, 5 minutes by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long to wait before the next look, 5 s by default; at least 10 ms.
    pub fn poll(mut self, pause: Duration) -> Self {
        self.pauses = Pauses::every(pause);
        self
    }

    async fn run(self) -> Result<Vec<ConnectionKey>, Error> {
        require_runtime()?;
        let mut timer = Timer::new(self.timeout, self.pauses);
        let (mut there, mut deleted) = (Vec::<ConnectionKey>::new(), HashSet::new());
        loop {
            let last = match self.pass(&mut there, &mut deleted).await {
                Ok(true) => return Ok(there),
                Ok(false) => None,
                // The next look says what came of a delete.
                Err(error) if can_pass(&error) || error.outcome_unknown().is_some() => Some(error),
                Err(error) => return Err(error),
            };
            timer.pause(last.as_ref(), "the pair is not gone").await?;
        }
    }

    /// Deletes what there is and was not deleted yet; whether there was nothing any more.
    async fn pass(
        &self,
        there: &mut Vec<ConnectionKey>,
        deleted: &mut HashSet<String>,
    ) -> Result<bool, Error> {
        let mut is_gone = true;
        for found in look(self.client, self.pair.requests()).await? {
            let leaving = found.leaving.into_iter().map(|it| (it, true));
            for (connection, is_leaving) in
                found.there.into_iter().map(|it| (it, false)).chain(leaving)
            {
                is_gone = false;
                let id = connection.id.clone();
                if !there.iter().any(|known| known.id.as_ref() == Some(&id)) {
                    there.push(connection.into());
                }
                if !is_leaving && !deleted.contains(&id) {
                    self.client.delete(&id).await?;
                    deleted.insert(id);
                }
            }
        }
        Ok(is_gone)
    }
}

impl<'a> IntoFuture for DeleteDual<'a> {
    type Output = Result<Vec<ConnectionKey>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
