//! Each kind of change, and what it is to users.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use std::sync::LazyLock;

use serde_json::Value;

use super::{Class, Report, diff};
use crate::document::Document;

const SOUND: &str = include_str!("../../../openapi/vpn.yaml");

fn parsed(text: &str) -> Document {
    Document::parse("vpn.yaml", text).unwrap()
}

/// Our document, read once.
static OLD: LazyLock<Document> = LazyLock::new(|| parsed(SOUND));

fn from_ours(new: &str) -> Report {
    diff(("old.yaml", &OLD), ("new.yaml", &parsed(new)))
}

#[test]
fn a_document_and_itself_differ_in_nothing() {
    let report = from_ours(SOUND);
    assert!(report.items.is_empty(), "{report}");
    assert!(report.to_string().contains("version step: none"));
    let moved = format!("# A comment.\n\n{SOUND}");
    assert!(from_ours(&moved).items.is_empty());
}

/// What becomes of our document when a part of it is changed, taken out, or put in.
fn edited(pointer: &str, value: Option<Value>) -> String {
    let mut tree = OLD.root().clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/");
    match (tree.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")), value) {
        (Value::Object(members), Some(value)) => _ = members.insert(name, value),
        (Value::Object(members), None) => _ = members.remove(&name).unwrap(),
        (Value::Array(items), Some(value)) if name == "-" => items.push(value),
        (Value::Array(items), None) => items.retain(|item| item.as_str() != Some(&name)),
        _ => panic!("{pointer} is in no object and no list"),
    }
    tree.to_string()
}

#[test]
fn each_kind_of_change_is_classified() {
    use Class::{Breaking, Compatible, DocsOnly};
    use serde_json::json;
    const CONNECTION: &str = "/components/schemas/VpnConnectionRequest";
    const POST: &str = "/paths/~1v5~1{project_id}~1vpn-connection/post";
    let field = json!({ "type": "string", "description": "New." });
    let at = |rest: &str| format!("{CONNECTION}{rest}");
    let cases: Vec<(String, Option<Value>, Class, &str)> = vec![
        (at("/properties/mtu"), Some(field.clone()), Compatible, "a field: new"),
        (at("/properties/name"), None, Breaking, "a field: gone"),
        (at("/required/-"), Some(json!("name")), Breaking, "its type: new"),
        (at("/required/vgw_id"), None, Breaking, "its type: gone"),
        (at("/properties/name/maxLength"), Some(json!(63)), Breaking, "64 became 63"),
        (at("/properties/name/maxLength"), Some(json!(65)), Compatible, "64 became 65"),
        (at("/properties/name/minLength"), Some(json!(2)), Breaking, "1 became 2"),
        (at("/properties/name/minLength"), Some(json!(0)), Compatible, "1 became 0"),
        (at("/properties/name/maxLength"), None, Breaking, "a limit"),
        (at("/properties/psk/minLength"), Some(json!(9)), Breaking, "a limit"),
        (at("/properties/tags/maxItems"), Some(json!(10)), Breaking, "20 became 10"),
        (at("/properties/name/pattern"), Some(json!("^[a-z]*$")), Breaking, "characters"),
        (at("/properties/name/description"), Some(json!("Other.")), DocsOnly, "text"),
        (at("/properties/name/type"), Some(json!("integer")), Breaking, "the type of a field"),
        (at("/properties/tags/nullable"), None, Breaking, "null"),
        (at("/properties/style/default"), Some(json!("bgp")), Breaking, "a default"),
        (at("/properties/name/default"), Some(json!("x")), Compatible, "a default"),
        (at("/properties/name/deprecated"), Some(json!(true)), Compatible, "a warning"),
        (at("/additionalProperties"), None, Breaking, "unknown keys"),
        (
            at("/properties/tunnel_local_address/x-prefix-length"),
            Some(json!(29)),
            Breaking,
            "addresses",
        ),
        (
            at("/properties/peer_subnets/x-reserved-ranges/-"),
            Some(json!("10.0.0.0/8")),
            Compatible,
            "a warning",
        ),
        (at("/properties/name/x-unheard-of"), Some(json!(1)), Breaking, "look at it"),
        ("/components/schemas/Psk/writeOnly".into(), None, Breaking, "out of errors"),
        (
            "/components/schemas/DhGroup/enum/-".into(),
            Some(json!("group31")),
            Compatible,
            "a value",
        ),
        ("/components/schemas/DhGroup/enum/group1".into(), None, Breaking, "a value"),
        ("/components/schemas/DhGroup/x-weak/group1".into(), None, Compatible, "a warning"),
        (
            "/components/schemas/DhGroup/x-enumDescriptions/group1".into(),
            Some(json!("Old.")),
            DocsOnly,
            "text",
        ),
        (
            "/components/schemas/ConnectionStatus/enum/-".into(),
            Some(json!("REBOOTING")),
            Compatible,
            "a value",
        ),
        (
            "/components/schemas/VpnConnection/properties/mtu".into(),
            Some(field),
            Compatible,
            "a field: new",
        ),
        (
            "/components/schemas/VpnConnection/properties/status".into(),
            None,
            Breaking,
            "a field: gone",
        ),
        (
            "/components/schemas/Extra".into(),
            Some(json!({ "type": "string" })),
            Compatible,
            "a type: new",
        ),
        ("/components/schemas/Dpd".into(), None, Breaking, "a type: gone"),
        ("/components/examples/Example3".into(), None, DocsOnly, "example"),
        (POST.to_owned(), None, Breaking, "an operation: gone"),
        (
            "/paths/~1v5~1{project_id}~1vpn-connection/delete".into(),
            Some(json!({})),
            Compatible,
            "an operation: new",
        ),
        (format!("{POST}/operationId"), Some(json!("make")), Breaking, "the name of an operation"),
        (format!("{POST}/summary"), Some(json!("Make.")), DocsOnly, "text"),
        (format!("{POST}/x-max-response-bytes"), Some(json!(10)), Breaking, "the bound"),
        (format!("{POST}/responses/418"), Some(json!({})), DocsOnly, "an error status"),
        (format!("{POST}/responses/404"), None, DocsOnly, "an error status"),
        (format!("{POST}/parameters"), Some(json!([])), Breaking, "takes or gives"),
        ("/x-error-codes/VPN.0777".into(), Some(json!({})), Compatible, "an error code"),
        ("/x-error-codes/VPN.0001".into(), None, Breaking, "an error code"),
        ("/x-error-codes/VPN.0001/retry".into(), Some(json!("always")), Compatible, "goes on"),
        ("/x-error-codes/VPN.0001/description".into(), Some(json!("Bad.")), DocsOnly, "text"),
        ("/servers/0/variables/region/enum/eu-nl".into(), None, Breaking, "a region"),
        ("/servers/0/variables/region/enum/-".into(), Some(json!("eu-xx")), Compatible, "a region"),
        ("/x-identity-endpoints/eu-ch2".into(), None, Breaking, "an identity service"),
        ("/x-profiles/otc-swiss".into(), None, Breaking, "a profile"),
        ("/x-profiles/otc-new".into(), Some(json!(["eu-de"])), Compatible, "a profile"),
        ("/security".into(), None, Breaking, "look at it"),
        ("/info/version".into(), Some(json!("9")), DocsOnly, "about the document"),
    ];
    for (pointer, value, class, expected) in cases {
        let report = from_ours(&edited(&pointer, value));
        let [item] = report.items.as_slice() else { panic!("{pointer}: {report}") };
        assert_eq!(item.class, class, "{pointer}: {report}");
        assert!(item.text.contains(expected), "{pointer}: {report}");
    }
}

#[test]
fn a_new_field_that_must_be_set_is_breaking() {
    let field = "        name:\n          type: string\n          description: >-\n            Name of the connection.";
    let new = SOUND
        .replacen(field, &format!("        mtu:\n          type: integer\n{field}"), 1)
        .replacen(
            "      required:\n        - vgw_id\n",
            "      required:\n        - vgw_id\n        - mtu\n",
            1,
        );
    let report = from_ours(&new);
    let told: Vec<_> = report.items.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(told.len(), 2, "{report}");
    assert!(told.contains(&"a field that must be set: new"), "{report}");
    assert!(report.is_breaking());
}

#[test]
fn an_item_has_its_line_in_the_document_that_holds_it() {
    let new = SOUND.replacen("          - eu-nl\n", "", 1);
    let line = SOUND.lines().position(|line| line.trim() == "- eu-nl").unwrap() + 1;
    let report = from_ours(&new);
    assert_eq!(report.items.len(), 1, "{report}");
    // A member of a list stands where its list does.
    let item = &report.items[0];
    assert!(item.file == "old.yaml" && line.abs_diff(item.line) <= 3, "{report}");
    assert!(report.json().contains(r#""class":"breaking""#));
}

/// Every part of our document, taken out.
fn parts(value: &Value, pointer: &str, found: &mut Vec<String>) {
    if let Value::Object(members) = value {
        for (name, member) in members {
            let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
            found.push(below.clone());
            parts(member, &below, found);
        }
    }
}

#[test]
fn whatever_is_taken_out_is_noticed() {
    let document = &OLD;
    let mut all = Vec::new();
    parts(document.root(), "", &mut all);
    assert!(all.len() > 2000, "{}", all.len());
    for pointer in all {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/").replace("~0", "~");
        let mut without = document.root().clone();
        without.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(&name).unwrap();
        let changes = super::changes::between(document.root(), &without);
        assert_eq!(changes.len(), 1, "{pointer}");
        assert_eq!(changes[0].pointer, pointer);
    }
}
