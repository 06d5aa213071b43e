//! Drift on documents and pages of our own making, in `tests/drift`.

mod declarations;
mod garbage;
mod mutations;
mod pages;
mod phrases;

use std::fmt::Write as _;

use super::declared;
use super::report::{Declared, Report};
use crate::document::Document;

const PAGE: &str = include_str!("../../tests/drift/create.rst");
const DOCUMENT: &str = include_str!("../../tests/drift/lamps.yaml");
const README: &str = include_str!("../../tests/drift/README.md");

fn document() -> Document {
    Document::parse("lamps.yaml", DOCUMENT).unwrap()
}

fn declared(readme: &str) -> Declared {
    let declarations = declared::read(readme).unwrap();
    Declared { name: "README.md".to_owned(), declarations }
}

/// The report on a page of the lamps.
fn report(page: &str) -> String {
    Report::of("page", page, &document(), &declared(README)).unwrap().to_string()
}

/// The differences in a report, without the name of the page and the operation.
fn differences(report: &str) -> Vec<String> {
    let lines = report.lines().filter(|line| !line.contains(" facts compared: "));
    lines
        .map(|line| {
            let (place, difference) = line.split_once(" POST /v1/{project_id}/lamps ").unwrap();
            let is_declaration = place.starts_with("README.md:");
            format!("{}{difference}", if is_declaration { "README.md: " } else { "" })
        })
        .collect()
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
    let report = Report::of("page", PAGE, &document(), &declared(README)).unwrap();
    assert!(report.is_clean(), "{report}");
    let summary = "page: POST /v1/{project_id}/lamps: 22 fields and 80 facts compared: 0 new, 0 \
                   unread, 2 declared, 0 stale\n";
    assert_eq!(report.to_string(), summary);
}
