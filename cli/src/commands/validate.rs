//! `validate`: checks files.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::files::{self, Entry, Keys};
use crate::output::{Format, Output};

/// Check files; sends nothing, needs no account
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Validate {
    /// Files to check; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

const EXAMPLE: &str = "\
Reads connections and pairs from YAML or JSON and reports every broken rule with
its place. A key that stands elsewhere, as with `psk: { env: NAME }`, is checked
if it is there. Ends with 2 if something is wrong; warnings do not matter.

Examples:
  otc-vpn validate office.yaml
  otc-vpn validate -o json sites/*.yaml";

impl Validate {
    pub(crate) fn run(&self, output: &Output) -> Result<(), Failure> {
        let files = files::read(&self.files, Keys::IfThere);
        if !files.is_good() {
            return Err(Failure::Files(files.problems));
        }
        if output.output == Format::Json || output.output == Format::Yaml {
            let entries = files
                .entries
                .iter()
                .map(|entry| json!({ "title": entry.title(), "location": entry.location() }));
            let entries: Vec<_> = entries.collect();
            return output.data(&json!({ "entries": entries, "warnings": files.problems }));
        }
        let mut out = output.stderr();
        for problem in &files.problems {
            problem.write(&mut out)?;
        }
        drop(out);
        let connections: usize = files.entries.iter().map(|it| it.wanted.requests().len()).sum();
        let line = |entry: &Entry| format!("{}: {}\n", entry.location(), entry.title());
        let lines: String = files.entries.iter().map(line).collect();
        let warnings = match files.problems.len() {
            0 => "nothing wrong".to_owned(),
            1 => "1 warning".to_owned(),
            count => format!("{count} warnings"),
        };
        Ok(output.text(&format!("{lines}{}: {warnings}\n", counted(connections, "connection")))?)
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
