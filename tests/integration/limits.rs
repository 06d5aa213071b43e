//! Every limit of a request field holds at both edges.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use otc_vpn::limits::{
    dpd_request, ike_policy_request, ipsec_policy_request, policy_rule_request,
    vpn_connection_request as limits, vpn_resource_tag_request,
};
use otc_vpn::types::HaRole;
use otc_vpn::{HaMode, Rules, validate_batch};
use serde_json::{Value, json};

use crate::full_request;
use crate::rules::{rules, with};
use crate::support::{VGW_IP_2, document, pair};

/// Every limit: where, the rule, the edges, and a value of some size.
pub(crate) type Limit = (&'static str, &'static str, u32, u32, fn(u32) -> Value);

pub(crate) fn limit_table() -> Vec<Limit> {
    fn text(size: u32) -> String {
        "a".repeat(size as usize)
    }
    fn rule(index: u32) -> Value {
        json!({ "source": format!("10.{}.{}.0/24", index / 256, index % 256), "destination": [] })
    }
    fn networks(count: u32) -> Vec<String> {
        (0..count).map(|index| format!("10.{}.{}.0/24", index / 256, index % 256)).collect()
    }
    let texts = |limits: otc_vpn::limits::TextLimits| (limits.min_length, limits.max_length);
    let ((name_min, name_max), (id_min, id_max)) = (texts(limits::NAME), texts(limits::VGW_ID));
    let (ike_id_min, ike_id_max) = texts(ike_policy_request::LOCAL_ID);
    let (key_min, key_max) = texts(vpn_resource_tag_request::KEY);
    let (value_min, value_max) = texts(vpn_resource_tag_request::VALUE);
    let ends = |range: std::ops::RangeInclusive<u32>| (*range.start(), *range.end());
    let ((timeout_min, timeout_max), (interval_min, interval_max)) =
        (ends(dpd_request::TIMEOUT), ends(dpd_request::INTERVAL));
    let (ike_min, ike_max) = ends(ike_policy_request::LIFETIME_SECONDS);
    let (ipsec_min, ipsec_max) = ends(ipsec_policy_request::LIFETIME_SECONDS);
    let (index_min, index_max) = ends(policy_rule_request::RULE_INDEX);
    vec![
        ("/name", "length", name_min, name_max, |n| json!({ "name": text(n) })),
        ("/vgw_id", "length", id_min, id_max, |n| json!({ "vgw_id": text(n) })),
        ("/cgw_id", "length", id_min, id_max, |n| json!({ "cgw_id": text(n) })),
        (
            "/ikepolicy/local_id",
            "length",
            ike_id_min,
            ike_id_max,
            |n| json!({ "ikepolicy": { "local_id_type": "fqdn", "local_id": text(n) } }),
        ),
        (
            "/ikepolicy/peer_id",
            "length",
            ike_id_min,
            ike_id_max,
            |n| json!({ "ikepolicy": { "peer_id_type": "fqdn", "peer_id": text(n) } }),
        ),
        (
            "/tags/0/key",
            "length",
            key_min,
            key_max,
            |n| json!({ "tags": [{ "key": "ñ".repeat(n as usize), "value": "" }] }),
        ),
        (
            "/tags/0/value",
            "length",
            value_min,
            value_max,
            |n| json!({ "tags": [{ "key": "a", "value": text(n) }] }),
        ),
        (
            "/peer_subnets",
            "item-count",
            1,
            *limits::PEER_SUBNETS.end(),
            |n| json!({ "peer_subnets": networks(n) }),
        ),
        (
            "/policy_rules",
            "item-count",
            1,
            *limits::POLICY_RULES.end(),
            |n| json!({ "style": "policy", "policy_rules": (0..n).map(rule).collect::<Vec<_>>() }),
        ),
        (
            "/policy_rules/0/destination",
            "item-count",
            0,
            *policy_rule_request::DESTINATION.end(),
            |n| json!({ "style": "policy", "policy_rules": [{ "destination": networks(n) }] }),
        ),
        (
            "/tags",
            "item-count",
            0,
            *limits::TAGS.end(),
            |n| json!({ "tags": (0..n).map(|index| json!({ "key": index.to_string(), "value": "" })).collect::<Vec<_>>() }),
        ),
        (
            "/policy_rules/0/rule_index",
            "range",
            index_min,
            index_max,
            |n| json!({ "style": "policy", "policy_rules": [{ "rule_index": n }] }),
        ),
        (
            "/ikepolicy/lifetime_seconds",
            "range",
            ike_min,
            ike_max,
            |n| json!({ "ikepolicy": { "lifetime_seconds": n } }),
        ),
        (
            "/ikepolicy/dpd/timeout",
            "range",
            timeout_min,
            timeout_max,
            |n| json!({ "ikepolicy": { "dpd": { "timeout": n } } }),
        ),
        (
            "/ikepolicy/dpd/interval",
            "range",
            interval_min,
            interval_max,
            |n| json!({ "ikepolicy": { "dpd": { "interval": n } } }),
        ),
        (
            "/ipsecpolicy/lifetime_seconds",
            "range",
            ipsec_min,
            ipsec_max,
            |n| json!({ "ipsecpolicy": { "lifetime_seconds": n } }),
        ),
    ]
}

#[test]
fn every_limit_holds_at_both_edges() {
    for (place, rule, low, high, value) in limit_table() {
        let breaks = |size: u32| {
            let violations = with(&value(size)).validate(&Rules::default());
            let errors: Vec<_> = violations.errors().map(|v| (v.pointer(), v.rule())).collect();
            assert!(errors.iter().all(|error| *error == (place, rule)), "{size}: {errors:?}");
            !errors.is_empty()
        };
        assert!(!breaks(low) && !breaks(high), "{place}: {low} to {high} are legal");
        assert!(breaks(high + 1), "{place}: {} is too much", high + 1);
        // What is empty and needed is missing, which is another rule.
        if low > 0 && rule != "item-count" {
            assert!(breaks(low - 1), "{place}: {} is too little", low - 1);
        }
    }
}

/// The fields of a connection to create that have one of these keywords, or a part of which
/// has one, as the tables name them: the items of a list are its first.
fn fields_with(keywords: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let document = document();
    let request = &document["components"]["schemas"]["VpnConnectionRequest"];
    collect(&document, request, "", keywords, &mut found);
    found
}

fn collect(
    document: &Value,
    schema: &Value,
    place: &str,
    keywords: &[&str],
    found: &mut BTreeSet<String>,
) {
    if keywords.iter().any(|keyword| !schema[keyword].is_null()) {
        found.insert(place.to_owned());
    }
    let references = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
    for target in references.filter_map(|it| it["$ref"].as_str()) {
        let target = document.pointer(target.trim_start_matches('#')).unwrap();
        collect(document, target, place, keywords, found);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        collect(document, property, &format!("{place}/{name}"), keywords, found);
    }
    if !schema["items"].is_null() {
        collect(document, &schema["items"], &format!("{place}/0"), keywords, found);
    }
}

fn places<'a>(places: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    places.into_iter().map(str::to_owned).collect()
}

/// The places of the table of rules at which a rule is broken.
fn broken(rule: &str) -> BTreeSet<&'static str> {
    rules().iter().filter(|row| row.0 == rule).map(|row| row.4).collect()
}

/// The tables have every limit of the document: `psk` and `vgw_ip` have tests of their own.
#[test]
fn no_limit_is_forgotten() {
    let own = ["/psk", "/vgw_ip"];
    let edges = places(limit_table().iter().map(|row| row.0).chain(own));
    assert_eq!(fields_with(&["maxLength", "maximum", "maxItems"]), edges);
    // `vgw_ip` is validated by its forms.
    let sets = places(broken("characters").into_iter().chain(["/vgw_ip"]));
    assert_eq!(fields_with(&["pattern", "x-character-set"]), sets);
    for (keyword, rule) in [
        ("x-address-block", "tunnel-address"),
        ("x-reserved-ranges", "reserved-range"),
        ("x-character-classes", "psk"),
    ] {
        let fields = fields_with(&[keyword]);
        let broken = broken(rule).into_iter().map(|place| place.trim_end_matches("/0"));
        assert_eq!(fields, places(broken), "{rule}");
    }
}

/// Every limit as the vendor's pages have it: an edit of the document that was not meant
/// is seen here.
#[test]
fn the_limits_are_those_of_the_pages() {
    use otc_vpn::limits::{self as all, batch_create_vpn_connections_request as batch};
    let lengths = [
        ("project id", all::PROJECT_ID, 1, 64),
        ("connection id", all::CONNECTION_ID, 1, 64),
        ("name", limits::NAME, 1, 64),
        ("vgw_id", limits::VGW_ID, 36, 36),
        ("vgw_ip", limits::VGW_IP, 7, 36),
        ("cgw_id", limits::CGW_ID, 36, 36),
        ("psk", all::PSK, 8, 128),
        ("local_id", ike_policy_request::LOCAL_ID, 1, 255),
        ("peer_id", ike_policy_request::PEER_ID, 1, 255),
        ("tag key", vpn_resource_tag_request::KEY, 1, 128),
        ("tag value", vpn_resource_tag_request::VALUE, 0, 255),
    ];
    for (name, limits, low, high) in lengths {
        assert_eq!((limits.min_length, limits.max_length), (low, high), "{name}");
    }
    let characters = [
        ("name", limits::NAME, "0-9 A-Z a-z _ . -"),
        ("vgw_id", limits::VGW_ID, "0-9 A-Z a-z -"),
        ("vgw_ip", limits::VGW_IP, "0-9 A-Z a-z . -"),
        ("cgw_id", limits::CGW_ID, "0-9 A-Z a-z -"),
        ("tag key", vpn_resource_tag_request::KEY, "letters digits blank _ . : = + - @ ¿ ¡"),
        ("tag value", vpn_resource_tag_request::VALUE, "letters digits blank _ . : = + - @ ¿ ¡"),
    ];
    for (name, limits, set) in characters {
        assert_eq!(limits.characters.to_string(), set, "{name}");
    }
    let ranges = [
        ("connections", batch::VPN_CONNECTIONS, 1..=2),
        ("peer_subnets", limits::PEER_SUBNETS, 0..=50),
        ("policy_rules", limits::POLICY_RULES, 0..=5),
        ("destination", policy_rule_request::DESTINATION, 0..=50),
        ("tags", limits::TAGS, 0..=20),
        ("rule_index", policy_rule_request::RULE_INDEX, 0..=50),
        ("IKE lifetime", ike_policy_request::LIFETIME_SECONDS, 60..=604_800),
        ("IPsec lifetime", ipsec_policy_request::LIFETIME_SECONDS, 30..=604_800),
        ("dpd timeout", dpd_request::TIMEOUT, 2..=60),
        ("dpd interval", dpd_request::INTERVAL, 10..=3600),
    ];
    for (name, range, expected) in ranges {
        assert_eq!(range, expected, "{name}");
    }
    let network = |a, b, c, d, prefix| (Ipv4Addr::new(a, b, c, d), prefix);
    for tunnel in [limits::TUNNEL_LOCAL_ADDRESS, limits::TUNNEL_PEER_ADDRESS] {
        assert_eq!(tunnel.block, network(169, 254, 0, 0, 16));
        assert_eq!(tunnel.excluded, network(169, 254, 195, 0, 24));
        assert_eq!(tunnel.prefix_length, 30);
    }
    let reserved = [network(100, 64, 0, 0, 10), network(214, 0, 0, 0, 8)];
    assert_eq!(limits::PEER_SUBNETS_RESERVED, reserved);
    assert_eq!(all::PSK_CLASSES.at_least, 3);
    let special = all::PSK_CLASSES.classes.last().unwrap().1;
    assert_eq!(special, "~!@#$%^*()-_+={ },./:;");
}

#[test]
fn the_address_of_a_gateway_has_7_to_36_characters() {
    let breaks = |value: String| {
        let violations = with(&json!({ "vgw_ip": value })).validate(&Rules::default());
        violations.errors().count() == 1
    };
    assert!(breaks("1.1.1.".to_owned()) && !breaks("1.1.1.1".to_owned()));
    assert!(!breaks("a".repeat(36)) && breaks("a".repeat(37)));
}

#[test]
fn validating_a_full_request_allocates_nothing_when_nothing_is_wrong() {
    for (name, request) in full_request::all() {
        let mut violations = None;
        let measured = allocation_counter::measure(|| {
            violations = Some(request.validate(&Rules::default()));
        });
        let violations = violations.unwrap();
        assert!(violations.is_empty(), "{name}: {violations}");
        assert_eq!(measured.count_total, 0, "{name}: {measured:?}");
    }
    let [(_, first), (_, mut second)] = full_request::all();
    second.vgw_ip = VGW_IP_2.to_owned();
    second.ha_role = Some(HaRole::Slave);
    let batch = [first, second];
    let rules = Rules::default().ha_mode(HaMode::ActiveStandby);
    let mut violations = None;
    let measured = allocation_counter::measure(|| {
        violations = Some(validate_batch(&batch, &rules));
    });
    let violations = violations.unwrap();
    assert!(violations.is_empty(), "{violations}");
    assert_eq!(measured.count_total, 0, "a batch: {measured:?}");
    let pair = pair();
    let measured = allocation_counter::measure(|| assert!(pair.validate().is_empty()));
    assert_eq!(measured.count_total, 0, "a pair: {measured:?}");
    let copy = allocation_counter::measure(|| drop(full_request::all()));
    assert!(copy.count_total > 0, "the counter counts");
}

/// Every field of a request, by its place, that is an enumeration of the document.
fn enumerated(document: &Value, schema: &str, place: &str) -> Vec<String> {
    let properties = document["components"]["schemas"][schema]["properties"].as_object();
    let fields = properties.into_iter().flatten().flat_map(|(name, property)| {
        let place = format!("{place}/{name}");
        let Some(reference) = property.pointer("/allOf/0/$ref") else { return Vec::new() };
        let target = reference.as_str().unwrap().rsplit('/').next().unwrap();
        match document["components"]["schemas"][target].get("enum") {
            Some(_) => vec![place],
            None => enumerated(document, target, &place),
        }
    });
    fields.collect()
}

#[test]
fn a_value_that_no_enumeration_lists_is_warned_of_wherever_it_stands() {
    let places = enumerated(&document(), "VpnConnectionRequest", "");
    assert!(places.contains(&"/ikepolicy/dpd/msg".to_owned()), "{places:?}");
    for place in places {
        let steps = place.split('/').skip(1).collect::<Vec<_>>();
        let value =
            steps.iter().rev().fold(json!("unheard-of"), |value, step| json!({ *step: value }));
        let violations = with(&value).validate(&Rules::default());
        let warned =
            violations.warnings().any(|v| v.pointer() == place && v.rule() == "unlisted-value");
        assert!(warned, "{place}: {violations}");
    }
}
