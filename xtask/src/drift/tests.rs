//! Drift on documents and pages of our own making, in `tests/drift`.

mod declarations;
mod mutations;
mod pages;
mod phrases;

use std::fmt::Write as _;

use super::{Drift, drift};
use crate::document::Document;

const PAGE: &str = include_str!("../../tests/drift/create.rst");
const SWITCH: &str = include_str!("../../tests/drift/switch.rst");
const DOCUMENT: &str = include_str!("../../tests/drift/lamps.yaml");
const README: &str = include_str!("../../tests/drift/README.md");

fn document() -> Document {
    Document::parse("lamps.yaml", DOCUMENT).unwrap()
}

/// What drift says of one page.
fn drift_of(page: &str, document: &Document, readme: &str) -> Drift {
    let pages = [("page".to_owned(), page.to_owned())];
    drift(document, ("README.md", readme), &pages).unwrap()
}

/// The differences between a page and the document of the lamps, without their lines.
fn differences(page: &str) -> Vec<String> {
    differences_of(&drift_of(page, &document(), README))
}

fn differences_of(drift: &Drift) -> Vec<String> {
    let of_operation = |place: &str| place.rsplit_once(' ').unwrap().1.to_owned();
    let line = |it: &crate::report::Finding| match it.rule.as_str() {
        "stale" => format!("stale: {}", it.place),
        rule => format!("{} {rule} {}", of_operation(&it.place), it.message),
    };
    drift.findings.iter().map(line).collect()
}

/// The page with another text in a cell that is wide enough for it.
#[track_caller]
fn edited(page: &str, old: &str, new: &str) -> String {
    assert_eq!(page.matches(old).count(), 1, "`{old}` must stand once on the page");
    let (before, after) = page.split_once(old).unwrap();
    let (wider, narrower) =
        (new.len().saturating_sub(old.len()), old.len().saturating_sub(new.len()));
    let line = after.find('\n').unwrap();
    let end = after.find(&" ".repeat(wider + 1)).filter(|end| *end < line);
    assert!(end.is_some() || wider == 0, "`{new}` does not fit its cell");
    let (rest, blanks) = after.split_at(end.unwrap_or(line));
    format!("{before}{new}{rest}{}{}", " ".repeat(narrower), blanks.get(wider..).unwrap())
}

/// The page without the row of a field.
#[track_caller]
fn without(page: &str, field: &str) -> String {
    let (before, row) = page.split_once(&format!("      | {field} ")).unwrap();
    let (_, after) = row.split_once("\n      +-").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    format!("{before}{after}")
}

/// The page with a row before that of a field.
#[track_caller]
fn with(page: &str, before: &str, cells: &[&str]) -> String {
    let at = page.find(&format!("      | {before} ")).unwrap();
    let (head, tail) = page.split_at(at);
    let border = head.lines().last().unwrap().trim();
    let widths = border.split('+').filter(|it| !it.is_empty()).map(|it| it.len() - 1);
    let mut row = "      ".to_owned();
    for (cell, width) in cells.iter().zip(widths) {
        write!(row, "| {cell:width$}").unwrap();
    }
    format!("{head}{row}|\n      {}\n{tail}", border.replace('=', "-"))
}

#[test]
fn page_that_says_what_the_document_says_has_nothing_new() {
    let drift = drift_of(PAGE, &document(), README);
    let expected = "page: POST /v1/{project_id}/lamps: 22 fields and 75 facts compared: 0 new, 0 \
                    unread, 2 declared\n";
    assert_eq!(drift.text, expected);
}
