//! Changes of a connection: what is checked before one is sent, and what is sent.

use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::{VpnConnection, VpnConnectionUpdate};
use otc_vpn::{AttachmentType, Client, ErrorKind, IpVersion, Retries, Rules, Severity, Violations};
use serde_json::{Value, json};

use crate::support::{CONNECTION_ID, PSK, document, fixture};
use crate::{full_request, support};

fn update(fields: &Value) -> VpnConnectionUpdate {
    serde_json::from_value(fields.clone()).unwrap()
}

/// The connection that an update is of; with `null`, it is not at hand.
fn validate(fields: &Value, connection: &Value, rules: &Rules) -> Violations {
    let Value::Object(_) = connection else { return update(fields).validate(rules) };
    let mut connection = connection.clone();
    connection["id"] = CONNECTION_ID.into();
    let connection: VpnConnection = serde_json::from_value(connection).unwrap();
    update(fields).validate_for(&connection, rules)
}

/// A rule: its name and severity, the connection, what is legal for it, what is not, and where.
pub(crate) fn rules() -> Vec<(&'static str, Severity, Value, Value, Value, &'static str)> {
    use Severity::{Error, Warning};
    let tunnel = json!({
        "tunnel_local_address": "169.254.76.1/30", "tunnel_peer_address": "169.254.76.2/30",
    });
    let ike = |policy: Value| json!({ "ikepolicy": policy });
    let style = |style: &str| json!({ "style": style });
    let rule = json!([{ "source": "10.0.0.0/24" }]);
    let twice = json!([{ "source": "10.0.0.0/24" }, { "source": "10.0.0.0/24" }]);
    let local = |address: &str| json!({ "tunnel_local_address": address });
    let peer = |address: &str| json!({ "tunnel_peer_address": address });
    let ids = json!({ "local_id_type": "ip", "local_id": "203.0.113.1", "peer_id": "203.0.113.2" });
    let fqdn = json!({ "local_id_type": "fqdn", "local_id": "here", "peer_id": "there" });
    let key = json!({ "psk": PSK });
    let name_and_key = json!({ "psk": PSK, "name": "a" });
    vec![
        // Of single fields, with and without the connection.
        (
            "range",
            Error,
            json!(null),
            ike(json!({ "lifetime_seconds": 60 })),
            ike(json!({ "lifetime_seconds": 59 })),
            "/ikepolicy/lifetime_seconds",
        ),
        ("psk", Error, json!({}), name_and_key.clone(), json!({ "psk": "a", "name": "a" }), "/psk"),
        // Across fields, whatever the connection is.
        (
            "update-empty",
            Error,
            json!(null),
            json!({ "peer_subnets": ["10.0.0.0/8"] }),
            json!({}),
            "",
        ),
        (
            "update-empty",
            Error,
            json!({}),
            ike(json!({ "dpd": { "timeout": 20 } })),
            json!({ "ikepolicy": { "dpd": {} }, "ipsecpolicy": {} }),
            "",
        ),
        ("psk-alone", Warning, json!(null), name_and_key.clone(), key.clone(), "/psk"),
        (
            "psk-alone",
            Warning,
            ike(json!({ "ike_version": "v2" })),
            json!({ "psk": PSK, "ipsecpolicy": { "lifetime_seconds": 3600 } }),
            json!({ "psk": PSK, "ipsecpolicy": {} }),
            "/psk",
        ),
        (
            "policy-source-unique",
            Error,
            json!(null),
            json!({ "policy_rules": rule }),
            json!({ "policy_rules": twice }),
            "/policy_rules/1/source",
        ),
        (
            "peer-subnets-overlap",
            Warning,
            json!(null),
            json!({ "peer_subnets": ["10.0.0.0/16", "10.1.0.0/16"] }),
            json!({ "peer_subnets": ["10.0.0.0/8", "10.1.0.0/16"] }),
            "/peer_subnets/1",
        ),
        (
            "peer-subnets-required",
            Error,
            json!(null),
            json!({ "peer_subnets": ["10.0.0.0/8"] }),
            json!({ "peer_subnets": [] }),
            "/peer_subnets",
        ),
        (
            "tunnel-distinct",
            Error,
            json!(null),
            tunnel.clone(),
            json!({ "tunnel_local_address": "169.254.76.1/30", "tunnel_peer_address": "169.254.76.1/30" }),
            "/tunnel_peer_address",
        ),
        (
            "phase1-mode-unused",
            Warning,
            json!(null),
            ike(json!({ "ike_version": "v1", "phase1_negotiation_mode": "main" })),
            ike(json!({ "ike_version": "v2", "phase1_negotiation_mode": "main" })),
            "/ikepolicy/phase1_negotiation_mode",
        ),
        (
            "ike-id-address",
            Error,
            json!(null),
            ike(json!({ "peer_id_type": "ip", "peer_id": "203.0.113.2" })),
            ike(json!({ "peer_id_type": "ip", "peer_id": "there" })),
            "/ikepolicy/peer_id",
        ),
        (
            "ike-id-distinct",
            Error,
            json!(null),
            ike(json!({ "local_id": "203.0.113.1", "peer_id": "203.0.113.2" })),
            ike(json!({ "local_id": "203.0.113.1", "peer_id": "203.0.113.1" })),
            "/ikepolicy/peer_id",
        ),
        // With what the connection is.
        (
            "hub-style",
            Error,
            style("STATIC"),
            json!({ "name": "a" }),
            json!({ "enable_hub": true }),
            "/enable_hub",
        ),
        (
            "policy-rules-style",
            Error,
            style("BGP"),
            json!({ "enable_hub": true }),
            json!({ "policy_rules": rule }),
            "/policy_rules",
        ),
        (
            "policy-rules-required",
            Error,
            style("POLICY"),
            json!({ "policy_rules": rule }),
            json!({ "policy_rules": [] }),
            "/policy_rules",
        ),
        (
            "tunnel-style",
            Warning,
            style("POLICY"),
            json!({ "name": "a" }),
            tunnel.clone(),
            "/tunnel_local_address",
        ),
        (
            "tunnel-pair",
            Error,
            style("STATIC"),
            tunnel.clone(),
            local("169.254.76.1/30"),
            "/tunnel_peer_address",
        ),
        (
            "tunnel-network",
            Error,
            tunnel.clone(),
            peer("169.254.76.2/30"),
            peer("169.254.80.2/30"),
            "/tunnel_peer_address",
        ),
        (
            "tunnel-distinct",
            Error,
            tunnel.clone(),
            local("169.254.76.1/30"),
            local("169.254.76.2/30"),
            "/tunnel_peer_address",
        ),
        (
            "phase1-mode-unused",
            Warning,
            ike(json!({ "ike_version": "v2" })),
            ike(json!({ "ike_version": "v1", "phase1_negotiation_mode": "main" })),
            ike(json!({ "phase1_negotiation_mode": "main" })),
            "/ikepolicy/phase1_negotiation_mode",
        ),
        (
            "ike-id-address",
            Error,
            ike(ids.clone()),
            ike(json!({ "local_id": "203.0.113.3" })),
            ike(json!({ "local_id": "here" })),
            "/ikepolicy/local_id",
        ),
        (
            "ike-id-address",
            Error,
            ike(fqdn.clone()),
            ike(json!({ "local_id_type": "ip", "local_id": "203.0.113.3" })),
            ike(json!({ "local_id_type": "ip" })),
            "/ikepolicy/local_id",
        ),
        (
            "ike-id-distinct",
            Error,
            ike(ids),
            ike(json!({ "local_id": "203.0.113.3" })),
            ike(json!({ "local_id": "203.0.113.2" })),
            "/ikepolicy/peer_id",
        ),
    ]
}

#[test]
fn each_rule_lets_its_legal_neighbour_pass_and_names_its_breach() {
    for (rule, severity, connection, legal, illegal, place) in rules() {
        let usual = Rules::default();
        let passed = validate(&legal, &connection, &usual);
        assert!(passed.is_empty(), "{rule}: {legal} for {connection} breaks {passed}");
        let found = validate(&illegal, &connection, &usual);
        let found: Vec<_> =
            found.iter().map(|it| (it.pointer(), it.rule(), it.severity())).collect();
        assert_eq!(found, [(place, rule, severity)], "{illegal} for {connection}");
    }
}

/// A field that is left out stays as it is, and what that is may not be known.
#[test]
fn what_depends_on_the_connection_is_not_judged_without_it() {
    let one_tunnel_address = json!({ "tunnel_local_address": "169.254.76.1/30" });
    let v1 = json!({ "ikepolicy": { "ike_version": "v1" } });
    for (fields, connection) in [
        (&one_tunnel_address, json!(null)),
        (&json!({ "enable_hub": true }), json!(null)),
        (&json!({ "enable_hub": true }), json!({})),
        (&json!({ "enable_hub": true }), json!({ "style": "new" })),
        (&json!({ "policy_rules": [] }), json!(null)),
        (&v1, json!(null)),
        (&v1, json!({ "ikepolicy": { "ike_version": "v2" } })),
        (&json!({ "ikepolicy": { "phase1_negotiation_mode": "main" } }), json!(null)),
        (&json!({ "ikepolicy": { "local_id": "here" } }), json!(null)),
        // What is wrong already, and stays.
        (
            &json!({ "ikepolicy": { "lifetime_seconds": 60 } }),
            json!({ "ikepolicy": {
                "ike_version": "v1", "local_id_type": "fqdn", "peer_id": "a", "local_id": "a",
            } }),
        ),
        (
            &json!({ "ikepolicy": { "peer_id": "203.0.113.2" } }),
            json!({ "ikepolicy": { "local_id_type": "ip", "local_id": "here" } }),
        ),
        (
            &json!({ "ikepolicy": { "local_id": "203.0.113.1" } }),
            json!({ "ikepolicy": { "peer_id_type": "fqdn" } }),
        ),
        (&json!({ "name": "a" }), json!({ "tunnel_local_address": "169.254.76.1/30" })),
        (&json!({ "psk": PSK }), json!({ "ikepolicy": { "ike_version": "v1" } })),
        (&json!({ "psk": PSK }), json!({ "ikepolicy": { "ike_version": "v3" } })),
    ] {
        let found = validate(fields, &connection, &Rules::default());
        assert!(found.is_empty(), "{fields} for {connection}: {found}");
    }
    // Not even the value is known to be supported.
    let fqdn = json!({ "ikepolicy": { "local_id_type": "fqdn" } });
    let found = validate(&fqdn, &json!(null), &Rules::default());
    assert_eq!(found.iter().map(|it| it.rule()).collect::<Vec<_>>(), ["unsupported-value"]);
    let found = validate(&fqdn, &json!({ "ikepolicy": {} }), &Rules::default());
    assert_eq!(found.errors().map(|it| it.rule()).collect::<Vec<_>>(), ["ike-id-required"]);
}

#[test]
fn facts_about_the_gateway_lift_what_is_required() {
    let cleared = json!({ "peer_subnets": [] });
    let er = Rules::default().attachment(AttachmentType::Er);
    for (style, is_legal) in [("STATIC", false), ("POLICY", true), ("BGP", true)] {
        let found = validate(&cleared, &json!({ "style": style }), &er);
        assert_eq!(found.is_empty(), is_legal, "{style}: {found}");
    }
    assert!(validate(&cleared, &json!(null), &er).is_empty(), "the style is not known");
    let v6 = Rules::default().ip_version(IpVersion::V6);
    assert!(
        validate(&json!({ "policy_rules": [] }), &json!({ "style": "POLICY" }), &v6).is_empty()
    );
}

#[test]
fn the_documented_updates_break_no_rule() {
    for name in ["update_subnets", "update_policy_rules", "update_lifetimes", "update_name"] {
        let request = fixture(&format!("requests/{name}"));
        let found = validate(&request["vpn_connection"], &json!(null), &Rules::default());
        assert!(found.is_empty(), "{name}: {found}");
    }
}

async fn holding_one() -> (Simulator, Client) {
    let simulator = Simulator::start().await.unwrap();
    let connection = json!({ "id": CONNECTION_ID, "status": "ACTIVE", "style": "STATIC" });
    simulator.insert(serde_json::from_value(connection).unwrap());
    let client = simulator.client_builder().retries(Retries::none()).build().unwrap();
    (simulator, client)
}

/// Every field of an update, with a value.
fn every_field() -> Vec<(String, Value)> {
    let full: Vec<_> = full_request::all().map(|(_, it)| serde_json::to_value(it).unwrap()).into();
    let schemas = &document()["components"]["schemas"];
    let mut fields = Vec::new();
    let below = [
        ("", "VpnConnectionUpdate"),
        ("/ikepolicy", "IkePolicyUpdate"),
        ("/ikepolicy/dpd", "DpdRequest"),
        ("/ipsecpolicy", "IpsecPolicyRequest"),
    ];
    for (parent, schema) in below {
        for name in schemas[schema]["properties"].as_object().unwrap().keys() {
            let pointer = format!("{parent}/{name}");
            let value = full.iter().find_map(|request| request.pointer(&pointer));
            let value = value.unwrap_or_else(|| panic!("no full request has {pointer}"));
            let is_policy = value.is_object();
            if !is_policy {
                fields.push((pointer, value.clone()));
            }
        }
    }
    fields
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

#[tokio::test]
async fn nothing_is_sent_but_what_is_changed() {
    let (simulator, client) = holding_one().await;
    simulator.set_schema_only(true);
    let fields = every_field();
    assert!(fields.len() > 25, "{}", fields.len());
    for (pointer, value) in fields {
        let names = pointer.trim_start_matches('/').rsplit('/');
        let change = names.fold(value, |value, name| json!({ name: value }));
        client.update(CONNECTION_ID, &update(&change)).await.unwrap();
        let sent: Value = serde_json::from_slice(&simulator.take_received()[0].body).unwrap();
        assert!(!has_null(&sent), "{sent}");
        assert_eq!(sent, json!({ "vpn_connection": change }));
    }
    // A list is cleared by an empty one.
    let cleared = json!({ "policy_rules": [] });
    client.update(CONNECTION_ID, &update(&cleared)).await.unwrap();
    let sent: Value = serde_json::from_slice(&simulator.take_received()[0].body).unwrap();
    assert_eq!(sent["vpn_connection"], cleared);
}

#[tokio::test]
async fn an_update_changes_the_connection() {
    let (simulator, client) = holding_one().await;
    let change = json!({ "name": "branch", "peer_subnets": ["10.0.0.0/8"] });
    let connection = client.show(CONNECTION_ID).await.unwrap();
    let updated = client.update_of(&connection, &update(&change)).await.unwrap();
    assert_eq!((updated.id.as_str(), updated.name.as_deref()), (CONNECTION_ID, Some("branch")));
    assert_eq!(simulator.connections()[0].peer_subnets, update(&change).peer_subnets);
    let unknown = client.update("unknown", &update(&change)).await.unwrap_err();
    assert!(unknown.is_not_found(), "{unknown}");
}

#[tokio::test]
async fn an_invalid_update_is_not_sent() {
    let (simulator, client) = holding_one().await;
    let connection = simulator.connections().remove(0);
    let name = json!({ "name": "a" });
    let errors = [
        client.update(CONNECTION_ID, &update(&json!({}))).await,
        client.update(CONNECTION_ID, &update(&json!({ "name": "" }))).await,
        client.update_of(&connection, &update(&json!({ "enable_hub": true }))).await,
        client.update("../a", &update(&name)).await,
        client
            .update_of(&serde_json::from_value(json!({ "id": "" })).unwrap(), &update(&name))
            .await,
    ]
    .map(Result::unwrap_err);
    for error in &errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    let rules = errors.iter().filter_map(|error| Some(error.violations()?[0].rule()));
    assert_eq!(rules.collect::<Vec<_>>(), ["update-empty", "length", "hub-style"]);
    assert!(simulator.received().is_empty());
    // The rules of the client hold, and a warning does not stop an update.
    let strict = client.with_rules(Rules::default().deny_unlisted_values(true));
    let unlisted = update(&json!({ "ikepolicy": { "dh_group": "group31" } }));
    assert!(strict.update(CONNECTION_ID, &unlisted).await.unwrap_err().violations().is_some());
    client.update(CONNECTION_ID, &update(&json!({ "psk": PSK }))).await.unwrap();
}

#[test]
fn a_key_at_the_wrong_place_is_not_shown() {
    let swapped = json!({ "psk": PSK, "cgw_id": PSK, "peer_subnets": [PSK] });
    let shown = validate(&swapped, &json!(null), &Rules::default()).to_string();
    assert!(!shown.contains(PSK) && shown.contains("[redacted]"), "{shown}");
}

#[tokio::test]
async fn another_connection_is_no_response_to_an_update() {
    let (simulator, client) = holding_one().await;
    simulator
        .next(Fault::response(200, json!({ "vpn_connection": { "id": "other" } }).to_string()));
    let error = client.update(CONNECTION_ID, &update(&json!({ "name": "a" }))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    let ids = error.connections().iter().filter_map(|key| key.id.as_deref());
    assert_eq!(ids.collect::<Vec<_>>(), [CONNECTION_ID, "other"]);
}

#[tokio::test]
async fn a_delete_says_whether_there_was_something_to_delete() {
    use otc_vpn::Deletion::{Accepted, AlreadyGone};
    let (simulator, client) = holding_one().await;
    assert_eq!(client.delete(CONNECTION_ID).await.unwrap(), Accepted);
    assert_eq!(client.delete("unknown").await.unwrap(), AlreadyGone);
    // The 404 of a proxy says nothing about the connection.
    simulator.next(Fault::response(404, "<html>"));
    assert_eq!(client.delete(CONNECTION_ID).await.unwrap_err().status(), Some(404));
    // It was this call that has deleted it.
    let patient = simulator.client_builder().timeouts(support::patient()).build().unwrap();
    simulator.next(Fault::cut());
    simulator.next(Fault::response(404, json!({ "error_code": "VPN.0004" }).to_string()));
    assert_eq!(patient.delete(CONNECTION_ID).await.unwrap(), Accepted);
    let error = client.delete("a/b").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
