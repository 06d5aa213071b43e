//! The rules across the fields of one connection. Where nothing else is said, the
//! page is `vpn_api_0027`, "Creating a VPN Connection".

use std::fmt;
use std::net::Ipv4Addr;

use super::addresses;
use super::fields::shown;
use super::report::{At, Report};
use super::rules::{AttachmentType, IpVersion, NetworkType, Rules};
use crate::document::defaults::{ike_policy_request, vpn_connection_request as defaults};
use crate::document::limits::{TextLimits, vpn_connection_request as limits};
use crate::dual::HaMode;
use crate::types::{
    ConnectionStyle, HaRole, IdType, IkePolicyRequest, IkeVersion, PolicyRuleRequest,
    VpnConnectionRequest,
};

pub(super) fn check(
    request: &VpnConnectionRequest,
    rules: &Rules,
    at: &At<'_>,
    report: &mut Report,
) {
    vgw_ip(request, rules, at, report);
    peer_subnets_required(request, rules, at, report);
    peer_subnets(request, at, report);
    tunnel_addresses(request, at, report);
    nqa(request, at, report);
    hub(request, at, report);
    psk_required(request, rules, at, report);
    policy_rules(request, rules, at, report);
    ha_role(request, rules, at, report);
    tags(request, at, report);
    if let Some(policy) = &request.ikepolicy {
        ike_policy(policy, &at.member("ikepolicy"), report);
    }
}

/// The style that the service will use.
fn style(request: &VpnConnectionRequest) -> &ConnectionStyle {
    request.style.as_ref().unwrap_or(&defaults::STYLE)
}

/// `vgw_ip` is the id of an EIP for a public gateway, and an IPv4 address for a
/// private one; either while the gateway is not known.
fn vgw_ip(request: &VpnConnectionRequest, rules: &Rules, at: &At<'_>, report: &mut Report) {
    let value = &request.vgw_ip;
    let at = at.member("vgw_ip");
    let is_address = value.parse::<Ipv4Addr>().is_ok();
    let is_id = limits::VGW_ID.fits_length(value) && limits::VGW_ID.first_misfit(value).is_none();
    let id = Id(&limits::VGW_ID);
    // What is no id and no address breaks the limits of the field too: said once.
    match rules.network {
        Some(NetworkType::Public) if !is_id => {
            let message = format_args!(
                "{} is not the id of an EIP, {id}, which a public gateway needs",
                shown(value)
            );
            report.error_instead(&at, "vgw-ip", message);
        }
        Some(NetworkType::Private) if !is_address => {
            let message =
                format_args!("{} is no IPv4 address, which a private gateway needs", shown(value));
            report.error_instead(&at, "vgw-ip", message);
        }
        None if !is_id && !is_address => {
            let message = format_args!(
                "{} is neither the id of an EIP, {id}, nor an IPv4 address",
                shown(value)
            );
            report.error_instead(&at, "vgw-ip", message);
        }
        _ => {}
    }
}

/// What an id is made of: `36 characters of 0-9 A-Z a-z -`.
struct Id(&'static TextLimits);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} characters of {}", self.0.max_length, self.0.characters)
    }
}

/// Customer subnets must be given, unless the gateway is attached to an enterprise
/// router and the style is policy or bgp.
fn peer_subnets_required(
    request: &VpnConnectionRequest,
    rules: &Rules,
    at: &At<'_>,
    report: &mut Report,
) {
    let is_given = request.peer_subnets.as_ref().is_some_and(|subnets| !subnets.is_empty());
    let is_lifted = rules.attachment == Some(AttachmentType::Er)
        && matches!(style(request), ConnectionStyle::Policy | ConnectionStyle::Bgp);
    if !is_given && !is_lifted {
        let message = "is missing; only a policy-based or BGP connection of a gateway that is \
                       attached to an enterprise router does without";
        report.error(&at.member("peer_subnets"), "peer-subnets-required", message);
    }
}

/// As many customer subnets as are kept to compare them with the ones after.
const SUBNETS: usize = *limits::PEER_SUBNETS.end() as usize;

/// Customer subnets do not repeat; they should not overlap.
fn peer_subnets(request: &VpnConnectionRequest, at: &At<'_>, report: &mut Report) {
    let subnets = request.peer_subnets.as_deref().unwrap_or_default();
    let at = at.member("peer_subnets");
    // Read once, since each is compared with all before it, and without an allocation.
    let mut read = [None; SUBNETS];
    for (index, text) in subnets.iter().enumerate() {
        let Ok(subnet) = addresses::network(text) else { continue };
        let at = at.item(index);
        for other in read.iter().take(index).flatten().copied() {
            if other == subnet {
                let message = format_args!("{subnet} stands in the list already");
                report.error(&at, "peer-subnets-unique", message);
            } else if addresses::overlap(&other, &subnet) {
                let message = format_args!("{subnet} overlaps with {other}");
                report.warning(&at, "peer-subnets-overlap", message);
            }
        }
        if let Some(place) = read.get_mut(index) {
            *place = Some(subnet);
        }
    }
}

/// Tunnel addresses are hosts of one network, both or none of them given, and meant
/// for the route-based styles.
fn tunnel_addresses(request: &VpnConnectionRequest, at: &At<'_>, report: &mut Report) {
    let judged = [
        (&request.tunnel_local_address, limits::TUNNEL_LOCAL_ADDRESS),
        (&request.tunnel_peer_address, limits::TUNNEL_PEER_ADDRESS),
    ]
    .map(|(address, limits)| addresses::tunnel(address.as_ref()?, &limits).ok());
    let [local, peer] = ["tunnel_local_address", "tunnel_peer_address"].map(|name| at.member(name));
    match (&request.tunnel_local_address, &request.tunnel_peer_address) {
        (Some(_), None) => {
            report.error(&peer, "tunnel-pair", "is missing beside tunnel_local_address");
        }
        (None, Some(_)) => {
            report.error(&local, "tunnel-pair", "is missing beside tunnel_peer_address");
        }
        _ => {}
    }
    if let [Some(one), Some(other)] = judged {
        if one == other {
            let message = format_args!("is {one} like tunnel_local_address; they are two hosts");
            report.error(&peer, "tunnel-distinct", message);
        } else if one.trunc() != other.trunc() {
            let network = one.trunc();
            let message = format_args!(
                "{other} lies outside of {network}, the network of tunnel_local_address"
            );
            report.error(&peer, "tunnel-network", message);
        }
    }
    if request.tunnel_local_address.is_some() && style(request) == &ConnectionStyle::Policy {
        let message = "has no meaning for a policy-based connection";
        report.warning(&local, "tunnel-style", message);
    }
}

/// Network quality analysis is for static routing; it breaks traffic when the
/// tunnel addresses do not answer ping. (The latter: user guide.)
fn nqa(request: &VpnConnectionRequest, at: &At<'_>, report: &mut Report) {
    let Some(enable) = request.enable_nqa else { return };
    let at = at.member("enable_nqa");
    let style = style(request);
    if style.is_listed() && style != &ConnectionStyle::Static {
        let message = format_args!("is only for static routing, and the style is {style}");
        report.error(&at, "nqa-style", message);
    }
    if enable {
        let message = "takes the tunnel down when its addresses do not answer ping";
        report.warning(&at, "nqa-ping", message);
    }
}

/// Branch interconnection is for BGP routing.
fn hub(request: &VpnConnectionRequest, at: &At<'_>, report: &mut Report) {
    let style = style(request);
    if request.enable_hub.is_some() && style.is_listed() && style != &ConnectionStyle::Bgp {
        let message = format_args!("is only for BGP routing, and the style is {style}");
        report.error(&at.member("enable_hub"), "hub-style", message);
    }
}

/// The rule of connections without a key.
pub(crate) const PSK_REQUIRED: &str = "psk-required";

/// A pre-shared key must be given, unless the caller means it.
fn psk_required(request: &VpnConnectionRequest, rules: &Rules, at: &At<'_>, report: &mut Report) {
    if request.psk.is_none() && !rules.allows_missing_psk() {
        let message = "is missing; set `psk`, or say `Rules::allow_missing_psk(true)` if a \
                       connection without a key is meant";
        report.error(&at.member("psk"), PSK_REQUIRED, message);
    }
}

/// Policy rules are for policy-based connections, which need some on an IPv4
/// gateway; each has a source of its own.
fn policy_rules(request: &VpnConnectionRequest, rules: &Rules, at: &At<'_>, report: &mut Report) {
    let policy_rules = request.policy_rules.as_deref().unwrap_or_default();
    let at = at.member("policy_rules");
    let style = style(request);
    let is_policy = style == &ConnectionStyle::Policy;
    if is_policy && policy_rules.is_empty() && rules.ip_version != Some(IpVersion::V6) {
        let message = "is missing; a policy-based connection needs at least one rule";
        report.error(&at, "policy-rules-required", message);
    }
    if style.is_listed() && !is_policy && !policy_rules.is_empty() {
        let message =
            format_args!("is only for policy-based connections, and the style is {style}");
        report.error(&at, "policy-rules-style", message);
    }
    repeated(
        policy_rules,
        |rule: &PolicyRuleRequest| rule.source.as_ref(),
        |index, source| {
            let message = format_args!("{} is the source of an earlier rule", shown(source));
            let at = at.item(index);
            report.error(&at.member("source"), "policy-source-unique", message);
        },
    );
    repeated(
        policy_rules,
        |rule: &PolicyRuleRequest| rule.rule_index.as_ref(),
        |index, number| {
            let message = format_args!("is {number}, as in an earlier rule");
            let at = at.item(index);
            report.error(&at.member("rule_index"), "rule-index-unique", message);
        },
    );
}

/// The part on an active/standby gateway: `slave` has no place on an active-active
/// one, and should be said on an active/standby one.
fn ha_role(request: &VpnConnectionRequest, rules: &Rules, at: &At<'_>, report: &mut Report) {
    let at = at.member("ha_role");
    match (rules.ha_mode, &request.ha_role) {
        (Some(HaMode::ActiveActive), Some(role @ HaRole::Slave)) => {
            let message =
                format_args!("is {role}, and an active-active gateway has no standby connection");
            report.error(&at, "ha-role-mode", message);
        }
        (Some(HaMode::ActiveStandby), None) => {
            let message = "is missing; on an active/standby gateway say which of the two it is";
            report.warning(&at, "ha-role-mode", message);
        }
        _ => {}
    }
}

/// Each tag has a key of its own.
fn tags(request: &VpnConnectionRequest, at: &At<'_>, report: &mut Report) {
    let at = at.member("tags");
    repeated(
        request.tags.as_deref().unwrap_or_default(),
        |tag| Some(&tag.key),
        |index, key| {
            let message = format_args!("{} is the key of an earlier tag", shown(key));
            let at = at.item(index);
            report.error(&at.member("key"), "tag-key-unique", message);
        },
    );
}

fn ike_policy(policy: &IkePolicyRequest, at: &At<'_>, report: &mut Report) {
    phase1_mode(policy, at, report);
    let local_type = policy.local_id_type.as_ref().unwrap_or(&ike_policy_request::LOCAL_ID_TYPE);
    ike_id(local_type, policy.local_id.as_deref(), &at.member("local_id"), report);
    let peer_type = policy.peer_id_type.as_ref().unwrap_or(&ike_policy_request::PEER_ID_TYPE);
    ike_id(peer_type, policy.peer_id.as_deref(), &at.member("peer_id"), report);
    if let (Some(local), Some(peer)) = (&policy.local_id, &policy.peer_id)
        && local == peer
    {
        let message =
            format_args!("{} is local_id too; the two sides have ids of their own", shown(peer));
        report.error(&at.member("peer_id"), "ike-id-distinct", message);
    }
}

/// The negotiation mode belongs to IKE v1.
fn phase1_mode(policy: &IkePolicyRequest, at: &At<'_>, report: &mut Report) {
    let version = policy.ike_version.as_ref().unwrap_or(&ike_policy_request::IKE_VERSION);
    let at = at.member("phase1_negotiation_mode");
    match (version, &policy.phase1_negotiation_mode) {
        (IkeVersion::V1, None) => {
            report.error(&at, "phase1-mode-required", "is missing; IKE v1 needs it");
        }
        (IkeVersion::V2, Some(_)) => {
            report.warning(&at, "phase1-mode-unused", "has no effect with IKE v2");
        }
        _ => {}
    }
}

/// An IKE id follows its own type.
fn ike_id(kind: &IdType, id: Option<&str>, at: &At<'_>, report: &mut Report) {
    match (kind, id) {
        (IdType::Ip, Some(id)) if id.parse::<Ipv4Addr>().is_err() => {
            let message = format_args!("{} is no IPv4 address, as its type asks for", shown(id));
            report.error(at, "ike-id-address", message);
        }
        (IdType::Fqdn, None) => {
            report.error(
                at,
                "ike-id-required",
                format_args!("is missing; its type {kind} needs one"),
            );
        }
        _ => {}
    }
}

/// Calls `found` for every item whose key an earlier item has too.
fn repeated<'a, T, K: PartialEq + 'a>(
    items: &'a [T],
    key: impl Fn(&'a T) -> Option<&'a K>,
    mut found: impl FnMut(usize, &'a K),
) {
    for (index, item) in items.iter().enumerate() {
        if let Some(this) = key(item)
            && items.iter().take(index).any(|earlier| key(earlier) == Some(this))
        {
            found(index, this);
        }
    }
}
