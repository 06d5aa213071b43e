//! The differences between what the document states and what the types do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::facts::{Facts, Statements};
use crate::meant::{Difference, reason};

/// Every difference, by why it is meant.
pub(crate) struct Report {
    meant: BTreeMap<&'static str, Vec<Difference>>,
    new: Vec<Difference>,
    kept: usize,
}

impl Report {
    pub(crate) fn of(document: &Facts, types: &Facts) -> Self {
        let mut report = Self { meant: BTreeMap::new(), new: Vec::new(), kept: 0 };
        for place in keys(&document.places, &types.places) {
            report.compare(place, document, types);
        }
        report
    }

    pub(crate) fn is_as_meant(&self) -> bool {
        self.new.is_empty()
    }

    fn compare(&mut self, place: &str, document: &Facts, types: &Facts) {
        let nothing = Statements::new();
        let here = document.places.get(place);
        let there = types.places.get(place);
        let (ours, theirs) = (here.unwrap_or(&nothing), there.unwrap_or(&nothing));
        for keyword in keys(ours, theirs) {
            let (document_says, types_say) = (ours.get(keyword), theirs.get(keyword));
            if document_says == types_say {
                self.kept += 1;
                continue;
            }
            let difference = Difference {
                place: place.to_owned(),
                keyword: keyword.to_owned(),
                document: document_says.cloned(),
                types: types_say.cloned(),
            };
            match reason(&difference, document) {
                Some(reason) => self.meant.entry(reason).or_default().push(difference),
                None => self.new.push(difference),
            }
        }
    }
}

fn keys<'a, V>(one: &'a BTreeMap<String, V>, other: &'a BTreeMap<String, V>) -> BTreeSet<&'a str> {
    one.keys().chain(other.keys()).map(String::as_str).collect()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.place, self.keyword)?;
        let show = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
        write!(f, "{} != {}", show(&self.document), show(&self.types))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (reason, differences) in &self.meant {
            writeln!(f, "{reason}")?;
            for difference in differences {
                writeln!(f, "  {difference}")?;
            }
            writeln!(f)?;
        }
        if !self.new.is_empty() {
            writeln!(f, "Not meant (what the document says != what the type does)")?;
            for difference in &self.new {
                writeln!(f, "  {difference}")?;
            }
            writeln!(f)?;
        }
        let meant: usize = self.meant.values().map(Vec::len).sum();
        writeln!(
            f,
            "{} statements kept, {meant} lost or loosened as meant, {} not meant",
            self.kept,
            self.new.len()
        )
    }
}
