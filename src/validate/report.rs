//! Where a rule is broken, and all that is broken so far. Nothing is allocated
//! before something is.

use std::fmt;

use crate::violations::{Severity, Violation, Violations};

/// A place in a request.
pub(super) enum At<'a> {
    Root,
    Member(&'a At<'a>, &'a str),
    Item(&'a At<'a>, usize),
}

impl At<'_> {
    pub(super) const ROOT: Self = Self::Root;

    pub(super) fn member<'a>(&'a self, name: &'a str) -> At<'a> {
        At::Member(self, name)
    }

    pub(super) fn item(&self, index: usize) -> At<'_> {
        At::Item(self, index)
    }

    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(parent, name) => format!("{}/{name}", parent.pointer()),
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// What is broken so far.
#[derive(Default)]
pub(super) struct Report {
    found: Vec<Violation>,
    pub(super) deny_unlisted_values: bool,
}

impl Report {
    #[cold]
    pub(super) fn error(&mut self, at: &At<'_>, rule: &'static str, message: impl fmt::Display) {
        self.found.push(Violation::new(at.pointer(), rule, message));
    }

    #[cold]
    pub(super) fn warning(&mut self, at: &At<'_>, rule: &'static str, message: impl fmt::Display) {
        self.found
            .push(Violation::new(at.pointer(), rule, message).with_severity(Severity::Warning));
    }

    /// Takes out what was found at `at`, for what says it better.
    pub(super) fn forget(&mut self, at: &At<'_>) {
        let pointer = at.pointer();
        self.found.retain(|violation| violation.pointer() != pointer);
    }

    pub(super) fn into_violations(self) -> Violations {
        Violations(self.found)
    }
}
