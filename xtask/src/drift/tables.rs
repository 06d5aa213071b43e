//! The tables of reStructuredText: grid tables and simple tables.

/// A table: its title, the line it begins in, and its rows, the first of which is the
/// head.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) line: usize,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    /// The lines of each cell, without the indentation of the table.
    pub(super) cells: Vec<Vec<String>>,
}

impl Row {
    /// A cell as one line.
    pub(super) fn text(&self, column: usize) -> String {
        let lines = self.cells.get(column).map(Vec::as_slice).unwrap_or_default();
        let words = lines.iter().flat_map(|line| line.split_whitespace());
        words.collect::<Vec<_>>().join(" ")
    }
}

/// Every table of a text, in its order.
pub(super) fn read(text: &str) -> Vec<Table> {
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let mut tables = Vec::new();
    let mut title = String::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let plain: String = line.iter().collect();
        if let Some(named) = plain.trim().strip_prefix(".. table::") {
            title = named.replace("**", "").trim().to_owned();
        }
        let end =
            lines.get(at..).unwrap_or_default().iter().take_while(|line| !is_blank(line)).count();
        let rows = if is_grid_border(line) {
            Some(grid(&lines, at, at + end))
        } else if is_simple_border(line) {
            Some(simple(&lines, at, at + end))
        } else {
            None
        };
        match rows {
            Some(rows) => {
                tables.push(Table { title: std::mem::take(&mut title), line: at + 1, rows });
                at += end.max(1);
            }
            None => at += 1,
        }
    }
    tables
}

fn is_blank(line: &[char]) -> bool {
    line.iter().all(|c| c.is_whitespace())
}

fn trimmed(line: &[char]) -> String {
    line.iter().collect::<String>().trim().to_owned()
}

fn is_grid_border(line: &[char]) -> bool {
    let line = trimmed(line);
    line.len() > 2
        && line.starts_with('+')
        && line.ends_with('+')
        && line.chars().all(|c| matches!(c, '+' | '-' | '='))
}

fn is_simple_border(line: &[char]) -> bool {
    let line = trimmed(line);
    line.contains("= ") && line.chars().all(|c| c == '=' || c == ' ')
}

/// Where the columns of a grid begin and end.
fn grid(lines: &[Vec<char>], from: usize, to: usize) -> Vec<Row> {
    let border = lines.get(from).map(Vec::as_slice).unwrap_or_default();
    let corners: Vec<usize> =
        border.iter().enumerate().filter(|(_, c)| **c == '+').map(|(at, _)| at).collect();
    let columns: Vec<(usize, usize)> =
        corners.iter().zip(corners.iter().skip(1)).map(|(a, b)| (a + 1, *b)).collect();
    let mut rows = Vec::new();
    let mut cells = vec![Vec::new(); columns.len()];
    let mut begins = from + 2;
    for at in from + 1..to {
        let line = lines.get(at).map(Vec::as_slice).unwrap_or_default();
        if is_grid_border(line) {
            let full = std::mem::replace(&mut cells, vec![Vec::new(); columns.len()]);
            rows.push(Row { line: begins, cells: full });
            begins = at + 2;
            continue;
        }
        for (cell, (begin, end)) in cells.iter_mut().zip(&columns) {
            cell.push(part(line, begin + 1, *end));
        }
    }
    rows
}

fn simple(lines: &[Vec<char>], from: usize, to: usize) -> Vec<Row> {
    let border = lines.get(from).map(Vec::as_slice).unwrap_or_default();
    let mut columns: Vec<(usize, usize)> = Vec::new();
    for (at, c) in border.iter().enumerate().filter(|(_, c)| **c == '=') {
        match columns.last_mut() {
            Some((_, end)) if *end == at => *end += c.len_utf8(),
            _ => columns.push((at, at + 1)),
        }
    }
    // The last column may be longer than its border.
    if let Some((_, end)) = columns.last_mut() {
        *end = usize::MAX;
    }
    let mut rows: Vec<Row> = Vec::new();
    for at in from + 1..to {
        let line = lines.get(at).map(Vec::as_slice).unwrap_or_default();
        if is_simple_border(line) {
            continue;
        }
        let cells: Vec<_> = columns.iter().map(|(begin, end)| part(line, *begin, *end)).collect();
        let continues = cells.first().is_some_and(|first| first.trim().is_empty());
        match rows.last_mut() {
            Some(row) if continues => {
                for (cell, more) in row.cells.iter_mut().zip(cells) {
                    cell.push(more);
                }
            }
            _ => {
                rows.push(Row { line: at + 1, cells: cells.into_iter().map(|c| vec![c]).collect() })
            }
        }
    }
    rows
}

fn part(line: &[char], begin: usize, end: usize) -> String {
    let part = line.get(begin..end.min(line.len()).max(begin)).unwrap_or_default();
    part.iter().collect::<String>().trim_end().to_owned()
}
