//! `list`: the connections of the project.

use std::collections::HashMap;

use clap::Args;
use otc_vpn::types::VpnConnection;
use otc_vpn::{Client, Error};
use serde_json::{Value, json};

use crate::account::{self, Account};
use crate::failure::Failure;
use crate::output::{Column, Output, Rows};
use crate::targets::GatewayNames;

/// List connections
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct List {
    /// Only those of this VPN gateway: its id or its name.
    #[arg(long, value_name = "GATEWAY")]
    vgw: Option<String>,
    /// Only those over this address: the id of an EIP, or a private address.
    #[arg(long, value_name = "ADDRESS")]
    vgw_ip: Option<String>,
    /// Only those of this enterprise project, 0 for the default one; repeatable.
    #[arg(long, value_name = "ID")]
    enterprise_project: Vec<String>,
}

const EXAMPLE: &str = "\
With `-o name` and `-o value` each line is printed as soon as it is known. A
column is also any field that `otc-vpn show` prints.

Examples:
  otc-vpn list
  otc-vpn list --vgw vpngw-3caf -o wide
  otc-vpn list -o value -c id -c status";

const COLUMNS: [Column; 12] = [
    Column { name: "name", pointer: "/name", wide: false },
    Column { name: "id", pointer: "/id", wide: false },
    Column { name: "status", pointer: "/status", wide: false },
    Column { name: "vgw", pointer: VGW, wide: false },
    Column { name: "cgw", pointer: CGW, wide: false },
    Column { name: "style", pointer: "/style", wide: false },
    Column { name: "ha_role", pointer: "/ha_role", wide: true },
    Column { name: "vgw_id", pointer: "/vgw_id", wide: true },
    Column { name: "vgw_ip", pointer: "/vgw_ip", wide: true },
    Column { name: "cgw_id", pointer: "/cgw_id", wide: true },
    Column { name: "created_at", pointer: "/created_at", wide: true },
    Column { name: "peer_subnets", pointer: "/peer_subnets", wide: false },
];

/// The columns that matter after something was done.
const BRIEF: [&str; 3] = ["name", "id", "status"];

const VGW: &str = "/vgw";
const CGW: &str = "/cgw";

impl List {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<(), Failure> {
        account::run(async {
            let client = account.client().await?;
            let mut list = client.list();
            if let Some(gateway) = &self.vgw {
                list = list.vgw_id(GatewayNames::new(&client).gateway(gateway).await?);
            }
            if let Some(address) = &self.vgw_ip {
                list = list.vgw_ip(address);
            }
            for id in &self.enterprise_project {
                list = list.enterprise_project_id(id);
            }
            let mut rows = Rows::new(output, &COLUMNS);
            let names = if output.shows(&COLUMNS, &[VGW, CGW]) {
                names(&client).await?
            } else {
                HashMap::new()
            };
            let mut connections = list.stream();
            while let Some(connection) = connections.try_next().await? {
                rows.push(&row(&connection, &names, output.is_data()))?;
            }
            rows.end()
        })
    }
}

/// Prints connections after something was done with them: what they are and how they are.
pub(super) fn print(connections: &[VpnConnection], output: &Output) -> Result<(), Failure> {
    let columns = COLUMNS.map(|it| Column { wide: !BRIEF.contains(&it.name), ..it });
    let names = HashMap::new();
    let rows = connections.iter().map(|it| row(it, &names, output.is_data()));
    output.list(&columns, &rows.collect::<Vec<_>>())
}

/// The names of the gateways by their ids. Who may not list them sees the ids.
async fn names(client: &Client) -> Result<HashMap<String, String>, Failure> {
    let gateways = async {
        let gateways = client.gateways().await?.into_inner().into_iter();
        Ok(gateways.filter_map(|it| Some((it.id, it.name?))).collect::<Vec<_>>())
    };
    let customers = async {
        let mut stream = client.customer_gateways().stream();
        let mut customers = Vec::new();
        while let Some(it) = stream.try_next().await? {
            customers.extend(it.name.map(|name| (it.id, name)));
        }
        Ok(customers)
    };
    let mut names = HashMap::new();
    for found in [gateways.await, customers.await] {
        match found {
            Ok(found) => names.extend(found),
            Err(error) if Error::is_auth(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(names)
}

/// The connection, with the names of its gateways unless it is for a program.
fn row(connection: &VpnConnection, names: &HashMap<String, String>, is_data: bool) -> Value {
    let mut row = json!(connection);
    let gateways = [("vgw", &connection.vgw_id), ("cgw", &connection.cgw_id)];
    if let Value::Object(row) = &mut row
        && !is_data
    {
        for (column, id) in gateways {
            let name = id.as_ref().map(|id| names.get(id).unwrap_or(id));
            row.insert(column.to_owned(), json!(name));
        }
    }
    row
}
