//! A connection as the service keeps and returns it: the requested settings, the
//! documented defaults, and what the service makes up.

use std::net::Ipv4Addr;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::pages::in_milliseconds;
use crate::types::{ConnectionStatus, VpnConnection, VpnConnectionRequest, VpnConnectionUpdate};
use crate::validate::Rules;

/// A gateway address and a customer gateway: no two connections share both.
pub(super) type Place = [Option<String>; 2];

#[derive(Debug)]
pub(super) struct Connection {
    /// As a create returns it: without status.
    returned: Map<String, Value>,
    /// In whole milliseconds.
    pub(super) created: Timestamp,
    /// When a request made it, if one did.
    made: Timestamp,
    /// When it is no longer being created.
    ready: Timestamp,
    /// When it is no longer being updated.
    updated: Timestamp,
    deletion: Option<Deletion>,
    /// In the place of the status that time brings.
    pub(super) fixed: Option<ConnectionStatus>,
}

#[derive(Clone, Copy, Debug)]
struct Deletion {
    /// From when on it is seen to be going.
    seen: Timestamp,
    gone: Timestamp,
}

impl Connection {
    /// What the service makes of a request that keeps the schema, within `creation`. `number`
    /// is another one for each connection.
    pub(super) fn new(
        request: &VpnConnectionRequest,
        id: &str,
        number: u32,
        now: Timestamp,
        creation: Duration,
    ) -> Self {
        let mut returned = object(&request.resolve_defaults(&Rules::default()));
        // Not returned: the key, and what is null.
        returned.retain(|name, value| name != "psk" && !value.is_null());
        make_up(&mut returned, number);
        returned.insert("id".to_owned(), json!(id));
        let created = in_milliseconds(now);
        for time in ["created_at", "updated_at"] {
            returned.insert(time.to_owned(), json!(format!("{created:.3}")));
        }
        let begun = Self::begun(returned, created);
        Self { made: now, ready: after(now, creation), ..begun }
    }

    /// Created long ago.
    fn begun(returned: Map<String, Value>, created: Timestamp) -> Self {
        let [made, ready, updated] = [Timestamp::MIN; 3];
        Self { returned, created, made, ready, updated, deletion: None, fixed: None }
    }

    /// A connection that exists; its status, if it has one, stays. If it does not say when
    /// it was created, that is now.
    pub(super) fn known(mut connection: VpnConnection, now: Timestamp) -> Self {
        let fixed = connection.status.take();
        let created = connection.created_at.as_ref().and_then(|it| it.parse().ok());
        let created = in_milliseconds(created.unwrap_or(now));
        Self { fixed, ..Self::begun(object(&connection), created) }
    }

    /// The same, created long ago.
    pub(super) fn existing(self) -> Self {
        Self::begun(self.returned, self.created)
    }

    pub(super) fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// What no other connection may share.
    pub(super) fn place(&self) -> Place {
        ["vgw_ip", "cgw_id"].map(|name| self.text(name).map(str::to_owned))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.returned.get(name).and_then(Value::as_str)
    }

    /// As a create returns it.
    pub(super) fn returned(&self) -> Value {
        Value::Object(self.returned.clone())
    }

    pub(super) fn status(&self, now: Timestamp, peers_up: bool) -> ConnectionStatus {
        match &self.fixed {
            _ if self.deletion.is_some_and(|it| now >= it.seen) => ConnectionStatus::PendingDelete,
            Some(status) => status.clone(),
            None if now < self.ready => ConnectionStatus::PendingCreate,
            None if now < self.updated => ConnectionStatus::PendingUpdate,
            None if peers_up => ConnectionStatus::Active,
            None => ConnectionStatus::Down,
        }
    }

    /// Whether a query that lags so far behind finds it.
    pub(super) fn is_found(&self, now: Timestamp, lag: Duration) -> bool {
        now >= after(self.made, lag)
    }

    /// As a query returns it.
    pub(super) fn shown(&self, now: Timestamp, peers_up: bool) -> Value {
        let mut shown = self.returned.clone();
        shown.insert("status".to_owned(), json!(self.status(now, peers_up)));
        Value::Object(shown)
    }

    /// Changes what the request holds, and keeps the rest; the status takes `time` to settle.
    pub(super) fn update(&mut self, request: &VpnConnectionUpdate, now: Timestamp, time: Duration) {
        let mut changes = object(request);
        changes.remove("psk");
        if let Some(rules) = changes.get_mut("policy_rules") {
            *rules = numbered(rules);
        }
        merge(&mut self.returned, changes);
        self.returned.insert("updated_at".to_owned(), json!(format!("{now:.3}")));
        self.updated = after(now, time);
    }

    /// Lets it go: it is seen after `delay`, and takes `time` from then on. What is going
    /// already goes on.
    pub(super) fn delete(&mut self, now: Timestamp, delay: Duration, time: Duration) {
        let seen = after(now, delay);
        self.deletion.get_or_insert(Deletion { seen, gone: after(seen, time) });
    }

    /// When it is gone, if it is going.
    pub(super) fn gone(&self) -> Option<Timestamp> {
        self.deletion.map(|deletion| deletion.gone)
    }
}

fn after(time: Timestamp, duration: Duration) -> Timestamp {
    time.saturating_add(duration).unwrap_or(Timestamp::MAX)
}

fn merge(settings: &mut Map<String, Value>, changes: Map<String, Value>) {
    for (name, change) in changes {
        match (settings.get_mut(&name), change) {
            (Some(Value::Object(settings)), Value::Object(changes)) => merge(settings, changes),
            (_, change) => drop(settings.insert(name, change)),
        }
    }
}

/// [`Connection::place`] of what is to be created.
pub(super) fn place(request: &VpnConnectionRequest) -> Place {
    [&request.vgw_ip, &request.cgw_id].map(|text| Some(text.clone()))
}

/// The types of the document all become objects.
pub(super) fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_reach_into_nested_policies_and_change_nothing_that_is_set() {
        let request = json!({
            "vgw_id": "g", "vgw_ip": "i", "cgw_id": "c",
            "style": "bgp", "ikepolicy": { "dpd": { "timeout": 2 } },
        });
        let request = serde_json::from_value(request).unwrap();
        let connection = Connection::new(&request, "id", 1, Timestamp::now(), Duration::ZERO);
        let connection = connection.returned();
        assert_eq!(connection["style"], "BGP");
        assert_eq!(
            connection["ikepolicy"]["dpd"],
            json!({
                "timeout": 2, "interval": 30, "msg": "seq-hash-notify",
            })
        );
        assert_eq!(connection["ipsecpolicy"]["lifetime_seconds"], 3600);
    }
}
