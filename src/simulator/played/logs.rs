//! The logs of a connection.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::document::error_codes::VPN_0304;
use crate::simulator::call::{Call, Outcome};
use crate::simulator::response::error;
use crate::simulator::state::State;
use crate::types::{ConnectionStatus, GatewayFeature};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let connection = call.found("vpn_connection_id", |id| state.connections.find(id))?;
    let gateway = connection.text("vgw_id").and_then(|id| state.gateways.find(id));
    // One that lists no features may have any.
    let features = gateway.and_then(|gateway| gateway.supported_features.as_ref());
    if features.is_some_and(|them| !them.contains(&GatewayFeature::QueryConnectionLog)) {
        let message = "Query connection log is only supported for newer VPN gateway.";
        return Err(error(StatusCode::BAD_REQUEST, VPN_0304, message));
    }
    let customer = connection.text("cgw_id").and_then(|id| state.gateways.find_customer(id));
    let peer = customer.and_then(|it| it.id_value.as_deref()).unwrap_or("203.0.113.1");
    let begun = entry(connection.created, peer, "negotiation starts", None);
    let outcome = match state.status(connection) {
        ConnectionStatus::PendingCreate => None,
        ConnectionStatus::Active => Some(entry(state.now(), peer, "is established", None)),
        _ => Some(entry(state.now(), peer, "negotiation fails", Some("peer no response"))),
    };
    let entries: Vec<_> = [begun].into_iter().chain(outcome).collect();
    Ok(call.success(state, StatusCode::OK, entries.into()))
}

/// An entry in the form of the vendor's example.
fn entry(time: Timestamp, peer: &str, event: &str, reason: Option<&str>) -> Value {
    let reason = reason.map(|reason| format!(", Reason=[{reason}]")).unwrap_or_default();
    let message = format!(
        "{time:.6} simulator ipsec_ike[30085]: [{peer}] IPSec tunnel {event}. (IfIndex=[207], \
         PolicyName=[], SeqNum=[0], PeerAddress=[{peer}], PeerPort=[500]{reason})"
    );
    json!({ "time": time.as_second(), "raw_message": message })
}
