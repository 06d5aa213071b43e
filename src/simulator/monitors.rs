//! The connection monitors that the service holds.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::types::{ConnectionMonitor, MonitorStatus};

/// How long a new monitor is being created.
const CREATION: Duration = Duration::from_secs(10);

/// Each as a create returns it, and when it is no longer being created; by connection, which
/// has one monitor at most.
#[derive(Debug, Default)]
pub(super) struct Monitors(BTreeMap<String, (ConnectionMonitor, Timestamp)>);

impl Monitors {
    /// The id of the monitor of a connection.
    pub(super) fn of(&self, connection: &str) -> Option<&str> {
        self.0.get(connection).map(|(monitor, _)| monitor.id.as_str())
    }

    pub(super) fn insert(&mut self, connection: &str, monitor: ConnectionMonitor, now: Timestamp) {
        let ready = now.saturating_add(CREATION).unwrap_or(now);
        self.0.insert(connection.to_owned(), (monitor, ready));
    }

    /// Whether there was one.
    pub(super) fn remove(&mut self, connection: &str) -> bool {
        self.0.remove(connection).is_some()
    }

    /// As a query returns them: each with its connection.
    pub(super) fn shown(&self, now: Timestamp) -> impl Iterator<Item = (&str, ConnectionMonitor)> {
        self.0.iter().map(move |(connection, (monitor, ready))| {
            let is_ready = now >= *ready;
            let status =
                if is_ready { MonitorStatus::Active } else { MonitorStatus::PendingCreate };
            (connection.as_str(), ConnectionMonitor { status: Some(status), ..monitor.clone() })
        })
    }
}
