//! A connection as the service keeps and returns it: the requested settings, the
//! documented defaults, and what the service makes up.

use std::net::Ipv4Addr;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::schema_check::fill_defaults;

/// How long a new connection is being created.
const CREATION: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub(super) struct Connection {
    /// As a create returns it: without status.
    pub(super) returned: Map<String, Value>,
    /// When it is no longer being created.
    ready: Timestamp,
}

impl Connection {
    /// What the service makes of a request that keeps the schema. `number` is
    /// another one for each connection.
    pub(super) fn new(request: &Map<String, Value>, id: &str, number: u32, now: Timestamp) -> Self {
        let mut returned = request.clone();
        fill_defaults(&mut returned);
        leave_out(&mut returned);
        make_up(&mut returned, number);
        returned.insert("id".to_owned(), json!(id));
        for time in ["created_at", "updated_at"] {
            returned.insert(time.to_owned(), json!(format!("{now:.3}")));
        }
        Self { returned, ready: now.saturating_add(CREATION).unwrap_or(now) }
    }

    pub(super) fn has_id(&self, id: &str) -> bool {
        is(&self.returned, "id", id)
    }

    /// As a query returns it.
    pub(super) fn shown(&self, now: Timestamp, peers_up: bool) -> Value {
        let status = match (now < self.ready, peers_up) {
            (true, _) => "PENDING_CREATE",
            (false, true) => "ACTIVE",
            (false, false) => "DOWN",
        };
        let mut shown = self.returned.clone();
        shown.insert("status".to_owned(), json!(status));
        Value::Object(shown)
    }
}

/// What makes a connection unique.
pub(super) fn place(connection: &Map<String, Value>) -> [Option<&Value>; 2] {
    ["vgw_ip", "cgw_id"].map(|name| connection.get(name))
}

fn is(connection: &Map<String, Value>, name: &str, value: &str) -> bool {
    connection.get(name).and_then(Value::as_str) == Some(value)
}

/// Takes out what is not returned: the key, nulls, and the defaults that the style
/// and the IKE version have no use for.
fn leave_out(connection: &mut Map<String, Value>) {
    let (is_static, is_bgp) = (is(connection, "style", "static"), is(connection, "style", "bgp"));
    connection.retain(|name, value| match name.as_str() {
        "psk" => false,
        "enable_nqa" => is_static,
        "enable_hub" => is_bgp,
        _ => !value.is_null(),
    });
    if let Some(Value::Object(policy)) = connection.get_mut("ikepolicy")
        && is(policy, "ike_version", "v2")
    {
        policy.remove("phase1_negotiation_mode");
    }
}

fn make_up(connection: &mut Map<String, Value>, number: u32) {
    let style = connection.get("style").and_then(Value::as_str).unwrap_or_default();
    let style = style.to_ascii_uppercase();
    let is_policy = style == "POLICY";
    // Addresses of a /30 network of the tunnel's own, outside of 169.254.195.0/24.
    let network = Ipv4Addr::new(169, 254, 64, 0).to_bits() + 4 * (number % 8192);
    let tunnel = |host| json!(format!("{}/30", Ipv4Addr::from_bits(network + host)));
    let mut made_up = vec![
        ("name", json!(format!("vpn-{number:04x}"))),
        ("tunnel_local_address", tunnel(1)),
        ("tunnel_peer_address", tunnel(2)),
        ("policy_rules", json!([])),
        ("tags", json!([])),
        ("eip_id", connection.get("vgw_ip").cloned().unwrap_or_default()),
        ("enterprise_project_id", json!("0")),
        ("type", json!(if is_policy { "POLICY" } else { "ROUTE" })),
    ];
    if !is_policy {
        made_up.push(("route_mode", json!(style)));
    }
    for (name, value) in made_up {
        connection.entry(name).or_insert(value);
    }
    if let Some(Value::Object(policy)) = connection.get_mut("ikepolicy") {
        for (name, network) in [("local_id", "203.0.113"), ("peer_id", "198.51.100")] {
            policy.entry(name).or_insert(json!(format!("{network}.{}", number % 250 + 1)));
        }
    }
    if let Some(rules) = connection.get_mut("policy_rules") {
        *rules = numbered(rules);
    }
    connection.insert("style".to_owned(), json!(style));
}

/// The policy rules with the service's own numbers, one for each destination.
fn numbered(rules: &Value) -> Value {
    let rules = rules.as_array().into_iter().flatten();
    let each = rules.flat_map(|rule| {
        let destinations = rule.get("destination").and_then(Value::as_array);
        let source = rule.get("source").cloned();
        destinations.into_iter().flatten().map(move |destination| (source.clone(), destination))
    });
    each.zip(1..)
        .map(|((source, destination), index)| {
            json!({ "rule_index": index, "source": source, "destination": [destination] })
        })
        .collect()
}
