//! What is wrong with a request: every broken rule at once, each with its place.

use std::fmt;

use serde::Serialize;

/// A broken rule.
///
/// ```
/// # use otc_vpn::DualConnection;
/// let error = DualConnection::builder().build().unwrap_err();
/// let violations = error.violations().unwrap();
/// assert!(violations.iter().any(|v| v.pointer() == "/vgw_id" && v.rule() == "required"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    pointer: String,
    rule: &'static str,
    message: String,
}

impl Violation {
    pub(crate) fn new(
        pointer: impl Into<String>,
        rule: &'static str,
        message: impl fmt::Display,
    ) -> Self {
        Self { pointer: pointer.into(), rule, message: message.to_string() }
    }

    /// The place, as a JSON pointer into the request.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The name of the rule. Names are stable between versions.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.rule
    }

    /// What is wrong and what is allowed, as a sentence. Never shows a secret.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.pointer, self.message, self.rule)
    }
}

/// Every broken rule of a request. Reached through [`Error::violations`].
///
/// [`Error::violations`]: crate::Error::violations
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Violations(Vec<Violation>);

impl Violations {
    pub(crate) fn push(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    /// The violations, in the order of the request.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}- {violation}")?;
        }
        Ok(())
    }
}
