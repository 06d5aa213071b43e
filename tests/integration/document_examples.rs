//! The examples of the document are the documented ones.

use std::collections::BTreeSet;

use otc_vpn::Psk;
use serde_json::Value;

use crate::request_examples::fixtures;
use crate::support::{document, fixture};

/// An example of the document, and the fixture that holds it as published.
const EXAMPLES: &[(&str, &str)] = &[
    ("Example3", "requests/older_example3"),
    ("CreateStatic", "requests/create_static"),
    ("CreatePolicy", "requests/create_policy"),
    ("CreateBgp", "requests/create_bgp"),
    ("OlderCreateStatic", "requests/older_create_static"),
    ("OlderCreatePolicy", "requests/older_create_policy"),
    ("OlderCreateBgp", "requests/older_create_bgp"),
    ("Example3Dual", "requests/example3_dual"),
    ("BatchStatic", "requests/batch_static"),
    ("BatchPolicy", "requests/batch_policy"),
    ("BatchBgp", "requests/batch_bgp"),
    ("Example3Created", "responses/older_example3"),
    ("CreatedStatic", "responses/create_static"),
    ("CreatedPolicy", "responses/create_policy"),
    ("CreatedBgp", "responses/create_bgp"),
    ("OlderCreatedStatic", "responses/older_create_static"),
    ("OlderCreatedPolicy", "responses/older_create_policy"),
    ("OlderCreatedBgp", "responses/older_create_bgp"),
    ("Example3DualCreated", "responses/example3_dual"),
    ("BatchCreatedStatic", "responses/batch_static"),
    ("BatchCreatedPolicy", "responses/batch_policy"),
    ("BatchCreatedBgp", "responses/batch_bgp"),
    ("Example3Shown", "responses/example3_show"),
    ("Example3OtherShown", "responses/example3_show_other"),
    ("OlderExample3Shown", "responses/older_example3_show"),
    ("UpdateSubnets", "requests/update_subnets"),
    ("UpdatePolicyRules", "requests/update_policy_rules"),
    ("UpdateLifetimes", "requests/update_lifetimes"),
    ("UpdateName", "requests/update_name"),
    ("Example4Monitor", "requests/example4_monitor"),
    ("CreateMonitor", "requests/monitor"),
    ("Listed", "responses/list"),
    ("ListedByGatewayAddress", "responses/list_by_vgw_ip"),
    ("ListedByGateway", "responses/list_by_vgw_id"),
    ("Updated", "responses/update"),
    ("Logs", "responses/logs"),
    ("Gateways", "responses/gateways"),
    ("GatewaysByEnterpriseProject", "responses/gateways_by_enterprise_project"),
    ("Example1Gateway", "responses/example1_gateway"),
    ("GatewayPublic", "responses/gateway_public_er"),
    ("GatewayPrivate", "responses/gateway_private_vpc"),
    ("CustomerGateways", "responses/customer_gateways"),
    ("Example2CustomerGateway", "responses/example2_customer_gateway"),
    ("CustomerGateway", "responses/customer_gateway"),
    ("Example4MonitorCreated", "responses/example4_monitor_created"),
    ("MonitorCreated", "responses/monitor_created"),
    ("Monitors", "responses/monitors"),
    ("MonitorsByConnection", "responses/monitors_by_connection"),
    ("Example4MonitorShown", "responses/example4_monitor"),
    ("MonitorShown", "responses/monitor"),
    ("FrozenNotUpdated", "errors/update_frozen"),
    ("FrozenNotDeleted", "errors/delete_frozen"),
];

/// Puts the published mask in the place of every legal value that stands for it.
fn mask(legal: &mut Value, published: &Value) {
    match (legal, published) {
        (Value::Object(legal), Value::Object(published)) => {
            for (name, value) in legal {
                let published = published.get(name).unwrap_or(&Value::Null);
                match (name.as_str(), published.as_str()) {
                    ("psk", Some("abcd****")) => {
                        Psk::new(value.as_str().unwrap()).unwrap();
                        *value = published.clone();
                    }
                    (_, Some(masked)) if masked.contains("***") => {
                        let legal = value.as_str().unwrap();
                        let is_address = legal.parse::<std::net::Ipv4Addr>().is_ok();
                        assert!(is_address || legal == masked, "{legal} stands for {masked}");
                        *value = published.clone();
                    }
                    _ => mask(value, published),
                }
            }
        }
        (Value::Array(legal), Value::Array(published)) => {
            legal.iter_mut().zip(published).for_each(|(legal, published)| mask(legal, published));
        }
        _ => {}
    }
}

#[test]
fn every_documented_example_stands_in_the_document_as_published_but_for_its_masks() {
    let document = document();
    for (name, path) in EXAMPLES {
        let mut example = document["components"]["examples"][name]["value"].clone();
        let published = fixture(path);
        mask(&mut example, &published);
        assert_eq!(example, published, "{name} and {path}");
    }
}

#[test]
fn every_published_example_has_a_row() {
    let rows: BTreeSet<_> = EXAMPLES.iter().map(|(_, path)| (*path).to_owned()).collect();
    let in_folder =
        |folder| fixtures(folder).into_keys().map(move |name| format!("{folder}/{name}"));
    let published = ["requests", "responses", "errors"].into_iter().flat_map(in_folder).collect();
    assert!(rows == published, "not in both: {:?}", &rows ^ &published);
}
