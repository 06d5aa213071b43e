//! The dual connection: two connections over the two addresses of one gateway.
//!
//! Vendor page: `vpn_api_0042`, "Example 3: Creating Dual VPN Connections".

mod builder;
#[cfg(feature = "schemars")]
mod schema;
mod settings;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ReceivedConnection, UnexpectedPair};
use crate::types::{VpnConnection, VpnConnectionRequest};
use crate::validate::{self, Rules};
use crate::violations::{Violation, Violations};
pub use builder::{DualConnectionBuilder, Tunnel};

/// Two connections over the two addresses of one VPN gateway, to be created in
/// one call.
///
/// What both share is set once; what differs is set for the
/// [`first`](DualConnectionBuilder::first) and the
/// [`second`](DualConnectionBuilder::second) tunnel and goes before what is
/// shared.
///
/// ```
/// use otc_vpn::DualConnection;
///
/// let pair = DualConnection::builder()
///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
///     .vgw_ips("e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005")
///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
///     .peer_subnets(["192.168.44.0/24"])
///     .psk("Example-Key-2025")
///     .first(|tunnel| tunnel.name("office-1"))
///     .second(|tunnel| tunnel.name("office-2"))
///     .build()?;
/// assert_eq!(pair.requests()[1].name.as_deref(), Some("office-2"));
/// # Ok::<(), otc_vpn::Error>(())
/// ```
///
/// In a file, a pair is an object with the settings of this builder: what both
/// tunnels share, and what is different in `first` and `second`. As with a single
/// request, reading judges the keys and types alone; [`validate`](Self::validate)
/// and [`Client::create_dual`](crate::Client::create_dual) judge the rest.
///
/// ```
/// let pair: otc_vpn::DualConnection = serde_json::from_str(
///     r#"{ "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
///          "vgw_ips": ["e4d7930f-demo-4cbf-b78a-b004416c7485",
///                      "1fb97767-demo-4d8b-83bb-6f878f662005"],
///          "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26",
///          "peer_subnets": ["192.168.44.0/24"],
///          "psk": "Example-Key-2025",
///          "ha_mode": "active-standby",
///          "rules": { "attachment_type": "vpc", "network_type": "public" },
///          "first": { "name": "office-1" },
///          "second": { "name": "office-2" } }"#,
/// )?;
/// assert!(pair.validate().is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DualConnection {
    requests: [VpnConnectionRequest; 2],
    rules: Rules,
}

impl DualConnection {
    /// A pair with nothing set yet.
    pub fn builder() -> DualConnectionBuilder {
        DualConnectionBuilder::default()
    }

    /// The two requests that are sent, in the order of the gateway's addresses.
    #[must_use]
    pub fn requests(&self) -> &[VpnConnectionRequest; 2] {
        &self.requests
    }

    /// Every documented rule that the pair breaks; one that was
    /// [built](DualConnectionBuilder::build) breaks none but warnings. Pointers begin
    /// with `/first` or `/second`; what holds for both tunnels is reported once,
    /// without that.
    #[must_use]
    pub fn validate(&self) -> Violations {
        let [first, second] = &self.requests;
        let mut all = Violations::default();
        if first.vgw_ip == second.vgw_ip {
            let message = format_args!(
                "are both {:?}; a dual connection uses the two different addresses of its gateway",
                first.vgw_ip
            );
            all.push(Violation::new("/vgw_ips", "vgw-ip-distinct", message));
        }
        let mut of_second: Vec<_> = second.violations("", &self.rules).into_iter().collect();
        for violation in first.violations("", &self.rules) {
            match of_second.iter().position(|other| other == &violation) {
                Some(twin) => all.push(of_second.remove(twin)),
                None => {
                    let pointer = format!("/first{}", violation.pointer());
                    all.push(violation.at(pointer));
                }
            }
        }
        for violation in of_second {
            let pointer = format!("/second{}", violation.pointer());
            all.push(violation.at(pointer));
        }
        all.extend(validate::tunnels(first, second, "/second"));
        all
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The connections of an answer, each at the place of its gateway address.
    pub(crate) fn matched(&self, connections: Vec<VpnConnection>) -> Result<ConnectionPair, Error> {
        let [first, second] = &self.requests;
        let answers = |request: &VpnConnectionRequest, connection: &VpnConnection| {
            connection.vgw_ip.as_ref() == Some(&request.vgw_ip)
        };
        match <[VpnConnection; 2]>::try_from(connections) {
            Ok([a, b]) if answers(first, &a) && answers(second, &b) => {
                Ok(ConnectionPair { first: a, second: b })
            }
            Ok([a, b]) if answers(first, &b) && answers(second, &a) => {
                Ok(ConnectionPair { first: b, second: a })
            }
            Ok(others) => Err(self.unexpected(others.into())),
            Err(others) => Err(self.unexpected(others)),
        }
    }

    fn unexpected(&self, connections: Vec<VpnConnection>) -> Error {
        let received = connections
            .into_iter()
            .map(|connection| ReceivedConnection { id: connection.id, vgw_ip: connection.vgw_ip })
            .collect();
        let requested = self.requests.each_ref().map(|request| request.vgw_ip.clone());
        Error::pair(UnexpectedPair { requested, received })
    }
}

/// The two connections of a [`DualConnection`] as the service returned them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConnectionPair {
    /// The connection over the first address of the gateway.
    pub first: VpnConnection,
    /// The connection over the second address of the gateway.
    pub second: VpnConnection,
}

impl ConnectionPair {
    /// Both connections, in the order of the gateway's addresses.
    pub fn iter(&self) -> impl Iterator<Item = &VpnConnection> {
        [&self.first, &self.second].into_iter()
    }
}

/// How the two connections share the work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HaMode {
    /// Both carry traffic. No `ha_role` is sent; the service answers `master` for
    /// both.
    #[default]
    ActiveActive,
    /// The first carries traffic (`master`), the second stands by (`slave`). The
    /// first address must be the gateway's active one.
    ActiveStandby,
}
