//! The settings of a pair: what its builder collects, and what a file holds.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::field_value::Problems;
use crate::generated::types::request_settings;
use crate::keys;
use crate::types::*;
use crate::validate::{Rules, names::vpn_connection_request as names};
use crate::violations::Violation;

request_settings! {
    /// What both tunnels share, and what is different for each.
    #[derive(Clone, Debug, Default, Deserialize, Serialize)]
    #[serde(default)]
    struct PairSettings {
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) vgw_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "two")]
        pub(super) vgw_ips: Option<[String; 2]>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) cgw_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) ha_mode: Option<HaMode>,
        #[serde(skip_serializing_if = "is_default")]
        pub(super) rules: Rules,
        #[serde(skip_serializing_if = "is_default", deserialize_with = "keys::object")]
        pub(super) first: TunnelSettings,
        #[serde(skip_serializing_if = "is_default", deserialize_with = "keys::object")]
        pub(super) second: TunnelSettings,
        #[serde(skip)]
        pub(super) problems: Problems,
    }
}

request_settings! {
    /// What is different for one tunnel.
    #[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
    #[serde(default)]
    struct TunnelSettings {
        /// What cannot be set for it, at places in a request.
        #[serde(skip)]
        pub(super) problems: Problems,
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    value == &T::default()
}

/// serde's own error for another number speaks of tuples.
fn two<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[String; 2]>, D::Error> {
    let list = Vec::deserialize(deserializer)?;
    list.try_into().map(Some).map_err(|list: Vec<String>| {
        let message =
            format_args!("must list the two addresses of the gateway, lists {}", list.len());
        de::Error::custom(message)
    })
}

impl PairSettings {
    /// The HA mode, if the settings or their rules say it.
    pub(super) fn ha_mode(&self) -> Option<&HaMode> {
        self.ha_mode.as_ref().or(self.rules.0.ha_mode.as_ref())
    }

    /// What must be set and is not, with its setter.
    pub(super) fn missing(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let Self { vgw_id, vgw_ips, cgw_id, .. } = self;
        let missing = |is_missing: bool, setting, setter| is_missing.then_some((setting, setter));
        let all = [
            missing(vgw_id.is_none(), names::VGW_ID, "`vgw_id(\"…\")`"),
            missing(vgw_ips.is_none(), "vgw_ips", "`vgw_ips(\"…\", \"…\")`"),
            missing(cgw_id.is_none(), names::CGW_ID, "`cgw_id(\"…\")`"),
        ];
        all.into_iter().flatten()
    }

    /// What could not be set, at places in the settings.
    pub(super) fn problems(&self) -> impl Iterator<Item = Violation> {
        let Self { first, second, problems, .. } = self;
        let all = [("", problems), ("/first", &first.problems), ("/second", &second.problems)];
        all.into_iter().flat_map(|(place, problems)| {
            problems.clone().into_iter().map(move |it| it.beneath(place))
        })
    }

    /// The request of a tunnel without what is different for it; what must be set and is
    /// not is empty.
    pub(super) fn shared(&self, index: usize) -> builder::VpnConnectionRequest {
        let ha_role = match (self.ha_mode(), index) {
            (Some(HaMode::ActiveStandby), 0) => Some(HaRole::Master),
            (Some(HaMode::ActiveStandby), _) => Some(HaRole::Slave),
            _ => None,
        };
        let address = self.vgw_ips.as_ref().and_then(|addresses| addresses.get(index));
        let request = VpnConnectionRequest::builder()
            .ha_role(ha_role)
            .vgw_id(self.vgw_id.clone().unwrap_or_default())
            .vgw_ip(address.cloned().unwrap_or_default())
            .cgw_id(self.cgw_id.clone().unwrap_or_default());
        self.over(request)
    }
}

impl TunnelSettings {
    /// Whether something is set at the place `pointer` of a request.
    pub(super) fn says(&self, pointer: &str) -> bool {
        // The key is apart, so that no copy of it is left in memory.
        let open = Self { psk: None, ..self.clone() };
        let tree = serde_json::to_value(open).unwrap_or_default();
        tree.pointer(pointer).is_some() || (pointer == "/psk" && self.psk.is_some())
    }
}
