//! `gateways` and `customer-gateways`: both ends of connections, to find their ids by name.

use clap::Args;
use otc_vpn::types::VpnGateway;
use serde_json::{Value, json};

use crate::account::{self, Account};
use crate::failure::Failure;
use crate::output::{Column, Output, Rows};
use crate::targets::GatewayNames;

/// List VPN gateways, or show one
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Gateways {
    /// The gateway to show, by id or name.
    #[arg(value_name = "GATEWAY")]
    gateway: Option<String>,
}

const EXAMPLE: &str = "\
`-o wide` shows what a file has as `vgw_ip`, or as its two `vgw_ips`: the ids of
the EIPs of a public gateway, the addresses of a private one.

Examples:
  otc-vpn gateways
  otc-vpn gateways vpngw-3caf -o value -c id
  otc-vpn gateways vpngw-3caf -o value -c vgw_ip_1 -c vgw_ip_2";

/// List customer gateways, or show one
#[derive(Args, Debug)]
#[command(after_help = CUSTOMER_EXAMPLE)]
pub(crate) struct CustomerGateways {
    /// The customer gateway to show, by id or name.
    #[arg(value_name = "GATEWAY")]
    gateway: Option<String>,
}

const CUSTOMER_EXAMPLE: &str = "\
Examples:
  otc-vpn customer-gateways
  otc-vpn customer-gateways cgw-3ebf -o value -c id";

const COLUMNS: [Column; 12] = [
    Column { name: "name", pointer: "/name", wide: false },
    Column { name: "id", pointer: "/id", wide: false },
    Column { name: "status", pointer: "/status", wide: false },
    Column { name: "address_1", pointer: "/address_1", wide: false },
    Column { name: "address_2", pointer: "/address_2", wide: false },
    Column { name: "ha_mode", pointer: "/ha_mode", wide: false },
    Column { name: "attached", pointer: "/attachment_type", wide: false },
    Column { name: "network", pointer: "/network_type", wide: true },
    Column { name: "vgw_ip_1", pointer: "/vgw_ip_1", wide: true },
    Column { name: "vgw_ip_2", pointer: "/vgw_ip_2", wide: true },
    Column { name: "flavor", pointer: "/flavor", wide: true },
    Column { name: "free", pointer: "/free", wide: false },
];

const CUSTOMER_COLUMNS: [Column; 6] = [
    Column { name: "name", pointer: "/name", wide: false },
    Column { name: "id", pointer: "/id", wide: false },
    Column { name: "id_type", pointer: "/id_type", wide: false },
    Column { name: "id_value", pointer: "/id_value", wide: false },
    Column { name: "created_at", pointer: "/created_at", wide: true },
    Column { name: "bgp_asn", pointer: "/bgp_asn", wide: false },
];

impl Gateways {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<(), Failure> {
        account::run(async {
            let client = account.client().await?;
            if let Some(word) = &self.gateway {
                let id = GatewayNames::new(&client).gateway(word).await?;
                let gateway = client.gateway(id).await?.into_inner();
                return output.record(&row(&gateway, output.is_data()));
            }
            let gateways = client.gateways().await?.into_inner();
            let rows = gateways.iter().map(|gateway| row(gateway, output.is_data()));
            output.list(&COLUMNS, &rows.collect::<Vec<_>>())
        })
    }
}

impl CustomerGateways {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<(), Failure> {
        account::run(async {
            let client = account.client().await?;
            if let Some(word) = &self.gateway {
                let id = GatewayNames::new(&client).customer_gateway(word).await?;
                return output.record(&client.customer_gateway(id).await?.into_inner());
            }
            let mut rows = Rows::new(output, &CUSTOMER_COLUMNS);
            let mut gateways = client.customer_gateways().stream();
            while let Some(gateway) = gateways.try_next().await? {
                rows.push(&gateway)?;
            }
            rows.end()
        })
    }
}

/// The gateway, with what follows from its fields unless it is for a program.
fn row(gateway: &VpnGateway, is_data: bool) -> Value {
    let mut row = json!(gateway);
    let Value::Object(members) = &mut row else { return row };
    if is_data {
        return row;
    }
    let both = [
        (&gateway.eip1, &gateway.access_private_ip_1, "address_1", "vgw_ip_1"),
        (&gateway.eip2, &gateway.access_private_ip_2, "address_2", "vgw_ip_2"),
    ];
    for (eip, private, address_name, vgw_ip_name) in both {
        let [address, vgw_ip] = match eip {
            Some(eip) => [eip.ip_address.as_ref(), Some(&eip.id)],
            None => [private.as_ref(); 2],
        };
        members.insert(address_name.to_owned(), json!(address));
        members.insert(vgw_ip_name.to_owned(), json!(vgw_ip));
    }
    let numbers = gateway.connection_number.zip(gateway.used_connection_number);
    let free = numbers.map(|(most, used)| most.saturating_sub(used));
    members.insert("free".to_owned(), json!(free));
    row
}
