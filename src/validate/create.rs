//! The rules of a connection to create, beside those that hold for an update too. Where
//! nothing else is said, the page is `vpn_api_0027`, "Creating a VPN Connection".

use std::net::Ipv4Addr;

use super::connection;
use super::fields::{Fields as _, names::vpn_connection_request as names, quoted};
use super::report::{At, Report};
use super::rules::Rules;
use super::view::View;
use crate::document::limits::{TextLimits, vpn_connection_request as limits};
use crate::types::{HaMode, HaRole, NetworkType, VpnConnectionRequest};

/// The limits of the fields of a request, then the rules across them.
pub(super) fn enforce(
    request: &VpnConnectionRequest,
    rules: &Rules,
    at: &At<'_>,
    report: &mut Report,
) {
    request.enforce(at, report);
    let view = View::from(request);
    vgw_ip(request, rules, at, report);
    connection::required_subnets(&view, rules, at, report);
    psk(request, rules, at, report);
    connection::required_rules(&view, rules, at, report);
    ha_role(request, rules, at, report);
    connection::enforce(&view, at, report);
}

/// `vgw_ip` is the id of an EIP for a public gateway, and an IPv4 address for a
/// private one; either while the gateway is not known.
fn vgw_ip(request: &VpnConnectionRequest, rules: &Rules, at: &At<'_>, report: &mut Report) {
    let vgw_ip = &request.vgw_ip;
    let is_id = || limits::VGW_ID.permits(vgw_ip);
    let is_address = || vgw_ip.parse::<Ipv4Addr>().is_ok();
    let id = || {
        let TextLimits { max_length, characters, .. } = limits::VGW_ID;
        format!("the id of an EIP, {max_length} characters of {characters}")
    };
    let problem = match rules.0.network_type {
        Some(NetworkType::Public) if !is_id() => {
            format!("is not {}, which a public gateway needs", id())
        }
        Some(NetworkType::Private) if !is_address() => {
            "is not an IPv4 address, which a private gateway needs".to_owned()
        }
        Some(NetworkType::Public | NetworkType::Private) => return,
        _ if is_id() || is_address() => return,
        _ => format!("is neither {}, nor an IPv4 address", id()),
    };
    // What is neither an id nor an address breaks the limits of the field too: reported once.
    let at = at.member(names::VGW_IP);
    report.forget(&at);
    report.error(&at, "vgw-ip", format_args!("{} {problem}", quoted(vgw_ip)));
}

/// A pre-shared key is required, unless the caller says otherwise.
fn psk(request: &VpnConnectionRequest, rules: &Rules, at: &At<'_>, report: &mut Report) {
    if request.psk.is_none() && !rules.0.allow_missing_psk {
        let message = "is missing; set `psk`, or `Rules::allow_missing_psk(true)` if a connection \
                       without a key is intended";
        report.error(&at.member(names::PSK), "psk-required", message);
    }
}

/// The role on an active/standby gateway: an active-active one has no `slave`, and an
/// active/standby one should be told which of the two it is.
fn ha_role(request: &VpnConnectionRequest, rules: &Rules, at: &At<'_>, report: &mut Report) {
    let at = at.member(names::HA_ROLE);
    match (&rules.0.ha_mode, &request.ha_role) {
        (Some(HaMode::ActiveActive), Some(role @ HaRole::Slave)) => {
            let message =
                format_args!("is {role}, but an active-active gateway has no standby connection");
            report.error(&at, "ha-role-mode", message);
        }
        (Some(HaMode::ActiveStandby), None) => {
            let message = "is missing; on an active/standby gateway, say which of the two it is";
            report.warning(&at, "ha-role-mode", message);
        }
        _ => {}
    }
}
