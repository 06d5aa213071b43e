//! Requests in which every field is set, as full as the rules allow, and nothing is
//! wrong.

use otc_vpn::types::VpnConnectionRequest;
use serde_json::{Value, json};

/// One of each kind: what is for BGP routing is not for policies.
pub(crate) fn all() -> [(&'static str, VpnConnectionRequest); 2] {
    let networks = |first: u8, count: u8| -> Vec<String> {
        (0..count).map(|index| format!("10.{first}.{index}.0/24")).collect()
    };
    let tags: Vec<Value> = (0..20)
        .map(|index| json!({ "key": format!("key-{index}"), "value": "v".repeat(255) }))
        .collect();
    let rules: Vec<Value> = (0..5_u8)
        .map(|index| {
            let source = format!("172.16.{index}.0/24");
            json!({ "source": source, "destination": networks(index, 50) })
        })
        .collect();
    let shared = json!({
        "name": "n".repeat(64),
        "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
        "vgw_ip": "e4d7930f-demo-4cbf-b78a-b004416c7485",
        "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26",
        "peer_subnets": networks(0, 50),
        "psk": "Test-Key-1234567".repeat(8),
        "ikepolicy": {
            "ike_version": "v1", "phase1_negotiation_mode": "main",
            "authentication_algorithm": "sha2-512", "encryption_algorithm": "aes-256-gcm-16",
            "dh_group": "group21", "authentication_method": "pre-share",
            "lifetime_seconds": 604_800, "local_id_type": "ip", "local_id": "203.0.113.1",
            "peer_id_type": "ip", "peer_id": "203.0.113.2",
            "dpd": { "timeout": 60, "interval": 3600, "msg": "seq-notify-hash" },
        },
        "ipsecpolicy": {
            "authentication_algorithm": "sha2-512", "encryption_algorithm": "aes-256-gcm-16",
            "pfs": "group21", "transform_protocol": "esp", "lifetime_seconds": 604_800,
            "encapsulation_mode": "tunnel",
        },
        "ha_role": "master",
        "tags": tags,
    });
    let bgp = json!({
        "style": "bgp", "enable_hub": true,
        "tunnel_local_address": "169.254.76.1/30", "tunnel_peer_address": "169.254.76.2/30",
    });
    let policy = json!({ "style": "policy", "policy_rules": rules });
    [("bgp", bgp), ("policy", policy)].map(|(name, own)| {
        let mut request = shared.clone();
        for (member, value) in own.as_object().unwrap() {
            request[member] = value.clone();
        }
        (name, serde_json::from_value(request).unwrap())
    })
}
