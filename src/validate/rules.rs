//! What validation is told beside the request.

use serde::{Deserialize, Deserializer, Serialize};

use crate::dual::HaMode;
use crate::keys;

/// What a request is judged by beside the document: facts about its gateway, and
/// exceptions that the caller means.
///
/// Facts are optional. A rule that depends on one that is not given is left out,
/// or assumes the usual case, as its documentation says.
///
/// ```
/// use otc_vpn::{AttachmentType, NetworkType, Rules};
///
/// let rules = Rules::default().attachment(AttachmentType::Er).network(NetworkType::Private);
/// let same = serde_json::from_str(r#"{ "attachment_type": "er", "network_type": "private" }"#)?;
/// assert_eq!(rules, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(description = "Facts about the gateway, and exceptions that are meant.")
)]
#[serde(default, deny_unknown_fields)]
#[must_use]
pub struct Rules {
    /// What the gateway is attached to.
    #[serde(rename = "attachment_type", skip_serializing_if = "Option::is_none")]
    pub(super) attachment: Option<AttachmentType>,
    /// The network of the gateway's addresses.
    #[serde(rename = "network_type", skip_serializing_if = "Option::is_none")]
    pub(super) network: Option<NetworkType>,
    /// How the gateway's addresses share the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ha_mode: Option<HaMode>,
    /// The IP version of the gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ip_version: Option<IpVersion>,
    /// Whether a connection without pre-shared key is meant.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_missing_psk: bool,
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// The same fields, read behind [`keys`], which names the nearest key.
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Object {
            attachment_type: Option<AttachmentType>,
            network_type: Option<NetworkType>,
            ha_mode: Option<HaMode>,
            ip_version: Option<IpVersion>,
            allow_missing_psk: bool,
        }
        let Object { attachment_type, network_type, ha_mode, ip_version, allow_missing_psk } =
            keys::object(deserializer)?;
        Ok(Self {
            attachment: attachment_type,
            network: network_type,
            ha_mode,
            ip_version,
            allow_missing_psk,
        })
    }
}

impl Rules {
    /// What the gateway is attached to (`attachment_type`). Not given, `peer_subnets`
    /// is asked for always.
    pub fn attachment(mut self, attachment: AttachmentType) -> Self {
        self.attachment = Some(attachment);
        self
    }

    /// The network of the gateway's addresses (`network_type`). Given, `vgw_ip` must be
    /// an id for a public and an address for a private one.
    pub fn network(mut self, network: NetworkType) -> Self {
        self.network = Some(network);
        self
    }

    /// How the gateway's addresses share the work (`ha_mode`). Given, `ha_role` is
    /// judged by it.
    pub fn ha_mode(mut self, mode: HaMode) -> Self {
        self.ha_mode = Some(mode);
        self
    }

    /// The IP version of the gateway (`ip_version`). Not given, IPv4 is assumed, and a
    /// policy-based connection needs policy rules.
    pub fn ip_version(mut self, version: IpVersion) -> Self {
        self.ip_version = Some(version);
        self
    }

    /// Whether a connection without pre-shared key is meant. The vendor's pages do
    /// not call the key mandatory, and no example does without.
    pub fn allow_missing_psk(mut self, allow: bool) -> Self {
        self.allow_missing_psk = allow;
        self
    }

    pub(crate) fn known_ha_mode(&self) -> Option<HaMode> {
        self.ha_mode
    }

    pub(crate) fn allows_missing_psk(&self) -> bool {
        self.allow_missing_psk
    }
}

/// What a VPN gateway is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AttachmentType {
    /// A VPC.
    Vpc,
    /// An enterprise router.
    Er,
}

/// The network of a VPN gateway's addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NetworkType {
    /// The gateway has EIPs.
    Public,
    /// The gateway has private addresses.
    Private,
}

/// The IP version of a VPN gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum IpVersion {
    /// IPv4, the documented one.
    #[serde(rename = "ipv4")]
    V4,
    /// IPv6.
    #[serde(rename = "ipv6")]
    V6,
}
