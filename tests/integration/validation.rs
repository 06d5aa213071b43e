//! The rules of requests, batches, pairs and updates: what they let pass, what they name, and
//! in which order.

use std::collections::BTreeSet;

use otc_vpn::simulator::Simulator;
use otc_vpn::types::{VpnConnectionRequest, VpnResourceTagRequest};
use otc_vpn::{
    DualConnection, HaMode, IpVersion, NetworkType, Rules, Severity, Violations, validate_batch,
};
use serde_json::{Value, json};

use crate::rules::{batch_rules, beside, merged, rules, with};
use crate::support::{
    CGW_ID, PSK, Trace, VGW_ID, VGW_IP_1, VGW_IP_2, fixture, is_alone, request, root,
};

fn found(violations: &Violations) -> Vec<(String, String, Severity)> {
    let each = violations.iter();
    each.map(|v| (v.pointer().to_owned(), v.rule().to_owned(), v.severity())).collect()
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
    let (public, private) = (
        Rules::default().network(NetworkType::Public),
        Rules::default().network(NetworkType::Private),
    );
    let long = "a".repeat(37);
    for (value, rules) in [
        ("a_b", Rules::default()),
        ("a_b", public),
        ("a_b", private),
        ("", Rules::default()),
        (&long, Rules::default()),
    ] {
        let violations = with(&json!({ "vgw_ip": value })).validate(&rules);
        let expected = ("/vgw_ip".to_owned(), "vgw-ip".to_owned(), Severity::Error);
        assert_eq!(found(&violations), [expected], "{value:?}");
    }
    let violations = with(&json!({ "vgw_ip": "a_b" })).validate(&Rules::default()).to_string();
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
    let errors = |tag: &Value| with(&json!({ "tags": [tag] })).validate(&Rules::default());
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
