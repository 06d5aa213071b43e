//! The customer gateways of a project.

use super::listing::Listing;
use super::page::{Page, checked};
use crate::client::Client;
use crate::document::limits::list_customer_gateways::LIMIT;
use crate::error::Error;
use crate::response::Response;
use crate::types::CustomerGateway;
use crate::validate::{self, parameters};

impl Client {
    /// Lists the customer gateways of the project: a builder, which ends with
    /// [`stream`](ListCustomerGateways::stream).
    ///
    /// Vendor page: `vpn_api_0023`, "Querying the Customer Gateway List".
    ///
    /// ```no_run
    /// # async fn run(client: otc_vpn::Client) -> Result<(), otc_vpn::Error> {
    /// let mut gateways = client.customer_gateways().stream();
    /// while let Some(gateway) = gateways.try_next().await? {
    ///     println!("{} {}", gateway.id, gateway.name.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn customer_gateways(&self) -> ListCustomerGateways {
        ListCustomerGateways { client: self.clone(), page_size: *LIMIT.end() }
    }
}

/// How to list customer gateways; see [`Client::customer_gateways`].
#[derive(Clone, Debug)]
#[must_use = "a list is asked for by `stream` or `page`"]
pub struct ListCustomerGateways {
    client: Client,
    page_size: u32,
}

impl ListCustomerGateways {
    /// Most customer gateways on a page, from 1 to the end of
    /// [`LIMIT`](crate::limits::list_customer_gateways::LIMIT), 200, which is what it is
    /// unless it is set.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = size;
        self
    }

    /// The customer gateways, page by page, each of them once. What holds at the end of a
    /// page is described at [`ListConnections::stream`](crate::ListConnections::stream).
    #[must_use]
    pub fn stream(&self) -> Listing<CustomerGateway> {
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
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an invalid page size,
    /// before anything is sent; and others, see [`ErrorKind`](crate::ErrorKind).
    pub async fn page(
        &self,
        marker: Option<&str>,
    ) -> Result<Response<Page<CustomerGateway>>, Error> {
        let limit = self.page_size;
        #[allow(clippy::needless_update, reason = "the document may come to have more of them")]
        let parameters =
            parameters::ListCustomerGateways { limit: Some(&limit), ..Default::default() };
        let violations = checked(parameters.violations(), limit, &LIMIT);
        validate::enforce(violations, || self.client.secrets())?;
        let call = self.client.call();
        let mut operation = call.api.list_customer_gateways().project_id(self.client.project_id());
        operation = operation.limit(limit);
        if let Some(marker) = marker {
            operation = operation.marker(marker);
        }
        call.decoded(operation.send().await, |body| {
            let (gateways, info) = (body.customer_gateways, body.page_info);
            Ok((Page::read(gateways, info, body.total_count, limit, key)?, body.request_id))
        })
    }
}

fn key(gateway: &CustomerGateway) -> (&str, Option<&str>) {
    (&gateway.id, gateway.created_at.as_deref())
}
