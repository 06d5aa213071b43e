//! Ids that go into the path of a request. They are always checked, so that no
//! id can move the request to another resource or host.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::document::limits::{
    CONNECTION_ID, CUSTOMER_GATEWAY_ID, GATEWAY_ID, MONITOR_ID, PROJECT_ID, TextLimits,
};

macro_rules! path_id {
    ($(#[$docs:meta])* $name:ident, $what:literal, $limits:expr) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(id: &str) -> Result<Self, Self::Error> {
                if $limits.permits(id) {
                    return Ok(Self(id.into()));
                }
                let (length, misfit) = (id.chars().count(), $limits.first_misfit(id));
                Err(InvalidId { what: $what, limits: &$limits, length, misfit })
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(id: String) -> Result<Self, Self::Error> {
                Self::try_from(id.as_str())
            }
        }

        impl TryFrom<&String> for $name {
            type Error = InvalidId;

            fn try_from(id: &String) -> Result<Self, Self::Error> {
                Self::try_from(id.as_str())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(id: &str) -> Result<Self, Self::Err> {
                Self::try_from(id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        crate::overlay::overlay_as_a_whole!($name);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

path_id! {
    /// The id of a project: 1 to 64 letters, digits, `_` and `-`; 32 hexadecimal
    /// digits in practice.
    ///
    /// ```
    /// use otc_vpn::ProjectId;
    ///
    /// let id: ProjectId = "0123456789abcdef0123456789abcdef".parse()?;
    /// assert!("../admin".parse::<ProjectId>().is_err());
    /// # Ok::<(), otc_vpn::InvalidId>(())
    /// ```
    ProjectId, "project id", PROJECT_ID
}

path_id! {
    /// The id of a VPN connection, as the service returned it: 1 to 64 letters,
    /// digits, `_` and `-`; 36 characters in practice.
    ///
    /// ```
    /// use otc_vpn::ConnectionId;
    ///
    /// let id: ConnectionId = "18be2aa1-demo-410f-832e-4d8ba13b4c5d".parse()?;
    /// assert_eq!(id.as_str().len(), 36);
    /// # Ok::<(), otc_vpn::InvalidId>(())
    /// ```
    ConnectionId, "connection id", CONNECTION_ID
}

path_id! {
    /// The id of a VPN gateway, as the service returned it: 1 to 64 letters, digits, `_`
    /// and `-`; 36 characters in practice.
    ///
    /// ```
    /// use otc_vpn::GatewayId;
    ///
    /// let id: GatewayId = "8030f6d6-demo-4d20-a7f8-50a7a826e2f8".parse()?;
    /// # Ok::<(), otc_vpn::InvalidId>(())
    /// ```
    GatewayId, "gateway id", GATEWAY_ID
}

path_id! {
    /// The id of a customer gateway, as the service returned it: 1 to 64 letters, digits,
    /// `_` and `-`; 36 characters in practice.
    ///
    /// ```
    /// use otc_vpn::CustomerGatewayId;
    ///
    /// let id: CustomerGatewayId = "8916effb-demo-42d8-83d7-4517567d3d26".parse()?;
    /// # Ok::<(), otc_vpn::InvalidId>(())
    /// ```
    CustomerGatewayId, "customer gateway id", CUSTOMER_GATEWAY_ID
}

path_id! {
    /// The id of a connection monitor, as the service returned it: 1 to 64 letters, digits,
    /// `_` and `-`; 36 characters in practice.
    ///
    /// ```
    /// use otc_vpn::MonitorId;
    ///
    /// let id: MonitorId = "76f64229-demo-a8df-va86-3907e2815b6d".parse()?;
    /// # Ok::<(), otc_vpn::InvalidId>(())
    /// ```
    MonitorId, "monitor id", MONITOR_ID
}

/// Why an id is invalid. Does not show it: what is no id may be a secret at the wrong
/// place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidId {
    what: &'static str,
    limits: &'static TextLimits,
    length: usize,
    misfit: Option<char>,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, limits, length, misfit } = self;
        write!(f, "invalid {what} of length {length}: ")?;
        match misfit {
            Some(misfit) => write!(f, "{misfit:?} is not allowed; use {}", limits.characters),
            None => {
                let (min, max) = (limits.min_length, limits.max_length);
                write!(f, "must have {min} to {max} characters")
            }
        }
    }
}

impl std::error::Error for InvalidId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_could_move_the_url_is_an_id() {
        for id in
            ["", "..", ".", "a/b", "a\\b", "%2e%2e", "a?b", "a#b", "a b", "a\nb", "a@b", "ä", "a:b"]
        {
            assert!(ProjectId::try_from(id).is_err(), "{id:?}");
            assert!(ConnectionId::try_from(id).is_err(), "{id:?}");
            assert!(GatewayId::try_from(id).is_err(), "{id:?}");
            assert!(CustomerGatewayId::try_from(id).is_err(), "{id:?}");
            assert!(MonitorId::try_from(id).is_err(), "{id:?}");
        }
    }

    #[test]
    fn lengths_hold_at_both_edges() {
        assert!(ConnectionId::try_from("a").is_ok());
        assert!(ConnectionId::try_from("a".repeat(64)).is_ok());
        assert!(ConnectionId::try_from("a".repeat(65)).is_err());
    }

    #[test]
    fn the_error_says_what_is_allowed() {
        let error = ConnectionId::try_from("a/b").unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid connection id of length 3: '/' is not allowed; use 0-9 A-Z a-z _ -"
        );
        let empty = ConnectionId::try_from("").unwrap_err();
        let expected = "invalid connection id of length 0: must have 1 to 64 characters";
        assert_eq!(empty.to_string(), expected);
        let long = ConnectionId::try_from("a".repeat(5000)).unwrap_err();
        let expected = "invalid connection id of length 5000: must have 1 to 64 characters";
        assert_eq!(long.to_string(), expected);
    }

    #[test]
    fn what_is_no_id_is_not_shown() {
        for secret in ["MIIE+/==".repeat(9), "gAAAAAB_".repeat(20), "Passw0rd!".to_owned()] {
            let error = ProjectId::try_from(secret.as_str()).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("MIIE") && !shown.contains("gAAA"), "{shown}");
            assert!(!shown.contains("Passw0rd"), "{shown}");
        }
    }

    #[test]
    fn a_deserialised_id_is_checked_too() {
        assert!(serde_json::from_str::<ConnectionId>("\"a/b\"").is_err());
        assert!(serde_json::from_str::<ConnectionId>("\"ab\"").is_ok());
    }
}
