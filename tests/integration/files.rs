//! Requests and pairs in files: JSON and YAML, unknown keys, keys that are no text.

use otc_vpn::types::{
    ConnectionStyle, IkePolicyRequest, IpsecPolicyRequest, PolicyRuleRequest, VpnConnectionRequest,
    VpnResourceTagRequest,
};
use otc_vpn::{AttachmentType, DualConnection, HaMode, NetworkType, Rules};
use serde_json::{Value, json};

use crate::request_examples::examples;
use crate::support::{CGW_ID, PSK, VGW_ID, VGW_IP_1, VGW_IP_2, fixture};

/// A pair of which every setting is used.
const PAIR: &str = r#"
vgw_id: 8030f6d6-demo-4d20-a7f8-50a7a826e2f8
vgw_ips:
  - e4d7930f-demo-4cbf-b78a-b004416c7485
  - 1fb97767-demo-4d8b-83bb-6f878f662005
cgw_id: 8916effb-demo-42d8-83d7-4517567d3d26
ha_mode: active-standby
rules: { attachment_type: vpc, network_type: public, ip_version: ipv4, allow_missing_psk: true }
style: policy
peer_subnets: [192.168.44.0/24]
policy_rules:
  - source: 10.0.0.0/24
    destination: [192.168.44.0/24]
tags:
  - { key: stage, value: test }
ikepolicy: { ike_version: v2, dpd: { timeout: 20 } }
ipsecpolicy: { pfs: group16 }
first:
  name: office-1
  psk: Canary-Key-9c1e
second:
  name: office-2
  psk: Canary-Key-other-1
  ikepolicy: { ike_version: v2, dpd: { timeout: 30 } }
"#;

pub(crate) fn yaml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn a_pair_in_a_file_is_the_pair_of_the_builder() {
    let read: DualConnection = yaml(PAIR).unwrap();
    let rules = Rules::default()
        .attachment(AttachmentType::Vpc)
        .network(NetworkType::Public)
        .ip_version(otc_vpn::IpVersion::V4)
        .allow_missing_psk(true);
    let as_json = |request: &VpnConnectionRequest| serde_json::to_value(request).unwrap();
    let [first, second] = read.requests().each_ref().map(as_json);
    let part =
        |name: &str| -> IkePolicyRequest { serde_json::from_value(first[name].clone()).unwrap() };
    let ipsec: IpsecPolicyRequest = serde_json::from_value(json!({ "pfs": "group16" })).unwrap();
    let second_ike: IkePolicyRequest = serde_json::from_value(second["ikepolicy"].clone()).unwrap();
    let of = |name: &str| first[name].clone();
    let policy_rules: Vec<PolicyRuleRequest> = serde_json::from_value(of("policy_rules")).unwrap();
    let tags: Vec<VpnResourceTagRequest> = serde_json::from_value(of("tags")).unwrap();
    let built = DualConnection::builder()
        .vgw_id(VGW_ID)
        .vgw_ips(VGW_IP_1, VGW_IP_2)
        .cgw_id(CGW_ID)
        .ha_mode(HaMode::ActiveStandby)
        .rules(rules)
        .peer_subnets(["192.168.44.0/24"])
        .connection(|c| c.style(ConnectionStyle::Policy).policy_rules(policy_rules).tags(tags))
        .connection(|c| c.ikepolicy(part("ikepolicy")).ipsecpolicy(ipsec))
        .first(|tunnel| tunnel.name("office-1").psk(PSK))
        .second(|tunnel| {
            tunnel
                .name("office-2")
                .psk("Canary-Key-other-1")
                .connection(|c| c.ikepolicy(second_ike))
        })
        .build()
        .unwrap();
    assert_eq!(read, built);
    assert_eq!(second["ikepolicy"]["dpd"]["timeout"], 30);
    assert_eq!(second["ha_role"], "slave");
}

#[test]
fn a_pair_that_was_written_reads_as_the_same_pair() {
    let pair: DualConnection = yaml(PAIR).unwrap();
    let written = serde_json::to_string(&pair).unwrap();
    assert_eq!(serde_json::from_str::<DualConnection>(&written).unwrap(), pair);
    let settings: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(settings["ipsecpolicy"]["pfs"], "group16", "shared settings stand there once");
    assert_eq!(settings["second"]["name"], "office-2");
    assert!(settings["second"].get("ipsecpolicy").is_none());
    assert_eq!(settings["ha_mode"], "active-standby");
    assert!(settings["rules"].get("ha_mode").is_none(), "the mode stands there once");
}

#[test]
fn a_pair_in_a_file_is_validated_as_a_whole_and_not_while_it_is_read() {
    let pair: DualConnection = yaml(
        "vgw_id: a\nvgw_ips: [b, b]\ncgw_id: c\nfirst: { psk: abcd, tunnel_local_address: \
         169.254.76.1/30, tunnel_peer_address: 169.254.76.2/30 }\nsecond: { psk: Abcd-1234, \
         tunnel_local_address: 169.254.76.1/30, tunnel_peer_address: 169.254.76.2/30 }",
    )
    .unwrap();
    let violations = pair.validate();
    let found: Vec<_> = violations.iter().map(|v| (v.pointer(), v.rule())).collect();
    let expected = [
        ("/vgw_ips", "vgw-ip-distinct"),
        ("/vgw_id", "length"),
        ("/cgw_id", "length"),
        ("/first/psk", "psk"),
        ("/vgw_ips/0", "vgw-ip"),
        ("/peer_subnets", "peer-subnets-required"),
        ("/vgw_ips/1", "vgw-ip"),
        ("/second/tunnel_local_address", "tunnel-shared"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_faults_of_a_pair_are_where_its_file_says_so() {
    let base = json!({
        "vgw_id": VGW_ID, "vgw_ips": [VGW_IP_1, VGW_IP_2], "cgw_id": CGW_ID,
        "peer_subnets": ["192.168.44.0/24"], "psk": PSK,
    });
    let dpd = |timeout: u32| json!({ "dpd": { "timeout": timeout } });
    let life = |seconds: u32| json!({ "lifetime_seconds": seconds });
    let cases = [
        (json!({ "vgw_ips": [VGW_IP_1, "b"] }), &["/vgw_ips/1"] as &[&str]),
        (
            json!({ "first": { "name": "" }, "second": { "name": "" } }),
            &["/first/name", "/second/name"],
        ),
        (
            json!({
                "first": { "tunnel_local_address": "a", "tunnel_peer_address": "b" },
                "second": { "tunnel_local_address": "a", "tunnel_peer_address": "b" },
            }),
            &[
                "/first/tunnel_local_address",
                "/first/tunnel_peer_address",
                "/second/tunnel_local_address",
                "/second/tunnel_peer_address",
            ],
        ),
        (json!({ "psk": "short" }), &["/psk"]),
        (json!({ "psk": "short", "second": { "psk": PSK } }), &["/psk"]),
        (
            json!({ "psk": "short", "first": { "psk": PSK }, "second": { "psk": "bad" } }),
            &["/second/psk"],
        ),
        (
            json!({ "first": { "psk": "short" }, "second": { "psk": "short" } }),
            &["/first/psk", "/second/psk"],
        ),
        (json!({ "ikepolicy": dpd(1) }), &["/ikepolicy/dpd/timeout"]),
        (
            json!({ "ikepolicy": dpd(1), "first": { "ikepolicy": dpd(9) } }),
            &["/ikepolicy/dpd/timeout"],
        ),
        (
            json!({ "ikepolicy": dpd(1), "first": { "ikepolicy": dpd(1) } }),
            &["/first/ikepolicy/dpd/timeout", "/ikepolicy/dpd/timeout"],
        ),
        (
            json!({ "ipsecpolicy": life(1), "second": { "ipsecpolicy": life(2) } }),
            &["/ipsecpolicy/lifetime_seconds", "/second/ipsecpolicy/lifetime_seconds"],
        ),
    ];
    for (changes, expected) in cases {
        let mut settings = base.clone();
        for (name, value) in changes.as_object().unwrap() {
            settings[name] = value.clone();
        }
        let pair: DualConnection = serde_json::from_value(settings.clone()).unwrap();
        let violations = pair.validate();
        let found: Vec<_> = violations.errors().map(|v| v.pointer()).collect();
        assert_eq!(found, expected, "{changes}");
        assert!(found.iter().all(|place| settings.pointer(place).is_some()), "{changes}");
        let written = serde_json::to_value(&pair).unwrap();
        assert_eq!(written, settings, "what is written is what was read");
    }
}

#[test]
fn the_mode_of_a_pair_is_taken_from_its_rules_if_only_they_say_it() {
    let base = json!({ "vgw_id": VGW_ID, "vgw_ips": [VGW_IP_1, VGW_IP_2], "cgw_id": CGW_ID, "psk": PSK,
                "peer_subnets": ["192.168.44.0/24"] });
    let pair = |mode: Option<&str>, in_rules: Option<&str>| -> DualConnection {
        let mut settings = base.clone();
        if let Some(mode) = mode {
            settings["ha_mode"] = json!(mode);
        }
        if let Some(mode) = in_rules {
            settings["rules"] = json!({ "ha_mode": mode });
        }
        serde_json::from_value(settings).unwrap()
    };
    let roles = |pair: &DualConnection| {
        pair.requests().each_ref().map(|r| r.ha_role.as_ref().map(ToString::to_string))
    };
    let standby = [Some("master".to_owned()), Some("slave".to_owned())];
    let (both, one) = ("active-active", "active-standby");
    assert_eq!(roles(&pair(None, Some(one))), standby);
    assert_eq!(roles(&pair(Some(one), None)), standby);
    assert_eq!(roles(&pair(Some(one), Some(one))), standby);
    assert_eq!(roles(&pair(None, Some(both))), [None, None]);
    assert_eq!(roles(&pair(None, None)), [None, None]);
    assert_eq!(pair(None, Some(one)), pair(Some(one), None));
    let lenient = json!({ "allow_missing_psk": true });
    let mut other = serde_json::to_value(pair(None, None)).unwrap();
    other["rules"] = lenient;
    let other: DualConnection = serde_json::from_value(other).unwrap();
    assert_eq!(other.requests(), pair(None, None).requests());
    assert_ne!(other, pair(None, None), "their rules differ");
    assert!(pair(Some(one), Some(one)).validate().is_empty());
    let conflict = pair(Some(both), Some(one)).validate();
    assert_eq!(
        conflict.to_string(),
        "- /ha_mode: is active-active, but active-standby in the rules; say it once \
         [ha-mode-once]"
    );
    let builder = || {
        let builder = DualConnection::builder().vgw_id(VGW_ID).vgw_ips(VGW_IP_1, VGW_IP_2);
        let builder = builder.cgw_id(CGW_ID).psk(PSK).peer_subnets(["192.168.44.0/24"]);
        builder.rules(Rules::default().ha_mode(HaMode::ActiveStandby))
    };
    assert_eq!(roles(&builder().build().unwrap()), standby);
    assert_eq!(roles(&builder().ha_mode(HaMode::ActiveStandby).build().unwrap()), standby);
    let refused = builder().ha_mode(HaMode::ActiveActive).build().unwrap_err();
    assert_eq!(refused.violations(), Some(&conflict));
}

#[test]
fn rules_of_their_own_reject_an_unknown_key_with_the_nearest_one() {
    let refused = serde_json::from_str::<Rules>(r#"{ "attachment": "er" }"#).unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("`attachment`; did you mean `attachment_type`?"), "{refused}");
    let all = r#"{"attachment_type":"er","network_type":"public","ha_mode":"active-standby",
                  "ip_version":"ipv4","allow_missing_psk":true}"#;
    let all: Value = serde_json::from_str(all).unwrap();
    let rules: Rules = serde_json::from_value(all.clone()).unwrap();
    assert_eq!(serde_json::to_value(rules).unwrap(), all);
}

#[test]
fn every_documented_example_reads_from_yaml_as_from_json() {
    for example in examples() {
        let body = fixture(&format!("requests/{}", example.name));
        let from_json = (example.read_and_write)(&body).unwrap();
        // JSON is YAML; block style comes from the examples in the document.
        let from_yaml = (example.read_yaml)(&body.to_string()).unwrap();
        assert_eq!(from_yaml, from_json, "{}", example.name);
    }
}

#[test]
fn an_unknown_key_is_named_with_the_nearest_known_one() {
    let connection = |members: &str| {
        format!("vgw_id: {VGW_ID}\nvgw_ip: {VGW_IP_1}\ncgw_id: {CGW_ID}\n{members}")
    };
    let cases = [
        ("peer_subnet: []", "unknown key `peer_subnet`; did you mean `peer_subnets`?", "4"),
        ("ikepolicy:\n  dh_grp: group15", "`dh_grp`; did you mean `dh_group`?", "5"),
        ("ikepolicy:\n  dpd:\n    intervall: 30", "`intervall`; did you mean `interval`?", "6"),
        ("tags:\n  - { key: a, Value: b }", "`Value`; did you mean `value`?", "5"),
        ("ipsecpolicy:\n  lifetime: 60", "`lifetime`; did you mean `lifetime_seconds`?", "5"),
        ("policy_rules:\n  - sources: a", "`sources`; did you mean `source`?", "5"),
    ];
    for (members, expected, line) in cases {
        let refused = yaml::<VpnConnectionRequest>(&connection(members)).unwrap_err();
        assert!(refused.contains(expected), "{refused}");
        assert!(refused.contains(&format!("line {line}")), "{refused}");
    }
    for (settings, expected) in [
        ("vgw_ip: []", "`vgw_ip`; did you mean `vgw_ips`?"),
        ("rules: { attachment: er }", "`attachment`; did you mean `attachment_type`?"),
        ("second: { psks: a }", "`psks`; did you mean `psk`?"),
        ("second: { ikepolicy: { ike: v1 } }", "`ike`; did you mean `ike_version`?"),
    ] {
        let refused = yaml::<DualConnection>(settings).unwrap_err();
        assert!(refused.contains(expected), "{refused}");
    }
    let json = format!(r#"{{ "vgw_id": "{VGW_ID}", "vgwip": "" }}"#);
    let refused = serde_json::from_str::<VpnConnectionRequest>(&json).unwrap_err().to_string();
    assert!(refused.contains("`vgwip`; did you mean `vgw_ip`?"), "{refused}");
    assert!(refused.contains("line 1 column"), "{refused}");
}

#[test]
fn a_pair_without_its_ids_or_with_other_than_two_addresses_is_refused() {
    for (settings, expected) in [
        (json!({ "vgw_ips": ["a", "b"], "cgw_id": "c" }), "missing field `vgw_id`"),
        (json!({ "vgw_id": "a", "cgw_id": "c" }), "missing field `vgw_ips`"),
        (json!({ "vgw_id": "a", "vgw_ips": ["a", "b"] }), "missing field `cgw_id`"),
        (json!({ "vgw_ips": ["a"] }), "must list the two addresses of the gateway, lists 1"),
        (json!({ "vgw_ips": ["a", "b", "c"] }), "lists 3"),
        (json!({ "ha_mode": 2 }), "expected a string"),
        (json!([]), "expected an object with keys such as `vgw_id`"),
    ] {
        let refused = serde_json::from_value::<DualConnection>(settings).unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
    }
}

/// The reader of YAML may print the lines of the file; that is its option.
#[test]
fn a_key_that_is_no_text_is_never_quoted() {
    for key in ["12345678901", "[Canary-Key-9c1e]", "{ Canary-Key-9c1e: 1 }", "1234567.8901"] {
        let plain = serde_saphyr::options! { with_snippet: false };
        let pair = format!("vgw_id: a\nfirst:\n  psk: {key}\n");
        let refused = serde_saphyr::from_str_with_options::<DualConnection>(&pair, plain)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("a pre-shared key"), "{refused}");
        assert!(!refused.contains("1234567") && !refused.contains("Canary"), "{refused}");
    }
}
