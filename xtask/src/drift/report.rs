//! The report on a page: what is new, what is declared, what is stale.

use std::fmt;

use super::compare::{Comparison, Difference, compare};
use super::declared::Declaration;
use super::facts::Kind;
use super::page::Page;
use crate::document::Document;

/// The declarations of a file.
pub(super) struct Declared {
    /// What a report calls the file.
    pub(super) name: String,
    pub(super) declarations: Vec<Declaration>,
}

/// What drift says about a page.
pub(super) struct Report {
    name: String,
    operation: String,
    /// New differences, and the place that declares another one of the same fact.
    new: Vec<(Difference, Option<String>)>,
    known: usize,
    stale: Vec<String>,
    fields: usize,
    facts: usize,
    is_rendered: bool,
}

impl Report {
    /// Compares the page that `text` holds with the document. `name` is what the
    /// report calls the page.
    ///
    /// # Errors
    ///
    /// The text is no page of an API.
    pub(super) fn of(
        name: &str,
        text: &str,
        document: &Document,
        declared: &Declared,
    ) -> Result<Self, String> {
        let page = Page::read(text).map_err(|message| format!("{name}: {message}"))?;
        let operation = page.operation();
        let Comparison { differences, fields, facts, partial } = compare(&page, document);
        let of_page = declared.declarations.iter().filter(|it| it.operation == operation);
        let unmet: Vec<&Declaration> =
            of_page.clone().filter(|it| !differences.iter().any(|d| it.covers(d))).collect();
        let (known, new): (Vec<_>, Vec<_>) =
            differences.into_iter().partition(|d| of_page.clone().any(|it| it.covers(d)));
        // One whose fact differs in another way now is named with that difference.
        let is_stale = |it: &&&Declaration| {
            let can_tell = !(it.kind.is_described() && partial.contains(&it.field));
            can_tell && !new.iter().any(|difference| it.is_about(difference))
        };
        let stale = unmet.iter().filter(is_stale).map(|it| declared.show_stale(it)).collect();
        let place = |difference: &Difference| {
            let other = unmet.iter().find(|it| it.is_about(difference))?;
            Some(format!("{}:{}", declared.name, other.line))
        };
        let known = known.len();
        let new = new.into_iter().map(|it| (place(&it), it)).map(|(at, it)| (it, at)).collect();
        let (name, is_rendered) = (name.to_owned(), page.is_rendered);
        Ok(Self { name, operation, new, known, stale, fields, facts, is_rendered })
    }

    pub(super) fn is_clean(&self) -> bool {
        self.new.is_empty() && self.stale.is_empty()
    }
}

impl Declared {
    fn show_stale(&self, stale: &Declaration) -> String {
        let Declaration { line, operation, field, kind, page, document } = stale;
        format!(
            "{}:{line}: {operation} {field} {kind} {page} != {document} (stale: no difference on \
             this page; if it is of the current edition, take the line out)",
            self.name
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, operation, .. } = self;
        for (difference, declared) in &self.new {
            let Difference { line, field, kind, page, document, note } = difference;
            write!(f, "{name}:{line}: {operation} {field} {kind} {page} != {document}")?;
            if let Some(note) = note {
                write!(f, " ({note})")?;
            }
            if let Some(declared) = declared {
                write!(f, " (declared otherwise: {declared})")?;
            }
            writeln!(f)?;
        }
        for stale in &self.stale {
            writeln!(f, "{stale}")?;
        }
        let Self { fields, facts, known, .. } = self;
        let unread = self.new.iter().filter(|(it, _)| it.kind == Kind::Unread).count();
        let (new, stale) = (self.new.len() - unread, self.stale.len());
        writeln!(
            f,
            "{name}: {operation}: {fields} fields and {facts} facts compared: {new} new, {unread} \
             unread, {known} declared, {stale} stale"
        )?;
        if self.is_rendered && unread > 0 {
            writeln!(
                f,
                "{name}: this page was rendered to text and lost cells: compare its source, in \
                 reStructuredText, for what is unread"
            )?;
        }
        Ok(())
    }
}
