//! The dual connection: two connections over the two addresses of one gateway.
//!
//! Vendor page: `vpn_api_0042`, "Example 3: Creating Dual VPN Connections".

mod builder;
mod places;
#[cfg(feature = "schemars")]
mod schema;
mod settings;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{ConnectionKey, Error, UnexpectedPair};
use crate::types::{VpnConnection, VpnConnectionRequest};
use crate::validate::{self, Rules, shown};
use crate::violations::{Violation, Violations};
pub use builder::{DualConnectionBuilder, Tunnel};
use settings::Settings;

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
/// Two pairs are equal when they send the same requests and are judged by the same
/// rules, wherever their settings say so.
///
/// In a file, a pair is an object with the settings of this builder: what both
/// tunnels share, and what is different in `first` and `second`. As with a single
/// request, reading judges the keys and types alone; [`validate`](Self::validate)
/// and [`Client::create_dual`](crate::Client::create_dual) judge the rest. Writing a
/// pair with serde writes its pre-shared keys, as a file must hold them; `Debug` and
/// [`explain`](Self::explain) do not show them.
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
#[derive(Clone)]
pub struct DualConnection {
    settings: Settings,
    /// What the settings come to.
    requests: [VpnConnectionRequest; 2],
}

impl PartialEq for DualConnection {
    fn eq(&self, other: &Self) -> bool {
        self.requests == other.requests && self.rules() == other.rules()
    }
}

impl fmt::Debug for DualConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DualConnection")
            .field("requests", &self.requests)
            .field("rules", &self.rules())
            .finish()
    }
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
    /// [built](DualConnectionBuilder::build) breaks none but warnings. Pointers name the
    /// settings as a file holds them: `/second/name`, `/vgw_ips/1`, `/psk`. What both
    /// tunnels share is reported once.
    #[must_use]
    pub fn validate(&self) -> Violations {
        let [first, second] = &self.requests;
        let mut all = Violations::default();
        if first.vgw_ip == second.vgw_ip {
            let message = format_args!(
                "are both {}; a dual connection uses the two different addresses of its gateway",
                shown(&first.vgw_ip)
            );
            all.push(Violation::new("/vgw_ips", "vgw-ip-distinct", message));
        }
        all.extend(self.settings.conflict());
        for (index, request) in self.requests.iter().enumerate() {
            for violation in request.violations("", &self.rules()) {
                let place = self.place(index, violation.pointer());
                let violation = violation.at(place);
                if !all.contains(&violation) {
                    all.push(violation);
                }
            }
        }
        all.extend(validate::tunnels(first, second, "/second"));
        all.sort_by_place(Self::position);
        all
    }

    pub(crate) fn rules(&self) -> Rules {
        self.settings.rules.ha_mode(self.ha_mode())
    }

    pub(crate) fn ha_mode(&self) -> HaMode {
        self.settings.mode()
    }

    /// Whether the settings say the HA mode.
    pub(crate) fn says_ha_mode(&self) -> bool {
        self.settings.says_mode()
    }

    /// The place in the settings of what stands at `pointer` in the request with this
    /// index.
    pub(crate) fn place(&self, index: usize, pointer: &str) -> String {
        self.settings.place(index, pointer)
    }

    /// What sorts places in the settings: what both tunnels share, then what each has for
    /// itself, in the order of the document.
    pub(crate) fn position(pointer: &str) -> impl Ord + use<> {
        places::position(pointer)
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
            .map(|connection| ConnectionKey {
                id: Some(connection.id),
                name: connection.name,
                vgw_id: connection.vgw_id,
                vgw_ip: connection.vgw_ip,
                cgw_id: connection.cgw_id,
            })
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

impl fmt::Display for HaMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As files spell it.
        self.serialize(f)
    }
}
