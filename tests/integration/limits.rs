//! Every limit of a request field holds at both edges.

use otc_vpn::Rules;
use otc_vpn::limits::{
    dpd_request, ike_policy_request, ipsec_policy_request, policy_rule_request,
    vpn_connection_request as limits, vpn_resource_tag_request,
};
use serde_json::{Value, json};

use crate::full_request;
use crate::support::document;
use crate::validation::with;

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
        let place = format!("/vpn_connection{place}");
        let breaks = |size: u32| {
            let violations = with(&value(size)).validate(&Rules::default());
            let errors: Vec<_> = violations.errors().map(|v| (v.pointer(), v.rule())).collect();
            assert!(
                errors.iter().all(|error| *error == (place.as_str(), rule)),
                "{size}: {errors:?}"
            );
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

/// The table has every limit of the document: `psk`, `vgw_ip` and the number of
/// connections in a batch have tests of their own, the path ids too.
#[test]
fn no_limit_is_forgotten() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/vpn.yaml");
    let document = std::fs::read_to_string(path).unwrap();
    let (_, requests) = document.split_once(" requests\n").unwrap();
    let (requests, _) = requests.split_once(" responses\n").unwrap();
    let limits = ["maxLength:", "maximum:", "maxItems:"];
    let count: usize = limits.iter().map(|limit| requests.matches(limit).count()).sum();
    assert_eq!(count, limit_table().len() + ["psk", "vgw_ip", "vpn_connections"].len());
}

#[test]
fn judging_a_full_request_allocates_nothing_when_nothing_is_wrong() {
    for (name, request) in full_request::all() {
        let mut violations = None;
        let measured = allocation_counter::measure(|| {
            violations = Some(request.validate(&Rules::default()));
        });
        let violations = violations.unwrap();
        assert!(violations.is_empty(), "{name}: {violations}");
        assert_eq!(measured.count_total, 0, "{name}: {measured:?}");
    }
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
    assert_eq!(places.len(), 16, "{places:?}");
    for place in places {
        let steps = place.split('/').skip(1).collect::<Vec<_>>();
        let value =
            steps.iter().rev().fold(json!("unheard-of"), |value, step| json!({ *step: value }));
        let violations = with(&value).validate(&Rules::default());
        let pointer = format!("/vpn_connection{place}");
        let warned =
            violations.warnings().any(|v| v.pointer() == pointer && v.rule() == "unlisted-value");
        assert!(warned, "{place}: {violations}");
    }
}
