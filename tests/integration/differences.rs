//! What is wanted against what is there.

use otc_vpn::Rules;
use otc_vpn::simulator::Simulator;
use otc_vpn::types::{
    BatchCreateVpnConnectionsRequest, CreateVpnConnectionRequest, VpnConnection,
    VpnConnectionRequest,
};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::full_request;
use crate::request_examples::{fixtures, pointers};
use crate::support::{PSK, document, request};

/// What the simulator makes of a request.
async fn made_of(request: &VpnConnectionRequest) -> VpnConnection {
    let simulator = Simulator::start().await.unwrap();
    simulator.insert_request(request);
    simulator.connections().remove(0)
}

#[tokio::test]
async fn a_connection_does_not_differ_from_the_request_that_created_it() {
    let mut requests: Vec<_> =
        full_request::all().into_iter().map(|(_, request)| request).collect();
    for body in fixtures("requests").into_values() {
        if let Ok(body) = CreateVpnConnectionRequest::deserialize(&body) {
            requests.push(body.vpn_connection);
        } else if let Ok(body) = BatchCreateVpnConnectionsRequest::deserialize(&body) {
            requests.extend(body.vpn_connections);
        }
    }
    assert!(requests.len() > 10);
    for request in requests {
        let resolved = request.resolve_defaults(&Rules::default());
        for request in [request, resolved] {
            let differences = request.differences(&made_of(&request).await);
            assert!(differences.is_empty(), "{differences}");
            assert_eq!(differences.not_compared(), ["/psk"], "{request:?}");
            assert_eq!(differences.update(), None);
        }
    }
}

/// Whether the document says that an update has this setting.
fn is_in_update(document: &Value, setting: &str) -> bool {
    let schemas = &document["components"]["schemas"];
    let mut schema = &schemas["VpnConnectionUpdate"];
    setting.split('/').skip(1).all(|name| {
        let property = &schema["properties"][name];
        let reference = property["allOf"][0]["$ref"].as_str().and_then(|it| it.rsplit('/').next());
        schema = reference.map_or(property, |name| &schemas[name]);
        !property.is_null()
    })
}

#[test]
fn whatever_else_a_connection_has_is_a_difference() {
    let document = document();
    for (_, request) in full_request::all() {
        let mut connection = json!(request);
        connection["id"] = json!("1");
        connection["psk"].take();
        for pointer in pointers(&json!(request), |value| !value.is_object() && !value.is_array()) {
            if pointer == "/psk" {
                continue;
            }
            let mut changed = connection.clone();
            let value = changed.pointer_mut(&pointer).unwrap();
            *value = match value.take() {
                Value::Bool(value) => json!(!value),
                Value::Number(number) => json!(number.as_u64().unwrap() + 1),
                _ => json!("another"),
            };
            let changed = VpnConnection::deserialize(&changed).unwrap();
            let differences = request.differences(&changed);
            let [difference] = differences.iter().collect::<Vec<_>>()[..] else {
                panic!("{pointer}: {differences}");
            };
            assert!(pointer.starts_with(&difference.pointer), "{pointer}: {difference}");
            assert_ne!(difference.wanted, difference.actual, "{pointer}");
            assert_eq!(
                difference.is_updatable,
                is_in_update(&document, &difference.pointer),
                "{pointer}"
            );
            let update = json!(differences.update());
            let wanted = json!(request).pointer(&difference.pointer).cloned();
            match update.pointer(&difference.pointer).cloned() {
                Some(value) if difference.is_updatable && !value.is_array() => {
                    assert_eq!(Some(value), wanted)
                }
                Some(_) => assert!(difference.is_updatable, "{pointer}"),
                None => assert!(!difference.is_updatable, "{pointer}: {update}"),
            }
        }
    }
}

fn differences(request: &Value, connection: &Value) -> otc_vpn::Differences {
    let request = VpnConnectionRequest::deserialize(request).unwrap();
    request.differences(&VpnConnection::deserialize(connection).unwrap())
}

const IDS: [&str; 3] = ["vgw_id", "vgw_ip", "cgw_id"];

/// Some settings beside the ids, which are equal.
fn with_ids(mut settings: Value) -> Value {
    IDS.iter().for_each(|name| settings[name] = json!("1"));
    settings["id"] = json!("1");
    settings
}

fn wanted(settings: Value) -> Value {
    let mut request = with_ids(settings);
    request.as_object_mut().unwrap().remove("id");
    request
}

#[test]
fn what_the_service_writes_otherwise_is_no_difference() {
    for (request, connection) in [
        (json!({ "style": "static" }), json!({ "style": "STATIC" })),
        (
            json!({ "peer_subnets": ["10.0.0.0/24", "10.0.1.0/24"] }),
            json!({ "peer_subnets": ["10.0.1.0/24", "10.0.0.0/24"] }),
        ),
        (
            json!({ "tags": [{ "key": "a", "value": "1" }, { "key": "b", "value": "2" }] }),
            json!({ "tags": [{ "value": "2", "key": "b" }, { "key": "a", "value": "1" }] }),
        ),
        (
            json!({ "policy_rules": [{ "source": "10.0.0.0/24", "destination": ["10.1.0.0/24", "10.2.0.0/24"] }] }),
            json!({ "policy_rules": [
                { "rule_index": 2, "source": "10.0.0.0/24", "destination": ["10.2.0.0/24"] },
                { "rule_index": 1, "source": "10.0.0.0/24", "destination": ["10.1.0.0/24"] },
            ] }),
        ),
        (json!({ "policy_rules": [], "tags": [] }), json!({ "policy_rules": null })),
        (
            json!({ "enable_hub": false, "ha_role": "master", "ikepolicy": { "dpd": { "timeout": 15 } } }),
            json!({ "ikepolicy": { "dpd": {} } }),
        ),
        (
            json!({}),
            json!({ "name": "vpn-1", "style": "BGP", "ikepolicy": { "dh_group": "group2" } }),
        ),
    ] {
        let found = differences(&wanted(request.clone()), &with_ids(connection));
        assert!(found.is_empty() && found.not_compared().is_empty(), "{request}: {found:?}");
    }
}

#[test]
fn what_is_not_returned_cannot_be_compared() {
    let request = json!({ "name": "office", "psk": PSK, "enable_nqa": true, "ikepolicy": { "dpd": { "timeout": 20 } } });
    let found = differences(&wanted(request), &with_ids(json!({ "name": "office" })));
    assert!(found.is_empty(), "{found}");
    assert_eq!(found.not_compared(), ["/enable_nqa", "/psk", "/ikepolicy/dpd/timeout"]);
}

#[test]
fn a_list_that_is_not_returned_is_empty() {
    let request = json!({ "tags": [{ "key": "a", "value": "1" }] });
    let found = differences(&wanted(request), &with_ids(json!({})));
    let expected =
        r#"/tags: is (none), should be {"key":"a","value":"1"} (no update can change it)"#;
    assert_eq!(found.to_string(), expected);
}

#[test]
fn an_update_holds_what_it_can_change_and_nothing_else() {
    let request = json!({
        "name": "office", "style": "bgp", "psk": PSK,
        "ikepolicy": { "dh_group": "group21", "authentication_method": "pre-share", "ike_version": "v2" },
    });
    let connection = json!({
        "name": "branch", "style": "STATIC",
        "ikepolicy": { "dh_group": "group15", "authentication_method": "certificate", "ike_version": "v2" },
    });
    let found = differences(&wanted(request), &with_ids(connection));
    assert_eq!(
        found.to_string(),
        "/name: is branch, should be office\n\
         /style: is static, should be bgp (no update can change it)\n\
         /ikepolicy/dh_group: is group15, should be group21\n\
         /ikepolicy/authentication_method: is certificate, should be pre-share (no update can change it)"
    );
    let update = json!({ "name": "office", "ikepolicy": { "dh_group": "group21" } });
    assert_eq!(json!(found.update()), update);
}

/// A key that was put into another field by mistake is not shown.
#[test]
fn no_difference_shows_the_key() {
    let mut request = request();
    request.name = Some(PSK.to_owned());
    let connection = with_ids(json!({ "name": format!("x{PSK}") }));
    let found = request.differences(&VpnConnection::deserialize(&connection).unwrap());
    assert!(found.iter().any(|it| it.pointer == "/name"));
    assert!(!format!("{found} {:?}", found.iter().collect::<Vec<_>>()).contains(PSK));
}
