//! The tables of a page, and which of them belongs to which field.

use std::collections::BTreeSet;

use super::markup::Reference;
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

    /// The table of an object in the table `parent`: the one that its reference
    /// leads to, else the one of its name, else, where references are lost, the
    /// next one, as pages list them in the order in which fields refer to them.
    pub(super) fn take_nested(
        &mut self,
        parent: &Table,
        object: Option<&Reference>,
    ) -> Option<&'p Table> {
        let labelled = object.and_then(|object| {
            let has_label = |table: &&Table| table.title.labels.contains(&object.label);
            self.page.tables.iter().find(has_label)
        });
        let named = || {
            let name = object?.text.as_str();
            self.of(parent.section).find(|table| table.title.caption == name)
        };
        let next = || {
            let mut following = self.of(parent.section).filter(|table| table.line > parent.line);
            let is_free = |table: &&Table| !self.claimed.contains(&table.line);
            self.page.is_rendered.then(|| following.find(is_free)).flatten()
        };
        let table = labelled.or_else(named).or_else(next)?;
        Some(self.claim(table))
    }

    pub(super) fn unclaimed(&self) -> Vec<&'p Table> {
        self.page.tables.iter().filter(|table| !self.claimed.contains(&table.line)).collect()
    }
}
