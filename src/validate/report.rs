//! Where a rule is broken, and all that is broken so far. Nothing is allocated
//! before something is.

use std::fmt;

use crate::violations::{Severity, Violation, Violations};

/// A place in a request.
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Root,
    Member(&'a str),
    Item(usize),
}

impl At<'_> {
    pub(super) const ROOT: Self = Self { parent: None, step: Step::Root };

    pub(super) fn member<'a>(&'a self, name: &'a str) -> At<'a> {
        At { parent: Some(self), step: Step::Member(name) }
    }

    pub(super) fn item(&self, index: usize) -> At<'_> {
        At { parent: Some(self), step: Step::Item(index) }
    }

    fn pointer(&self) -> String {
        let before = self.parent.map(At::pointer).unwrap_or_default();
        match self.step {
            Step::Root => before,
            Step::Member(name) => format!("{before}/{name}"),
            Step::Item(index) => format!("{before}/{index}"),
        }
    }
}

/// What is broken so far.
#[derive(Default)]
pub(super) struct Report(Vec<Violation>);

impl Report {
    #[cold]
    pub(super) fn error(&mut self, at: &At<'_>, rule: &'static str, message: impl fmt::Display) {
        self.0.push(Violation::new(at.pointer(), rule, message));
    }

    #[cold]
    pub(super) fn warning(&mut self, at: &At<'_>, rule: &'static str, message: impl fmt::Display) {
        self.0.push(Violation::new(at.pointer(), rule, message).with_severity(Severity::Warning));
    }

    /// An error that replaces what was found at `at` before, and says it better.
    #[cold]
    pub(super) fn error_instead(
        &mut self,
        at: &At<'_>,
        rule: &'static str,
        message: impl fmt::Display,
    ) {
        let pointer = at.pointer();
        self.0.retain(|violation| violation.pointer() != pointer);
        self.error(at, rule, message);
    }

    pub(super) fn into_violations(self) -> Violations {
        self.0.into_iter().collect()
    }
}
