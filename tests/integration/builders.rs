//! The builders of the types: what their setters take, and what they report.

use otc_vpn::types::*;
use otc_vpn::{ErrorKind, Psk, Rules};
use serde_json::{Value, json};

use crate::support::PSK;

const ID: &str = "8030f6d6-demo-4d20-a7f8-50a7a826e2f8";

/// `path rule` of every violation of an error.
fn faults(error: &otc_vpn::Error) -> Vec<String> {
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let violations = error.violations().unwrap().iter();
    violations.map(|it| format!("{} {}", it.pointer(), it.rule())).collect()
}

#[test]
fn setters_take_what_a_user_would_write() {
    let unset: Option<String> = None;
    let ikepolicy = IkePolicyRequest::builder()
        .ike_version(IkeVersion::V1)
        .phase1_negotiation_mode(Phase1NegotiationMode::Main)
        .local_id(unset)
        .peer_id(Some("198.51.100.7"))
        .dpd(DpdRequest::builder().timeout(20));
    let rule = PolicyRuleRequest::builder().source("10.0.0.0/24").destination(["192.168.0.0/24"]);
    let another = rule.clone().source(String::from("10.0.1.0/24")).build().unwrap();
    let subnets = (1..3).map(|third| format!("192.168.{third}.0/24"));
    let id = ID.to_owned();
    let request = VpnConnectionRequest::builder()
        .name("office")
        .vgw_id(ID)
        .vgw_ip(ID.to_owned())
        .cgw_id(&id)
        .style(ConnectionStyle::Policy)
        .peer_subnets(subnets)
        .policy_rules([rule.build().unwrap(), another])
        .ikepolicy(ikepolicy)
        .ipsecpolicy(IpsecPolicyRequest::builder().pfs(PfsGroup::Group16).build().unwrap())
        .tags([VpnResourceTagRequest::builder().key("team").value("net")])
        .enable_nqa(None)
        .psk(PSK)
        .build()
        .unwrap();
    assert_eq!(request.psk, Some(Psk::new(PSK).unwrap()));
    let sent = serde_json::to_value(&request).unwrap();
    let expected = json!({
        "name": "office", "vgw_id": ID, "vgw_ip": ID, "cgw_id": ID, "style": "POLICY",
        "peer_subnets": ["192.168.1.0/24", "192.168.2.0/24"],
        "policy_rules": [
            { "source": "10.0.0.0/24", "destination": ["192.168.0.0/24"] },
            { "source": "10.0.1.0/24", "destination": ["192.168.0.0/24"] },
        ],
        "ikepolicy": {
            "ike_version": "v1", "phase1_negotiation_mode": "main",
            "peer_id": "198.51.100.7", "dpd": { "timeout": 20 },
        },
        "ipsecpolicy": { "pfs": "group16" },
        "tags": [{ "key": "team", "value": "net" }],
        "psk": PSK,
    });
    assert_eq!(lower(sent), lower(expected));
    assert!(request.validate(&Rules::default()).errors().next().is_none());
}

/// Styles are sent in the spelling of the document.
fn lower(mut request: Value) -> Value {
    let style = request["style"].as_str().unwrap().to_lowercase();
    request["style"] = style.into();
    request
}

#[test]
fn everything_that_is_missing_is_reported_at_its_place() {
    let nothing = CreateVpnConnectionRequest::builder().build().unwrap_err();
    assert_eq!(faults(&nothing), ["/vpn_connection required"]);
    // What lacks something is there.
    let one = VpnConnectionRequest::builder().vgw_id(ID).vgw_ip(ID);
    let lacking = CreateVpnConnectionRequest::builder().vpn_connection(one).build().unwrap_err();
    assert_eq!(faults(&lacking), ["/vpn_connection/cgw_id required"]);

    let one = VpnConnectionRequest::builder().vgw_ip(ID).tags([
        VpnResourceTagRequest::builder(),
        VpnResourceTagRequest::builder().key("k").value("v"),
        VpnResourceTagRequest::builder().key("k"),
    ]);
    let other = VpnConnectionRequest::builder().vgw_id(ID).vgw_ip(ID).cgw_id(ID);
    let batch = BatchCreateVpnConnectionsRequest::builder().vpn_connections([other, one]);
    let error = batch.build().unwrap_err();
    let expected = [
        "/vpn_connections/1/tags/0/key required",
        "/vpn_connections/1/tags/0/value required",
        "/vpn_connections/1/tags/2/value required",
        "/vpn_connections/1/cgw_id required",
        "/vpn_connections/1/vgw_id required",
    ];
    assert_eq!(faults(&error), expected);
    assert!(error.to_string().contains("- /vpn_connections/1/cgw_id: is missing"), "{error}");
}

#[test]
fn what_is_set_again_replaces_what_was_wrong() {
    let tag = VpnResourceTagRequest::builder().key("k");
    let base = VpnConnectionRequest::builder().vgw_id(ID).vgw_ip(ID).cgw_id(ID);
    let wrong = base.tags([tag.clone()]);
    assert_eq!(faults(&wrong.clone().build().unwrap_err()), ["/tags/0/value required"]);
    let good = wrong.tags([tag.value("v")]);
    assert!(good.clone().build().is_ok());
    let gone = good.cgw_id(None::<String>);
    assert_eq!(faults(&gone.build().unwrap_err()), ["/cgw_id required"]);
}

#[test]
fn a_value_can_be_changed_through_its_builder() {
    let dpd = DpdRequest::builder().timeout(20).interval(15).build().unwrap();
    let changed = builder::DpdRequest::from(dpd).timeout(30).build().unwrap();
    assert_eq!((changed.timeout, changed.interval), (Some(30), Some(15)));
}

/// As `?` does in a function that returns our error, and as the generated calls do.
#[test]
fn builders_convert_into_values_and_errors_into_ours() {
    fn convert() -> Result<VpnConnectionRequest, otc_vpn::Error> {
        let request = VpnConnectionRequest::builder().vgw_id(ID).try_into()?;
        Ok(request)
    }
    assert_eq!(faults(&convert().unwrap_err()), ["/cgw_id required", "/vgw_ip required"]);
}
