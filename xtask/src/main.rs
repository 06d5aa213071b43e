//! Chores on `openapi/vpn.yaml`: `cargo xtask --help` lists them.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a chore does")]

#[path = "../../build/document.rs"]
#[allow(dead_code, reason = "build.rs shares it and uses the rest")]
mod document;
mod lint;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
Chores on the OpenAPI document.

Usage: cargo xtask COMMAND

Commands:
  lint [FILE]  Check that the document keeps the rules of this project
  help         Show this text

`cargo xtask lint --help` says more.
";

const LINT_USAGE: &str = "\
Check that the OpenAPI document keeps the rules of this project.

Usage: cargo xtask lint [FILE]

FILE is the document to check; left out, it is openapi/vpn.yaml of this
repository. Each breach of a rule is a line:

  FILE:LINE:COLUMN: rule: place in the document: what to do

Exit status: 0 when every rule holds, 1 when one is broken, 2 when FILE cannot
be read or the command is wrong.
";

const FINDINGS: u8 = 1;
const TROUBLE: u8 = 2;

enum Command {
    Help(&'static str),
    Lint(Option<PathBuf>),
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match parse(&arguments) {
        Ok(Command::Help(usage)) => {
            print!("{usage}");
            ExitCode::SUCCESS
        }
        Ok(Command::Lint(file)) => lint(file),
        Err(message) => {
            eprint!("error: {message}\n\n{USAGE}");
            ExitCode::from(TROUBLE)
        }
    }
}

fn parse(arguments: &[OsString]) -> Result<Command, String> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err("a command is missing".to_owned());
    };
    match command.to_string_lossy().as_ref() {
        "help" | "--help" | "-h" => Ok(Command::Help(USAGE)),
        "lint" => parse_lint(rest),
        other => Err(format!("there is no command `{other}`")),
    }
}

fn parse_lint(arguments: &[OsString]) -> Result<Command, String> {
    let asks_for_help = |argument: &OsString| argument == "--help" || argument == "-h";
    if arguments.iter().any(asks_for_help) {
        return Ok(Command::Help(LINT_USAGE));
    }
    match arguments {
        [] => Ok(Command::Lint(None)),
        [file] if file.to_string_lossy().starts_with('-') => {
            Err(format!("`lint` has no option `{}`", file.display()))
        }
        [file] => Ok(Command::Lint(Some(PathBuf::from(file)))),
        _ => Err("`lint` takes one file at most".to_owned()),
    }
}

fn lint(file: Option<PathBuf>) -> ExitCode {
    let file = file.unwrap_or_else(our_document);
    let name = shown(&file);
    let checked = std::fs::read_to_string(&file)
        .map_err(|error| format!("{name}: {error}"))
        .and_then(|text| lint::lint(&name, &text));
    match checked {
        Ok(report) => {
            print!("{report}");
            if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) }
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(TROUBLE)
        }
    }
}

fn our_document() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).join("openapi/vpn.yaml")
}

/// The file as seen from where the command runs, so that editors find it.
fn shown(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(here).unwrap_or(file).display().to_string()
}
