//! The operations on VPN gateways.

use http::StatusCode;
use serde_json::{Value, json};

use crate::simulator::call::{Call, Outcome};
use crate::simulator::state::State;

pub(super) fn show(state: &mut State, call: &Call<'_>) -> Outcome {
    let shown = json!(call.found("vgw_id", |id| Some(state.counted(state.gateways.find(id)?)))?);
    Ok(call.success(state, StatusCode::OK, shown))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let filters = call.filters()?;
    let projects = filters.get("enterprise_project_id").and_then(Value::as_array);
    let gateways = state.gateways.own.iter().filter(|gateway| {
        projects.is_none_or(|them| {
            them.iter().any(|id| id.as_str() == gateway.enterprise_project_id.as_deref())
        })
    });
    let listed: Vec<_> = gateways.map(|gateway| json!(state.counted(gateway))).collect();
    Ok(call.success(state, StatusCode::OK, listed.into()))
}
