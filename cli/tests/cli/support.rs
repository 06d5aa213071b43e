//! The program, and the simulator in a process of its own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use otc_vpn::simulator::Simulator;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_otc-vpn");

/// The settings that a developer may have, without effect: an empty variable counts as not
/// set.
pub(crate) fn quiet() -> impl Iterator<Item = (OsString, OsString)> {
    let is_setting = |name: &OsString| {
        let name = name.to_string_lossy().to_ascii_uppercase();
        name.starts_with("OS_") || name.starts_with("OTC_") || name.ends_with("_PROXY")
    };
    let settings = std::env::vars_os().map(|(name, _)| name).filter(is_setting);
    let empty = settings.map(|name| (name, OsString::new()));
    // No clouds.yaml of the developer's.
    let nowhere = ["HOME", "XDG_CONFIG_HOME"].map(|name| (name.into(), "/nonexistent".into()));
    let plain =
        ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"].map(|name| (name.into(), OsString::new()));
    empty.chain(nowhere).chain(plain)
}

/// The program with these arguments, in this folder.
pub(crate) fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(folder).envs(quiet()).stdin(Stdio::null());
    command
}

/// The program against a simulator in this process.
pub(crate) fn command(simulator: &Simulator, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = program(folder, arguments);
    command.env("OS_TOKEN", Simulator::TOKEN).env("OS_PROJECT_ID", Simulator::PROJECT_ID);
    command.env("OTC_VPN_ENDPOINT", simulator.endpoint());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it, while the simulator goes on.
pub(crate) async fn ended(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// What it says on standard error until it ends, each line also to `see`.
pub(crate) async fn said(
    mut child: Child,
    mut see: impl FnMut(&str) + Send + 'static,
) -> (String, Output) {
    let err = BufReader::new(child.stderr.take().unwrap());
    let read = move || {
        let mut said = String::new();
        for line in err.lines().map(Result::unwrap) {
            see(&line);
            said.push_str(&line);
            said.push('\n');
        }
        (said, child.wait_with_output().unwrap())
    };
    tokio::task::spawn_blocking(read).await.unwrap()
}

/// Runs the program with a text on standard input.
pub(crate) fn run_with_input(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Everything that a run printed.
pub(crate) fn printed(output: &Output) -> String {
    let [out, error] = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    format!("{out}{error}")
}

/// `otc-vpn simulate` in a process of its own, which ends with this.
pub(crate) struct Simulated {
    process: Child,
    /// What it says is to be exported.
    pub(crate) variables: BTreeMap<String, String>,
}

impl Simulated {
    /// Unless the arguments say how long, creating a connection takes a second.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = program(folder, &["simulate", "-o", "json"]);
        if !arguments.contains(&"--create-time") {
            command.args(["--create-time", "1"]);
        }
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut out = BufReader::new(process.stdout.as_mut().unwrap());
        let mut json = String::new();
        while !json.ends_with("}\n") {
            assert_ne!(out.read_line(&mut json).unwrap(), 0, "it ended: {json}");
        }
        let variables = serde_json::from_str(&json).unwrap();
        Self { process, variables }
    }

    /// Asks it to end, as a service manager does, and waits until it has.
    pub(crate) fn terminate(mut self) -> bool {
        let id = self.process.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.process.wait().unwrap().success()
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A folder for a test, without anything in it.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
