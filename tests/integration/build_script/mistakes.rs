//! A mistake in the document stops the build, and is named with its line and its place.

use serde_json::json;

use super::edited::Edited;
use super::regenerate::build;

/// A mistake, and what the build says of it after the file and the line.
type Mistake = (fn(Edited) -> Edited, &'static str);

/// A place in the schemas.
macro_rules! schemas {
    ($place:literal) => {
        concat!("/components/schemas/", $place)
    };
}

/// A place in the query of a connection.
macro_rules! show {
    ($place:literal) => {
        concat!("/paths/~1v5~1{project_id}~1vpn-connection~1{vpn_connection_id}", $place)
    };
}

/// A field of a connection to create.
macro_rules! field {
    ($place:literal) => {
        concat!("/components/schemas/VpnConnectionRequest/properties/", $place)
    };
}

const GENERAL: &[Mistake] = &[
    (|d| d.set("/openapi", "3.1.0"), "invalid version: 3.1.0"),
    (|d| d.set("/openapi", 3.5), "/openapi: must not be a fraction"),
    (|d| d.set("/security/0/token", 7), "/security/0/token"),
    (|d| d.set("/servers/0/url", "https://vpn."), "/servers/0/url: must contain `{region}`"),
    (
        |d| d.set("/x-profiles/otc-swiss", json!(["eu-ch3"])),
        "/x-profiles/otc-swiss: must be a list of regions that `x-identity-endpoints` knows",
    ),
    (|d| d.set("/x-profiles/otc-swiss", json!([])), "/x-profiles/otc-swiss: must be a list"),
    (|d| d.set("/x-error-codes/VPN-0001", json!({})), "invalid name `VPN-0001`"),
    (|d| d.set("/x-error-codes/VPN.0018/retry", "nevr"), "/retry: must be one of never"),
    (|d| d.set("/x-error-codes/VPN.0018/retires", 1), "/retires: is nothing"),
    (|d| d.remove(show!("/get/operationId")), "has no `operationId`"),
    (|d| d.set(show!("/parameters"), json!([])), "no parameter for `{project_id}`"),
    (|d| d.remove(schemas!("Psk")), "`#/components/schemas/Psk` does not exist"),
];

const ENUMERATIONS: &[Mistake] = &[
    (
        |d| d.set(schemas!("IkePolicyRequest/properties/ike_version/default"), "v3"),
        "\"v3\" is not a value of `IkeVersion`",
    ),
    (
        |d| d.set(schemas!("ReturnedConnectionStyle/x-spelling-of"), "Nothing"),
        "is not the name of an open enumeration",
    ),
    (
        |d| d.set(schemas!("ReturnedConnectionStyle/enum/0"), "POLITE"),
        "`POLITE` is not a value of `ConnectionStyle`",
    ),
    (
        |d| d.set(schemas!("EncryptionAlgorithm/x-variant-names/3des"), "Aes128"),
        "`3des` would be a second variant `Aes128`",
    ),
    (|d| d.remove(schemas!("EncryptionAlgorithm/x-variant-names")), "`3des` is not a Rust name"),
    (
        |d| d.remove(schemas!("TransformProtocol/x-enumDescriptions/esp")),
        "has no description of `esp`",
    ),
    (|d| d.set(schemas!("EncapsulationMode/enum/-"), "tunnel"), "lists `tunnel` twice"),
];

const FIELDS: &[Mistake] = &[
    (
        |d| d.set(schemas!("DpdRequest/properties/timeout/default"), "soon"),
        "/default: \"soon\" is not a valid default",
    ),
    (
        |d| d.set(schemas!("DpdRequest/properties/timeout/default"), 5000),
        "/default: is 5000; must be 2 to 60",
    ),
    (
        |d| d.set(schemas!("DpdRequest/properties/interval/minimum"), 4000),
        "/minimum: is above `maximum`",
    ),
    (|d| d.set(field!("policy_rules/maxItems"), "five"), "/maxItems: must be a whole number"),
    (
        |d| {
            d.remove(schemas!(
                "BatchCreateVpnConnectionsRequest/properties/vpn_connections/maxItems"
            ))
        },
        "/minItems: needs `maxItems` beside it",
    ),
    (|d| d.set(field!("tags/maxLength"), 3), "/maxLength: limits another type"),
    (
        |d| d.set(field!("vgw_ip/pattern"), "^(ab|cd)$"),
        "/vgw_ip/pattern: must be one character class",
    ),
    (|d| d.set(field!("vgw_ip/pattern"), "^[]*$"), "/vgw_ip/pattern: must be one character class"),
    (
        |d| d.set(schemas!("Psk/x-character-classes/at-least"), "some"),
        "/x-character-classes: must hold",
    ),
    (|d| d.set(schemas!("Psk/x-character-classes/at-least"), 9), "/x-character-classes: must hold"),
    (
        |d| {
            let set = json!({ "unicode": ["emoji"], "others": "" });
            d.set(schemas!("VpnResourceTagRequest/properties/key/x-character-set"), set)
        },
        "/x-character-set: must hold",
    ),
    (
        |d| d.set(field!("peer_subnets/x-reserved-ranges/-"), "214.0.0.0/88"),
        "/x-reserved-ranges: must be a list of networks",
    ),
    (
        |d| d.set(field!("enable-hub"), json!({ "type": "boolean", "description": "A hub." })),
        "invalid name `enable-hub`",
    ),
    (
        |d| d.set(schemas!("VpnConnectionRequest/required/-"), "vgw_ipp"),
        "\"vgw_ipp\" is not a property",
    ),
    (
        |d| {
            let msg = json!({ "description": "Order of the payloads in a DPD packet." });
            d.set(schemas!("DpdRequest/properties/msg"), msg)
        },
        "/msg: is of a type that no check knows",
    ),
    (
        |d| {
            d.set(field!("policy_rules/items/$ref"), "#/components/schemas/Plain")
                .set(schemas!("Plain"), json!({ "type": "string" }))
        },
        "/policy_rules/items: refers to `Plain`, which is neither an object",
    ),
    (
        |d| d.set(field!("tags/items"), object("key", "string")),
        "/tags/items: is of a type that no check knows",
    ),
    (
        |d| {
            let dpd = object("timeout", "integer");
            d.set(schemas!("IkePolicyRequest/properties/dpd"), dpd)
        },
        "/dpd: is of a type that no check knows",
    ),
];

/// What a request says and no check would read.
const UNREAD: &[Mistake] = &[
    (
        |d| d.set(schemas!("PolicyRuleRequest/properties/source/format"), "ipv6-cidr"),
        "/source/format: \"ipv6-cidr\" is a format that nothing checks here",
    ),
    (
        |d| d.set(field!("peer_subnets/items/format"), "ipv4"),
        "/peer_subnets/items/format: \"ipv4\" is a format that nothing checks here",
    ),
    (
        |d| d.remove(field!("peer_subnets/items/format")),
        "/peer_subnets/x-reserved-ranges: is an extension that nothing checks here",
    ),
    (
        |d| {
            d.set(
                schemas!("PolicyRuleRequest/properties/destination/items"),
                json!({ "type": "string", "x-prefix-length": 30 }),
            )
        },
        "/destination/items/x-prefix-length: is an extension that nothing checks here",
    ),
    (
        |d| {
            let blocks = json!({
                "type": "string", "description": "The source.", "x-address-block": "10.0.0.0/8",
                "x-excluded-block": "10.0.0.0/9", "x-prefix-length": 30,
            });
            d.set(schemas!("PolicyRuleRequest/properties/source"), blocks)
        },
        "/source/x-address-block: is an extension that nothing checks here",
    ),
    (
        |d| d.remove(field!("enable_nqa/default")).set(field!("enable_nqa/x-weak"), json!([true])),
        "/enable_nqa/x-weak: is an extension that nothing checks here",
    ),
    (
        |d| d.set(schemas!("DpdRequest/properties/timeout/format"), "int32"),
        "imum: limits another type than this one",
    ),
    (
        |d| d.set(schemas!("DpdRequest/properties/timeout/format"), "seconds"),
        "/timeout/format: \"seconds\" is a format that nothing checks here",
    ),
    (|d| d.set(schemas!("Psk/format"), "secret"), "/Psk/format: \"secret\" is a format"),
];

/// What the generator cannot take, or would make closed types of.
const UNTAKEABLE: &[Mistake] = &[
    (
        |d| d.set(field!("name/enum"), json!(["a", "b"])),
        "progenitor made closed enums of these: VpnConnectionRequestName",
    ),
    (
        |d| {
            let either = json!({
                "description": "One or the other.",
                "anyOf": [{ "type": "string" }, { "type": "integer" }],
            });
            d.set(schemas!("Either"), either)
        },
        "progenitor made closed enums of these: Either",
    ),
    (
        |d| d.set(show!("/get/responses/404"), json!({ "description": "Gone." })),
        "/responses/404: must have the body",
    ),
    (
        |d| d.set(show!("/get/responses/default"), json!({ "description": "Gone." })),
        "/responses/default: must be a status",
    ),
    (
        |d| with_list_parameter(d, json!({ "minimum": 5000, "maximum": 2000 })),
        "/parameters/0/schema/minimum: is above `maximum`",
    ),
    (
        |d| with_list_parameter(d, json!({ "minimum": 0, "maximum": 2000, "default": 2001 })),
        "/parameters/0/schema/default: is 2001; must be 0 to 2000",
    ),
];

fn object(member: &str, kind: &str) -> serde_json::Value {
    json!({ "type": "object", "properties": { member: { "type": kind } } })
}

/// The query of a connection with a parameter more.
fn with_list_parameter(document: Edited, limits: serde_json::Value) -> Edited {
    let mut schema = limits;
    schema["type"] = "integer".into();
    schema["format"] = "uint32".into();
    let parameter =
        json!([{ "name": "limit", "in": "query", "description": "How many.", "schema": schema }]);
    document.set(show!("/get/parameters"), parameter)
}

#[test]
fn a_mistake_in_the_document_stops_the_build_at_its_line() {
    let document = Edited::document();
    let (taken, said) = build("broken", &document.to_string());
    assert!(taken, "{said}");
    let all = [GENERAL, ENUMERATIONS, FIELDS, UNREAD, UNTAKEABLE].concat();
    let missed: Vec<_> = all
        .iter()
        .filter_map(|(edit, expected)| {
            missed("broken", &edit(document.clone()).to_string(), expected)
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

/// Mistakes of YAML, which no edit makes.
#[test]
fn text_that_is_no_document_stops_the_build_at_its_line() {
    let document = Edited::document().to_string();
    for (from, to, expected) in [
        ("\"openapi\": \"3.0.3\"", "\"openapi\": [3.0.3", "while parsing a flow sequence"),
        ("\"openapi\": \"3.0.3\"", "\"openapi\": \"3.0.3\", \"openapi\": 7", "duplicated key"),
    ] {
        assert_eq!(document.matches(from).count(), 1);
        assert_eq!(missed("unreadable", &document.replace(from, to), expected), None);
    }
}

/// What the build says, if it takes the document or does not say `expected` with a line.
fn missed(folder: &str, document: &str, expected: &str) -> Option<String> {
    let (taken, said) = build(folder, document);
    let place = said.split_once("cargo::error=openapi/vpn.yaml:").map(|(_, place)| place);
    let has_line = place.is_some_and(|place| place.starts_with(|c: char| c.is_ascii_digit()));
    let is_said = !taken && has_line && said.contains(expected);
    (!is_said).then(|| format!("expected {expected:?}, got: {said}"))
}
