//! A connection or a pair that exists exactly once, and a pair that exists no more.

mod decision;
mod delete;
mod lookup;
#[cfg(test)]
mod model;
mod outcome;
mod search;

use std::borrow::Cow;
use std::pin::Pin;
use std::time::Duration;

use crate::client::Client;
use crate::dual::DualConnection;
use crate::error::Error;
use crate::transport::exchange::require_runtime;
use crate::types::{ConnectionStatus, VpnConnection, VpnConnectionRequest};
use crate::validate;
use crate::wait::Pauses;
pub use delete::DeleteDual;
use lookup::look;
pub use outcome::{DualPlan, EnsureAction, EnsuredConnection, EnsuredPair, PlannedConnection};
use search::{Search, Timer};

/// How long to go on at most, unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(300);
/// How long to wait before the next look, unless told otherwise.
const PAUSE: Duration = Duration::from_secs(5);

/// What makes a connection or a pair exist exactly once: from [`Client::ensure`] and
/// [`Client::ensure_dual`]. It does so when it is awaited.
#[derive(Debug)]
#[must_use = "nothing is done unless it is awaited"]
pub struct Ensure<'a, T> {
    client: &'a Client,
    wanted: &'a T,
    is_updating: bool,
    timeout: Duration,
    pauses: Pauses,
}

impl<T> Clone for Ensure<'_, T> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl Client {
    /// Makes sure that both connections of a pair exist, each once: it looks for them by
    /// gateway, address and customer gateway, adopts what is there and creates what is
    /// missing. It can be run again at any time: after an outcome that is not known, after a
    /// crash, and beside another program that does the same.
    ///
    /// ```
    /// # use otc_vpn::simulator::Simulator;
    /// use otc_vpn::{EnsureAction, DualConnection};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::start().await?;
    /// # let client = simulator.client()?;
    /// let pair = DualConnection::builder()
    ///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
    ///     .vgw_ips("e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005")
    ///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    ///     .peer_subnets(["192.168.44.0/24"])
    ///     .psk("Example-Key-2025")
    ///     .build()?;
    /// println!("{}", client.ensure_dual(&pair).plan().await?);
    /// let ensured = client.ensure_dual(&pair).await?;
    /// assert_eq!(ensured.first.action, EnsureAction::Create);
    /// let again = client.ensure_dual(&pair).await?;
    /// assert_eq!(again.first.action, EnsureAction::Keep);
    /// assert_eq!(again.first.connection.id, ensured.first.connection.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A connection that is there is compared with the wanted one, and what differs is
    /// returned; [`update_differences`](Ensure::update_differences) changes what an update
    /// can. One that is being deleted is waited for, and then created anew.
    ///
    /// After a create that may have taken effect, several looks must miss a connection before
    /// it is created again. Two callers at the same time, or a list that shows a new
    /// connection later than that, can still make a second create. The service rejects it:
    /// it has one connection for each address and customer gateway. That rejection is what
    /// prevents duplicates in the end, and is taken as a sign to look again.
    ///
    /// It is done when both exist, and does not wait until they are up: see
    /// [`wait_dual`](Self::wait_dual).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a pair that breaks a
    /// rule. What cannot pass by itself ends it at once; other failures when the time is up,
    /// with the last one.
    pub fn ensure_dual<'a>(&'a self, pair: &'a DualConnection) -> Ensure<'a, DualConnection> {
        Ensure::new(self, pair)
    }

    /// Makes sure that a connection exists once, as [`ensure_dual`](Self::ensure_dual) does
    /// for two: it looks for it by gateway, address and customer gateway, adopts it or creates
    /// it, and can be run again at any time.
    ///
    /// ```
    /// # use otc_vpn::simulator::Simulator;
    /// use otc_vpn::EnsureAction;
    /// use otc_vpn::types::VpnConnectionRequest;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::start().await?;
    /// # let client = simulator.client()?;
    /// let request = VpnConnectionRequest::builder()
    ///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
    ///     .vgw_ip("e4d7930f-demo-4cbf-b78a-b004416c7485")
    ///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    ///     .peer_subnets(["192.168.44.0/24"])
    ///     .psk("Example-Key-2025")
    ///     .build()?;
    /// assert_eq!(client.ensure(&request).plan().await?.action, EnsureAction::Create);
    /// let ensured = client.ensure(&request).await?;
    /// let again = client.ensure(&request).await?;
    /// assert_eq!(again.action, EnsureAction::Keep);
    /// assert_eq!(again.connection.id, ensured.connection.id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`ensure_dual`](Self::ensure_dual).
    pub fn ensure<'a>(
        &'a self,
        request: &'a VpnConnectionRequest,
    ) -> Ensure<'a, VpnConnectionRequest> {
        Ensure::new(self, request)
    }

    /// Deletes both connections of a pair, and waits until they are gone: whatever there is at
    /// the two addresses for the customer gateway. It can be run again at any time.
    ///
    /// A connection that was created just now, and is not listed yet, is missed.
    ///
    /// # Errors
    /// As [`delete`](Self::delete), and when the time is up before they are gone.
    pub fn delete_dual<'a>(&'a self, pair: &'a DualConnection) -> DeleteDual<'a> {
        DeleteDual { client: self, pair, timeout: TIMEOUT, pauses: Pauses::every(PAUSE) }
    }
}

impl<'a, T> Ensure<'a, T> {
    fn new(client: &'a Client, wanted: &'a T) -> Self {
        let pauses = Pauses::every(PAUSE);
        Self { client, wanted, is_updating: false, timeout: TIMEOUT, pauses }
    }

    /// Updates a connection that was there already and differs from the wanted one, as far as
    /// an update can change it; of a pair first the one, and when it is back, the other.
    pub fn update_differences(mut self) -> Self {
        self.is_updating = true;
        self
    }

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

    fn timer(&self) -> Timer {
        Timer::new(self.timeout, self.pauses)
    }

    /// Compares a connection with what is wanted, and updates it if that is wished.
    async fn settle(
        &self,
        client: &Client,
        request: &VpnConnectionRequest,
        (connection, action): (VpnConnection, EnsureAction),
    ) -> Result<EnsuredConnection, Error> {
        let differences = request.differences(&connection);
        let Some(update) = differences.update().filter(|_| self.is_updating) else {
            return Ok(EnsuredConnection { connection, action, differences });
        };
        let wait = || client.wait(&connection.id).pauses(self.pauses).timeout(self.timeout);
        if !matches!(connection.status(), ConnectionStatus::Active | ConnectionStatus::Down) {
            wait().until_created().await?;
        }
        client.update_of(&connection, update).await?;
        let connection = wait().until_created().await?;
        let differences = request.differences(&connection);
        Ok(EnsuredConnection { connection, action: EnsureAction::Update, differences })
    }
}

impl<'a> Ensure<'a, DualConnection> {
    /// What it would do now. Nothing is changed.
    ///
    /// # Errors
    /// As when it is awaited.
    pub async fn plan(self) -> Result<DualPlan, Error> {
        let pair = self.validated()?;
        let [at_first, at_second] = look(self.client, pair.requests()).await?;
        let [first, second] = pair.requests();
        Ok(DualPlan {
            first: PlannedConnection::new(first, at_first.expected()?, self.is_updating),
            second: PlannedConnection::new(second, at_second.expected()?, self.is_updating),
        })
    }

    fn validated(&self) -> Result<Cow<'a, DualConnection>, Error> {
        require_runtime()?;
        let pair = self.wanted.under(&self.client.rules)?;
        validate::enforce(pair.validate(), || self.client.secrets())?;
        Ok(pair)
    }

    async fn run(self) -> Result<EnsuredPair, Error> {
        let pair = self.validated()?;
        let client = self.client.with_rules(pair.rules());
        let [first, second] = Search::of_pair(&client, &pair, self.timer()).run().await?;
        let [for_first, for_second] = pair.requests();
        Ok(EnsuredPair {
            first: self.settle(&client, for_first, first).await?,
            second: self.settle(&client, for_second, second).await?,
        })
    }
}

impl Ensure<'_, VpnConnectionRequest> {
    /// What it would do now. Nothing is changed.
    ///
    /// # Errors
    /// As when it is awaited.
    pub async fn plan(self) -> Result<PlannedConnection, Error> {
        self.validate()?;
        let [found] = look(self.client, std::array::from_ref(self.wanted)).await?;
        Ok(PlannedConnection::new(self.wanted, found.expected()?, self.is_updating))
    }

    fn validate(&self) -> Result<(), Error> {
        require_runtime()?;
        let violations = self.wanted.validate(&self.client.rules);
        validate::enforce(violations, || self.client.secrets())
    }

    async fn run(self) -> Result<EnsuredConnection, Error> {
        self.validate()?;
        let Self { client, wanted, .. } = self;
        let [found] = Search::of_one(client, wanted, self.timer()).run().await?;
        self.settle(client, wanted, found).await
    }
}

impl<'a> IntoFuture for Ensure<'a, DualConnection> {
    type Output = Result<EnsuredPair, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<'a> IntoFuture for Ensure<'a, VpnConnectionRequest> {
    type Output = Result<EnsuredConnection, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
