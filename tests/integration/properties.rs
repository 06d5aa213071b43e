//! What holds for any request, legal or not.

use std::collections::BTreeSet;

use otc_vpn::limits::{PSK, vpn_connection_request::VGW_IP};
use otc_vpn::simulator::Simulator;
use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{
    AttachmentType, DualConnection, Explanation, HaMode, IpVersion, NetworkType, Psk, Rules,
    Violation, validate_batch,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{CGW_ID, VGW_ID, VGW_IP_1, http_client};

/// Stands in every generated key, so that a shown one is found.
const CANARY: &str = "Canary7";

fn network() -> impl Strategy<Value = Value> {
    (any::<u32>(), 0..=32_u32).prop_map(|(bits, prefix)| {
        let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
        json!(format!("{}/{prefix}", std::net::Ipv4Addr::from(bits & mask)))
    })
}

fn of<T: serde::Serialize + Clone + std::fmt::Debug + 'static>(
    values: &[T],
) -> impl Strategy<Value = Value> + use<T> {
    select(values.to_vec()).prop_map(|value| json!(value))
}

fn object(members: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    let values: Vec<_> = values.into_iter().map(option::of).collect();
    let named = move |values: Vec<Option<Value>>| {
        let set = names.iter().zip(values).filter_map(|(name, value)| Some((*name, value?)));
        set.map(|(name, value)| (name.to_owned(), value)).collect::<Value>()
    };
    values.prop_map(named).boxed()
}

fn ike_policy() -> BoxedStrategy<Value> {
    use otc_vpn::types::{
        AuthenticationAlgorithm, DhGroup, DpdMessageFormat, EncryptionAlgorithm, IdType,
    };
    let dpd = vec![
        ("timeout", (2..=60_u32).prop_map(Value::from).boxed()),
        ("interval", (10..=3600_u32).prop_map(Value::from).boxed()),
        ("msg", of(DpdMessageFormat::LISTED).boxed()),
    ];
    let policy = vec![
        ("authentication_algorithm", of(AuthenticationAlgorithm::LISTED).boxed()),
        ("encryption_algorithm", of(EncryptionAlgorithm::LISTED).boxed()),
        ("dh_group", of(DhGroup::LISTED).boxed()),
        ("lifetime_seconds", (60..=604_800_u32).prop_map(Value::from).boxed()),
        ("local_id_type", of(&[IdType::Ip]).boxed()),
        ("local_id", Just(json!("203.0.113.1")).boxed()),
        ("peer_id_type", of(&[IdType::Ip]).boxed()),
        ("peer_id", Just(json!("203.0.113.2")).boxed()),
        ("dpd", object(dpd)),
    ];
    let version = of(&[
        json!({}),
        json!({ "ike_version": "v2" }),
        json!({
            "ike_version": "v1", "phase1_negotiation_mode": "aggressive",
        }),
    ]);
    (object(policy), version).prop_map(|(policy, version)| joined(policy, &version)).boxed()
}

fn ipsec_policy() -> BoxedStrategy<Value> {
    use otc_vpn::types::{EncapsulationMode, PfsGroup, TransformProtocol};
    object(vec![
        ("pfs", of(PfsGroup::LISTED).boxed()),
        ("transform_protocol", of(TransformProtocol::LISTED).boxed()),
        ("lifetime_seconds", (30..=604_800_u32).prop_map(Value::from).boxed()),
        ("encapsulation_mode", of(EncapsulationMode::LISTED).boxed()),
    ])
}

fn joined(mut object: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        object[name] = value.clone();
    }
    object
}

/// A request that breaks no rule, as it stands in a file.
fn legal() -> BoxedStrategy<Value> {
    let style = of(&[
        json!({}),
        json!({ "style": "static", "enable_nqa": true }),
        json!({ "style": "bgp", "enable_hub": true }),
        json!({ "style": "policy", "policy_rules": [{ "source": "10.0.0.0/24" }] }),
        json!({ "style": "bgp", "tunnel_local_address": "169.254.76.1/30",
                "tunnel_peer_address": "169.254.76.2/30" }),
    ]);
    let tag = "[a-zñ0-9 _.:=+@-]{1,12}".prop_map(|key| json!([{ "key": key, "value": "ü" }]));
    let more = object(vec![
        ("name", "[0-9A-Za-z_.-]{1,64}".prop_map(Value::from).boxed()),
        ("ikepolicy", ike_policy()),
        ("ipsecpolicy", ipsec_policy()),
        ("tags", tag.boxed()),
        ("ha_role", of(&["master"]).boxed()),
    ]);
    let base = "[a-z0-9]{0,100}".prop_map(|rest| {
        json!({ "vgw_id": VGW_ID, "vgw_ip": VGW_IP_1, "cgw_id": CGW_ID,
                "peer_subnets": ["192.168.44.0/24"], "psk": format!("{CANARY}-{rest}") })
    });
    let all = (base, style, more);
    all.prop_map(|(base, style, more)| joined(joined(base, &style), &more)).boxed()
}

/// A member that any request may have, with any value of its type.
fn anything() -> impl Strategy<Value = Value> {
    let text = || prop_oneof![any::<String>(), "[0-9A-Za-z._-]{0,80}", "[0-9./]{0,20}"];
    let texts = text().prop_map(Value::from);
    let listed = prop_oneof![texts, of(&["static", "bgp", "policy", "v1", "ip", "fqdn", "main"])];
    let number = prop_oneof![any::<u32>(), 0..100_u32, Just(604_801)].prop_map(Value::from);
    let networks = vec(prop_oneof![network(), text().prop_map(Value::from)], 0..60);
    let networks = networks.prop_map(Value::from).boxed();
    let member = |names: &[&'static str], value: BoxedStrategy<Value>| {
        (select(names.to_vec()), value).prop_map(|(name, value)| json!({ name: value })).boxed()
    };
    let ike = member(
        &[
            "ike_version",
            "phase1_negotiation_mode",
            "dh_group",
            "local_id_type",
            "local_id",
            "peer_id_type",
            "peer_id",
            "authentication_method",
        ],
        listed.clone().boxed(),
    );
    let seconds = member(&["lifetime_seconds"], number.clone().boxed());
    let dpd = member(&["timeout", "interval"], number.clone().boxed());
    let source = prop_oneof![network(), text().prop_map(Value::from)];
    let rule = (source, networks.clone(), option::of(number.clone())).prop_map(
        |(source, destination, index)| match index {
            None => json!({ "source": source, "destination": destination }),
            Some(index) => json!({ "source": source, "rule_index": index }),
        },
    );
    let tag = (text(), text()).prop_map(|(key, value)| json!({ "key": key, "value": value }));
    let plain = [
        "name",
        "vgw_id",
        "vgw_ip",
        "cgw_id",
        "style",
        "tunnel_local_address",
        "tunnel_peer_address",
        "ha_role",
    ];
    let key = text().prop_map(|key| json!(format!("{key}{CANARY}{key}")));
    prop_oneof![
        4 => member(&plain, listed.boxed()),
        1 => member(&["enable_nqa", "enable_hub"], any::<bool>().prop_map(Value::from).boxed()),
        1 => member(&["peer_subnets"], networks),
        1 => member(&["psk"], key.boxed()),
        1 => member(&["policy_rules"], vec(rule, 0..8).prop_map(Value::from).boxed()),
        1 => member(&["tags"], vec(tag, 0..25).prop_map(Value::from).boxed()),
        2 => prop_oneof![ike, seconds.clone(), dpd.prop_map(|dpd| json!({ "dpd": dpd }))]
            .prop_map(|policy| json!({ "ikepolicy": policy })),
        1 => seconds.prop_map(|policy| json!({ "ipsecpolicy": policy })),
    ]
}

fn any_request() -> impl Strategy<Value = Value> {
    (legal(), vec(anything(), 0..4)).prop_map(|(legal, changes)| changes.iter().fold(legal, joined))
}

/// Keys, most of them bad.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(CANARY.to_owned()),
        any::<String>().prop_map(|text| format!("{text}{CANARY}{text}")),
        "[a-z]{0,9}".prop_map(|text| format!("{CANARY}-{text}")),
    ]
}

/// The settings of a pair as a file holds them, legal or not.
fn any_pair() -> impl Strategy<Value = Value> {
    let modes = ["active-active", "active-standby"];
    let addresses = of(&[VGW_IP_1, VGW_ID, "a_b", "192.168.45.7"]);
    let pair = (any_request(), option::of(select(modes.to_vec())), any_rules(), addresses);
    let own = || {
        let names = [
            "name",
            "tunnel_local_address",
            "tunnel_peer_address",
            "psk",
            "ikepolicy",
            "ipsecpolicy",
        ];
        (any_request(), vec(any::<bool>(), names.len())).prop_map(move |(request, taken)| {
            let taken = names.iter().zip(taken).filter(|(_, taken)| *taken);
            let own = taken
                .filter_map(|(name, _)| Some(((*name).to_owned(), request.get(*name)?.clone())));
            own.collect::<Value>()
        })
    };
    (pair, own(), own()).prop_map(|((mut shared, mode, rules, address), first, second)| {
        let members = shared.as_object_mut().unwrap();
        for own in ["name", "tunnel_local_address", "tunnel_peer_address", "ha_role"] {
            members.remove(own);
        }
        let own_address = members.remove("vgw_ip").unwrap();
        shared["vgw_ips"] = json!([own_address, address]);
        shared["rules"] = json!(rules);
        if let Some(mode) = mode {
            shared["ha_mode"] = json!(mode);
        }
        joined(shared, &json!({ "first": first, "second": second }))
    })
}

/// Whether a violation stands at the setting of its place, or at one that holds it.
fn is_explained(explanation: &Explanation, place: &str, violation: &Violation) -> bool {
    explanation.iter().any(|setting| {
        let rest = place.strip_prefix(&setting.pointer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && setting.notes.iter().any(|note| {
                (note.pointer(), note.rule()) == (place, violation.rule())
                    && note.message() == violation.message()
            })
    })
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let attachment =
        option::of(select(vec![AttachmentType::Vpc, AttachmentType::Er, "new".into()]));
    let network = option::of(select(vec![NetworkType::Public, NetworkType::Private, "new".into()]));
    let mode = option::of(select(vec![HaMode::ActiveActive, HaMode::ActiveStandby, "new".into()]));
    let version = option::of(select(vec![IpVersion::V4, IpVersion::V6, "new".into()]));
    (attachment, network, mode, version, any::<bool>()).prop_map(|(a, n, m, v, psk)| {
        let rules = Rules::default().allow_missing_psk(psk);
        let rules = a.map_or(rules.clone(), |a| rules.attachment(a));
        let rules = n.map_or(rules.clone(), |n| rules.network(n));
        let rules = m.map_or(rules.clone(), |m| rules.ha_mode(m));
        v.map_or(rules.clone(), |v| rules.ip_version(v))
    })
}

fn read(request: &Value) -> VpnConnectionRequest {
    serde_json::from_str(&request.to_string()).unwrap()
}

fn has_errors(request: &VpnConnectionRequest, rules: &Rules) -> bool {
    request.validate(rules).errors().next().is_some()
}

/// Whether JSON Schema can say what `violation` says.
fn a_schema_can_say(violation: &Violation, request: &VpnConnectionRequest) -> bool {
    match violation.rule() {
        "length" | "range" | "item-count" | "unlisted-value" => true,
        // The letters of all languages have no portable pattern.
        "characters" => !violation.pointer().contains("/tags/"),
        // The schema knows its length alone.
        "psk" => request.psk.as_ref().is_some_and(|psk| !PSK.fits_length(psk.expose())),
        // The schema knows the length and the characters of both forms.
        "vgw-ip" => {
            !VGW_IP.fits_length(&request.vgw_ip) || VGW_IP.first_misfit(&request.vgw_ip).is_some()
        }
        _ => false,
    }
}

/// The places at which the simulator says that the schema is broken; not through our
/// client, which shortens long messages.
async fn breaches(
    http: &reqwest::Client,
    simulator: &Simulator,
    request: &VpnConnectionRequest,
) -> BTreeSet<String> {
    let path = format!("/v5/{}/vpn-connection", Simulator::PROJECT_ID);
    let call = http
        .post(format!("{}{path}", simulator.endpoint()))
        .header("X-Auth-Token", Simulator::TOKEN)
        .header("Content-Type", "application/json")
        .body(json!({ "vpn_connection": request }).to_string());
    let answer = call.send().await.unwrap().text().await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let message = answer["error_msg"].as_str().unwrap_or_default();
    let listed = message.trim_start_matches("invalid request: ").split("; ");
    let place = |breach: &str| {
        let place = breach.split_once(": ")?.0;
        place.strip_prefix("/vpn_connection").map(str::to_owned)
    };
    listed.filter_map(place).collect()
}

fn runs(cases: u32) -> ProptestConfig {
    // The cases that failed once are tests of their own, not files beside the code.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn validation_and_the_simulators_schema_agree_wherever_the_schema_can_speak() {
    let runtime = Runtime::new().unwrap();
    let simulator = runtime.block_on(Simulator::start()).unwrap();
    simulator.set_schema_only(true);
    let http = http_client();
    proptest!(runs(256), |(request in any_request())| {
        let request = read(&request);
        let violations = request.validate(&Rules::default());
        let spoken = violations.iter().filter(|v| a_schema_can_say(v, &request));
        let expected: BTreeSet<String> = spoken.map(|v| v.pointer().to_owned()).collect();
        let found = runtime.block_on(breaches(&http, &simulator, &request));
        prop_assert_eq!(found, expected);
    });
}

proptest! {
    #![proptest_config(runs(256))]

    #[test]
    fn a_legal_request_breaks_no_rule(request in legal()) {
        let request = read(&request);
        let violations = request.validate(&Rules::default());
        prop_assert!(violations.errors().next().is_none(), "{}", violations);
    }

    #[test]
    fn no_key_is_shown_and_nothing_panics(request in any_request(), rules in any_rules()) {
        let request = read(&request);
        let violations = request.validate(&rules);
        let explanation = request.explain(&rules);
        let told = format!(
            "{violations} {violations:?} {} {explanation} {explanation:?} {} {request:?}",
            json!(violations), json!(explanation),
        );
        prop_assert!(!told.contains(CANARY), "{}", told);
    }

    #[test]
    fn no_key_of_a_batch_is_shown_and_its_faults_are_those_of_its_requests(
        requests in vec(any_request(), 0..4), rules in any_rules(),
    ) {
        let requests: Vec<_> = requests.iter().map(read).collect();
        let violations = validate_batch(&requests, &rules);
        let told = format!("{violations} {violations:?} {}", json!(violations));
        prop_assert!(!told.contains(CANARY), "{}", told);
        for (index, request) in requests.iter().enumerate() {
            for own in &request.validate(&rules) {
                let own = format!("/vpn_connections/{index}{}", own.pointer());
                prop_assert!(violations.iter().any(|v| v.pointer() == own), "{own}: {violations}");
            }
        }
    }

    #[test]
    fn every_fault_is_explained(request in any_request(), rules in any_rules()) {
        let request = read(&request);
        let explanation = request.explain(&rules);
        for violation in &request.validate(&rules) {
            let place = violation.pointer();
            prop_assert!(is_explained(&explanation, place, violation), "{violation}: {explanation}");
        }
    }

    #[test]
    fn no_key_of_a_pair_is_shown_and_every_fault_is_explained_where_the_file_has_it(
        settings in any_pair(),
    ) {
        let pair: DualConnection = serde_json::from_value(settings.clone()).unwrap();
        let (violations, explanation) = (pair.validate(), pair.explain());
        let told = format!(
            "{violations} {violations:?} {} {explanation} {explanation:?} {} {pair:?}",
            json!(violations), json!(explanation),
        );
        prop_assert!(!told.contains(CANARY), "{}", told);
        for violation in &violations {
            let place = violation.pointer();
            prop_assert!(is_explained(&explanation, place, violation), "{violation}: {explanation}");
            // What is missing has no place but the one that it would have.
            let parent = place.rsplit_once('/').unwrap().0;
            prop_assert!(
                parent == "/first" || parent == "/second" || settings.pointer(parent).is_some(),
                "{} is no place in {}", place, settings,
            );
        }
        let written = serde_json::to_value(&pair).unwrap();
        prop_assert_eq!(&serde_json::from_value::<DualConnection>(written).unwrap(), &pair);
    }

    #[test]
    fn no_key_is_shown_when_a_pair_is_built(
        keys in [key(), key(), key()], name in "[a-z ]{0,4}", read_from_file in any::<bool>(),
    ) {
        let [shared, first, second] = &keys;
        let of_file = |key: &str| serde_json::from_value::<Psk>(json!(key)).unwrap();
        let builder = DualConnection::builder().vgw_id(VGW_ID).psk(shared.as_str());
        let builder = match read_from_file {
            true => builder.first(|tunnel| tunnel.psk(of_file(first))),
            false => builder.first(|tunnel| tunnel.psk(first.as_str())),
        };
        let builder = builder.second(|tunnel| tunnel.name(name).psk(second.as_str()));
        let error = builder.clone().build().unwrap_err();
        let told = format!("{error} {error:?} {error:#} {builder:?} {}", json!(error.violations()));
        prop_assert!(!told.contains(CANARY), "{}", told);
    }

    #[test]
    fn no_key_is_shown_when_a_request_cannot_be_read(
        request in any_request(), place in select(vec!["psk", "ikepolicy", "tags", "name", "nmae"]),
        shape in 0..4_u8,
    ) {
        let key = json!(format!("{CANARY}-1234"));
        let broken = match shape {
            0 => json!([key]),
            1 => json!({ CANARY: key }),
            2 => json!({ "key": { "psk": key } }),
            _ => json!(12.5),
        };
        // The key of a member is no secret; what stands at `psk` may be one.
        prop_assume!(place == "psk" || shape == 3);
        let broken = joined(request, &json!({ place: broken }));
        for refused in [
            serde_json::from_value::<VpnConnectionRequest>(broken.clone()).err().map(|e| e.to_string()),
            serde_json::from_str::<VpnConnectionRequest>(&broken.to_string()).err().map(|e| e.to_string()),
            serde_json::from_value::<DualConnection>(broken.clone()).err().map(|e| e.to_string()),
            serde_json::from_str::<Rules>(&broken.to_string()).err().map(|e| e.to_string()),
        ] {
            let refused = refused.unwrap();
            prop_assert!(!refused.contains(CANARY), "{}", refused);
        }
    }

    #[test]
    fn defaults_are_resolved_once_and_make_no_legal_request_illegal(
        request in any_request(), rules in any_rules(),
    ) {
        let request = read(&request);
        let resolved = request.resolve_defaults(&rules);
        prop_assert_eq!(&resolved.resolve_defaults(&rules), &resolved);
        if !has_errors(&request, &rules) {
            prop_assert!(!has_errors(&resolved, &rules), "{}", resolved.validate(&rules));
        }
    }

    #[test]
    fn a_request_that_was_written_reads_as_the_same_request(request in any_request()) {
        let request = read(&request);
        let written = serde_json::to_string(&request).unwrap();
        prop_assert_eq!(&serde_json::from_str::<VpnConnectionRequest>(&written).unwrap(), &request);
        let tree = serde_json::to_value(&request).unwrap();
        prop_assert_eq!(&serde_json::from_value::<VpnConnectionRequest>(tree).unwrap(), &request);
    }
}
