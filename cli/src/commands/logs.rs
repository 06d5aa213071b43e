//! `logs`: what the gateway says of a tunnel.

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::account::{self, Account};
use crate::failure::Failure;
use crate::output::{Column, Output};
use crate::states::title;
use crate::targets::{self, Named};

/// Show the logs of connections, the newest entry last
#[derive(Args, Debug)]
#[command(after_help = format!("{ABOUT}\n\n{}\n\n{EXAMPLE}", targets::HELP))]
pub(crate) struct Logs {
    /// Connections, by id, name or file.
    #[arg(required = true, value_name = "CONNECTION")]
    connections: Vec<String>,
    /// Times in UTC, rather than those of this machine.
    #[arg(long)]
    utc: bool,
}

const ABOUT: &str = "\
Tells why a tunnel is down, such as a negotiation that failed. Not every gateway
keeps a log.";

const EXAMPLE: &str = "\
Examples:
  otc-vpn logs office-1
  otc-vpn logs office.yaml --utc -o json";

const COLUMNS: [Column; 3] = [
    Column { name: "time", pointer: "/time", wide: false },
    Column { name: "message", pointer: "/raw_message", wide: false },
    // Where there are several, it is in front of the message.
    Column { name: "connection", pointer: "/connection", wide: true },
];

impl Logs {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<(), Failure> {
        let mut named = Named::read(&self.connections)?;
        let zone = if self.utc { TimeZone::UTC } else { TimeZone::system() };
        let (count, mut entries) = account::run(async {
            let client = account.client().await?;
            let targets = named.find(&client).await?;
            let connections = targets.all()?;
            let mut entries = Vec::new();
            for connection in &connections {
                for entry in client.logs(&connection.id).await?.into_inner() {
                    entries.push((entry, title(connection).to_owned()));
                }
            }
            Ok((connections.len(), entries))
        })?;
        entries.sort_by_key(|(entry, _)| entry.time);
        let rows: Vec<_> = entries
            .iter()
            .map(|(entry, connection)| {
                json!({
                    "time": entry.time.map(|seconds| time(seconds, &zone)),
                    "connection": connection,
                    "raw_message": entry.raw_message,
                })
            })
            .collect();
        let [time, message, connection] = COLUMNS;
        if count > 1 {
            let connection = Column { wide: false, ..connection };
            return output.list(&[time, connection, message], &rows);
        }
        output.list(&[time, message, connection], &rows)
    }
}

/// As RFC 3339 has it; a time that there is not, as it came.
fn time(seconds: i64, zone: &TimeZone) -> String {
    match Timestamp::from_second(seconds) {
        Ok(time) if *zone == TimeZone::UTC => time.to_string(),
        Ok(time) => time.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        Err(_) => seconds.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(time(1_752_000_000, &zone), "2025-07-08T20:40:00+02:00");
        assert_eq!(time(1_752_000_000, &TimeZone::UTC), "2025-07-08T18:40:00Z");
        assert_eq!(time(i64::MAX, &zone), "9223372036854775807");
    }
}
