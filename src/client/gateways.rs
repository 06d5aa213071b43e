//! VPN gateways and customer gateways. The list of customer gateways has pages: it is with
//! the other lists.

use super::Client;
use crate::error::{ConnectionKey, Error, Unexpected};
use crate::ids::{CustomerGatewayId, GatewayId};
use crate::response::Response;
use crate::types::{CustomerGateway, VpnGateway};

impl Client {
    /// Queries a VPN gateway: its addresses, its HA mode, what it is attached to, and how many
    /// connections it may have.
    ///
    /// Vendor page: `vpn_api_0015`, "Querying a Specified VPN Gateway".
    ///
    /// # Errors
    /// As [`show`](Self::show).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), otc_vpn::Error> {
    /// # let simulator = otc_vpn::simulator::Simulator::start().await.unwrap();
    /// # let client = simulator.client()?;
    /// let gateway = client.gateway("8030f6d6-demo-4d20-a7f8-50a7a826e2f8").await?;
    /// println!("{:?}, of {:?} connections", gateway.status, gateway.connection_number);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn gateway(&self, id: impl AsRef<str>) -> Result<Response<VpnGateway>, Error> {
        let id = GatewayId::try_from(id.as_ref())?;
        let call = self.call();
        let operation = call.api.show_vpn_gateway().project_id(self.project_id());
        call.decoded(operation.vgw_id(&id).send().await, |body| {
            let gateway = body.vpn_gateway;
            if gateway.id == id.as_str() {
                return Ok((gateway, body.request_id));
            }
            let expected = format!("the VPN gateway {id}");
            Err(Unexpected::other(expected, ConnectionKey::with_id(gateway.id)))
        })
    }

    /// Queries all VPN gateways of the project.
    ///
    /// Vendor page: `vpn_api_0016`, "Querying the VPN Gateway List". It has no pages. To
    /// select enterprise projects, use [`api`](Self::api).
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn gateways(&self) -> Result<Response<Vec<VpnGateway>>, Error> {
        let call = self.call();
        let operation = call.api.list_vpn_gateways().project_id(self.project_id());
        call.decoded(operation.send().await, |body| Ok((body.vpn_gateways, body.request_id)))
    }

    /// Queries a customer gateway, the other end of connections.
    ///
    /// Vendor page: `vpn_api_0022`, "Querying a Specified Customer Gateway".
    ///
    /// # Errors
    /// As [`show`](Self::show).
    pub async fn customer_gateway(
        &self,
        id: impl AsRef<str>,
    ) -> Result<Response<CustomerGateway>, Error> {
        let id = CustomerGatewayId::try_from(id.as_ref())?;
        let call = self.call();
        let operation = call.api.show_customer_gateway().project_id(self.project_id());
        call.decoded(operation.customer_gateway_id(&id).send().await, |body| {
            let gateway = body.customer_gateway;
            if gateway.id == id.as_str() {
                return Ok((gateway, body.request_id));
            }
            let expected = format!("the customer gateway {id}");
            Err(Unexpected::other(expected, ConnectionKey::with_id(gateway.id)))
        })
    }
}
