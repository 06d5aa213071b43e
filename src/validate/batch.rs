//! The rules across the requests of a batch.

use super::fields::names::batch_create_vpn_connections_request as body;
use super::fields::names::vpn_connection_request as names;
use super::fields::quoted;
use super::report::{At, Report};
use super::rules::Rules;
use super::{addresses, create};
use crate::document::defaults::vpn_connection_request::HA_ROLE;
use crate::document::limits::batch_create_vpn_connections_request::VPN_CONNECTIONS;
use crate::document::limits::vpn_connection_request::TUNNEL_LOCAL_ADDRESS;
use crate::types::{HaMode, VpnConnectionRequest};

/// A connection of a batch, and one after it.
type Pair<'a> = [&'a VpnConnectionRequest; 2];

pub(super) fn enforce(requests: &[VpnConnectionRequest], rules: &Rules, report: &mut Report) {
    let list = At::ROOT.member(body::VPN_CONNECTIONS);
    report.count(&list, requests.len(), &VPN_CONNECTIONS);
    for (index, request) in requests.iter().enumerate() {
        let at = list.item(index);
        create::enforce(request, rules, &at, report);
        for earlier in requests.iter().take(index) {
            let pair = [earlier, request];
            shared_gateway(pair, &at, report);
            distinct_addresses(pair, &at, report);
            distinct_roles(pair, rules, &at, report);
            distinct_tunnels(pair, &at, report);
        }
    }
}

/// The connections of a batch share their gateway.
///
/// Vendor page: `vpn_api_0150`, "Creating VPN Connections in Batches".
fn shared_gateway([earlier, later]: Pair<'_>, at: &At<'_>, report: &mut Report) {
    if earlier.vgw_id != later.vgw_id {
        let message = format_args!(
            "{} differs from {} in the connection before; the connections of a batch share their \
             gateway",
            quoted(&later.vgw_id),
            quoted(&earlier.vgw_id)
        );
        report.error(&at.member(names::VGW_ID), "vgw-id-shared", message);
    }
}

/// A gateway address serves a customer gateway once. (User guide.)
fn distinct_addresses([earlier, later]: Pair<'_>, at: &At<'_>, report: &mut Report) {
    if (&earlier.vgw_ip, &earlier.cgw_id) == (&later.vgw_ip, &later.cgw_id) {
        let message = format_args!(
            "{} is used by the connection before; a gateway address serves a customer gateway once",
            quoted(&later.vgw_ip)
        );
        report.error(&at.member(names::VGW_IP), "vgw-ip-distinct", message);
    }
}

/// On an active/standby gateway the connections over its two addresses have different
/// roles: `master` on the active address, `slave` on the standby one. Over one address,
/// connections to different customer gateways have the same.
fn distinct_roles(pair: Pair<'_>, rules: &Rules, at: &At<'_>, report: &mut Report) {
    let [earlier, later] = pair;
    let [other, role] = pair.map(|it| it.ha_role.as_ref().unwrap_or(&HA_ROLE));
    let is_standby = rules.0.ha_mode == Some(HaMode::ActiveStandby);
    if is_standby && role.is_listed() && role == other && earlier.vgw_ip != later.vgw_ip {
        let how = if later.ha_role.is_some() { "is" } else { "is left out, which means" };
        let message = format_args!(
            "{how} {role}, as in the connection before; the connections over the two addresses of \
             an active/standby gateway have different roles"
        );
        report.error(&at.member(names::HA_ROLE), "ha-role-distinct", message);
    }
}

/// Both tunnels in the same network is what the vendor's BGP example does; it leaves
/// the customer gateway with two interfaces in one network.
pub(super) fn distinct_tunnels([earlier, later]: Pair<'_>, at: &At<'_>, report: &mut Report) {
    let local = |request: &VpnConnectionRequest| {
        addresses::tunnel(request.tunnel_local_address.as_ref()?, &TUNNEL_LOCAL_ADDRESS).ok()
    };
    if let (Some(one), Some(other)) = (local(earlier), local(later))
        && one.trunc() == other.trunc()
    {
        let message = format_args!(
            "{other} lies in {}, as does {one} of the connection before; two tunnels usually have \
             separate networks",
            one.trunc()
        );
        report.warning(&at.member(names::TUNNEL_LOCAL_ADDRESS), "tunnel-shared", message);
    }
}
