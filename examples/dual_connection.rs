//! Creates a dual connection and queries it, as in the vendor's Example 3.
//!
//! By default it runs against the simulator. With `OTC_VPN_ENDPOINT`,
//! `OTC_VPN_PROJECT_ID` and `OTC_VPN_TOKEN` it runs against the service there. The ids,
//! the subnets and the key come from further variables, and from Example 3 where these
//! are not set.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is for people")]

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use otc_vpn::simulator::Simulator;
use otc_vpn::types::VpnConnection;
use otc_vpn::{Client, Credentials, DualConnection, Error};

type AnyError = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), AnyError> {
    let pair = example_3()?;
    if let Ok(endpoint) = env::var("OTC_VPN_ENDPOINT") {
        println!("Connecting to {endpoint}.");
        let client = Client::builder()
            .endpoint(endpoint)
            .project_id(required("OTC_VPN_PROJECT_ID")?)
            .credentials(Credentials::token(required("OTC_VPN_TOKEN")?))
            .build()?;
        create_and_query(&client, &pair, || ()).await?;
    } else {
        println!("OTC_VPN_ENDPOINT is not set: using the simulator.");
        let simulator = Simulator::start().await?;
        let client = simulator.client()?;
        create_and_query(&client, &pair, || simulator.advance(Duration::from_secs(120))).await?;
    }
    Ok(())
}

fn example_3() -> Result<DualConnection, Error> {
    let subnets = setting("OTC_VPN_PEER_SUBNETS", "192.168.44.0/24");
    DualConnection::builder()
        .vgw_id(setting("OTC_VPN_VGW_ID", "8030f6d6-demo-4d20-a7f8-50a7a826e2f8"))
        .vgw_ips(
            setting("OTC_VPN_VGW_IP_1", "e4d7930f-demo-4cbf-b78a-b004416c7485"),
            setting("OTC_VPN_VGW_IP_2", "1fb97767-demo-4d8b-83bb-6f878f662005"),
        )
        .cgw_id(setting("OTC_VPN_CGW_ID", "8916effb-demo-42d8-83d7-4517567d3d26"))
        .peer_subnets(subnets.split(',').map(str::trim))
        .psk(setting("OTC_VPN_PSK", "Example-Key-2025"))
        .build()
}

async fn create_and_query(
    client: &Client,
    pair: &DualConnection,
    wait: impl FnOnce(),
) -> Result<(), Error> {
    let created = client.create_dual(pair).await?;
    println!("Created two connections (request id {}).", created.request_id().unwrap_or("unknown"));
    wait();
    let shown = client.show_dual(&created).await?;
    for (title, connection) in ["First connection", "Second connection"].iter().zip(&shown) {
        print(title, connection);
    }
    Ok(())
}

fn print(title: &str, connection: &VpnConnection) {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let tunnel = [&connection.tunnel_local_address, &connection.tunnel_peer_address].map(or_none);
    let style = connection.style.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    println!("\n{title}");
    for (name, value) in [
        ("name", or_none(&connection.name)),
        ("id", connection.id.clone()),
        ("state", connection.status().to_string()),
        ("style", style),
        ("VPN gateway", or_none(&connection.vgw_id)),
        ("gateway address", or_none(&connection.vgw_ip)),
        ("customer gateway", or_none(&connection.cgw_id)),
        ("customer subnets", connection.peer_subnets.clone().unwrap_or_default().join(", ")),
        ("tunnel addresses", tunnel.join(" (cloud), ") + " (customer)"),
    ] {
        println!("  {name:<17} {value}");
    }
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}

fn required(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("OTC_VPN_ENDPOINT is set, so {name} must be set too"))
}
