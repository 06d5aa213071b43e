//! The settings of a pair: what its builder collects, and what a file holds.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{DualConnection, HaMode};
use crate::error::Error;
use crate::keys;
use crate::secret::{InvalidPsk, Psk};
use crate::types::{
    ConnectionStyle, HaRole, IkePolicyRequest, IpsecPolicyRequest, PolicyRuleRequest,
    VpnConnectionRequest, VpnResourceTagRequest, error::ConversionError,
};
use crate::validate::Rules;
use crate::violations::Violation;

/// What both tunnels share, and what is different for each.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
pub(super) struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vgw_id: Option<String>,
    /// The two addresses of the gateway: ids of its EIPs, or its private IPv4 addresses.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "two")]
    pub(super) vgw_ips: Option<[String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cgw_id: Option<String>,
    /// How the two connections share the work; left out, what `rules` say of it, or else
    /// active-active.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(with = "HaMode"))]
    pub(super) ha_mode: Option<HaMode>,
    /// Facts about the gateway, and exceptions that are meant.
    #[serde(skip_serializing_if = "is_default")]
    pub(super) rules: Rules,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) style: Option<ConnectionStyle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) peer_subnets: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enable_nqa: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enable_hub: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy_rules: Option<Vec<PolicyRuleRequest>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tags: Option<Vec<VpnResourceTagRequest>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) psk: Option<Psk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ikepolicy: Option<IkePolicyRequest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ipsecpolicy: Option<IpsecPolicyRequest>,
    /// What is different for the tunnel over the first address.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "keys::object")]
    pub(super) first: TunnelSettings,
    /// What is different for the tunnel over the second address.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "keys::object")]
    pub(super) second: TunnelSettings,
    /// Why a key for both tunnels was not taken.
    #[serde(skip)]
    pub(super) bad_psk: Option<InvalidPsk>,
}

/// What is different for one tunnel.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(inline))]
#[serde(default)]
pub(super) struct TunnelSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tunnel_local_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tunnel_peer_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) psk: Option<Psk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ikepolicy: Option<IkePolicyRequest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ipsecpolicy: Option<IpsecPolicyRequest>,
    /// Why a key for this tunnel was not taken.
    #[serde(skip)]
    pub(super) bad_psk: Option<InvalidPsk>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    value == &T::default()
}

/// serde's own refusal of another number speaks of tuples.
fn two<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[String; 2]>, D::Error> {
    let list = Vec::deserialize(deserializer)?;
    list.try_into().map(Some).map_err(|list: Vec<String>| {
        let message =
            format_args!("needs the two addresses of the gateway, and has {}", list.len());
        de::Error::custom(message)
    })
}

impl Settings {
    /// Whether the HA mode is said, here or in the rules.
    pub(super) fn says_mode(&self) -> bool {
        self.ha_mode.is_some() || self.rules.known_ha_mode().is_some()
    }

    pub(super) fn mode(&self) -> HaMode {
        self.ha_mode.or_else(|| self.rules.known_ha_mode()).unwrap_or_default()
    }

    /// The HA mode can be said twice.
    pub(super) fn conflict(&self) -> Option<Violation> {
        let (said, other) = self.ha_mode.zip(self.rules.known_ha_mode())?;
        (said != other).then(|| {
            let message = format_args!("is {said}, and in the rules it is {other}; say it once");
            Violation::new("/ha_mode", "ha-mode-once", message)
        })
    }

    /// The pair with these settings; what is not set and must be is empty.
    pub(super) fn pair(self) -> Result<DualConnection, Error> {
        let [first, second] = self.vgw_ips.clone().unwrap_or_default();
        let (active, standby) = match self.mode() {
            HaMode::ActiveActive => (None, None),
            HaMode::ActiveStandby => (Some(HaRole::Master), Some(HaRole::Slave)),
        };
        let requests = [
            self.request(first, active, &self.first)?,
            self.request(second, standby, &self.second)?,
        ];
        Ok(DualConnection { settings: self, requests })
    }

    fn request(
        &self,
        vgw_ip: String,
        ha_role: Option<HaRole>,
        tunnel: &TunnelSettings,
    ) -> Result<VpnConnectionRequest, Error> {
        // A key that was not taken is not the shared one.
        let shared_psk = if tunnel.bad_psk.is_none() { &self.psk } else { &None };
        // The builder, not a literal: a new field of the document is no edit here.
        VpnConnectionRequest::builder()
            .name(tunnel.name.clone())
            .vgw_id(self.vgw_id.clone().unwrap_or_default())
            .vgw_ip(vgw_ip)
            .style(self.style.clone())
            .cgw_id(self.cgw_id.clone().unwrap_or_default())
            .peer_subnets(self.peer_subnets.clone())
            .tunnel_local_address(tunnel.tunnel_local_address.clone())
            .tunnel_peer_address(tunnel.tunnel_peer_address.clone())
            .enable_nqa(self.enable_nqa)
            .enable_hub(self.enable_hub)
            .psk(tunnel.psk.clone().or_else(|| shared_psk.clone()))
            .policy_rules(self.policy_rules.clone())
            .ikepolicy(tunnel.ikepolicy.clone().or_else(|| self.ikepolicy.clone()))
            .ipsecpolicy(tunnel.ipsecpolicy.clone().or_else(|| self.ipsecpolicy.clone()))
            .ha_role(ha_role)
            .tags(self.tags.clone())
            .try_into()
            .map_err(|error: ConversionError| Error::invalid(error))
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
        let missing = [
            ("vgw_id", settings.vgw_id.is_none()),
            ("vgw_ips", settings.vgw_ips.is_none()),
            ("cgw_id", settings.cgw_id.is_none()),
        ];
        match missing.into_iter().find(|(_, is_missing)| *is_missing) {
            Some((name, _)) => Err(de::Error::missing_field(name)),
            None => settings.pair().map_err(de::Error::custom),
        }
    }
}
