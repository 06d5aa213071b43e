//! A list that is printed while it comes, where the format allows it.

use serde::Serialize;
use serde_json::Value;

use super::{Column, Format, Output, plain};
use crate::failure::Failure;

/// The rows of a list. `name` and `value` print each as it comes; the others need all of them,
/// as does a field that is no column, which a row may lack.
pub(crate) struct Rows<'a> {
    output: &'a Output,
    columns: &'a [Column],
    held: Vec<Value>,
    are_printed: bool,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(output: &'a Output, columns: &'a [Column]) -> Self {
        let is_known =
            |wanted: &String| columns.iter().any(|column| column.name.eq_ignore_ascii_case(wanted));
        let are_printed = match output.output {
            Format::Name => true,
            Format::Value => output.columns.iter().all(is_known),
            _ => false,
        };
        Self { output, columns, held: Vec::new(), are_printed }
    }

    pub(crate) fn push(&mut self, item: &impl Serialize) -> Result<(), Failure> {
        let item = plain(item);
        if self.are_printed {
            return self.output.list(self.columns, &[item]);
        }
        self.held.push(item);
        Ok(())
    }

    /// Prints what is left.
    pub(crate) fn end(self) -> Result<(), Failure> {
        if self.are_printed { Ok(()) } else { self.output.list(self.columns, &self.held) }
    }
}
