//! Instructions of what a call does without the network: validating, encoding, decoding.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;

use otc_vpn::Rules;
use otc_vpn::types::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::by_hand::{self, Envelope};
use crate::full_request;
use crate::table;
use crate::valgrind::{self, Range};

const RANGE: Range = Range { few: 20, many: 220 };

pub(crate) fn work() -> Result<(), String> {
    table::head(&["operation", "of", "client"], &["instructions", "ratio"]);
    let requests = full_request::all().map(|(name, _)| name);
    for case in requests.into_iter().chain(["twelve faults"]) {
        let cost = instructions("ours", "validate", case)?;
        table::row(["validate", case, "otc-vpn", &cost.to_string(), ""]);
    }
    for case in requests {
        compare("encode", case, case)?;
    }
    for (member, bodies) in examples() {
        compare("decode", &member, &format!("{} × `{member}`", bodies.len()))?;
    }
    Ok(())
}

fn compare(operation: &str, case: &str, title: &str) -> Result<(), String> {
    let ours = instructions("ours", operation, case)?;
    let by_hand = instructions("by-hand", operation, case)?;
    for (client, cost) in [("otc-vpn", ours), ("serde", by_hand)] {
        table::row([operation, title, client, &cost.to_string(), &table::ratio(cost, by_hand)]);
    }
    Ok(())
}

fn instructions(caller: &str, operation: &str, case: &str) -> Result<i64, String> {
    valgrind::instructions(&["work", caller, operation, case], RANGE)
}

pub(crate) fn run(caller: &str, operation: &str, case: &str, count: usize) -> Result<(), String> {
    match (caller, operation) {
        ("ours", "validate") => validate(&request(case), count),
        ("ours", "encode") => encode(&request(case), count),
        ("by-hand", "encode") => {
            let request = serde_json::to_value(request(case)).unwrap();
            encode::<by_hand::Request>(&serde_json::from_value(request).unwrap(), count);
        }
        (_, "decode") => {
            let bodies = &examples()[case];
            let decode = match caller {
                "ours" => ours_decode(case),
                _ => by_hand_decode(case),
            };
            (0..count).for_each(|_| bodies.iter().for_each(|body| decode(body)));
        }
        _ => return Err(format!("no case {caller} {operation}")),
    }
    Ok(())
}

fn request(case: &str) -> VpnConnectionRequest {
    let [bgp, policy] = full_request::all().map(|(_, request)| request);
    match case {
        "bgp" => bgp,
        "policy" => policy,
        _ => with_faults(&bgp),
    }
}

/// The request with twelve faults, of every kind.
fn with_faults(request: &VpnConnectionRequest) -> VpnConnectionRequest {
    let mut request = serde_json::to_value(request).unwrap();
    for (pointer, value) in [
        ("/name", json!("a b")),
        ("/vgw_id", json!("a-gateway")),
        ("/vgw_ip", json!("")),
        ("/cgw_id", json!("c-gateway")),
        ("/peer_subnets/0", json!("10.0.0.0")),
        ("/peer_subnets/1", json!("10.0.1.1/24")),
        ("/tunnel_local_address", json!("169.254.76.1")),
        ("/ikepolicy/lifetime_seconds", json!(1)),
        ("/ikepolicy/dpd/timeout", json!(3601)),
        ("/ipsecpolicy/lifetime_seconds", json!(1)),
        ("/tags/0/key", json!("")),
        ("/tags/1/value", json!("v".repeat(256))),
    ] {
        *request.pointer_mut(pointer).unwrap() = value;
    }
    serde_json::from_value(request).unwrap()
}

fn validate(request: &VpnConnectionRequest, count: usize) {
    let rules = Rules::default();
    for _ in 0..count {
        black_box(black_box(request).validate(&rules));
    }
}

fn encode<T: Serialize>(request: &T, count: usize) {
    for _ in 0..count {
        black_box(serde_json::to_vec(black_box(request)).unwrap());
    }
}

fn ours_decode(member: &str) -> fn(&[u8]) {
    match member {
        "vpn_connection" => decode::<ShowVpnConnectionResponse>,
        "vpn_connections" => decode::<ListVpnConnectionsResponse>,
        "logs" => decode::<ListVpnConnectionLogsResponse>,
        "vpn_gateway" => decode::<ShowVpnGatewayResponse>,
        "vpn_gateways" => decode::<ListVpnGatewaysResponse>,
        "customer_gateway" => decode::<ShowCustomerGatewayResponse>,
        "customer_gateways" => decode::<ListCustomerGatewaysResponse>,
        "connection_monitor" => decode::<ShowConnectionMonitorResponse>,
        _ => decode::<ListConnectionMonitorsResponse>,
    }
}

fn by_hand_decode(member: &str) -> fn(&[u8]) {
    match member {
        "vpn_connection" => decode::<Envelope<by_hand::Connection>>,
        "vpn_connections" => decode::<Envelope<Vec<by_hand::Connection>>>,
        "logs" => decode::<Envelope<Vec<by_hand::Log>>>,
        "vpn_gateway" => decode::<Envelope<by_hand::Gateway>>,
        "vpn_gateways" => decode::<Envelope<Vec<by_hand::Gateway>>>,
        "customer_gateway" => decode::<Envelope<by_hand::CustomerGateway>>,
        "customer_gateways" => decode::<Envelope<Vec<by_hand::CustomerGateway>>>,
        "connection_monitor" => decode::<Envelope<by_hand::Monitor>>,
        _ => decode::<Envelope<Vec<by_hand::Monitor>>>,
    }
}

fn decode<T: DeserializeOwned>(body: &[u8]) {
    black_box(serde_json::from_slice::<T>(black_box(body)).unwrap());
}

/// The documented responses, by the member of the body that has what was asked for.
fn examples() -> BTreeMap<String, Vec<Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/responses");
    let mut examples = BTreeMap::<String, Vec<Vec<u8>>>::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let body = std::fs::read(file.unwrap().path()).unwrap();
        let value: BTreeMap<String, Value> = serde_json::from_slice(&body).unwrap();
        let other = ["page_info", "request_id", "total_count"];
        let member = value.into_keys().find(|member| !other.contains(&member.as_str())).unwrap();
        examples.entry(member).or_default().push(body);
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_has_as_many_faults_as_its_name_says() {
        for (case, faults) in [("bgp", 0), ("policy", 0), ("twelve faults", 12)] {
            let violations = request(case).validate(&Rules::default());
            assert_eq!(violations.len(), faults, "{case}: {violations}");
        }
    }

    #[test]
    fn every_documented_response_is_decoded_by_both() {
        for member in examples().into_keys() {
            run("ours", "decode", &member, 1).unwrap();
            run("by-hand", "decode", &member, 1).unwrap();
        }
    }

    #[test]
    fn both_encode_the_same() {
        for (_, request) in full_request::all() {
            let ours = serde_json::to_value(request).unwrap();
            let by_hand: by_hand::Request = serde_json::from_value(ours.clone()).unwrap();
            assert_eq!(serde_json::to_value(by_hand).unwrap(), ours);
        }
    }
}
