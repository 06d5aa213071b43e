//! `wait`: for a state of connections.

use std::time::Duration;

use clap::{Args, ValueEnum};
use otc_vpn::types::VpnConnection;
use otc_vpn::{Client, Error};
use tokio::task::JoinSet;

use super::list;
use crate::account::{self, Account};
use crate::failure::Failure;
use crate::output::Output;
use crate::states::{State, States, title};
use crate::targets::{self, Named};

/// Wait until connections are active, created or deleted
#[derive(Args, Debug)]
#[command(after_help = format!("{ABOUT}\n\n{}\n\n{EXAMPLE}", targets::HELP))]
pub(crate) struct Wait {
    /// active (the tunnel is up), created (active, or down since the other side is), or
    /// deleted.
    #[arg(value_name = "STATE", hide_possible_values = true)]
    goal: Goal,
    /// Connections, by id, name or file.
    #[arg(required = true, value_name = "CONNECTION")]
    connections: Vec<String>,
    #[command(flatten)]
    patience: Patience,
}

/// How long to wait, and how often to look.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// How long to wait at most.
    #[arg(long, value_name = "SECONDS", default_value = "600")]
    timeout: u32,
    /// The pause between looks; by default 5 to 15 seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    interval: Option<u32>,
}

const ABOUT: &str = "\
Ends with 8, and says what was seen last, when the time is up or the state
cannot be reached any more. Of what is named by its id, `created` and `active`
wait 30 seconds for it to appear; `deleted` is satisfied with what does not
exist.";

const EXAMPLE: &str = "\
Examples:
  otc-vpn wait active office-1 office-2
  otc-vpn wait active office.yaml --timeout 900
  otc-vpn wait deleted 18be2aa1-2f6c-410f-832e-4d8ba13b4c5d";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Goal {
    Active,
    Created,
    Deleted,
}

impl Wait {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<(), Failure> {
        let mut named = Named::read(&self.connections)?;
        let reached = account::run(async {
            let client = account.client().await?;
            let mut targets = named.find(&client).await?;
            let mut wanted: Vec<(String, String)> = Vec::new();
            for connection in &targets.found {
                wanted.push((connection.id.clone(), title(connection).to_owned()));
            }
            let appearing = targets.missing.extract_if(.., |missing| missing.id.is_some());
            let appearing: Vec<String> = appearing.filter_map(|missing| missing.id).collect();
            if self.goal != Goal::Deleted {
                wanted.extend(appearing.into_iter().map(|id| (id.clone(), id)));
                targets.all()?;
            }
            self.wait(&client, &wanted, output).await
        })?;
        if self.goal == Goal::Deleted { Ok(()) } else { list::print(&reached, output) }
    }

    /// The connections, in the order of `wanted`; ends as soon as one fails.
    async fn wait(
        &self,
        client: &Client,
        wanted: &[(String, String)],
        output: &Output,
    ) -> Result<Vec<VpnConnection>, Failure> {
        let states = States::new(output);
        let states: Vec<State> = wanted.iter().map(|(_, title)| states.add(title)).collect();
        let mut waits = JoinSet::new();
        for (index, ((id, _), state)) in wanted.iter().zip(&states).enumerate() {
            let wait = self.patience.wait(client.clone(), id.clone(), state.clone(), self.goal);
            waits.spawn(async move { (index, wait.await) });
        }
        let mut reached = Vec::new();
        while let Some(ended) = waits.join_next().await {
            // None is aborted before the first fails.
            let Ok((index, result)) = ended else { continue };
            match result {
                Ok(connection) => reached.push((index, connection)),
                Err(error) => return Err(failed(error, &states, index)),
            }
        }
        reached.sort_by_key(|(index, _)| *index);
        Ok(reached.into_iter().filter_map(|(_, connection)| connection).collect())
    }
}

impl Patience {
    /// The connection in that state; none if it was deleted.
    pub(crate) async fn wait(
        self,
        client: Client,
        id: String,
        state: State,
        goal: Goal,
    ) -> Result<Option<VpnConnection>, Error> {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let wait = client.wait(&id).timeout(seconds(self.timeout)).on_change(state.on_change());
        let wait = match self.interval {
            Some(interval) => wait.poll(seconds(interval)),
            None => wait,
        };
        let result = match goal {
            Goal::Active => wait.until_active().await.map(Some),
            Goal::Created => wait.until_created().await.map(Some),
            Goal::Deleted => wait.until_deleted().await.map(|()| None),
        };
        if let Ok(None) = result {
            state.set("deleted");
        }
        state.end();
        result
    }
}

/// The failure of one wait, with what was seen last of the others.
fn failed(error: Error, states: &[State], index: usize) -> Failure {
    let title = states.get(index).map(State::title).unwrap_or_default();
    let others = states.iter().enumerate().filter(|(other, _)| *other != index);
    let others: Vec<_> = others.map(|(_, state)| state.last()).collect();
    let others = match others.as_slice() {
        [] => String::new(),
        others => format!("; last seen: {}", others.join(", ")),
    };
    Failure::from(error).told(|message| format!("{title}: {message}{others}"))
}
