//! What a page and the document say of a field, in words that can be compared.

use std::collections::BTreeMap;
use std::fmt;

/// How a report writes that one side says nothing.
pub(super) const NOTHING: &str = "-";

/// A kind of fact, and of difference. The order is that of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Operation,
    Status,
    Field,
    Type,
    Mandatory,
    Default,
    Range,
    Length,
    Items,
    Value,
    Unsupported,
    Weak,
    AddressBlock,
    ExcludedBlock,
    PrefixLength,
    ReservedRange,
    Deprecated,
    Unread,
}

const NAMES: [(Kind, &str); 18] = [
    (Kind::Operation, "operation"),
    (Kind::Status, "status"),
    (Kind::Field, "field"),
    (Kind::Type, "type"),
    (Kind::Mandatory, "mandatory"),
    (Kind::Default, "default"),
    (Kind::Range, "range"),
    (Kind::Length, "length"),
    (Kind::Items, "items"),
    (Kind::Value, "value"),
    (Kind::Unsupported, "unsupported"),
    (Kind::Weak, "weak"),
    (Kind::AddressBlock, "address-block"),
    (Kind::ExcludedBlock, "excluded-block"),
    (Kind::PrefixLength, "prefix-length"),
    (Kind::ReservedRange, "reserved-range"),
    (Kind::Deprecated, "deprecated"),
    (Kind::Unread, "unread"),
];

impl Kind {
    /// The kinds that are compared field by field.
    pub(super) const OF_A_FIELD: [Self; 14] = [
        Self::Type,
        Self::Mandatory,
        Self::Default,
        Self::Range,
        Self::Length,
        Self::Items,
        Self::Value,
        Self::Unsupported,
        Self::Weak,
        Self::AddressBlock,
        Self::ExcludedBlock,
        Self::PrefixLength,
        Self::ReservedRange,
        Self::Deprecated,
    ];

    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// Whether a response of the document leaves it out on purpose.
    pub(super) fn is_for_requests(self) -> bool {
        matches!(self, Self::Default | Self::Range | Self::Length | Self::Items | Self::Mandatory)
    }

    /// Whether it is a note on a value of an enumeration, which requests and
    /// responses of the document share, while pages repeat it in requests only.
    pub(super) fn is_note_on_values(self) -> bool {
        matches!(self, Self::Unsupported | Self::Weak)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The facts of a field: the values of each kind, each value once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts(BTreeMap<Kind, Vec<String>>);

impl Facts {
    pub(super) fn add(&mut self, kind: Kind, value: impl Into<String>) {
        let value = value.into();
        let values = self.0.entry(kind).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    pub(super) fn of(&self, kind: Kind) -> &[String] {
        self.0.get(&kind).map_or(&[], Vec::as_slice)
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        !self.of(kind).is_empty()
    }

    pub(super) fn first(&self, kind: Kind) -> Option<&str> {
        self.of(kind).first().map(String::as_str)
    }

    pub(super) fn set(&mut self, kind: Kind, value: impl Into<String>) {
        self.0.insert(kind, vec![value.into()]);
    }

    /// Takes out the values that any boolean has, which only pages list.
    pub(super) fn remove_boolean_values(&mut self) {
        let values = self.of(Kind::Value);
        let has = |wanted: &str| values.iter().any(|value| value.eq_ignore_ascii_case(wanted));
        if values.len() == 2 && has("true") && has("false") {
            self.0.remove(&Kind::Value);
        }
    }

    /// All of them in one line, as a report shows a field that one side lacks.
    pub(super) fn summary(&self) -> String {
        let parts: Vec<String> = self
            .0
            .iter()
            .map(|(kind, values)| match kind {
                Kind::Type => values.join(" "),
                Kind::Deprecated => kind.name().to_owned(),
                _ => format!("{kind} {}", joined(values)),
            })
            .collect();
        if parts.is_empty() { NOTHING.to_owned() } else { parts.join("; ") }
    }
}

/// Values in one line; those of several words in quotes.
pub(super) fn joined(values: &[String]) -> String {
    let quoted = values.iter().map(|value| match value.contains(' ') {
        true if values.len() > 1 => format!("\"{value}\""),
        _ => value.clone(),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Bounds as both sides write them: `1..64`, `..50`, `36`.
pub(super) fn bounds(minimum: Option<String>, maximum: Option<String>) -> Option<String> {
    match (minimum, maximum) {
        (None, None) => None,
        (Some(minimum), Some(maximum)) if minimum == maximum => Some(minimum),
        (minimum, maximum) => {
            Some(format!("{}..{}", minimum.unwrap_or_default(), maximum.unwrap_or_default()))
        }
    }
}
