//! The documented defaults that apply, and those that do not.

use otc_vpn::types::{
    ConnectionStyle, HaRole, IkePolicyRequest, IkeVersion, Phase1NegotiationMode,
    VpnConnectionRequest,
};
use otc_vpn::{HaMode, Rules};
use serde_json::{Value, json};

use crate::support::document;

fn request(style: Option<ConnectionStyle>) -> VpnConnectionRequest {
    let builder = VpnConnectionRequest::builder();
    builder.vgw_id("g").vgw_ip("i").cgw_id("c").style(style).try_into().unwrap()
}

#[test]
fn defaults_that_apply_are_filled_in_and_nothing_else() {
    let resolved = request(None).resolve_defaults(&Rules::default());
    let mut expected = json!({
        "vgw_id": "g", "vgw_ip": "i", "cgw_id": "c",
        "style": "static", "enable_nqa": false, "ha_role": "master",
        "ikepolicy": {
            "ike_version": "v2", "authentication_algorithm": "sha2-256",
            "encryption_algorithm": "aes-128", "dh_group": "group15",
            "authentication_method": "pre-share", "lifetime_seconds": 86400,
            "local_id_type": "ip", "peer_id_type": "ip",
            "dpd": { "timeout": 15, "interval": 30, "msg": "seq-hash-notify" },
        },
        "ipsecpolicy": {
            "authentication_algorithm": "sha2-256", "encryption_algorithm": "aes-128",
            "pfs": "group15", "transform_protocol": "esp", "lifetime_seconds": 3600,
            "encapsulation_mode": "tunnel",
        },
    });
    add_more(&mut expected, "", "VpnConnectionRequest", &["enable_hub"]);
    add_more(&mut expected, "/ikepolicy", "IkePolicyRequest", &["phase1_negotiation_mode"]);
    add_more(&mut expected, "/ikepolicy/dpd", "DpdRequest", &[]);
    add_more(&mut expected, "/ipsecpolicy", "IpsecPolicyRequest", &[]);
    let resolved = serde_json::to_value(&resolved).unwrap();
    assert!(resolved == expected, "{resolved:#}\nis not\n{expected:#}");
}

/// Adds the defaults of fields that the document gets later, but not those that do not apply.
fn add_more(expected: &mut Value, place: &str, schema: &str, left_out: &[&str]) {
    let expected = expected.pointer_mut(place).unwrap().as_object_mut().unwrap();
    let schema = &document()["components"]["schemas"][schema]["properties"];
    for (name, property) in schema.as_object().unwrap() {
        if let Some(default) = property.get("default").filter(|_| !left_out.contains(&&**name)) {
            expected.entry(name).or_insert_with(|| default.clone());
        }
    }
}

#[test]
fn a_default_that_would_break_a_rule_is_left_out() {
    let of = |style| request(Some(style)).resolve_defaults(&Rules::default());
    let (bgp, policy) = (of(ConnectionStyle::Bgp), of(ConnectionStyle::Policy));
    assert_eq!((bgp.enable_nqa, bgp.enable_hub), (None, Some(false)));
    assert_eq!((policy.enable_nqa, policy.enable_hub), (None, None));
    for (version, mode) in [("v1", Some(Phase1NegotiationMode::Main)), ("v2", None), ("v3", None)] {
        let mut request = request(None);
        let policy = IkePolicyRequest::builder().ike_version(IkeVersion::from(version));
        request.ikepolicy = Some(policy.try_into().unwrap());
        let policy = request.resolve_defaults(&Rules::default()).ikepolicy.unwrap();
        assert_eq!(policy.phase1_negotiation_mode, mode, "{version}");
    }
    let rules = Rules::default().ha_mode(HaMode::ActiveActive);
    assert_eq!(request(None).resolve_defaults(&rules).ha_role, None);
    let rules = Rules::default().ha_mode(HaMode::ActiveStandby);
    assert_eq!(request(None).resolve_defaults(&rules).ha_role, Some(HaRole::Master));
}

#[test]
fn what_is_set_stays_and_resolving_again_changes_nothing() {
    let mut request = request(None);
    let policy = IkePolicyRequest::builder().ike_version(IkeVersion::V1).dh_group(None);
    request.ikepolicy = Some(policy.try_into().unwrap());
    request.enable_hub = Some(true);
    let resolved = request.resolve_defaults(&Rules::default());
    let policy = resolved.ikepolicy.as_ref().unwrap();
    assert_eq!(policy.ike_version, Some(IkeVersion::V1));
    assert_eq!(policy.phase1_negotiation_mode, Some(Phase1NegotiationMode::Main));
    assert_eq!(resolved.enable_hub, Some(true), "a breach is the validation's to tell");
    assert_eq!(resolved.resolve_defaults(&Rules::default()), resolved);
}
