//! A pair from the gateway that it is for.

use std::fmt;

use super::builder::DualConnectionBuilder;
use super::connection::DualConnection;
use crate::error::Error;
use crate::types::{GatewayStatus, NetworkType, VpnGateway};
use crate::validate::Rules;

impl DualConnection {
    /// A builder with what a queried gateway decides: its id and its two addresses, the
    /// HA mode, and the [rules](Rules) that follow from its attachment, its network and its
    /// IP version. Left to set are the customer gateway, the subnets and the key.
    ///
    /// The first address is that of the first EIP or private address of the gateway: the
    /// active one, if it has an active and a standby one.
    ///
    /// ```
    /// use otc_vpn::{DualConnection, types::VpnGateway};
    ///
    /// let gateway: VpnGateway = serde_json::from_str(
    ///     r#"{ "id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8", "status": "ACTIVE",
    ///          "network_type": "public", "ha_mode": "active-standby",
    ///          "eip1": { "id": "e4d7930f-demo-4cbf-b78a-b004416c7485" },
    ///          "eip2": { "id": "1fb97767-demo-4d8b-83bb-6f878f662005" } }"#,
    /// )?;
    /// let pair = DualConnection::for_gateway(&gateway)?
    ///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    ///     .peer_subnets(["192.168.44.0/24"])
    ///     .psk("Example-Key-2025")
    ///     .build()?;
    /// assert_eq!(pair.requests()[1].vgw_ip, "1fb97767-demo-4d8b-83bb-6f878f662005");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a gateway that is not
    /// `ACTIVE`, has no two addresses, or has no room for two more connections. (For a pair
    /// that a full gateway has already, set the addresses with
    /// [`vgw_ips`](DualConnectionBuilder::vgw_ips).)
    pub fn for_gateway(gateway: &VpnGateway) -> Result<DualConnectionBuilder, Error> {
        let unfit = |problem: &dyn fmt::Display| {
            Error::invalid(format_args!("the gateway {} {problem}", Named(gateway)))
        };
        match &gateway.status {
            Some(GatewayStatus::Active) => {}
            Some(status) => {
                return Err(unfit(&format_args!("is {status}; a pair needs one that is ACTIVE")));
            }
            None => return Err(unfit(&"has no status; a pair needs one that is ACTIVE")),
        }
        let (used, most) = (gateway.used_connection_number, gateway.connection_number);
        if let (Some(used), Some(most)) = (used, most)
            && most < used.saturating_add(2)
        {
            let problem = format_args!("has no room for two more connections: {used} of {most}");
            return Err(unfit(&problem));
        }
        let [first, second] = addresses(gateway);
        let (Some(first), Some(second)) = (&first, &second) else {
            let found = [&first, &second].into_iter().flatten().count();
            let problem = format_args!("has {found} of the two addresses that a pair uses");
            return Err(unfit(&problem));
        };
        let mut pair = Self::builder().vgw_id(&gateway.id).vgw_ips(*first, *second);
        if let Some(mode) = &gateway.ha_mode {
            pair = pair.ha_mode(mode.clone());
        }
        Ok(pair.rules(rules(gateway)))
    }
}

/// The EIPs of a public gateway, and the private addresses of a private one; whichever it
/// has, if it does not say what it is.
fn addresses(gateway: &VpnGateway) -> [Option<&str>; 2] {
    let eips = [&gateway.eip1, &gateway.eip2].map(|eip| eip.as_ref().map(|eip| eip.id.as_str()));
    let private = [&gateway.access_private_ip_1, &gateway.access_private_ip_2];
    let private = private.map(|address| address.as_deref());
    match gateway.network_type {
        Some(NetworkType::Private) => private,
        Some(NetworkType::Public) => eips,
        _ if eips.iter().any(Option::is_some) => eips,
        _ => private,
    }
}

/// The facts about a gateway that rules depend on.
fn rules(gateway: &VpnGateway) -> Rules {
    let mut rules = Rules::default();
    if let Some(attachment) = &gateway.attachment_type {
        rules = rules.attachment(attachment.clone());
    }
    if let Some(network) = &gateway.network_type {
        rules = rules.network(network.clone());
    }
    if let Some(version) = &gateway.ip_version {
        rules = rules.ip_version(version.clone());
    }
    rules
}

/// `8030f6d6-… "office"`, as far as it is known.
struct Named<'a>(&'a VpnGateway);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.id)?;
        self.0.name.as_ref().map_or(Ok(()), |name| write!(f, " {name:?}"))
    }
}
