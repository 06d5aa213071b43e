//! What a failed call may have changed.

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// A request that may or may not have taken effect, with what is needed to find
/// out: look for its connections with [`Client::find`](crate::Client::find).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeUnknown {
    connections: Vec<ConnectionKey>,
    sent_at: SystemTime,
    attempts: u32,
}

impl OutcomeUnknown {
    pub(crate) fn new(connections: Vec<ConnectionKey>, sent_at: SystemTime, attempts: u32) -> Self {
        Self { connections, sent_at, attempts }
    }

    /// The connections that the request was about.
    #[must_use]
    pub fn connections(&self) -> &[ConnectionKey] {
        &self.connections
    }

    /// When the first attempt was sent, by the clock of this machine.
    #[must_use]
    pub fn sent_at(&self) -> SystemTime {
        self.sent_at
    }

    /// How many attempts were made.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

/// What a connection can be found by when its id is not known. `vgw_ip` and
/// `cgw_id` together are unique. A program can keep it with serde.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConnectionKey {
    /// The id, if it is known.
    pub id: Option<String>,
    /// The name, if one was set.
    pub name: Option<String>,
    /// The VPN gateway.
    pub vgw_id: Option<String>,
    /// The address of the VPN gateway.
    pub vgw_ip: Option<String>,
    /// The customer gateway.
    pub cgw_id: Option<String>,
}

impl ConnectionKey {
    /// What is known of a resource is its id.
    pub(crate) fn with_id(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::default() }
    }
}

/// `18be2aa1-… "office" (gateway 8030f6d6-…, address e4d7930f-…, customer gateway
/// 8916effb-…)`, as far as it is known.
impl fmt::Display for ConnectionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_ref().map(|name| format!("{name:?}"));
        let known: Vec<&str> = self.id.iter().chain(&name).map(String::as_str).collect();
        f.write_str(if known.is_empty() { "a connection" } else { "" })?;
        f.write_str(&known.join(" "))?;
        let parts = [
            ("gateway", &self.vgw_id),
            ("address", &self.vgw_ip),
            ("customer gateway", &self.cgw_id),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter_map(|(what, id)| Some(format!("{what} {}", id.as_ref()?)))
            .collect();
        match parts.as_slice() {
            [] => Ok(()),
            parts => write!(f, " ({})", parts.join(", ")),
        }
    }
}

/// As many connections as a message lists.
const LISTED: usize = 5;

/// The connections of a response in a message.
pub(crate) struct Listed<'a>(pub(crate) &'a [ConnectionKey]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().take(LISTED).enumerate() {
            write!(f, "{}{key}", if index == 0 { "" } else { ", " })?;
        }
        match self.0.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// A success with other connections in it than the request was about.
pub(crate) struct Unexpected {
    /// What the response should hold.
    pub(crate) expected: String,
    /// The addresses of a pair.
    pub(crate) pair: Option<[String; 2]>,
    pub(crate) received: Vec<ConnectionKey>,
}

impl Unexpected {
    /// Another resource than the one that was asked for.
    pub(crate) fn other(expected: String, received: impl Into<ConnectionKey>) -> Self {
        Self { expected, pair: None, received: vec![received.into()] }
    }
}

/// The response to a dual create that does not hold its two connections. The connections
/// in it do exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnexpectedPair {
    pub(crate) requested: [String; 2],
    pub(crate) received: Vec<ConnectionKey>,
}

impl UnexpectedPair {
    /// The two requested gateway addresses.
    #[must_use]
    pub fn requested(&self) -> &[String; 2] {
        &self.requested
    }

    /// Every connection in the response, in its order.
    #[must_use]
    pub fn received(&self) -> &[ConnectionKey] {
        &self.received
    }
}

impl fmt::Display for UnexpectedPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = &self.requested;
        write!(f, "requested connections for the gateway addresses {first} and {second}, but ")?;
        if self.received.is_empty() {
            return f
                .write_str("the response holds none; query the connections before creating again");
        }
        write!(f, "the response holds {}", Listed(&self.received))?;
        f.write_str("; query or delete these before creating again")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_key_says_what_to_look_for() {
        let text = |text: &str| Some(text.to_owned());
        let mut key = ConnectionKey { vgw_ip: text("a"), cgw_id: text("c"), ..Default::default() };
        assert_eq!(key.to_string(), "a connection (address a, customer gateway c)");
        (key.id, key.name, key.vgw_id) = (text("1"), text("office"), text("g"));
        assert_eq!(key.to_string(), "1 \"office\" (gateway g, address a, customer gateway c)");
    }

    #[test]
    fn a_message_lists_some_connections_only() {
        let keys = vec![ConnectionKey { id: Some("1".to_owned()), ..Default::default() }; 7];
        assert_eq!(Listed(&keys).to_string(), "1, 1, 1, 1, 1 and 2 more");
        assert_eq!(Listed(&keys[..2]).to_string(), "1, 1");
    }

    #[test]
    fn an_unexpected_pair_says_how_to_go_on() {
        let pair = UnexpectedPair {
            requested: ["a".to_owned(), "b".to_owned()],
            received: vec![ConnectionKey {
                id: Some("1".to_owned()),
                vgw_ip: Some("a".to_owned()),
                ..ConnectionKey::default()
            }],
        };
        assert_eq!(
            Error::pair(pair).to_string(),
            "requested connections for the gateway addresses a and b, but the response holds \
             1 (address a); query or delete these before creating again"
        );
    }
}
