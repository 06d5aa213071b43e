//! Chores on `openapi/vpn.yaml` and the sources: `cargo xtask --help` lists them.

mod codegen;
mod diff;
mod drift;
#[path = "../../build/mod.rs"]
#[allow(dead_code, clippy::print_stdout, reason = "build.rs shares it and uses the rest")]
mod generate;
mod lint;
mod modules;
mod report;

use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use generate::{document, part};

use document::Document;

/// Chores on the OpenAPI document and the sources
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", version, arg_required_else_help = false)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check that the document follows the rules of this project
    #[command(after_long_help = lint::HELP)]
    Lint(lint::Arguments),
    /// Compare the vendor's pages with the document
    #[command(after_long_help = drift::HELP)]
    Drift(drift::Arguments),
    /// Show what users notice of an edit of the document
    #[command(after_long_help = diff::HELP)]
    Diff(diff::Arguments),
    /// Show the Rust that the build generates from the document
    #[command(after_long_help = codegen::HELP)]
    Codegen(codegen::Arguments),
    /// Check that no two modules of the library import each other
    #[command(after_long_help = modules::HELP)]
    Modules,
}

/// What a command prints, and its exit status.
type Outcome = Result<(String, u8), String>;

const FINDINGS: u8 = 1;
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Drift(arguments) => drift::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Modules => modules::run(),
    };
    let outcome = outcome.and_then(|(text, status)| print(&text).map(|()| status));
    ExitCode::from(outcome.unwrap_or_else(|message| {
        complain(&message);
        TROUBLE
    }))
}

/// Prints a report. A closed pipe is not an error: its reader has read enough.
fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("the report cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}

/// Prints an error; nothing can be done if that fails.
fn complain(message: &str) {
    _ = writeln!(std::io::stderr(), "error: {message}");
}

/// The text of a file; `-` is the standard input.
fn read(file: &Path) -> Result<String, String> {
    let text = match file.to_str() {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        }
        _ => std::fs::read_to_string(file),
    };
    text.map_err(|error| format!("{}: {error}", shown(file)))
}

/// Reads a document.
fn read_document(file: &Path) -> Result<Document, String> {
    Document::parse(&shown(file), &read(file)?)
}

/// The folder of the workspace.
fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The document of this project.
fn our_document() -> PathBuf {
    workspace().join("openapi/vpn.yaml")
}

/// The path of a file relative to the current folder, so that editors find it.
fn shown(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(here).unwrap_or(file).display().to_string()
}
