//! The connections that the service holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use http::StatusCode;
use jiff::Timestamp;

use super::connection::{Connection, Place, place};
use super::pages::Rank;
use super::response::{StatusAndBody, error, invalid};
use crate::document::error_codes::VPN_0012;
use crate::types::VpnConnectionRequest;

/// What several connections have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Group {
    All,
    Gateway(String),
    Address(String),
    Place(Place),
}

#[derive(Debug, Default)]
pub(super) struct Connections {
    held: BTreeMap<Rank, Connection>,
    by_id: HashMap<String, Rank>,
    groups: HashMap<Group, BTreeSet<Rank>>,
    /// Those that are being deleted, by the time at which they are gone.
    going: BTreeSet<(Timestamp, Rank)>,
    inserted: u64,
    pub(super) quota: Option<usize>,
}

impl Connections {
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    /// In the order in which they came.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Connection> {
        let mut held: Vec<_> = self.held.iter().collect();
        held.sort_unstable_by_key(|((_, number), _)| *number);
        held.into_iter().map(|(_, connection)| connection)
    }

    pub(super) fn get(&self, rank: &Rank) -> Option<&Connection> {
        self.held.get(rank)
    }

    pub(super) fn find(&self, id: &str) -> Option<&Connection> {
        self.held.get(self.by_id.get(id)?)
    }

    /// The ranks of all connections of a group.
    pub(super) fn of(&self, group: &Group) -> &BTreeSet<Rank> {
        static NONE: BTreeSet<Rank> = BTreeSet::new();
        self.groups.get(group).unwrap_or(&NONE)
    }

    /// Adds a connection, in the place of one with the same id.
    pub(super) fn insert(&mut self, connection: Connection) {
        let known = self.remove(connection.id()).map(|((_, number), _)| number);
        let number = known.unwrap_or_else(|| {
            self.inserted += 1;
            self.inserted
        });
        self.put((connection.created, number), connection);
    }

    /// Changes a connection, if it is there.
    pub(super) fn change<T>(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Connection) -> T,
    ) -> Option<T> {
        // It may come into other groups.
        let (rank, mut connection) = self.remove(id)?;
        let changed = change(&mut connection);
        self.put(rank, connection);
        Some(changed)
    }

    fn remove(&mut self, id: &str) -> Option<(Rank, Connection)> {
        let rank = self.by_id.remove(id)?;
        let connection = self.held.remove(&rank)?;
        if let Some(gone) = connection.gone() {
            self.going.remove(&(gone, rank));
        }
        for group in groups(&connection) {
            if let Some(ranks) = self.groups.get_mut(&group) {
                ranks.remove(&rank);
                if ranks.is_empty() {
                    self.groups.remove(&group);
                }
            }
        }
        Some((rank, connection))
    }

    /// Removes the next connection that is gone by now.
    pub(super) fn next_gone(&mut self, now: Timestamp) -> Option<Connection> {
        let (_, rank) = self.going.first().filter(|(gone, _)| *gone <= now)?;
        let id = self.held.get(rank)?.id().to_owned();
        self.remove(&id).map(|(_, connection)| connection)
    }

    fn put(&mut self, rank: Rank, connection: Connection) {
        for group in groups(&connection) {
            self.groups.entry(group).or_default().insert(rank);
        }
        if let Some(gone) = connection.gone() {
            self.going.insert((gone, rank));
        }
        self.by_id.insert(connection.id().to_owned(), rank);
        self.held.insert(rank, connection);
    }

    /// Whether all of these can be created; if not, none is.
    pub(super) fn check_room(
        &self,
        requests: &[VpnConnectionRequest],
    ) -> Result<(), StatusAndBody> {
        let is_taken = |(index, request): (usize, &VpnConnectionRequest)| {
            let mut earlier = requests.iter().take(index).map(place);
            earlier.any(|taken| taken == place(request)) || self.is_taken(&place(request))
        };
        if requests.iter().enumerate().any(is_taken) {
            return Err(occupied());
        }
        // No page gives a code for it, so it has the general one.
        match self.quota {
            Some(quota) if self.len() + requests.len() > quota => {
                Err(invalid(&format!("the quota of {quota} connections is exceeded")))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn is_taken(&self, place: &Place) -> bool {
        !self.of(&Group::Place(place.clone())).is_empty()
    }
}

/// The gateway address serves the customer gateway already.
pub(super) fn occupied() -> StatusAndBody {
    let message = "the gateway address serves this customer gateway already";
    error(StatusCode::BAD_REQUEST, VPN_0012, message)
}

fn groups(connection: &Connection) -> impl Iterator<Item = Group> {
    let text = |name| connection.text(name).map(str::to_owned);
    let gateway = text("vgw_id").map(Group::Gateway);
    let address = text("vgw_ip").map(Group::Address);
    let place = Group::Place(connection.place());
    [Group::All, place].into_iter().chain(gateway).chain(address)
}
