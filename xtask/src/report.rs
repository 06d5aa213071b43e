//! Findings, and the formats in which commands print them.

use clap::ValueEnum;
use serde_json::{Value, json};

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A line for each finding
    #[default]
    Text,
    /// A list of objects
    Json,
    /// Workflow commands by which GitHub annotates the lines of a change
    Github,
}

/// Something to tell about a place in a file. The order of the fields is that of reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// The rule, the class or the kind.
    pub(crate) rule: String,
    /// The place within the document or the page.
    pub(crate) place: String,
    pub(crate) message: String,
}

impl Format {
    /// A report: the findings, and in text what else a person wants to know.
    pub(crate) fn print(self, findings: &[Finding], text: impl FnOnce() -> String) -> String {
        match self {
            Self::Text => text(),
            Self::Json => Value::from_iter(findings.iter().map(json)).to_string() + "\n",
            Self::Github => findings.iter().map(command).collect(),
        }
    }
}

/// The findings, one a line.
pub(crate) fn lines(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let Finding { file, line, column, rule, place, message } = finding;
        format!("{file}:{line}:{column}: {rule}: {place}: {message}\n")
    };
    findings.iter().map(line).collect()
}

fn json(finding: &Finding) -> Value {
    let Finding { file, line, column, rule, place, message } = finding;
    json!({
        "file": file, "line": line, "column": column, "rule": rule, "place": place,
        "message": message,
    })
}

/// A workflow command of GitHub.
fn command(finding: &Finding) -> String {
    let Finding { file, line, column, rule, place, message } = finding;
    let (file, rule) = (property(file), property(rule));
    let text = data(&format!("{place}: {message}"));
    format!("::error file={file},line={line},col={column},title={rule}::{text}\n")
}

/// The text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
