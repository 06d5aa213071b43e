//! The operations on connection monitors.

use http::StatusCode;
use serde_json::{Value, json};

use crate::document::error_codes::VPN_0381;
use crate::simulator::call::{Call, Outcome};
use crate::simulator::response::{error, not_found};
use crate::simulator::state::State;
use crate::types::{
    ConnectionMonitor, CreateConnectionMonitorRequest, MonitorProtocol, MonitorType,
};

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Outcome {
    let request = call.read::<CreateConnectionMonitorRequest>()?.connection_monitor;
    let id = request.vpn_connection_id.as_str();
    let found = state.connections.find(id);
    let connection = found.ok_or_else(|| not_found("resource not found"))?;
    if state.monitors.of(id).is_some() {
        let message = format!("VPN connection {id} already has connection monitor");
        return Err(error(StatusCode::BAD_REQUEST, VPN_0381, &message));
    }
    let customer = connection.text("cgw_id").and_then(|id| state.gateways.find_customer(id));
    let monitor = ConnectionMonitor {
        status: None,
        vpn_connection_id: Some(id.to_owned()),
        type_: Some(MonitorType::Gateway),
        source_ip: state.gateways.address_of(connection),
        destination_ip: customer.and_then(|customer| customer.id_value.clone()),
        proto_type: Some(MonitorProtocol::Icmp),
        id: state.next_id(),
    };
    state.monitors.insert(id, monitor.clone(), state.now());
    Ok(call.success(state, StatusCode::CREATED, json!(monitor)))
}

pub(super) fn show(state: &mut State, call: &Call<'_>) -> Outcome {
    let now = state.now();
    let (_, shown) = call.found(ID, |id| state.monitors.shown(now).find(|(_, it)| it.id == id))?;
    Ok(call.success(state, StatusCode::OK, json!(shown)))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let filters = call.filters()?;
    let connection = filters.get("vpn_connection_id").and_then(Value::as_str);
    let projects = filters.get("enterprise_project_id").and_then(Value::as_array);
    let is_listed = |id: &str| {
        let project = state.connections.find(id).and_then(|it| it.text("enterprise_project_id"));
        connection.is_none_or(|connection| connection == id)
            && projects.is_none_or(|them| them.iter().any(|it| it.as_str() == project))
    };
    let monitors = state.monitors.shown(state.now()).filter(|(id, _)| is_listed(id));
    let listed: Vec<_> = monitors.map(|(_, monitor)| json!(monitor)).collect();
    Ok(call.success(state, StatusCode::OK, listed.into()))
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Outcome {
    let now = state.now();
    let connection = call.found(ID, |id| {
        let mut monitors = state.monitors.shown(now);
        monitors.find(|(_, monitor)| monitor.id == id).map(|(connection, _)| connection.to_owned())
    })?;
    state.monitors.remove(&connection);
    Ok(call.success(state, StatusCode::NO_CONTENT, Value::Null))
}

/// The parameter of the paths.
const ID: &str = "connection_monitor_id";
