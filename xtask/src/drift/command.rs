//! The command line of `cargo xtask drift`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::declared;
use super::report::{Declared, Report};
use crate::document::Document;
use crate::{FINDINGS, TROUBLE, complain, finish, our_document, shown, trouble};

pub(crate) const USAGE: &str = "\
Compare the OpenAPI document with pages of the vendor's API reference.

Usage: cargo xtask drift [--document FILE] PAGE…

PAGE is a page of the reference as published: its source in reStructuredText,
or a page rendered to text, of which less is left. FILE is the document; left
out, it is openapi/vpn.yaml of this repository. The line of the page that names
the operation, such as `POST /v5/{project_id}/vpn-connection`, finds the
operation in the document. From there the tables of the page and the schemas of
the document are walked through side by side. Each difference is a line:

  PAGE:LINE: METHOD PATH FIELD KIND WHAT_THE_PAGE_SAYS != WHAT_THE_DOCUMENT_SAYS

`-` is nothing, `1..64` are a lower and an upper limit, `..50` is an upper one,
`36` is both. FIELD begins with where the field goes: path, query, request or
response. KIND is one of these:

  operation       the document does not describe the operation at all; all
                  fields of the page follow
  status          the status of success
  field           only one side has the field; the line has all of its facts
  type            `array of string` and the like; what is 64 bits wide is `long`
  mandatory       yes or no
  default         the default value
  range           limits of a number
  length          limits of the number of characters
  items           limits of the number of items of an array
  value           a value of an enumeration; `unsupported` and `weak` are notes
                  on values
  address-block   where an address lies; so do excluded-block, prefix-length and
                  reserved-range
  deprecated      yes
  unread          drift cannot read what stands there, or not all of it, and so
                  cannot compare it; the number stands for the text

Differences that are meant are declared in README.md beside the document, in
blocks that begin with ```drift. A declaration is a line of the report from its
METHOD on, without a remark in parentheses at its end. A line that begins with
`#` is a comment. A declaration is about an operation of the document, or about
one that is declared to be left out (KIND `operation`), and stands there once. It
holds for these very values: when one side changes, the difference is new. One
that the page no longer bears out is stale, and reported too, unless the cell
that would tell is lost.

These are policies of the document and no differences:
- responses have no defaults and no limits, require nothing but an id, and do
  not repeat notes on values; what a response does state is compared
- what may be null is not compared, for pages do not tell
- the names of schemas, formats, characters and patterns of texts, the unit of a
  number (seconds, minutes), and rules that depend on other fields are not compared

Exit status: 0 when there is nothing new, 1 when a difference is new or stale or
something is unread, 2 when FILE or PAGE cannot be read, PAGE is no page of an
API, or the command is wrong.
";

/// What to compare with what.
pub(crate) struct Arguments {
    document: Option<PathBuf>,
    pages: Vec<PathBuf>,
}

/// Reads what follows `drift`; `None` if it asks for help.
///
/// # Errors
///
/// What is wrong with the command.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Option<Arguments>, String> {
    let mut parsed = Arguments { document: None, pages: Vec::new() };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.to_string_lossy().as_ref() {
            "--help" | "-h" => return Ok(None),
            "--document" if parsed.document.is_some() => {
                return Err("`drift` takes one `--document`".to_owned());
            }
            "--document" => {
                let file = rest.next().ok_or("`--document` needs a file")?;
                parsed.document = Some(PathBuf::from(file));
            }
            option if option.starts_with('-') => {
                return Err(format!("`drift` has no option `{option}`"));
            }
            _ => parsed.pages.push(PathBuf::from(argument)),
        }
    }
    match parsed.pages.is_empty() {
        true => Err("`drift` needs a page to compare with".to_owned()),
        false => Ok(Some(parsed)),
    }
}

/// Reports on every page.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let document = arguments.document.unwrap_or_else(our_document);
    let sources = read(&document)
        .and_then(|text| Document::parse(&shown(&document), &text))
        .and_then(|parsed| {
            let declared = read_declared(&document, &parsed)?;
            Ok((parsed, declared))
        });
    let (document, declared) = match sources {
        Ok(sources) => sources,
        Err(message) => {
            return trouble(&message);
        }
    };
    let (mut text, mut status) = (String::new(), 0);
    for page in &arguments.pages {
        let report =
            read(page).and_then(|text| Report::of(&shown(page), &text, &document, &declared));
        let of_page = match report {
            Ok(report) => {
                text.push_str(&report.to_string());
                if report.is_clean() { 0 } else { FINDINGS }
            }
            Err(message) => {
                complain(&message);
                TROUBLE
            }
        };
        status = status.max(of_page);
    }
    finish(&text, status)
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", shown(file)))
}

/// The declarations in `README.md` beside the document; none if there is no such
/// file.
fn read_declared(document: &Path, parsed: &Document) -> Result<Declared, String> {
    let file = document.with_file_name("README.md");
    let name = shown(&file);
    let text = if file.exists() { read(&file)? } else { String::new() };
    let at_line = |(line, message)| format!("{name}:{line}: {message}");
    let declarations = declared::read(&text).map_err(at_line)?;
    declared::check(&declarations, parsed).map_err(at_line)?;
    Ok(Declared { name, declarations })
}
