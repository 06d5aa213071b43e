//! A request as a person reads it: what was set, what is a default, what is weak.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::dual::DualConnection;
use crate::types::VpnConnectionRequest;
use crate::validate::{ORDER, Rules, WEAK_VALUE};
use crate::violations::{Severity, Violation, Violations};

/// Every setting of a request, in the order of the document: its value, where the
/// value comes from, and what validation says about it. `Display` is a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Explanation(Vec<Setting>);

/// One setting of an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Setting {
    /// Its place in the request, as a JSON pointer such as `/ikepolicy/dh_group`; of
    /// a [`DualConnection`], its place in the settings of the pair, such as `/vgw_ips/0`,
    /// or `/second/name` for what a tunnel has for itself.
    pub pointer: String,
    /// Its value as a person reads it. A pre-shared key is not shown.
    pub value: String,
    /// Where the value comes from.
    pub origin: Origin,
    /// What validation says about it, weak defaults of the service included.
    pub notes: Violations,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Origin {
    /// The caller set it.
    Set,
    /// The service uses the documented default.
    Default,
    /// It has no value, but a rule mentions it.
    Unset,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Set => "set",
            Self::Default => "default",
            Self::Unset => "unset",
        })
    }
}

impl VpnConnectionRequest {
    /// What was set, what is default and what is weak, for a person.
    ///
    /// Defaults are those of [`resolve_defaults`](Self::resolve_defaults). Unlike
    /// [`validate`](Self::validate), weak values that the service chooses are noted too.
    ///
    /// ```
    /// use otc_vpn::{Rules, types::VpnConnectionRequest};
    ///
    /// let request: VpnConnectionRequest = serde_json::from_str(
    ///     r#"{ "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
    ///          "vgw_ip": "e4d7930f-demo-4cbf-b78a-b004416c7485",
    ///          "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26",
    ///          "peer_subnets": ["192.168.44.0/24"],
    ///          "psk": "Example-Key-2025" }"#,
    /// )?;
    /// let table = request.explain(&Rules::default()).to_string();
    /// assert!(table.contains("psk                                   [redacted]"));
    /// assert!(table.contains("style                                 static"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn explain(&self, rules: &Rules) -> Explanation {
        let mut settings = settings(self, rules);
        for note in self.violations(rules).into_iter().chain(weak_defaults(self, rules)) {
            annotate(&mut settings, note);
        }
        settings.sort_by_cached_key(|setting| position(&setting.pointer));
        Explanation(settings)
    }
}

impl DualConnection {
    /// What was set, what is default and what is weak, for a person. What both tunnels
    /// share is listed once; the role of each follows from `ha_mode`.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        let rules = self.rules();
        let mut all = vec![self.mode()];
        let mut notes = self.validate();
        for (index, request) in self.requests().iter().enumerate() {
            let shared =
                self.shared_request(index).map(|shared| values(&shared.resolve_defaults(&rules)));
            let is_shared = |pointer: &str, value: &str| {
                let mut shared = shared.iter().flatten();
                shared.any(|(other, shared)| other == pointer && shared == value)
            };
            let settings = settings(request, &rules).into_iter();
            for setting in settings.filter(|setting| setting.pointer != HA_ROLE) {
                let is_shared = || is_shared(&setting.pointer, &setting.value);
                let pointer = self.place(index, &setting.pointer, is_shared);
                if !all.iter().any(|other| other.pointer == pointer) {
                    all.push(Setting { pointer, ..setting });
                }
            }
            for note in weak_defaults(request, &rules) {
                // A default that neither tunnel changes is that of both.
                let place = self.place(index, note.pointer(), || true);
                let note = note.at(place);
                if !notes.contains(&note) {
                    notes.0.push(note);
                }
            }
        }
        for note in notes {
            annotate(&mut all, note);
        }
        all.sort_by_cached_key(|setting| position_in_pair(&setting.pointer));
        Explanation(all)
    }

    fn mode(&self) -> Setting {
        Setting {
            pointer: HA_MODE.to_owned(),
            value: self.ha_mode().to_string(),
            origin: if self.says_ha_mode() { Origin::Set } else { Origin::Default },
            notes: Violations::default(),
        }
    }
}

/// What sorts the places in a request: the position of every field in the document, and
/// of every item in its list.
fn position(pointer: &str) -> Vec<usize> {
    let mut field = String::new();
    let step = |step: &str| match step.parse() {
        Ok(index) => {
            field.push_str("/*");
            index
        }
        Err(_) => {
            field = format!("{field}/{step}");
            ORDER.iter().position(|other| *other == field).unwrap_or(usize::MAX)
        }
    };
    pointer.split('/').skip(1).map(step).collect()
}

/// The same for the settings of a pair: what both tunnels share, then what each has for
/// itself.
fn position_in_pair(pointer: &str) -> (usize, Vec<usize>) {
    let own = ["/first", "/second"].iter().zip(1..);
    let own = own.filter_map(|(root, part)| Some((part, pointer.strip_prefix(root)?))).next();
    let (part, rest) = own.unwrap_or((0, pointer));
    // What the document calls otherwise.
    let field = match rest.strip_prefix("/vgw_ips") {
        Some(index) => format!("/vgw_ip{index}"),
        None if rest == HA_MODE => HA_ROLE.to_owned(),
        None => rest.to_owned(),
    };
    (part, position(&field))
}

/// Every setting of a request, without notes.
fn settings(request: &VpnConnectionRequest, rules: &Rules) -> Vec<Setting> {
    let set = values(request);
    values(&request.resolve_defaults(rules))
        .into_iter()
        .map(|(pointer, value)| {
            let is_set = set.iter().any(|(other, _)| other == &pointer);
            let origin = if is_set { Origin::Set } else { Origin::Default };
            Setting { pointer, value, origin, notes: Violations::default() }
        })
        .collect()
}

/// The weak values that the service chooses. Validation itself looks at the request
/// without its defaults: with them, nothing would be missing.
fn weak_defaults(request: &VpnConnectionRequest, rules: &Rules) -> impl Iterator<Item = Violation> {
    let own = request.violations(rules);
    let resolved = request.resolve_defaults(rules).violations(rules);
    resolved.into_iter().filter(move |note| note.rule() == WEAK_VALUE && !own.contains(note))
}

impl Explanation {
    /// The settings, in the order of the document.
    pub fn iter(&self) -> std::slice::Iter<'_, Setting> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Explanation {
    type Item = &'a Setting;
    type IntoIter = std::slice::Iter<'a, Setting>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Widths of the columns; what is longer pushes the rest of its line.
const FIELD: usize = 38;
const VALUE: usize = 38;
const ORIGIN: usize = 8;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:FIELD$}{:VALUE$}{:ORIGIN$}NOTE", "FIELD", "VALUE", "FROM")?;
        for Setting { pointer, value, origin, notes } in self {
            let field = pointer.trim_start_matches('/');
            let notes = notes.iter().map(note).collect::<Vec<_>>().join("; ");
            let line = format!("{field:FIELD$}{value:VALUE$}{origin:ORIGIN$}{notes}");
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// A note in the table: what stops the request is called an error.
fn note(violation: &Violation) -> String {
    match violation.severity() {
        Severity::Error => format!("error: {}", violation.message()),
        Severity::Warning => violation.message().to_owned(),
    }
}

/// The place of the value that is not shown.
const PSK: &str = "/psk";

/// The place of the role of a connection, and of the setting of a pair that decides it
/// for both.
const HA_ROLE: &str = "/ha_role";
const HA_MODE: &str = "/ha_mode";

/// What stands for a list or an object that holds nothing.
const NONE: &str = "(none)";

/// Every value of a request and its place.
fn values(request: &VpnConnectionRequest) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // The key is taken out, so that no copy of it is made.
    let mut open = request.clone();
    if open.psk.take().is_some() {
        found.push((PSK.to_owned(), "[redacted]".to_owned()));
    }
    let tree = serde_json::to_value(&open).unwrap_or_default();
    collect("", &tree, &mut found);
    found
}

fn collect(pointer: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) if members.is_empty() => {
            found.push((pointer.to_owned(), NONE.to_owned()));
        }
        Value::Object(members) => {
            for (name, member) in members {
                collect(&format!("{pointer}/{name}"), member, found);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{pointer}/{index}"), item, found);
            }
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(shown).collect();
            let list = if items.is_empty() { NONE.to_owned() } else { items.join(", ") };
            found.push((pointer.to_owned(), list));
        }
        value => found.push((pointer.to_owned(), shown(value))),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.escape_debug().to_string())
}

/// Adds a note to its setting; a note on an item of a list to the list.
fn annotate(settings: &mut Vec<Setting>, note: Violation) {
    let holds = |setting: &&mut Setting| {
        let rest = note.pointer().strip_prefix(&setting.pointer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if let Some(setting) = settings.iter_mut().find(holds) {
        return setting.notes.0.push(note);
    }
    let inside = format!("{}/", note.pointer());
    let is_set = settings.iter().any(|setting| setting.pointer.starts_with(&inside));
    settings.push(Setting {
        pointer: note.pointer().to_owned(),
        value: String::new(),
        origin: if is_set { Origin::Set } else { Origin::Unset },
        notes: std::iter::once(note).collect(),
    });
}
