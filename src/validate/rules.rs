//! What validation knows besides the request.

use serde::{Deserialize, Deserializer, Serialize};

use super::report::{At, Report};
use crate::document::enumerations::{
    AttachmentType, HaMode, IpVersion, NetworkType, OpenEnumeration,
};
use crate::keys;

/// What a request is validated against besides the document: facts about its gateway,
/// and intended exceptions.
///
/// Facts are optional. A rule that depends on a missing fact is skipped, or assumes the
/// usual case, as its documentation says; a value that the document does not list counts
/// as missing.
///
/// ```
/// use otc_vpn::{AttachmentType, NetworkType, Rules};
///
/// let rules = Rules::default().attachment(AttachmentType::Er).network(NetworkType::Private);
/// let same = serde_json::from_str(r#"{ "attachment_type": "er", "network_type": "private" }"#)?;
/// assert_eq!(rules, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(description = "Facts about the gateway, and intended exceptions.")
)]
#[serde(default, deny_unknown_fields)]
#[must_use]
pub struct Rules {
    /// What the gateway is attached to.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_type: Option<AttachmentType>,
    /// The network of the gateway's addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    network_type: Option<NetworkType>,
    /// How the gateway's addresses share the traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    ha_mode: Option<HaMode>,
    /// The IP version of the gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_version: Option<IpVersion>,
    /// Whether a connection without pre-shared key is intended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_missing_psk: bool,
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// The same fields, read through [`keys`], which suggests the nearest key.
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
        Ok(Self { attachment_type, network_type, ha_mode, ip_version, allow_missing_psk })
    }
}

impl Rules {
    /// What the gateway is attached to (`attachment_type`). Without it, `peer_subnets`
    /// is always required.
    pub fn attachment(mut self, attachment: AttachmentType) -> Self {
        self.attachment_type = Some(attachment);
        self
    }

    /// The network of the gateway's addresses (`network_type`). With it, `vgw_ip` must be
    /// an id for a public and an address for a private gateway.
    pub fn network(mut self, network: NetworkType) -> Self {
        self.network_type = Some(network);
        self
    }

    /// How the gateway's addresses share the traffic (`ha_mode`). With it, `ha_role` must
    /// match.
    pub fn ha_mode(mut self, mode: HaMode) -> Self {
        self.ha_mode = Some(mode);
        self
    }

    /// The IP version of the gateway (`ip_version`). Without it, IPv4 is assumed, and a
    /// policy-based connection needs policy rules.
    pub fn ip_version(mut self, version: IpVersion) -> Self {
        self.ip_version = Some(version);
        self
    }

    /// Whether a connection without pre-shared key is intended. The vendor's pages do
    /// not call the key mandatory, but every example has one.
    pub fn allow_missing_psk(mut self, allow: bool) -> Self {
        self.allow_missing_psk = allow;
        self
    }

    pub(super) fn known_attachment(&self) -> Option<&AttachmentType> {
        listed(self.attachment_type.as_ref())
    }

    pub(super) fn known_network(&self) -> Option<&NetworkType> {
        listed(self.network_type.as_ref())
    }

    pub(super) fn known_ip_version(&self) -> Option<&IpVersion> {
        listed(self.ip_version.as_ref())
    }

    pub(crate) fn known_ha_mode(&self) -> Option<&HaMode> {
        listed(self.ha_mode.as_ref())
    }

    /// The mode as it was given, listed or not.
    pub(crate) fn given_ha_mode(&self) -> Option<&HaMode> {
        self.ha_mode.as_ref()
    }

    pub(super) fn allows_missing_psk(&self) -> bool {
        self.allow_missing_psk
    }

    /// Warns of facts that the document does not list.
    pub(super) fn enforce(&self, at: &At<'_>, report: &mut Report) {
        let Self { attachment_type, network_type, ha_mode, ip_version, .. } = self;
        fact(attachment_type.as_ref(), &at.member("attachment_type"), report);
        fact(network_type.as_ref(), &at.member("network_type"), report);
        fact(ha_mode.as_ref(), &at.member("ha_mode"), report);
        fact(ip_version.as_ref(), &at.member("ip_version"), report);
    }
}

fn listed<E: OpenEnumeration>(fact: Option<&E>) -> Option<&E> {
    fact.filter(|fact| fact.is_listed())
}

fn fact<E: OpenEnumeration>(fact: Option<&E>, at: &At<'_>, report: &mut Report) {
    if let Some(fact) = fact {
        report.listed(at, fact);
    }
}
