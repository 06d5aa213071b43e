//! The rules of an update, beside those that hold for a create too.
//!
//! Vendor page: `vpn_api_0030`, "Updating a VPN Connection".

use serde_json::Value;

use super::connection;
use super::fields::{Fields as _, names::vpn_connection_update as names};
use super::report::{At, Report};
use super::rules::Rules;
use super::view::View;
use crate::types::{IkeVersion, VpnConnection, VpnConnectionUpdate};

/// The limits of the fields of an update, then the rules across them, and with the fields of
/// the connection, if it is given.
pub(super) fn enforce(
    update: &VpnConnectionUpdate,
    connection: Option<&VpnConnection>,
    rules: &Rules,
    at: &At<'_>,
    report: &mut Report,
) {
    update.enforce(at, report);
    changes(update, connection, at, report);
    let view = View::updated(update, connection);
    connection::required_subnets(&view, rules, at, report);
    connection::required_rules(&view, rules, at, report);
    connection::enforce(&view, at, report);
}

/// An update changes something, and with IKE v2 not only the pre-shared key.
fn changes(
    update: &VpnConnectionUpdate,
    connection: Option<&VpnConnection>,
    at: &At<'_>,
    report: &mut Report,
) {
    let mut others = update.clone();
    let psk = others.psk.take();
    if !is_empty(&serde_json::to_value(&others).unwrap_or_default()) {
        return;
    }
    if psk.is_none() {
        return report.error(at, "update-empty", "changes nothing; set at least one field");
    }
    let policy = connection.and_then(|connection| connection.ikepolicy.as_ref());
    let message = match policy.and_then(|policy| policy.ike_version.as_ref()) {
        Some(IkeVersion::V2) => "takes no effect with IKE v2 unless something else is changed too",
        None => {
            "takes no effect if the connection uses IKE v2, unless something else is changed too"
        }
        Some(_) => return,
    };
    report.warning(&at.member(names::PSK), "psk-alone", message);
}

/// Whether there is nothing in it but empty objects. An empty list is a change.
fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.values().all(is_empty))
}
