//! What is checked before a request is sent: the limits of single fields, derived
//! from the document, and the rules across fields.

mod addresses;
mod batch;
mod connection;
mod create;
mod fields;
mod report;
mod rules;
mod update;
mod view;

use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use crate::secret::Psk;
use crate::types::{HaMode, VpnConnection, VpnConnectionRequest, VpnConnectionUpdate};
use crate::violations::Violations;
pub(crate) use fields::{ORDER, WEAK_VALUE, names, parameters, quoted};
use report::At;
pub use rules::Rules;

impl VpnConnectionRequest {
    /// Every documented rule that this request breaks, with pointers into the request as a
    /// file holds it: the limits of its fields in the order of the document, then the rules
    /// across fields.
    ///
    /// ```
    /// use otc_vpn::{Rules, types::VpnConnectionRequest};
    ///
    /// let request: VpnConnectionRequest = serde_json::from_str(
    ///     r#"{ "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
    ///          "vgw_ip": "e4d7930f-demo-4cbf-b78a-b004416c7485",
    ///          "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26",
    ///          "peer_subnets": ["192.168.44.7/24"],
    ///          "psk": "Example-Key-2025" }"#,
    /// )?;
    /// let violations = request.validate(&Rules::default());
    /// assert_eq!(
    ///     violations.to_string(),
    ///     "- /peer_subnets/0: \"192.168.44.7/24\" has host bits set; \
    ///      the network is 192.168.44.0/24 [network]"
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, rules: &Rules) -> Violations {
        let mut report = rules.report();
        create::enforce(self, rules, &At::ROOT, &mut report);
        report.into_violations().without(self.psk.iter().map(Psk::expose))
    }
}

impl VpnConnectionUpdate {
    /// Every documented rule that this update breaks, with pointers into it. The style and the
    /// IKE version are those of the connection, so that the rules that depend on them are left
    /// to [`validate_for`](Self::validate_for).
    ///
    /// ```
    /// use otc_vpn::{Rules, types::VpnConnectionUpdate};
    ///
    /// let update: VpnConnectionUpdate = serde_json::from_str(r#"{ "ikepolicy": {} }"#)?;
    /// let violations = update.validate(&Rules::default());
    /// assert_eq!(violations[0].rule(), "update-empty");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, rules: &Rules) -> Violations {
        self.violations(None, rules)
    }

    /// The same for an update of this connection, as it was queried: with what the update
    /// leaves as it is.
    ///
    /// ```
    /// use otc_vpn::{Rules, types::{VpnConnection, VpnConnectionUpdate}};
    ///
    /// let connection: VpnConnection = serde_json::from_str(
    ///     r#"{ "id": "18be2aa1", "style": "STATIC",
    ///          "tunnel_local_address": "169.254.76.1/30",
    ///          "tunnel_peer_address": "169.254.76.2/30" }"#,
    /// )?;
    /// let update = VpnConnectionUpdate::builder().tunnel_peer_address("169.254.80.2/30").build()?;
    /// assert!(update.validate(&Rules::default()).is_empty());
    /// let violations = update.validate_for(&connection, &Rules::default());
    /// assert_eq!(violations[0].rule(), "tunnel-network");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn validate_for(&self, connection: &VpnConnection, rules: &Rules) -> Violations {
        self.violations(Some(connection), rules)
    }

    fn violations(&self, connection: Option<&VpnConnection>, rules: &Rules) -> Violations {
        let mut report = rules.report();
        update::enforce(self, connection, rules, &At::ROOT, &mut report);
        report.into_violations().without(self.psk.iter().map(Psk::expose))
    }
}

/// Every documented rule that the requests of a batch break, with pointers into
/// the body of a batch create.
///
/// Vendor page: `vpn_api_0150`, "Creating VPN Connections in Batches".
///
/// ```
/// let violations = otc_vpn::validate_batch(&[], &otc_vpn::Rules::default());
/// assert_eq!(violations.iter().next().unwrap().rule(), "item-count");
/// ```
#[must_use]
pub fn validate_batch(requests: &[VpnConnectionRequest], rules: &Rules) -> Violations {
    let mut report = rules.report();
    batch::enforce(requests, rules, &mut report);
    report.into_violations().without(keys(requests))
}

/// What a dual connection is checked for beside each of its requests: the facts about its
/// gateway, and the tunnels of both, with pointers into its settings.
pub(crate) fn pair(
    requests: &[VpnConnectionRequest; 2],
    ha_mode: Option<&HaMode>,
    rules: &Rules,
) -> Violations {
    let mut report = rules.report();
    ha_mode.iter().for_each(|mode| report.listed(&At::ROOT.member("ha_mode"), *mode));
    rules.enforce(&At::ROOT.member("rules"), &mut report);
    batch::distinct_tunnels(requests.each_ref(), &At::ROOT.member("second"), &mut report);
    report.into_violations()
}

/// The pre-shared keys of requests.
pub(crate) fn keys(requests: &[VpnConnectionRequest]) -> impl Iterator<Item = &str> {
    requests.iter().filter_map(|request| request.psk.as_ref().map(Psk::expose))
}

/// Errors stop the request.
pub(crate) fn reject(violations: Violations) -> Result<Violations, Error> {
    let has_errors = violations.errors().next().is_some();
    if has_errors { Err(Error::invalid_request(violations)) } else { Ok(violations) }
}

/// Errors stop the request; warnings are traced as it is sent. The secrets of the client
/// are taken out of both.
pub(crate) fn enforce(
    violations: Violations,
    secrets: impl FnOnce() -> Vec<SecretString>,
) -> Result<(), Error> {
    if violations.is_empty() {
        return Ok(());
    }
    let violations = violations.without(secrets().iter().map(SecretString::expose_secret));
    for warning in &reject(violations)? {
        let (pointer, rule) = (warning.pointer(), warning.rule());
        tracing::warn!(pointer, rule, "{}", warning.message());
    }
    Ok(())
}
