//! Two connections to create, and what the service makes of them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::settings::{Missing, Settings};
use crate::error::{ConnectionKey, Error, UnexpectedPair};
use crate::keys;
use crate::types::{HaMode, VpnConnection, VpnConnectionRequest, error::ConversionError};
use crate::validate::{self, Rules, names::vpn_connection_request as names, quoted};
use crate::violations::{Violation, Violations};

/// Two connections over the two addresses of one VPN gateway, to be created in
/// one call.
///
/// What both share is set once; what differs is set for the
/// [`first`](crate::DualConnectionBuilder::first) and the
/// [`second`](crate::DualConnectionBuilder::second) tunnel and overrides what is shared, member by
/// member: a `dpd` of one tunnel leaves the rest of the shared `ikepolicy` as it is, while
/// a list replaces the shared one. Every optional field of a request can be set both ways,
/// with [`connection`](crate::DualConnectionBuilder::connection) where there is no setter for it.
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
/// Two pairs are equal when they send the same requests and are validated by the same
/// rules, wherever their settings say so.
///
/// In a file, a pair is an object with `vgw_id`, `vgw_ips`, `cgw_id`, `ha_mode`, `rules`
/// and the optional fields of a request for both tunnels, and with those that differ in
/// `first` and `second`. As with a single request, reading checks the keys and types
/// alone; [`validate`](Self::validate) and
/// [`Client::create_dual`](crate::Client::create_dual) check the rest. Writing a
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
///          "ikepolicy": { "ike_version": "v2", "dpd": { "timeout": 15 } },
///          "rules": { "attachment_type": "vpc", "network_type": "public" },
///          "first": { "name": "office-1" },
///          "second": { "name": "office-2", "ikepolicy": { "dpd": { "timeout": 20 } } } }"#,
/// )?;
/// assert!(pair.validate().is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct DualConnection {
    pub(super) settings: Settings,
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

impl Serialize for DualConnection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.settings.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DualConnection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let settings: Settings = keys::object(deserializer)?;
        match settings.missing().next() {
            Some(missing) => Err(de::Error::missing_field(missing.setting)),
            None => Self::of(settings).map_err(de::Error::custom),
        }
    }
}

impl DualConnection {
    pub(super) fn of(settings: Settings) -> Result<Self, ConversionError> {
        let requests = [settings.request(0)?, settings.request(1)?];
        Ok(Self { settings, requests })
    }

    /// The two requests that are sent, in the order of the gateway's addresses.
    #[must_use]
    pub fn requests(&self) -> &[VpnConnectionRequest; 2] {
        &self.requests
    }

    /// Every documented rule that the pair breaks; one that was
    /// [built](crate::DualConnectionBuilder::build) breaks none but warnings. Pointers
    /// name the settings as a file holds them: `/second/name`, `/vgw_ips/1`, `/psk`. What
    /// both tunnels share is reported once.
    #[must_use]
    pub fn validate(&self) -> Violations {
        let Settings { vgw_ips, ha_mode, rules, .. } = &self.settings;
        let mut all = Violations::default();
        for Missing { setting, setter, .. } in self.settings.missing() {
            let message = format_args!("is missing; set it with {setter}");
            all.0.push(Violation::new(format!("/{setting}"), "required", message));
        }
        if let Some([first, second]) = vgw_ips
            && first == second
        {
            let message = format_args!(
                "are both {}; a dual connection uses the two different addresses of its gateway",
                quoted(first)
            );
            all.0.push(Violation::new("/vgw_ips", "vgw-ip-distinct", message));
        }
        all.0.extend(self.settings.conflict());
        for index in 0..self.requests.len() {
            self.validate_tunnel(index, &mut all);
        }
        all.0.extend(validate::pair(&self.requests, ha_mode.as_ref(), rules));
        all
    }

    /// What the request of a tunnel breaks, at the places of the settings.
    fn validate_tunnel(&self, index: usize, all: &mut Violations) {
        let rules = self.rules();
        let Some(request) = self.requests.get(index) else { return };
        for violation in request.violations(&rules) {
            let field = violation.pointer().split('/').nth(1).unwrap_or_default();
            // What is missing is reported already.
            if self.settings.missing().any(|missing| missing.field == field) {
                continue;
            }
            let place = self.place(index, violation.pointer(), || {
                let shared = self.settings.shared_request(index);
                shared.is_ok_and(|shared| shared.violations(&rules).contains(&violation))
            });
            let violation = violation.at(place);
            if !all.contains(&violation) {
                all.0.push(violation);
            }
        }
    }

    pub(crate) fn rules(&self) -> Rules {
        self.settings.rules.clone().ha_mode(self.ha_mode())
    }

    pub(crate) fn ha_mode(&self) -> HaMode {
        self.settings.mode()
    }

    /// Whether the settings say the HA mode.
    pub(crate) fn says_ha_mode(&self) -> bool {
        self.settings.ha_mode.is_some() || self.settings.rules.0.ha_mode.is_some()
    }

    /// The request of a tunnel without what is different for it, if the settings make one.
    pub(crate) fn shared_request(&self, index: usize) -> Option<VpnConnectionRequest> {
        self.settings.shared_request(index).ok()
    }

    /// The place in the settings of what stands at `pointer` in the request with this
    /// index. What is set nowhere is shared if `is_shared`.
    pub(crate) fn place(
        &self,
        index: usize,
        pointer: &str,
        is_shared: impl FnOnce() -> bool,
    ) -> String {
        let (name, tunnel) = self.settings.tunnel(index);
        if pointer.strip_prefix('/') == Some(names::VGW_IP) {
            format!("/vgw_ips/{index}")
        } else if !tunnel.says(pointer) && (self.settings.says(pointer) || is_shared()) {
            pointer.to_owned()
        } else {
            format!("/{name}{pointer}")
        }
    }

    /// The connections of a response, each at the place of its gateway address.
    pub(crate) fn matched(&self, connections: Vec<VpnConnection>) -> Result<ConnectionPair, Error> {
        let [first, second] = &self.requests;
        let is_for = |request: &VpnConnectionRequest, connection: &VpnConnection| {
            connection.vgw_ip.as_ref() == Some(&request.vgw_ip)
        };
        match <[VpnConnection; 2]>::try_from(connections) {
            Ok([a, b]) if is_for(first, &a) && is_for(second, &b) => {
                Ok(ConnectionPair { first: a, second: b })
            }
            Ok([a, b]) if is_for(first, &b) && is_for(second, &a) => {
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
