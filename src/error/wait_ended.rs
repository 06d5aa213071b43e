//! How a wait for a state ended.

use std::fmt;

use super::ConnectionKey;
use crate::document::enumerations::ConnectionStatus;

/// The connections that were waited for, when a wait ended before they were in the state
/// that it was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitEnded {
    pub(crate) connections: Vec<LastState>,
}

/// A connection that was waited for, as it was seen last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastState {
    /// Which connection it is.
    pub connection: ConnectionKey,
    /// Its status at the last query; `None` if the service does not find it, or no query
    /// succeeded.
    pub status: Option<ConnectionStatus>,
}

impl WaitEnded {
    /// What was last seen of each connection; of a pair, in the order of the gateway's
    /// addresses.
    #[must_use]
    pub fn connections(&self) -> &[LastState] {
        &self.connections
    }
}

/// `first ACTIVE, second DOWN`
impl fmt::Display for WaitEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = |last: &LastState| match &last.status {
            Some(status) => status.to_string(),
            None => "not seen".to_owned(),
        };
        match self.connections.as_slice() {
            [first, second] => write!(f, "first {}, second {}", status(first), status(second)),
            all => f.write_str(&all.iter().map(status).collect::<Vec<_>>().join(", ")),
        }
    }
}
