//! `cargo xtask lint`: the rules of this project for `openapi/vpn.yaml`.
//!
//! A rule is a function from the document to the places that break it. To add one, write
//! it in the file of its subject, name it in [`RULES`], and break it in
//! `tests/breaches.txt`. What any OpenAPI document must keep is left to redocly, spectral
//! and openapi-spec-validator, which CI runs too, and what the build rejects is taken from
//! the build.

mod descriptions;
mod enumerations;
mod operations;
mod parts;
mod references;
mod requests;
mod responses;
mod schemas;
mod security;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use crate::document::{Document, Fault};
use crate::report::{Finding, Format, lines};
use crate::{FINDINGS, Outcome, generate, our_document, read, shown};

pub(crate) const HELP: &str = "\
Each breach of a rule is a line:

  FILE:LINE:COLUMN: RULE: PLACE IN THE DOCUMENT: WHAT TO DO

The rules are those of this project and those of its build, whose names are field,
limit, default and the like. The rules of any OpenAPI document are checked by
redocly, spectral and openapi-spec-validator; see .ci/run.

Exit status: 0, 1 when a rule is broken, 2 when FILE cannot be read.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The document, `-` for the standard input [default: openapi/vpn.yaml of this repository]
    file: Option<PathBuf>,
}

type Rule = fn(&Document) -> Vec<Fault>;

/// Every rule and its name.
const RULES: &[(&str, Rule)] = &[
    ("character-classes", schemas::character_classes),
    ("description", descriptions::missing),
    ("description-sentence", descriptions::sentences),
    ("empty-range", schemas::empty_ranges),
    ("enumeration-inline", enumerations::inline),
    ("enumeration-name", enumerations::name),
    ("enumeration-open", enumerations::open),
    ("enumeration-unused", enumerations::unused),
    ("enumeration-values", enumerations::values),
    ("error-code", operations::error_codes),
    ("error-statuses", operations::error_statuses),
    ("external-reference", references::external),
    ("integer-format", schemas::integer_format),
    ("named-examples", operations::named_examples),
    ("nullable-reference", references::nullable),
    ("operation-id", operations::id),
    ("reference-siblings", references::siblings),
    ("request-additional-properties", requests::additional_properties),
    ("request-array-nullable", requests::nullable_arrays),
    ("response-keyword", responses::keywords),
    ("response-nullable", responses::nullable),
    ("response-required", responses::required),
    ("schema-keyword", schemas::keywords),
    ("schema-shared", schemas::shared),
    ("schema-type", schemas::types),
    ("security", security::required),
    ("security-scheme", security::scheme),
    ("unknown-extension", schemas::extensions),
    ("vendor-page", operations::vendor_page),
];

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let file = arguments.file.clone().unwrap_or_else(our_document);
    let name = shown(&file);
    let findings = lint(&name, &read(&file)?)?;
    let text = || match findings.len() {
        0 => format!("{name}: follows all {} rules and builds\n", RULES.len()),
        1 => lines(&findings) + &format!("{name}: 1 finding\n"),
        count => lines(&findings) + &format!("{name}: {count} findings\n"),
    };
    let status = if findings.is_empty() { 0 } else { FINDINGS };
    Ok((arguments.format.print(&findings, text), status))
}

/// Applies every rule, and builds, the document that `text` holds. `name` is what the
/// findings call the file.
///
/// # Errors
///
/// The text is not one plain YAML document.
fn lint(name: &str, text: &str) -> Result<Vec<Finding>, String> {
    let document = Document::parse(name, text)?;
    let named = |(rule, check): &(&'static str, Rule)| {
        check(&document).into_iter().map(|fault| Fault { rule, ..fault }).collect::<Vec<_>>()
    };
    let mut faults: Vec<_> = RULES.iter().flat_map(named).collect();
    let built = generate::files(&document).err().unwrap_or_default();
    let others = built.into_iter().map(|fault| references::suggest(&document, fault));
    let is_new = |fault: &Fault| !faults.iter().any(|other| other.is_within(fault));
    let others: Vec<_> = others.filter(is_new).collect();
    faults.extend(others);
    let finding = |Fault { rule, pointer, message }| {
        let (line, column) = document.position(&pointer);
        let place = if pointer.is_empty() { "/".to_owned() } else { pointer };
        Finding { file: name.to_owned(), line, column, rule: rule.to_owned(), place, message }
    };
    let mut findings: Vec<_> = faults.into_iter().map(finding).collect();
    findings.sort();
    // Operations reach what they share once each.
    findings.dedup();
    Ok(findings)
}

/// `; did you mean …?` for what is spelt almost like something known.
fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let distances = known.into_iter().map(|it| (strsim::damerau_levenshtein(word, it), it));
    match distances.min() {
        Some((distance, nearest)) if distance <= 2 => format!("; did you mean `{nearest}`?"),
        _ => String::new(),
    }
}
