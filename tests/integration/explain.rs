//! The table of a request for a person.

use otc_vpn::{DualConnection, Origin, Rules};
use serde_json::json;

use crate::support::{CGW_ID, PSK, VGW_ID, VGW_IP_1, VGW_IP_2, pair};
use crate::validation::with;

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
\"192.168.45.1/24\" has host bits set; the network is 192.168.45.0/24
enable_nqa                            false                                 default
psk                                                                         unset   \
is missing; say `Rules::allow_missing_psk(true)` if that is meant
policy_rules                          (none)                                set
ikepolicy/ike_version                 v2                                    default
ikepolicy/authentication_algorithm    sha2-256                              default
ikepolicy/encryption_algorithm        aes-128                               default \
\"aes-128\" is weak, as the vendor says
ikepolicy/dh_group                    group14                               set     \
\"group14\" is weak, as the vendor says
ikepolicy/authentication_method       pre-share                             default
ikepolicy/lifetime_seconds            86400                                 default
ikepolicy/local_id_type               ip                                    default
ikepolicy/peer_id_type                ip                                    default
ikepolicy/dpd/timeout                 20                                    set
ikepolicy/dpd/interval                30                                    default
ikepolicy/dpd/msg                     seq-hash-notify                       default
ipsecpolicy/authentication_algorithm  sha2-256                              default
ipsecpolicy/encryption_algorithm      aes-128                               default \
\"aes-128\" is weak, as the vendor says
ipsecpolicy/pfs                       group15                               default
ipsecpolicy/transform_protocol        esp                                   default
ipsecpolicy/lifetime_seconds          3600                                  default
ipsecpolicy/encapsulation_mode        tunnel                                default
ha_role                               master                                default
tags/0/key                            stage                                 set
tags/0/value                          a\\nb                                  set     \
\"a\\nb\" holds '\\n'; allowed: letters digits blank _ . : = + - @
";
    assert_eq!(table, expected);
}

#[test]
fn a_pair_shows_once_what_both_tunnels_share() {
    let explanation = pair().explain();
    let places: Vec<_> = explanation.iter().map(|setting| setting.pointer.as_str()).collect();
    assert_eq!(places.iter().filter(|place| place.ends_with("/vgw_id")).count(), 1);
    assert!(places.contains(&"/first/vgw_ip") && places.contains(&"/second/vgw_ip"));
    assert!(!places.contains(&"/vgw_ip"));
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
