//! The search for a connection or both of a pair, and what it creates on the way.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::decision::{Decision, Event, Seen, Step};
use super::lookup::{Found, look};
use super::outcome::EnsureAction;
use crate::client::Client;
use crate::dual::DualConnection;
use crate::error::{Error, ErrorKind, OutcomeUnknown};
use crate::transport::exchange::instant_after;
use crate::types::{VpnConnection, VpnConnectionRequest};
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

pub(super) struct Search<'a, const N: usize> {
    client: &'a Client,
    requests: &'a [VpnConnectionRequest; N],
    /// That of the requests, if there are two.
    pair: Option<&'a DualConnection>,
    timer: Timer,
    decision: Decision,
    found: [Option<VpnConnection>; N],
    created: [Option<VpnConnection>; N],
    /// The last failure that can pass.
    last: Option<Error>,
    /// Of the last create, if that is not known.
    outcome: Option<OutcomeUnknown>,
}

impl<'a> Search<'a, 1> {
    pub(super) fn of_one(
        client: &'a Client,
        request: &'a VpnConnectionRequest,
        timer: Timer,
    ) -> Self {
        Self::new(client, std::array::from_ref(request), None, timer)
    }
}

impl<'a> Search<'a, 2> {
    pub(super) fn of_pair(client: &'a Client, pair: &'a DualConnection, timer: Timer) -> Self {
        Self::new(client, pair.requests(), Some(pair), timer)
    }
}

impl<'a, const N: usize> Search<'a, N> {
    fn new(
        client: &'a Client,
        requests: &'a [VpnConnectionRequest; N],
        pair: Option<&'a DualConnection>,
        timer: Timer,
    ) -> Self {
        let decision = Decision::new(PATIENCE);
        let [found, created] = [(); 2].map(|()| [(); N].map(|()| None));
        Self { client, requests, pair, timer, decision, found, created, last: None, outcome: None }
    }

    /// The connections, and whether they were created or kept.
    pub(super) async fn run(mut self) -> Result<[(VpnConnection, EnsureAction); N], Error> {
        match self.search().await {
            Ok(()) => self.complete(),
            // Whatever ended it: a create may have taken effect.
            Err(error) if error.outcome_unknown().is_none() => Err(match self.outcome {
                Some(outcome) => error.with_unknown_outcome(outcome),
                None => error,
            }),
            Err(error) => Err(error),
        }
    }

    async fn search(&mut self) -> Result<(), Error> {
        loop {
            let step = self.decision.next();
            let event = match (step, self.pair) {
                (Step::Look { after_pause }, _) => self.look(after_pause).await?,
                (Step::CreateBoth, Some(pair)) => {
                    let both = self.client.create_dual(pair).await;
                    self.note_created(both.map(|both| both.into_inner().into_iter().zip(0..)))?
                }
                // Not without a pair: of one, the other is always there.
                (Step::CreateBoth, None) => self.create_one(0).await?,
                (Step::CreateOne(index), _) => self.create_one(index).await?,
                (Step::Done, _) => return Ok(()),
            };
            self.decision.note(step, event);
        }
    }

    async fn look(&mut self, after_pause: bool) -> Result<Event, Error> {
        if after_pause {
            self.pause().await?;
        }
        loop {
            match look(self.client, self.requests).await {
                Ok(found) => return self.note_found(found),
                Err(error) if can_pass(&error) => self.last = Some(error),
                Err(error) => return Err(error),
            }
            self.pause().await?;
        }
    }

    fn note_found(&mut self, all: [Found; N]) -> Result<Event, Error> {
        // Where one is wanted, nothing is to be done for the other.
        let mut seen = [Seen::There; 2];
        for ((found, seen), kept) in all.into_iter().zip(&mut seen).zip(&mut self.found) {
            *seen = found.seen();
            *kept = found.expected()?.there.pop();
        }
        Ok(Event::Looked(seen))
    }

    async fn create_one(&mut self, index: usize) -> Result<Event, Error> {
        let Some(request) = self.requests.get(index) else { return Ok(Event::NotApplied) };
        let created = self.client.create(request).await;
        self.note_created(created.map(|created| [(created.into_inner(), index)]))
    }

    /// What a create comes to.
    fn note_created(
        &mut self,
        created: Result<impl IntoIterator<Item = (VpnConnection, usize)>, Error>,
    ) -> Result<Event, Error> {
        self.outcome = created.as_ref().err().and_then(|error| error.outcome_unknown().cloned());
        let (error, event) = match created {
            Ok(created) => {
                for (connection, index) in created {
                    if let Some(kept) = self.created.get_mut(index) {
                        *kept = Some(connection);
                    }
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
        let unfinished = match self.pair {
            Some(_) => "the pair is not complete",
            None => "the connection is not there",
        };
        self.timer.pause(self.last.as_ref(), unfinished).await
    }

    fn complete(self) -> Result<[(VpnConnection, EnsureAction); N], Error> {
        let all = self.found.into_iter().zip(self.created).filter_map(|(found, created)| {
            let is_new = created.is_some();
            let action = if is_new { EnsureAction::Create } else { EnsureAction::Keep };
            // As it was found, it has a status.
            Some((found.or(created)?, action))
        });
        // Each was found or created.
        let missing = |_| Error::new(ErrorKind::UnexpectedResponse, "a connection is missing");
        all.collect::<Vec<_>>().try_into().map_err(missing)
    }
}
