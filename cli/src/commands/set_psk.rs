//! `set-psk`: another pre-shared key, one tunnel after the other.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use otc_vpn::types::{
    ConnectionStatus, IkePolicyUpdate, IkeVersion, VpnConnection, VpnConnectionUpdate,
};
use otc_vpn::{Client, Psk, Rules};

use super::list;
use super::wait::{Goal, Patience};
use crate::account::{self, Account};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::KeySource;
use crate::output::{Format, Output};
use crate::problems::Problem;
use crate::question::confirm;
use crate::states::{State, States, title};
use crate::targets::{self, Named};

/// Set another pre-shared key, one tunnel after the other
#[derive(Args, Debug)]
#[command(after_help = format!("{ABOUT}\n\n{}\n\n{EXAMPLE}", targets::HELP))]
pub(crate) struct SetPsk {
    /// Connections, by id, name or file.
    #[arg(required = true, value_name = "CONNECTION")]
    connections: Vec<String>,
    /// The variable of the environment that holds the key.
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    env: Option<String>,
    /// The file that holds the key, and nothing else.
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    patience: Patience,
}

const ABOUT: &str = "\
Without --env and --file, the key is asked for, or read from standard input. All
connections get the same key. After each, waits until it is as it was: active if
it was active, else active or down. Set the key on the customer gateway
meanwhile: the tunnel needs the same one on both sides.

With IKE v2, the vendor documents that a new key takes no effect if nothing else
is modified with it (API), and that it takes effect when the connection is
established again, for which the console's users delete and create it (user
guide). So the IKE version is sent with the key, as it is. That this suffices is
our reading: it is not documented. If the tunnel still takes the old key, delete
the connection and create it again with the new one. With IKE v1, a new key
takes effect with the next negotiation.";

const EXAMPLE: &str = "\
Examples:
  otc-vpn set-psk office-1 office-2
  otc-vpn set-psk office.yaml --env OTC_VPN_PSK --yes
  otc-vpn set-psk office-1 --file office.key";

/// More than a key can have.
const LARGEST: u64 = 4096;

/// A connection whose key is to be set.
struct Planned {
    connection: VpnConnection,
    update: VpnConnectionUpdate,
}

/// How far it got.
#[derive(Default)]
struct Progress {
    set: Vec<String>,
    /// Being sent.
    sent: Option<String>,
    left: Vec<String>,
}

impl SetPsk {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<(), Failure> {
        let mut named = Named::read(&self.connections)?;
        let key = self.key(output)?;
        let progress = RefCell::new(Progress::default());
        let done = account::run(async {
            let client = account.client().await?;
            let targets = named.find(&client).await?;
            let planned: Vec<_> =
                targets.all()?.into_iter().map(|it| Planned::new(it, &key)).collect();
            check(&planned, output)?;
            if !self.yes {
                confirm(&question(&planned), output).await?;
            }
            progress.borrow_mut().left = planned.iter().map(Planned::title).collect();
            self.set(&client, &planned, &progress, output).await
        });
        let done = done.map_err(|failure| progress.borrow().tell(failure))?;
        list::print(&done, output)
    }

    async fn set(
        &self,
        client: &Client,
        planned: &[Planned],
        progress: &RefCell<Progress>,
        output: &Output,
    ) -> Result<Vec<VpnConnection>, Failure> {
        let states = States::new(output);
        let mut done = Vec::new();
        for planned in planned {
            let state = states.add(&planned.title());
            let about = |failure: Failure| failure.told(|it| format!("{}: {it}", planned.title()));
            progress.borrow_mut().send();
            let sent = client.update_of(&planned.connection, &planned.update).await;
            if let Err(error) = sent {
                let failure = Failure::from(error);
                if failure.exit() != Exit::Unknown {
                    progress.borrow_mut().take_back();
                }
                return Err(about(failure));
            }
            progress.borrow_mut().arrive();
            state.set("set; the other side needs the same key now");
            let back = self.wait(client, &planned.connection, state).await;
            done.extend(back.map_err(about)?);
        }
        Ok(done)
    }

    /// Waits until the connection is as it was.
    async fn wait(
        &self,
        client: &Client,
        connection: &VpnConnection,
        state: State,
    ) -> Result<Option<VpnConnection>, Failure> {
        let goal = match connection.status() {
            ConnectionStatus::Active => Goal::Active,
            _ => Goal::Created,
        };
        Ok(self.patience.wait(client.clone(), connection.id.clone(), state, goal).await?)
    }

    fn key(&self, output: &Output) -> Result<Psk, Failure> {
        let source = match (&self.env, &self.file) {
            (Some(name), _) => Some(KeySource::Variable(name.clone())),
            (_, Some(path)) => Some(KeySource::File(path.display().to_string())),
            _ => None,
        };
        let key = match source {
            Some(source) => {
                let (key, warning) = source.read(Path::new("")).map_err(Failure::Usage)?;
                warn(warning.as_slice(), output)?;
                key
            }
            None => asked_for().map_err(Failure::Usage)?,
        };
        Psk::new(key).map_err(|error| Failure::Usage(error.to_string()))
    }
}

/// The key, from the user or from standard input.
fn asked_for() -> Result<String, String> {
    let unreadable = |error: io::Error| format!("the key cannot be read: {error}");
    if io::stdin().is_terminal() {
        let ask = |prompt| rpassword::prompt_password(prompt).map_err(unreadable);
        let key = ask("New pre-shared key: ")?;
        return match ask("Once more: ")? == key {
            true => Ok(key),
            false => Err("these are two keys; nothing was sent".to_owned()),
        };
    }
    let mut key = String::new();
    io::stdin().lock().take(LARGEST).read_to_string(&mut key).map_err(unreadable)?;
    let line = key.strip_suffix('\n').unwrap_or(&key);
    let length = line.strip_suffix('\r').unwrap_or(line).len();
    key.truncate(length);
    match key.is_empty() {
        true => Err("there is no key on standard input; see --env and --file".to_owned()),
        false => Ok(key),
    }
}

impl Planned {
    fn new(connection: VpnConnection, key: &Psk) -> Self {
        let version = connection.ikepolicy.as_ref().and_then(|it| it.ike_version.clone());
        // What is not known is not sent: it could be a change.
        let version = version.filter(|version| *version != IkeVersion::V1);
        let mut update = VpnConnectionUpdate::default();
        update.psk = Some(key.clone());
        update.ikepolicy = version.map(|version| {
            let mut policy = IkePolicyUpdate::default();
            policy.ike_version = Some(version);
            policy
        });
        Self { connection, update }
    }

    fn title(&self) -> String {
        title(&self.connection).to_owned()
    }
}

/// Checks all before the first is sent.
fn check(planned: &[Planned], output: &Output) -> Result<(), Failure> {
    let mut problems = Vec::new();
    for Planned { connection, update } in planned {
        for violation in &update.validate_for(connection, &Rules::default()) {
            let problem = Problem::from(violation);
            let message =
                format!("{}: {}: {}", title(connection), violation.pointer(), problem.message);
            problems.push(Problem { message, ..problem });
        }
    }
    if planned.iter().any(|planned| planned.update.ikepolicy.is_some()) {
        let message = "with IKE v2, the IKE version is sent with the key, so that it takes effect; \
                       that this suffices is not documented: see `otc-vpn set-psk --help`";
        problems.push(Problem::warning("psk-ike-v2", message));
    }
    if problems.iter().any(Problem::is_error) {
        return Err(Failure::Files(problems));
    }
    warn(&problems, output)
}

fn warn(problems: &[Problem], output: &Output) -> Result<(), Failure> {
    // Of standard error, `-o json` promises one object.
    if output.output != Format::Json {
        problems.iter().try_for_each(|problem| problem.write(output.stderr()))?;
    }
    Ok(())
}

fn question(planned: &[Planned]) -> String {
    let lines = planned.iter().map(|Planned { connection, .. }| {
        let id = &connection.id;
        format!("\n  {}  {id}  {}", title(connection), connection.status())
    });
    let lines: String = lines.collect();
    format!("A new pre-shared key, one after the other, for:{lines}")
}

impl Progress {
    fn send(&mut self) {
        self.sent = (!self.left.is_empty()).then(|| self.left.remove(0));
    }

    fn arrive(&mut self) {
        self.set.extend(self.sent.take());
    }

    fn take_back(&mut self) {
        if let Some(title) = self.sent.take() {
            self.left.insert(0, title);
        }
    }

    /// The failure, with how far it got.
    fn tell(&self, failure: Failure) -> Failure {
        let sent: Vec<String> = self.sent.iter().cloned().collect();
        if self.set.is_empty() && sent.is_empty() {
            return failure;
        }
        let parts = [("set", &self.set), ("perhaps set", &sent), ("not set", &self.left)];
        let parts = parts.into_iter().filter(|(_, titles)| !titles.is_empty());
        let parts: Vec<_> =
            parts.map(|(what, titles)| format!("{what}: {}", titles.join(", "))).collect();
        let again = if sent.is_empty() { "" } else { "; the same command again does no harm" };
        failure.told(|message| format!("{message}\n{}{again}", parts.join("; ")))
    }
}
