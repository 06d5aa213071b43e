//! The rules across the fields of one connection, to create or to update. Where nothing
//! else is said, the page is `vpn_api_0027`, "Creating a VPN Connection".

use std::net::Ipv4Addr;

use super::addresses;
use super::fields::names::{
    ike_policy_request as ike_names, policy_rule_request as rule_names,
    vpn_connection_request as names, vpn_resource_tag_request as tag_names,
};
use super::fields::quoted;
use super::report::{At, Report};
use super::rules::Rules;
use super::view::{IkeView, View};
use crate::document::limits::vpn_connection_request as limits;
use crate::types::{AttachmentType, ConnectionStyle, IdType, IkeVersion, IpVersion};

pub(super) fn enforce(view: &View<'_>, at: &At<'_>, report: &mut Report) {
    peer_subnets(view, at, report);
    tunnel_addresses(view, at, report);
    styles(view, at, report);
    nqa(view, at, report);
    unique(view, at, report);
    if let Some(policy) = &view.ikepolicy {
        ike_policy(policy, &at.member(names::IKEPOLICY), report);
    }
}

/// Customer subnets are required, unless the gateway is attached to an enterprise router and
/// the style is policy or bgp.
pub(super) fn required_subnets(view: &View<'_>, rules: &Rules, at: &At<'_>, report: &mut Report) {
    use ConnectionStyle::{Bgp, Policy};
    let may_be_dynamic = view.style.is_none_or(|style| matches!(style, Policy | Bgp));
    let is_er = rules.0.attachment_type == Some(AttachmentType::Er);
    if view.peer_subnets.is_some_and(<[_]>::is_empty) && !(may_be_dynamic && is_er) {
        let message = "is missing; only a policy-based or BGP connection of a gateway that is \
                       attached to an enterprise router works without";
        report.error(&at.member(names::PEER_SUBNETS), "peer-subnets-required", message);
    }
}

/// Policy rules are required with style policy on an IPv4 gateway.
pub(super) fn required_rules(view: &View<'_>, rules: &Rules, at: &At<'_>, report: &mut Report) {
    let is_policy = view.style == Some(&ConnectionStyle::Policy);
    let is_ipv4 = rules.0.ip_version != Some(IpVersion::V6);
    if view.policy_rules.is_some_and(<[_]>::is_empty) && is_policy && is_ipv4 {
        let message = "is missing; a policy-based connection needs at least one rule";
        report.error(&at.member(names::POLICY_RULES), "policy-rules-required", message);
    }
}

/// As many customer subnets as are kept to compare them with the ones after.
const SUBNETS: usize = *limits::PEER_SUBNETS.end() as usize;

/// Customer subnets do not repeat; they should not overlap.
fn peer_subnets(view: &View<'_>, at: &At<'_>, report: &mut Report) {
    let Some(subnets @ [_, _, ..]) = view.peer_subnets else { return };
    let at = at.member(names::PEER_SUBNETS);
    // Parsed once, since each is compared with all before it, and without an allocation.
    let mut parsed = [None; SUBNETS];
    for (index, text) in subnets.iter().enumerate() {
        let Ok(subnet) = addresses::network(text) else { continue };
        let at = at.item(index);
        let mut earlier = parsed.iter().take(index).flatten().copied();
        match earlier.find(|other| addresses::overlap(other, &subnet)) {
            Some(other) if other == subnet => {
                let message = format_args!("{subnet} is already in the list");
                report.warning(&at, "peer-subnets-unique", message);
            }
            Some(other) => {
                let message = format_args!("{subnet} overlaps with {other}");
                report.warning(&at, "peer-subnets-overlap", message);
            }
            None => {}
        }
        if let Some(place) = parsed.get_mut(index) {
            *place = Some(subnet);
        }
    }
}

/// Tunnel addresses are hosts of one network, both or none of them given, and meant
/// for the route-based styles.
fn tunnel_addresses(view: &View<'_>, at: &At<'_>, report: &mut Report) {
    let local_at = at.member(names::TUNNEL_LOCAL_ADDRESS);
    let peer_at = at.member(names::TUNNEL_PEER_ADDRESS);
    match (view.tunnel_local_address, view.tunnel_peer_address) {
        (Some(_), None) => {
            report.error(&peer_at, "tunnel-pair", "is missing beside tunnel_local_address");
        }
        (None, Some(_)) => {
            report.error(&local_at, "tunnel-pair", "is missing beside tunnel_peer_address");
        }
        (Some(local), Some(peer)) => tunnel_network(local, peer, &peer_at, report),
        (None, None) => {}
    }
    if view.tunnel_local_address.is_some() && view.style == Some(&ConnectionStyle::Policy) {
        let message = "has no effect on a policy-based connection";
        report.warning(&local_at, "tunnel-style", message);
    }
}

fn tunnel_network(local: &str, peer: &str, at: &At<'_>, report: &mut Report) {
    let (Ok(local), Ok(peer)) = (
        addresses::tunnel(local, &limits::TUNNEL_LOCAL_ADDRESS),
        addresses::tunnel(peer, &limits::TUNNEL_PEER_ADDRESS),
    ) else {
        return;
    };
    let network = local.trunc();
    if local == peer {
        let message = format_args!("is {local}, as is tunnel_local_address; must be another host");
        report.error(at, "tunnel-distinct", message);
    } else if network != peer.trunc() {
        let message =
            format_args!("{peer} lies outside of {network}, the network of tunnel_local_address");
        report.error(at, "tunnel-network", message);
    }
}

/// Network quality analysis is for static routing, branch interconnection for BGP routing,
/// and policy rules are for policy-based connections.
fn styles(view: &View<'_>, at: &At<'_>, report: &mut Report) {
    use ConnectionStyle::{Bgp, Policy, Static};
    let Some(style) = view.style.filter(|style| style.is_listed()) else { return };
    let mut only_for = |only: ConnectionStyle, what: &str, field: &str, rule| {
        if *style != only {
            let message = format_args!("is only for {what}, but the style is {style}");
            report.error(&at.member(field), rule, message);
        }
    };
    if view.enable_nqa.is_some() {
        only_for(Static, "static routing", names::ENABLE_NQA, "nqa-style");
    }
    if view.enable_hub.is_some() {
        only_for(Bgp, "BGP routing", names::ENABLE_HUB, "hub-style");
    }
    if view.policy_rules.is_some_and(|rules| !rules.is_empty()) {
        let what = "policy-based connections";
        only_for(Policy, what, names::POLICY_RULES, "policy-rules-style");
    }
}

/// Network quality analysis breaks traffic when the tunnel addresses do not answer ping.
/// (User guide.)
fn nqa(view: &View<'_>, at: &At<'_>, report: &mut Report) {
    if view.enable_nqa == Some(true) {
        let message = "takes the tunnel down when its addresses do not answer ping";
        report.warning(&at.member(names::ENABLE_NQA), "nqa-ping", message);
    }
}

/// Each policy rule has its own source, and each tag its own key.
fn unique(view: &View<'_>, at: &At<'_>, report: &mut Report) {
    let at_rules = at.member(names::POLICY_RULES);
    let rules = view.policy_rules.unwrap_or_default();
    for (index, source) in repeated(rules, |rule| rule.source.as_ref()) {
        let message = format_args!("{} is the source of an earlier rule", quoted(source));
        let at = at_rules.item(index);
        report.error(&at.member(rule_names::SOURCE), "policy-source-unique", message);
    }
    for (index, number) in repeated(rules, |rule| rule.rule_index.as_ref()) {
        let message = format_args!("is {number}, as in an earlier rule");
        let at = at_rules.item(index);
        report.error(&at.member(rule_names::RULE_INDEX), "rule-index-unique", message);
    }
    for (index, key) in repeated(view.tags, |tag| Some(&tag.key)) {
        let message = format_args!("{} is the key of an earlier tag", quoted(key));
        let at = at.member(names::TAGS);
        report.warning(&at.item(index).member(tag_names::KEY), "tag-key-unique", message);
    }
}

fn ike_policy(policy: &IkeView<'_>, at: &At<'_>, report: &mut Report) {
    phase1_mode(policy, at, report);
    ike_id(policy.local_type, policy.local_id, &at.member(ike_names::LOCAL_ID), report);
    let at = at.member(ike_names::PEER_ID);
    ike_id(policy.peer_type, policy.peer_id, &at, report);
    if let (Some(local), Some(peer)) = (policy.local_id, policy.peer_id)
        && local == peer
    {
        let message =
            format_args!("{} is local_id too; the two sides have different ids", quoted(peer));
        report.error(&at, "ike-id-distinct", message);
    }
}

/// The negotiation mode belongs to IKE v1.
fn phase1_mode(policy: &IkeView<'_>, at: &At<'_>, report: &mut Report) {
    let at = at.member(ike_names::PHASE1_NEGOTIATION_MODE);
    match (policy.version, policy.mode) {
        (Some(IkeVersion::V1), None) => {
            report.error(&at, "phase1-mode-required", "is missing; IKE v1 needs it");
        }
        (Some(IkeVersion::V2), Some(_)) => {
            report.warning(&at, "phase1-mode-unused", "has no effect with IKE v2");
        }
        _ => {}
    }
}

/// An IKE id follows its own type.
fn ike_id(kind: Option<&IdType>, id: Option<&str>, at: &At<'_>, report: &mut Report) {
    match (kind, id) {
        (Some(IdType::Ip), Some(id)) if id.parse::<Ipv4Addr>().is_err() => {
            let message = format_args!("{} is not an IPv4 address, as its type says", quoted(id));
            report.error(at, "ike-id-address", message);
        }
        (Some(kind @ IdType::Fqdn), None) => {
            let message = format_args!("is missing; its type {kind} needs one");
            report.error(at, "ike-id-required", message);
        }
        _ => {}
    }
}

/// The index and the key of every item whose key an earlier item has too.
fn repeated<'a, T, K: PartialEq>(
    items: &'a [T],
    key: impl Fn(&'a T) -> Option<K>,
) -> impl Iterator<Item = (usize, K)> {
    items.iter().enumerate().filter_map(move |(index, item)| {
        let this = key(item)?;
        let is_earlier = |earlier| key(earlier).is_some_and(|earlier| earlier == this);
        items.iter().take(index).any(is_earlier).then_some((index, this))
    })
}
