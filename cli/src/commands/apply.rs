//! `apply`: makes files true.

mod outcome;

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, stream};
use otc_vpn::types::ConnectionStatus;
use otc_vpn::{Client, Ensure, EnsuredConnection, Error};
use outcome::{Made, Outcome, Stage};

use super::plan;
use crate::account::{self, Account};
use crate::changes::{self, AT_A_TIME, Change};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{Files, Wanted};
use crate::journal::{Doing, Journal};
use crate::output::{Format, Output};
use crate::progress::{Line, Progress};
use crate::question::confirm;
use crate::text::quoted;

/// Make files true: create what is missing, keep what is there
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Apply {
    /// Files; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change what is there and differs from its file.
    #[arg(long)]
    update: bool,
    /// Do as `plan`: change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask.
    #[arg(short, long)]
    yes: bool,
    /// What to wait for: created (default; active, or down since the other side is), active,
    /// or no.
    #[arg(
        long,
        value_name = "STATE",
        default_value = "created",
        hide_possible_values = true,
        hide_default_value = true
    )]
    wait: WaitFor,
    /// How long to go on with a connection or a pair at most, and to wait for it.
    #[arg(long, value_name = "SECONDS", default_value = "600")]
    timeout: u32,
    /// The pause between looks; by default 5 to 15 seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    interval: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WaitFor {
    Created,
    Active,
    No,
}

const EXAMPLE: &str = "\
Looks for each connection by gateway, address and customer gateway; what is there
is kept, what is missing is created, at most 16 at a time. It can be run again at
any time, also after it was interrupted or its outcome is not known: nothing is
created twice. A pre-shared key is not changed; `set-psk` does that.

Examples:
  otc-vpn apply office.yaml
  otc-vpn apply --update --yes --wait active sites/*.yaml";

impl Apply {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<Exit, Failure> {
        if self.dry_run {
            return plan::run(&self.files, self.update, account, output);
        }
        let mut files = changes::read(&self.files, output)?;
        let journal = Journal::default();
        let done = account::block_on(async {
            tokio::select! {
                done = self.work(account, &mut files, &journal, output) => done,
                _ = tokio::signal::ctrl_c() => Err(journal.interrupted()),
            }
        });
        done.map(|()| Exit::Done).map_err(|failure| failure.advised(&self.advice()))
    }

    /// The commands that find out, and go on.
    fn advice(&self) -> String {
        let files: Vec<_> = self.files.iter().map(|path| quoted(path)).collect();
        let files = files.join(" ");
        format!(
            "`otc-vpn plan {files}` shows what there is; `otc-vpn apply {files}` goes on, and \
             creates nothing twice."
        )
    }

    async fn work(
        &self,
        account: &Account,
        files: &mut Files,
        journal: &Journal,
        output: &Output,
    ) -> Result<(), Failure> {
        let client = changes::connect(account, files).await?;
        let changes = changes::plan(&client, files, self.update).await?;
        if changes.iter().any(Change::is_to_do) {
            self.ask(&changes, output).await?;
        }
        let progress = Progress::new(output, changes.len());
        let run = Run { apply: self, client: &client, journal, is_hopeless: Cell::new(false) };
        let works = changes.iter().enumerate().map(|(index, change)| {
            let work = run.one(change, &progress);
            async move { (index, work.await) }
        });
        let mut outcomes: Vec<_> =
            stream::iter(works).buffer_unordered(AT_A_TIME).collect::<Vec<_>>().await;
        progress.end();
        outcomes.sort_by_key(|(index, _)| *index);
        let outcomes: Vec<Outcome> = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
        outcome::report(&outcomes, self.update, output)
    }

    async fn ask(&self, changes: &[Change<'_>], output: &Output) -> Result<(), Failure> {
        let to_do = changes.iter().filter(|change| change.is_to_do());
        let plan: String = to_do.map(|change| change.text(false)).collect();
        let question = format!("{plan}{}", changes::summary(changes));
        if !self.yes {
            return confirm(&question, output).await;
        }
        if !matches!(output.output, Format::Json | Format::Yaml) {
            output.note(&format!("{question}\n"));
        }
        Ok(())
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }

    fn interval(&self) -> Option<Duration> {
        self.interval.map(|seconds| Duration::from_secs(seconds.into()))
    }

    fn set<'a, T>(&self, ensure: Ensure<'a, T>) -> Ensure<'a, T> {
        let ensure = ensure.timeout(self.timeout());
        let ensure = if self.update { ensure.update_differences() } else { ensure };
        match self.interval() {
            Some(interval) => ensure.poll(interval),
            None => ensure,
        }
    }

    /// Whether the state is not yet what is to be waited for.
    fn waits_for(&self, status: &ConnectionStatus) -> bool {
        match self.wait {
            WaitFor::No => false,
            WaitFor::Active => status != &ConnectionStatus::Active,
            WaitFor::Created => {
                !matches!(status, ConnectionStatus::Active | ConnectionStatus::Down)
            }
        }
    }
}

/// A run of it.
struct Run<'a> {
    apply: &'a Apply,
    client: &'a Client,
    journal: &'a Journal,
    /// Whether the others would fail, too.
    is_hopeless: Cell<bool>,
}

impl Run<'_> {
    async fn one(&self, change: &Change<'_>, progress: &Progress) -> Outcome {
        let mut outcome = Outcome::new(change.entry);
        let kept = || change.planned.iter().filter_map(|it| it.connection.as_ref());
        if !change.is_to_do() && !kept().any(|it| self.apply.waits_for(it.status())) {
            outcome.made = change.planned.iter().filter_map(Made::kept).collect();
            return outcome;
        }
        let entry = self.journal.add(&outcome.title, change.entry.wanted.requests());
        if self.is_hopeless.get() {
            outcome.stage = Stage::NotBegun;
            return outcome;
        }
        let line = progress.begin(&outcome.title);
        if let Err(error) = self.make(change, &line, entry, &mut outcome).await {
            let is_fatal = matches!((&error).into(), Exit::Account | Exit::Unreachable);
            self.is_hopeless.set(self.is_hopeless.get() || is_fatal);
            outcome.error = Some(error);
        }
        self.journal.set(entry, Doing::Ended);
        line.end(&outcome.summary());
        outcome
    }

    async fn make(
        &self,
        change: &Change<'_>,
        line: &Line,
        entry: usize,
        outcome: &mut Outcome,
    ) -> Result<(), Error> {
        if change.is_to_do() {
            line.doing("making");
            self.journal.set(entry, Doing::Changing);
            let ensured = self.ensure(&change.entry.wanted).await?;
            outcome.made = ensured.iter().map(Made::from).collect();
        } else {
            outcome.made = change.planned.iter().filter_map(Made::kept).collect();
        }
        self.journal.set(entry, Doing::Waiting);
        outcome.stage = Stage::Waiting;
        let waits = outcome.made.iter_mut().map(|made| self.wait(made, line));
        try_join_all(waits).await?;
        outcome.stage = Stage::Done;
        Ok(())
    }

    async fn ensure(&self, wanted: &Wanted) -> Result<Vec<EnsuredConnection>, Error> {
        match wanted {
            Wanted::Pair(pair) => {
                let both = self.apply.set(self.client.ensure_dual(pair)).await?;
                Ok(vec![both.first, both.second])
            }
            Wanted::Connection { request, rules } => {
                let client = self.client.with_rules(rules.clone());
                Ok(vec![self.apply.set(client.ensure(request)).await?])
            }
        }
    }

    async fn wait(&self, made: &mut Made, line: &Line) -> Result<(), Error> {
        line.state(&made.id, made.state());
        if !self.apply.waits_for(&made.status) {
            return Ok(());
        }
        let shown = line.clone();
        let mut wait = self.client.wait(&made.id).timeout(self.apply.timeout());
        wait = wait.on_change(move |it| shown.state(&it.id, it.status().as_str()));
        if let Some(interval) = self.apply.interval() {
            wait = wait.poll(interval);
        }
        let reached = match self.apply.wait {
            WaitFor::Active => wait.until_active().await?,
            _ => wait.until_created().await?,
        };
        made.status = reached.status().clone();
        Ok(())
    }
}
