//! What a call and a cold build cost, beside the same thing without this library.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a program for a person; a bench that panics has failed"
)]

mod by_hand;
mod call;
#[path = "../../tests/integration/full_request.rs"]
mod full_request;
mod load;
mod memory;
mod road;
mod server;
mod table;
mod valgrind;
mod work;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo run --release -p otc-vpn-benches -- <COMMAND>

Commands:
  road                    Instructions per call of this library, of the same call written
                          by hand with reqwest and serde, and of plain hyper
  road --profile <CASE>   The functions that make the difference; CASE is `batch`, `show` or
                          `signing`
  work                    Instructions of validating, encoding and decoding
  load                    CPU time, memory and connections of 10 000 queries, 1 to 1024 at
                          once
  memory                  Bytes that a client takes, and a call in flight
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["road"] => road::road(),
        ["road", "--profile", case] => road::profile(case),
        ["work"] => work::work(),
        ["load"] => load::load(),
        ["memory"] => memory::memory(),
        arguments => measured(arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// What is measured, each in a process of its own.
fn measured(arguments: &[&str]) -> Result<(), String> {
    let Some((count, arguments)) = arguments.split_last() else { return Err(USAGE.to_owned()) };
    let count = count.parse().map_err(|_| USAGE.to_owned())?;
    match arguments {
        ["call", caller, case, address] => call::run(caller, case, address, count),
        ["work", caller, operation, case] => work::run(caller, operation, case, count),
        ["hold", caller, case, address] => memory::run(caller, case, address, count),
        ["queries", caller, address] => {
            load::run(caller, address, count);
            Ok(())
        }
        _ => Err(USAGE.to_owned()),
    }
}
