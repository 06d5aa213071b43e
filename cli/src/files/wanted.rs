//! What an entry of a file wants: a connection or a pair.

use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{DualConnection, Psk, Rules, Violations};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use serde_path_to_error::{Path, Segment};

use super::keys::{KeySource, Keys, PLACEHOLDER};
use super::source::Source;
use super::tree::{self, Node};
use crate::problems::Problem;

/// What an entry wants.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Connection { request: Box<VpnConnectionRequest>, rules: Rules },
    Pair(Box<DualConnection>),
}

/// A gateway that an entry gives by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The setting of the id.
    pub(crate) id_of: &'static str,
    pub(crate) name: String,
}

/// The settings that hold a name where another holds an id.
pub(crate) const NAMES: [(&str, &str); 2] = [("vgw", "vgw_id"), ("cgw", "cgw_id")];

/// What only a pair has.
pub(crate) const OF_PAIR: [&str; 4] = ["vgw_ips", "first", "second", "ha_mode"];

/// The setting of the addresses of a pair.
const ADDRESSES: &str = "vgw_ips";

/// Stands for an id until it is known, or because it is missing. It keeps the rules.
const UNKNOWN_ID: &str = "00000000-0000-4000-8000-000000000000";
const ANOTHER_UNKNOWN_ID: &str = "00000000-0000-4000-8000-000000000001";

/// Whether it stands for what is missing.
pub(crate) fn is_unknown(id: &str) -> bool {
    [UNKNOWN_ID, ANOTHER_UNKNOWN_ID].contains(&id)
}

/// What was found out about an entry.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) wanted: Option<Wanted>,
    pub(super) names: Vec<Named>,
    /// Whether the addresses of a pair are those of its gateway.
    pub(super) takes_addresses: bool,
    /// The keys that stand elsewhere, by their places.
    pub(super) keys: Vec<(Vec<String>, KeySource)>,
    /// What is wrong, at places in the entry.
    pub(super) problems: Vec<(Vec<String>, Problem)>,
    /// The places of what could not be read.
    unreadable: Vec<Vec<String>>,
}

/// Reads an entry, as far as it can be read, and checks it.
pub(super) fn judge(entry: &Node, source: &Source, keys: Keys) -> Judged {
    let mut judged = Judged::default();
    let mut tree = entry.clone();
    let taken = NAMES.map(|(name, id_of)| (name, id_of, tree.take(name)));
    judged.read_keys(&mut tree, source, keys);
    let is_pair = OF_PAIR.iter().any(|name| tree.member(name).is_some());
    let rules = if is_pair { None } else { tree.take("rules") };
    let mut value = tree.plain();
    for (name, id_of, taken) in taken {
        if let Some((_, node)) = taken {
            judged.name(name, id_of, &node, &mut value);
        }
    }
    if is_pair {
        judged.take_addresses(&mut value);
    }
    let violations = if is_pair {
        judged.read::<DualConnection>(value, &[]).map(|pair| {
            let violations = pair.validate();
            judged.wanted = Some(Wanted::Pair(Box::new(pair)));
            violations
        })
    } else {
        let rules = rules.map(|(_, node)| node.plain());
        let rules = rules.and_then(|value| judged.read(value, &["rules".to_owned()]));
        let rules: Rules = rules.unwrap_or_default();
        judged.read::<VpnConnectionRequest>(value, &[]).map(|request| {
            let violations = request.validate(&rules);
            judged.wanted = Some(Wanted::Connection { request: Box::new(request), rules });
            violations
        })
    };
    judged.add(&violations.unwrap_or_default(), entry);
    judged
}

/// Where a key may stand.
const KEYS: [&[&str]; 3] = [&["psk"], &["first", "psk"], &["second", "psk"]];

impl Judged {
    /// Puts the keys that stand elsewhere into the tree.
    fn read_keys(&mut self, tree: &mut Node, source: &Source, keys: Keys) {
        for steps in KEYS {
            let Some(node) = tree.at_mut(steps) else { continue };
            let steps: Vec<String> = steps.iter().map(|step| (*step).to_owned()).collect();
            let key = match KeySource::of(node) {
                None => continue,
                Some(Err(problem)) => {
                    self.problems.push((steps, problem));
                    PLACEHOLDER.to_owned()
                }
                Some(Ok(from)) => {
                    let key = self.key(&from, source, keys, &steps);
                    self.keys.push((steps, from));
                    key
                }
            };
            node.value = tree::Value::Text(key);
        }
    }

    fn key(&mut self, from: &KeySource, source: &Source, keys: Keys, steps: &[String]) -> String {
        let problem = match from.read(&source.folder) {
            Ok((key, warning)) => {
                self.problems.extend(warning.map(|warning| (steps.to_owned(), warning)));
                return key;
            }
            Err(error) if keys == Keys::IfThere => {
                let message = format!("the key is not checked: {error}");
                Problem::warning("key-not-checked", message)
            }
            Err(error) => Problem::error(error),
        };
        self.problems.push((steps.to_owned(), problem));
        PLACEHOLDER.to_owned()
    }

    /// Takes a name that stands where an id could.
    fn name(&mut self, setting: &str, id_of: &'static str, node: &Node, value: &mut Value) {
        let Value::Object(members) = value else { return };
        let problem = match node.text() {
            None | Some("") => format!("must be the name of a gateway; {id_of} takes its id"),
            Some(_) if members.contains_key(id_of) => {
                format!("is there beside {id_of}; say it once")
            }
            Some(name) => {
                members.insert(id_of.to_owned(), UNKNOWN_ID.into());
                return self.names.push(Named { id_of, name: name.to_owned() });
            }
        };
        self.problems.push((vec![setting.to_owned()], Problem::error(problem)));
        members.entry(id_of).or_insert_with(|| UNKNOWN_ID.into());
    }

    /// A pair without addresses has those of its gateway.
    fn take_addresses(&mut self, value: &mut Value) {
        let Value::Object(members) = value else { return };
        if members.contains_key("vgw_id") && !members.contains_key(ADDRESSES) {
            members.insert(ADDRESSES.to_owned(), stand_in(ADDRESSES));
            self.takes_addresses = true;
        }
    }

    /// Reads a value of the library. What it cannot read is reported and left out, so that
    /// the rest is still read.
    fn read<T: DeserializeOwned>(&mut self, mut value: Value, around: &[String]) -> Option<T> {
        loop {
            let error = match serde_path_to_error::deserialize::<_, T>(&value) {
                Ok(read) => return Some(read),
                Err(error) => error,
            };
            let mut steps = steps(error.path());
            let message = error.inner().to_string();
            let missing = message.strip_prefix("missing field `");
            if let Some(name) = missing.map(|name| name.trim_end_matches('`')) {
                let object = value.pointer_mut(&pointer(&steps)).and_then(Value::as_object_mut)?;
                if object.insert(name.to_owned(), stand_in(name)).is_some() {
                    return None;
                }
                steps.push(name.to_owned());
                let steps = [around, &steps].concat();
                if !self.unreadable.contains(&steps) {
                    self.problems.push((steps.clone(), missing_setting(name)));
                    self.unreadable.push(steps);
                }
            } else {
                self.problems.push(([around, &steps].concat(), Problem::error(message)));
                let left_out = leave_out(&mut value, &steps);
                self.unreadable.push([around, left_out.unwrap_or(&steps)].concat());
                left_out?;
            }
        }
    }

    /// Adds what the library found, but what follows from what could not be read.
    fn add(&mut self, violations: &Violations, entry: &Node) {
        for violation in violations {
            let pointer = violation.pointer().split('/').skip(1);
            let steps: Vec<String> = pointer.map(str::to_owned).collect();
            let is_there = entry.nearest(&steps).2;
            let follows = self.unreadable.iter().any(|unreadable| {
                // What is missing may be what could not be read beside it.
                let around = unreadable.split_last().map_or(&[][..], |(_, around)| around);
                steps.starts_with(unreadable) || (!is_there && steps.starts_with(around))
            });
            if !follows {
                self.problems.push((steps, Problem::from(violation)));
            }
        }
    }

    /// Whether all of it could be read.
    pub(super) fn is_whole(&self) -> bool {
        self.wanted.is_some() && self.unreadable.is_empty()
    }

    /// Marks in the file what may be shown of the entry.
    pub(super) fn mark(&self, entry: &Node, source: &mut Source) {
        if self.wanted.is_none() {
            return;
        }
        entry.mark(source, true);
        let keys = KEYS.map(|steps| steps.iter().map(|step| (*step).to_owned()).collect());
        for steps in self.unreadable.iter().chain(&keys) {
            if let (_, node, true) = entry.nearest(steps) {
                node.mark(source, false);
            }
        }
        for key in self.wanted.iter().flat_map(Wanted::keys) {
            entry.close(key, source);
        }
    }
}

impl Wanted {
    /// The requests of it: one, or those of a pair.
    pub(crate) fn requests(&self) -> &[VpnConnectionRequest] {
        match self {
            Self::Connection { request, .. } => std::slice::from_ref(request),
            Self::Pair(pair) => pair.requests(),
        }
    }

    /// Every documented rule that it breaks.
    pub(crate) fn validate(&self) -> Violations {
        match self {
            Self::Connection { request, rules } => request.validate(rules),
            Self::Pair(pair) => pair.validate(),
        }
    }

    /// What the file says of a pair, as the library has it.
    pub(crate) fn said(&self) -> Value {
        match self {
            Self::Connection { .. } => Value::Null,
            Self::Pair(pair) => serde_json::to_value(pair).unwrap_or_default(),
        }
    }

    /// Puts in what was found out about the gateways: ids by their settings, or more of a
    /// pair.
    pub(crate) fn put(&mut self, settings: Map<String, Value>) -> Result<(), String> {
        match self {
            Self::Connection { request, .. } => {
                let text = |name| settings.get(name).and_then(Value::as_str).map(str::to_owned);
                if let Some(id) = text("vgw_id") {
                    request.vgw_id = id;
                }
                if let Some(id) = text("cgw_id") {
                    request.cgw_id = id;
                }
            }
            Self::Pair(pair) => {
                let mut value = serde_json::to_value(&*pair).unwrap_or_default();
                value.as_object_mut().into_iter().for_each(|all| all.extend(settings.clone()));
                **pair = serde_json::from_value(value).map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    /// The keys that are long enough to be found in other texts.
    fn keys(&self) -> impl Iterator<Item = &str> {
        let keys = self.requests().iter().filter_map(|request| request.psk.as_ref());
        keys.map(Psk::expose).filter(|key| key.len() >= 4)
    }
}

/// What the pointer of an error leads to.
fn steps(path: &Path) -> Vec<String> {
    let steps = path.iter().map(|segment| match segment {
        Segment::Seq { index } => index.to_string(),
        Segment::Map { key } => key.clone(),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => String::new(),
    });
    steps.collect()
}

fn pointer(steps: &[String]) -> String {
    let escaped = steps.iter().map(|step| step.replace('~', "~0").replace('/', "~1"));
    escaped.map(|step| format!("/{step}")).collect()
}

/// Takes out the member that the steps lead to, or the list that they lead into, and
/// returns its place.
fn leave_out<'a>(value: &mut Value, steps: &'a [String]) -> Option<&'a [String]> {
    let (last, parents) = steps.split_last()?;
    match value.pointer_mut(&pointer(parents))? {
        Value::Object(members) => members.remove(last).map(|_| steps),
        _ => leave_out(value, parents),
    }
}

fn missing_setting(name: &str) -> Problem {
    let or = match name {
        "vgw_id" => "; `vgw` can give the name of the gateway instead",
        "cgw_id" => "; `cgw` can give the name of the customer gateway instead",
        "vgw_ip" => "; a pair has `vgw_ips`, or `first` and `second`",
        _ => "",
    };
    Problem { rule: Some("required".into()), ..Problem::error(format!("is missing{or}")) }
}

/// What stands for a missing setting while the rest is checked.
fn stand_in(name: &str) -> Value {
    match name {
        ADDRESSES => json!([UNKNOWN_ID, ANOTHER_UNKNOWN_ID]),
        _ => UNKNOWN_ID.into(),
    }
}
