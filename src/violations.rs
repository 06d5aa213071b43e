//! What is wrong with a request: every broken rule at once, each with its place.

use std::fmt;
use std::ops::Deref;

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
    /// The service rejects the request, or does not do what it says.
    Error,
    /// The service accepts the request, but it may not be what was intended.
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

    /// The same violation of what stands at `place`.
    pub(crate) fn beneath(self, place: &str) -> Self {
        let pointer = format!("{place}{}", self.pointer);
        self.at(pointer)
    }

    /// The same violation at another place.
    pub(crate) fn at(self, pointer: String) -> Self {
        Self { pointer, ..self }
    }

    /// The place, as a JSON pointer into the request body, or into the settings of a
    /// [`DualConnection`](crate::DualConnection) as a file holds them: there `/first` and
    /// `/second` hold what is different for a tunnel.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The name of the rule. Names are stable between versions.
    ///
    /// | of one field | is broken when |
    /// | --- | --- |
    /// | `characters` | a text contains a character that is not allowed |
    /// | `deprecated` | the field is deprecated (warning) |
    /// | `item-count` | a list has too few or too many items |
    /// | `length` | a text is too short or too long |
    /// | `network` | a text is not an IPv4 network in CIDR notation, or has host bits set |
    /// | `psk` | the key has the wrong length, a wrong character, or too few classes of them |
    /// | `range` | a number is too small or too large |
    /// | `reserved-range` | a network overlaps with one that the cloud may reserve (warning) |
    /// | `tunnel-address` | a tunnel address is invalid, or lies outside the allowed network |
    /// | `unlisted-value` | the document does not list the value (warning, unless [`Rules::deny_unlisted_values`](crate::Rules::deny_unlisted_values)) |
    /// | `unsupported-value` | the service does not support the value at present (warning) |
    /// | `weak-value` | the vendor advises against the value (warning) |
    ///
    /// | across fields | is broken when |
    /// | --- | --- |
    /// | `ha-role-mode` | the role does not match the HA mode (a missing one: warning) |
    /// | `hub-style` | `enable_hub` is set with another style than BGP |
    /// | `ike-id-address` | an IKE id of type `ip` is not an IPv4 address |
    /// | `ike-id-distinct` | both IKE ids are the same |
    /// | `ike-id-required` | an IKE id of type `fqdn` is missing |
    /// | `nqa-ping` | `enable_nqa` is on, which needs answers to ping (warning) |
    /// | `nqa-style` | `enable_nqa` is set with another style than static |
    /// | `peer-subnets-overlap` | two customer subnets overlap (warning) |
    /// | `peer-subnets-required` | the customer subnets are missing |
    /// | `peer-subnets-unique` | a customer subnet is listed twice (warning) |
    /// | `phase1-mode-required` | the negotiation mode is missing with IKE v1 |
    /// | `phase1-mode-unused` | the negotiation mode is set with IKE v2 (warning) |
    /// | `policy-rules-required` | a policy-based connection has no policy rules |
    /// | `policy-rules-style` | policy rules are set with another style |
    /// | `policy-source-unique` | two policy rules have the same source |
    /// | `psk-alone` | an update changes the pre-shared key alone, which takes no effect with IKE v2 (warning) |
    /// | `psk-required` | the pre-shared key is missing |
    /// | `rule-index-unique` | two policy rules have the same index |
    /// | `tag-key-unique` | two tags have the same key (warning) |
    /// | `tunnel-distinct` | both tunnel addresses are the same |
    /// | `tunnel-network` | the tunnel addresses lie in different networks |
    /// | `tunnel-pair` | one tunnel address is missing |
    /// | `tunnel-style` | tunnel addresses are set with style policy (warning) |
    /// | `update-empty` | an update changes nothing |
    /// | `vgw-ip` | the gateway's address is invalid, or not of the gateway's network type |
    ///
    /// | across connections | is broken when |
    /// | --- | --- |
    /// | `ha-mode-once` | a pair and its rules give different HA modes |
    /// | `ha-role-distinct` | both addresses of an active/standby gateway have the same role |
    /// | `required` | a builder lacks something mandatory |
    /// | `set-by-pair` | a builder of a request sets what the pair itself decides |
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

/// Every broken rule of a request, errors and warnings: of each request those of its
/// fields, in the order of the document, then those of the rules across fields. A
/// [`DualConnection`](crate::DualConnection) begins with those of the pair itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Violations(pub(crate) Vec<Violation>);

impl Violations {
    /// Those that stop the request.
    pub fn errors(&self) -> impl Iterator<Item = &Violation> {
        self.iter().filter(|violation| violation.severity == Severity::Error)
    }

    /// Those that do not stop the request.
    pub fn warnings(&self) -> impl Iterator<Item = &Violation> {
        self.iter().filter(|violation| violation.severity == Severity::Warning)
    }
}

impl Violations {
    /// The same without these secrets, which may stand in any field by mistake.
    pub(crate) fn without<'a>(mut self, secrets: impl IntoIterator<Item = &'a str>) -> Self {
        if !self.0.is_empty() {
            for secret in secrets {
                self.0.iter_mut().for_each(|violation| violation.redact(secret));
            }
        }
        self
    }
}

/// As much of a secret as is looked for: messages cut off long values.
const TELLING: usize = 24;

impl Violation {
    /// Takes out every quoted value that the secret stands in.
    fn redact(&mut self, secret: &str) {
        let start: String = secret.chars().take(TELLING).flat_map(char::escape_debug).collect();
        // A few characters would be found in any text.
        while start.len() >= 4
            && let Some((before, after)) = self.message.split_once(&start)
            && let Some((before, _)) = before.rsplit_once('"')
        {
            let after = after.split_once('"').map_or("", |(_, after)| after);
            self.message = format!("{before}[redacted]{after}");
        }
    }
}

impl Deref for Violations {
    type Target = [Violation];

    fn deref(&self) -> &Self::Target {
        &self.0
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
