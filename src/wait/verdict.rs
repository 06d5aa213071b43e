//! What a state means for a wait.

use crate::types::ConnectionStatus::{self, Active, Down, Error, Freezed, PendingDelete};

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Created,
    Active,
    Deleted,
}

impl Target {
    /// What it is called after "waited for … to".
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => "be created",
            Self::Active => "become ACTIVE",
            Self::Deleted => "be deleted",
        }
    }
}

/// How a wait goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Reached,
    GoOn,
    /// The target will not be reached without somebody's help.
    Hopeless,
}

/// What `status` means; `None` is that of a connection that the service does not find.
/// `may_appear` says that a connection may still be too new to be found.
pub(super) fn verdict(
    target: Target,
    status: Option<&ConnectionStatus>,
    may_appear: bool,
) -> Verdict {
    match (target, status) {
        (Target::Deleted, None)
        | (Target::Active | Target::Created, Some(Active))
        | (Target::Created, Some(Down)) => Verdict::Reached,
        (Target::Active | Target::Created, None) if may_appear => Verdict::GoOn,
        (Target::Active | Target::Created, None | Some(Error | PendingDelete))
        // The service does not delete what is frozen.
        | (_, Some(Freezed)) => Verdict::Hopeless,
        _ => Verdict::GoOn,
    }
}

/// What to look at when a wait ends in this state.
pub(super) fn hint(status: Option<&ConnectionStatus>) -> &'static str {
    match status {
        None => "it is gone, somebody may have deleted it",
        Some(Active) => "it has not been deleted",
        Some(Down) => "check the customer gateway",
        Some(Error) => "the service could not set it up, delete and create it again",
        Some(Freezed) => "it is frozen, ask the vendor's support",
        Some(PendingDelete) => "it is being deleted",
        Some(_) => "the service has not finished",
    }
}
