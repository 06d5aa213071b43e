//! `cargo xtask drift`: what the vendor's pages say and the document does not.
//!
//! An example. A page of the vendor has this cell in the row of the field `lifetime`:
//!
//! ```text
//! -  The value ranges from 60 to 604800, in seconds.
//! -  The default value is **86400**.
//! ```
//!
//! [`restructured`] and [`grid`] find the cell in the table, [`markup`] its two sentences.
//! [`sentences`] reads the facts `range 60..604800` and `default 86400` in them. [`schema`]
//! derives the same kinds of facts from `minimum`, `maximum` and `default` of the property
//! in the document, say `range 60..604800` and `default 3600`. [`mod@compare`] walks through
//! both sides and reports the line
//!
//! ```text
//! 42: request.vpn_connection.ikepolicy.lifetime default 86400 != 3600
//! ```
//!
//! unless a line in `README.md` beside the document declares that very difference, which
//! [`declared`] knows. A sentence that seems to state more than what was read is reported
//! as unread, so that no fact is missed.

mod compare;
mod conditions;
mod declared;
mod descriptions;
mod facts;
mod grid;
mod limits;
mod markup;
mod operation;
mod page;
mod restructured;
mod schema;
mod sentences;
mod tables;
#[cfg(test)]
mod tests;
mod types;
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::document::Document;
use crate::report::{Finding, Format};
use crate::{FINDINGS, Outcome, our_document, read, read_document, shown};
use compare::{Comparison, Difference, compare};
use declared::Declaration;
use facts::Kind;
use operation::Operation;
use page::Page;

pub(crate) const HELP: &str = "\
PAGE is a page of the vendor's API reference in reStructuredText, as published; of a
folder, all files *.rst in it and below are compared. The line of a page that names the
operation, such as `POST /v5/{project_id}/vpn-connection`, finds the operation in the
document; a page without one is skipped with a note. Then the tables of the page and the
schemas of the document are walked through side by side. Below the name of a page, each
difference is a line:

  LINE: FIELD KIND WHAT THE PAGE SAYS != WHAT THE DOCUMENT SAYS

`-` is nothing, `1..64` are a lower and an upper limit, `..50` is an upper one, `36` is
both. FIELD begins with where the field is sent: path, query, request or response. KIND
is one of these:

  operation       the document does not describe the operation; all fields follow
  status          the statuses of success
  field           only one side has the field; the line has all facts about it
  type            `array of string` and the like; what is 64 bits wide is `long`
  mandatory       yes or no
  default         the default value
  range, length   limits of a number, or of the number of characters
  items           limits of the number of items of an array
  value           a value of an enumeration
  unsupported, weak
                  values that the vendor does not support yet, or advises against
  address-block, excluded-block, prefix-length, reserved-range
                  where an address lies
  deprecated      yes
  unread          a text that seems to state more than what was read, by its #HASH

Differences that are intended are declared in README.md beside the document, in blocks
that begin with ```drift. A line that begins with `#` is a comment. A declaration is one
of these, and covers exactly these values; when one side changes, the difference is new:

  METHOD PATH FIELD KIND PAGE != DOCUMENT   a difference of one operation
  METHOD PATH page operation described != - the operation is left out on purpose
  * FIELD KIND PAGE != DOCUMENT             the same in every operation
  SCHEMA.FIELD KIND PAGE != DOCUMENT        the same wherever the schema is used
  * unread #HASH != -                       a text that states nothing to compare

A declaration that the compared pages no longer confirm is reported as stale.

By policy of the document, these are not differences:
- responses have no defaults and no limits, require nothing but an id, and do not repeat
  notes on values; what a response does state is compared
- null, the names of schemas, formats, characters and patterns of texts, units, and rules
  that depend on other fields are not compared

Exit status: 0, 1 when a difference is new or stale or a text is unread, 2 when a file
cannot be read or no page describes an operation.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The document [default: openapi/vpn.yaml of this repository]
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// Pages, or folders of pages
    #[arg(required = true, value_name = "PAGE")]
    pages: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let file = arguments.document.clone().unwrap_or_else(our_document);
    let document = read_document(&file)?;
    let readme = file.with_file_name("README.md");
    let text = if readme.exists() { read(&readme)? } else { String::new() };
    let mut pages = Vec::new();
    for page in &arguments.pages {
        add_pages(page, page.is_dir(), &mut pages)?;
    }
    let drift = drift(&document, (&shown(&readme), &text), &pages)?;
    if drift.operations.is_empty() {
        return Err("no page describes an operation, with a line such as `POST /v5/…`".to_owned());
    }
    let status = if drift.findings.is_empty() { 0 } else { FINDINGS };
    Ok((arguments.format.print(&drift.findings, || drift.text), status))
}

/// Adds the page, or the pages in a folder and below, by name: the name and the text.
fn add_pages(
    path: &Path,
    is_folder: bool,
    pages: &mut Vec<(String, String)>,
) -> Result<(), String> {
    if !is_folder {
        pages.push((shown(path), read(path)?));
        return Ok(());
    }
    let entries = std::fs::read_dir(path).map_err(|error| format!("{}: {error}", shown(path)))?;
    let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    let is_page = |it: &&PathBuf| it.is_dir() || it.extension().is_some_and(|it| it == "rst");
    paths.iter().filter(is_page).try_for_each(|it| add_pages(it, it.is_dir(), pages))
}

/// What differs on some pages.
#[derive(Default)]
struct Drift {
    findings: Vec<Finding>,
    text: String,
    /// The operations that were compared.
    operations: Vec<String>,
    /// The lines of the declarations that a page confirms.
    confirmed: BTreeSet<usize>,
}

/// Compares pages, by name and text, with the document. `readme` is the name and the text of
/// the file with the declarations.
///
/// # Errors
///
/// A line of the readme that is not a declaration.
fn drift(
    document: &Document,
    readme: (&str, &str),
    pages: &[(String, String)],
) -> Result<Drift, String> {
    let (readme, text) = readme;
    let declarations = declared::read(text, document)
        .map_err(|(line, message)| format!("{readme}:{line}: {message}"))?;
    let mut drift = Drift::default();
    for (name, text) in pages {
        let Some(page) = Page::read(text) else {
            drift.text += &format!("{name}: skipped: it describes no operation\n");
            continue;
        };
        let operation = page.operation();
        drift.operations.push(operation.clone());
        match declarations.iter().find(|it| it.leaves_out(&operation)) {
            Some(declaration) if Operation::find(document, &page.method, &page.path).is_none() => {
                drift.confirmed.insert(declaration.line);
                drift.text += &format!("{name}: {operation}: left out, as declared\n");
            }
            _ => drift.add(name, &operation, compare(&page, document), (readme, &declarations)),
        }
    }
    let is_complete = operation::all(document).iter().all(|it| drift.has_compared(it));
    for Declaration { line, text, .. } in declarations.iter().filter(|it| {
        it.was_compared(&drift.operations, is_complete) && !drift.confirmed.contains(&it.line)
    }) {
        let message = "stale: no page has this difference; remove the line".to_owned();
        drift.text += &format!("{readme}:{line}: {text} ({message})\n");
        drift.findings.push(finding(readme, *line, "stale", text, message));
    }
    Ok(drift)
}

impl Drift {
    /// Adds what was compared of a page.
    fn add(
        &mut self,
        name: &str,
        operation: &str,
        comparison: Comparison,
        (readme, declarations): (&str, &[Declaration]),
    ) {
        let Comparison { differences, fields, facts } = comparison;
        let all = differences.len();
        let (mut new, mut unread, mut lines) = (0, 0, String::new());
        for difference in &differences {
            let covering = declarations.iter().filter(|it| it.covers(operation, difference));
            let covering: Vec<_> = covering.map(|it| it.line).collect();
            self.confirmed.extend(&covering);
            if !covering.is_empty() {
                continue;
            }
            let Difference { line, field, kind, page, document, note, .. } = difference;
            *if *kind == Kind::Unread { &mut unread } else { &mut new } += 1;
            let mut message = format!("{page} != {document}");
            note.iter().for_each(|note| message += &format!(" ({note})"));
            let mut others = declarations.iter().filter(|_| *kind != Kind::Unread);
            if let Some(other) = others.find(|it| it.is_about(operation, difference)) {
                self.confirmed.insert(other.line);
                message += &format!(" (declared otherwise: {readme}:{})", other.line);
            }
            lines += &format!("  {line}: {field} {kind} {message}\n");
            let place = format!("{operation} {field}");
            self.findings.push(finding(name, *line, kind.name(), &place, message));
        }
        let declared = all - new - unread;
        self.text += &format!(
            "{name}: {operation}: {fields} fields and {facts} facts compared: {new} new, {unread} \
             unread, {declared} declared\n{lines}"
        );
    }

    fn has_compared(&self, (method, path): &(&str, &str)) -> bool {
        let pages = self.operations.iter().filter_map(|it| it.split_once(' '));
        let shape = operation::shape;
        pages
            .into_iter()
            .any(|(known, other)| known.eq_ignore_ascii_case(method) && shape(other) == shape(path))
    }
}

fn finding(file: &str, line: usize, rule: &str, place: &str, message: String) -> Finding {
    let [file, rule, place] = [file, rule, place].map(str::to_owned);
    Finding { file, line, column: 1, rule, place, message }
}
