//! The commands, a file each.

pub(crate) mod apply;
pub(crate) mod auth;
pub(crate) mod completion;
pub(crate) mod delete;
pub(crate) mod explain;
mod field;
pub(crate) mod gateways;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod man;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod set_psk;
pub(crate) mod show;
pub(crate) mod simulate;
pub(crate) mod validate;
pub(crate) mod wait;

use std::io::Write;

use serde_json::json;

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::clean_json;

pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let Arguments { command, account, output } = arguments;
    match command {
        Command::Init(it) => it.run(output),
        Command::Validate(it) => it.run(output),
        Command::Explain(it) => it.run(output),
        Command::Schema(_) => schema::run(output),
        Command::Plan(it) => return it.run(account, output),
        Command::Apply(it) => return it.run(account, output),
        Command::Delete(it) => return it.run(account, output),
        Command::List(it) => it.run(account, output),
        Command::Logs(it) => it.run(account, output),
        Command::Wait(it) => it.run(account, output),
        Command::SetPsk(it) => it.run(account, output),
        Command::Gateways(it) => it.run(account, output),
        Command::CustomerGateways(it) => it.run(account, output),
        Command::Show(it) => it.run(account, output),
        Command::Auth(_) => auth::run(account, output),
        Command::Simulate(it) => it.run(output),
        Command::Completion(it) => it.run(output),
        Command::Man(it) => it.run(output),
    }?;
    Ok(Exit::Done)
}

/// Says what is wrong with the command line, or prints the help that was asked for.
pub(crate) fn usage(error: &clap::Error) -> Exit {
    let is_json = |word: &str| matches!(word, "json" | "-ojson" | "-o=json" | "--output=json");
    if error.use_stderr() && std::env::args().any(|word| is_json(&word)) {
        let message = error.render().to_string();
        let message = message.trim().trim_start_matches("error: ");
        let exit = Exit::Invalid;
        let json = json!({ "error": {
            "exit": exit as u8, "meaning": exit.meaning(), "message": message,
        } });
        let _ = writeln!(std::io::stderr(), "{}", clean_json(&json.to_string()));
    } else {
        // A closed pipe is no error.
        let _ = error.print();
    }
    if error.use_stderr() { Exit::Invalid } else { Exit::Done }
}
