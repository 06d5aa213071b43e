//! What the service knows.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::connection::Connection;
use super::connections::Connections;
use super::fault::Faults;
use super::identity::Identity;
use super::received::Received;
use crate::types::VpnConnectionRequest;

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
    made: u32,
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
        Connection::new(request, &id, self.made, self.now())
    }

    /// A connection as a query returns it.
    pub(super) fn shown(&self, connection: &Connection) -> Value {
        connection.shown(self.now(), self.peers_up)
    }
}
