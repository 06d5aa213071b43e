//! The rules across the requests of a batch.

use super::report::{At, Report};
use super::rules::Rules;
use crate::document::limits::batch_create_vpn_connections_request::VPN_CONNECTIONS;
use crate::types::VpnConnectionRequest;
use crate::violations::Violations;

pub(super) fn check(requests: &[VpnConnectionRequest], rules: &Rules) -> Violations {
    let mut report = Report::default();
    let root = At::root("");
    let list = root.member("vpn_connections");
    report.count(&list, requests.len(), &VPN_CONNECTIONS);
    for (index, request) in requests.iter().enumerate() {
        report.extend(request.violations(&format!("/vpn_connections/{index}"), rules));
        for earlier in requests.iter().take(index) {
            pair(earlier, request, &list.item(index), &mut report);
        }
    }
    report.into_violations()
}

/// Two requests of one batch; `at` is the place of the later one.
fn pair(
    earlier: &VpnConnectionRequest,
    later: &VpnConnectionRequest,
    at: &At<'_>,
    report: &mut Report,
) {
    shared_gateway(earlier, later, at, report);
    distinct_addresses(earlier, later, at, report);
    distinct_tunnels(earlier, later, at, report);
}

/// The connections of a batch share their gateway.
///
/// Vendor page: `vpn_api_0150`, "Creating VPN Connections in Batches".
fn shared_gateway(
    earlier: &VpnConnectionRequest,
    later: &VpnConnectionRequest,
    at: &At<'_>,
    report: &mut Report,
) {
    if earlier.vgw_id != later.vgw_id {
        let message = "differs from the one before; the connections of a batch share their gateway";
        report.error(&at.member("vgw_id"), "vgw-id-shared", message);
    }
}

/// A gateway address serves a customer gateway once. (User guide.)
fn distinct_addresses(
    earlier: &VpnConnectionRequest,
    later: &VpnConnectionRequest,
    at: &At<'_>,
    report: &mut Report,
) {
    if (&earlier.vgw_ip, &earlier.cgw_id) == (&later.vgw_ip, &later.cgw_id) {
        let message = "is used by the one before; a gateway address serves a customer gateway once";
        report.error(&at.member("vgw_ip"), "vgw-ip-distinct", message);
    }
}

/// What [`pair`] finds of a dual connection that one gateway and two addresses do
/// not rule out.
pub(super) fn tunnels(
    first: &VpnConnectionRequest,
    second: &VpnConnectionRequest,
    place: &str,
) -> Violations {
    let mut report = Report::default();
    distinct_tunnels(first, second, &At::root(place), &mut report);
    report.into_violations()
}

/// Both tunnels with the same addresses is what the vendor's BGP example does; it
/// leaves the customer gateway with two equal interfaces.
fn distinct_tunnels(
    earlier: &VpnConnectionRequest,
    later: &VpnConnectionRequest,
    at: &At<'_>,
    report: &mut Report,
) {
    if later.tunnel_local_address.is_some()
        && earlier.tunnel_local_address == later.tunnel_local_address
    {
        let message = "is that of the one before; two tunnels usually have addresses of their own";
        report.warning(&at.member("tunnel_local_address"), "tunnel-shared", message);
    }
}
