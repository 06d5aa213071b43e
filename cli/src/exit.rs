//! With which status the program ends.

use std::process::ExitCode;

use otc_vpn::{Error, ErrorKind};

/// The exit status. Scripts rely on it: a number is never given another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything was done.
    Done = 0,
    /// The service refused, or its response cannot be used.
    Refused = 1,
    /// The command or a file is wrong. Nothing was sent.
    Invalid = 2,
    /// A change was sent, and it is not known whether it took effect.
    Unknown = 3,
    /// What was asked for does not exist.
    NotFound = 4,
    /// What was to be created exists.
    AlreadyThere = 5,
    /// Signing in failed, or the rights do not suffice.
    Account = 6,
    /// The service cannot be reached. Nothing was sent that changes anything.
    Unreachable = 7,
    /// A wait ended before what was waited for came.
    WaitEnded = 8,
    /// `plan` found something to do.
    ToDo = 10,
    /// Ended by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    pub(crate) const ALL: [Self; 11] = [
        Self::Done,
        Self::Refused,
        Self::Invalid,
        Self::Unknown,
        Self::NotFound,
        Self::AlreadyThere,
        Self::Account,
        Self::Unreachable,
        Self::WaitEnded,
        Self::ToDo,
        Self::Interrupted,
    ];

    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused by the service",
            Self::Invalid => "wrong command or file; nothing was sent",
            Self::Unknown => "not known whether a change took effect",
            Self::NotFound => "not found",
            Self::AlreadyThere => "already there",
            Self::Account => "signing in failed, or the rights do not suffice",
            Self::Unreachable => "service not reachable; nothing was changed",
            Self::WaitEnded => "a wait ended",
            Self::ToDo => "`plan` found something to do",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The one place where an error of the library becomes a status. What may have changed
/// something comes before everything else.
impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        if error.outcome_unknown().is_some() {
            return Self::Unknown;
        }
        match error.kind() {
            ErrorKind::InvalidInput => Self::Invalid,
            ErrorKind::OutcomeUnknown | ErrorKind::UnexpectedPair => Self::Unknown,
            ErrorKind::Credentials => Self::Account,
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::ConnectionLost => {
                Self::Unreachable
            }
            _ if error.is_auth() => Self::Account,
            _ if error.is_not_found() => Self::NotFound,
            _ if error.is_already_there() => Self::AlreadyThere,
            _ => Self::Refused,
        }
    }
}
