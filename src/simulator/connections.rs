//! The connections that the service holds.

use http::StatusCode;

use super::connection::{Connection, place};
use super::response::{StatusAndBody, error, invalid};
use crate::document::error_codes::VPN_0012;
use crate::types::VpnConnectionRequest;

#[derive(Debug, Default)]
pub(super) struct Connections {
    /// In the order in which they came.
    list: Vec<Connection>,
    pub(super) quota: Option<usize>,
}

impl Connections {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Connection> {
        self.list.iter()
    }

    pub(super) fn find(&self, id: &str) -> Option<&Connection> {
        self.list.iter().find(|connection| connection.id() == id)
    }

    pub(super) fn find_mut(&mut self, id: &str) -> Option<&mut Connection> {
        self.list.iter_mut().find(|connection| connection.id() == id)
    }

    /// Adds a connection, in the place of one with the same id.
    pub(super) fn insert(&mut self, connection: Connection) {
        match self.find_mut(connection.id()) {
            Some(known) => *known = connection,
            None => self.list.push(connection),
        }
    }

    /// Whether all of these can be created; if not, none is.
    pub(super) fn check_room(
        &self,
        requests: &[VpnConnectionRequest],
    ) -> Result<(), StatusAndBody> {
        let is_taken = |(index, request): (usize, &VpnConnectionRequest)| {
            let earlier = requests.iter().take(index).map(place);
            let taken = self.list.iter().map(Connection::place);
            taken.chain(earlier).any(|taken| taken == place(request))
        };
        if requests.iter().enumerate().any(is_taken) {
            let message = "the gateway address serves this customer gateway already";
            return Err(error(StatusCode::BAD_REQUEST, VPN_0012, message));
        }
        // No page gives a code for it, so it has the general one.
        match self.quota {
            Some(quota) if self.list.len() + requests.len() > quota => {
                Err(invalid(&format!("the quota of {quota} connections is exceeded")))
            }
            _ => Ok(()),
        }
    }
}
