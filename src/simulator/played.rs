//! The operations that the simulator plays.

mod connections;
mod customer_gateways;
mod gateways;
mod logs;
mod monitors;

use super::call::{Call, Outcome};
use super::response::not_played;
use super::state::State;

type Play = fn(&mut State, &Call<'_>) -> Outcome;

/// What each operation does, by its id.
const PLAYED: &[(&str, Play)] = &[
    ("create_vpn_connection", connections::create),
    ("batch_create_vpn_connections", connections::create_batch),
    ("show_vpn_connection", connections::show),
    ("list_vpn_connections", connections::list),
    ("update_vpn_connection", connections::update),
    ("delete_vpn_connection", connections::delete),
    ("list_vpn_connection_logs", logs::list),
    ("show_vpn_gateway", gateways::show),
    ("list_vpn_gateways", gateways::list),
    ("show_customer_gateway", customer_gateways::show),
    ("list_customer_gateways", customer_gateways::list),
    ("create_connection_monitor", monitors::create),
    ("show_connection_monitor", monitors::show),
    ("list_connection_monitors", monitors::list),
    ("delete_connection_monitor", monitors::delete),
];

pub(super) fn play(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = call.operation.id;
    let (_, play) =
        PLAYED.iter().find(|(played, _)| *played == id).ok_or_else(|| not_played(id))?;
    play(state, call)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use http::{Method, StatusCode};

    use super::*;
    use crate::document::operation::Operation;
    use crate::operations::OPERATIONS;

    #[test]
    fn every_operation_of_the_document_is_played() {
        let played: BTreeSet<_> = PLAYED.iter().map(|(id, _)| *id).collect();
        let documented = OPERATIONS.iter().map(|operation| operation.id).collect();
        assert_eq!(played, documented);
        assert_eq!(played.len(), PLAYED.len(), "each once");
    }

    #[test]
    fn an_operation_that_is_not_played_is_501_and_says_so() {
        let operation = Operation {
            id: "list_vpn_tunnels",
            method: Method::GET,
            path: "/v5/{project_id}/vpn-tunnels",
            request_schema: None,
            request_member: None,
            response_member: None,
            returns_connections: false,
            connection_id: None,
            max_response_bytes: None,
            readable: None,
        };
        let call = Call { operation: &operation, parameters: Vec::new(), query: "", body: b"" };
        let (status, body) = play(&mut State::default(), &call).unwrap_err();
        assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
        let message = "the simulator does not play the operation list_vpn_tunnels";
        assert_eq!(body["error_msg"], message);
        assert_eq!(body.get("error_code"), None, "the service has no code for it");
    }
}
