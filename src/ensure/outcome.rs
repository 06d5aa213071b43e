//! What is to be done for a connection or a pair, and what was done.

use std::fmt;

use super::lookup::Found;
use crate::differences::Differences;
use crate::dual::ConnectionPair;
use crate::types::{VpnConnection, VpnConnectionRequest};

/// What [`ensure`](crate::Client::ensure) does for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EnsureAction {
    /// Creates it.
    Create,
    /// Keeps the one that is there.
    Keep,
    /// Updates the one that is there.
    Update,
    /// Waits until one that is being deleted is gone, and then creates it.
    Replace,
}

impl fmt::Display for EnsureAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Create => "create",
            Self::Keep => "keep",
            Self::Update => "update",
            Self::Replace => "wait for the deletion, then create",
        })
    }
}

/// What [`Ensure::plan`](crate::Ensure::plan) finds for a pair. `Display` has a line for each
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
    pub action: EnsureAction,
    /// The connection that is there, if there is one.
    pub connection: Option<VpnConnection>,
    /// How it differs from what is wanted.
    pub differences: Differences,
}

impl DualPlan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.first, &self.second].iter().all(|planned| planned.action == EnsureAction::Keep)
    }
}

impl PlannedConnection {
    pub(super) fn new(request: &VpnConnectionRequest, mut found: Found, is_updating: bool) -> Self {
        let (action, connection) = match (found.there.pop(), found.leaving.pop()) {
            (Some(there), _) => (EnsureAction::Keep, Some(there)),
            (None, Some(leaving)) => (EnsureAction::Replace, Some(leaving)),
            (None, None) => (EnsureAction::Create, None),
        };
        let kept = connection.as_ref().filter(|_| action == EnsureAction::Keep);
        let differences = kept.map(|kept| request.differences(kept)).unwrap_or_default();
        let is_updated = is_updating && differences.update().is_some();
        let action = if is_updated { EnsureAction::Update } else { action };
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
    pub action: EnsureAction,
    /// How it still differs from what is wanted.
    pub differences: Differences,
}

impl From<EnsuredPair> for ConnectionPair {
    fn from(ensured: EnsuredPair) -> Self {
        Self { first: ensured.first.connection, second: ensured.second.connection }
    }
}

impl EnsureAction {
    /// What was done.
    fn done(self) -> &'static str {
        match self {
            Self::Create | Self::Replace => "created",
            Self::Keep => "kept",
            Self::Update => "updated",
        }
    }
}

/// One line for a connection, and one for each difference.
fn line(
    f: &mut fmt::Formatter<'_>,
    which: &str,
    action: impl fmt::Display,
    connection: Option<&VpnConnection>,
    differences: &Differences,
) -> fmt::Result {
    write!(f, "{which}: {action}")?;
    if let Some(connection) = connection {
        write!(f, " {}", connection.id)?;
        connection.status.as_ref().map_or(Ok(()), |status| write!(f, " ({status})"))?;
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
            line(f, which, it.action.done(), Some(&it.connection), &it.differences)?;
        }
        Ok(())
    }
}
