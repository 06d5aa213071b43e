//! The tables of a page, and which of them belongs to which field.

use std::collections::BTreeSet;

use super::markup::{Reference, reference};
use super::page::{Page, Section, Table};

/// The tables of a page; those that were compared are claimed.
pub(super) struct Tables<'p> {
    page: &'p Page,
    /// Lines of the tables that are claimed.
    claimed: BTreeSet<usize>,
}

impl<'p> Tables<'p> {
    pub(super) fn new(page: &'p Page) -> Self {
        Self { page, claimed: BTreeSet::new() }
    }

    fn of(&self, section: Section) -> impl Iterator<Item = &'p Table> + use<'p> {
        self.page.tables.iter().filter(move |table| table.section == section)
    }

    fn claim(&mut self, table: &'p Table) -> &'p Table {
        self.claimed.insert(table.line);
        table
    }

    /// Every table of a section.
    pub(super) fn take_all(&mut self, section: Section) -> Vec<&'p Table> {
        let tables: Vec<_> = self.of(section).collect();
        tables.into_iter().map(|table| self.claim(table)).collect()
    }

    /// The first table of a section: that of the body.
    pub(super) fn take_first(&mut self, section: Section) -> Option<&'p Table> {
        let table = self.of(section).next()?;
        Some(self.claim(table))
    }

    /// The table of an object in the table `parent`: the one that its reference leads to,
    /// else the one of its name.
    pub(super) fn take_nested(&mut self, parent: &Table, object: &Reference) -> Option<&'p Table> {
        let has_label = |table: &&Table| table.title.labels.contains(&object.label);
        let labelled = self.page.tables.iter().find(has_label);
        let named = || self.of(parent.section).find(|table| table.title.caption == object.text);
        let table = labelled.or_else(named)?;
        Some(self.claim(table))
    }

    /// Tables that no field refers to, not even one of these tables.
    pub(super) fn unclaimed(&self) -> Vec<&'p Table> {
        let is_free = |table: &&Table| !self.claimed.contains(&table.line);
        let free: Vec<_> = self.page.tables.iter().filter(is_free).collect();
        let rows = free.iter().flat_map(|table| &table.rows);
        let labels: Vec<_> = rows.filter_map(|row| reference(&row.kind.text())).collect();
        let is_root =
            |table: &&&Table| !labels.iter().any(|it| table.title.labels.contains(&it.label));
        free.iter().filter(is_root).copied().collect()
    }
}
