//! Waiting for a state of connections.

mod verdict;

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::client::Client;
use crate::dual::ConnectionPair;
use crate::error::{ConnectionKey, Error, ErrorKind, LastState, WaitEnded};
use crate::ids::ConnectionId;
use crate::transport::exchange::{instant_after, require_runtime};
use crate::types::{ConnectionStatus, VpnConnection};
use verdict::{Target, Verdict, hint, verdict};

/// How long a wait takes at most, unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(600);
/// How long a connection that was just created may not be found.
const APPEARANCE: Duration = Duration::from_secs(30);
/// The shortest pause that can be set.
const SHORTEST: Duration = Duration::from_millis(10);

/// A wait for a connection, or for both of a pair: from [`Client::wait`] and
/// [`Client::wait_dual`].
///
/// It queries them after 10 s for the first time, then after 5 s, and after longer pauses
/// up to 15 s, each a little random: about 45 times in the 10 minutes after which it gives up.
/// A query that fails in a way that can pass does not end it; a rejection of the credentials
/// or their rights (401, 403) does at once, as does any other failure that will stay.
///
/// Dropping the future of a wait ends it.
#[must_use = "nothing is waited for without `until_…`"]
pub struct Wait<T> {
    client: Client,
    ids: Vec<String>,
    settings: Settings,
    read: fn(Vec<VpnConnection>) -> Option<T>,
}

struct Settings {
    timeout: Duration,
    pauses: Pauses,
    on_change: Box<dyn FnMut(&VpnConnection) + Send>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { timeout: TIMEOUT, pauses: Pauses::default(), on_change: Box::new(|_| ()) }
    }
}

impl Client {
    /// Waits for a state of a connection.
    ///
    /// ```
    /// # use otc_vpn::simulator::Simulator;
    /// # use std::time::Duration;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), otc_vpn::Error> {
    /// # let simulator = Simulator::start().await.unwrap();
    /// # simulator.set_peers_up(true);
    /// # let client = simulator.client()?;
    /// # let connection = serde_json::from_str(r#"{ "id": "18be2aa1" }"#).unwrap();
    /// # let id = simulator.insert(connection);
    /// let wait = client.wait(&id).timeout(Duration::from_secs(300));
    /// # let wait = wait.poll(Duration::from_millis(20));
    /// let connection = wait.on_change(|it| println!("{}", it.status())).until_active().await?;
    /// assert_eq!(connection.id, id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self, id: impl AsRef<str>) -> Wait<VpnConnection> {
        let ids = vec![id.as_ref().to_owned()];
        Wait { client: self.clone(), ids, settings: Settings::default(), read: |mut all| all.pop() }
    }

    /// Waits for a state of both connections of a pair.
    pub fn wait_dual(&self, pair: &ConnectionPair) -> Wait<ConnectionPair> {
        let ids = pair.iter().map(|connection| connection.id.clone()).collect();
        let read = |all: Vec<_>| {
            let [first, second] = all.try_into().ok()?;
            Some(ConnectionPair { first, second })
        };
        Wait { client: self.clone(), ids, settings: Settings::default(), read }
    }
}

impl<T> Wait<T> {
    /// How long to wait at most, 10 minutes by default. The last query begins when the time is
    /// up.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// The pause before each query, in the place of the pauses that grow; at least 10 ms.
    pub fn poll(self, pause: Duration) -> Self {
        self.pauses(Pauses::every(pause))
    }

    pub(crate) fn pauses(mut self, pauses: Pauses) -> Self {
        self.settings.pauses = pauses;
        self
    }

    /// What to call with each connection when it is seen for the first time, and whenever
    /// its status has changed.
    pub fn on_change(mut self, change: impl FnMut(&VpnConnection) + Send + 'static) -> Self {
        self.settings.on_change = Box::new(change);
        self
    }

    /// Waits until the connection has been created: until it is `ACTIVE`, or `DOWN` since
    /// the other side is not set up. Both are, of a pair.
    ///
    /// A connection may be too new to be found: for 30 s, that is no failure.
    ///
    /// # Errors
    /// [`ErrorKind::WaitEnded`] when the time is up, and at once when the status is `ERROR`,
    /// `FREEZED` or `PENDING_DELETE`, or when the connection vanishes; and whatever ends a
    /// [`show`](Client::show) for good.
    pub async fn until_created(self) -> Result<T, Error> {
        self.until(Target::Created).await
    }

    /// Waits until the tunnel is up: until the status is `ACTIVE`. Both are, of a pair.
    ///
    /// # Errors
    /// As [`until_created`](Self::until_created).
    pub async fn until_active(self) -> Result<T, Error> {
        self.until(Target::Active).await
    }

    /// Waits until the service does not find the connection any more. Both, of a pair.
    ///
    /// # Errors
    /// [`ErrorKind::WaitEnded`] when the time is up, and at once when the status is
    /// `FREEZED`: the service does not delete what is frozen; and whatever ends a
    /// [`show`](Client::show) for good.
    pub async fn until_deleted(self) -> Result<(), Error> {
        let Self { client, ids, settings, .. } = self;
        run(&client, &ids, settings, Target::Deleted).await.map(drop)
    }

    async fn until(self, target: Target) -> Result<T, Error> {
        let Self { client, ids, settings, read } = self;
        let reached = run(&client, &ids, settings, target).await?;
        // Each connection was seen.
        read(reached).ok_or_else(|| Error::new(ErrorKind::UnexpectedResponse, "none was seen"))
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("ids", &self.ids)
            .field("timeout", &self.settings.timeout)
            .finish_non_exhaustive()
    }
}

/// The pauses before queries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pauses {
    first: Duration,
    next: Duration,
    longest: Duration,
}

impl Pauses {
    /// The same each time, at least 10 ms.
    pub(crate) fn every(pause: Duration) -> Self {
        let pause = pause.max(SHORTEST);
        Self { first: pause, next: pause, longest: pause }
    }
}

impl Default for Pauses {
    fn default() -> Self {
        let [first, next, longest] = [10, 5, 15].map(Duration::from_secs);
        Self { first, next, longest }
    }
}

impl Iterator for Pauses {
    type Item = Duration;

    /// Each a tenth longer or shorter at random, so that waits that began together do not
    /// stay together.
    fn next(&mut self) -> Option<Duration> {
        let pause = self.first;
        self.first = self.next;
        self.next = self.next.mul_f64(1.25).min(self.longest);
        Some(pause.mul_f64(0.9 + 0.2 * fastrand::f64()))
    }
}

/// Where the connections are looked at: the service, but in tests.
trait Source {
    fn look(&self, id: &ConnectionId) -> impl Future<Output = Result<VpnConnection, Error>> + Send;
}

impl Source for Client {
    async fn look(&self, id: &ConnectionId) -> Result<VpnConnection, Error> {
        Ok(self.show(id).await?.into_inner())
    }
}

/// What is known of one of the connections.
struct Watched {
    id: ConnectionId,
    /// As it was found last.
    last: Option<VpnConnection>,
    /// Whether the last query found it.
    is_found: bool,
    /// Why the last query failed.
    failure: Option<Error>,
}

impl Watched {
    fn new(id: &String) -> Result<Self, Error> {
        Ok(Self { id: id.try_into()?, last: None, is_found: false, failure: None })
    }

    /// Looks at the connection; the error is one that will stay.
    async fn look(&mut self, source: &impl Source) -> Result<(), Error> {
        self.failure = None;
        match source.look(&self.id).await {
            Ok(connection) => {
                self.last = Some(connection);
                self.is_found = true;
            }
            Err(error) => {
                // What is known stays as it is until a query succeeds.
                self.is_found &= !error.is_not_found();
                if !error.is_not_found() && !can_pass(&error) {
                    return Err(error);
                }
                self.failure = Some(error);
            }
        }
        Ok(())
    }

    fn status(&self) -> Option<&ConnectionStatus> {
        self.last.as_ref().filter(|_| self.is_found).map(VpnConnection::status)
    }

    fn verdict(&self, target: Target, waited: Duration) -> Verdict {
        match &self.failure {
            Some(failure) if !failure.is_not_found() => Verdict::GoOn,
            _ => verdict(target, self.status(), self.last.is_none() && waited < APPEARANCE),
        }
    }

    /// What to look at.
    fn advice(&self) -> String {
        match &self.failure {
            Some(failure) if !failure.is_not_found() => format!("the last query failed: {failure}"),
            _ => hint(self.status()).to_owned(),
        }
    }

    fn last_state(&self) -> LastState {
        let id = Some(self.id.as_str().to_owned());
        let connection = match self.last.clone() {
            Some(connection) => connection.into(),
            None => ConnectionKey { id, ..ConnectionKey::default() },
        };
        LastState { connection, status: self.status().cloned() }
    }
}

/// Whether the same call may succeed later.
pub(crate) fn can_pass(error: &Error) -> bool {
    use ErrorKind::{Connect, ConnectionLost, Credentials, Timeout, UnexpectedResponse};
    let kinds = [Connect, ConnectionLost, Credentials, Timeout, UnexpectedResponse];
    !error.is_auth() && (error.is_retryable() || kinds.contains(&error.kind()))
}

/// The connections in the state that is waited for; those that were deleted as they were
/// seen last.
async fn run(
    source: &impl Source,
    ids: &[String],
    mut settings: Settings,
    target: Target,
) -> Result<Vec<VpnConnection>, Error> {
    require_runtime()?;
    let mut watched = ids.iter().map(Watched::new).collect::<Result<Vec<_>, _>>()?;
    let (started, deadline) = (Instant::now(), instant_after(settings.timeout));
    for pause in settings.pauses {
        sleep_until(instant_after(pause).min(deadline)).await;
        let before: Vec<_> = watched.iter().map(|it| it.status().cloned()).collect();
        look_at_all(source, &mut watched).await?;
        for (connection, before) in watched.iter().zip(before) {
            if let Some(seen) = connection.last.as_ref().filter(|_| connection.is_found)
                && before.as_ref() != Some(seen.status())
            {
                (settings.on_change)(seen);
            }
        }
        let waited = started.elapsed();
        let verdicts: Vec<_> = watched.iter().map(|it| it.verdict(target, waited)).collect();
        if verdicts.iter().all(|verdict| *verdict == Verdict::Reached) {
            break;
        }
        let is_hopeless = verdicts.contains(&Verdict::Hopeless);
        if is_hopeless || Instant::now() >= deadline {
            return Err(ended(target, &watched, &verdicts, waited, is_hopeless));
        }
    }
    Ok(watched.into_iter().filter_map(|connection| connection.last).collect())
}

async fn look_at_all(source: &impl Source, watched: &mut [Watched]) -> Result<(), Error> {
    match watched {
        [first, second] => tokio::try_join!(first.look(source), second.look(source)).map(drop),
        all => {
            for connection in all {
                connection.look(source).await?;
            }
            Ok(())
        }
    }
}

/// The error of a wait that ends.
fn ended(
    target: Target,
    watched: &[Watched],
    verdicts: &[Verdict],
    waited: Duration,
    is_hopeless: bool,
) -> Error {
    let blamed = |verdict: &Verdict| match is_hopeless {
        true => *verdict == Verdict::Hopeless,
        false => *verdict != Verdict::Reached,
    };
    let blamed = watched.iter().zip(verdicts).filter(|(_, verdict)| blamed(verdict));
    let blamed: Vec<&Watched> = blamed.map(|(connection, _)| connection).collect();
    // One that was never there is not found, and nothing else.
    let missing = blamed.iter().filter(|connection| connection.last.is_none());
    let mut missing = missing.filter_map(|connection| connection.failure.as_ref());
    if let Some(error) = missing.find(|error| error.is_not_found()) {
        return error.clone();
    }
    let connections = watched.iter().map(Watched::last_state).collect();
    let ended = WaitEnded { connections };
    let mut text = format!("waited {} s to {}: {ended}", waited.as_secs(), target.name());
    let mut advice: Vec<_> = blamed.iter().map(|connection| connection.advice()).collect();
    advice.dedup();
    advice.iter().for_each(|advice| text.push_str(&format!(": {advice}")));
    Error::new(ErrorKind::WaitEnded, text).with_wait(ended).with_timeout(!is_hopeless)
}

#[cfg(test)]
mod tests;
