//! The connections of a project: all of them, those that filters select, or those that a
//! key describes.

use super::listing::Listing;
use super::page::{Page, checked};
use crate::client::Client;
use crate::document::limits::list_vpn_connections::LIMIT;
use crate::error::{ConnectionKey, Error};
use crate::ids::GatewayId;
use crate::response::Response;
use crate::types::VpnConnection;
use crate::validate::{self, parameters};

impl Client {
    /// Lists the connections of the project, with their status: a builder of filters, which
    /// ends with [`stream`](ListConnections::stream).
    ///
    /// Vendor page: `vpn_api_0029`, "Querying the VPN Connection List".
    ///
    /// ```no_run
    /// # async fn run(client: otc_vpn::Client) -> Result<(), otc_vpn::Error> {
    /// let mut connections = client.list().vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8").stream();
    /// while let Some(connection) = connections.try_next().await? {
    ///     println!("{} {}", connection.id, connection.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> ListConnections {
        ListConnections {
            client: self.clone(),
            vgw_id: None,
            vgw_ip: None,
            enterprise_project_ids: Vec::new(),
            page_size: *LIMIT.end(),
        }
    }

    /// The connections that a key describes, as that of
    /// [`OutcomeUnknown`](crate::OutcomeUnknown): none, one or several. Each part that the key
    /// has must be equal. With an id, that alone decides.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a key without any part
    /// or with an invalid one; otherwise as [`show`](Client::show), but what is not found is
    /// an empty list.
    ///
    /// ```no_run
    /// # async fn run(client: otc_vpn::Client, error: otc_vpn::Error) -> Result<(), otc_vpn::Error> {
    /// for key in error.connections() {
    ///     match client.find(key).await?.as_slice() {
    ///         [] => println!("{key} was not created, or does not show yet"),
    ///         found => println!("{key} is there: {}", found[0].id),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn find(&self, key: &ConnectionKey) -> Result<Vec<VpnConnection>, Error> {
        if *key == ConnectionKey::default() {
            return Err(Error::invalid("the key of a connection to find has no part"));
        }
        if let Some(id) = &key.id {
            return match self.show(id).await {
                Ok(connection) => Ok(vec![connection.into_inner()]),
                Err(error) if error.is_not_found() => Ok(Vec::new()),
                Err(error) => Err(error),
            };
        }
        let mut list = self.list();
        (list.vgw_id, list.vgw_ip) = (key.vgw_id.clone(), key.vgw_ip.clone());
        let mut connections = list.stream();
        let mut found = Vec::new();
        while let Some(connection) = connections.try_next().await? {
            if describes(key, &connection) {
                found.push(connection);
            }
        }
        Ok(found)
    }
}

/// What a key says of the gateway is a filter of the list too, which returns only what matches.
fn describes(key: &ConnectionKey, connection: &VpnConnection) -> bool {
    let parts = [
        (&key.name, &connection.name),
        (&key.cgw_id, &connection.cgw_id),
        (&key.vgw_id, &connection.vgw_id),
        (&key.vgw_ip, &connection.vgw_ip),
    ];
    parts.into_iter().all(|(wanted, actual)| wanted.is_none() || wanted == actual)
}

/// Which connections to list; see [`Client::list`].
#[derive(Clone, Debug)]
#[must_use = "a list is asked for by `stream` or `page`"]
pub struct ListConnections {
    client: Client,
    vgw_id: Option<String>,
    vgw_ip: Option<String>,
    enterprise_project_ids: Vec<String>,
    page_size: u32,
}

impl ListConnections {
    /// Only connections of this VPN gateway.
    pub fn vgw_id(mut self, id: impl Into<String>) -> Self {
        self.vgw_id = Some(id.into());
        self
    }

    /// Only connections that use this address of a VPN gateway: the id of an EIP, or a
    /// private IPv4 address.
    pub fn vgw_ip(mut self, address: impl Into<String>) -> Self {
        self.vgw_ip = Some(address.into());
        self
    }

    /// Only connections of this enterprise project, `0` for the default one; repeat it for
    /// several.
    pub fn enterprise_project_id(mut self, id: impl Into<String>) -> Self {
        self.enterprise_project_ids.push(id.into());
        self
    }

    /// Most connections on a page, from 1 to the end of
    /// [`LIMIT`](crate::limits::list_vpn_connections::LIMIT), 2000, which is what it is
    /// unless it is set.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = size;
        self
    }

    /// The connections, page by page, each of them once. Nothing is sent before the first is
    /// asked for.
    ///
    /// The marker of a page is a creation time, and the vendor does not say on which side of
    /// it a page begins: of two connections that were created in the same millisecond, one
    /// could come twice or never. So the list is read again from a millisecond before the end
    /// of each page, and what came already is left out. Where that is not enough, since more
    /// were created at once than a page holds, larger pages are asked for.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use otc_vpn::Client;
    /// # let client = Client::builder()
    /// #     .endpoint("https://vpn.example.com")
    /// #     .project_id("0123456789abcdef0123456789abcdef")
    /// #     .credentials(otc_vpn::Credentials::token("MIIExample"))
    /// #     .build()?;
    /// let mut connections = client.list().page_size(0).stream();
    /// let error = connections.try_next().await.unwrap_err(); // nothing was sent
    /// assert_eq!(error.violations().unwrap()[0].pointer(), "/limit");
    /// assert!(connections.try_next().await?.is_none(), "it ends after an error");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stream(&self) -> Listing<VpnConnection> {
        let list = self.clone();
        let ask = move |marker: Option<String>, limit| {
            let list = Self { page_size: limit, ..list.clone() };
            Box::pin(async move { list.page(marker.as_deref()).await }) as _
        };
        Listing::new(self.page_size, *LIMIT.end(), key, Box::new(ask))
    }

    /// One page, as the service returns it: the first, or the one that begins at the
    /// [`next_marker`](Page::next_marker) of the page before.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an invalid filter or
    /// page size, before anything is sent; and others, see [`ErrorKind`](crate::ErrorKind).
    pub async fn page(&self, marker: Option<&str>) -> Result<Response<Page<VpnConnection>>, Error> {
        let limit = self.page_size;
        #[allow(clippy::needless_update, reason = "the document may come to have more of them")]
        let parameters = parameters::ListVpnConnections {
            vgw_ip: self.vgw_ip.as_deref(),
            limit: Some(&limit),
            ..Default::default()
        };
        let violations = checked(parameters.violations(), limit, &LIMIT);
        validate::enforce(violations, || self.client.secrets())?;
        let call = self.client.call();
        let mut operation = call.api.list_vpn_connections().project_id(self.client.project_id());
        operation = operation.limit(limit);
        if let Some(id) = &self.vgw_id {
            operation = operation.vgw_id(GatewayId::try_from(id)?);
        }
        if let Some(address) = &self.vgw_ip {
            operation = operation.vgw_ip(address);
        }
        if !self.enterprise_project_ids.is_empty() {
            operation = operation.enterprise_project_id(self.enterprise_project_ids.clone());
        }
        if let Some(marker) = marker {
            operation = operation.marker(marker);
        }
        call.decoded(operation.send().await, |body| {
            let (connections, info) = (body.vpn_connections, body.page_info);
            Ok((Page::read(connections, info, body.total_count, limit, key)?, body.request_id))
        })
    }
}

fn key(connection: &VpnConnection) -> (&str, Option<&str>) {
    (&connection.id, connection.created_at.as_deref())
}
