//! A request as a person reads it: what was set, what is a default, what is weak.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::dual::DualConnection;
use crate::types::VpnConnectionRequest;
use crate::validate::{Rules, in_document_order};
use crate::violations::{Violation, Violations};

/// Every setting of a request, in the order of the document: its value, where the
/// value is from, and what validation says about it. `Display` is a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Explanation(Vec<Setting>);

/// One setting of an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Setting {
    /// Its place in the request, as a JSON pointer such as `/ikepolicy/dh_group`; of
    /// a [`DualConnection`], below `/first` or `/second` where the tunnels differ.
    pub pointer: String,
    /// Its value as a person reads it. A pre-shared key is not shown.
    pub value: String,
    /// Where the value is from.
    pub origin: Origin,
    /// What validation says about it, weak defaults of the service included.
    pub notes: Violations,
}

/// Where a value is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Origin {
    /// The caller set it.
    Set,
    /// The service uses the documented default.
    Default,
    /// It has no value, and a rule speaks of it.
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
        let resolved = self.resolve_defaults(rules);
        let set = values(self);
        let mut settings: Vec<Setting> = values(&resolved)
            .into_iter()
            .map(|(pointer, value)| {
                let is_set = set.iter().any(|(other, _)| other == &pointer);
                let origin = if is_set { Origin::Set } else { Origin::Default };
                Setting { pointer, value, origin, notes: Violations::default() }
            })
            .collect();
        for note in resolved.violations("", rules) {
            annotate(&mut settings, note);
        }
        in_document_order(&mut settings, |setting| &setting.pointer);
        Explanation(settings)
    }
}

impl DualConnection {
    /// What was set, what is default and what is weak, for a person. What holds for
    /// both tunnels stands there once.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        let requests = self.requests();
        let [first, second] = requests.each_ref().map(|request| request.explain(self.rules()));
        let [one_psk, other_psk] = requests.each_ref().map(|request| &request.psk);
        // Two different keys look the same here.
        let looks_shared = |setting: &Setting| setting.pointer == PSK && one_psk != other_psk;
        let is_shared = |setting: &Setting, other: &Explanation| {
            other.0.contains(setting) && !looks_shared(setting)
        };
        let below = |tunnel: &str, setting: &Setting| Setting {
            pointer: format!("/{tunnel}{}", setting.pointer),
            ..setting.clone()
        };
        let shared = first.iter().filter(|setting| is_shared(setting, &second)).cloned();
        let of_first = first.iter().filter(|setting| !is_shared(setting, &second));
        let of_second = second.iter().filter(|setting| !is_shared(setting, &first));
        let of_first = of_first.map(|setting| below("first", setting));
        let of_second = of_second.map(|setting| below("second", setting));
        Explanation(shared.chain(of_first).chain(of_second).collect())
    }
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
            let notes = notes.iter().map(Violation::message).collect::<Vec<_>>().join("; ");
            let line = format!("{field:FIELD$}{value:VALUE$}{origin:ORIGIN$}{notes}");
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The place of the value that is not shown.
const PSK: &str = "/psk";

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
            let list = if items.is_empty() { "(none)".to_owned() } else { items.join(", ") };
            found.push((pointer.to_owned(), list));
        }
        value => found.push((pointer.to_owned(), shown(value))),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.escape_debug().to_string())
}

/// Puts a note to the setting it speaks of; a note on an item of a list to the list.
fn annotate(settings: &mut Vec<Setting>, note: Violation) {
    let holds = |setting: &&mut Setting| {
        let rest = note.pointer().strip_prefix(&setting.pointer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if let Some(setting) = settings.iter_mut().find(holds) {
        return setting.notes.push(note);
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
