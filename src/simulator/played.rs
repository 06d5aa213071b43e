//! The operations that the simulator plays.

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::response::{StatusAndBody, invalid, not_found, not_played};
use super::schema_check;
use super::state::State;
use crate::document::operation::Operation;
use crate::types::{
    AttachmentType, BatchCreateVpnConnectionsRequest, CreateVpnConnectionRequest, IpVersion,
    VpnConnectionRequest,
};
use crate::validate::{Rules, validate_batch};
use crate::violations::{Violation, Violations};

/// A request to an operation, authenticated.
pub(super) struct Call<'a> {
    pub(super) operation: &'a Operation,
    /// The id of the connection that its path names.
    pub(super) connection_id: Option<&'a str>,
    pub(super) body: &'a [u8],
}

type Outcome = Result<StatusAndBody, StatusAndBody>;

type Play = fn(&mut State, &Call<'_>) -> Outcome;

/// What each operation does, by its id.
const PLAYED: &[(&str, Play)] = &[
    ("create_vpn_connection", create),
    ("batch_create_vpn_connections", create_batch),
    ("show_vpn_connection", show),
];

pub(super) fn play(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = call.operation.id;
    let (_, play) =
        PLAYED.iter().find(|(played, _)| *played == id).ok_or_else(|| not_played(id))?;
    play(state, call)
}

fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let request = call.read::<CreateVpnConnectionRequest>()?.vpn_connection;
    reject(state, "/vpn_connection", || request.validate(&rules()))?;
    let mut created = create_all(state, &[request])?;
    Ok((StatusCode::CREATED, call.envelope(state, created.pop().unwrap_or_default())))
}

fn create_batch(state: &mut State, call: &Call<'_>) -> Outcome {
    let requests = call.read::<BatchCreateVpnConnectionsRequest>()?.vpn_connections;
    reject(state, "", || validate_batch(&requests, &rules()))?;
    let created = create_all(state, &requests)?;
    Ok((StatusCode::CREATED, call.envelope(state, created.into())))
}

fn show(state: &mut State, call: &Call<'_>) -> Outcome {
    let connection = call.connection_id.and_then(|id| state.connections.find(id));
    let connection = connection.ok_or_else(|| not_found("resource not found"))?;
    let shown = state.shown(connection);
    Ok((StatusCode::OK, call.envelope(state, shown)))
}

/// All or none: what one of them breaks stops the others.
fn create_all(
    state: &mut State,
    requests: &[VpnConnectionRequest],
) -> Result<Vec<Value>, StatusAndBody> {
    state.connections.check_room(requests)?;
    let create = |request| {
        let connection = state.made_of(request);
        let returned = connection.returned();
        state.connections.insert(connection);
        returned
    };
    Ok(requests.iter().map(create).collect())
}

/// The rules that hold for every gateway: the simulator does not know which one it is.
fn rules() -> Rules {
    let rules = Rules::default().attachment(AttachmentType::Er).ip_version(IpVersion::V6);
    rules.allow_missing_psk(true)
}

/// Errors stop the request; `at` is where in the body their pointers begin. No value is
/// quoted: somebody may have put a key into any field.
fn reject(
    state: &State,
    at: &str,
    violations: impl FnOnce() -> Violations,
) -> Result<(), StatusAndBody> {
    if state.schema_only {
        return Ok(());
    }
    let broken = |it: &Violation| format!("{at}{} breaks the rule `{}`", it.pointer(), it.rule());
    match violations().errors().map(broken).collect::<Vec<_>>() {
        none if none.is_empty() => Ok(()),
        broken => Err(invalid(&broken.join("; "))),
    }
}

impl Call<'_> {
    /// The body, which must keep the schema.
    fn read<T: DeserializeOwned>(&self) -> Result<T, StatusAndBody> {
        let body = serde_json::from_slice(self.body).map_err(|_| invalid("not JSON"))?;
        let violations = schema_check::violations(self.operation, &body);
        if !violations.is_empty() {
            return Err(invalid(&violations.join("; ")));
        }
        // The error may quote a key.
        serde_json::from_value(body).map_err(|_| invalid("the body cannot be read"))
    }

    /// The body of a success.
    fn envelope(&self, state: &mut State, resource: Value) -> Value {
        let request_id = ("request_id".to_owned(), state.next_id().replace('-', "").into());
        let resource = self.operation.response_member.map(|member| (member.to_owned(), resource));
        Value::Object(resource.into_iter().chain([request_id]).collect::<Map<_, _>>())
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

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
        let call = Call { operation: &operation, connection_id: None, body: b"" };
        let (status, body) = play(&mut State::default(), &call).unwrap_err();
        assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
        let message = "the simulator does not play the operation list_vpn_tunnels";
        assert_eq!(body["error_msg"], message);
        assert_eq!(body.get("error_code"), None, "the service has no code for it");
    }
}
