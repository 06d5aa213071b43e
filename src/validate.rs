//! What is checked before a request is sent: the limits of single fields, derived
//! from the document, and the rules across fields.

mod addresses;
mod batch;
mod connection;
mod fields;
mod report;
mod rules;

use crate::error::Error;
use crate::types::VpnConnectionRequest;
use crate::violations::Violations;
pub(crate) use connection::PSK_REQUIRED;
use fields::Fields as _;
pub(crate) use fields::{WEAK_VALUE, shown};
use report::{At, Report, positions};
pub use rules::{AttachmentType, IpVersion, NetworkType, Rules};

impl VpnConnectionRequest {
    /// Every documented rule that this request breaks, in the order of the
    /// document, with pointers into the body of a single create.
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
    ///     "- /vpn_connection/peer_subnets/0: \"192.168.44.7/24\" has host bits set; \
    ///      the network is 192.168.44.0/24 [network]"
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, rules: &Rules) -> Violations {
        self.violations("/vpn_connection", rules)
    }

    /// As [`validate`](Self::validate), with the place of this request.
    pub(crate) fn violations(&self, place: &str, rules: &Rules) -> Violations {
        let mut report = Report::default();
        judge_one(self, rules, &At::root(place), &mut report);
        report.in_document_order(place, CONNECTION)
    }
}

/// The limits of its fields, and the rules across them.
fn judge_one(request: &VpnConnectionRequest, rules: &Rules, at: &At<'_>, report: &mut Report) {
    request.check(at, report);
    connection::check(request, rules, at, report);
}

/// The schema of a connection to create.
const CONNECTION: &str = "VpnConnectionRequest";

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
    batch::check(requests, rules)
}

/// What sorts places of a single request in the order of the document.
pub(crate) fn position(pointer: &str) -> Vec<usize> {
    positions(pointer, CONNECTION)
}

/// The rules across the tunnels of a dual connection, with pointers below `place`,
/// which is that of the second one.
pub(crate) fn tunnels(
    first: &VpnConnectionRequest,
    second: &VpnConnectionRequest,
    place: &str,
) -> Violations {
    batch::tunnels(first, second, place)
}

/// Errors stop the request.
pub(crate) fn refuse(violations: Violations) -> Result<Violations, Error> {
    let has_errors = violations.errors().next().is_some();
    if has_errors { Err(Error::invalid_request(violations)) } else { Ok(violations) }
}

/// Errors stop the request; warnings are traced as it is sent.
pub(crate) fn judge(violations: Violations) -> Result<(), Error> {
    for warning in &refuse(violations)? {
        let (pointer, rule) = (warning.pointer(), warning.rule());
        tracing::warn!(pointer, rule, "{}", warning.message());
    }
    Ok(())
}
