//! The rules across the requests of a batch.

use super::fields::shown;
use super::report::{At, Report};
use super::rules::Rules;
use super::{CONNECTION, addresses};
use crate::document::defaults::vpn_connection_request::HA_ROLE;
use crate::document::limits::batch_create_vpn_connections_request::VPN_CONNECTIONS;
use crate::document::limits::vpn_connection_request::TUNNEL_LOCAL_ADDRESS;
use crate::dual::HaMode;
use crate::types::VpnConnectionRequest;
use crate::violations::Violations;

pub(super) fn check(requests: &[VpnConnectionRequest], rules: &Rules) -> Violations {
    let mut report = Report::default();
    let root = At::root("");
    let list = root.member("vpn_connections");
    report.count(&list, requests.len(), &VPN_CONNECTIONS);
    for (index, request) in requests.iter().enumerate() {
        let at = list.item(index);
        super::judge_one(request, rules, &at, &mut report);
        for earlier in requests.iter().take(index) {
            pair(earlier, request, rules, &at, &mut report);
        }
    }
    report.in_document_order("/vpn_connections", CONNECTION)
}

/// Two requests of one batch; `at` is the place of the later one.
fn pair(
    earlier: &VpnConnectionRequest,
    later: &VpnConnectionRequest,
    rules: &Rules,
    at: &At<'_>,
    report: &mut Report,
) {
    shared_gateway(earlier, later, at, report);
    distinct_addresses(earlier, later, at, report);
    distinct_roles(earlier, later, rules, at, report);
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
        let message = format_args!(
            "{} differs from {}, which the one before has; the connections of a batch share their \
             gateway",
            shown(&later.vgw_id),
            shown(&earlier.vgw_id)
        );
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
        let message = format_args!(
            "{} is used by the one before; a gateway address serves a customer gateway once",
            shown(&later.vgw_ip)
        );
        report.error(&at.member("vgw_ip"), "vgw-ip-distinct", message);
    }
}

/// On an active/standby gateway the connections over its two addresses have different
/// parts: `master` on the active address, `slave` on the standby one. Over one address,
/// connections to different customer gateways have the same.
fn distinct_roles(
    earlier: &VpnConnectionRequest,
    later: &VpnConnectionRequest,
    rules: &Rules,
    at: &At<'_>,
    report: &mut Report,
) {
    let [role, other] = [later, earlier].map(|it| it.ha_role.as_ref().unwrap_or(&HA_ROLE));
    let is_judged = rules.ha_mode == Some(HaMode::ActiveStandby) && role.is_listed();
    if is_judged && role == other && earlier.vgw_ip != later.vgw_ip {
        let how = if later.ha_role.is_some() { "is" } else { "is left out, which means" };
        let message = format_args!(
            "{how} {role}, and so is the one before; the connections over the two addresses of an \
             active/standby gateway have different parts"
        );
        report.error(&at.member("ha_role"), "ha-role-distinct", message);
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

/// Both tunnels in the same network is what the vendor's BGP example does; it leaves
/// the customer gateway with two interfaces in one network.
fn distinct_tunnels(
    earlier: &VpnConnectionRequest,
    later: &VpnConnectionRequest,
    at: &At<'_>,
    report: &mut Report,
) {
    let local = |request: &VpnConnectionRequest| {
        addresses::tunnel(request.tunnel_local_address.as_ref()?, &TUNNEL_LOCAL_ADDRESS).ok()
    };
    if let (Some(one), Some(other)) = (local(earlier), local(later))
        && one.trunc() == other.trunc()
    {
        let message = format_args!(
            "{other} lies in {}, as {one} of the one before does; two tunnels usually have \
             networks of their own",
            one.trunc()
        );
        report.warning(&at.member("tunnel_local_address"), "tunnel-shared", message);
    }
}
