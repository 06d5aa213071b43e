//! The operations on customer gateways.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::json;

use crate::document::limits::list_customer_gateways::LIMIT;
use crate::simulator::call::{Call, Outcome};
use crate::simulator::pages::{Page, in_milliseconds};
use crate::simulator::state::State;

pub(super) fn show(state: &mut State, call: &Call<'_>) -> Outcome {
    let shown = json!(call.found("customer_gateway_id", |id| state.gateways.find_customer(id))?);
    Ok(call.success(state, StatusCode::OK, shown))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Outcome {
    let page = Page::of(&call.filters()?, &LIMIT)?;
    let ranked: BTreeMap<_, _> = (1..)
        .zip(&state.gateways.customers)
        .map(|(number, gateway)| {
            let created = gateway.created_at.as_ref().and_then(|it| it.parse().ok());
            ((in_milliseconds(created.unwrap_or_default()), number), gateway)
        })
        .collect();
    let total = ranked.len();
    let ranks = page.select(state.paging, &ranked.keys().copied().collect(), |_| true);
    let listed = ranks.iter().filter_map(|rank| Some(json!(ranked.get(rank)?))).collect();
    Ok(call.page(state, listed, &ranks, total))
}
