//! `cargo xtask lint`: the rules that `openapi/vpn.yaml` keeps.
//!
//! A rule is a function from the document to the places that break it. To add
//! one, write it in the file of its subject, name it in [`RULES`], and break it
//! in `tests/bad.yaml` and in `lint/tests.rs`.

mod builds;
mod enumerations;
mod error_codes;
mod examples;
mod openapi;
mod operations;
mod parts;
mod references;
mod requests;
mod responses;
mod schemas;
mod security;
mod steps;
#[cfg(test)]
mod tests;
mod texts;
mod unread;
mod values;

use std::fmt;

use serde_json::{Value, json};

use crate::document::{Document, Fault};

type Rule = fn(&Document) -> Vec<Fault>;

/// The rule that says what none of the others knows.
const BUILDS: &str = "builds";

/// Every rule and the name by which findings call it.
const RULES: &[(&str, Rule)] = &[
    ("readable-openapi", openapi::readable),
    ("openapi-version", openapi::version),
    ("external-reference", references::external),
    ("broken-reference", references::broken),
    ("reference-siblings", references::siblings),
    ("nullable-reference", references::nullable),
    ("reference-kind", references::kind),
    ("security-scheme", security::scheme),
    ("security-required", security::required),
    ("operation-id", operations::id),
    ("vendor-page", operations::vendor_page),
    ("vendor-page-link", operations::vendor_page_link),
    ("success-status", operations::success_status),
    ("error-statuses", operations::error_statuses),
    ("error-body", operations::error_body),
    ("default-response", operations::default_response),
    ("operation-description", texts::operations_described),
    ("parameter-description", texts::parameters_described),
    ("schema-description", texts::schemas_described),
    ("property-description", texts::properties_described),
    ("description-sentence", texts::sentences),
    ("named-examples", examples::named),
    ("single-example", examples::single),
    ("unused-example", examples::unused),
    ("example-without-value", examples::without_value),
    ("example-value", values::examples),
    ("default-value", values::defaults),
    ("unknown-extension", unread::extensions),
    ("unchecked-limit", unread::limits),
    ("empty-range", unread::empty_ranges),
    ("property-type", unread::untyped),
    ("schema-keyword", schemas::keywords),
    ("schema-union", schemas::unions),
    ("array-items", schemas::array_items),
    ("integer-format", schemas::integer_format),
    ("character-classes", schemas::character_classes),
    ("shared-schema", schemas::shared),
    ("request-additional-properties", requests::additional_properties),
    ("request-array-nullable", requests::nullable_arrays),
    ("request-pattern", requests::pattern),
    ("response-additional-properties", responses::additional_properties),
    ("response-required", responses::required),
    ("response-nullable", responses::nullable),
    ("response-limits", responses::limits),
    ("response-default", responses::default),
    ("response-format", responses::format),
    ("inline-enumeration", enumerations::inline),
    ("unused-enumeration", enumerations::unused),
    ("enumeration-name", enumerations::name),
    ("enumeration-type", enumerations::kind),
    ("open-enumeration", enumerations::open),
    ("enumeration-values", enumerations::values),
    ("listed-values", enumerations::listed_values),
    ("error-code-status", error_codes::status),
    ("error-code-retry", error_codes::retry),
    ("error-code-description", error_codes::description),
    (BUILDS, builds::refused),
];

/// What the rules say about a document.
pub(crate) struct Report {
    name: String,
    findings: Vec<Finding>,
}

/// A breach of a rule. The order of the fields is the order of the report.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    line: usize,
    column: usize,
    rule: &'static str,
    pointer: String,
    message: String,
}

/// Applies every rule to the document that `text` holds. `name` is what the
/// findings call the file.
///
/// # Errors
///
/// The text is not one plain YAML document.
pub(crate) fn lint(name: &str, text: &str) -> Result<Report, String> {
    let document = Document::parse(name, text)?;
    let mut findings = Vec::new();
    for (rule, check) in RULES {
        for fault in check(&document) {
            let (line, column) = document.position(&fault.pointer);
            let Fault { pointer, message } = fault;
            findings.push(Finding { line, column, rule, pointer, message });
        }
    }
    let told: Vec<String> = findings
        .iter()
        .filter(|finding| finding.rule != BUILDS)
        .map(|finding| finding.pointer.clone())
        .collect();
    findings.retain(|finding| finding.rule != BUILDS || !is_told(&finding.pointer, &told));
    findings.sort();
    // What several operations share is reached once from each.
    findings.dedup();
    Ok(Report { name: name.to_owned(), findings })
}

/// Whether a rule has spoken of the place, of what holds it, or of a part of it.
fn is_told(pointer: &str, told: &[String]) -> bool {
    let holds = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    told.iter().any(|other| holds(other, pointer) || holds(pointer, other))
}

impl Report {
    pub(crate) fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// For machines: a list of findings.
    pub(crate) fn json(&self) -> String {
        let findings = self.findings.iter().map(|finding| {
            let Finding { line, column, rule, pointer, message } = finding;
            json!({
                "file": self.name, "line": line, "column": column, "rule": rule,
                "pointer": pointer, "message": message,
            })
        });
        Value::from_iter(findings).to_string()
    }

    /// As the workflow commands by which GitHub annotates a change.
    pub(crate) fn github(&self) -> String {
        let line = |finding: &Finding| {
            let Finding { line, column, rule, pointer, message } = finding;
            let file = property(&self.name);
            let text = data(&format!("{pointer}: {message}"));
            format!("::error file={file},line={line},col={column},title={rule}::{text}\n")
        };
        self.findings.iter().map(line).collect()
    }
}

/// The text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        for Finding { line, column, rule, pointer, message } in &self.findings {
            let pointer = if pointer.is_empty() { "/" } else { pointer };
            writeln!(f, "{name}:{line}:{column}: {rule}: {pointer}: {message}")?;
        }
        match self.findings.len() {
            0 => writeln!(f, "{name}: all {} rules hold", RULES.len()),
            1 => writeln!(f, "{name}: 1 finding"),
            count => writeln!(f, "{name}: {count} findings"),
        }
    }
}
