//! Two connections to create, and what the service makes of them.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::pair_settings::{PairSettings, TunnelSettings};
use crate::error::{ConnectionKey, Error, Unexpected};
use crate::keys;
use crate::types::{HaMode, VpnConnection, VpnConnectionRequest};
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
///
/// The same from YAML, with the crate serde-saphyr 1.1. With the feature `schemars` and the
/// crate schemars 1.2 there is a JSON Schema for editors, which find it by the first line:
///
/// ```
/// # #[cfg(all(feature = "clouds-yaml", feature = "schemars"))] {
/// let yaml = r#"
/// ## yaml-language-server: $schema=pair.schema.json
/// vgw_id: 8030f6d6-demo-4d20-a7f8-50a7a826e2f8
/// vgw_ips:
///   - e4d7930f-demo-4cbf-b78a-b004416c7485
///   - 1fb97767-demo-4d8b-83bb-6f878f662005
/// cgw_id: 8916effb-demo-42d8-83d7-4517567d3d26
/// peer_subnets: [192.168.44.0/24]
/// psk: Example-Key-2025
/// "#;
/// // Without lines of the file in its errors, since one of them may be the key.
/// let options = serde_saphyr::options! { with_snippet: false };
/// let pair: otc_vpn::DualConnection = serde_saphyr::from_str_with_options(yaml, options).unwrap();
/// assert!(pair.validate().is_empty());
///
/// let schema = schemars::schema_for!(otc_vpn::DualConnection);
/// println!("{}", serde_json::to_string_pretty(&schema).unwrap()); // pair.schema.json
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DualConnection {
    settings: PairSettings,
    /// The requests without what is different for each.
    shared: [VpnConnectionRequest; 2],
    requests: [VpnConnectionRequest; 2],
}

impl PartialEq for DualConnection {
    fn eq(&self, other: &Self) -> bool {
        self.requests == other.requests && self.rules() == other.rules()
    }
}

impl Serialize for DualConnection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.settings.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DualConnection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let settings: PairSettings = keys::object(deserializer)?;
        match settings.missing().next() {
            Some((setting, _)) => Err(de::Error::missing_field(setting)),
            None => Self::of(settings).map_err(de::Error::custom),
        }
    }
}

impl DualConnection {
    pub(super) fn of(settings: PairSettings) -> Result<Self, Error> {
        let shared = [settings.shared(0), settings.shared(1)];
        let [first, second] = shared.clone();
        let requests = [settings.first.over(first).build()?, settings.second.over(second).build()?];
        let [first, second] = shared;
        Ok(Self { settings, shared: [first.build()?, second.build()?], requests })
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
        let PairSettings { vgw_ips, ha_mode, rules, .. } = &self.settings;
        let mut all: Violations = self.settings.problems().collect();
        for (setting, setter) in self.settings.missing() {
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
        if let Some((said, other)) = ha_mode.as_ref().zip(rules.0.ha_mode.as_ref())
            && said != other
        {
            let message = format_args!("is {said}, but {other} in the rules; say it once");
            all.0.push(Violation::new("/ha_mode", "ha-mode-once", message));
        }
        let applied = self.rules();
        self.collect(&mut all, |request| request.validate(&applied));
        all.0.extend(validate::pair(&self.requests, ha_mode.as_ref(), rules));
        all.without(validate::keys(&self.requests))
    }

    /// Adds what `find` finds in the requests, at the places of the settings, but what is
    /// missing: that is reported already.
    pub(crate) fn collect(
        &self,
        all: &mut Violations,
        find: impl Fn(&VpnConnectionRequest) -> Violations,
    ) {
        for (index, (request, shared)) in self.with_shared().enumerate() {
            for violation in find(request) {
                let is_shared = || find(shared).contains(&violation);
                let place = self.place(index, violation.pointer(), is_shared);
                let setting = place.split('/').nth(1);
                let is_missing = self.settings.missing().any(|(it, _)| setting == Some(it));
                let violation = violation.at(place);
                if !is_missing && !all.contains(&violation) {
                    all.0.push(violation);
                }
            }
        }
    }

    pub(crate) fn rules(&self) -> Rules {
        self.settings.rules.clone().ha_mode(self.ha_mode().cloned().unwrap_or_default())
    }

    /// The HA mode, if the settings or their rules say it.
    pub(crate) fn ha_mode(&self) -> Option<&HaMode> {
        self.settings.ha_mode()
    }

    /// The pair with these rules where its own say nothing.
    pub(crate) fn under(&self, rules: &Rules) -> Result<Cow<'_, Self>, Error> {
        if rules == &Rules::default() {
            return Ok(Cow::Borrowed(self));
        }
        let mut settings = self.settings.clone();
        settings.rules = match &settings.ha_mode {
            Some(mode) => settings.rules.or(&rules.clone().ha_mode(mode.clone())),
            None => settings.rules.or(rules),
        };
        Self::of(settings).map(Cow::Owned)
    }

    /// The requests of the tunnels, each beside what it is without what is different for it.
    pub(crate) fn with_shared(
        &self,
    ) -> impl Iterator<Item = (&VpnConnectionRequest, &VpnConnectionRequest)> {
        self.requests.iter().zip(&self.shared)
    }

    /// The place in the settings of what stands at `pointer` in the request with this
    /// index. What is set nowhere is shared if `is_shared`; what is set for the other tunnel
    /// alone is missing for this one alone.
    pub(crate) fn place(
        &self,
        index: usize,
        pointer: &str,
        is_shared: impl FnOnce() -> bool,
    ) -> String {
        let PairSettings { first, second, .. } = &self.settings;
        let (name, tunnel, other) = match index {
            0 => ("first", first, second),
            _ => ("second", second, first),
        };
        let mut shared = TunnelSettings::default();
        shared.take(self.shared[0].clone().into());
        if pointer.strip_prefix('/') == Some(names::VGW_IP) {
            format!("/vgw_ips/{index}")
        } else if !tunnel.says(pointer)
            && (shared.says(pointer) || (!other.says(pointer) && is_shared()))
        {
            pointer.to_owned()
        } else {
            format!("/{name}{pointer}")
        }
    }

    /// The connections of a response, each at the place of its gateway address.
    pub(crate) fn matched(
        &self,
        connections: Vec<VpnConnection>,
    ) -> Result<ConnectionPair, Unexpected> {
        let [first, second] = &self.requests;
        let is_for = |request: &VpnConnectionRequest, connection: &VpnConnection| {
            connection.vgw_ip.is_some() && connection.is_of(request)
        };
        let others = match <[VpnConnection; 2]>::try_from(connections) {
            Ok([a, b]) if a.id != b.id && is_for(first, &a) && is_for(second, &b) => {
                return Ok(ConnectionPair { first: a, second: b });
            }
            Ok([a, b]) if a.id != b.id && is_for(first, &b) && is_for(second, &a) => {
                return Ok(ConnectionPair { first: b, second: a });
            }
            Ok(others) => others.into(),
            Err(others) => others,
        };
        Err(Unexpected {
            expected: "the two connections of the pair".to_owned(),
            pair: Some(self.requests.each_ref().map(|request| request.vgw_ip.clone())),
            received: others.into_iter().map(ConnectionKey::from).collect(),
        })
    }
}

/// The two connections of a [`DualConnection`] as the service returned them. A program
/// keeps it with serde for as long as it needs the ids:
///
/// ```
/// # let pair: otc_vpn::ConnectionPair =
/// #     serde_json::from_str(r#"{ "first": { "id": "a" }, "second": { "id": "b" } }"#)?;
/// let kept = serde_json::to_string(&pair)?;
/// let read: otc_vpn::ConnectionPair = serde_json::from_str(&kept)?; // after a restart
/// assert_eq!(read.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ConnectionPair {
    /// The connection over the first address of the gateway.
    pub first: VpnConnection,
    /// The connection over the second address of the gateway.
    pub second: VpnConnection,
}

impl ConnectionPair {
    /// Both connections, in the order of the gateway's addresses.
    pub fn iter(&self) -> std::array::IntoIter<&VpnConnection, 2> {
        [&self.first, &self.second].into_iter()
    }
}

impl<'a> IntoIterator for &'a ConnectionPair {
    type Item = &'a VpnConnection;
    type IntoIter = std::array::IntoIter<&'a VpnConnection, 2>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for ConnectionPair {
    type Item = VpnConnection;
    type IntoIter = std::array::IntoIter<VpnConnection, 2>;

    fn into_iter(self) -> Self::IntoIter {
        [self.first, self.second].into_iter()
    }
}
