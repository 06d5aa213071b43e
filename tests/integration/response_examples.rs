//! The documented responses, and what may become of them: fields are left out or
//! null, and the service knows values and fields that the document does not.

use std::collections::BTreeSet;

use otc_vpn::types::{
    BatchCreateVpnConnectionsResponse as Batch, CreateVpnConnectionResponse as Create,
    ShowVpnConnectionResponse as Show,
};
use serde_json::{Map, Value, json};

use super::request_examples::{
    ReadAndWrite, fields, fixtures, object_at, pointers, read_and_write,
};

#[test]
fn every_response_example_is_read_and_nothing_is_lost() {
    let cases: Vec<_> = examples().iter().map(|example| example.case("", |_| {}, |_| {})).collect();
    assert_all_are_read(&cases);
}

#[test]
fn any_field_but_the_connection_and_its_id_may_be_absent() {
    let cases = per_optional_field(|fields, field| {
        fields.remove(field);
    });
    assert!(cases.len() > EXAMPLES.len());
    assert_all_are_read(&cases);
}

#[test]
fn any_field_but_the_connection_and_its_id_may_be_null() {
    let cases = per_optional_field(|fields, field| fields[field] = Value::Null);
    assert!(cases.len() > EXAMPLES.len());
    assert_all_are_read(&cases);
}

#[test]
fn only_the_id_of_a_connection_is_required() {
    let mut connections = 0;
    for example in examples() {
        for (object, _) in fields(&example.body).iter().filter(|(_, field)| field == "id") {
            let mut sent = example.body.clone();
            object_at(&mut sent, object).remove("id");
            let place = format!("{} at {object}", example.name);
            let Err(error) = (example.read_and_write)(&sent) else {
                panic!("{place}: read without an id");
            };
            assert!(error.to_string().contains("missing field `id`"), "{place}: {error}");
            connections += 1;
        }
    }
    assert!(connections >= EXAMPLES.len(), "each example has a connection");
}

/// An empty success of a create must not look like one.
#[test]
fn a_response_without_its_connection_is_rejected() {
    for example in examples() {
        let members = fields(&example.body);
        let (object, field) =
            members.iter().find(|(object, field)| is_envelope_member(object, field)).unwrap();
        for replacement in [None, Some(Value::Null)] {
            let mut sent = example.body.clone();
            let members = object_at(&mut sent, object);
            members.remove(field);
            members.extend(replacement.map(|value| (field.clone(), value)));
            assert!((example.read_and_write)(&sent).is_err(), "{}: {sent}", example.name);
        }
    }
}

/// Every text, not only the enumerations: so none of them can be forgotten, and no
/// format can creep into the others.
#[test]
fn any_text_may_be_one_that_the_document_does_not_list() {
    let mut cases = Vec::new();
    for example in examples() {
        for text in pointers(&example.body, Value::is_string) {
            // Upper and lower case: an unlisted style keeps its spelling.
            let replace = |body: &mut Value| {
                *body.pointer_mut(&text).unwrap() = json!("Not-in-the-Document");
            };
            cases.push(example.case(&text, replace, replace));
        }
    }
    let met = cases.iter().map(Case::field).filter(|field| ENUMERATIONS.contains(field));
    assert_eq!(met.collect::<BTreeSet<_>>(), BTreeSet::from(ENUMERATIONS));
    assert_all_are_read(&cases);
}

#[test]
fn any_object_may_hold_a_field_that_the_document_does_not_know() {
    let mut cases = Vec::new();
    for example in examples() {
        for object in pointers(&example.body, Value::is_object) {
            let add = |body: &mut Value| {
                let unknown = json!({ "id": 1, "style": { "list": [null] } });
                object_at(body, &object).insert("not_in_the_document".to_owned(), unknown);
            };
            cases.push(example.case(&object, add, |_| {}));
        }
    }
    assert!(cases.len() > EXAMPLES.len());
    assert_all_are_read(&cases);
}

#[test]
fn each_response_example_is_used() {
    let used: BTreeSet<_> = EXAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let published: BTreeSet<_> = fixtures("responses").into_keys().collect();
    assert_eq!(used, published);
}

const EXAMPLES: &[(&str, ReadAndWrite)] = &[
    ("batch_bgp", read_and_write::<Batch>),
    ("batch_policy", read_and_write::<Batch>),
    ("batch_static", read_and_write::<Batch>),
    ("example3_dual", read_and_write::<Batch>),
    ("create_bgp", read_and_write::<Create>),
    ("create_policy", read_and_write::<Create>),
    ("create_static", read_and_write::<Create>),
    ("older_create_bgp", read_and_write::<Create>),
    ("older_create_policy", read_and_write::<Create>),
    ("older_create_static", read_and_write::<Create>),
    ("older_example3", read_and_write::<Create>),
    ("example3_show", read_and_write::<Show>),
    ("example3_show_other", read_and_write::<Show>),
    ("older_example3_show", read_and_write::<Show>),
];

/// The fields that are open enumerations.
const ENUMERATIONS: [&str; 17] = [
    "status",
    "style",
    "ha_role",
    "type",
    "route_mode",
    "ike_version",
    "phase1_negotiation_mode",
    "authentication_algorithm",
    "encryption_algorithm",
    "dh_group",
    "authentication_method",
    "local_id_type",
    "peer_id_type",
    "msg",
    "pfs",
    "transform_protocol",
    "encapsulation_mode",
];

struct Example {
    name: String,
    body: Value,
    read_and_write: ReadAndWrite,
}

/// The published examples, and one with the fields that none of them shows: the
/// second number in the counts of cases.
fn examples() -> Vec<Example> {
    let mut published = fixtures("responses");
    let mut full = published["example3_show"].clone();
    let connection = object_at(&mut full, "/vpn_connection");
    connection["ikepolicy"]["phase1_negotiation_mode"] = json!("main");
    connection["policy_rules"] = json!([{ "rule_index": 1, "source": "10.0.0.0/24" }]);
    connection["tags"] = json!([{ "key": "team", "value": "network" }]);
    connection.insert("enable_hub".to_owned(), json!(true));
    connection.insert("connection_monitor_id".to_owned(), json!("4f3c"));

    let published = EXAMPLES.iter().map(|&(name, read_and_write)| Example {
        name: name.to_owned(),
        body: published.remove(name).unwrap_or_else(|| panic!("{name} is not published")),
        read_and_write,
    });
    let full = Example {
        name: "example3_show with more fields".to_owned(),
        body: full,
        read_and_write: read_and_write::<Show>,
    };
    published.into_iter().chain([full]).collect()
}

/// A response that differs from an example in one place.
struct Case {
    example: String,
    pointer: String,
    sent: Value,
    expected: Value,
    read_and_write: ReadAndWrite,
}

impl Example {
    fn case(
        &self,
        pointer: &str,
        change: impl FnOnce(&mut Value),
        change_expected: impl FnOnce(&mut Value),
    ) -> Case {
        let mut sent = self.body.clone();
        change(&mut sent);
        let mut expected = spelt_as_in_requests(&self.body);
        change_expected(&mut expected);
        Case {
            example: self.name.clone(),
            pointer: pointer.to_owned(),
            sent,
            expected,
            read_and_write: self.read_and_write,
        }
    }
}

impl Case {
    fn field(&self) -> &str {
        self.pointer.rsplit('/').next().unwrap()
    }

    fn failure(&self) -> Option<String> {
        let problem = match (self.read_and_write)(&self.sent) {
            Ok(written) if written == self.expected => return None,
            Ok(written) => {
                let differs = |at: &String| written.pointer(at) != self.expected.pointer(at);
                let mut places = pointers(&self.expected, |_| true);
                places.extend(pointers(&written, |_| true));
                let innermost = places.into_iter().filter(differs).max_by_key(String::len);
                format!("reading changes {:?}", innermost.unwrap_or_default())
            }
            Err(error) => error.to_string(),
        };
        Some(format!("{} at {:?}: {problem}", self.example, self.pointer))
    }
}

fn assert_all_are_read(cases: &[Case]) {
    let failures: Vec<_> = cases.iter().filter_map(Case::failure).collect();
    let count = failures.len();
    assert_eq!(count, 0, "of {} cases:\n{}", cases.len(), failures.join("\n"));
}

/// Whether a field is the connection, or the list of them, that a response is about.
fn is_envelope_member(object: &str, field: &str) -> bool {
    object.is_empty() && field != "request_id"
}

fn per_optional_field(change: impl Fn(&mut Map<String, Value>, &str)) -> Vec<Case> {
    let mut cases = Vec::new();
    for example in examples() {
        for (object, field) in fields(&example.body) {
            // Nothing but a connection has an id.
            if field == "id" || is_envelope_member(&object, &field) {
                continue;
            }
            cases.push(example.case(
                &format!("{object}/{field}"),
                |sent| change(object_at(sent, &object), &field),
                |expected| {
                    object_at(expected, &object).remove(&field);
                },
            ));
        }
    }
    cases
}

/// The service responses in upper case what a request says in lower case; the types
/// know one spelling, so that wanted and actual can be compared.
fn spelt_as_in_requests(body: &Value) -> Value {
    let mut body = body.clone();
    for text in pointers(&body, Value::is_string) {
        if text.ends_with("/style") || text.ends_with("/route_mode") {
            let spelling = body.pointer_mut(&text).unwrap();
            *spelling = json!(spelling.as_str().unwrap().to_lowercase());
        }
    }
    body
}
