//! What is to be done for a pair, and what was done.

use std::fmt;

use super::lookup::Found;
use crate::differences::Differences;
use crate::dual::ConnectionPair;
use crate::types::{VpnConnection, VpnConnectionRequest};

/// What [`ensure_dual`](crate::Client::ensure_dual) does for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DualAction {
    /// Creates it.
    Create,
    /// Keeps the one that is there.
    Keep,
    /// Updates the one that is there.
    Update,
    /// Waits until one that is being deleted is gone, and then creates it.
    Replace,
}

impl fmt::Display for DualAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Create => "create",
            Self::Keep => "keep",
            Self::Update => "update",
            Self::Replace => "wait for the deletion, then create",
        })
    }
}

/// What [`EnsureDual::plan`](crate::EnsureDual::plan) finds. `Display` has a line for each
/// connection, and one for each difference.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DualPlan {
    /// For the first address of the gateway.
    pub first: PlannedConnection,
    /// For the second address of the gateway.
    pub second: PlannedConnection,
}

/// What is to be done for a connection.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PlannedConnection {
    /// What is to be done.
    pub action: DualAction,
    /// The connection that is there, if there is one.
    pub connection: Option<VpnConnection>,
    /// How it differs from what is wanted.
    pub differences: Differences,
}

impl DualPlan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.first, &self.second].iter().all(|planned| planned.action == DualAction::Keep)
    }
}

impl PlannedConnection {
    pub(super) fn new(request: &VpnConnectionRequest, mut found: Found, is_updating: bool) -> Self {
        let (action, connection) = match (found.there.pop(), found.leaving.pop()) {
            (Some(there), _) => (DualAction::Keep, Some(there)),
            (None, Some(leaving)) => (DualAction::Replace, Some(leaving)),
            (None, None) => (DualAction::Create, None),
        };
        let kept = connection.as_ref().filter(|_| action == DualAction::Keep);
        let differences = kept.map(|kept| request.differences(kept)).unwrap_or_default();
        let is_updated = is_updating && differences.update().is_some();
        let action = if is_updated { DualAction::Update } else { action };
        Self { action, connection, differences }
    }
}

/// What [`ensure_dual`](crate::Client::ensure_dual) has done. `Display` has a line for each
/// connection, and one for each difference.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnsuredPair {
    /// The connection over the first address of the gateway.
    pub first: EnsuredConnection,
    /// The connection over the second address of the gateway.
    pub second: EnsuredConnection,
}

/// A connection that exists.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnsuredConnection {
    /// The connection: as it was created, without a status, or as it was last seen.
    pub connection: VpnConnection,
    /// What was done.
    pub action: DualAction,
    /// How it still differs from what is wanted.
    pub differences: Differences,
}

impl From<EnsuredPair> for ConnectionPair {
    fn from(ensured: EnsuredPair) -> Self {
        Self { first: ensured.first.connection, second: ensured.second.connection }
    }
}

/// One line for a connection, and one for each difference.
fn line(
    f: &mut fmt::Formatter<'_>,
    which: &str,
    action: DualAction,
    connection: Option<&VpnConnection>,
    differences: &Differences,
) -> fmt::Result {
    write!(f, "{which}: {action}")?;
    if let Some(connection) = connection {
        write!(f, " {} ({})", connection.id, connection.status())?;
    }
    differences.iter().try_for_each(|difference| write!(f, "\n  {difference}"))
}

impl fmt::Display for DualPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (which, it) in [("first", &self.first), ("\nsecond", &self.second)] {
            line(f, which, it.action, it.connection.as_ref(), &it.differences)?;
        }
        Ok(())
    }
}

impl fmt::Display for EnsuredPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (which, it) in [("first", &self.first), ("\nsecond", &self.second)] {
            line(f, which, it.action, Some(&it.connection), &it.differences)?;
        }
        Ok(())
    }
}
