//! `cargo xtask drift`: what a page of the vendor says otherwise than the document.

mod cell;
mod compare;
mod page;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use crate::document::Document;
use page::Page;

/// What comes of comparing a page with the document.
pub(crate) struct Report {
    page: String,
    /// What is not declared, each a line with its place on the page.
    new: Vec<Difference>,
    /// What is declared and not so.
    stale: Vec<String>,
    /// What is declared and so.
    declared: usize,
    /// Cells of which a part could not be read.
    unread: Vec<Unread>,
    facts: usize,
}

/// Something that the page and the document say differently.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The line of the page.
    line: usize,
    /// As it is declared: the place, the kind, and what both say.
    text: String,
}

/// A part of a cell that looks like a fact and could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    line: usize,
    text: String,
}

/// Compares a page with the document. `declarations` is the text that declares the
/// differences that are meant, in blocks of code that are called `drift`.
///
/// # Errors
///
/// The text is no page of an operation.
pub(crate) fn drift(
    document: &Document,
    declarations: &str,
    name: &str,
    text: &str,
) -> Result<Report, String> {
    let page = Page::read(text).map_err(|problem| format!("{name}: {problem}"))?;
    let comparison = compare::compare(document, &page);
    let declared = declared(declarations);
    let found: BTreeSet<&str> = comparison.differences.iter().map(|d| d.text.as_str()).collect();
    let of_operation = format!("{}:", comparison.operation);
    let stale = declared
        .iter()
        .filter(|line| line.starts_with(&of_operation) && !found.contains(*line))
        .map(|line| (*line).to_owned())
        .collect();
    let (known, new): (Vec<_>, Vec<_>) =
        comparison.differences.into_iter().partition(|d| declared.contains(d.text.as_str()));
    Ok(Report {
        page: name.to_owned(),
        new,
        stale,
        declared: known.len(),
        unread: comparison.unread,
        facts: comparison.facts,
    })
}

/// The lines of the blocks of code that are called `drift`.
fn declared(text: &str) -> BTreeSet<&str> {
    let mut is_inside = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        match line.trim() {
            "```drift" => is_inside = true,
            "```" => is_inside = false,
            line if is_inside && !line.is_empty() => _ = found.insert(line),
            _ => {}
        }
    }
    found
}

impl Report {
    pub(crate) fn is_clean(&self) -> bool {
        self.new.is_empty() && self.stale.is_empty() && self.unread.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = &self.page;
        for Difference { line, text } in &self.new {
            writeln!(f, "{page}:{line}: {text}")?;
        }
        for text in &self.stale {
            writeln!(f, "{page}: declared and not so any more: {text}")?;
        }
        for Unread { line, text } in &self.unread {
            writeln!(f, "{page}:{line}: could not be read: {text}")?;
        }
        writeln!(
            f,
            "{page}: {} facts compared, {} new differences, {} declared ones, {} that are declared \
             and not so, {} unread parts",
            self.facts,
            self.new.len(),
            self.declared,
            self.stale.len(),
            self.unread.len()
        )
    }
}
