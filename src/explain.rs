//! A request as a person reads it: what was set, what is a default, what is weak.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::dual::DualConnection;
use crate::secret::Psk;
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
    ///     r#"{ "vgw_id": "…", "vgw_ip": "…", "cgw_id": "…", "psk": "Example-Key-2025" }"#,
    /// )?;
    /// let table = request.explain(&Rules::default()).to_string();
    /// assert!(table.contains("psk                                   [redacted]"));
    /// assert!(table.contains("style                                 static"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn explain(&self, rules: &Rules) -> Explanation {
        let notes = self.validate(rules).into_iter().chain(weak_defaults(self, rules));
        Explanation::of(settings(self, rules), notes)
    }
}

impl DualConnection {
    /// What was set, what is default and what is weak, for a person. What both tunnels
    /// share is listed once; the role of each follows from `ha_mode`.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        let rules = self.rules();
        let mode = self.ha_mode();
        let mut all = vec![Setting {
            pointer: HA_MODE.to_owned(),
            value: mode.cloned().unwrap_or_default().to_string(),
            origin: if mode.is_some() { Origin::Set } else { Origin::Default },
            notes: Violations::default(),
        }];
        let mut notes = self.validate();
        for (index, (request, shared)) in self.with_shared().enumerate() {
            let shared = values(&shared.resolve_defaults(&rules));
            for setting in settings(request, &rules) {
                let is_shared = || shared.get(&setting.pointer) == Some(&setting.value);
                let pointer = self.place(index, &setting.pointer, is_shared);
                let is_new = all.iter().all(|other| other.pointer != pointer);
                if is_new && setting.pointer != HA_ROLE {
                    all.push(Setting { pointer, ..setting });
                }
            }
        }
        self.collect(&mut notes, |request| weak_defaults(request, &rules));
        Explanation::of(all, notes)
    }
}

/// What sorts the places: first what both tunnels of a pair share, then what each has for
/// itself; in them the position of every field in the document, and of every item in its list.
pub(crate) fn position(pointer: &str) -> (usize, Vec<usize>) {
    let own = ["/first", "/second"].iter().zip(1..);
    let own = own.filter_map(|(root, part)| Some((part, pointer.strip_prefix(root)?))).next();
    let (part, rest) = own.unwrap_or((0, pointer));
    // What the document calls otherwise.
    let rest = rest.replace("/vgw_ips", "/vgw_ip").replace(HA_MODE, HA_ROLE);
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
    (part, rest.split('/').skip(1).map(step).collect())
}

/// Every setting of a request, without notes.
fn settings(request: &VpnConnectionRequest, rules: &Rules) -> Vec<Setting> {
    let set = values(request);
    values(&request.resolve_defaults(rules))
        .into_iter()
        .map(|(pointer, value)| {
            let is_set = set.contains_key(&pointer);
            let origin = if is_set { Origin::Set } else { Origin::Default };
            Setting { pointer, value, origin, notes: Violations::default() }
        })
        .collect()
}

/// The weak values that the service chooses. Validation itself looks at the request
/// without its defaults: with them, nothing would be missing.
fn weak_defaults(request: &VpnConnectionRequest, rules: &Rules) -> Violations {
    let own = request.validate(rules);
    let mut all = request.resolve_defaults(rules).validate(rules);
    all.0.retain(|note| note.rule() == WEAK_VALUE && !own.contains(note));
    all
}

impl Explanation {
    fn of(mut settings: Vec<Setting>, notes: impl IntoIterator<Item = Violation>) -> Self {
        for note in notes {
            annotate(&mut settings, note);
        }
        settings.sort_by_cached_key(|setting| position(&setting.pointer));
        Self(settings)
    }

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
    let kind = if violation.severity() == Severity::Error { "error: " } else { "" };
    format!("{kind}{}", violation.message())
}

/// The place of the role of a connection, and of the setting of a pair that decides it
/// for both.
const HA_ROLE: &str = "/ha_role";
const HA_MODE: &str = "/ha_mode";

/// Every value of a request, by its place.
fn values(request: &VpnConnectionRequest) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    // The key is taken out, so that no copy of it is made.
    let mut open = request.clone();
    if open.psk.take().is_some() {
        found.insert("/psk".to_owned(), "[redacted]".to_owned());
    }
    let tree = serde_json::to_value(&open).unwrap_or_default();
    collect(String::new(), &tree, &mut found);
    if let Some(psk) = request.psk.as_ref().map(Psk::expose).filter(|psk| !psk.is_empty()) {
        // It may stand in another field by mistake.
        let psk = psk.escape_debug().to_string();
        let shown = found.values_mut().filter(|value| value.contains(&psk));
        shown.for_each(|value| *value = "[redacted]".to_owned());
    }
    found
}

fn collect(pointer: String, value: &Value, found: &mut BTreeMap<String, String>) {
    let text = match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                collect(format!("{pointer}/{name}"), member, found);
            }
            return;
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.iter().enumerate() {
                collect(format!("{pointer}/{index}"), item, found);
            }
            return;
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        Value::Object(_) | Value::Array(_) => "(none)".to_owned(),
        value => shown(value),
    };
    found.insert(pointer, text);
}

pub(crate) fn shown(value: &Value) -> String {
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
