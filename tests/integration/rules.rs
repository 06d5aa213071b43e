//! Every documented rule: the smallest legal neighbour, the smallest breach, and where it is.

use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{AttachmentType, HaMode, IpVersion, NetworkType, Rules, Severity};
use serde_json::{Value, json};

use crate::support::{CGW_ID, VGW_ID, VGW_IP_1, VGW_IP_2, request};

/// Example 3's connection with some members changed; null takes one out.
pub(crate) fn with(changes: &Value) -> VpnConnectionRequest {
    let mut body = serde_json::to_value(request()).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => _ = body.as_object_mut().unwrap().remove(name),
            value => body[name] = value.clone(),
        }
    }
    serde_json::from_value(body).unwrap()
}

fn usual() -> Rules {
    Rules::default()
}

/// A rule: its name, its severity, what is legal, what is not, and where.
pub(crate) fn rules() -> Vec<(&'static str, Severity, Value, Value, &'static str, Rules)> {
    use Severity::{Error, Warning};
    let er = usual().attachment(AttachmentType::Er);
    let bgp = |more: Value| merged(json!({ "style": "bgp" }), &more);
    let policy_rule = json!([{ "source": "10.0.0.0/24", "destination": ["10.1.0.0/24"] }]);
    let policy =
        |more: Value| merged(json!({ "style": "policy", "policy_rules": policy_rule }), &more);
    let ike = |policy: Value| json!({ "ikepolicy": policy });
    let tunnel = |local: &str, peer: &str| json!({ "tunnel_local_address": local, "tunnel_peer_address": peer });
    let good_tunnel = tunnel("169.254.76.1/30", "169.254.76.2/30");
    let subnets = |list: &[&str]| json!({ "peer_subnets": list });
    let two_sources = |second: &str| {
        policy(json!({ "policy_rules": [{ "source": "10.0.0.0/24" }, { "source": second }] }))
    };
    let two_indices = |second: u32| {
        let rule = |source: &str, index: u32| json!({ "source": source, "rule_index": index });
        policy(json!({ "policy_rules": [rule("10.0.0.0/24", 1), rule("10.1.0.0/24", second)] }))
    };
    let tag =
        |key: &str| json!({ "tags": [{ "key": "a", "value": "" }, { "key": key, "value": "" }] });
    let id_36 = json!({ "vgw_ip": VGW_IP_1 });
    let address = json!({ "vgw_ip": "192.168.45.7" });
    vec![
        ("psk", Error, json!({ "psk": "Abcdef12" }), json!({ "psk": "abcdef12" }), "/psk", usual()),
        ("psk-required", Error, json!({}), json!({ "psk": null }), "/psk", usual()),
        (
            "network",
            Error,
            subnets(&["10.0.0.0/8"]),
            subnets(&["10.0.0.1/8"]),
            "/peer_subnets/0",
            usual(),
        ),
        (
            "network",
            Error,
            policy(json!({})),
            policy(json!({ "policy_rules": [{ "source": "10.0.0.1/24" }] })),
            "/policy_rules/0/source",
            usual(),
        ),
        (
            "network",
            Error,
            policy(json!({})),
            policy(json!({ "policy_rules": [{ "destination": ["10.0.0.0/8", "x"] }] })),
            "/policy_rules/0/destination/1",
            usual(),
        ),
        (
            "characters",
            Error,
            json!({ "name": "a_b.c-D1" }),
            json!({ "name": "a b" }),
            "/name",
            usual(),
        ),
        (
            "characters",
            Error,
            json!({}),
            json!({ "vgw_id": VGW_ID.replace('-', "_") }),
            "/vgw_id",
            usual(),
        ),
        (
            "characters",
            Error,
            json!({}),
            json!({ "cgw_id": CGW_ID.replace('-', ".") }),
            "/cgw_id",
            usual(),
        ),
        (
            "characters",
            Error,
            ike(json!({ "local_id_type": "fqdn", "local_id": "ä-ö_~/.x" })),
            ike(json!({ "local_id_type": "fqdn", "local_id": "a&b" })),
            "/ikepolicy/local_id",
            usual(),
        ),
        (
            "characters",
            Error,
            ike(json!({ "local_id_type": "fqdn", "local_id": "ab" })),
            ike(json!({ "local_id_type": "fqdn", "local_id": "a\u{2003}b" })),
            "/ikepolicy/local_id",
            usual(),
        ),
        (
            "characters",
            Error,
            ike(json!({ "peer_id_type": "fqdn", "peer_id": "ä-ö_~/.x" })),
            ike(json!({ "peer_id_type": "fqdn", "peer_id": "a\nb" })),
            "/ikepolicy/peer_id",
            usual(),
        ),
        (
            "characters",
            Error,
            json!({ "tags": [{ "key": "ñ 1_.:=+-@", "value": "" }] }),
            json!({ "tags": [{ "key": "a/b", "value": "" }] }),
            "/tags/0/key",
            usual(),
        ),
        (
            "characters",
            Error,
            json!({ "tags": [{ "key": "a", "value": "ñ 1_.:=+-@" }] }),
            json!({ "tags": [{ "key": "a", "value": "a,b" }] }),
            "/tags/0/value",
            usual(),
        ),
        (
            "unlisted-value",
            Warning,
            json!({ "ha_role": "master" }),
            json!({ "ha_role": "chief" }),
            "/ha_role",
            usual(),
        ),
        (
            "weak-value",
            Warning,
            ike(json!({ "dh_group": "group15" })),
            ike(json!({ "dh_group": "group14" })),
            "/ikepolicy/dh_group",
            usual(),
        ),
        (
            "unsupported-value",
            Warning,
            ike(json!({ "peer_id_type": "ip" })),
            ike(json!({ "peer_id_type": "fqdn", "peer_id": "a" })),
            "/ikepolicy/peer_id_type",
            usual(),
        ),
        (
            "deprecated",
            Warning,
            policy(json!({})),
            policy(json!({ "policy_rules": [{ "rule_index": 1 }] })),
            "/policy_rules/0/rule_index",
            usual(),
        ),
        ("vgw-ip", Error, id_36.clone(), json!({ "vgw_ip": "abc-def" }), "/vgw_ip", usual()),
        (
            "vgw-ip",
            Error,
            address.clone(),
            json!({ "vgw_ip": "192.168.45.256" }),
            "/vgw_ip",
            usual(),
        ),
        (
            "vgw-ip",
            Error,
            id_36.clone(),
            address.clone(),
            "/vgw_ip",
            usual().network(NetworkType::Public),
        ),
        ("vgw-ip", Error, address, id_36, "/vgw_ip", usual().network(NetworkType::Private)),
        (
            "peer-subnets-required",
            Error,
            json!({}),
            json!({ "peer_subnets": null }),
            "/peer_subnets",
            usual(),
        ),
        (
            "peer-subnets-required",
            Error,
            bgp(json!({ "peer_subnets": null })),
            json!({ "peer_subnets": [] }),
            "/peer_subnets",
            er.clone(),
        ),
        (
            "peer-subnets-required",
            Error,
            policy(json!({ "peer_subnets": null })),
            json!({ "style": "static", "peer_subnets": null }),
            "/peer_subnets",
            er.clone(),
        ),
        (
            "peer-subnets-required",
            Error,
            json!({}),
            bgp(json!({ "peer_subnets": null })),
            "/peer_subnets",
            usual().attachment(AttachmentType::Vpc),
        ),
        (
            "peer-subnets-unique",
            Warning,
            subnets(&["10.0.0.0/24", "10.0.1.0/24"]),
            subnets(&["10.0.0.0/24", "10.0.0.0/24"]),
            "/peer_subnets/1",
            usual(),
        ),
        (
            "peer-subnets-overlap",
            Warning,
            subnets(&["10.0.0.0/24", "10.0.1.0/24"]),
            subnets(&["10.0.0.0/24", "10.0.0.0/23"]),
            "/peer_subnets/1",
            usual(),
        ),
        (
            "reserved-range",
            Warning,
            subnets(&["100.128.0.0/10"]),
            subnets(&["100.64.0.0/12"]),
            "/peer_subnets/0",
            usual(),
        ),
        (
            "reserved-range",
            Warning,
            subnets(&["215.0.0.0/8"]),
            subnets(&["214.0.0.0/7"]),
            "/peer_subnets/0",
            usual(),
        ),
        (
            "tunnel-address",
            Error,
            good_tunnel.clone(),
            tunnel("169.254.76.0/30", "169.254.76.2/30"),
            "/tunnel_local_address",
            usual(),
        ),
        (
            "tunnel-address",
            Error,
            good_tunnel.clone(),
            tunnel("169.254.195.1/30", "169.254.195.2/30"),
            "/tunnel_peer_address",
            usual(),
        ),
        (
            "tunnel-pair",
            Error,
            good_tunnel.clone(),
            json!({ "tunnel_local_address": "169.254.76.1/30" }),
            "/tunnel_peer_address",
            usual(),
        ),
        (
            "tunnel-pair",
            Error,
            good_tunnel.clone(),
            json!({ "tunnel_peer_address": "169.254.76.1/30" }),
            "/tunnel_local_address",
            usual(),
        ),
        (
            "tunnel-distinct",
            Error,
            good_tunnel.clone(),
            tunnel("169.254.76.1/30", "169.254.76.1/30"),
            "/tunnel_peer_address",
            usual(),
        ),
        (
            "tunnel-network",
            Error,
            good_tunnel.clone(),
            tunnel("169.254.76.1/30", "169.254.76.5/30"),
            "/tunnel_peer_address",
            usual(),
        ),
        (
            "tunnel-style",
            Warning,
            bgp(good_tunnel.clone()),
            policy(good_tunnel),
            "/tunnel_local_address",
            usual(),
        ),
        (
            "nqa-style",
            Error,
            json!({ "enable_nqa": false }),
            bgp(json!({ "enable_nqa": false })),
            "/enable_nqa",
            usual(),
        ),
        (
            "nqa-style",
            Error,
            json!({ "style": "of-the-future", "enable_nqa": false }),
            policy(json!({ "enable_nqa": true })),
            "/enable_nqa",
            usual(),
        ),
        (
            "nqa-ping",
            Warning,
            json!({ "enable_nqa": false }),
            json!({ "enable_nqa": true }),
            "/enable_nqa",
            usual(),
        ),
        (
            "hub-style",
            Error,
            bgp(json!({ "enable_hub": true })),
            json!({ "enable_hub": false }),
            "/enable_hub",
            usual(),
        ),
        (
            "hub-style",
            Error,
            json!({ "style": "of-the-future", "enable_hub": true }),
            policy(json!({ "enable_hub": true })),
            "/enable_hub",
            usual(),
        ),
        (
            "policy-rules-required",
            Error,
            policy(json!({})),
            json!({ "style": "policy" }),
            "/policy_rules",
            usual(),
        ),
        (
            "policy-rules-required",
            Error,
            json!({}),
            policy(json!({ "policy_rules": [] })),
            "/policy_rules",
            usual().ip_version(IpVersion::V4),
        ),
        (
            "policy-rules-style",
            Error,
            bgp(json!({ "policy_rules": [] })),
            bgp(json!({ "policy_rules": policy_rule })),
            "/policy_rules",
            usual(),
        ),
        (
            "policy-source-unique",
            Error,
            two_sources("10.1.0.0/24"),
            two_sources("10.0.0.0/24"),
            "/policy_rules/1/source",
            usual(),
        ),
        (
            "rule-index-unique",
            Error,
            two_indices(2),
            two_indices(1),
            "/policy_rules/1/rule_index",
            usual(),
        ),
        (
            "ha-role-mode",
            Error,
            json!({ "ha_role": "master" }),
            json!({ "ha_role": "slave" }),
            "/ha_role",
            usual().ha_mode(HaMode::ActiveActive),
        ),
        (
            "ha-role-mode",
            Warning,
            json!({ "ha_role": "slave" }),
            json!({}),
            "/ha_role",
            usual().ha_mode(HaMode::ActiveStandby),
        ),
        ("tag-key-unique", Warning, tag("b"), tag("a"), "/tags/1/key", usual()),
        (
            "phase1-mode-required",
            Error,
            ike(json!({ "ike_version": "v1", "phase1_negotiation_mode": "main" })),
            ike(json!({ "ike_version": "v1" })),
            "/ikepolicy/phase1_negotiation_mode",
            usual(),
        ),
        (
            "phase1-mode-unused",
            Warning,
            ike(json!({ "ike_version": "v2" })),
            ike(json!({ "phase1_negotiation_mode": "main" })),
            "/ikepolicy/phase1_negotiation_mode",
            usual(),
        ),
        (
            "ike-id-address",
            Error,
            ike(json!({ "local_id": "192.0.2.1" })),
            ike(json!({ "local_id": "office" })),
            "/ikepolicy/local_id",
            usual(),
        ),
        (
            "ike-id-address",
            Error,
            ike(json!({ "peer_id_type": "fqdn", "peer_id": "office" })),
            ike(json!({ "local_id_type": "fqdn", "local_id": "a", "peer_id": "office" })),
            "/ikepolicy/peer_id",
            usual(),
        ),
        (
            "ike-id-required",
            Error,
            ike(json!({ "local_id_type": "fqdn", "local_id": "a" })),
            ike(json!({ "local_id_type": "fqdn" })),
            "/ikepolicy/local_id",
            usual(),
        ),
        (
            "ike-id-distinct",
            Error,
            ike(json!({ "local_id": "192.0.2.1", "peer_id": "192.0.2.2" })),
            ike(json!({ "local_id": "192.0.2.1", "peer_id": "192.0.2.1" })),
            "/ikepolicy/peer_id",
            usual(),
        ),
    ]
}

/// What an illegal request of the table breaks beside its rule.
pub(crate) fn beside(
    rule: &str,
    place: &str,
    illegal: &Value,
) -> Vec<(&'static str, &'static str)> {
    let local_type = ("/ikepolicy/local_id_type", "unsupported-value");
    let peer_type = ("/ikepolicy/peer_id_type", "unsupported-value");
    match (rule, place) {
        ("characters" | "ike-id-required", "/ikepolicy/local_id") => vec![local_type],
        ("characters", "/ikepolicy/peer_id") => vec![peer_type],
        ("ike-id-address", "/ikepolicy/peer_id") => vec![local_type],
        ("tunnel-address", "/tunnel_peer_address") => {
            vec![("/tunnel_local_address", "tunnel-address")]
        }
        ("nqa-style", _) if illegal["enable_nqa"] == true => vec![("/enable_nqa", "nqa-ping")],
        ("rule-index-unique", _) => vec![
            ("/policy_rules/0/rule_index", "deprecated"),
            ("/policy_rules/1/rule_index", "deprecated"),
        ],
        _ => Vec::new(),
    }
}

pub(crate) fn merged(mut one: Value, other: &Value) -> Value {
    for (name, value) in other.as_object().unwrap() {
        one[name] = value.clone();
    }
    one
}

/// A rule across the connections of a batch: its name, its severity, what the second one
/// changes legally and not, where, and what the first one changes.
pub(crate) fn batch_rules()
-> Vec<(&'static str, Severity, Value, Value, &'static str, Value, Rules)> {
    use Severity::{Error, Warning};
    let standby = usual().ha_mode(HaMode::ActiveStandby);
    let tunnel = |local: &str, peer: &str| json!({ "tunnel_local_address": local, "tunnel_peer_address": peer });
    let (first, second) = (json!({ "vgw_ip": VGW_IP_1 }), json!({ "vgw_ip": VGW_IP_2 }));
    let role = |role: &str| json!({ "ha_role": role });
    vec![
        (
            "vgw-id-shared",
            Error,
            json!({}),
            json!({ "vgw_id": CGW_ID }),
            "vgw_id",
            json!({}),
            usual(),
        ),
        ("vgw-ip-distinct", Error, second, first.clone(), "vgw_ip", json!({}), usual()),
        // Another customer gateway may use the same address.
        (
            "vgw-ip-distinct",
            Error,
            merged(first.clone(), &json!({ "cgw_id": VGW_ID })),
            first.clone(),
            "vgw_ip",
            json!({}),
            usual(),
        ),
        (
            "tunnel-shared",
            Warning,
            tunnel("169.254.76.5/30", "169.254.76.6/30"),
            tunnel("169.254.76.1/30", "169.254.76.2/30"),
            "tunnel_local_address",
            tunnel("169.254.76.1/30", "169.254.76.2/30"),
            usual(),
        ),
        // The network counts, not the address.
        (
            "tunnel-shared",
            Warning,
            tunnel("169.254.76.5/30", "169.254.76.6/30"),
            tunnel("169.254.76.2/30", "169.254.76.1/30"),
            "tunnel_local_address",
            tunnel("169.254.76.1/30", "169.254.76.2/30"),
            usual(),
        ),
        (
            "ha-role-distinct",
            Error,
            role("slave"),
            role("master"),
            "ha_role",
            role("master"),
            standby.clone(),
        ),
        (
            "ha-role-distinct",
            Error,
            role("master"),
            role("slave"),
            "ha_role",
            role("slave"),
            standby.clone(),
        ),
        // Over one address, connections to two customer gateways have the same role.
        (
            "ha-role-distinct",
            Error,
            merged(first, &json!({ "cgw_id": VGW_ID, "ha_role": "master" })),
            role("master"),
            "ha_role",
            role("master"),
            standby.clone(),
        ),
    ]
}
