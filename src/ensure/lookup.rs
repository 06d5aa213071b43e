//! What there is of a connection or a pair.

use super::decision::Seen;
use crate::client::Client;
use crate::error::{ConnectionKey, Error, ErrorKind, Listed};
use crate::types::{ConnectionStatus, VpnConnection, VpnConnectionRequest};

/// What a look finds at the address of a tunnel, for its customer gateway.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Those that are not being deleted: one, but for a service that is not as documented.
    pub(super) there: Vec<VpnConnection>,
    pub(super) leaving: Vec<VpnConnection>,
}

/// What there is at the addresses of one gateway, for one customer gateway.
pub(super) async fn look<const N: usize>(
    client: &Client,
    requests: &[VpnConnectionRequest; N],
) -> Result<[Found; N], Error> {
    let mut key = ConnectionKey::default();
    if let Some(first) = requests.first() {
        (key.vgw_id, key.cgw_id) = (Some(first.vgw_id.clone()), Some(first.cgw_id.clone()));
    }
    let mut all = [(); N].map(|()| Found::default());
    for connection in client.find(&key).await? {
        for (request, found) in requests.iter().zip(&mut all) {
            if connection.vgw_ip.as_ref() == Some(&request.vgw_ip) {
                let is_leaving = connection.status() == &ConnectionStatus::PendingDelete;
                let list = if is_leaving { &mut found.leaving } else { &mut found.there };
                list.push(connection.clone());
            }
        }
    }
    Ok(all)
}

impl Found {
    pub(super) fn seen(&self) -> Seen {
        match (self.there.is_empty(), self.leaving.is_empty()) {
            (false, _) => Seen::There,
            (true, false) => Seen::Leaving,
            (true, true) => Seen::Missing,
        }
    }

    /// The same, unless there are two in the place of one: it is not known which of them is
    /// meant.
    pub(super) fn expected(self) -> Result<Self, Error> {
        if self.there.len() < 2 {
            return Ok(self);
        }
        let keys: Vec<ConnectionKey> = self.there.into_iter().map(ConnectionKey::from).collect();
        let text = format!("there should be one connection, and there are {}", Listed(&keys));
        Err(Error::new(ErrorKind::UnexpectedResponse, text).with_connections(keys))
    }
}
