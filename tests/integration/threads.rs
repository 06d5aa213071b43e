//! What can be shared between threads and kept for as long as a program runs. That it can
//! is seen by the compiler.

use otc_vpn::simulator::Simulator;
use otc_vpn::{
    Client, ClientBuilder, ConnectionKey, ConnectionPair, Credentials, DualConnection,
    DualConnectionBuilder, Error, OutcomeUnknown, Response, Rules, Violations, types,
};

fn shared<T: Send + Sync + 'static>() {}

fn spawnable<T: Send + 'static>(_: impl FnOnce(Client) -> T) {}

#[test]
fn everything_is_send_sync_and_static() {
    shared::<(Client, ClientBuilder, Credentials, Rules)>();
    shared::<(DualConnection, DualConnectionBuilder, ConnectionPair)>();
    shared::<(types::VpnConnectionRequest, types::builder::VpnConnectionRequest)>();
    shared::<(Error, OutcomeUnknown, Violations, Response<types::VpnConnection>)>();
    shared::<Simulator>();
    shared::<(otc_vpn::ListConnections, otc_vpn::ListCustomerGateways, otc_vpn::Deletion)>();
}

#[test]
fn every_call_can_be_spawned() {
    spawnable(|client| async move { client.show("id").await });
    spawnable(|client| async move {
        let request = types::VpnConnectionRequest::builder().build()?;
        client.create(&request).await?;
        client.create_batch(&[request]).await
    });
    spawnable(|client| async move {
        let pair = DualConnection::builder().build()?;
        let created = client.create_dual(&pair).await?;
        client.show_dual(&created).await
    });
    spawnable(|client| client.list().stream());
    spawnable(|client| async move { client.list().stream().try_next().await });
    spawnable(|client| async move { client.customer_gateways().page(None).await });
    spawnable(|client| async move { client.find(&ConnectionKey::default()).await });
    spawnable(|client| async move {
        let connection = client.show("id").await?;
        let update = types::VpnConnectionUpdate::builder().build()?;
        client.update_of(&connection, &update).await?;
        client.delete(&connection.id).await
    });
    spawnable(|client| async move { client.api().show_vpn_connection().send().await });
    spawnable(|_| Client::from_env());
    spawnable(|_| Client::builder().connect());
    spawnable(|_| Simulator::start());
}
