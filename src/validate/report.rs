//! Where a rule is broken, and all that is broken so far. Nothing is allocated
//! before something is.

use std::fmt;

use super::fields::PROPERTIES;
use crate::violations::{Severity, Violation, Violations};

/// A place in a request.
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root(&'a str),
    Member(&'a str),
    Item(usize),
}

impl<'a> At<'a> {
    pub(super) fn root(pointer: &'a str) -> Self {
        Self { parent: None, step: Step::Root(pointer) }
    }

    pub(super) fn member<'b>(&'b self, name: &'b str) -> At<'b> {
        At { parent: Some(self), step: Step::Member(name) }
    }

    pub(super) fn item(&self, index: usize) -> At<'_> {
        At { parent: Some(self), step: Step::Item(index) }
    }

    fn pointer(&self) -> String {
        let before = self.parent.map(At::pointer).unwrap_or_default();
        match self.step {
            Step::Root(pointer) => pointer.to_owned(),
            Step::Member(name) => format!("{before}/{name}"),
            Step::Item(index) => format!("{before}/{index}"),
        }
    }
}

/// What is broken so far.
#[derive(Default)]
pub(super) struct Report(Vec<Violation>);

impl Report {
    pub(super) fn error(&mut self, at: &At<'_>, rule: &'static str, message: impl fmt::Display) {
        self.0.push(Violation::new(at.pointer(), rule, message));
    }

    pub(super) fn warning(&mut self, at: &At<'_>, rule: &'static str, message: impl fmt::Display) {
        self.0.push(Violation::new(at.pointer(), rule, message).with_severity(Severity::Warning));
    }

    /// An error that says all that was found at `at` before, and says it better.
    pub(super) fn error_instead(
        &mut self,
        at: &At<'_>,
        rule: &'static str,
        message: impl fmt::Display,
    ) {
        let pointer = at.pointer();
        self.0.retain(|violation| violation.pointer() != pointer);
        self.0.push(Violation::new(pointer, rule, message));
    }

    /// As they were found.
    pub(super) fn into_violations(self) -> Violations {
        self.0.into_iter().collect()
    }

    /// Sorted by the place in the document of the schema at `root`; what stands at
    /// one place stays in the order in which it was found.
    pub(super) fn in_document_order(mut self, root: &str, schema: &str) -> Violations {
        self.0.sort_by_cached_key(|violation| {
            let below = violation.pointer().strip_prefix(root).unwrap_or_default();
            positions(below, schema)
        });
        self.into_violations()
    }
}

/// The position of every step of a pointer among its siblings.
pub(super) fn positions(pointer: &str, schema: &str) -> Vec<usize> {
    let mut schema = schema;
    let step = |step: &str| {
        if let Ok(index) = step.parse() {
            return index;
        }
        let properties = PROPERTIES.iter().find(|(name, _)| *name == schema);
        let properties = properties.map(|(_, properties)| *properties).unwrap_or_default();
        let found = properties.iter().enumerate().find(|(_, (name, _))| *name == step);
        let Some((position, (_, child))) = found else { return usize::MAX };
        schema = child;
        position
    };
    pointer.split('/').skip(1).map(step).collect()
}
