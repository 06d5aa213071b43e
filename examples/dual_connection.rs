//! Creates a dual connection as in the vendor's Example 3, and waits until both tunnels
//! are up. Run it again, and it keeps the connections that are there.
//!
//! By default it runs against the simulator, and does it twice itself. With
//! `OTC_VPN_ENDPOINT`, `OTC_VPN_PROJECT_ID` and `OTC_VPN_TOKEN` it runs against the service
//! there. The ids, the subnets and the key come from further variables, and from Example 3
//! where these are not set.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is for people")]

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use otc_vpn::simulator::Simulator;
use otc_vpn::types::VpnConnection;
use otc_vpn::{Client, ConnectionPair, Credentials, DualConnection, Error};

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
        print_both(&set_up(&client, &pair, None).await?);
    } else {
        println!("OTC_VPN_ENDPOINT is not set: using the simulator.");
        let simulator = Simulator::start().await?;
        // The service takes about two minutes, and the other side must be set up.
        simulator.set_create_time(Duration::from_secs(2));
        simulator.set_peers_up(true);
        let client = simulator.client()?;
        let soon = Some(Duration::from_millis(300));
        print_both(&set_up(&client, &pair, soon).await?);
        println!("\nOnce more:");
        set_up(&client, &pair, soon).await?;
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

/// Sets the pair up; `pause` is how often to look while waiting, unless as usual.
async fn set_up(
    client: &Client,
    pair: &DualConnection,
    pause: Option<Duration>,
) -> Result<ConnectionPair, Error> {
    let ensured = client.ensure_dual(pair).await?;
    println!("{ensured}");
    let mut wait = client.wait_dual(&ensured.into()).on_change(|connection| {
        println!("{} is {}", connection.id, connection.status());
    });
    if let Some(pause) = pause {
        wait = wait.poll(pause);
    }
    wait.until_active().await
}

fn print_both(pair: &ConnectionPair) {
    for (title, connection) in ["First connection", "Second connection"].iter().zip(pair) {
        print(title, connection);
    }
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
