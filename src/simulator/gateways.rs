//! The gateways and customer gateways that the service knows.

use std::net::Ipv4Addr;

use http::StatusCode;

use super::connection::Connection;
use super::example3;
use super::response::{StatusAndBody, error, invalid, not_found};
use crate::document::error_codes::{VPN_0016, VPN_0506, VPN_0507, VPN_0508, VPN_0509};
use crate::types::{CustomerGateway, GatewayStatus, VpnConnectionRequest, VpnGateway};

#[derive(Debug)]
pub(super) struct Gateways {
    /// In the order in which they came.
    pub(super) own: Vec<VpnGateway>,
    pub(super) customers: Vec<CustomerGateway>,
    /// Whether connections need gateways that are known.
    pub(super) only_known: bool,
}

impl Default for Gateways {
    fn default() -> Self {
        Self {
            own: example3::gateway().into_iter().collect(),
            customers: example3::customer_gateway().into_iter().collect(),
            only_known: false,
        }
    }
}

impl Gateways {
    pub(super) fn find(&self, id: &str) -> Option<&VpnGateway> {
        self.own.iter().find(|gateway| gateway.id == id)
    }

    pub(super) fn find_customer(&self, id: &str) -> Option<&CustomerGateway> {
        self.customers.iter().find(|gateway| gateway.id == id)
    }

    /// Adds a gateway, in the place of one with the same id.
    pub(super) fn insert(&mut self, gateway: VpnGateway) {
        match self.own.iter_mut().find(|known| known.id == gateway.id) {
            Some(known) => *known = gateway,
            None => self.own.push(gateway),
        }
    }

    /// The same with a customer gateway.
    pub(super) fn insert_customer(&mut self, gateway: CustomerGateway) {
        match self.customers.iter_mut().find(|known| known.id == gateway.id) {
            Some(known) => *known = gateway,
            None => self.customers.push(gateway),
        }
    }

    /// The address of a connection, in the cloud.
    pub(super) fn address_of(&self, connection: &Connection) -> Option<String> {
        let address = connection.text("vgw_ip")?;
        let gateway = self.find(connection.text("vgw_id")?);
        let eips = gateway.into_iter().flat_map(|it| [&it.eip1, &it.eip2]).flatten();
        let eip = eips.into_iter().find(|eip| eip.id == address);
        match (eip, address.parse::<Ipv4Addr>()) {
            (Some(eip), _) => eip.ip_address.clone(),
            (None, private) => private.ok().map(|address| address.to_string()),
        }
    }

    /// Whether a connection can be created between these gateways.
    pub(super) fn check(&self, request: &VpnConnectionRequest) -> Result<(), StatusAndBody> {
        if self.only_known && self.find_customer(&request.cgw_id).is_none() {
            return Err(not_found("resource not found"));
        }
        let Some(gateway) = self.find(&request.vgw_id) else {
            let message = "The gateway does not exist.";
            let unknown = error(StatusCode::NOT_FOUND, VPN_0509, message);
            return if self.only_known { Err(unknown) } else { Ok(()) };
        };
        if self.only_known && !addresses(gateway).any(|address| address == request.vgw_ip) {
            return Err(invalid("vgw_ip is not an address of the gateway"));
        }
        check_status(gateway)
    }
}

/// What connections have as their `vgw_ip`.
fn addresses(gateway: &VpnGateway) -> impl Iterator<Item = &str> {
    let eips = [&gateway.eip1, &gateway.eip2].into_iter().flatten().map(|eip| eip.id.as_str());
    let private = [&gateway.access_private_ip_1, &gateway.access_private_ip_2];
    eips.chain(private.into_iter().flatten().map(String::as_str))
}

fn check_status(gateway: &VpnGateway) -> Result<(), StatusAndBody> {
    let (status, code, message) = match &gateway.status {
        None | Some(GatewayStatus::Active) => return Ok(()),
        Some(GatewayStatus::PendingCreate) => {
            (StatusCode::BAD_REQUEST, VPN_0506, "The gateway is being created")
        }
        Some(GatewayStatus::PendingUpdate) => {
            (StatusCode::BAD_REQUEST, VPN_0507, "The gateway is being updated")
        }
        Some(GatewayStatus::PendingDelete) => {
            (StatusCode::BAD_REQUEST, VPN_0508, "The gateway is being deleted")
        }
        Some(GatewayStatus::Freezed) => return Err(invalid("the gateway is frozen")),
        Some(_) => (StatusCode::CONFLICT, VPN_0016, "VPN gateway is not ready"),
    };
    Err(error(status, code, &format!("{message}, please try again later")))
}
