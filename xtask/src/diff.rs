//! `cargo xtask diff`: what users notice of an edit of the document and the types of the
//! library do not show.

mod facts;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::document::Document;
use crate::report::{Finding, Format, lines};
use crate::{FINDINGS, Outcome, our_document, read_document, workspace};
use facts::{Effect, Fact};

pub(crate) const HELP: &str = "\
Compares what only the document knows: the limits, defaults and rules of requests, which
parameters are required, error codes and when they are retried, the addresses of the
services, regions and profiles, and the bounds of responses. What the types show is
compared by `cargo xtask codegen --check tests/public-api.txt` and cargo semver-checks.

Each difference is a line with its place in NEW, or in OLD if NEW does not have it:

  FILE:LINE:COLUMN: CLASS: PLACE: WHAT

CLASS is one of these:

  breaking    a constant or an address is gone or has changed, validation rejects more, or
              a call that leaves a field out has another effect
  compatible  something is new, validation rejects less, or retries and warnings differ

Patterns, character sets and address rules are breaking whenever they change, because
the command cannot tell which one is wider.

Exit status: 0, 1 when a difference is breaking, 2 when a document cannot be read.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The document before the edit [default: openapi/vpn.yaml of the last commit]
    old: Option<PathBuf>,
    /// The document after the edit [default: openapi/vpn.yaml of this repository]
    new: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let old = arguments.old.as_deref().map_or_else(committed, read_document)?;
    let new = read_document(arguments.new.as_deref().unwrap_or(&our_document()))?;
    let findings = diff(&old, &new);
    let breaking = findings.iter().filter(|it| it.rule == BREAKING).count();
    let text = || {
        let compatible = findings.len() - breaking;
        lines(&findings) + &format!("{breaking} breaking, {compatible} compatible\n")
    };
    Ok((arguments.format.print(&findings, text), if breaking > 0 { FINDINGS } else { 0 }))
}

/// The document of the last commit.
fn committed() -> Result<Document, String> {
    const NAME: &str = "HEAD:openapi/vpn.yaml";
    let mut git = Command::new("git");
    let output = git.args(["show", NAME]).current_dir(workspace()).output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Document::parse(NAME, &String::from_utf8_lossy(&output.stdout))
}

const BREAKING: &str = "breaking";
const COMPATIBLE: &str = "compatible";

/// Every difference, the breaking ones first.
fn diff(old: &Document, new: &Document) -> Vec<Finding> {
    let (before, after) = (facts::of(old), facts::of(new));
    let mut findings = Vec::new();
    // Of a new operation, everything is new.
    let of_new = |place: &str| {
        place.split_once(' ').is_some_and(|(operation, _)| {
            after.contains_key(operation) && !before.contains_key(operation)
        })
    };
    for (place, fact) in after.iter().filter(|(place, _)| !of_new(place)) {
        let earlier = before.get(place);
        if earlier.is_none_or(|it| it.value != fact.value) {
            findings.push(finding(
                new,
                place,
                fact,
                earlier.map(|it| &it.value),
                Some(&fact.value),
            ));
        }
    }
    for (place, fact) in before.iter().filter(|(place, _)| !after.contains_key(*place)) {
        findings.push(finding(old, place, fact, Some(&fact.value), None));
    }
    findings.sort_by(|a, b| (&a.rule, a).cmp(&(&b.rule, b)));
    findings
}

fn finding(
    document: &Document,
    place: &str,
    fact: &Fact,
    old: Option<&Value>,
    new: Option<&Value>,
) -> Finding {
    let (line, column) = document.position(&fact.pointer);
    let message = match (old, new) {
        (None, _) => "new".to_owned(),
        (_, None) => "gone".to_owned(),
        (Some(old), Some(new)) => format!("{old} became {new}"),
    };
    let rule = if is_breaking(fact.effect, old, new) { BREAKING } else { COMPATIBLE };
    Finding {
        file: document.name.clone(),
        line,
        column,
        rule: rule.to_owned(),
        place: place.to_owned(),
        message,
    }
}

fn is_breaking(effect: Effect, old: Option<&Value>, new: Option<&Value>) -> bool {
    let grows = || {
        let number = |value: Option<&Value>| value.and_then(Value::as_i64);
        number(old).zip(number(new)).map(|(old, new)| new > old)
    };
    match effect {
        Effect::Name => old.is_some(),
        Effect::Parameter => new.is_none_or(|required| *required == true),
        Effect::Least => grows() != Some(false),
        Effect::Most => grows() != Some(true),
        Effect::Rule => true,
        Effect::Behaviour => false,
    }
}
