//! Every documented rule: the smallest legal neighbour passes, the smallest breach
//! does not, with its place and its name.

use otc_vpn::simulator::Simulator;
use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{
    AttachmentType, DualConnection, HaMode, IpVersion, NetworkType, Rules, Severity, Violations,
    validate_batch,
};
use serde_json::{Value, json};

use crate::support::{CGW_ID, PSK, VGW_ID, VGW_IP_1, VGW_IP_2, fixture, request};

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

fn found(violations: &Violations) -> Vec<(String, String, Severity)> {
    let each = violations.iter();
    each.map(|v| (v.pointer().to_owned(), v.rule().to_owned(), v.severity())).collect()
}

/// A rule: its name, its severity, what is legal, what is not, and where.
fn rules() -> Vec<(&'static str, Severity, Value, Value, &'static str, Rules)> {
    use Severity::{Error, Warning};
    let usual = Rules::default();
    let er = usual.attachment(AttachmentType::Er);
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
        ("psk", Error, json!({ "psk": "Abcdef12" }), json!({ "psk": "abcdef12" }), "/psk", usual),
        ("psk-required", Error, json!({}), json!({ "psk": null }), "/psk", usual),
        (
            "network",
            Error,
            subnets(&["10.0.0.0/8"]),
            subnets(&["10.0.0.1/8"]),
            "/peer_subnets/0",
            usual,
        ),
        (
            "network",
            Error,
            policy(json!({})),
            policy(json!({ "policy_rules": [{ "source": "10.0.0.1/24" }] })),
            "/policy_rules/0/source",
            usual,
        ),
        (
            "network",
            Error,
            policy(json!({})),
            policy(json!({ "policy_rules": [{ "destination": ["10.0.0.0/8", "x"] }] })),
            "/policy_rules/0/destination/1",
            usual,
        ),
        (
            "characters",
            Error,
            json!({ "name": "a_b.c-D1" }),
            json!({ "name": "a b" }),
            "/name",
            usual,
        ),
        (
            "unlisted-value",
            Warning,
            json!({ "ha_role": "master" }),
            json!({ "ha_role": "chief" }),
            "/ha_role",
            usual,
        ),
        (
            "weak-value",
            Warning,
            ike(json!({ "dh_group": "group15" })),
            ike(json!({ "dh_group": "group14" })),
            "/ikepolicy/dh_group",
            usual,
        ),
        (
            "unsupported-value",
            Warning,
            ike(json!({ "peer_id_type": "ip" })),
            ike(json!({ "peer_id_type": "fqdn", "peer_id": "a" })),
            "/ikepolicy/peer_id_type",
            usual,
        ),
        (
            "deprecated",
            Warning,
            policy(json!({})),
            policy(json!({ "policy_rules": [{ "rule_index": 1 }] })),
            "/policy_rules/0/rule_index",
            usual,
        ),
        ("vgw-ip", Error, id_36.clone(), json!({ "vgw_ip": "abc-def" }), "/vgw_ip", usual),
        ("vgw-ip", Error, address.clone(), json!({ "vgw_ip": "192.168.45.256" }), "/vgw_ip", usual),
        (
            "vgw-ip",
            Error,
            id_36.clone(),
            address.clone(),
            "/vgw_ip",
            usual.network(NetworkType::Public),
        ),
        ("vgw-ip", Error, address, id_36, "/vgw_ip", usual.network(NetworkType::Private)),
        (
            "peer-subnets-required",
            Error,
            json!({}),
            json!({ "peer_subnets": null }),
            "/peer_subnets",
            usual,
        ),
        (
            "peer-subnets-required",
            Error,
            bgp(json!({ "peer_subnets": null })),
            json!({ "peer_subnets": [] }),
            "/peer_subnets",
            er,
        ),
        (
            "peer-subnets-required",
            Error,
            policy(json!({ "peer_subnets": null })),
            json!({ "style": "static", "peer_subnets": null }),
            "/peer_subnets",
            er,
        ),
        (
            "peer-subnets-required",
            Error,
            json!({}),
            bgp(json!({ "peer_subnets": null })),
            "/peer_subnets",
            usual.attachment(AttachmentType::Vpc),
        ),
        (
            "peer-subnets-unique",
            Error,
            subnets(&["10.0.0.0/24", "10.0.1.0/24"]),
            subnets(&["10.0.0.0/24", "10.0.0.0/24"]),
            "/peer_subnets/1",
            usual,
        ),
        (
            "peer-subnets-overlap",
            Warning,
            subnets(&["10.0.0.0/24", "10.0.1.0/24"]),
            subnets(&["10.0.0.0/24", "10.0.0.0/23"]),
            "/peer_subnets/1",
            usual,
        ),
        (
            "reserved-range",
            Warning,
            subnets(&["100.128.0.0/10"]),
            subnets(&["100.64.0.0/12"]),
            "/peer_subnets/0",
            usual,
        ),
        (
            "reserved-range",
            Warning,
            subnets(&["215.0.0.0/8"]),
            subnets(&["214.0.0.0/7"]),
            "/peer_subnets/0",
            usual,
        ),
        (
            "tunnel-address",
            Error,
            good_tunnel.clone(),
            tunnel("169.254.76.0/30", "169.254.76.2/30"),
            "/tunnel_local_address",
            usual,
        ),
        (
            "tunnel-address",
            Error,
            good_tunnel.clone(),
            tunnel("169.254.195.1/30", "169.254.195.2/30"),
            "/tunnel_peer_address",
            usual,
        ),
        (
            "tunnel-pair",
            Error,
            good_tunnel.clone(),
            json!({ "tunnel_local_address": "169.254.76.1/30" }),
            "/tunnel_peer_address",
            usual,
        ),
        (
            "tunnel-pair",
            Error,
            good_tunnel.clone(),
            json!({ "tunnel_peer_address": "169.254.76.1/30" }),
            "/tunnel_local_address",
            usual,
        ),
        (
            "tunnel-distinct",
            Error,
            good_tunnel.clone(),
            tunnel("169.254.76.1/30", "169.254.76.1/30"),
            "/tunnel_peer_address",
            usual,
        ),
        (
            "tunnel-network",
            Error,
            good_tunnel.clone(),
            tunnel("169.254.76.1/30", "169.254.76.5/30"),
            "/tunnel_peer_address",
            usual,
        ),
        (
            "tunnel-style",
            Warning,
            bgp(good_tunnel.clone()),
            policy(good_tunnel),
            "/tunnel_local_address",
            usual,
        ),
        (
            "nqa-style",
            Error,
            json!({ "enable_nqa": false }),
            bgp(json!({ "enable_nqa": false })),
            "/enable_nqa",
            usual,
        ),
        (
            "nqa-style",
            Error,
            json!({ "style": "of-the-future", "enable_nqa": false }),
            policy(json!({ "enable_nqa": true })),
            "/enable_nqa",
            usual,
        ),
        (
            "nqa-ping",
            Warning,
            json!({ "enable_nqa": false }),
            json!({ "enable_nqa": true }),
            "/enable_nqa",
            usual,
        ),
        (
            "hub-style",
            Error,
            bgp(json!({ "enable_hub": true })),
            json!({ "enable_hub": false }),
            "/enable_hub",
            usual,
        ),
        (
            "hub-style",
            Error,
            json!({ "style": "of-the-future", "enable_hub": true }),
            policy(json!({ "enable_hub": true })),
            "/enable_hub",
            usual,
        ),
        (
            "policy-rules-required",
            Error,
            policy(json!({})),
            json!({ "style": "policy" }),
            "/policy_rules",
            usual,
        ),
        (
            "policy-rules-required",
            Error,
            json!({}),
            policy(json!({ "policy_rules": [] })),
            "/policy_rules",
            usual.ip_version(IpVersion::V4),
        ),
        (
            "policy-rules-style",
            Error,
            bgp(json!({ "policy_rules": [] })),
            bgp(json!({ "policy_rules": policy_rule })),
            "/policy_rules",
            usual,
        ),
        (
            "policy-source-unique",
            Error,
            two_sources("10.1.0.0/24"),
            two_sources("10.0.0.0/24"),
            "/policy_rules/1/source",
            usual,
        ),
        (
            "rule-index-unique",
            Error,
            two_indices(2),
            two_indices(1),
            "/policy_rules/1/rule_index",
            usual,
        ),
        (
            "ha-role-mode",
            Error,
            json!({ "ha_role": "master" }),
            json!({ "ha_role": "slave" }),
            "/ha_role",
            usual.ha_mode(HaMode::ActiveActive),
        ),
        (
            "ha-role-mode",
            Warning,
            json!({ "ha_role": "slave" }),
            json!({}),
            "/ha_role",
            usual.ha_mode(HaMode::ActiveStandby),
        ),
        ("tag-key-unique", Error, tag("b"), tag("a"), "/tags/1/key", usual),
        (
            "phase1-mode-required",
            Error,
            ike(json!({ "ike_version": "v1", "phase1_negotiation_mode": "main" })),
            ike(json!({ "ike_version": "v1" })),
            "/ikepolicy/phase1_negotiation_mode",
            usual,
        ),
        (
            "phase1-mode-unused",
            Warning,
            ike(json!({ "ike_version": "v2" })),
            ike(json!({ "phase1_negotiation_mode": "main" })),
            "/ikepolicy/phase1_negotiation_mode",
            usual,
        ),
        (
            "ike-id-address",
            Error,
            ike(json!({ "local_id": "192.0.2.1" })),
            ike(json!({ "local_id": "office" })),
            "/ikepolicy/local_id",
            usual,
        ),
        (
            "ike-id-address",
            Error,
            ike(json!({ "peer_id_type": "fqdn", "peer_id": "office" })),
            ike(json!({ "local_id_type": "fqdn", "local_id": "a", "peer_id": "office" })),
            "/ikepolicy/peer_id",
            usual,
        ),
        (
            "ike-id-required",
            Error,
            ike(json!({ "local_id_type": "fqdn", "local_id": "a" })),
            ike(json!({ "local_id_type": "fqdn" })),
            "/ikepolicy/local_id",
            usual,
        ),
        (
            "ike-id-distinct",
            Error,
            ike(json!({ "local_id": "192.0.2.1", "peer_id": "192.0.2.2" })),
            ike(json!({ "local_id": "192.0.2.1", "peer_id": "192.0.2.1" })),
            "/ikepolicy/peer_id",
            usual,
        ),
    ]
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
        let illegal_found = found(&with(&illegal).validate(&rules));
        let expected = (format!("/vpn_connection{place}"), rule.to_owned(), severity);
        assert!(illegal_found.contains(&expected), "{rule}: {illegal} breaks {illegal_found:?}");
    }
    let without_key = with(&json!({ "psk": null }));
    assert!(without_key.validate(&Rules::default().allow_missing_psk(true)).is_empty());
    let v6 = with(&json!({ "style": "policy" }));
    assert!(v6.validate(&Rules::default().ip_version(IpVersion::V6)).is_empty());
}

#[test]
fn twelve_faults_are_reported_in_one_go_in_the_order_of_the_document() {
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
        ("/vgw_ip", "length"),
        ("/vgw_ip", "vgw-ip"),
        ("/peer_subnets/0", "network"),
        ("/tunnel_local_address", "tunnel-address"),
        ("/tunnel_peer_address", "tunnel-pair"),
        ("/enable_nqa", "nqa-style"),
        ("/psk", "psk"),
        ("/policy_rules", "policy-rules-style"),
        ("/policy_rules/0/source", "network"),
        ("/ikepolicy/local_id", "ike-id-address"),
        ("/ikepolicy/dpd/timeout", "range"),
        ("/tags/0/key", "characters"),
    ];
    let expected = expected.map(|(place, rule)| (format!("/vpn_connection{place}"), rule));
    let expected: Vec<_> = expected.iter().map(|(place, rule)| (place.as_str(), *rule)).collect();
    assert_eq!(errors, expected);
}

#[test]
fn a_documented_example_breaks_only_what_its_masking_breaks() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/requests");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let body = fixture(&format!("requests/{}", name.trim_end_matches(".json")));
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

#[test]
fn the_rules_of_a_batch_name_the_later_connection() {
    let other = |changes: Value| with(&merged(json!({ "vgw_ip": VGW_IP_2 }), &changes));
    let batch = |second| found(&validate_batch(&[request(), second], &Rules::default()));
    let at = |name: &str, rule: &str, severity| {
        vec![(format!("/vpn_connections/1/{name}"), rule.to_owned(), severity)]
    };
    assert_eq!(batch(other(json!({}))), []);
    assert_eq!(
        batch(other(json!({ "vgw_id": CGW_ID }))),
        at("vgw_id", "vgw-id-shared", Severity::Error)
    );
    assert_eq!(batch(request()), at("vgw_ip", "vgw-ip-distinct", Severity::Error));
    let same_address = with(&json!({ "cgw_id": VGW_ID }));
    assert_eq!(batch(same_address), [], "another customer gateway may use the same address");
    assert_eq!(batch(other(json!({ "name": "" }))), at("name", "length", Severity::Error));
    let tunnel = json!({ "tunnel_local_address": "169.254.76.1/30", "tunnel_peer_address": "169.254.76.2/30" });
    let violations = validate_batch(&[with(&tunnel), other(tunnel)], &Rules::default());
    assert_eq!(found(&violations), at("tunnel_local_address", "tunnel-shared", Severity::Warning));
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

#[tokio::test]
async fn warnings_do_not_stop_a_request() {
    let simulator = Simulator::start().await.unwrap();
    let weak = with(&json!({ "ikepolicy": { "dh_group": "group2" } }));
    let violations = weak.validate(&Rules::default());
    assert_eq!(violations.warnings().count(), 1);
    assert_eq!(
        violations.to_string(),
        "- /vpn_connection/ikepolicy/dh_group: warning: \"group2\" is weak, as the vendor says [weak-value]"
    );
    simulator.client().unwrap().create(&weak).await.unwrap();
}

#[test]
fn violations_can_be_read_by_a_machine() {
    let violations = with(&json!({ "name": "" })).validate(&Rules::default());
    let expected = json!([{
        "pointer": "/vpn_connection/name",
        "rule": "length",
        "severity": "error",
        "message": "\"\" has 0 characters, and 1 to 64 are allowed",
    }]);
    assert_eq!(serde_json::to_value(&violations).unwrap(), expected);
}
