//! The limits of single fields. Which limit holds for which field is derived from
//! the document; this is how each kind is enforced.

use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use super::addresses;
use super::report::{At, Report};
use crate::document::enumerations::OpenValue;
use crate::document::limits::{AddressLimits, TextLimits};
use crate::nearest::nearest;
use crate::secret::Psk;

/// A request, or a part of one, whose fields have limits.
pub(super) trait Fields {
    fn enforce(&self, _: &At<'_>, _: &mut Report) {}
}

/// The rule of values that the vendor advises against.
pub(crate) const WEAK_VALUE: &str = "weak-value";

/// As much of a value as a message quotes.
const QUOTED: usize = 80;

/// A value as a message quotes it.
pub(crate) fn quoted(value: &str) -> String {
    match value.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{:?}…", value.get(..end).unwrap_or_default()),
        None => format!("{value:?}"),
    }
}

impl Report {
    fn text(&mut self, at: &At<'_>, value: &str, limits: &TextLimits) {
        if limits.permits(value) {
            return;
        }
        let TextLimits { min_length, max_length, characters, .. } = limits;
        if !limits.fits_length(value) {
            let length = value.chars().count();
            let allowed = range(*min_length, *max_length);
            let message =
                format_args!("{} has {length} characters; must have {allowed}", quoted(value));
            self.error(at, "length", message);
        }
        if let Some(misfit) = limits.first_misfit(value) {
            let message =
                format_args!("{} contains {misfit:?}; allowed: {characters}", quoted(value));
            self.error(at, "characters", message);
        }
    }

    fn number(&mut self, at: &At<'_>, value: u32, limits: &RangeInclusive<u32>) {
        if !limits.contains(&value) {
            let allowed = range(*limits.start(), *limits.end());
            self.error(at, "range", format_args!("is {value}; must be {allowed}"));
        }
    }

    pub(super) fn count(&mut self, at: &At<'_>, count: usize, limits: &RangeInclusive<u32>) {
        if !u32::try_from(count).is_ok_and(|count| limits.contains(&count)) {
            let allowed = range(*limits.start(), *limits.end());
            self.error(at, "item-count", format_args!("has {count} items; must have {allowed}"));
        }
    }

    fn tunnel(&mut self, at: &At<'_>, value: &str, limits: &AddressLimits) {
        if let Err(problem) = addresses::tunnel(value, limits) {
            self.error(at, "tunnel-address", format_args!("{} {problem}", quoted(value)));
        }
    }

    /// A network, which should not touch the ranges that the cloud keeps for itself.
    fn network(&mut self, at: &At<'_>, value: &str, reserved: &[(Ipv4Addr, u8)]) {
        let network = match addresses::network(value) {
            Ok(network) => network,
            Err(problem) => {
                return self.error(at, "network", format_args!("{} {problem}", quoted(value)));
            }
        };
        for range in reserved.iter().map(|range| addresses::ipv4_net(*range)) {
            if addresses::overlap(&range, &network) {
                let message =
                    format_args!("{network} overlaps with {range}, which the cloud may reserve");
                self.warning(at, "reserved-range", message);
            }
        }
    }

    pub(super) fn listed<'a>(&mut self, at: &At<'_>, value: impl Into<OpenValue<'a>>) {
        let OpenValue { text, is_listed, is_weak, is_supported, listed, better } = value.into();
        if !is_listed {
            self.unlisted(at, text, &listed());
        }
        let mut warning = |rule, problem: &str| {
            self.warning(at, rule, format_args!("{} {problem}", quoted(text)));
        };
        if is_weak {
            let better = better().map(|it| format!("; a better one is {it:?}"));
            let better = better.unwrap_or_default();
            warning(WEAK_VALUE, &format!("is weak, according to the vendor{better}"));
        }
        if !is_supported {
            warning("unsupported-value", "is not supported at present, according to the vendor");
        }
    }

    fn unlisted(&mut self, at: &At<'_>, text: &str, listed: &[&str]) {
        let hint = match nearest(text, listed) {
            Some((meant, true)) => format!("did you mean {meant:?}? Documented values"),
            _ => "documented values".to_owned(),
        };
        let (value, listed) = (quoted(text), listed.join(", "));
        let message = format_args!("{value} is not documented; {hint}: {listed}");
        match self.deny_unlisted_values {
            true => self.error(at, "unlisted-value", message),
            false => self.warning(at, "unlisted-value", message),
        }
    }

    /// A key that was read without [`Psk::new`].
    fn psk(&mut self, at: &At<'_>, value: &Psk) {
        if let Err(problem) = value.check() {
            self.error(at, "psk", problem);
        }
    }

    fn deprecated(&mut self, at: &At<'_>) {
        self.warning(at, "deprecated", "is deprecated; leave it out");
    }
}

/// `8 to 128`, or `36`.
fn range(low: u32, high: u32) -> String {
    if low == high { low.to_string() } else { format!("{low} to {high}") }
}

include!(concat!(env!("OUT_DIR"), "/field_checks.rs"));
