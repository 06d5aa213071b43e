//! Changing and deleting a connection.

use super::Client;
use crate::error::{Error, Unexpected};
use crate::ids::ConnectionId;
use crate::response::Response;
use crate::types::{UpdateVpnConnectionRequest, VpnConnection, VpnConnectionUpdate};
use crate::validate;
use crate::violations::Violations;

/// What became of a delete that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Deletion {
    /// The service deletes it; a query may still find it for a while. Also if an earlier
    /// attempt of the same call had no response and the next one found nothing more.
    Accepted,
    /// The service does not know it: it is gone, or never was.
    AlreadyGone,
}

impl Deletion {
    /// The outcome of the request. What is not found needs no delete.
    pub(super) fn of(result: Result<Response<()>, Error>) -> Result<Self, Error> {
        match result {
            Ok(_) => Ok(Self::Accepted),
            Err(error) if error.is_not_found() => Ok(Self::AlreadyGone),
            Err(error) => Err(error),
        }
    }
}

impl Client {
    /// Changes the fields of a connection that the update holds; the others stay as they are,
    /// and nothing that is left out is sent. It is validated with
    /// [`VpnConnectionUpdate::validate`].
    ///
    /// The response has no status; that is `PENDING_UPDATE` until the change is done. A new
    /// list takes the place of the old one, and an empty one clears it.
    /// Vendor page: `vpn_api_0030`, "Updating a VPN Connection".
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`Error::is_not_found`] when there is no such
    /// connection. An update may be sent again after an unknown outcome, as long as nobody
    /// else changes the connection.
    ///
    /// ```
    /// use otc_vpn::types::{IkePolicyUpdate, VpnConnectionUpdate};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), otc_vpn::Error> {
    /// # let simulator = otc_vpn::simulator::Simulator::start().await.unwrap();
    /// # let client = simulator.client()?;
    /// # let connection = r#"{ "id": "18be2aa1", "status": "ACTIVE" }"#;
    /// # let id = simulator.insert(serde_json::from_str(connection).unwrap());
    ///
    /// let update = VpnConnectionUpdate::builder()
    ///     .peer_subnets(["192.168.44.0/24", "192.168.45.0/24"])
    ///     .ikepolicy(IkePolicyUpdate::builder().lifetime_seconds(43200))
    ///     .build()?;
    /// let connection = client.update(&id, &update).await?;
    /// assert_eq!(connection.peer_subnets, update.peer_subnets);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update(
        &self,
        id: impl AsRef<str>,
        update: &VpnConnectionUpdate,
    ) -> Result<Response<VpnConnection>, Error> {
        self.send_update(id.as_ref(), update, update.validate(&self.rules)).await
    }

    /// The same for a connection at hand, as it was queried: with the rules that depend on
    /// what the update leaves as it is, such as the style and the IKE version
    /// ([`VpnConnectionUpdate::validate_for`]).
    ///
    /// # Errors
    /// As [`update`](Self::update).
    ///
    /// ```
    /// use otc_vpn::types::VpnConnectionUpdate;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), otc_vpn::Error> {
    /// # let simulator = otc_vpn::simulator::Simulator::start().await.unwrap();
    /// # let client = simulator.client()?;
    /// # let connection = r#"{ "id": "18be2aa1", "style": "STATIC" }"#;
    /// # let id = simulator.insert(serde_json::from_str(connection).unwrap());
    ///
    /// let connection = client.show(&id).await?; // of style static
    /// let update = VpnConnectionUpdate::builder().enable_hub(true).build()?;
    /// let error = client.update_of(&connection, &update).await.unwrap_err();
    /// assert_eq!(error.violations().unwrap()[0].rule(), "hub-style");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_of(
        &self,
        connection: &VpnConnection,
        update: &VpnConnectionUpdate,
    ) -> Result<Response<VpnConnection>, Error> {
        let violations = update.validate_for(connection, &self.rules);
        self.send_update(&connection.id, update, violations).await
    }

    async fn send_update(
        &self,
        id: &str,
        update: &VpnConnectionUpdate,
        violations: Violations,
    ) -> Result<Response<VpnConnection>, Error> {
        let id = ConnectionId::try_from(id)?;
        validate::enforce(violations, || self.secrets())?;
        let body = UpdateVpnConnectionRequest::builder().vpn_connection(update.clone());
        let call = self.call();
        let operation = call.api.update_vpn_connection().project_id(self.project_id());
        call.decoded(operation.vpn_connection_id(&id).body(body).send().await, |body| {
            if body.vpn_connection.id == id.as_str() {
                return Ok((body.vpn_connection, body.request_id));
            }
            Err(Unexpected::other(format!("the connection {id}"), body.vpn_connection))
        })
    }

    /// Deletes a connection. That may be repeated: a connection that is gone is no failure.
    ///
    /// Vendor page: `vpn_api_0031`, "Deleting a VPN Connection".
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an invalid id; a 404
    /// that is not the service's own, such as that of a proxy; and others, see
    /// [`ErrorKind`](crate::ErrorKind).
    ///
    /// ```
    /// use otc_vpn::Deletion;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), otc_vpn::Error> {
    /// # let simulator = otc_vpn::simulator::Simulator::start().await.unwrap();
    /// # let client = simulator.client()?;
    /// # let id = simulator.insert(serde_json::from_str(r#"{ "id": "18be2aa1" }"#).unwrap());
    ///
    /// match client.delete(&id).await? {
    ///     Deletion::AlreadyGone => println!("there was none"),
    ///     _ => println!("it is being deleted"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Deletion, Error> {
        let id = ConnectionId::try_from(id.as_ref())?;
        let call = self.call();
        let operation = call.api.delete_vpn_connection().project_id(self.project_id());
        let result = operation.vpn_connection_id(&id).send().await;
        Deletion::of(call.decoded(result, |()| Ok(((), None))))
    }
}
