//! Pages that were rendered to text: tables lost their frames, cells may have
//! lost their content.
//!
//! Two forms are known. In one of them a bar ends each cell; in the other each
//! cell has lines of its own, and a row is known by its name and its type.

use super::grid::{Cell, Grid};
use super::page::{Content, Title};
use super::restructured::caption_name;
use super::types;

const HEADER: [&str; 4] = ["parameter", "type", "mandatory", "description"];

/// Lines that end a table for certain.
const AFTER_TABLES: [&str; 4] = ["Request", "Response", "Status Codes", "Feedback"];

/// Every table of a page.
pub(super) fn read(lines: &[&str]) -> Content {
    let mut content = Content::default();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        content.note_status(at + 1, line);
        let (caption, columns) = header(rest);
        if columns < 2 {
            at += 1;
            continue;
        }
        let title = Title { caption, ..Title::default() };
        let mut reader = Reader::new(at + 1, rest, columns);
        if line.trim_end().ends_with('|') {
            reader.read_barred()
        } else {
            reader.read_bare()
        }
        content.tables.push((title, at + 1, reader.grid));
        at += reader.taken.max(1);
    }
    content
}

/// The caption and the number of columns of the table that begins here.
fn header(lines: &[&str]) -> (String, usize) {
    let titles = lines.iter().map(|line| line.trim().trim_end_matches('|').trim());
    let mut caption = String::new();
    let mut columns = 0;
    let mut known = HEADER.iter();
    for (at, title) in titles.enumerate().take(HEADER.len()) {
        let (before, word) = title.rsplit_once(' ').unwrap_or(("", title));
        let is_known = known.any(|name| word.eq_ignore_ascii_case(name));
        if !is_known || at > 0 && !before.is_empty() {
            break;
        }
        if at == 0 {
            if !word.eq_ignore_ascii_case("parameter") {
                break;
            }
            caption = caption_name(before);
        }
        columns += 1;
    }
    (caption, columns)
}

struct Reader<'a> {
    first: usize,
    lines: &'a [&'a str],
    columns: usize,
    has_mandatory: bool,
    taken: usize,
    grid: Grid,
}

impl<'a> Reader<'a> {
    fn new(first: usize, lines: &'a [&'a str], columns: usize) -> Self {
        let title = |(line, text): (usize, &&str)| {
            let word = text.trim().trim_end_matches('|').split_whitespace().last();
            Cell::new(line, vec![word.unwrap_or_default().to_owned()])
        };
        let header: Vec<Cell> = (first..).zip(lines).take(columns).map(title).collect();
        let has_mandatory = header.iter().any(|it| it.text().eq_ignore_ascii_case("mandatory"));
        let grid = Grid { header, ..Grid::default() };
        Self { first, lines, columns, has_mandatory, taken: columns, grid }
    }

    fn line(&self) -> Option<&'a str> {
        self.lines.get(self.taken).map(|line| line.trim())
    }

    fn number(&self) -> usize {
        self.first + self.taken
    }

    fn begins_table(&self) -> bool {
        header(self.lines.get(self.taken..).unwrap_or_default()).1 >= 2
    }

    /// Cells that a bar ends.
    fn read_barred(&mut self) {
        if self.line().is_some_and(|line| line.contains("---|")) {
            self.taken += 1;
        }
        let mut row: Vec<Cell> = Vec::new();
        let mut open: Vec<String> = Vec::new();
        while let Some(line) = self.line() {
            let begins = row.is_empty() && open.is_empty();
            if self.begins_table() || begins && !is_name(line.trim_end_matches('|').trim()) {
                break;
            }
            if begins && !line.ends_with('|') {
                break;
            }
            let number = self.number();
            self.taken += 1;
            let Some(end) = line.strip_suffix('|') else {
                open.push(line.to_owned());
                continue;
            };
            open.push(end.trim().to_owned());
            let begin = number + 1 - open.len();
            let lines = std::mem::take(&mut open);
            let is_lost = lines.iter().all(String::is_empty);
            row.push(if is_lost { Cell::lost(begin) } else { Cell::new(begin, lines) });
            if row.len() == self.columns {
                self.grid.rows.push(std::mem::take(&mut row));
            }
        }
        if !row.is_empty() {
            let lost = Cell::lost(self.number());
            row.resize(self.columns, lost);
            self.grid.rows.push(row);
        }
    }

    /// Cells on lines of their own.
    fn read_bare(&mut self) {
        while let Some(line) = self.line() {
            let is_over = AFTER_TABLES.contains(&line) || line.starts_with("- Example");
            if self.begins_table() || is_over {
                break;
            }
            match self.row_start() {
                Some((row, taken)) => {
                    self.grid.rows.push(row);
                    self.taken += taken;
                }
                None => {
                    self.describe(line);
                    self.taken += 1;
                }
            }
        }
        for cell in self.grid.rows.iter_mut().filter_map(|row| row.last_mut()) {
            cell.lines = cell.lines.take().filter(|lines| !lines.is_empty());
        }
    }

    /// Adds a line to the description of the last row.
    fn describe(&mut self, line: &str) {
        let number = self.number();
        match self.grid.rows.last_mut().and_then(|row| row.last_mut()) {
            Some(cell) => cell.lines.get_or_insert_default().push(line.to_owned()),
            None if line.is_empty() => {}
            None => self.grid.unread.push((number, "a line before the first field".to_owned())),
        }
    }

    /// The cells of a row that begins here, and how many lines they take.
    fn row_start(&self) -> Option<(Vec<Cell>, usize)> {
        let line = |ahead: usize| self.lines.get(self.taken + ahead).map(|line| line.trim());
        let is_answer = |text: &str| matches!(text, "Yes" | "No");
        let number = self.number();
        let cell = |ahead: usize, text: &str| Cell::new(number + ahead, vec![text.to_owned()]);
        let name = line(0).filter(|name| is_name(name))?;
        let second = line(1)?;
        let mut row = vec![cell(0, name)];
        let mut taken = 1;
        if types::read(second).is_ok() {
            row.push(cell(1, second));
            taken += 1;
        } else if self.has_mandatory && is_answer(second) {
            row.push(Cell::lost(number + 1));
        } else {
            return None;
        }
        if self.has_mandatory {
            let answer = line(taken).filter(|text| is_answer(text))?;
            row.push(cell(taken, answer));
            taken += 1;
        }
        row.push(Cell::lost(number + taken));
        Some((row, taken))
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
