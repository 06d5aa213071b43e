//! `cargo xtask diff`: what users notice between two documents.

mod changes;
mod class;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::{Value, json};

use crate::document::Document;
pub(crate) use class::Class;

/// Something that differs, and what that does to users.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) class: Class,
    /// Where it stands in the new document, or in the old one if it is gone.
    file: String,
    line: usize,
    column: usize,
    pointer: String,
    text: String,
}

/// Every difference, in the order of the documents.
pub(crate) struct Report {
    items: Vec<Item>,
}

/// Compares two documents. Order and comments make no difference.
pub(crate) fn diff(old: (&str, &Document), new: (&str, &Document)) -> Report {
    let judge = class::Judge::new(old.1, new.1);
    let mut items: Vec<Item> = changes::between(old.1, new.1)
        .into_iter()
        .map(|change| {
            let (file, document) = if change.new.is_some() { new } else { old };
            let (line, column) = document.position(&change.place);
            let (class, text) = judge.judge(&change);
            Item { class, file: file.to_owned(), line, column, pointer: change.pointer, text }
        })
        .collect();
    items.sort_by(|a, b| (a.class, a.line, &a.pointer).cmp(&(b.class, b.line, &b.pointer)));
    Report { items }
}

impl Report {
    pub(crate) fn is_breaking(&self) -> bool {
        self.items.iter().any(|item| item.class == Class::Breaking)
    }

    /// The step that the version of the library takes.
    fn step(&self) -> &'static str {
        match self.items.first().map(|item| item.class) {
            None => "none: nothing that users notice",
            Some(Class::Breaking) => "minor while the version is 0.x, major from 1.0 on",
            Some(Class::Compatible) => "patch while the version is 0.x, minor from 1.0 on",
            Some(Class::DocsOnly) => "patch",
        }
    }

    /// For machines: the items and the step.
    pub(crate) fn json(&self) -> String {
        let items: Vec<Value> = self
            .items
            .iter()
            .map(|item| {
                let Item { class, file, line, column, pointer, text } = item;
                json!({
                    "class": class.name(), "file": file, "line": line, "column": column,
                    "pointer": pointer, "text": text,
                })
            })
            .collect();
        json!({ "items": items, "version_step": self.step() }).to_string()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Item { class, file, line, column, pointer, text } in &self.items {
            let pointer = if pointer.is_empty() { "/" } else { pointer };
            writeln!(f, "{file}:{line}:{column}: {}: {pointer}: {text}", class.name())?;
        }
        writeln!(f, "version step: {}", self.step())
    }
}
