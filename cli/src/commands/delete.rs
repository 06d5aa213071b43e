//! `delete`: takes connections down.

use clap::Args;
use futures_util::{StreamExt, stream};
use otc_vpn::types::{ConnectionStatus, VpnConnection};
use otc_vpn::{Client, Error};
use serde_json::{Value, json};

use super::wait::{Goal, Patience};
use crate::account::{self, Account};
use crate::changes::AT_A_TIME;
use crate::exit::Exit;
use crate::failure::{Failure, Stopped};
use crate::journal::{Doing, Journal};
use crate::output::{Column, Format, Output};
use crate::question::confirm;
use crate::states::{State, States, title};
use crate::targets::{self, Named};

/// Delete connections
#[derive(Args, Debug)]
#[command(after_help = format!("{ABOUT}\n\n{}\n\n{EXAMPLE}", targets::HELP))]
pub(crate) struct Delete {
    /// Connections, by id, name or file.
    #[arg(required = true, value_name = "CONNECTION")]
    connections: Vec<String>,
    /// Show what would be deleted, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
    /// Do not wait until they are gone.
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    patience: Patience,
}

const ABOUT: &str = "\
Deletes at most 16 at a time, and waits until they are gone. It can be run again
at any time: what does not exist is no failure. A dry run ends with 10 if there
is something to delete.";

const EXAMPLE: &str = "\
Examples:
  otc-vpn delete office.yaml
  otc-vpn delete office-1 18be2aa1-2f6c-410f-832e-4d8ba13b4c5d --yes";

/// The last is that of what was not touched.
const COLUMNS: [Column; 4] = [
    Column { name: "name", pointer: "/name", wide: false },
    Column { name: "action", pointer: "/action", wide: false },
    Column { name: "id", pointer: "/id", wide: false },
    Column { name: "status", pointer: "/status", wide: false },
];

impl Delete {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<Exit, Failure> {
        let mut named = Named::read(&self.connections)?;
        let journal = Journal::default();
        let done = account::block_on(async {
            tokio::select! {
                done = self.work(account, &mut named, &journal, output) => done,
                _ = tokio::signal::ctrl_c() => Err(journal.interrupted()),
            }
        });
        done.map_err(|failure| {
            failure.advised("The same command can be run again, and goes on with what is left.")
        })
    }

    async fn work(
        &self,
        account: &Account,
        named: &mut Named<'_>,
        journal: &Journal,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let client = account.client().await?;
        let targets = named.find(&client).await?;
        let is_for_people = !matches!(output.output, Format::Json | Format::Yaml);
        let missing = targets.missing.iter().filter(|_| is_for_people);
        let missing: String = missing.map(|it| format!("{} does not exist\n", it.title)).collect();
        output.note(&missing);
        let found = targets.found;
        if self.dry_run {
            let rows: Vec<Value> = found.iter().map(|it| row(it, "delete")).collect();
            output.list(&COLUMNS, &rows)?;
            return Ok(if found.is_empty() { Exit::Done } else { Exit::ToDo });
        }
        if found.is_empty() {
            if is_for_people {
                output.note("nothing to delete\n");
            } else {
                output.list::<Value>(&COLUMNS, &[])?;
            }
            return Ok(Exit::Done);
        }
        let question = question(&found);
        match self.yes {
            false => confirm(&question, output).await?,
            true if is_for_people => output.note(&format!("{question}\n")),
            true => {}
        }
        self.delete_all(&client, &found, journal, output).await?;
        Ok(Exit::Done)
    }

    async fn delete_all(
        &self,
        client: &Client,
        found: &[VpnConnection],
        journal: &Journal,
        output: &Output,
    ) -> Result<(), Failure> {
        let states = States::new(output);
        let states = &states;
        let works = found.iter().map(|connection| async move {
            let state = states.add(title(connection));
            self.delete(client, connection, state, journal).await
        });
        let results: Vec<_> = stream::iter(works).buffered(AT_A_TIME).collect().await;
        let all = || found.iter().zip(&results);
        let action = if self.no_wait { "accepted" } else { "deleted" };
        let done = all().filter(|(_, result)| result.is_ok());
        let rows: Vec<Value> = done.map(|(connection, _)| row(connection, action)).collect();
        let [of_done @ .., _] = &COLUMNS;
        let printed = if rows.is_empty() { Ok(()) } else { output.list(of_done, &rows) };
        let failed: Vec<_> =
            all().filter_map(|(it, result)| Some((it, result.as_ref().err()?))).collect();
        match failure(&failed, !rows.is_empty()) {
            Some(failure) => Err(failure),
            None => printed,
        }
    }

    async fn delete(
        &self,
        client: &Client,
        connection: &VpnConnection,
        state: State,
        journal: &Journal,
    ) -> Result<(), Error> {
        let id = connection.id.clone();
        let entry = journal.note(title(connection), vec![key(connection)]);
        if connection.status() != &ConnectionStatus::PendingDelete {
            journal.set(entry, Doing::Changing);
            let deleted = client.delete(&id).await;
            journal.set(entry, Doing::Waiting);
            deleted.inspect_err(|_| {
                journal.set(entry, Doing::Ended);
                state.set("failed");
                state.end();
            })?;
        }
        state.set("being deleted");
        if !self.no_wait {
            let wait = self.patience.wait(client.clone(), id, state, Goal::Deleted).await;
            journal.set(entry, Doing::Ended);
            wait?;
        }
        Ok(())
    }
}

fn question(found: &[VpnConnection]) -> String {
    let lines = found.iter().map(|it| {
        let name = it.name.as_deref().unwrap_or("a connection");
        format!("  - delete {name} ({}, {})\n", it.id, it.status())
    });
    let lines: String = lines.collect();
    format!("{lines}{} to delete", found.len())
}

fn row(connection: &VpnConnection, action: &str) -> Value {
    json!({
        "name": connection.name,
        "action": action,
        "id": connection.id,
        // As it was before.
        "status": connection.status(),
    })
}

fn key(connection: &VpnConnection) -> Value {
    json!({
        "id": connection.id,
        "name": connection.name,
        "vgw_id": connection.vgw_id,
        "vgw_ip": connection.vgw_ip,
        "cgw_id": connection.cgw_id,
    })
}

fn failure(failed: &[(&VpnConnection, &Error)], has_changed: bool) -> Option<Failure> {
    let exits = failed.iter().map(|(_, error)| Exit::from(*error)).collect::<Vec<_>>();
    let exit = match exits.iter().find(|exit| **exit == Exit::Unknown).or(exits.first())? {
        // It says that nothing was changed.
        Exit::Unreachable if has_changed => Exit::Refused,
        exit => *exit,
    };
    let lines = failed.iter().map(|(it, error)| format!("{} ({}): {error}", title(it), it.id));
    let lines: Vec<String> = lines.collect();
    let message = match lines.as_slice() {
        [one] => one.clone(),
        several => format!("{} failed\n{}", several.len(), several.join("\n")),
    };
    let failures = failed.iter().map(|(it, error)| {
        json!({
            "id": it.id,
            "exit": Exit::from(*error) as u8,
            "message": error.to_string(),
            "status": error.status(),
            "code": error.code(),
            "request_id": error.request_id(),
        })
    });
    let details = json!({ "failures": failures.collect::<Vec<_>>() });
    Some(Stopped { exit, message, details }.into())
}
