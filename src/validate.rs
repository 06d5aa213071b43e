//! What is checked before a request is sent.

use crate::document::limits::batch_create_vpn_connections_request::VPN_CONNECTIONS;
use crate::error::Error;
use crate::types::VpnConnectionRequest;
use crate::violations::{Violation, Violations};

/// The request of a single create.
pub(crate) fn connection(request: &VpnConnectionRequest) -> Result<(), Error> {
    let mut violations = Violations::default();
    psk("/vpn_connection", request, &mut violations);
    outcome(violations)
}

/// The requests of a batch create.
///
/// Vendor page: `vpn_api_0150`, "Creating VPN Connections in Batches".
pub(crate) fn batch(requests: &[VpnConnectionRequest]) -> Result<(), Error> {
    let mut violations = Violations::default();
    if !u32::try_from(requests.len()).is_ok_and(|count| VPN_CONNECTIONS.contains(&count)) {
        let message = format_args!(
            "a batch creates {} or {} connections, and there are {} here",
            VPN_CONNECTIONS.start(),
            VPN_CONNECTIONS.end(),
            requests.len()
        );
        violations.push(Violation::new("/vpn_connections", "item-count", message));
    }
    for (index, request) in requests.iter().enumerate() {
        psk(&format!("/vpn_connections/{index}"), request, &mut violations);
    }
    outcome(violations)
}

/// A pre-shared key that came from a file has not been judged yet.
fn psk(pointer: &str, request: &VpnConnectionRequest, violations: &mut Violations) {
    if let Some(Err(problem)) = request.psk.as_ref().map(crate::Psk::check) {
        violations.push(Violation::new(format!("{pointer}/psk"), "psk", problem));
    }
}

pub(crate) fn outcome(violations: Violations) -> Result<(), Error> {
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid_request(violations)) }
}
