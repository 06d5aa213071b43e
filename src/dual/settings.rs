//! The settings of a pair: what its builder collects, and what a file holds.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::generated::types::request_settings;
use crate::keys;
use crate::types::error::ConversionError;
use crate::types::*;
use crate::validate::{Rules, names::vpn_connection_request as names};
use crate::violations::Violation;

request_settings! {
    /// What both tunnels share, and what is different for each.
    #[derive(Clone, Debug, Default, Deserialize, Serialize)]
    #[serde(default)]
    struct Settings {
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
    }
}

request_settings! {
    /// What is different for one tunnel.
    #[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
    #[serde(default)]
    struct TunnelSettings {}
}

/// A setting that must be set and is not.
pub(super) struct Missing {
    pub(super) setting: &'static str,
    /// The field of a request that it sets.
    pub(super) field: &'static str,
    pub(super) setter: &'static str,
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

impl Settings {
    /// The mode that applies.
    pub(super) fn mode(&self) -> HaMode {
        self.ha_mode.as_ref().or(self.rules.0.ha_mode.as_ref()).cloned().unwrap_or_default()
    }

    /// What must be set and is not.
    pub(super) fn missing(&self) -> impl Iterator<Item = Missing> + use<> {
        let missing = |is_missing: bool, setting, field, setter| {
            is_missing.then_some(Missing { setting, field, setter })
        };
        let Self { vgw_id, vgw_ips, cgw_id, .. } = self;
        [
            missing(vgw_id.is_none(), names::VGW_ID, names::VGW_ID, "`vgw_id(\"…\")`"),
            missing(vgw_ips.is_none(), "vgw_ips", names::VGW_IP, "`vgw_ips(\"…\", \"…\")`"),
            missing(cgw_id.is_none(), names::CGW_ID, names::CGW_ID, "`cgw_id(\"…\")`"),
        ]
        .into_iter()
        .flatten()
    }

    /// The HA mode can be said twice.
    pub(super) fn conflict(&self) -> Option<Violation> {
        let (said, other) = self.ha_mode.as_ref().zip(self.rules.0.ha_mode.as_ref())?;
        (said != other).then(|| {
            let message = format_args!("is {said}, but {other} in the rules; say it once");
            Violation::new("/ha_mode", "ha-mode-once", message)
        })
    }

    /// The settings of a tunnel, and their name.
    pub(super) fn tunnel(&self, index: usize) -> (&'static str, &TunnelSettings) {
        match index {
            0 => ("first", &self.first),
            _ => ("second", &self.second),
        }
    }

    /// The request of a tunnel; what must be set and is not is empty.
    pub(super) fn request(&self, index: usize) -> Result<VpnConnectionRequest, ConversionError> {
        let mut request = self.shared_request(index)?;
        self.tunnel(index).1.apply(&mut request);
        Ok(request)
    }

    /// The request of a tunnel without what is different for it.
    pub(super) fn shared_request(
        &self,
        index: usize,
    ) -> Result<VpnConnectionRequest, ConversionError> {
        let role = match (self.mode(), index) {
            (HaMode::ActiveStandby, 0) => Some(HaRole::Master),
            (HaMode::ActiveStandby, _) => Some(HaRole::Slave),
            _ => None,
        };
        let address = self.vgw_ips.as_ref().and_then(|addresses| addresses.get(index));
        let mut request: VpnConnectionRequest = VpnConnectionRequest::builder()
            .vgw_id(self.vgw_id.clone().unwrap_or_default())
            .vgw_ip(address.cloned().unwrap_or_default())
            .cgw_id(self.cgw_id.clone().unwrap_or_default())
            .ha_role(role)
            .try_into()?;
        self.apply(&mut request);
        Ok(request)
    }

    /// Whether something is set for both tunnels at the place `pointer` of a request.
    pub(super) fn says(&self, pointer: &str) -> bool {
        let mut open = Self { first: <_>::default(), second: <_>::default(), ..self.clone() };
        let psk = open.psk.take();
        has(&open, psk, pointer)
    }
}

impl TunnelSettings {
    /// Whether something is set for this tunnel at the place `pointer` of a request.
    pub(super) fn says(&self, pointer: &str) -> bool {
        let mut open = self.clone();
        let psk = open.psk.take();
        has(&open, psk, pointer)
    }
}

/// The key is apart, so that no copy of it is left in memory.
fn has(settings: &impl Serialize, psk: Option<Psk>, pointer: &str) -> bool {
    let tree = serde_json::to_value(settings).unwrap_or_default();
    tree.pointer(pointer).is_some() || (pointer == "/psk" && psk.is_some())
}
