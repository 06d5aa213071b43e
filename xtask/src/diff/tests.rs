//! Each kind of change, and whether it is breaking.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{BREAKING, diff};
use crate::document::Document;
use crate::report::lines;

const SOUND: &str = include_str!("../../../openapi/vpn.yaml");

/// Our document, read once.
static OLD: LazyLock<Document> = LazyLock::new(|| Document::parse("old.yaml", SOUND).unwrap());

/// The document when the part at a pointer is replaced, or removed for null. The item
/// `-` is added to a list.
fn edited(document: &Document, pointer: &str, value: Value) -> Document {
    let mut tree = document.root().clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/");
    match tree.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")) {
        Value::Object(members) if value.is_null() => drop(members.shift_remove(&name).unwrap()),
        Value::Object(members) => drop(members.insert(name, value)),
        Value::Array(items) if name == "-" => items.push(value),
        Value::Array(items) => items.retain(|item| item.as_str() != Some(&name)),
        _ => panic!("{pointer} is in no object and no list"),
    }
    Document::of_tree(tree)
}

/// The differences in one line each, without their places in files.
fn differences(old: &Document, new: &Document) -> Vec<String> {
    let findings = diff(old, new);
    findings.iter().map(|it| format!("{}: {}: {}", it.rule, it.place, it.message)).collect()
}

#[test]
fn each_kind_of_change_is_classified() {
    const NAME: &str = "/components/schemas/VpnConnectionRequest/properties/name";
    const POST: &str = "/paths/~1v5~1{project_id}~1vpn-connection/post";
    let query = |required: bool| json!([{ "in": "query", "name": "a", "required": required }]);
    for (pointer, value, expected) in [
        (&*format!("{NAME}/maxLength"), json!(63), "breaking: NAME maxLength: 64 became 63"),
        (&format!("{NAME}/maxLength"), json!(65), "compatible: NAME maxLength: 64 became 65"),
        (&format!("{NAME}/maxLength"), Value::Null, "breaking: NAME maxLength: gone"),
        (&format!("{NAME}/minLength"), json!(2), "breaking: NAME minLength: 1 became 2"),
        (&format!("{NAME}/minLength"), json!(0), "compatible: NAME minLength: 1 became 0"),
        (&format!("{NAME}/default"), json!("x"), "compatible: NAME default: new"),
        (&format!("{NAME}/deprecated"), json!(true), "compatible: NAME deprecated: new"),
        (&format!("{NAME}/x-prefix-length"), json!(9), "breaking: NAME x-prefix-length: new"),
        (
            "/components/schemas/VpnConnectionRequest/properties/style/default",
            json!("bgp"),
            "breaking: VpnConnectionRequest.style default: \"static\" became \"bgp\"",
        ),
        ("/components/schemas/Psk/minLength", json!(9), "breaking: Psk minLength: 8 became 9"),
        (
            &format!("{POST}/parameters"),
            query(false),
            "compatible: create_vpn_connection query.a: new",
        ),
        (
            &format!("{POST}/parameters"),
            query(true),
            "breaking: create_vpn_connection query.a: new",
        ),
        (
            &format!("{POST}/x-max-response-bytes"),
            json!(1_048_577),
            "compatible: create_vpn_connection x-max-response-bytes: 131072 became 1048577",
        ),
        (
            &format!("{POST}/x-max-response-bytes"),
            json!(9),
            "breaking: create_vpn_connection x-max-response-bytes: 131072 became 9",
        ),
        ("/x-error-codes/VPN.0777", json!({}), "compatible: error code VPN.0777: new"),
        (
            "/x-error-codes/VPN.0001/retry",
            json!("always"),
            "compatible: error code VPN.0001 retry: ",
        ),
        ("/servers/0/url", json!("https://{region}.a"), "breaking: server 1 url: "),
        ("/servers/0/variables/region/enum/eu-nl", Value::Null, "breaking: region eu-nl: gone"),
        ("/servers/0/variables/region/enum/-", json!("eu-x"), "compatible: region eu-x: new"),
        ("/x-identity-endpoints/eu-de", json!("https://a"), "breaking: identity service eu-de: "),
        ("/x-profiles/otc-new", json!(["eu-de"]), "compatible: profile otc-new: new"),
        ("/x-profiles/otc-swiss", json!(["eu-de"]), "breaking: profile otc-swiss: "),
        ("/x-service-types/-", json!("vpn9"), "breaking: catalogue types: "),
    ] {
        let found = differences(&OLD, &edited(&OLD, pointer, value));
        let expected = expected.replace("NAME", "VpnConnectionRequest.name");
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{pointer}: {found:?}");
    }
}

#[test]
fn whatever_is_read_is_breaking_when_it_is_gone() {
    for (place, fact) in super::facts::of(&OLD) {
        if OLD.root().pointer(&fact.pointer).is_none_or(|it| it.get("operationId").is_some()) {
            continue; // The usual bound, which is not stated.
        }
        let found = diff(&OLD, &edited_by_pointer(&fact.pointer));
        assert!(found.iter().any(|it| it.place == place), "{place}: {}", lines(&found));
    }
}

/// Our document without a part; items of lists have an index here.
fn edited_by_pointer(pointer: &str) -> Document {
    let mut tree = OLD.root().clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match tree.pointer_mut(parent).unwrap() {
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        Value::Object(members) => drop(members.shift_remove(&name.replace("~1", "/"))),
        _ => panic!("{pointer}"),
    }
    Document::of_tree(tree)
}

#[test]
fn parameters_of_a_path_and_of_its_operation_are_alike() {
    const PATH: &str = "/paths/~1v5~1{project_id}~1vpn-connections~1batch-create";
    let shared = OLD.root().pointer(&format!("{PATH}/parameters")).unwrap().clone();
    let moved = edited(&OLD, &format!("{PATH}/parameters"), Value::Null);
    assert!(
        differences(&OLD, &moved)[0].starts_with("breaking: batch_create_vpn_connections path.")
    );
    let moved = edited(&moved, &format!("{PATH}/post/parameters"), shared);
    assert_eq!(differences(&OLD, &moved), [""; 0]);
}

#[test]
fn a_new_operation_is_one_compatible_difference() {
    let item = OLD.root().pointer("/paths/~1v5~1{project_id}~1vpn-gateways").unwrap();
    let mut item = item.clone();
    item["get"]["operationId"] = json!("list_vpn_quotas");
    let new = edited(&OLD, "/paths/~1v5~1{project_id}~1quotas", item);
    assert_eq!(differences(&OLD, &new), ["compatible: list_vpn_quotas: new"]);
    assert!(differences(&new, &OLD)[0].starts_with("breaking: list_vpn_quotas"));
}

#[test]
fn order_descriptions_and_comments_make_no_difference() {
    assert_eq!(differences(&OLD, &OLD), [""; 0]);
    let text = format!("# A comment.\n\n{SOUND}").replace("Name of the connection.", "Its name.");
    assert_eq!(differences(&OLD, &Document::parse("new.yaml", &text).unwrap()), [""; 0]);
}

#[test]
fn usual_bound_is_that_of_the_library() {
    let source = include_str!("../../../src/session/call.rs");
    assert!(source.contains("const MAX_BODY: usize = 1024 * 1024;"), "compare `USUAL_BOUND`");
}

#[test]
fn a_difference_has_its_line_in_the_document_that_has_it() {
    let new = SOUND.replacen("          - eu-nl\n", "", 1);
    let found = diff(&OLD, &Document::parse("new.yaml", &new).unwrap());
    let line = SOUND.lines().position(|line| line.trim() == "- eu-nl").unwrap() + 1;
    let expected = format!("old.yaml:{line}:13: {BREAKING}: region eu-nl: gone\n");
    assert_eq!(lines(&found), expected);
}

#[test]
fn documents_of_any_shape_are_compared() {
    let documents = ["3", "[]", "servers: 1", "paths: {/a: {get: {responses: 1}}}"];
    for text in documents {
        let document = Document::parse("odd.yaml", text).unwrap();
        assert!(!differences(&OLD, &document).is_empty(), "{text}");
        assert!(!differences(&document, &OLD).is_empty(), "{text}");
    }
}
