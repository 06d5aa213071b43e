//! The limits of single fields. Which limit holds for which field is derived from
//! the document; this is how each kind is judged.

use std::fmt;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use super::addresses;
use super::report::{At, Report};
use crate::document::OpenEnumeration;
use crate::document::limits::{AddressLimits, TextLimits};
use crate::secret::Psk;

/// A request, or a part of one, whose fields have limits.
pub(super) trait Fields {
    fn check(&self, at: &At<'_>, report: &mut Report);
}

/// A value with a type of its own that is read without being judged.
pub(super) trait Own {
    const RULE: &'static str;

    fn problem(&self) -> Option<impl fmt::Display>;
}

impl Own for Psk {
    const RULE: &'static str = "psk";

    fn problem(&self) -> Option<impl fmt::Display> {
        self.check().err()
    }
}

/// The rule of values that the vendor advises against.
pub(crate) const WEAK_VALUE: &str = "weak-value";

/// As much of a value as a message shows.
const SHOWN: usize = 80;

/// A value as a message shows it.
pub(crate) fn shown(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", value.get(..end).unwrap_or_default()),
        None => format!("{value:?}"),
    }
}

impl Report {
    fn text(&mut self, at: &At<'_>, value: &str, limits: &TextLimits) {
        let TextLimits { min_length, max_length, characters, .. } = limits;
        if !limits.fits_length(value) {
            let length = value.chars().count();
            let allowed = Allowed(*min_length, *max_length);
            let message =
                format_args!("{} has {length} characters, and {allowed} are allowed", shown(value));
            self.error(at, "length", message);
        }
        if let Some(misfit) = limits.first_misfit(value) {
            let message = format_args!("{} holds {misfit:?}; allowed: {characters}", shown(value));
            self.error(at, "characters", message);
        }
    }

    fn number(&mut self, at: &At<'_>, value: u32, limits: &RangeInclusive<u32>) {
        if !limits.contains(&value) {
            let allowed = Allowed(*limits.start(), *limits.end());
            self.error(at, "range", format_args!("is {value}, and {allowed} are allowed"));
        }
    }

    pub(super) fn count(&mut self, at: &At<'_>, count: usize, limits: &RangeInclusive<u32>) {
        if !u32::try_from(count).is_ok_and(|count| limits.contains(&count)) {
            let allowed = Allowed(*limits.start(), *limits.end());
            self.error(
                at,
                "item-count",
                format_args!("has {count} items, and {allowed} are allowed"),
            );
        }
    }

    fn tunnel(&mut self, at: &At<'_>, value: &str, limits: &AddressLimits) {
        if let Err(problem) = addresses::tunnel(value, limits) {
            self.error(at, "tunnel-address", format_args!("{} {problem}", shown(value)));
        }
    }

    /// Whether a network touches one of the ranges that the cloud keeps for itself.
    fn reserved(&mut self, at: &At<'_>, value: &str, ranges: &[(Ipv4Addr, u8)]) {
        let Ok(network) = addresses::network(value) else { return };
        for reserved in ranges.iter().map(|range| addresses::block(*range)) {
            if addresses::overlap(&reserved, &network) {
                let message = format_args!(
                    "{network} lies in {reserved} or holds it, which the cloud may keep for itself"
                );
                self.warning(at, "reserved-range", message);
            }
        }
    }

    fn listed<E: OpenEnumeration>(&mut self, at: &At<'_>, value: &E) {
        let mut warning = |rule, problem: &str| {
            self.warning(at, rule, format_args!("{} {problem}", shown(value.as_str())));
        };
        if !value.is_listed() {
            let listed = E::listed_values().collect::<Vec<_>>().join(", ");
            warning("unlisted-value", &format!("is not documented; these are: {listed}"));
        }
        if value.is_weak() {
            warning(WEAK_VALUE, "is weak, as the vendor says");
        }
        if !value.is_supported() {
            warning("unsupported-value", "is not supported at present, as the vendor says");
        }
    }

    fn own<V: Own>(&mut self, at: &At<'_>, value: &V) {
        if let Some(problem) = value.problem() {
            self.error(at, V::RULE, problem);
        }
    }

    fn deprecated(&mut self, at: &At<'_>) {
        self.warning(at, "deprecated", "is deprecated; leave it out");
    }

    fn network(&mut self, at: &At<'_>, value: &str) {
        if let Err(problem) = addresses::network(value) {
            self.error(at, "network", format_args!("{} {problem}", shown(value)));
        }
    }
}

/// `8 to 128`, or `36`.
struct Allowed(u32, u32);

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(low, high) = self;
        match low == high {
            true => write!(f, "{low}"),
            false => write!(f, "{low} to {high}"),
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/field_checks.rs"));
