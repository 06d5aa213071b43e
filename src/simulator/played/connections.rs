//! The operations on connections.

use http::StatusCode;
use serde_json::Value;

use crate::document::error_codes::{VPN_0009, VPN_0306};
use crate::document::limits::list_vpn_connections::LIMIT;
use crate::simulator::call::{Call, Outcome};
use crate::simulator::connection::Connection;
use crate::simulator::connections::{Group, occupied};
use crate::simulator::pages::Page;
use crate::simulator::response::{StatusAndBody, error, invalid};
use crate::simulator::state::State;
use crate::types::{
    AttachmentType, BatchCreateVpnConnectionsRequest, ConnectionStatus, CreateVpnConnectionRequest,
    IpVersion, UpdateVpnConnectionRequest, VpnConnection, VpnConnectionRequest,
};
use crate::validate::{Rules, validate_batch};
use crate::violations::{Violation, Violations};

/// The parameter of the paths.
const ID: &str = "vpn_connection_id";

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let request = call.read::<CreateVpnConnectionRequest>()?.vpn_connection;
    reject(state, "/vpn_connection", || request.validate(&rules()))?;
    let mut created = create_all(state, &[request])?;
    Ok(call.success(state, StatusCode::CREATED, created.pop().unwrap_or_default()))
}

pub(super) fn create_batch(state: &mut State, call: &Call<'_>) -> Outcome {
    let requests = call.read::<BatchCreateVpnConnectionsRequest>()?.vpn_connections;
    reject(state, "", || validate_batch(&requests, &rules()))?;
    let created = create_all(state, &requests)?;
    Ok(call.success(state, StatusCode::CREATED, created.into()))
}

pub(super) fn show(state: &mut State, call: &Call<'_>) -> Outcome {
    let found = |it: &&Connection| it.is_found(state.now(), state.times.show_delay);
    let connection = call.found(ID, |id| state.connections.find(id).filter(found))?;
    let shown = state.shown(connection);
    Ok(call.success(state, StatusCode::OK, shown))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let filters = call.filters()?;
    let page = Page::of(&filters, &LIMIT)?;
    let filter = |name: &str| filters.get(name).and_then(Value::as_str);
    let group = match (filter("vgw_ip"), filter("vgw_id")) {
        (Some(address), _) => Group::Address(address.to_owned()),
        (None, Some(gateway)) => Group::Gateway(gateway.to_owned()),
        (None, None) => Group::All,
    };
    let projects = filters.get("enterprise_project_id").and_then(Value::as_array);
    let (connections, now, delay) = (&state.connections, state.now(), state.times.list_delay);
    let ranks = page.select(state.paging, connections.of(&group), |rank| {
        connections.get(rank).is_some_and(|it| {
            it.is_found(now, delay)
                && filter("vgw_id").is_none_or(|id| it.text("vgw_id") == Some(id))
                && projects.is_none_or(|projects| {
                    projects.iter().any(|id| id.as_str() == it.text("enterprise_project_id"))
                })
        })
    });
    let listed = ranks.iter().filter_map(|rank| Some(state.shown(connections.get(rank)?)));
    let (listed, total) = (listed.collect(), connections.len());
    Ok(call.page(state, listed, &ranks, total))
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Outcome {
    let request = call.read::<UpdateVpnConnectionRequest>()?.vpn_connection;
    let known = changeable(state, call, "update")?;
    let (id, [address, customer]) = (known.id().to_owned(), known.place());
    // It can be read, as it was made of the types.
    if let Ok(connection) = serde_json::from_value::<VpnConnection>(known.returned()) {
        reject(state, "/vpn_connection", || request.validate_for(&connection, &rules()))?;
    }
    let moves = request.cgw_id.is_some() && request.cgw_id != customer;
    if moves && state.connections.is_taken(&[address, request.cgw_id.clone()]) {
        return Err(occupied());
    }
    let (now, time) = (state.now(), state.times.update);
    let updated = state.connections.change(&id, |connection| {
        connection.update(&request, now, time);
        connection.returned()
    });
    Ok(call.success(state, StatusCode::OK, updated.unwrap_or_default()))
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let id = changeable(state, call, "delete")?.id().to_owned();
    let (now, delay, time) = (state.now(), state.times.delete_delay, state.times.delete);
    state.connections.change(&id, |connection| connection.delete(now, delay, time));
    Ok(call.success(state, StatusCode::NO_CONTENT, Value::Null))
}

/// The connection that the path names, if it can be changed now.
fn changeable<'a>(
    state: &'a State,
    call: &Call<'_>,
    verb: &str,
) -> Result<&'a Connection, StatusAndBody> {
    let connection = call.found(ID, |id| state.connections.find(id))?;
    match state.status(connection) {
        ConnectionStatus::Freezed => {
            Err(invalid(&format!("ILLEGAL not allowed {verb} vpnConnection")))
        }
        ConnectionStatus::PendingUpdate => {
            let message = "The connection is being updated, please try again later.";
            Err(error(StatusCode::BAD_REQUEST, VPN_0306, message))
        }
        ConnectionStatus::PendingDelete => {
            let message = format!("Connection {} is deleting.", connection.id());
            Err(error(StatusCode::TOO_EARLY, VPN_0009, &message))
        }
        _ => Ok(connection),
    }
}

/// All or none: what one of them breaks stops the others.
fn create_all(
    state: &mut State,
    requests: &[VpnConnectionRequest],
) -> Result<Vec<Value>, StatusAndBody> {
    state.check_room(requests)?;
    let create = |request| {
        let connection = state.made_of(request);
        let returned = connection.returned();
        state.connections.insert(connection);
        returned
    };
    Ok(requests.iter().map(create).collect())
}

/// The rules that hold for every gateway: one that is not known may be of any kind.
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
