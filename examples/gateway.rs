//! Finds a gateway, sets up a pair over its two addresses, and takes it down again: what a
//! provisioning program does. It runs against the simulator.

#![allow(clippy::print_stdout, reason = "its output is for people")]

use std::time::Duration;

use otc_vpn::DualConnection;
use otc_vpn::simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let simulator = Simulator::start().await?;
    let client = simulator.client()?;

    let gateways = client.gateways().await?;
    let gateway = gateways.first().ok_or("the project has no VPN gateway")?;
    let mut customers = client.customer_gateways().stream();
    let customer = customers.try_next().await?.ok_or("the project has no customer gateway")?;
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "without a name".to_owned());
    println!("gateway {} ({})", gateway.id, name(&gateway.name));
    println!("customer gateway {} ({})", customer.id, name(&customer.name));

    // The gateway knows its addresses and its mode.
    let pair = DualConnection::for_gateway(gateway)?
        .cgw_id(&customer.id)
        .peer_subnets(["192.168.44.0/24"])
        .psk("Example-Key-2025")
        .build()?;
    let plan = client.ensure_dual(&pair).plan().await?;
    println!("\nTo do:\n{plan}");
    let ensured = client.ensure_dual(&pair).update_differences().await?;
    println!("\nDone:\n{ensured}");

    let deleted = client.delete_dual(&pair).poll(Duration::from_millis(100)).await?;
    println!("\nDeleted:");
    deleted.iter().for_each(|connection| println!("{connection}"));
    Ok(())
}
