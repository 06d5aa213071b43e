//! What a test puts in, and what it finds.

use super::Simulator;
use super::connection::Connection;
use crate::error::Error;
use crate::types::{
    ConnectionStatus, CustomerGateway, VpnConnection, VpnConnectionRequest, VpnGateway,
};

impl Simulator {
    /// Puts a connection in, as it is, and returns its id; it replaces one with the same
    /// id. If it has a status, this stays. Nothing is checked, and the quota is ignored.
    pub fn insert(&self, connection: VpnConnection) -> String {
        let id = connection.id.clone();
        let mut state = self.service.state();
        let connection = Connection::known(connection, state.now());
        state.connections.insert(connection);
        id
    }

    /// Puts in the connection that the service would make of a request, and returns its
    /// id. It was created some time ago. Nothing is checked, and the quota is ignored.
    pub fn insert_request(&self, request: &VpnConnectionRequest) -> String {
        let mut state = self.service.state();
        let connection = state.made_of(request).existing();
        let id = connection.id().to_owned();
        state.connections.insert(connection);
        id
    }

    /// The connections that it holds, as a query would return them now, in the order in
    /// which they came.
    #[must_use]
    pub fn connections(&self) -> Vec<VpnConnection> {
        let state = self.service.state();
        let shown = state.connections.iter().map(|connection| state.shown(connection));
        // All can be read: they were made of the types.
        shown.filter_map(|shown| serde_json::from_value(shown).ok()).collect()
    }

    /// Gives a connection a status that stays, or with `None` again the one that time
    /// brings. A `FREEZED` connection can neither be updated nor deleted.
    ///
    /// # Errors
    /// When it holds no connection with this id.
    pub fn set_status(
        &self,
        id: &str,
        status: impl Into<Option<ConnectionStatus>>,
    ) -> Result<(), Error> {
        let mut state = self.service.state();
        let changed = state.connections.change(id, |it| it.fixed = status.into());
        changed.ok_or_else(|| Error::invalid(format_args!("no connection with the id {id:?}")))
    }

    /// Puts a gateway in, as it is; it replaces one with the same id. How many connections it
    /// has is counted, and it may have no more than its `connection_number`.
    pub fn insert_gateway(&self, gateway: VpnGateway) {
        self.service.state().gateways.insert(gateway);
    }

    /// The gateways, as a query would return them now, in the order in which they came. The
    /// one of the vendor's Example 3 is there from the start.
    ///
    /// ```
    /// use otc_vpn::simulator::Simulator;
    /// use otc_vpn::types::HaMode;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::start().await?;
    /// for mut gateway in simulator.gateways() {
    ///     gateway.ha_mode = Some(HaMode::ActiveStandby);
    ///     simulator.insert_gateway(gateway);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn gateways(&self) -> Vec<VpnGateway> {
        let state = self.service.state();
        state.gateways.own.iter().map(|gateway| state.counted(gateway)).collect()
    }

    /// Puts a customer gateway in, as it is; it replaces one with the same id.
    pub fn insert_customer_gateway(&self, gateway: CustomerGateway) {
        self.service.state().gateways.insert_customer(gateway);
    }

    /// The customer gateways, in the order in which they came. The one of the vendor's
    /// Example 3 is there from the start.
    #[must_use]
    pub fn customer_gateways(&self) -> Vec<CustomerGateway> {
        self.service.state().gateways.customers.clone()
    }
}
