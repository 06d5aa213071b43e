//! Each kind of change, and what it is to users.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Class, Report, diff};
use crate::document::Document;

const SOUND: &str = include_str!("../../../openapi/vpn.yaml");

fn parsed(text: &str) -> Document {
    Document::parse("vpn.yaml", text).unwrap()
}

/// Our document, read once.
static OLD: LazyLock<Document> = LazyLock::new(|| parsed(SOUND));

fn from_ours(new: &Document) -> Report {
    diff(("old.yaml", &OLD), ("new.yaml", new))
}

#[test]
fn a_document_and_itself_differ_in_nothing() {
    let report = from_ours(&OLD);
    assert!(report.items.is_empty(), "{report}");
    assert!(report.to_string().contains("version step: none"));
    let moved = format!("# A comment.\n\n{SOUND}");
    assert!(from_ours(&parsed(&moved)).items.is_empty());
}

/// What becomes of our document when a part of it is changed, taken out, or put in.
fn edited(pointer: &str, value: Option<Value>) -> Document {
    let mut tree = OLD.root().clone();
    edit(&mut tree, pointer, value);
    Document::of_tree(tree)
}

fn edit(tree: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/");
    match (tree.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")), value) {
        (Value::Object(members), Some(value)) => _ = members.insert(name, value),
        (Value::Object(members), None) => _ = members.shift_remove(&name).unwrap(),
        (Value::Array(items), Some(value)) if name == "-" => items.push(value),
        (Value::Array(items), None) => items.retain(|item| item.as_str() != Some(&name)),
        _ => panic!("{pointer} is in no object and no list"),
    }
}

#[test]
fn each_kind_of_change_is_classified() {
    use Class::{Breaking, Compatible, DocsOnly};
    const CONNECTION: &str = "/components/schemas/VpnConnectionRequest";
    const POST: &str = "/paths/~1v5~1{project_id}~1vpn-connection/post";
    let field = json!({ "type": "string", "description": "New." });
    let at = |rest: &str| format!("{CONNECTION}{rest}");
    let cases: Vec<(String, Option<Value>, Class, &str)> = vec![
        (at("/properties/mtu"), Some(field.clone()), Compatible, "a field: new"),
        (at("/properties/name"), None, Breaking, "a field: gone"),
        (at("/required/-"), Some(json!("name")), Breaking, "its type: new"),
        // The name of the field is a keyword too.
        (at("/required/-"), Some(json!("tags")), Breaking, "its type: new"),
        (
            "/components/schemas/HaRole/enum/-".into(),
            Some(json!("description")),
            Compatible,
            "a value",
        ),
        (at("/properties/tags"), None, Breaking, "a field: gone"),
        (
            "/components/schemas/VpnConnection/properties/name/deprecated".into(),
            Some(json!(true)),
            DocsOnly,
            "is deprecated",
        ),
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
        (format!("{POST}/deprecated"), Some(json!(true)), Compatible, "is deprecated"),
        (
            "/components/parameters/ProjectId/deprecated".into(),
            Some(json!(true)),
            Compatible,
            "is deprecated",
        ),
        ("/components/parameters/ProjectId/name".into(), Some(json!("id")), Breaking, "takes"),
        (
            "/components/parameters/Limit".into(),
            Some(json!({ "in": "query", "name": "limit" })),
            DocsOnly,
            "may refer to",
        ),
        (
            format!("{POST}/parameters"),
            Some(json!([{ "in": "query", "name": "limit", "schema": {} }])),
            Compatible,
            "a parameter: new",
        ),
        (
            format!("{POST}/parameters"),
            Some(json!([{ "in": "query", "name": "limit", "required": true }])),
            Breaking,
            "a parameter that must be set: new",
        ),
        (format!("{POST}/responses/201/content"), None, Breaking, "the type of a success: gone"),
        (
            format!("{POST}/responses/201/content/application~1json/schema/$ref"),
            Some(json!("#/components/schemas/Dpd")),
            Breaking,
            "CreateVpnConnectionResponse\" became \"#/components/schemas/Dpd\"",
        ),
        (format!("{POST}/responses/418"), Some(json!({})), DocsOnly, "an error status"),
        (format!("{POST}/responses/404"), None, DocsOnly, "an error status"),
        (format!("{POST}/requestBody"), None, Breaking, "what an operation takes"),
        ("/x-error-codes/VPN.0777".into(), Some(json!({})), Compatible, "an error code"),
        ("/x-error-codes/VPN.0001".into(), None, Breaking, "an error code"),
        ("/x-error-codes/VPN.0001/retry".into(), Some(json!("always")), Compatible, "goes on"),
        ("/x-error-codes/VPN.0001/description".into(), Some(json!("Bad.")), DocsOnly, "text"),
        ("/servers/0/variables/region/enum/eu-nl".into(), None, Breaking, "a region"),
        ("/servers/0/variables/region/enum/-".into(), Some(json!("eu-xx")), Compatible, "a region"),
        ("/x-identity-endpoints/eu-ch2".into(), None, Breaking, "an identity service"),
        ("/x-profiles/otc-swiss".into(), None, Breaking, "a profile"),
        ("/x-profiles/otc-swiss".into(), Some(json!(["eu-de"])), Breaking, "eu-ch2\" became"),
        ("/x-profiles/otc-new".into(), Some(json!(["eu-de"])), Compatible, "a profile"),
        ("/security".into(), None, Breaking, "look at it"),
        ("/info/version".into(), Some(json!("9")), DocsOnly, "about the document"),
    ];
    for (pointer, value, class, expected) in cases {
        let report = from_ours(&edited(&pointer, value));
        // What an answer consists of is told besides its type.
        let item = report.items.first().unwrap_or_else(|| panic!("{pointer} is not noticed"));
        assert!(
            report.items.len() == 1 || pointer.contains("/responses/201/"),
            "{pointer}: {report}"
        );
        assert_eq!(item.class, class, "{pointer}: {report}");
        assert!(item.text.contains(expected), "{pointer}: {report}");
    }
}

/// The texts of a report, in its order.
fn told(report: &Report) -> Vec<String> {
    report.items.iter().map(|item| format!("{}: {}", item.class.name(), item.text)).collect()
}

/// Our document after several edits.
fn edited_by(edits: &[(&str, Option<Value>)]) -> Document {
    let mut tree = OLD.root().clone();
    edits.iter().for_each(|(pointer, value)| edit(&mut tree, pointer, value.clone()));
    Document::of_tree(tree)
}

#[test]
fn a_new_field_that_must_be_set_is_one_item() {
    const CONNECTION: &str = "/components/schemas/VpnConnectionRequest";
    let (field, required) =
        (format!("{CONNECTION}/properties/mtu"), format!("{CONNECTION}/required/-"));
    let new =
        edited_by(&[(&field, Some(json!({ "type": "string" }))), (&required, Some(json!("mtu")))]);
    assert_eq!(told(&from_ours(&new)), ["breaking: a field that must be set: new"]);
    let back = diff(("new.yaml", &new), ("old.yaml", &OLD));
    assert_eq!(told(&back), ["breaking: a field: gone"]);
}

#[test]
fn fields_of_an_object_that_is_written_out_are_fields() {
    const INNER: &str = "/components/schemas/VpnConnection/properties/inner";
    let inner = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let old = edited(INNER, Some(inner.clone()));
    for (rest, value, expected) in [
        ("/properties/b", Some(json!({ "type": "string" })), "compatible: a field: new"),
        ("/properties/a", None, "breaking: a field: gone"),
        ("/properties/a/description", Some(json!("A.")), "docs only: text or example: new"),
        ("/properties/a/type", Some(json!("integer")), "breaking: the type of a field"),
    ] {
        let mut tree = old.root().clone();
        edit(&mut tree, &format!("{INNER}{rest}"), value);
        let report = diff(("old.yaml", &old), ("new.yaml", &Document::of_tree(tree)));
        let told = told(&report);
        assert!(told.len() == 1 && told[0].starts_with(expected), "{rest}: {report}");
    }
}

#[test]
fn order_of_parameters_makes_no_difference() {
    const PATH: &str = "/paths/~1v5~1{project_id}~1vpn-connection~1{vpn_connection_id}/parameters";
    let mut tree = OLD.root().clone();
    tree.pointer_mut(PATH).unwrap().as_array_mut().unwrap().reverse();
    let report = from_ours(&Document::of_tree(tree));
    assert!(report.items.is_empty(), "{report}");
}

/// What an operation answers with, through whatever components.
#[test]
fn other_bodies_are_breaking() {
    const RESPONSES: &str = "/paths/~1v5~1{project_id}~1vpn-connection/post/responses";
    let response = |schema: &str| {
        let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
        json!({ "description": "D.", "content": { "application/json": { "schema": schema } } })
    };
    let named = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
    let created = format!("{RESPONSES}/201");
    let shown = response("CreateVpnConnectionResponse");
    let old = edited_by(&[
        ("/components/responses/Made", Some(shown.clone())),
        ("/components/responses/Other", Some(response("Dpd"))),
        (&created, Some(named("Made"))),
    ]);
    let accepted = format!("{RESPONSES}/202");
    let all_errors = json!({ "201": named("Made") });
    for (edits, expected) in [
        (vec![(created.as_str(), Some(named("Other")))], "the type of a success: "),
        (vec![("/components/responses/Made/content", None)], "the type of a success: gone"),
        (
            vec![(created.as_str(), None), (accepted.as_str(), Some(json!({})))],
            "the type of a success: gone",
        ),
        (vec![(RESPONSES, Some(all_errors))], "the type of an error: gone"),
        (
            vec![("/components/responses/BadRequest", Some(response("Dpd")))],
            "the type of an error: ",
        ),
    ] {
        let mut tree = old.root().clone();
        edits.into_iter().for_each(|(pointer, value)| edit(&mut tree, pointer, value));
        let report = diff(("old.yaml", &old), ("new.yaml", &Document::of_tree(tree)));
        assert!(report.is_breaking(), "{expected}{report}");
        let first = told(&report).remove(0);
        assert!(first.starts_with(&format!("breaking: {expected}")), "{report}");
    }
    // The same body with another status, or written out, is the same type.
    for edits in [
        vec![(created.as_str(), None), (accepted.as_str(), Some(shown.clone()))],
        vec![(created.as_str(), Some(shown))],
    ] {
        let mut tree = old.root().clone();
        edits.into_iter().for_each(|(pointer, value)| edit(&mut tree, pointer, value));
        let report = diff(("old.yaml", &old), ("new.yaml", &Document::of_tree(tree)));
        assert!(!report.is_breaking(), "{report}");
    }
}

#[test]
fn missing_bound_is_the_usual_one() {
    const BOUND: &str = "/paths/~1v5~1{project_id}~1vpn-connection/post/x-max-response-bytes";
    let with = |bound: Option<u32>| {
        let old = edited(BOUND, Some(json!(1)));
        let mut tree = old.root().clone();
        edit(&mut tree, BOUND, bound.map(|bound| json!(bound)));
        Document::of_tree(tree)
    };
    for (old, new, class) in [
        (None, Some(1_048_577), Class::Compatible),
        (None, Some(1_048_576), Class::DocsOnly),
        (None, Some(1_048_575), Class::Breaking),
        (Some(1_048_577), None, Class::Breaking),
        (Some(1_048_575), None, Class::Compatible),
        (Some(10), Some(9), Class::Breaking),
        (Some(10), Some(11), Class::Compatible),
    ] {
        let report = diff(("old.yaml", &with(old)), ("new.yaml", &with(new)));
        let classes: Vec<_> = report.items.iter().map(|item| item.class).collect();
        assert_eq!(classes, [class], "{old:?} {new:?}");
    }
}

#[test]
fn usual_bound_is_that_of_the_library() {
    let source = include_str!("../../../src/session/call.rs");
    assert!(source.contains("const MAX_BODY: usize = 1024 * 1024;"), "compare `USUAL_BOUND`");
}

#[test]
fn documents_that_are_no_objects_differ_at_the_root() {
    let report = diff(("a.yaml", &parsed("3")), ("b.yaml", &parsed("4")));
    assert!(report.to_string().starts_with("b.yaml:1:1: breaking: /: "), "{report}");
}

#[test]
fn an_item_has_its_line_in_the_document_that_holds_it() {
    let line_of =
        |text: &str, wanted: &str| text.lines().position(|line| line.trim() == wanted).unwrap() + 1;
    let new = SOUND.replacen("          - eu-nl\n", "", 1);
    let report = from_ours(&parsed(&new));
    let [item] = report.items.as_slice() else { panic!("{report}") };
    assert_eq!((item.file.as_str(), item.line), ("old.yaml", line_of(SOUND, "- eu-nl")));
    assert!(report.json().contains(r#""class":"breaking""#));

    let new = SOUND.replacen("        - DOWN\n", "        - DOWN\n        - RESTING\n", 1);
    let report = from_ours(&parsed(&new));
    let [item] = report.items.as_slice() else { panic!("{report}") };
    assert_eq!((item.file.as_str(), item.line), ("new.yaml", line_of(&new, "- RESTING")));
    assert!(item.pointer.ends_with("/enum/RESTING"), "{report}");
}

/// Every part of a document: members of objects, and texts of lists by themselves.
fn parts(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let mut part = |name: &str, member: &Value| {
        let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(below.clone());
        parts(member, &below, found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| part(name, member)),
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).for_each(|item| part(item, &Value::Null));
        }
        _ => {}
    }
}

#[test]
fn whatever_is_taken_out_is_noticed() {
    // Data of examples are alike, and most of the document.
    let mut tree = OLD.root().clone();
    tree.pointer_mut("/components/examples").unwrap().as_object_mut().unwrap().clear();
    let old = Document::of_tree(tree);
    let mut all = Vec::new();
    parts(old.root(), "", &mut all);
    // Where the order counts, an item has no name.
    all.retain(|pointer| !pointer.starts_with("/x-profiles/") || pointer.matches('/').count() < 3);
    assert!(all.len() > 1000, "{}", all.len());
    for pointer in all {
        let mut tree = old.root().clone();
        edit(&mut tree, &pointer, None);
        let report = diff(("old.yaml", &old), ("new.yaml", &Document::of_tree(tree)));
        // A list by itself is told member by member.
        let is_noticed = report.items.iter().any(|item| item.pointer.starts_with(&pointer));
        assert!(is_noticed, "{pointer}: {report}");
        let last = pointer.rsplit('/').next().unwrap_or_default();
        for item in &report.items {
            let is_of_schema = ["/properties/", "/required/"]
                .iter()
                .any(|it| pointer.starts_with("/components/schemas/") && item.pointer.contains(it));
            let is_said = ["description", "example", "deprecated"].contains(&last)
                && !pointer.ends_with(&format!("/properties/{last}"));
            let is_docs = item.class == Class::DocsOnly;
            assert!(!(is_of_schema && is_docs) || is_said, "{pointer}: {report}");
        }
    }
}
