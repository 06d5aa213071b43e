//! Chores on `openapi/vpn.yaml` and the sources: `cargo xtask --help` lists them.

mod codegen;
mod diff;
#[path = "../../build/document.rs"]
#[allow(dead_code, reason = "build.rs shares it and uses the rest")]
mod document;
mod drift;
mod lint;
mod modules;
#[path = "../../build/part.rs"]
#[allow(dead_code, reason = "build.rs shares it and uses the rest")]
mod part;
mod roundtrip;

use std::ffi::OsString;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

const USAGE: &str = "\
Chores on the OpenAPI document and the sources.

Usage: cargo xtask COMMAND

Commands:
  lint [FILE]    Check that the document keeps the rules of this project
  drift PAGE...  Compare pages of the vendor with the document
  diff OLD NEW   Say what users notice between two documents
  codegen        Show the Rust that the build makes of the document
  roundtrip      Compare the generated types with the document
  modules        Check that no two modules of the library import each other
  help           Show this text

`cargo xtask COMMAND --help` says more.
";

const LINT_USAGE: &str = "\
Check that the OpenAPI document keeps the rules of this project.

Usage: cargo xtask lint [--format text|json|github] [FILE]

FILE is the document to check; left out, it is openapi/vpn.yaml of this
repository. Each breach of a rule is a line:

  FILE:LINE:COLUMN: rule: place in the document: what to do

With `json` the findings are a list of objects; with `github` they are the
commands by which GitHub marks the lines of a change.

Exit status: 0 when every rule holds, 1 when one is broken, 2 when FILE cannot
be read or the command is wrong.
";

const DIFF_USAGE: &str = "\
Say what users of the library notice between two OpenAPI documents.

Usage: cargo xtask diff [--format text|json] OLD NEW

Each difference is a line with its place in NEW, or in OLD if it is gone:

  FILE:LINE:COLUMN: CLASS: PLACE: WHAT

CLASS is one of these:

  breaking    programs no longer compile (a type or a constant is another one or
              gone), validation refuses more, or a call that says nothing about it
              does something else (a default that changes)
  compatible  something more, something may be left out, a new warning
  docs only   what people read; nothing is derived from it

What cannot be judged is breaking, wider or not: patterns, character sets and
address rules; and what this command does not know: look at it. The types of a
success and of an error are compared through all references. Order and comments
make no difference. The last line suggests the step that the version of the
library takes.

Exit status: 0 when nothing is breaking, 1 when something is, 2 when a file
cannot be read or the command is wrong.
";

const FINDINGS: u8 = 1;
const TROUBLE: u8 = 2;

enum Command {
    Help(&'static str),
    Lint { format: &'static str, file: Option<PathBuf> },
    Diff { as_json: bool, old: PathBuf, new: PathBuf },
    Codegen(codegen::Arguments),
    Drift(drift::Arguments),
    Roundtrip,
    Modules,
}

/// What is wrong with a command, and how it is written.
type Misuse = (String, &'static str);

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match parse(&arguments) {
        Ok(Command::Help(usage)) => finish(usage, 0),
        Ok(Command::Lint { format, file }) => lint(format, file),
        Ok(Command::Diff { as_json, old, new }) => diff(as_json, &old, &new),
        Ok(Command::Codegen(arguments)) => codegen::run(&arguments),
        Ok(Command::Drift(arguments)) => drift::run(arguments),
        Ok(Command::Roundtrip) => roundtrip::run(),
        Ok(Command::Modules) => modules::run(),
        Err((message, usage)) => {
            complain(&format!("{message}\n\n{}", usage.trim_end()));
            ExitCode::from(TROUBLE)
        }
    }
}

/// Writes a report, all at once, and ends with its status. Who closes the pipe has read
/// enough.
fn finish(report: &str, status: u8) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(report.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            complain(&format!("the report cannot be written: {error}"));
            ExitCode::from(TROUBLE)
        }
        _ => ExitCode::from(status),
    }
}

/// Says what is wrong, if anybody listens.
fn complain(message: &str) {
    _ = writeln!(std::io::stderr(), "error: {message}");
}

fn trouble(message: &str) -> ExitCode {
    complain(message);
    ExitCode::from(TROUBLE)
}

fn parse(arguments: &[OsString]) -> Result<Command, Misuse> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(("a command is missing".to_owned(), USAGE));
    };
    let name = command.to_string_lossy();
    let (parsed, usage) = match name.as_ref() {
        "help" | "--help" | "-h" => (Ok(Command::Help(USAGE)), USAGE),
        "lint" => (parse_lint(rest), LINT_USAGE),
        "codegen" => {
            let parsed = codegen::parse(rest);
            let help = Command::Help(codegen::USAGE);
            (parsed.map(|it| it.map_or(help, Command::Codegen)), codegen::USAGE)
        }
        "roundtrip" => alone(&name, rest, Command::Roundtrip, roundtrip::USAGE),
        "modules" => alone(&name, rest, Command::Modules, modules::USAGE),
        "drift" => {
            let parsed = drift::parse(rest);
            let help = Command::Help(drift::USAGE);
            (parsed.map(|it| it.map_or(help, Command::Drift)), drift::USAGE)
        }
        "diff" => (parse_diff(rest), DIFF_USAGE),
        other => (Err(format!("there is no command `{other}`")), USAGE),
    };
    parsed.map_err(|message| (message, usage))
}

/// A command without arguments.
fn alone(
    name: &str,
    rest: &[OsString],
    command: Command,
    usage: &'static str,
) -> (Result<Command, String>, &'static str) {
    let parsed = match rest {
        [] => Ok(command),
        [flag] if asks_for_help(flag) => Ok(Command::Help(usage)),
        _ => Err(format!("`{name}` takes nothing")),
    };
    (parsed, usage)
}

fn asks_for_help(argument: &OsString) -> bool {
    argument == "--help" || argument == "-h"
}

fn parse_diff(arguments: &[OsString]) -> Result<Command, String> {
    if arguments.iter().any(asks_for_help) {
        return Ok(Command::Help(DIFF_USAGE));
    }
    let (mut as_json, mut files) = (false, Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.to_string_lossy().as_ref() {
            "--format" => as_json = format(arguments.next(), &["text", "json"])? == "json",
            option if option.starts_with('-') => {
                return Err(format!(
                    "`diff` has no option `{option}`; it has `--format text|json`"
                ));
            }
            _ => files.push(PathBuf::from(argument)),
        }
    }
    match <[PathBuf; 2]>::try_from(files) {
        Ok([old, new]) => Ok(Command::Diff { as_json, old, new }),
        Err(files) => Err(format!("`diff` needs two files, and has {}", files.len())),
    }
}

/// The value of `--format`.
fn format(value: Option<&OsString>, known: &[&'static str]) -> Result<&'static str, String> {
    let value = value.map(|value| value.to_string_lossy());
    let found = known.iter().find(|known| value.as_deref() == Some(**known));
    found.copied().ok_or_else(|| format!("`--format` needs one of these: {}", known.join(", ")))
}

fn parse_lint(arguments: &[OsString]) -> Result<Command, String> {
    if arguments.iter().any(asks_for_help) {
        return Ok(Command::Help(LINT_USAGE));
    }
    let (mut chosen, mut files) = ("text", Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.to_string_lossy().as_ref() {
            "--format" => chosen = format(arguments.next(), &["text", "json", "github"])?,
            option if option.starts_with('-') => {
                return Err(format!(
                    "`lint` has no option `{option}`; it has `--format text|json|github`"
                ));
            }
            _ => files.push(PathBuf::from(argument)),
        }
    }
    match files.len() {
        0 | 1 => Ok(Command::Lint { format: chosen, file: files.pop() }),
        _ => Err("`lint` takes one file at most".to_owned()),
    }
}

fn lint(format: &str, file: Option<PathBuf>) -> ExitCode {
    let file = file.unwrap_or_else(our_document);
    let name = shown(&file);
    let checked = std::fs::read_to_string(&file)
        .map_err(|error| format!("{name}: {error}"))
        .and_then(|text| lint::lint(&name, &text));
    match checked {
        Ok(report) => {
            let text = match format {
                "json" => report.json() + "\n",
                "github" => report.github(),
                _ => report.to_string(),
            };
            finish(&text, if report.is_clean() { 0 } else { FINDINGS })
        }
        Err(message) => trouble(&message),
    }
}

fn diff(as_json: bool, old: &Path, new: &Path) -> ExitCode {
    let read = |file: &Path| {
        let name = shown(file);
        let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        document::Document::parse(&name, &text).map(|document| (name, document))
    };
    match read(old).and_then(|old| Ok((old, read(new)?))) {
        Ok(((old_name, old), (new_name, new))) => {
            let report = diff::diff((&old_name, &old), (&new_name, &new));
            let text = if as_json { report.json() + "\n" } else { report.to_string() };
            finish(&text, if report.is_breaking() { FINDINGS } else { 0 })
        }
        Err(message) => trouble(&message),
    }
}

impl document::Document {
    /// The part that `value` refers to, or `value` itself.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let reference = value.get("$ref").and_then(Value::as_str);
        let target =
            reference.and_then(|reference| self.root().pointer(reference.strip_prefix('#')?));
        target.unwrap_or(value)
    }
}

/// Cargo, to be run in the folder of the workspace.
fn cargo(arguments: &[&str]) -> std::process::Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(program);
    command.args(arguments).current_dir(workspace());
    command
}

/// The folder of the workspace.
fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

fn our_document() -> PathBuf {
    workspace().join("openapi/vpn.yaml")
}

/// The file as seen from where the command runs, so that editors find it.
fn shown(file: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(here).unwrap_or(file).display().to_string()
}
