//! `explain`: a file as a person reads it, or what the document says about a field.

use std::path::{Path, PathBuf};

use clap::Args;
use otc_vpn::Explanation;
use serde_json::{Value, json};

use crate::commands::field;
use crate::failure::Failure;
use crate::files::{self, Entry, Keys, NAMES, Wanted, is_unknown};
use crate::output::{Column, Format, Output};
use crate::problems::in_a_file;

/// Explain a file, or a field that files may have
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Explain {
    /// Files, or a field such as `ikepolicy.dpd.timeout`; without, all fields.
    #[arg(value_name = "FILE|FIELD")]
    what: Vec<PathBuf>,
}

const EXAMPLE: &str = "\
Of a file, it shows what is set, what is a default of the service, and what is
weak or wrong. Keys are not shown.

Examples:
  otc-vpn explain office.yaml
  otc-vpn explain ikepolicy.dpd.timeout";

const COLUMNS: [Column; 4] = [
    Column { name: "field", pointer: "/field", wide: false },
    Column { name: "value", pointer: "/value", wide: false },
    Column { name: "from", pointer: "/from", wide: false },
    Column { name: "note", pointer: "/note", wide: false },
];

impl Explain {
    pub(crate) fn run(&self, output: &Output) -> Result<(), Failure> {
        match self.what.as_slice() {
            [] => field::list(output),
            [what] if !is_file(what) => field::explain(&what.to_string_lossy(), output),
            files => explain_files(files, output),
        }
    }
}

/// Whether a file is meant, even if there is none.
fn is_file(what: &Path) -> bool {
    let extension = what.extension().unwrap_or_default();
    what == Path::new("-")
        || what.is_file()
        || ["yaml", "yml", "json"].iter().any(|known| extension == *known)
}

fn explain_files(paths: &[PathBuf], output: &Output) -> Result<(), Failure> {
    let files = files::read(paths, Keys::IfThere);
    // What breaks a rule is shown as a note. Without what cannot be read, the rest misleads.
    if !files.is_whole {
        return Err(Failure::Files(files.problems));
    }
    let mut all = Vec::new();
    for (index, entry) in files.entries.iter().enumerate() {
        let settings = settings(entry);
        if matches!(output.output, Format::Table | Format::Wide) {
            let separator = if index == 0 { "" } else { "\n" };
            output.text(&format!("{separator}{} ({})\n\n", entry.title(), entry.location()))?;
            output.list(&COLUMNS, &settings)?;
        } else {
            all.extend(settings);
        }
    }
    if !all.is_empty() {
        output.list(&COLUMNS, &all)?;
    }
    match files.is_good() {
        true => Ok(()),
        false => Err(Failure::Files(files.problems)),
    }
}

/// The settings of an entry, as rows.
fn settings(entry: &Entry) -> Vec<Value> {
    let explanation: Explanation = match &entry.wanted {
        Wanted::Connection { request, rules } => request.explain(rules),
        Wanted::Pair(pair) => pair.explain(),
    };
    let row = |setting: &otc_vpn::Setting| {
        let id_of = setting.pointer.trim_start_matches('/');
        let named = NAMES.iter().find(|(_, of)| *of == id_of);
        let named = named.and_then(|(name, of)| Some((*name, entry.name_of(of)?)));
        let elsewhere = entry.keys.iter().find(|(pointer, _)| *pointer == setting.pointer);
        let notes: Vec<String> = setting.notes.iter().map(note).collect();
        let field = || id_of.replace('/', ".");
        let (field, value) = match (named, elsewhere) {
            (Some((name, given)), _) => (name.to_owned(), given.to_owned()),
            _ if is_unknown(&setting.value) => (field(), "that of the gateway".to_owned()),
            (_, Some((_, source))) => (field(), format!("from {source}")),
            _ => (field(), setting.value.clone()),
        };
        json!({
            "file": entry.location(),
            "field": field,
            "value": value,
            "from": setting.origin,
            "note": if named.is_some() { String::new() } else { notes.join("; ") },
        })
    };
    explanation.iter().map(row).collect()
}

fn note(violation: &otc_vpn::Violation) -> String {
    let kind = match violation.severity() {
        otc_vpn::Severity::Warning => "",
        _ => "error: ",
    };
    format!("{kind}{}", in_a_file(violation.message()))
}
