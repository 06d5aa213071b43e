//! What the service knows.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::connection::Connection;
use super::connections::{Connections, Group};
use super::fault::Faults;
use super::gateways::Gateways;
use super::identity::Identity;
use super::monitors::Monitors;
use super::pages::Paging;
use super::received::Received;
use super::response::{StatusAndBody, invalid};
use crate::types::{ConnectionStatus, VpnConnectionRequest, VpnGateway};

#[derive(Debug, Default)]
pub(super) struct State {
    /// Where the service is, for the catalogue.
    pub(super) endpoint: String,
    /// The time that was skipped.
    pub(super) advanced: Duration,
    pub(super) peers_up: bool,
    /// Whether requests need not keep the rules beside the schema.
    pub(super) schema_only: bool,
    pub(super) faults: Faults,
    pub(super) received: Vec<Received>,
    pub(super) identity: Identity,
    pub(super) connections: Connections,
    pub(super) gateways: Gateways,
    pub(super) monitors: Monitors,
    pub(super) paging: Paging,
    pub(super) times: Times,
    made: u32,
}

/// How long the service takes.
#[derive(Debug)]
pub(super) struct Times {
    pub(super) create: Duration,
    pub(super) update: Duration,
    pub(super) delete: Duration,
    /// Until a deleted connection is seen to be going.
    pub(super) delete_delay: Duration,
    /// Until a new connection is found.
    pub(super) list_delay: Duration,
    pub(super) show_delay: Duration,
}

impl Default for Times {
    fn default() -> Self {
        let [update, delete, delete_delay, list_delay, show_delay] = [Duration::ZERO; 5];
        let create = Duration::from_secs(120);
        Self { create, update, delete, delete_delay, list_delay, show_delay }
    }
}

impl State {
    /// The time by the clock of the service.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::now().saturating_add(self.advanced).unwrap_or(Timestamp::MAX)
    }

    /// An id of 36 characters, another one each time.
    pub(super) fn next_id(&mut self) -> String {
        self.made += 1;
        format!("{:08x}-0000-4000-8000-{:012x}", self.made, self.made)
    }

    /// What the service makes of a request.
    pub(super) fn made_of(&mut self, request: &VpnConnectionRequest) -> Connection {
        // One that was put in may have any id.
        let mut id = self.next_id();
        while self.connections.find(&id).is_some() {
            id = self.next_id();
        }
        Connection::new(request, &id, self.made, self.now(), self.times.create)
    }

    pub(super) fn status(&self, connection: &Connection) -> ConnectionStatus {
        connection.status(self.now(), self.peers_up)
    }

    /// A connection as a query returns it.
    pub(super) fn shown(&self, connection: &Connection) -> Value {
        let mut shown = connection.shown(self.now(), self.peers_up);
        if let (Value::Object(shown), Some(id)) = (&mut shown, self.monitors.of(connection.id())) {
            shown.insert("connection_monitor_id".to_owned(), id.into());
        }
        shown
    }

    /// A gateway as a query returns it: with the connections that it has.
    pub(super) fn counted(&self, gateway: &VpnGateway) -> VpnGateway {
        let ranks = self.connections.of(&Group::Gateway(gateway.id.clone()));
        let customers = ranks.iter().filter_map(|rank| self.connections.get(rank)?.text("cgw_id"));
        let count = |number| u32::try_from(number).ok();
        VpnGateway {
            used_connection_number: count(ranks.len()),
            used_connection_group: count(customers.collect::<BTreeSet<_>>().len()),
            ..gateway.clone()
        }
    }

    /// Whether all of these can be created; if not, none is.
    pub(super) fn check_room(
        &self,
        requests: &[VpnConnectionRequest],
    ) -> Result<(), StatusAndBody> {
        for request in requests {
            self.gateways.check(request)?;
            let gateway = self.gateways.find(&request.vgw_id);
            let room = gateway.and_then(|gateway| gateway.connection_number);
            let is_its = |other: &&VpnConnectionRequest| other.vgw_id == request.vgw_id;
            let used = self.connections.of(&Group::Gateway(request.vgw_id.clone())).len();
            let used = used + requests.iter().filter(is_its).count();
            // No page gives a code for it, so it has the general one.
            if let Some(room) = room
                && used > usize::try_from(room).unwrap_or(usize::MAX)
            {
                let message = format!("the quota of {room} connections of the gateway is exceeded");
                return Err(invalid(&message));
            }
        }
        self.connections.check_room(requests)
    }

    /// Lets go of what is gone by now.
    pub(super) fn settle(&mut self) {
        let now = self.now();
        while let Some(gone) = self.connections.next_gone(now) {
            self.monitors.remove(gone.id());
        }
    }
}
