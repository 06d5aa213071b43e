//! The documented responses, and what may become of them: fields are left out or
//! null, and the service knows values and fields that the document does not.

use std::collections::BTreeSet;

use otc_vpn::types::{
    BatchCreateVpnConnectionsResponse as Batch, CreateConnectionMonitorResponse as CreateMonitor,
    CreateVpnConnectionResponse as Create, ListConnectionMonitorsResponse as Monitors,
    ListCustomerGatewaysResponse as CustomerGateways, ListVpnConnectionLogsResponse as Logs,
    ListVpnConnectionsResponse as List, ListVpnGatewaysResponse as Gateways,
    ShowConnectionMonitorResponse as Monitor, ShowCustomerGatewayResponse as CustomerGateway,
    ShowVpnConnectionResponse as Show, ShowVpnGatewayResponse as Gateway,
    UpdateVpnConnectionResponse as Update,
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
fn any_field_but_the_resource_and_its_id_may_be_absent() {
    let cases = per_optional_field(|fields, field| {
        fields.remove(field);
    });
    assert!(cases.len() > EXAMPLES.len());
    assert_all_are_read(&cases);
}

#[test]
fn any_field_but_the_resource_and_its_id_may_be_null() {
    let cases = per_optional_field(|fields, field| fields[field] = Value::Null);
    assert!(cases.len() > EXAMPLES.len());
    assert_all_are_read(&cases);
}

#[test]
fn only_the_id_of_a_resource_is_required() {
    let mut resources = 0;
    for example in examples() {
        for (object, _) in fields(&example.body).iter().filter(|(_, field)| field == "id") {
            let mut sent = example.body.clone();
            object_at(&mut sent, object).remove("id");
            let place = format!("{} at {object}", example.name);
            let Err(error) = (example.read_and_write)(&sent) else {
                panic!("{place}: read without an id");
            };
            assert!(error.to_string().contains("missing field `id`"), "{place}: {error}");
            resources += 1;
        }
    }
    assert!(resources >= EXAMPLES.len(), "each example but the logs has a resource");
}

/// An empty success of a create must not look like one.
#[test]
fn a_response_without_its_resource_is_rejected() {
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
    assert!(used == published, "not in both: {:?}", &used ^ &published);
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
    ("list", read_and_write::<List>),
    ("list_by_vgw_ip", read_and_write::<List>),
    ("list_by_vgw_id", read_and_write::<List>),
    ("update", read_and_write::<Update>),
    ("logs", read_and_write::<Logs>),
    ("gateways", read_and_write::<Gateways>),
    ("gateways_by_enterprise_project", read_and_write::<Gateways>),
    ("example1_gateway", read_and_write::<Gateway>),
    ("gateway_public_er", read_and_write::<Gateway>),
    ("gateway_private_vpc", read_and_write::<Gateway>),
    ("customer_gateways", read_and_write::<CustomerGateways>),
    ("customer_gateway", read_and_write::<CustomerGateway>),
    ("example2_customer_gateway", read_and_write::<CustomerGateway>),
    ("monitor_created", read_and_write::<CreateMonitor>),
    ("example4_monitor_created", read_and_write::<CreateMonitor>),
    ("monitors", read_and_write::<Monitors>),
    ("monitors_by_connection", read_and_write::<Monitors>),
    ("monitor", read_and_write::<Monitor>),
    ("example4_monitor", read_and_write::<Monitor>),
];

/// The fields that are open enumerations.
const ENUMERATIONS: [&str; 27] = [
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
    "network_type",
    "attachment_type",
    "ip_version",
    "flavor",
    "ha_mode",
    "upgrade_info",
    "charge_mode",
    "share_type",
    "id_type",
    "proto_type",
];

struct Example {
    name: String,
    body: Value,
    read_and_write: ReadAndWrite,
}

/// The published examples, and two with the fields that none of them shows.
fn examples() -> Vec<Example> {
    let mut published = fixtures("responses");
    let mut full = published["example3_show"].clone();
    let connection = object_at(&mut full, "/vpn_connection");
    connection["ikepolicy"]["phase1_negotiation_mode"] = json!("main");
    connection["policy_rules"] = json!([{ "rule_index": 1, "source": "10.0.0.0/24" }]);
    connection["tags"] = json!([{ "key": "team", "value": "network" }]);
    connection.insert("enable_hub".to_owned(), json!(true));
    connection.insert("connection_monitor_id".to_owned(), json!("4f3c"));

    let mut full_gateway = published["gateway_private_vpc"].clone();
    let gateway = object_at(&mut full_gateway, "/vpn_gateway");
    for eip in ["eip1", "eip2", "master_eip", "slave_eip"] {
        let eip_of = json!({ "id": "0f6d", "share_type": "PER", "network_type": "5_bgp" });
        gateway.insert(eip.to_owned(), eip_of);
    }
    for text in ["er_id", "er_attachment_id", "public_border_group", "applied_at", "upgrade_info"] {
        gateway.insert(text.to_owned(), json!("ready"));
    }
    for list in ["local_subnets_v6", "supported_flavors", "supported_features"] {
        gateway.insert(list.to_owned(), json!(["Professional2"]));
    }
    gateway.insert("tags".to_owned(), json!([{ "key": "team", "value": "network" }]));
    gateway.insert("lock_status".to_owned(), json!(1));
    gateway.insert("high_availability".to_owned(), json!(true));

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
    let full_gateway = Example {
        name: "gateway_private_vpc with more fields".to_owned(),
        body: full_gateway,
        read_and_write: read_and_write::<Gateway>,
    };
    published.into_iter().chain([full, full_gateway]).collect()
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

/// Whether a field is the resource, or the list of them, that a response is about.
fn is_envelope_member(object: &str, field: &str) -> bool {
    object.is_empty() && !["request_id", "page_info", "total_count"].contains(&field)
}

fn per_optional_field(change: impl Fn(&mut Map<String, Value>, &str)) -> Vec<Case> {
    let mut cases = Vec::new();
    for example in examples() {
        for (object, field) in fields(&example.body) {
            // Nothing but a resource has an id.
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
