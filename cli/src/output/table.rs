//! Tables for people.

use std::io::{self, IsTerminal, Write};

use clap::builder::styling::{AnsiColor, Style};
use comfy_table::{ColumnConstraint, ContentArrangement, Table};

use super::Output;
use crate::failure::Failure;
use crate::text::clean;

impl Output {
    /// A table without lines. On a terminal it is as wide as that, and the text of the last
    /// column wraps; without a terminal no line is cut.
    pub(crate) fn table(&self, rows: impl Iterator<Item = Vec<String>>) -> Result<(), Failure> {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        for row in rows {
            table.add_row(row.iter().map(|cell| clean(cell).into_owned()));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let terminal = terminal_size::terminal_size().filter(|_| io::stdout().is_terminal());
        if let Some((width, _)) = terminal {
            arrange(&mut table, width.0);
        } else {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
        let mut out = self.stdout();
        for line in table.lines() {
            writeln!(out, "{}", styled(line.trim_end()))?;
        }
        Ok(out.flush()?)
    }
}

/// Least characters in a line of the last column.
const LEAST: u16 = 24;

/// What is copied, or coloured: never in two parts.
const WHOLE: [&str; 2] = ["ID", "STATUS"];

/// Wraps the last column alone, unless the others leave too little for it.
fn arrange(table: &mut Table, width: u16) {
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let widths = table.column_max_content_widths();
    let others = widths.iter().rev().skip(1).map(|width| width + 2).sum::<u16>();
    let do_fit = others + LEAST <= width;
    let last = widths.len().saturating_sub(1);
    let header: Vec<_> = table.row(0).into_iter().flat_map(|row| row.cell_iter()).collect();
    let is_whole = header.iter().map(|cell| WHOLE.contains(&cell.content().as_str()));
    let is_whole: Vec<_> = is_whole.collect();
    for (index, column) in table.column_iter_mut().enumerate() {
        if is_whole.get(index) == Some(&true) || (do_fit && index != last) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

/// The states of connections and gateways, as good as they are.
const STATES: [(AnsiColor, &[&str]); 3] = [
    (AnsiColor::Green, &["ACTIVE"]),
    (AnsiColor::Yellow, &["DOWN", "PENDING_CREATE", "PENDING_UPDATE", "PENDING_DELETE", "UNKNOWN"]),
    (AnsiColor::Red, &["ERROR", "FAULT", "FREEZED"]),
];

/// The style of a state; none for anything else.
pub(crate) fn state_style(text: &str) -> Option<Style> {
    let known = STATES.iter().find(|(_, states)| states.contains(&text));
    known.map(|(color, _)| color.on_default())
}

/// The line with the states in it coloured. Blanks alone part the cells.
fn styled(line: &str) -> String {
    let words = line.split(' ').map(|word| match state_style(word) {
        Some(style) => format!("{style}{word}{style:#}"),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}
