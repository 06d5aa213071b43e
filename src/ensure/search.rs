//! The search for both connections of a pair, and what it creates on the way.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::decision::{Decision, Event, Step};
use super::lookup::look;
use super::outcome::DualAction;
use crate::client::Client;
use crate::dual::DualConnection;
use crate::error::{Error, ErrorKind};
use crate::transport::exchange::instant_after;
use crate::types::VpnConnection;
use crate::wait::{Pauses, can_pass};

/// How many looks must miss a connection, after a create that may have taken effect, before
/// it is created again.
const PATIENCE: u8 = 6;

/// The pauses between looks, until the time is up.
pub(super) struct Timer {
    timeout: Duration,
    deadline: Instant,
    pauses: Pauses,
}

impl Timer {
    pub(super) fn new(timeout: Duration, pauses: Pauses) -> Self {
        Self { timeout, deadline: instant_after(timeout), pauses }
    }

    /// Waits. When the time is up, the error is `last`, or that of `unfinished`.
    pub(super) async fn pause(
        &mut self,
        last: Option<&Error>,
        unfinished: &str,
    ) -> Result<(), Error> {
        if Instant::now() >= self.deadline {
            let text = format!("{unfinished} after {:?}", self.timeout);
            return Err(match last {
                Some(last) => last.clone().in_context(&text),
                None => Error::timeout(text),
            });
        }
        let pause = self.pauses.next().unwrap_or_default();
        sleep_until(instant_after(pause).min(self.deadline)).await;
        Ok(())
    }
}

pub(super) struct Search<'a> {
    client: &'a Client,
    pair: &'a DualConnection,
    timer: Timer,
    decision: Decision,
    found: [Option<VpnConnection>; 2],
    created: [Option<VpnConnection>; 2],
    /// The last failure that can pass.
    last: Option<Error>,
}

impl<'a> Search<'a> {
    pub(super) fn new(client: &'a Client, pair: &'a DualConnection, timer: Timer) -> Self {
        let (found, created) = Default::default();
        let decision = Decision::new(PATIENCE);
        Self { client, pair, timer, decision, found, created, last: None }
    }

    /// Both connections, and whether they were created or kept.
    pub(super) async fn run(mut self) -> Result<[(VpnConnection, DualAction); 2], Error> {
        loop {
            let step = self.decision.next();
            let event = match step {
                Step::Look { after_pause } => self.look(after_pause).await?,
                Step::CreateBoth => {
                    let both = self.client.create_dual(self.pair).await;
                    self.note_created(both.map(|both| both.into_inner().into_iter().zip(0..)))?
                }
                Step::CreateOne(index) => self.create_one(index).await?,
                Step::Done => return self.both().ok_or_else(Self::incomplete),
            };
            self.decision.note(step, event);
        }
    }

    async fn look(&mut self, after_pause: bool) -> Result<Event, Error> {
        if after_pause {
            self.pause().await?;
        }
        loop {
            match look(self.client, self.pair.requests()).await {
                Ok([first, second]) => {
                    let seen = [first.seen(), second.seen()];
                    self.found = [first.expected()?.there.pop(), second.expected()?.there.pop()];
                    return Ok(Event::Looked(seen));
                }
                Err(error) if can_pass(&error) => self.last = Some(error),
                Err(error) => return Err(error),
            }
            self.pause().await?;
        }
    }

    async fn create_one(&mut self, index: usize) -> Result<Event, Error> {
        let Some(request) = self.pair.requests().get(index) else { return Ok(Event::NotApplied) };
        let created = self.client.create(request).await;
        self.note_created(created.map(|created| [(created.into_inner(), index)]))
    }

    /// What a create comes to.
    fn note_created(
        &mut self,
        created: Result<impl IntoIterator<Item = (VpnConnection, usize)>, Error>,
    ) -> Result<Event, Error> {
        let (error, event) = match created {
            Ok(created) => {
                for (connection, index) in created {
                    self.created
                        .get_mut(index)
                        .into_iter()
                        .for_each(|it| *it = Some(connection.clone()));
                }
                return Ok(Event::Created);
            }
            Err(error) if error.outcome_unknown().is_some() => (error, Event::Unknown),
            Err(error) if error.is_already_there() => (error, Event::AlreadyThere),
            Err(error) if can_pass(&error) => (error, Event::NotApplied),
            Err(error) => return Err(error),
        };
        tracing::debug!(%error, ?event, "looking again");
        self.last = Some(error);
        Ok(event)
    }

    async fn pause(&mut self) -> Result<(), Error> {
        self.timer.pause(self.last.as_ref(), "the pair is not complete").await
    }

    fn both(self) -> Option<[(VpnConnection, DualAction); 2]> {
        let ([first, second], [created_first, created_second]) = (self.found, self.created);
        let one = |found: Option<_>, created: Option<_>| {
            let action = if created.is_some() { DualAction::Create } else { DualAction::Keep };
            // As it was found, it has a status.
            Some((found.or(created)?, action))
        };
        Some([one(first, created_first)?, one(second, created_second)?])
    }

    /// Both were found or created.
    fn incomplete() -> Error {
        Error::new(ErrorKind::UnexpectedResponse, "the pair is not complete")
    }
}
