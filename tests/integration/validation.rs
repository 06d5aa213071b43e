//! Every documented rule: the smallest legal neighbour passes, the smallest breach
//! does not, with its place and its name.

use std::collections::BTreeSet;

use otc_vpn::simulator::Simulator;
use otc_vpn::types::{VpnConnectionRequest, VpnResourceTagRequest};
use otc_vpn::{
    AttachmentType, DualConnection, HaMode, IpVersion, NetworkType, Rules, Severity, Violations,
    validate_batch,
};
use serde_json::{Value, json};

use crate::support::{
    CGW_ID, PSK, Trace, VGW_ID, VGW_IP_1, VGW_IP_2, fixture, is_alone, request, root,
};

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

fn found(violations: &Violations) -> Vec<(String, String, Severity)> {
    let each = violations.iter();
    each.map(|v| (v.pointer().to_owned(), v.rule().to_owned(), v.severity())).collect()
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
fn beside(rule: &str, place: &str, illegal: &Value) -> Vec<(&'static str, &'static str)> {
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

fn merged(mut one: Value, other: &Value) -> Value {
    for (name, value) in other.as_object().unwrap() {
        one[name] = value.clone();
    }
    one
}

#[test]
fn each_rule_lets_its_legal_neighbour_pass_and_names_its_breach() {
    for (rule, severity, legal, illegal, place, rules) in rules() {
        let legal_found = found(&with(&legal).validate(&rules));
        let same = |v: &(String, String, Severity)| v.1 == rule && v.2 == severity;
        assert!(!legal_found.iter().any(same), "{rule}: {legal} breaks {legal_found:?}");
        assert!(
            legal_found.iter().all(|(_, _, severity)| *severity == Severity::Warning),
            "{rule}: {legal} breaks {legal_found:?}"
        );
        let mut illegal_found = found(&with(&illegal).validate(&rules));
        let expected = (place.to_owned(), rule.to_owned(), severity);
        let position = illegal_found.iter().position(|found| *found == expected);
        let position = position.unwrap_or_else(|| panic!("{rule}: {illegal} is taken"));
        illegal_found.remove(position);
        let others: Vec<_> =
            illegal_found.iter().map(|(place, rule, _)| (place.as_str(), rule.as_str())).collect();
        assert_eq!(others, beside(rule, place, &illegal), "{rule}: {illegal}");
    }
    let without_key = with(&json!({ "psk": null }));
    assert!(without_key.validate(&Rules::default().allow_missing_psk(true)).is_empty());
    let v6 = with(&json!({ "style": "policy" }));
    assert!(v6.validate(&Rules::default().ip_version(IpVersion::V6)).is_empty());
}

#[test]
fn faults_are_reported_in_one_go_fields_in_the_order_of_the_document_first() {
    let faulty = with(&json!({
        "name": "",
        "vgw_id": "short",
        "vgw_ip": "here",
        "style": "bgp",
        "peer_subnets": ["10.0.0.1/8"],
        "tunnel_local_address": "169.254.195.1/30",
        "enable_nqa": false,
        "psk": "abc",
        "policy_rules": [{ "source": "x" }],
        "ikepolicy": { "local_id": "office", "dpd": { "timeout": 1 } },
        "tags": [{ "key": "a/b", "value": "" }],
    }));
    let violations = faulty.validate(&Rules::default());
    let errors: Vec<_> = violations.errors().map(|v| (v.pointer(), v.rule())).collect();
    let expected = [
        ("/name", "length"),
        ("/vgw_id", "length"),
        ("/peer_subnets/0", "network"),
        ("/tunnel_local_address", "tunnel-address"),
        ("/psk", "psk"),
        ("/policy_rules/0/source", "network"),
        ("/ikepolicy/dpd/timeout", "range"),
        ("/tags/0/key", "characters"),
        ("/vgw_ip", "vgw-ip"),
        ("/tunnel_peer_address", "tunnel-pair"),
        ("/enable_nqa", "nqa-style"),
        ("/policy_rules", "policy-rules-style"),
        ("/ikepolicy/local_id", "ike-id-address"),
    ];
    assert_eq!(errors, expected);
}

#[test]
fn a_documented_example_breaks_only_what_its_masking_breaks() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/requests");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let body = fixture(&format!("requests/{}", name.trim_end_matches(".json")));
        if !body.to_string().contains("vgw_id") {
            // Creates no connection.
            continue;
        }
        let violations = match body.get("vpn_connections") {
            Some(list) => {
                let list: Vec<VpnConnectionRequest> = serde_json::from_value(list.clone()).unwrap();
                validate_batch(&list, &Rules::default())
            }
            None => {
                let one = body["vpn_connection"].clone();
                let one: VpnConnectionRequest = serde_json::from_value(one).unwrap();
                one.validate(&Rules::default())
            }
        };
        let masked = body.to_string().matches("abcd****").count();
        let masked_ids = match name.starts_with("older") {
            // There the ids are of type fqdn, and legal.
            true => 0,
            false => body.to_string().matches("***\",\"peer_id").count() * 2,
        };
        let rules: Vec<_> = violations.errors().map(|v| v.rule()).collect();
        let of = |name| rules.iter().filter(|rule| **rule == name).count();
        assert_eq!((of("psk"), of("ike-id-address")), (masked, masked_ids), "{name}: {violations}");
        assert_eq!(rules.len(), masked + masked_ids, "{name}: {violations}");
        count += 1;
    }
    assert_eq!(count, 11);
}

/// A rule across the connections of a batch: its name, its severity, what the second one
/// changes legally and not, where, and what the first one changes.
fn batch_rules() -> Vec<(&'static str, Severity, Value, Value, &'static str, Value, Rules)> {
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

#[test]
fn the_rules_of_a_batch_name_the_later_connection() {
    let second = |changes: &Value| with(&merged(json!({ "vgw_ip": VGW_IP_2 }), changes));
    for (rule, severity, legal, illegal, place, first, rules) in batch_rules() {
        let batch =
            |changes: &Value| found(&validate_batch(&[with(&first), second(changes)], &rules));
        assert_eq!(batch(&legal), [], "{rule}: {legal}");
        let expected = (format!("/vpn_connections/1/{place}"), rule.to_owned(), severity);
        assert_eq!(batch(&illegal), [expected], "{rule}: {illegal}");
    }
    let name = second(&json!({ "name": "" }));
    let at_name = ("/vpn_connections/1/name".to_owned(), "length".to_owned(), Severity::Error);
    assert_eq!(found(&validate_batch(&[request(), name], &Rules::default())), [at_name]);
    // Left out, a role is the default; of roles that nobody knows, nobody knows that.
    let standby = Rules::default().ha_mode(HaMode::ActiveStandby);
    let left_out = validate_batch(&[request(), second(&json!({}))], &standby);
    assert_eq!(left_out.errors().map(|v| v.rule()).collect::<Vec<_>>(), ["ha-role-distinct"]);
    let unknown = json!({ "ha_role": "chief" });
    let unknown = validate_batch(&[with(&unknown), second(&unknown)], &standby);
    assert_eq!(unknown.errors().count(), 0, "{unknown}");
    let active = Rules::default().ha_mode(HaMode::ActiveActive);
    assert_eq!(found(&validate_batch(&[request(), second(&json!({}))], &active)), []);
}

#[test]
fn a_rule_that_compares_two_values_shows_them() {
    let second = with(&json!({ "vgw_id": CGW_ID, "vgw_ip": VGW_IP_1 }));
    let violations = validate_batch(&[request(), second], &Rules::default()).to_string();
    assert!(violations.contains(&format!("{CGW_ID:?} differs from {VGW_ID:?}")), "{violations}");
    assert!(violations.contains(&format!("{VGW_IP_1:?} is used by")), "{violations}");
    let ids = json!({ "ikepolicy": { "local_id": "192.0.2.1", "peer_id": "192.0.2.1" } });
    let violations = with(&ids).validate(&Rules::default()).to_string();
    assert!(violations.contains("\"192.0.2.1\" is local_id too"), "{violations}");
    let ends = |local: &str, peer: &str| json!({ "tunnel_local_address": local, "tunnel_peer_address": peer });
    let first = with(&ends("169.254.76.1/30", "169.254.76.2/30"));
    let second =
        with(&merged(ends("169.254.76.2/30", "169.254.76.1/30"), &json!({ "vgw_ip": VGW_IP_2 })));
    let violations = validate_batch(&[first, second], &Rules::default()).to_string();
    let expected = "169.254.76.2/30 lies in 169.254.76.0/30, as does 169.254.76.1/30";
    assert!(violations.contains(expected), "{violations}");
    let long = "x".repeat(500);
    let both = DualConnection::builder().vgw_ips(&long, &long).build().unwrap_err().to_string();
    assert!(both.contains("/vgw_ips: are both \"xxx") && !both.contains(&long), "{both}");
}

#[test]
fn the_faults_of_a_batch_stand_in_the_order_of_its_requests() {
    let first = with(&json!({ "name": "", "tags": [{ "key": "", "value": "" }] }));
    let second = with(&json!({ "name": "", "vgw_id": "short", "cgw_id": "short" }));
    let third = with(&json!({ "cgw_id": "short", "psk": null }));
    let violations = validate_batch(&[first, second, third], &Rules::default());
    let places: Vec<_> = violations.iter().map(|v| (v.pointer(), v.rule())).collect();
    let expected = [
        ("", "item-count"),
        ("/0/name", "length"),
        ("/0/tags/0/key", "length"),
        ("/1/name", "length"),
        ("/1/vgw_id", "length"),
        ("/1/cgw_id", "length"),
        ("/1/vgw_id", "vgw-id-shared"),
        ("/2/cgw_id", "length"),
        ("/2/psk", "psk-required"),
        ("/2/vgw_id", "vgw-id-shared"),
        ("/2/vgw_ip", "vgw-ip-distinct"),
    ];
    let expected = expected.map(|(place, rule)| (format!("/vpn_connections{place}"), rule));
    let expected: Vec<_> = expected.iter().map(|(place, rule)| (place.as_str(), *rule)).collect();
    assert_eq!(places, expected);
}

#[test]
fn a_pair_names_the_tunnel_and_says_once_what_both_share() {
    let pair = DualConnection::builder()
        .vgw_id("short")
        .vgw_ips(VGW_IP_1, VGW_IP_2)
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .psk(PSK)
        .second(|tunnel| tunnel.name("not a name"));
    let error = pair.build().unwrap_err();
    let places: Vec<_> = error.violations().unwrap().iter().map(|v| v.pointer()).collect();
    assert_eq!(places, ["/vgw_id", "/second/name"]);
}

#[test]
fn the_faults_of_a_pair_stand_in_the_order_of_its_tunnels() {
    let named = |tunnel: otc_vpn::Tunnel| tunnel.name("").tunnel_addresses("a", "b");
    let tag = VpnResourceTagRequest::builder().key("").value("");
    let error = DualConnection::builder()
        .vgw_ips("a_b", "a_b")
        .cgw_id("short")
        .connection(|c| c.tags(vec![tag]))
        .psk("short")
        .ha_mode(HaMode::ActiveStandby)
        .rules(Rules::default().ha_mode(HaMode::ActiveActive))
        .first(named)
        .second(named)
        .build()
        .unwrap_err();
    let places: Vec<_> =
        error.violations().unwrap().iter().map(|v| (v.pointer(), v.rule())).collect();
    let expected = [
        ("/vgw_id", "required"),
        ("/vgw_ips", "vgw-ip-distinct"),
        ("/ha_mode", "ha-mode-once"),
        ("/first/name", "length"),
        ("/cgw_id", "length"),
        ("/first/tunnel_local_address", "tunnel-address"),
        ("/first/tunnel_peer_address", "tunnel-address"),
        ("/psk", "psk"),
        ("/tags/0/key", "length"),
        ("/vgw_ips/0", "vgw-ip"),
        ("/peer_subnets", "peer-subnets-required"),
        ("/second/name", "length"),
        ("/second/tunnel_local_address", "tunnel-address"),
        ("/second/tunnel_peer_address", "tunnel-address"),
        ("/vgw_ips/1", "vgw-ip"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn one_mistake_in_the_address_of_the_gateway_is_one_error() {
    let (public, private) =
        (usual().network(NetworkType::Public), usual().network(NetworkType::Private));
    let long = "a".repeat(37);
    for (value, rules) in
        [("a_b", usual()), ("a_b", public), ("a_b", private), ("", usual()), (&long, usual())]
    {
        let violations = with(&json!({ "vgw_ip": value })).validate(&rules);
        let expected = ("/vgw_ip".to_owned(), "vgw-ip".to_owned(), Severity::Error);
        assert_eq!(found(&violations), [expected], "{value:?}");
    }
    let violations = with(&json!({ "vgw_ip": "a_b" })).validate(&usual()).to_string();
    let expected = "\"a_b\" is neither the id of an EIP, 36 characters of 0-9 A-Z a-z -, nor an \
                    IPv4 address [vgw-ip]";
    assert!(violations.contains(expected), "{violations}");
}

#[test]
fn what_is_missing_is_said_with_how_to_set_it() {
    let violations = with(&json!({ "psk": null })).validate(&Rules::default()).to_string();
    let expected = "/psk: is missing; set `psk`, or `Rules::allow_missing_psk(true)` if";
    assert!(violations.contains(expected), "{violations}");
}

/// The names in the table of the documentation.
fn documented_rules() -> BTreeSet<String> {
    let source = std::fs::read_to_string(root().join("src/violations.rs")).unwrap();
    let rows = source.lines().filter_map(|line| line.trim().strip_prefix("/// | `"));
    rows.map(|row| row.split('`').next().unwrap().to_owned()).collect()
}

/// The texts in a source that look like the name of a rule of several words.
fn names_in(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("///"));
    let texts = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    texts.filter(|text| {
        text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c == '1')
    })
}

#[test]
fn every_rule_is_documented_and_every_documented_rule_is_in_a_table_of_these_tests() {
    let documented = documented_rules();
    let tables = rules().into_iter().map(|row| row.0);
    let batch = batch_rules().into_iter().map(|row| row.0);
    let updates = crate::updates::rules().into_iter().map(|row| row.0);
    let limits = crate::limits::limit_table().into_iter().map(|row| row.1);
    let elsewhere = ["required", "ha-mode-once", "set-by-pair"];
    let tested: BTreeSet<String> = tables
        .chain(batch)
        .chain(updates)
        .chain(limits)
        .chain(elsewhere)
        .map(str::to_owned)
        .collect();
    assert_eq!(documented, tested);
    let mut seen = 0;
    for folder in ["src/validate", "src/dual"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for name in names_in(&source) {
                assert!(documented.contains(name), "{name} is not documented");
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "only {seen} names were found in the sources");
}

#[test]
fn warnings_are_traced_once_with_the_place_that_the_caller_knows() {
    if !is_alone("validation::warnings_are_traced_once_with_the_place_that_the_caller_knows") {
        return;
    }
    let trace = Trace::default();
    let writer = trace.clone();
    tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).init();
    let weak: otc_vpn::types::IkePolicyRequest =
        serde_json::from_value(json!({ "dh_group": "group2" })).unwrap();
    let weak_pair = DualConnection::builder()
        .vgw_id(VGW_ID)
        .vgw_ips(VGW_IP_1, VGW_IP_2)
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .psk(PSK)
        .connection(|c| c.ikepolicy(weak.clone()))
        .build()
        .unwrap();
    let single = with(&json!({ "ikepolicy": weak, "cgw_id": VGW_ID }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let simulator = Simulator::start().await.unwrap();
        let client = simulator.client().unwrap();
        client.create(&single).await.unwrap();
        client.create_dual(&weak_pair).await.unwrap();
    });
    let seen = trace.text();
    let warned: Vec<_> = seen.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warned.len(), 2, "{seen}");
    for line in warned {
        assert!(line.contains("pointer=\"/ikepolicy/dh_group\""), "{line}");
        assert!(line.contains("rule=\"weak-value\"") && line.contains("group2"), "{line}");
    }
}

#[test]
fn a_value_that_is_not_listed_is_asked_about_and_can_be_refused() {
    let about = |policy: Value, rules: &Rules| {
        let violations = with(&json!({ "ikepolicy": policy })).validate(rules);
        let [violation] = &violations[..] else { panic!("{violations}") };
        (violation.severity(), violation.message().to_owned())
    };
    let misspelt = json!({ "dh_group": "grop15" });
    let hint =
        "\"grop15\" is not documented; did you mean \"group15\"? Documented values: group1, ";
    let (severity, message) = about(misspelt.clone(), &Rules::default());
    assert!(severity == Severity::Warning && message.starts_with(hint), "{message}");
    let strict = Rules::default().deny_unlisted_values(true);
    let (severity, message) = about(misspelt, &strict);
    assert!(severity == Severity::Error && message.starts_with(hint), "{message}");
    let (_, message) = about(json!({ "ike_version": "V2" }), &strict);
    assert!(message.contains("did you mean \"v2\"?"), "{message}");
    let (_, message) = about(json!({ "ike_version": "ikev1" }), &Rules::default());
    assert!(message.ends_with("is not documented; documented values: v1, v2"), "{message}");
    let read: Rules = serde_json::from_value(json!({ "deny_unlisted_values": true })).unwrap();
    assert_eq!(read, strict);
}

#[test]
fn a_subnet_is_compared_with_each_before_it_and_reported_once() {
    let subnets = ["10.1.0.0/16", "10.0.0.0/24", "10.0.0.0/24", "10.0.0.0/25"];
    let violations = with(&json!({ "peer_subnets": subnets })).validate(&Rules::default());
    let found: Vec<_> = violations.iter().map(|v| (v.pointer(), v.rule())).collect();
    let expected =
        [("/peer_subnets/2", "peer-subnets-unique"), ("/peer_subnets/3", "peer-subnets-overlap")];
    assert_eq!(found, expected);
}

/// What letters are is the business of the service; what may be one passes.
#[test]
fn a_tag_may_hold_decomposed_accents_and_spanish_punctuation() {
    let tag = VpnResourceTagRequest::builder().key("¿qué").value("cafe\u{301} ¡sí?");
    let tag = serde_json::to_value(tag.build().unwrap()).unwrap();
    let errors = |tag: &Value| with(&json!({ "tags": [tag] })).validate(&usual());
    let only = errors(&tag);
    assert_eq!(only.len(), 1, "{only}");
    assert!(only[0].message().contains("contains '?'"), "{only}");
}

#[tokio::test]
async fn warnings_do_not_stop_a_request() {
    let simulator = Simulator::start().await.unwrap();
    let weak = with(&json!({ "ikepolicy": { "dh_group": "group2" } }));
    let violations = weak.validate(&Rules::default());
    assert_eq!(violations.warnings().count(), 1);
    assert_eq!(
        violations.to_string(),
        "- /ikepolicy/dh_group: warning: \"group2\" is weak, according to the vendor; \
         a better one is \"group15\" [weak-value]"
    );
    simulator.client().unwrap().create(&weak).await.unwrap();
}

#[test]
fn violations_can_be_read_by_a_machine() {
    let violations = with(&json!({ "name": "" })).validate(&Rules::default());
    let expected = json!([{
        "pointer": "/name",
        "rule": "length",
        "severity": "error",
        "message": "\"\" has 0 characters; must have 1 to 64",
    }]);
    assert_eq!(serde_json::to_value(&violations).unwrap(), expected);
}
