//! `otc-vpn`: the command line of the library, through its public API alone.

mod account;
mod arguments;
mod changes;
mod commands;
mod exit;
mod failure;
mod files;
mod journal;
mod output;
mod problems;
mod progress;
mod question;
mod resolve;
mod states;
mod targets;
mod text;
mod verbose;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match arguments::parse() {
        Ok(arguments) => arguments,
        Err(error) => return commands::usage(&error).into(),
    };
    let output = &arguments.output;
    verbose::start(output);
    let result = commands::run(&arguments);
    result
        .unwrap_or_else(|failure| {
            failure.report(output);
            failure.exit()
        })
        .into()
}
