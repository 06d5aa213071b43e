//! Connection monitors: probes of a connection's other end.

use super::Client;
use super::changes::Deletion;
use crate::document::limits::MONITOR_ID;
use crate::error::{ConnectionKey, Error, Unexpected};
use crate::ids::{ConnectionId, MonitorId};
use crate::response::Response;
use crate::types::{ConnectionMonitor, ConnectionMonitorRequest, CreateConnectionMonitorRequest};

impl Client {
    /// Creates the monitor of a connection: the gateway then probes the other end, and
    /// measures round-trip times and losses. A connection has one at most
    /// ([`VPN_0381`](crate::error_codes::VPN_0381)).
    ///
    /// Vendor page: `vpn_api_0033`, "Creating a VPN Connection Monitor".
    ///
    /// # Errors
    /// As [`create`](Self::create).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), otc_vpn::Error> {
    /// # let simulator = otc_vpn::simulator::Simulator::start().await.unwrap();
    /// # let client = simulator.client()?;
    /// # let id = simulator.insert(serde_json::from_str(r#"{ "id": "18be2aa1" }"#).unwrap());
    /// let monitor = client.create_monitor(&id).await?;
    /// assert_eq!(client.monitor_of(&id).await?.unwrap().id, monitor.id);
    /// client.delete_monitor(&monitor.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_monitor(
        &self,
        connection_id: impl AsRef<str>,
    ) -> Result<Response<ConnectionMonitor>, Error> {
        let id = ConnectionId::try_from(connection_id.as_ref())?;
        let monitor = ConnectionMonitorRequest::builder().vpn_connection_id(id.clone());
        let body = CreateConnectionMonitorRequest::builder().connection_monitor(monitor);
        let call = self.call();
        let operation = call.api.create_connection_monitor().project_id(self.project_id());
        call.decoded(operation.body(body).send().await, |body| {
            let monitor = body.connection_monitor;
            if is_of(&monitor, &id) && MONITOR_ID.permits(&monitor.id) {
                return Ok((monitor, body.request_id));
            }
            let expected = format!("the monitor of the connection {id}, with a valid id");
            let other = monitor.vpn_connection_id.filter(|other| other != id.as_str());
            let received = other.map(ConnectionKey::with_id).into_iter().collect();
            Err(Unexpected { expected, pair: None, received })
        })
    }

    /// Queries a monitor.
    ///
    /// Vendor page: `vpn_api_0034`, "Querying a VPN Connection Monitor".
    ///
    /// # Errors
    /// As [`show`](Self::show).
    pub async fn monitor(&self, id: impl AsRef<str>) -> Result<Response<ConnectionMonitor>, Error> {
        let id = MonitorId::try_from(id.as_ref())?;
        let call = self.call();
        let operation = call.api.show_connection_monitor().project_id(self.project_id());
        call.decoded(operation.connection_monitor_id(&id).send().await, |body| {
            let monitor = body.connection_monitor;
            if monitor.id == id.as_str() {
                return Ok((monitor, body.request_id));
            }
            let expected = format!("the monitor {id}");
            Err(Unexpected::other(expected, ConnectionKey::with_id(monitor.id)))
        })
    }

    /// Queries all monitors of the project.
    ///
    /// Vendor page: `vpn_api_0035`, "Querying the List of VPN Connection Monitors". It has no
    /// pages. To select enterprise projects, use [`api`](Self::api).
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn monitors(&self) -> Result<Response<Vec<ConnectionMonitor>>, Error> {
        let call = self.call();
        let operation = call.api.list_connection_monitors().project_id(self.project_id());
        call.decoded(operation.send().await, |body| Ok((body.connection_monitors, body.request_id)))
    }

    /// Queries the monitor of a connection, if it has one.
    ///
    /// Vendor page: `vpn_api_0035`, "Querying the List of VPN Connection Monitors".
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an invalid id, and
    /// others, see [`ErrorKind`](crate::ErrorKind).
    pub async fn monitor_of(
        &self,
        connection_id: impl AsRef<str>,
    ) -> Result<Option<ConnectionMonitor>, Error> {
        let id = ConnectionId::try_from(connection_id.as_ref())?;
        let call = self.call();
        let operation = call.api.list_connection_monitors().project_id(self.project_id());
        let found = call.decoded(operation.vpn_connection_id(&id).send().await, |body| {
            Ok((body.connection_monitors, body.request_id))
        })?;
        Ok(found.into_inner().into_iter().find(|monitor| is_of(monitor, &id)))
    }

    /// Deletes a monitor; its connection stays.
    ///
    /// Vendor page: `vpn_api_0036`, "Deleting a VPN Connection Monitor".
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    pub async fn delete_monitor(&self, id: impl AsRef<str>) -> Result<Deletion, Error> {
        let id = MonitorId::try_from(id.as_ref())?;
        let call = self.call();
        let operation = call.api.delete_connection_monitor().project_id(self.project_id());
        let result = operation.connection_monitor_id(&id).send().await;
        Deletion::of(call.decoded(result, |()| Ok(((), None))))
    }
}

/// Whether nothing in it is of another connection.
fn is_of(monitor: &ConnectionMonitor, id: &ConnectionId) -> bool {
    monitor.vpn_connection_id.as_ref().is_none_or(|of| of == id.as_str())
}
