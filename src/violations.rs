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
    /// [`DualConnection`](crate::DualConnection) as a file holds them: there `/first` and
    /// `/second` are what a tunnel has for itself.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The name of the rule. Names are stable between versions.
    ///
    /// | of one field | is broken when |
    /// | --- | --- |
    /// | `characters` | a text holds a character that may not occur |
    /// | `deprecated` | the field is deprecated (warning) |
    /// | `item-count` | a list has too few or too many items |
    /// | `length` | a text is too short or too long |
    /// | `network` | a text is no IPv4 network as one writes it |
    /// | `psk` | the key has the wrong length, a wrong character, or too few kinds of them |
    /// | `range` | a number is too small or too large |
    /// | `reserved-range` | a network touches one that the cloud keeps for itself (warning) |
    /// | `tunnel-address` | a tunnel address is none, or lies in the wrong place |
    /// | `unlisted-value` | the document does not list the value (warning) |
    /// | `unsupported-value` | the service does not support the value at present (warning) |
    /// | `weak-value` | the vendor advises against the value (warning) |
    ///
    /// | across fields | is broken when |
    /// | --- | --- |
    /// | `ha-role-mode` | the role does not go with the HA mode (a missing one: warning) |
    /// | `hub-style` | `enable_hub` stands beside another style than BGP |
    /// | `ike-id-address` | an IKE id of type `ip` is no address |
    /// | `ike-id-distinct` | both IKE ids are the same |
    /// | `ike-id-required` | an IKE id of type `fqdn` is missing |
    /// | `nqa-ping` | `enable_nqa` is on, which needs answers to ping (warning) |
    /// | `nqa-style` | `enable_nqa` stands beside another style than static |
    /// | `peer-subnets-overlap` | two customer subnets overlap (warning) |
    /// | `peer-subnets-required` | the customer subnets are missing |
    /// | `peer-subnets-unique` | a customer subnet stands there twice |
    /// | `phase1-mode-required` | the negotiation mode is missing beside IKE v1 |
    /// | `phase1-mode-unused` | the negotiation mode stands beside IKE v2 (warning) |
    /// | `policy-rules-required` | a policy-based connection has no policy rules |
    /// | `policy-rules-style` | policy rules stand beside another style |
    /// | `policy-source-unique` | two policy rules have the same source |
    /// | `psk-required` | the pre-shared key is missing |
    /// | `rule-index-unique` | two policy rules have the same index |
    /// | `tag-key-unique` | two tags have the same key |
    /// | `tunnel-distinct` | both tunnel addresses are the same |
    /// | `tunnel-network` | the tunnel addresses lie in different networks |
    /// | `tunnel-pair` | one tunnel address is missing |
    /// | `tunnel-style` | tunnel addresses stand beside style policy (warning) |
    /// | `vgw-ip` | the gateway's address is none, or not of the gateway's kind |
    ///
    /// | across connections | is broken when |
    /// | --- | --- |
    /// | `ha-mode-once` | a pair and its rules say different HA modes |
    /// | `ha-role-distinct` | both addresses of an active/standby gateway have the same role |
    /// | `required` | the builder of a pair was not told something mandatory |
    /// | `tunnel-shared` | two tunnels have addresses in the same network (warning) |
    /// | `vgw-id-shared` | the connections of a batch name different gateways |
    /// | `vgw-ip-distinct` | two connections use the same address of the gateway |
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

    pub(crate) fn extend(&mut self, others: impl IntoIterator<Item = Violation>) {
        self.0.extend(others);
    }

    pub(crate) fn contains(&self, violation: &Violation) -> bool {
        self.0.contains(violation)
    }

    /// Sorts by a key of the pointers; what stands at one place keeps its order.
    pub(crate) fn sort_by_place<K: Ord>(&mut self, key: impl Fn(&str) -> K) {
        self.0.sort_by_cached_key(|violation| key(&violation.pointer));
    }

    /// Those that stop the request.
    pub fn errors(&self) -> impl Iterator<Item = &Violation> {
        self.iter().filter(|violation| violation.severity == Severity::Error)
    }

    /// Those that do not stop the request.
    pub fn warnings(&self) -> impl Iterator<Item = &Violation> {
        self.iter().filter(|violation| violation.severity == Severity::Warning)
    }

    /// The violations, in the order of the document; those of a
    /// [`DualConnection`](crate::DualConnection) begin with what both tunnels share, and
    /// those of the first tunnel go before those of the second.
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
