//! `simulate`: the service on a port of this machine.

mod fault;

use std::io::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use fault::FaultSpec;
use otc_vpn::simulator::Simulator;
use otc_vpn::types::VpnConnection;

use crate::account;
use crate::failure::Failure;
use crate::output::{Format, Output};

/// Run the service on this machine, to try things out
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Simulate {
    /// The port, on 127.0.0.1; by default a free one.
    #[arg(long, value_name = "PORT", default_value = "0", hide_default_value = true)]
    port: u16,
    /// How long a new connection is being created.
    #[arg(long, value_name = "SECONDS", default_value = "5")]
    create_time: u32,
    /// Leave the other side of each tunnel down.
    #[arg(long)]
    peers_down: bool,
    /// Take whatever the schema of the OpenAPI document allows.
    #[arg(long)]
    schema_only: bool,
    /// Keep the connections in this file.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Let something happen to requests; repeatable, see below.
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<FaultSpec>,
    /// The shell that the printed lines are for; by default that of SHELL.
    #[arg(long, value_name = "SHELL")]
    shell: Option<Shell>,
}

const EXAMPLE: &str = "\
Prints the variables to export so that this and any other tool reaches it, and
runs until Ctrl-C. It has one VPN gateway and one customer gateway, which are
those of the examples of `otc-vpn init`.

A fault, to see what a script makes of it, is one of
  cut         the request has its effect, and there is no response
  cut-before  it has none, and there is no response
  html        the page of a proxy is the response
  throttle    the response is 429
  slow        there is no response for an hour
or a status from 400 to 599, with `,on=OPERATION` (an operation of the API, or
sign_in), `,skip=NUMBER` (of requests before) and `,times=NUMBER` (1, or `all`).

Examples:
  otc-vpn simulate --port 8443
  otc-vpn simulate --state connections.json --shell fish
  otc-vpn simulate --fault cut,on=batch_create_vpn_connections";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shell {
    Sh,
    Fish,
    Powershell,
}

/// How often the state is looked at.
const PAUSE: Duration = Duration::from_millis(200);

impl Simulate {
    pub(crate) fn run(&self, output: &Output) -> Result<(), Failure> {
        let state = self.state.as_deref();
        account::block_on(async {
            let simulator = Simulator::start_at((Ipv4Addr::LOCALHOST, self.port).into()).await;
            let simulator = simulator.map_err(|error| {
                Failure::Usage(format!("cannot listen on port {}: {error}", self.port))
            })?;
            simulator.set_create_time(Duration::from_secs(self.create_time.into()));
            simulator.set_peers_up(!self.peers_down);
            simulator.set_schema_only(self.schema_only);
            if let Some(path) = state {
                load(&simulator, path)?;
            }
            simulator.set_fault_source(fault::source(self.faults.clone()));
            self.announce(&simulator, output)?;
            let mut kept = Kept { state, last: simulator.connections() };
            tokio::select! {
                ended = ended() => ended?,
                failure = kept.keep(&simulator) => return Err(failure),
            }
            kept.save(&simulator)
        })
    }

    fn announce(&self, simulator: &Simulator, output: &Output) -> Result<(), Failure> {
        let variables = variables(&simulator.endpoint());
        if matches!(output.output, Format::Json | Format::Yaml) {
            let variables = variables.iter().map(|(name, value)| (*name, value.as_str()));
            output.data(&variables.collect::<std::collections::BTreeMap<_, _>>())?;
        } else {
            let shell = self.shell.unwrap_or_else(Shell::of_environment);
            let lines = variables.iter().map(|(name, value)| shell.export(name, value) + "\n");
            output.text(&lines.collect::<String>())?;
        }
        let endpoint = simulator.endpoint();
        // Not in the way of `eval`.
        writeln!(output.stderr(), "The simulator listens at {endpoint}; Ctrl-C ends it.")?;
        Ok(())
    }
}

/// What lets a client reach it, beside what a user may have set before.
fn variables(endpoint: &str) -> Vec<(&'static str, String)> {
    vec![
        ("OS_CLOUD", String::new()),
        ("OS_AUTH_TYPE", "password".to_owned()),
        ("OS_AUTH_URL", format!("{endpoint}/v3")),
        ("OS_USER_ID", Simulator::USER_ID.to_owned()),
        ("OS_PASSWORD", Simulator::PASSWORD.to_owned()),
        ("OS_PROJECT_ID", Simulator::PROJECT_ID.to_owned()),
        ("OTC_VPN_ENDPOINT", endpoint.to_owned()),
    ]
}

impl Shell {
    fn of_environment() -> Self {
        let shell = std::env::var("SHELL").unwrap_or_default();
        match (shell.ends_with("fish"), shell.is_empty() && cfg!(windows)) {
            (true, _) => Self::Fish,
            (_, true) => Self::Powershell,
            _ => Self::Sh,
        }
    }

    /// The line that sets a variable. No value has a quote in it.
    fn export(self, name: &str, value: &str) -> String {
        match self {
            Self::Sh => format!("export {name}='{value}'"),
            Self::Fish => format!("set -gx {name} '{value}'"),
            Self::Powershell => format!("$env:{name} = '{value}'"),
        }
    }
}

/// Until the process is asked to end.
async fn ended() -> Result<(), Failure> {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate())?.recv().await;
        Ok(())
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending();
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
        terminated = terminated => terminated,
    }
}

fn load(simulator: &Simulator, path: &Path) -> Result<(), Failure> {
    let problem = |error: &dyn std::fmt::Display| {
        Failure::Usage(format!("{} holds no state of a simulator: {error}", path.display()))
    };
    let text = match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        text => text.map_err(|error| problem(&error))?,
    };
    let connections: Vec<VpnConnection> =
        serde_json::from_slice(&text).map_err(|error| problem(&error))?;
    for mut connection in connections {
        // Time brings it again; a status that is put in would stay.
        connection.status = None;
        simulator.insert(connection);
    }
    Ok(())
}

/// The state as the file has it.
struct Kept<'a> {
    state: Option<&'a Path>,
    last: Vec<VpnConnection>,
}

impl Kept<'_> {
    /// Writes the state whenever it has changed; ends only if that fails.
    async fn keep(&mut self, simulator: &Simulator) -> Failure {
        loop {
            tokio::time::sleep(PAUSE).await;
            // Else they would add up.
            let received = simulator.take_received();
            if received.iter().any(|it| it.method != "GET")
                && let Err(failure) = self.save(simulator)
            {
                return failure;
            }
        }
    }

    fn save(&mut self, simulator: &Simulator) -> Result<(), Failure> {
        let Some(path) = self.state else { return Ok(()) };
        let connections = simulator.connections();
        if connections != self.last {
            write(&connections, path).map_err(|error| {
                Failure::Usage(format!("cannot write {}: {error}", path.display()))
            })?;
            self.last = connections;
        }
        Ok(())
    }
}

/// Replaces the file as a whole: whoever reads it finds the old state or the new one.
fn write(connections: &[VpnConnection], path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, connections)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
