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
mod road;
mod server;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo run --release -p otc-vpn-benches -- <COMMAND>

Commands:
  road                    Instructions per call of this library, of the same call written
                          by hand with reqwest and serde, and of plain hyper
  road --profile <CASE>   The functions that make the difference; CASE is `batch` or `show`
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["road"] => road::table(),
        ["road", "--profile", case] => road::profile(case),
        // What `road` runs under valgrind.
        ["call", caller, case, count, address] => call::run(caller, case, count, address),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
