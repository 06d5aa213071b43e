//! The JSON Schema of requests says what the document says, and judges as it does.

use otc_vpn::types::{BatchCreateVpnConnectionsRequest, VpnConnectionRequest};
use otc_vpn::{DualConnection, defaults, limits};
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use crate::request_examples::examples;
use crate::support::{document, fixture, pair};

fn schema<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

pub(crate) fn breaches<T: JsonSchema>(value: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema::<T>()).unwrap();
    validator.iter_errors(value).map(|error| error.instance_path().to_string()).collect()
}

#[test]
fn descriptions_limits_and_values_come_from_the_document() {
    let schema = schema::<VpnConnectionRequest>();
    let name = &schema["properties"]["name"];
    assert_eq!(name["maxLength"], limits::vpn_connection_request::NAME.max_length);
    assert!(name["description"].as_str().unwrap().starts_with("Name of the connection."));
    let style = &schema["$defs"]["ConnectionStyle"]["oneOf"];
    assert_eq!(style.as_array().unwrap().len(), 3);
    assert_eq!(style[1]["const"], defaults::vpn_connection_request::STYLE.as_str());
    assert!(style[1]["description"].as_str().unwrap().contains("static routes"));
    assert_eq!(
        schema["$defs"]["IkePolicyRequest"]["properties"]["dpd"]["$ref"],
        "#/$defs/DpdRequest"
    );
}

/// What a schema of the document lists, as JSON Schema lists it.
fn figures(value: &Value) -> usize {
    const KEYWORDS: [&str; 9] = [
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "pattern",
        "default",
        "description",
    ];
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| {
                let is_figure = KEYWORDS.contains(&name.as_str()) && !member.is_object();
                usize::from(is_figure) + figures(member)
            })
            .sum(),
        Value::Array(items) => items.iter().map(figures).sum(),
        _ => 0,
    }
}

#[test]
fn no_figure_of_the_document_is_lost() {
    let all = schema::<BatchCreateVpnConnectionsRequest>();
    let definitions = all["$defs"].as_object().unwrap();
    assert!(definitions.contains_key("DpdRequest"), "{:?}", definitions.keys());
    let document = document();
    for (name, definition) in definitions {
        let mut documented = document["components"]["schemas"][name].clone();
        let meanings = documented["x-enumDescriptions"].as_object().map_or(0, |all| all.len());
        documented.as_object_mut().unwrap().retain(|keyword, _| !keyword.starts_with("x-"));
        assert_eq!(figures(definition), figures(&documented) + meanings, "{name}");
    }
}

#[test]
fn documented_examples_keep_the_schema() {
    for example in examples() {
        let body = fixture(&format!("requests/{}", example.name));
        assert_eq!((example.breaches)(&body), Vec::<String>::new(), "{}", example.name);
    }
    let pair = serde_json::to_value(pair()).unwrap();
    assert_eq!(breaches::<DualConnection>(&pair), Vec::<String>::new());
}

#[test]
fn mistakes_in_a_file_break_the_schema_at_their_place() {
    let good = serde_json::to_value(pair()).unwrap();
    let cases = [
        ("/first/nmae", json!({ "first": { "nmae": "a" } }), "/first"),
        ("unknown key", json!({ "vgw_ip": "a" }), ""),
        ("too long", json!({ "second": { "name": "a".repeat(65) } }), "/second/name"),
        ("three addresses", json!({ "vgw_ips": ["a.b.c.d", "a.b.c.e", "a.b.c.f"] }), "/vgw_ips"),
        ("short address", json!({ "vgw_ips": ["a.b.c.d", "a"] }), "/vgw_ips/1"),
        ("unlisted value", json!({ "style": "dynamic" }), "/style"),
        (
            "above the range",
            json!({ "ikepolicy": { "dpd": { "timeout": 61 } } }),
            "/ikepolicy/dpd/timeout",
        ),
        ("no mode", json!({ "ha_mode": "both" }), "/ha_mode"),
        ("unknown fact", json!({ "rules": { "attachment": "er" } }), "/rules"),
    ];
    for (what, changes, place) in cases {
        let mut pair = good.clone();
        for (name, value) in changes.as_object().unwrap() {
            pair[name] = value.clone();
        }
        assert_eq!(breaches::<DualConnection>(&pair), [place], "{what}");
    }
    for name in ["vgw_id", "vgw_ips", "cgw_id"] {
        let mut pair = good.clone();
        pair.as_object_mut().unwrap().remove(name);
        assert_eq!(breaches::<DualConnection>(&pair), [""], "{name} is not asked for");
    }
}
