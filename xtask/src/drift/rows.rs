//! What a row of a table says of its field.

use super::descriptions;
use super::facts::{Facts, Kind};
use super::grid::Cell;
use super::page::{Page, Row};
use super::types;

/// The type of an array of which the type of the items is lost.
pub(super) const ARRAY_OF_LOST: &str = "array of";

/// What a row says, and what of it cannot be read: the line, and what it is.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) facts: Facts,
    pub(super) unread: Vec<(usize, String)>,
    /// Whether a part of the description is lost.
    pub(super) is_partial: bool,
}

pub(super) fn read(row: &Row, page: &Page) -> Reading {
    let mut reading = Reading::default();
    let kind = types::read(&row.kind.text());
    let is_array = kind.as_ref().is_ok_and(|kind| kind.name.starts_with("array"));
    match &row.description {
        Some(cell) => reading.read_description(cell, is_array, page.has_lost_lists),
        // The page says of the whole table that it has no descriptions.
        None => reading.is_partial = true,
    }
    match kind {
        Ok(kind) if kind.lost_items => {
            reading.facts.set(Kind::Type, ARRAY_OF_LOST);
            reading.unread(&row.kind, "the type of the items of an array: it is lost");
        }
        Ok(kind) => reading.facts.set(Kind::Type, kind.name),
        Err(text) if text.is_empty() => reading.unread(&row.kind, "the type: it is lost"),
        Err(text) => reading.unread(&row.kind, &format!("the type `{text}`")),
    }
    if reading.facts.first(Kind::Type) == Some("boolean") {
        reading.facts.remove_boolean_values();
    }
    if let Some(cell) = &row.mandatory {
        match cell.text().to_lowercase().as_str() {
            answer @ ("yes" | "no") => reading.facts.set(Kind::Mandatory, answer),
            "" => reading.unread(cell, "whether it is mandatory: it is lost"),
            other => reading.unread(cell, &format!("whether it is mandatory: `{other}`")),
        }
    }
    reading
}

impl Reading {
    fn unread(&mut self, cell: &Cell, what: &str) {
        self.unread.push((cell.line, what.to_owned()));
    }

    fn read_description(&mut self, cell: &Cell, is_array: bool, has_lost_lists: bool) {
        self.is_partial = has_lost_lists || cell.lines.is_none();
        match &cell.lines {
            Some(lines) => {
                let description = descriptions::read(cell.line, lines, is_array);
                self.facts = description.facts;
                let quoted = description.unread.into_iter();
                self.unread.extend(quoted.map(|(line, text)| (line, format!("\"{text}\""))));
                if has_lost_lists {
                    self.unread(cell, "the lists of the description: they are lost");
                }
            }
            None => self.unread(cell, "the description: it is lost"),
        }
    }
}
