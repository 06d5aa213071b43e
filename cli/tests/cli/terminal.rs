//! A terminal: bars while something is waited for, and questions.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command};

use otc_vpn::simulator::Simulator;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
#[cfg(target_os = "linux")]
use rustix::termios::{LocalModes, tcgetattr};
use rustix::termios::{Winsize, tcsetwinsize};
use serde_json::json;

use crate::support::{command, folder};

const ID: &str = "18be2aa1-2f6c-410f-832e-4d8ba13b4c5d";

/// A terminal, with a program that runs on it.
pub(crate) struct Terminal {
    end: File,
    child: Child,
    /// Everything that it showed.
    pub(crate) screen: String,
}

impl Terminal {
    pub(crate) fn run(mut command: Command) -> Self {
        let end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&end).unwrap();
        unlockpt(&end).unwrap();
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let name = ptsname(&end, Vec::new()).unwrap().into_string().unwrap();
        let open = || OpenOptions::new().read(true).write(true).open(&name).unwrap();
        tcsetwinsize(open(), size).unwrap();
        command.stdin(open()).stdout(open()).stderr(open()).env("TERM", "xterm-256color");
        let child = command.spawn().unwrap();
        // It holds the other end, too.
        drop(command);
        Self { end: end.into(), child, screen: String::new() }
    }

    /// Reads on; false at the end.
    pub(crate) fn read(&mut self) -> bool {
        let mut bytes = [0; 1024];
        // A terminal that is closed is an error to read from.
        let Ok(count @ 1..) = self.end.read(&mut bytes) else { return false };
        self.screen.push_str(&String::from_utf8_lossy(&bytes[..count]));
        true
    }

    pub(crate) fn until(&mut self, text: &str) {
        while !self.screen.contains(text) {
            assert!(self.read(), "no {text:?} in {:?}", self.screen);
        }
    }

    /// Until what is typed is not shown any more: the question comes first.
    #[cfg(target_os = "linux")]
    fn until_hidden(&self) {
        while tcgetattr(&self.end).unwrap().local_modes.contains(LocalModes::ECHO) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    pub(crate) fn type_line(&mut self, line: &str) {
        self.end.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    pub(crate) fn exit(&mut self) -> Option<i32> {
        while self.read() {}
        self.child.wait().unwrap().code()
    }
}

async fn simulator(status: Option<&str>) -> Simulator {
    let simulator = Simulator::start().await.unwrap();
    simulator.set_peers_up(true);
    set(&simulator, status);
    simulator
}

fn set(simulator: &Simulator, status: Option<&str>) {
    let connection = json!({ "id": ID, "name": "office", "status": status });
    simulator.insert(serde_json::from_value(connection).unwrap());
}

/// Runs what blocks, while the simulator goes on.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn wait(simulator: &Simulator, folder: &Path, arguments: &[&str]) -> Command {
    let all = ["wait", "active", "office", "--interval", "1"];
    command(simulator, folder, &[&all, arguments].concat())
}

#[tokio::test]
async fn a_wait_shows_a_bar_with_the_states() {
    let folder = folder();
    let simulator = simulator(Some("PENDING_CREATE")).await;
    let command = wait(&simulator, folder.path(), &[]);
    let (screen, exit) = blocking(move || {
        let mut terminal = Terminal::run(command);
        terminal.until("PENDING_CREATE");
        set(&simulator, Some("ACTIVE"));
        let exit = terminal.exit();
        (terminal.screen, exit)
    })
    .await;
    assert_eq!(exit, Some(0), "{screen:?}");
    assert!(screen.contains("office  \u{1b}[33mPENDING_CREATE\u{1b}[0m"), "{screen:?}");
    assert!(screen.contains("office  \u{1b}[32mACTIVE\u{1b}[0m"), "{screen:?}");
    assert!(screen.contains('⠂') && screen.contains('⠄'), "it moves: {screen:?}");
    assert!(screen.contains("NAME    ID"), "the result: {screen:?}");
}

#[tokio::test]
async fn a_table_is_as_wide_as_the_terminal_and_breaks_no_id() {
    let folder = folder();
    let simulator = simulator(Some("PENDING_CREATE")).await;
    let connection = json!({
        "id": "28be2aa1-2f6c-410f-832e-4d8ba13b4c5d", "name": "a-long-name-of-an-office",
        "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
        "peer_subnets": ["192.168.44.0/24", "192.168.45.0/24", "192.168.46.0/24"],
    });
    simulator.insert(serde_json::from_value(connection).unwrap());
    let mut command = command(&simulator, folder.path(), &["list"]);
    command.env("NO_COLOR", "1");
    let (screen, exit) = blocking(move || {
        let mut terminal = Terminal::run(command);
        let exit = terminal.exit();
        (terminal.screen, exit)
    })
    .await;
    assert_eq!(exit, Some(0), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    for whole in [ID, "28be2aa1-2f6c-410f-832e-4d8ba13b4c5d", "PENDING_CREATE", "ACTIVE"] {
        assert!(screen.contains(whole), "{whole}: {screen}");
    }
}

#[tokio::test]
async fn a_wait_without_colour_shows_the_same() {
    let folder = folder();
    let simulator = simulator(Some("ACTIVE")).await;
    let mut command = wait(&simulator, folder.path(), &[]);
    command.env("NO_COLOR", "1");
    let (screen, exit) = blocking(move || {
        let mut terminal = Terminal::run(command);
        let exit = terminal.exit();
        (terminal.screen, exit)
    })
    .await;
    assert_eq!(exit, Some(0), "{screen:?}");
    assert!(screen.contains("office  ACTIVE"), "{screen:?}");
    assert!(!screen.contains("\u{1b}[3"), "{screen:?}");
}

#[tokio::test]
async fn a_key_is_set_only_after_yes() {
    for (answer, exit) in [("no", 2), ("yes", 0), ("Yes, please", 2)] {
        let folder = folder();
        let simulator = simulator(None).await;
        let arguments = ["set-psk", "office", "--env", "TUNNEL_PSK", "--interval", "1"];
        let mut command = command(&simulator, folder.path(), &arguments);
        command.env("TUNNEL_PSK", "Canary-Key-9c1e");
        let (screen, code) = blocking(move || {
            let mut terminal = Terminal::run(command);
            terminal.until("Go on? Type `yes`: ");
            terminal.type_line(answer);
            let code = terminal.exit();
            (terminal.screen, code)
        })
        .await;
        assert_eq!(code, Some(exit), "{screen:?}");
        assert!(screen.contains(&format!("office  {ID}  ACTIVE")), "{screen:?}");
        assert!(!screen.contains("Canary"), "{screen:?}");
        let received = simulator.received();
        assert_eq!(received.iter().any(|it| it.method == "PUT"), exit == 0);
    }
}

/// Asking for a key needs a terminal of its own, which `setsid` gives it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_key_that_is_typed_is_not_shown() {
    for (again, exit) in [("Canary-Key-9c1e", 0), ("Canary-Key-9c1f", 2)] {
        let folder = folder();
        let simulator = simulator(None).await;
        let arguments = ["set-psk", "office", "--interval", "1", "--yes"];
        let direct = command(&simulator, folder.path(), &arguments);
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait"]).arg(direct.get_program()).args(direct.get_args());
        let set = direct.get_envs().filter_map(|(name, value)| Some((name, value?)));
        command.envs(set).current_dir(folder.path());
        let (screen, code) = blocking(move || {
            let mut terminal = Terminal::run(command);
            terminal.until("New pre-shared key: ");
            terminal.until_hidden();
            terminal.type_line("Canary-Key-9c1e");
            terminal.until("Once more: ");
            terminal.until_hidden();
            terminal.type_line(again);
            let code = terminal.exit();
            (terminal.screen, code)
        })
        .await;
        assert_eq!(code, Some(exit), "{screen:?}");
        assert!(!screen.contains("Canary"), "{screen:?}");
        let received = simulator.received();
        let sent: Vec<_> = received.iter().filter(|it| it.method == "PUT").collect();
        assert_eq!(sent.len(), usize::from(exit == 0));
        let is_key = |body: &[u8]| String::from_utf8_lossy(body).contains("Canary-Key-9c1e");
        assert!(sent.iter().all(|it| is_key(&it.body)));
    }
}
