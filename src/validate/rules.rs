//! What validation knows besides the request.

use serde::{Deserialize, Serialize};

use super::report::{At, Report};
use crate::document::enumerations::{AttachmentType, HaMode, IpVersion, NetworkType};
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
#[must_use]
pub struct Rules(#[serde(deserialize_with = "keys::object")] pub(crate) Facts);

/// The members of [`Rules`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(inline, description = "Facts about the gateway, and intended exceptions.")
)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Facts {
    /// What the gateway is attached to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attachment_type: Option<AttachmentType>,
    /// The network of the gateway's addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) network_type: Option<NetworkType>,
    /// How the gateway's addresses share the traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ha_mode: Option<HaMode>,
    /// The IP version of the gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ip_version: Option<IpVersion>,
    /// Whether a connection without pre-shared key is intended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) allow_missing_psk: bool,
    /// Whether a value that the document does not list is an error.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deny_unlisted_values: bool,
}

impl Rules {
    /// What the gateway is attached to (`attachment_type`). Without it, `peer_subnets`
    /// is always required.
    pub fn attachment(mut self, attachment: AttachmentType) -> Self {
        self.0.attachment_type = Some(attachment);
        self
    }

    /// The network of the gateway's addresses (`network_type`). With it, `vgw_ip` must be
    /// an id for a public and an address for a private gateway.
    pub fn network(mut self, network: NetworkType) -> Self {
        self.0.network_type = Some(network);
        self
    }

    /// How the gateway's addresses share the traffic (`ha_mode`). With it, `ha_role` must
    /// match.
    pub fn ha_mode(mut self, mode: HaMode) -> Self {
        self.0.ha_mode = Some(mode);
        self
    }

    /// The IP version of the gateway (`ip_version`). Without it, IPv4 is assumed, and a
    /// policy-based connection needs policy rules.
    pub fn ip_version(mut self, version: IpVersion) -> Self {
        self.0.ip_version = Some(version);
        self
    }

    /// Whether a connection without pre-shared key is intended. The vendor's pages do
    /// not call the key mandatory, but every example has one.
    pub fn allow_missing_psk(mut self, allow: bool) -> Self {
        self.0.allow_missing_psk = allow;
        self
    }

    /// Whether a value that the document does not list, such as an unheard-of
    /// `dh_group`, is an error. It is a warning otherwise, since the service may have
    /// learnt it since.
    pub fn deny_unlisted_values(mut self, deny: bool) -> Self {
        self.0.deny_unlisted_values = deny;
        self
    }

    /// These rules, and those of `others` where these say nothing.
    pub(crate) fn or(&self, others: &Self) -> Self {
        let (own, others) = (self.0.clone(), others.0.clone());
        Self(Facts {
            attachment_type: own.attachment_type.or(others.attachment_type),
            network_type: own.network_type.or(others.network_type),
            ha_mode: own.ha_mode.or(others.ha_mode),
            ip_version: own.ip_version.or(others.ip_version),
            allow_missing_psk: own.allow_missing_psk || others.allow_missing_psk,
            deny_unlisted_values: own.deny_unlisted_values || others.deny_unlisted_values,
        })
    }

    /// Nothing broken so far.
    pub(super) fn report(&self) -> Report {
        let mut report = Report::default();
        report.deny_unlisted_values = self.0.deny_unlisted_values;
        report
    }

    /// Warns of facts that the document does not list.
    pub(super) fn enforce(&self, at: &At<'_>, report: &mut Report) {
        let Facts { attachment_type, network_type, ha_mode, ip_version, .. } = &self.0;
        attachment_type.iter().for_each(|it| report.listed(&at.member("attachment_type"), it));
        network_type.iter().for_each(|it| report.listed(&at.member("network_type"), it));
        ha_mode.iter().for_each(|it| report.listed(&at.member("ha_mode"), it));
        ip_version.iter().for_each(|it| report.listed(&at.member("ip_version"), it));
    }
}
