//! `show`: connections as the service has them.

use std::io::Write;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use otc_vpn::Client;
use otc_vpn::types::VpnConnection;

use crate::account::{self, Account};
use crate::failure::Failure;
use crate::output::{ERROR, Format, Output, state_style};
use crate::states::title;
use crate::targets::{self, Named};
use crate::text::clean;

/// Show connections
#[derive(Args, Debug)]
#[command(after_help = format!("{}\n\n{EXAMPLE}", targets::HELP))]
pub(crate) struct Show {
    /// Connections, by id, name or file.
    #[arg(required = true, value_name = "CONNECTION")]
    connections: Vec<String>,
    /// Go on with a line for each new status, until Ctrl-C or until all are deleted.
    #[arg(long)]
    watch: bool,
    /// With --watch: the pause between looks.
    #[arg(long, value_name = "SECONDS", default_value = "5",
        value_parser = clap::value_parser!(u32).range(1..))]
    interval: u32,
}

const EXAMPLE: &str = "\
Examples:
  otc-vpn show office-1
  otc-vpn show office.yaml --watch
  otc-vpn show 18be2aa1-2f6c-410f-832e-4d8ba13b4c5d -o value -c status";

impl Show {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<(), Failure> {
        let mut named = Named::read(&self.connections)?;
        account::run(async {
            let client = account.client().await?;
            let connections = named.find(&client).await?.all()?;
            print(&connections, output)?;
            if self.watch {
                self.watch(&client, connections, output).await?;
            }
            Ok(())
        })
    }

    async fn watch(
        &self,
        client: &Client,
        mut connections: Vec<VpnConnection>,
        output: &Output,
    ) -> Result<(), Failure> {
        while !connections.is_empty() {
            tokio::time::sleep(Duration::from_secs(self.interval.into())).await;
            let mut left = Vec::new();
            for last in connections {
                match client.show(&last.id).await {
                    Ok(now) => {
                        if now.status() != last.status() {
                            print_change(&now, now.status().as_str(), output)?;
                        }
                        left.push(now.into_inner());
                    }
                    Err(error) if error.is_not_found() => print_change(&last, "deleted", output)?,
                    Err(error) if error.is_retryable() => {
                        let message = error.to_string();
                        let message = clean(&message);
                        writeln!(output.stderr(), "{ERROR}warning{ERROR:#}: {message}")?;
                        left.push(last);
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            connections = left;
        }
        Ok(())
    }
}

fn print(connections: &[VpnConnection], output: &Output) -> Result<(), Failure> {
    match connections {
        [one] => output.record(one),
        all if matches!(output.output, Format::Json | Format::Yaml) => output.list(&[], all),
        all => {
            for (index, connection) in all.iter().enumerate() {
                if index > 0 && matches!(output.output, Format::Table | Format::Wide) {
                    output.text("\n")?;
                }
                output.record(connection)?;
            }
            Ok(())
        }
    }
}

/// A line for people; else the connection again, if there still is one.
fn print_change(connection: &VpnConnection, state: &str, output: &Output) -> Result<(), Failure> {
    let is_there = connection.status().as_str() == state;
    if is_there && !matches!(output.output, Format::Table | Format::Wide) {
        return output.record(connection);
    }
    let style = state_style(state).unwrap_or_default();
    let (title, state) = (clean(title(connection)), clean(state));
    let now = Timestamp::now();
    let line = format!("{now:.0}  {title}  {style}{state}{style:#}");
    match output.output {
        Format::Table | Format::Wide => Ok(writeln!(output.stdout(), "{line}")?),
        _ => Ok(writeln!(output.stderr(), "{line}")?),
    }
}
