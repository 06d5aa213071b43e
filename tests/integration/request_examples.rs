//! The documented requests, made with the builders and read from a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use otc_vpn::types::{
    AuthenticationAlgorithm, BatchCreateVpnConnectionsRequest, ConnectionId,
    ConnectionMonitorRequest, ConnectionStyle, CreateConnectionMonitorRequest,
    CreateVpnConnectionRequest, DhGroup, DpdMessageFormat, DpdRequest, EncapsulationMode,
    EncryptionAlgorithm, IdType, IkePolicyRequest, IkePolicyUpdate, IkeVersion, IpsecPolicyRequest,
    PfsGroup, PolicyRuleRequest, Psk, TransformProtocol, UpdateVpnConnectionRequest,
    VpnConnectionRequest, VpnConnectionUpdate, builder,
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::files::yaml;
use crate::json_schema::breaches;

#[test]
fn every_request_example_is_reproduced_by_the_builders() {
    let published = fixtures("requests");
    for example in examples() {
        assert_eq!(example.built, published[example.name], "{}", example.name);
    }
}

#[test]
fn every_request_example_is_read_and_written_unchanged() {
    let published = fixtures("requests");
    for example in examples() {
        let body = &published[example.name];
        let written = (example.read_and_write)(body)
            .unwrap_or_else(|error| panic!("{}: {error}", example.name));
        assert_eq!(written, *body, "{}", example.name);
    }
}

#[test]
fn a_misspelt_field_of_a_request_is_an_error_that_names_it() {
    let published = fixtures("requests");
    let mut bodies: Vec<_> = examples()
        .into_iter()
        .map(|example| (example.name, published[example.name].clone(), example.read_and_write))
        .collect();
    // No published request holds a tag.
    let mut tagged = published["create_static"].clone();
    tagged["vpn_connection"]["tags"] = json!([{ "key": "team", "value": "network" }]);
    bodies.push(("a tagged one", tagged, read_and_write::<CreateVpnConnectionRequest>));

    let mut misspelt_fields = 0;
    for (name, body, read_and_write) in bodies {
        for (object, field) in fields(&body) {
            let place = format!("{name} at {object}/{field}");
            let misspelt = format!("{field}s");
            let mut body = body.clone();
            let object = object_at(&mut body, &object);
            let value = object.remove(&field).unwrap();
            object.insert(misspelt.clone(), value);

            let Err(error) = read_and_write(&body) else {
                panic!("{place}: {misspelt} is accepted");
            };
            let named = format!("unknown key `{misspelt}`; did you mean `{field}`?");
            assert!(error.to_string().contains(&named), "{place}: {error}");
            assert!(!error.to_string().contains(MASKED_PSK), "{place}: {error}");
            misspelt_fields += 1;
        }
    }
    assert!(misspelt_fields > 0);
}

#[test]
fn each_request_example_is_used() {
    let used: BTreeSet<_> = examples().iter().map(|example| example.name.to_owned()).collect();
    let published: BTreeSet<_> = fixtures("requests").into_keys().collect();
    assert_eq!(used, published);
}

/// Shorter than the service allows, and of too few kinds of characters: the
/// vendor has masked it.
const MASKED_PSK: &str = "abcd****";

/// A documented request.
pub(crate) struct Example {
    pub(crate) name: &'static str,
    built: Value,
    pub(crate) read_and_write: ReadAndWrite,
    /// The same of its text in YAML.
    pub(crate) read_yaml: fn(&str) -> Result<Value, String>,
    /// The places where a body breaks its JSON Schema.
    pub(crate) breaches: fn(&Value) -> Vec<String>,
}

pub(crate) fn examples() -> Vec<Example> {
    vec![
        create("create_static", demo_connection()),
        create("create_policy", policy_based(demo_connection(), policy_rule())),
        create("create_bgp", bgp_routed(demo_connection(), "vpn-1655", ike_policy())),
        create("older_create_static", demo_connection()),
        create("older_create_policy", policy_based(demo_connection(), policy_rule().rule_index(1))),
        create(
            "older_create_bgp",
            bgp_routed(demo_connection(), "vpn-1655", ike_policy_with_id_types()),
        ),
        create("older_example3", demo_connection()),
        batch("batch_static", [EIP_1, EIP_2].map(batch_connection)),
        batch(
            "batch_policy",
            [EIP_1, EIP_2].map(|eip| policy_based(batch_connection(eip), policy_rule())),
        ),
        batch(
            "batch_bgp",
            [(EIP_1, "vpn-1655"), (EIP_2, "vpn-1341")]
                .map(|(eip, name)| bgp_routed(batch_connection(eip), name, ike_policy())),
        ),
        batch(
            "example3_dual",
            ["e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005"]
                .map(dual_connection),
        ),
        update("update_subnets", VpnConnectionUpdate::builder().peer_subnets(["192.168.1.0/24"])),
        update(
            "update_policy_rules",
            VpnConnectionUpdate::builder()
                .policy_rules([policy_rule().destination(["192.168.1.0/24"])]),
        ),
        update(
            "update_lifetimes",
            VpnConnectionUpdate::builder()
                .ikepolicy(IkePolicyUpdate::builder().lifetime_seconds(3600))
                .ipsecpolicy(IpsecPolicyRequest::builder().lifetime_seconds(3600)),
        ),
        update("update_name", VpnConnectionUpdate::builder().name("vpn_connection_name")),
        monitor("monitor"),
        monitor("example4_monitor"),
    ]
}

fn create(name: &'static str, connection: builder::VpnConnectionRequest) -> Example {
    let request = CreateVpnConnectionRequest::builder().vpn_connection(connection);
    Example::new(name, &request.build().unwrap())
}

fn batch(name: &'static str, connections: [builder::VpnConnectionRequest; 2]) -> Example {
    let request = BatchCreateVpnConnectionsRequest::builder().vpn_connections(connections);
    Example::new(name, &request.build().unwrap())
}

fn update(name: &'static str, change: builder::VpnConnectionUpdate) -> Example {
    let request = UpdateVpnConnectionRequest::builder().vpn_connection(change);
    Example::new(name, &request.build().unwrap())
}

fn monitor(name: &'static str) -> Example {
    let id: ConnectionId = "cae286f2-demo-a8df-va86-e22416ca1220".parse().unwrap();
    let monitor = ConnectionMonitorRequest::builder().vpn_connection_id(id);
    let request = CreateConnectionMonitorRequest::builder().connection_monitor(monitor);
    Example::new(name, &request.build().unwrap())
}

impl Example {
    fn new<T>(name: &'static str, request: &T) -> Self
    where
        T: DeserializeOwned + Serialize + JsonSchema,
    {
        Self {
            name,
            built: serde_json::to_value(request).unwrap(),
            read_and_write: read_and_write::<T>,
            read_yaml: |text| Ok(serde_json::to_value(yaml::<T>(text)?).unwrap()),
            breaches: breaches::<T>,
        }
    }
}

const EIP_1: &str = "0d0f4af1-42b9-41eb-97b9-b4d41a0bf9c4";
const EIP_2: &str = "1fb97767-d780-4d8b-83bb-6f878f662005";

fn demo_connection() -> builder::VpnConnectionRequest {
    connection("192.168.44.0/24")
        .vgw_id("b32d91a4-demo-a8df-va86-e907174eb11d")
        .vgw_ip("0c464dad-demo-a8df-va86-c22bb0eb0bde")
        .cgw_id("5247ae10-demo-a8df-va86-dd36659a7f5d")
}

fn batch_connection(eip: &str) -> builder::VpnConnectionRequest {
    connection("192.168.2.0/24")
        .vgw_id("8030f6d6-32a8-4d20-a7f8-50a7a826e2f8")
        .vgw_ip(eip)
        .cgw_id("12f3577a-cbd8-4602-b68c-ecbf792fcec5")
}

fn dual_connection(eip: &str) -> builder::VpnConnectionRequest {
    connection("192.168.44.0/24")
        .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
        .vgw_ip(eip)
        .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
}

fn connection(peer_subnet: &str) -> builder::VpnConnectionRequest {
    // Reading takes a key that `Psk::new` refuses.
    let psk: Psk = serde_json::from_value(json!(MASKED_PSK)).unwrap();
    VpnConnectionRequest::builder().peer_subnets([peer_subnet]).psk(psk)
}

fn policy_based(
    connection: builder::VpnConnectionRequest,
    rule: builder::PolicyRuleRequest,
) -> builder::VpnConnectionRequest {
    connection.style(ConnectionStyle::Policy).policy_rules([rule])
}

fn policy_rule() -> builder::PolicyRuleRequest {
    PolicyRuleRequest::builder().source("10.0.0.0/24").destination(["192.168.0.0/24"])
}

fn bgp_routed(
    connection: builder::VpnConnectionRequest,
    name: &str,
    ike_policy: builder::IkePolicyRequest,
) -> builder::VpnConnectionRequest {
    connection
        .name(name)
        .style(ConnectionStyle::Bgp)
        .tunnel_local_address("169.254.56.225/30")
        .tunnel_peer_address("169.254.56.226/30")
        .ikepolicy(ike_policy)
        .ipsecpolicy(ipsec_policy())
}

fn ike_policy() -> builder::IkePolicyRequest {
    let dpd = DpdRequest::builder().timeout(30).interval(60).msg(DpdMessageFormat::SeqNotifyHash);
    IkePolicyRequest::builder()
        .ike_version(IkeVersion::V2)
        .authentication_algorithm(AuthenticationAlgorithm::Sha2_512)
        .encryption_algorithm(EncryptionAlgorithm::Aes256)
        .dh_group(DhGroup::Group16)
        .lifetime_seconds(172_800)
        .local_id("123***")
        .peer_id("456***")
        .dpd(dpd)
}

fn ike_policy_with_id_types() -> builder::IkePolicyRequest {
    ike_policy().local_id_type(IdType::Fqdn).peer_id_type(IdType::Fqdn)
}

fn ipsec_policy() -> builder::IpsecPolicyRequest {
    IpsecPolicyRequest::builder()
        .authentication_algorithm(AuthenticationAlgorithm::Sha2_512)
        .encryption_algorithm(EncryptionAlgorithm::Aes256)
        .pfs(PfsGroup::Group16)
        .transform_protocol(TransformProtocol::Esp)
        .lifetime_seconds(7200)
        .encapsulation_mode(EncapsulationMode::Tunnel)
}

/// Reads a body as a type of the document and writes it again.
pub(crate) type ReadAndWrite = fn(&Value) -> serde_json::Result<Value>;

pub(crate) fn read_and_write<T: DeserializeOwned + Serialize>(
    body: &Value,
) -> serde_json::Result<Value> {
    // Through text, as a body travels: `from_value` takes another road.
    let read: T = serde_json::from_str(&body.to_string())?;
    serde_json::to_value(read)
}

/// The files of a folder of fixtures, by their names without `.json`.
pub(crate) fn fixtures(folder: &str) -> BTreeMap<String, Value> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).join(folder);
    let read = |path: &Path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, body)
    };
    std::fs::read_dir(folder).unwrap().map(|entry| read(&entry.unwrap().path())).collect()
}

/// Every field at every level: the pointer of its object, and its name.
pub(crate) fn fields(body: &Value) -> Vec<(String, String)> {
    let names = |object: &String| {
        let fields = body.pointer(object).and_then(Value::as_object).unwrap();
        fields.keys().map(|field| (object.clone(), field.clone())).collect::<Vec<_>>()
    };
    pointers(body, Value::is_object).iter().flat_map(names).collect()
}

/// The pointers of all values of one kind, at every level.
pub(crate) fn pointers(body: &Value, is_wanted: fn(&Value) -> bool) -> Vec<String> {
    let below = |step: &str, value: &Value| {
        let below = pointers(value, is_wanted).into_iter();
        below.map(|pointer| format!("/{step}{pointer}")).collect::<Vec<_>>()
    };
    let mut found = if is_wanted(body) { vec![String::new()] } else { vec![] };
    match body {
        Value::Object(fields) => {
            found.extend(fields.iter().flat_map(|(name, value)| below(name, value)))
        }
        Value::Array(items) => found
            .extend(items.iter().enumerate().flat_map(|(at, item)| below(&at.to_string(), item))),
        _ => {}
    }
    found
}

pub(crate) fn object_at<'a>(body: &'a mut Value, pointer: &str) -> &'a mut Map<String, Value> {
    body.pointer_mut(pointer).and_then(Value::as_object_mut).unwrap()
}
