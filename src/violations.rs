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
    severity: Severity,
    message: String,
}

/// Whether a broken rule stops a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// The service refuses the request, or does not do what it says.
    Error,
    /// The service takes the request, and it may not be what was meant.
    Warning,
}

impl Violation {
    pub(crate) fn new(
        pointer: impl Into<String>,
        rule: &'static str,
        message: impl fmt::Display,
    ) -> Self {
        let message = message.to_string();
        Self { pointer: pointer.into(), rule, severity: Severity::Error, message }
    }

    pub(crate) fn with_severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// The same violation at another place.
    pub(crate) fn at(self, pointer: String) -> Self {
        Self { pointer, ..self }
    }

    /// The place, as a JSON pointer into the request body, or into the settings of a
    /// [`DualConnection`](crate::DualConnection): there `/first` and `/second` are the
    /// tunnels.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The name of the rule. Names are stable between versions.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.rule
    }

    /// Whether it stops the request.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong and what is allowed, as a sentence. Never shows a secret.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, rule, severity, message } = self;
        let warning = if *severity == Severity::Warning { "warning: " } else { "" };
        write!(f, "{pointer}: {warning}{message} [{rule}]")
    }
}

/// Every broken rule of a request, errors and warnings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Violations(Vec<Violation>);

impl Violations {
    pub(crate) fn push(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Those that stop the request.
    pub fn errors(&self) -> impl Iterator<Item = &Violation> {
        self.iter().filter(|violation| violation.severity == Severity::Error)
    }

    /// Those that do not stop the request.
    pub fn warnings(&self) -> impl Iterator<Item = &Violation> {
        self.iter().filter(|violation| violation.severity == Severity::Warning)
    }

    /// The violations, in the order of the document.
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

impl FromIterator<Violation> for Violations {
    fn from_iter<I: IntoIterator<Item = Violation>>(violations: I) -> Self {
        Self(violations.into_iter().collect())
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
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
