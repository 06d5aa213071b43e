//! How a connection differs from the request that it should be made of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize as _, Serialize};
use serde_json::{Value, json};

use crate::defaults;
use crate::explain::{position, shown};
use crate::secret::Psk;
use crate::types::{PolicyRuleRequest, VpnConnection, VpnConnectionRequest, VpnConnectionUpdate};
use crate::validate::names::policy_rule_request::{DESTINATION, SOURCE};
use crate::validate::names::vpn_connection_request as names;

/// A setting of a connection that is not as the request wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Its place in the request, as a JSON pointer such as `/ikepolicy/dh_group`. A list is
    /// one setting.
    pub pointer: String,
    /// The value in the request.
    pub wanted: String,
    /// The value of the connection.
    pub actual: String,
    /// Whether an update can change it.
    pub is_updatable: bool,
}

/// `/peer_subnets: is 192.168.44.0/24, should be 192.168.45.0/24`
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, wanted, actual, is_updatable } = self;
        write!(f, "{pointer}: is {actual}, should be {wanted}")?;
        f.write_str(if *is_updatable { "" } else { " (no update can change it)" })
    }
}

/// What is different between a request and a connection, in the order of the document, and
/// what cannot be compared. `Display` has a line for each difference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences {
    all: Vec<Difference>,
    not_compared: Vec<String>,
    update: Option<VpnConnectionUpdate>,
}

impl Differences {
    /// Whether everything is as wanted that can be compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The settings that differ.
    pub fn iter(&self) -> std::slice::Iter<'_, Difference> {
        self.all.iter()
    }

    /// The places of what the request sets and the service does not return: the pre-shared
    /// key, and what is left out of the response.
    #[must_use]
    pub fn not_compared(&self) -> &[String] {
        &self.not_compared
    }

    /// The update that makes the connection as wanted, as far as an update can; `None` if
    /// it can change none of the differences. The pre-shared key is never in it.
    #[must_use]
    pub fn update(&self) -> Option<&VpnConnectionUpdate> {
        self.update.as_ref()
    }
}

impl<'a> IntoIterator for &'a Differences {
    type Item = &'a Difference;
    type IntoIter = std::slice::Iter<'a, Difference>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, difference) in self.iter().enumerate() {
            write!(f, "{}{difference}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl VpnConnectionRequest {
    /// How a connection differs from what this request asks for, to compare what is wanted
    /// with what is there.
    ///
    /// What the request does not set is not compared: the service chose it. No difference
    /// are the case of a style, the order of subnets, tags and policy rules, how policy rules
    /// are numbered and split up, and a default that the response leaves out. The pre-shared
    /// key is never returned: it is among what [cannot be
    /// compared](Differences::not_compared), as is any other setting without a value in the
    /// connection.
    ///
    /// ```
    /// use otc_vpn::types::{VpnConnection, VpnConnectionRequest};
    ///
    /// let request = VpnConnectionRequest::builder()
    ///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
    ///     .vgw_ip("e4d7930f-demo-4cbf-b78a-b004416c7485")
    ///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    ///     .peer_subnets(["192.168.44.0/24"])
    ///     .psk("Example-Key-2025")
    ///     .build()?;
    /// let connection: VpnConnection = serde_json::from_str(
    ///     r#"{ "id": "18be2aa1", "style": "STATIC",
    ///          "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
    ///          "vgw_ip": "e4d7930f-demo-4cbf-b78a-b004416c7485",
    ///          "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26",
    ///          "peer_subnets": ["192.168.45.0/24"] }"#,
    /// )?;
    /// let differences = request.differences(&connection);
    /// assert_eq!(
    ///     differences.to_string(),
    ///     "/peer_subnets: is 192.168.45.0/24, should be 192.168.44.0/24"
    /// );
    /// assert_eq!(differences.not_compared(), ["/psk"]);
    /// assert_eq!(differences.update().unwrap().peer_subnets, request.peer_subnets);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn differences(&self, connection: &VpnConnection) -> Differences {
        // The key is taken out, so that no copy of it is made.
        let mut wanted = self.clone();
        let psk = wanted.psk.take();
        let psk = psk.as_ref().map(Psk::expose).filter(|psk| !psk.is_empty());
        let (wanted, actual) = (settings(&wanted), settings(connection));
        let defaults = settings(&defaults::documented());
        let mut found = Differences::default();
        found.not_compared.extend(psk.map(|_| format!("/{}", names::PSK)));
        let mut update = Value::Null;
        for (pointer, value) in wanted {
            let actual = actual.get(&pointer);
            let is_default = || defaults.get(&pointer) == Some(&value) || is_empty(&value);
            if actual == Some(&value) || actual.is_none() && is_default() {
                continue;
            }
            // The service leaves out an empty list.
            if actual.is_none() && !value.is_array() {
                found.not_compared.push(pointer);
                continue;
            }
            // It may stand in another field by mistake.
            let text =
                |value| Some(text(value)).filter(|it| psk.is_none_or(|psk| !it.contains(psk)));
            let text = |value| text(value).unwrap_or_else(|| "[redacted]".to_owned());
            let change = at(&pointer, value.clone());
            let is_updatable = VpnConnectionUpdate::deserialize(&change).is_ok();
            found.all.push(Difference {
                wanted: text(&value),
                actual: actual.map_or_else(|| NONE.to_owned(), text),
                is_updatable,
                pointer,
            });
            if is_updatable {
                merge(&mut update, change);
            }
        }
        // Every change in it can be read, and no two are at one place.
        found.update = Option::deserialize(&update).unwrap_or_default();
        found.all.sort_by_cached_key(|difference| position(&difference.pointer));
        found.not_compared.sort_by_cached_key(|pointer| position(pointer));
        found
    }
}

/// What an empty list is called.
const NONE: &str = "(none)";

/// Every setting by its place: members of objects by themselves, and a list as a whole, in
/// an order of its own.
fn settings(connection: &impl Serialize) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    collect(String::new(), serde_json::to_value(connection).unwrap_or_default(), &mut found);
    found
}

fn collect(pointer: String, value: Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect(format!("{pointer}/{name}"), member, found);
            }
        }
        Value::Array(mut items) => {
            if pointer.strip_prefix('/') == Some(names::POLICY_RULES) {
                items = joined(items);
            }
            items.sort_by_cached_key(Value::to_string);
            items.dedup();
            found.insert(pointer, Value::Array(items));
        }
        value => {
            found.insert(pointer, value);
        }
    }
}

/// Policy rules without their numbers, one for each source: the service returns one for
/// each destination.
fn joined(rules: Vec<Value>) -> Vec<Value> {
    let mut by_source = BTreeMap::<Option<String>, BTreeSet<String>>::new();
    for rule in &rules {
        let Ok(rule) = PolicyRuleRequest::deserialize(rule) else { return rules };
        by_source.entry(rule.source).or_default().extend(rule.destination.into_iter().flatten());
    }
    let rules = by_source.into_iter();
    rules.map(|(source, destination)| json!({ SOURCE: source, DESTINATION: destination })).collect()
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// A value as a person reads it.
fn text(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => NONE.to_owned(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        value => shown(value),
    }
}

/// An object with nothing but this value at this place.
fn at(pointer: &str, value: Value) -> Value {
    let names = pointer.trim_start_matches('/').rsplit('/');
    names.fold(value, |value, name| json!({ name: value }))
}

/// Adds the members of one object to another one.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
