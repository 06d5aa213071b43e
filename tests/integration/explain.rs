//! The table of a request for a person.

use otc_vpn::{DualConnection, HaMode, Origin, Rules};
use serde_json::json;

use crate::rules::with;
use crate::support::{CGW_ID, PSK, VGW_ID, VGW_IP_1, VGW_IP_2, pair};

#[test]
fn the_table_tells_what_is_set_default_weak_and_missing() {
    let request = with(&json!({
        "psk": null,
        "peer_subnets": ["192.168.44.0/24", "192.168.45.1/24"],
        "ikepolicy": { "dh_group": "group14", "dpd": { "timeout": 20 } },
        "tags": [{ "key": "stage", "value": "a\nb" }],
        "policy_rules": [],
    }));
    let table = request.explain(&Rules::default()).to_string();
    let expected = "\
FIELD                                 VALUE                                 FROM    NOTE
name                                  office                                set
vgw_id                                8030f6d6-demo-4d20-a7f8-50a7a826e2f8  set
vgw_ip                                e4d7930f-demo-4cbf-b78a-b004416c7485  set
style                                 static                                default
cgw_id                                8916effb-demo-42d8-83d7-4517567d3d26  set
peer_subnets                          192.168.44.0/24, 192.168.45.1/24      set     \
error: \"192.168.45.1/24\" has host bits set; the network is 192.168.45.0/24
enable_nqa                            false                                 default
psk                                                                         unset   \
error: is missing; set `psk`, or `Rules::allow_missing_psk(true)` if a connection without a key is intended
policy_rules                          (none)                                set
ikepolicy/ike_version                 v2                                    default
ikepolicy/authentication_algorithm    sha2-256                              default
ikepolicy/encryption_algorithm        aes-128                               default \
\"aes-128\" is weak, according to the vendor; a better one is \"aes-256-gcm-16\"
ikepolicy/dh_group                    group14                               set     \
\"group14\" is weak, according to the vendor; a better one is \"group15\"
ikepolicy/authentication_method       pre-share                             default
ikepolicy/lifetime_seconds            86400                                 default
ikepolicy/local_id_type               ip                                    default
ikepolicy/peer_id_type                ip                                    default
ikepolicy/dpd/timeout                 20                                    set
ikepolicy/dpd/interval                30                                    default
ikepolicy/dpd/msg                     seq-hash-notify                       default
ipsecpolicy/authentication_algorithm  sha2-256                              default
ipsecpolicy/encryption_algorithm      aes-128                               default \
\"aes-128\" is weak, according to the vendor; a better one is \"aes-256-gcm-16\"
ipsecpolicy/pfs                       group15                               default
ipsecpolicy/transform_protocol        esp                                   default
ipsecpolicy/lifetime_seconds          3600                                  default
ipsecpolicy/encapsulation_mode        tunnel                                default
ha_role                               master                                default
tags/0/key                            stage                                 set
tags/0/value                          a\\nb                                  set     \
error: \"a\\nb\" contains '\\n'; allowed: letters digits blank _ . : = + - @ ¿ ¡
";
    let named = |line: &str| line.split(' ').next().unwrap().to_owned();
    let fields: Vec<_> = expected.lines().map(named).collect();
    // Others that the document may get have their defaults.
    let (told, others): (Vec<_>, Vec<_>) =
        table.lines().partition(|line| fields.contains(&named(line)));
    assert_eq!(told.join("\n"), expected.trim_end(), "{table}");
    assert!(others.iter().all(|line| line.ends_with(" default")), "{table}");
}

#[test]
fn a_pair_shows_once_what_both_tunnels_share() {
    let explanation = pair().explain();
    let places: Vec<_> = explanation.iter().map(|setting| setting.pointer.as_str()).collect();
    assert_eq!(places.iter().filter(|place| place.ends_with("/vgw_id")).count(), 1);
    assert!(places.contains(&"/vgw_ips/0") && places.contains(&"/vgw_ips/1"));
    assert!(!places.iter().any(|place| place.ends_with("/vgw_ip")));
    assert!(!places.iter().any(|place| place.ends_with("/ha_role")), "{places:?}");
    let mode = explanation.iter().find(|setting| setting.pointer == "/ha_mode").unwrap();
    assert_eq!((mode.value.as_str(), mode.origin), ("active-active", Origin::Default));
    let psk = explanation.iter().find(|setting| setting.pointer == "/psk").unwrap();
    assert_eq!((psk.value.as_str(), psk.origin), ("[redacted]", Origin::Set));
}

#[test]
fn no_key_is_explained() {
    let pair = DualConnection::builder()
        .vgw_id(VGW_ID)
        .vgw_ips(VGW_IP_1, VGW_IP_2)
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .psk(PSK)
        .second(|tunnel| tunnel.psk("Canary-Key-other-1"))
        .build()
        .unwrap();
    let explanation = pair.explain();
    let told = format!("{explanation} {explanation:?} {}", json!(explanation));
    assert!(told.contains("second/psk") && !told.contains("Canary"), "{told}");
}

#[test]
fn a_note_on_a_setting_with_parts_does_not_call_it_unset() {
    let request = with(&json!({ "policy_rules": [{ "source": "10.0.0.0/24" }] }));
    let explanation = request.explain(&Rules::default());
    let rules = explanation.iter().find(|setting| setting.pointer == "/policy_rules").unwrap();
    assert_eq!(rules.origin, Origin::Set);
    assert_eq!(rules.notes.iter().next().unwrap().rule(), "policy-rules-style");
}

#[test]
fn a_default_hides_no_fault() {
    let request = with(&json!({ "ikepolicy": { "ike_version": "v1" } }));
    let table = request.explain(&Rules::default()).to_string();
    let expected = "ikepolicy/phase1_negotiation_mode     main                                  \
                    default error: is missing; IKE v1 needs it\n";
    assert!(table.contains(expected), "{table}");
    let standby = Rules::default().ha_mode(HaMode::ActiveStandby);
    let table = with(&json!({})).explain(&standby).to_string();
    assert!(table.contains("default is missing; on an active/standby gateway,"), "{table}");
}

#[test]
fn what_holds_nothing_is_shown_as_that() {
    let request = with(&json!({ "style": "policy", "policy_rules": [{}] }));
    let table = request.explain(&Rules::default()).to_string();
    let expected =
        "policy_rules/0                        (none)                                set";
    assert!(table.contains(expected), "{table}");
}

#[test]
fn a_pair_shows_its_own_faults_at_its_settings() {
    let pair: DualConnection = serde_json::from_value(json!({
        "vgw_id": VGW_ID, "vgw_ips": [VGW_IP_1, VGW_IP_1], "cgw_id": CGW_ID, "psk": PSK,
        "peer_subnets": ["192.168.44.0/24"], "ha_mode": "active-standby",
        "first": { "tunnel_local_address": "169.254.76.1/30", "tunnel_peer_address": "169.254.76.2/30" },
        "second": { "tunnel_local_address": "169.254.76.1/30", "tunnel_peer_address": "169.254.76.2/30",
                    "ikepolicy": { "dh_group": "group2" } },
        "rules": { "ha_mode": "active-active" },
    }))
    .unwrap();
    let explanation = pair.explain();
    let noted = |place: &str| {
        let setting = explanation.iter().find(|setting| setting.pointer == place).unwrap();
        setting.notes.iter().map(|note| note.rule().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(noted("/vgw_ips"), ["vgw-ip-distinct"]);
    assert_eq!(noted("/second/tunnel_local_address"), ["tunnel-shared"]);
    assert_eq!(noted("/ha_mode"), ["ha-mode-once"]);
    assert_eq!(noted("/second/ikepolicy/dh_group"), ["weak-value"]);
    assert_eq!(noted("/ikepolicy/encryption_algorithm"), ["weak-value"], "a shared default");
    let places: Vec<_> = explanation.iter().map(|setting| setting.pointer.as_str()).collect();
    let position = |place| places.iter().position(|other| *other == place).unwrap();
    let order = [
        "/vgw_id",
        "/vgw_ips",
        "/vgw_ips/0",
        "/cgw_id",
        "/psk",
        "/ha_mode",
        "/first/tunnel_local_address",
    ];
    assert!(order.map(position).is_sorted(), "{places:?}");
}
