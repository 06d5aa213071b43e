//! The two forms of tables in reStructuredText, as rows of cells.

/// A cell: the line of the page on which it begins, and its lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) line: usize,
    pub(super) lines: Vec<String>,
}

impl Cell {
    /// The text in one line.
    pub(super) fn text(&self) -> String {
        let words = self.lines.iter().flat_map(|line| line.split_whitespace());
        words.collect::<Vec<_>>().join(" ")
    }
}

/// A table as it is drawn.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) header: Vec<Cell>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Lines that do not fit the table, and why.
    pub(super) unread: Vec<(usize, String)>,
}

/// Whether a line can be the border of a grid table.
pub(super) fn is_grid_border(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("+-") && line.chars().all(|c| matches!(c, '+' | '-'))
}

/// Whether a line can be the border of a simple table of several columns.
pub(super) fn is_simple_border(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("==") && line.contains(' ') && line.chars().all(|c| matches!(c, '=' | ' '))
}

/// Reads a grid table: `lines` begin with its upper border, which is line `first`.
/// Returns how many lines it takes, too.
pub(super) fn read_grid(first: usize, lines: &[&str]) -> (Grid, usize) {
    let mut grid = Grid::default();
    let border = lines.first().copied().unwrap_or_default();
    let corners: Vec<usize> =
        border.chars().enumerate().filter(|(_, c)| *c == '+').map(|(at, _)| at).collect();
    let mut row: Vec<Cell> = Vec::new();
    let mut taken = 1;
    let mut closed = false;
    for (line, text) in (first..).zip(lines).skip(1) {
        let content = text.trim();
        if content.starts_with('|') {
            closed = false;
            match split_at_corners(text, &corners) {
                Some(parts) => extend(&mut row, line, parts),
                None => grid.unread.push((line, "a line that does not fit the columns".to_owned())),
            }
        } else if content.starts_with('+') {
            closed = true;
            if content.chars().any(|c| !matches!(c, '+' | '-' | '=')) {
                grid.unread.push((line, "a cell that spans several rows".to_owned()));
            } else if text.trim_end().chars().count() != border.trim_end().chars().count() {
                grid.unread.push((line, "a border that does not fit the columns".to_owned()));
            }
            let row = std::mem::take(&mut row);
            if content.contains('=') {
                grid.header = row;
            } else if !row.is_empty() {
                grid.rows.push(row);
            }
        } else {
            break;
        }
        taken += 1;
    }
    if !closed {
        grid.unread.push((first + taken - 1, "a table without a lower border".to_owned()));
    }
    if !row.is_empty() {
        grid.rows.push(row);
    }
    (grid, taken)
}

/// The cells of a line, which are as wide as the border says.
fn split_at_corners(line: &str, corners: &[usize]) -> Option<Vec<String>> {
    let places: Vec<usize> = match line.is_ascii() {
        true => (0..=line.len()).collect(),
        false => line.char_indices().map(|(at, _)| at).chain([line.len()]).collect(),
    };
    corners
        .windows(2)
        .map(|pair| {
            let [left, right] = pair else { return None };
            let framed = line.get(*places.get(*left)?..*places.get(right + 1)?)?;
            let text = framed.strip_prefix('|')?.strip_suffix('|')?;
            // Cells are written one blank off their frame.
            Some(text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned())
        })
        .collect()
}

fn extend(row: &mut Vec<Cell>, line: usize, parts: Vec<String>) {
    if row.is_empty() {
        row.extend(parts.into_iter().map(|part| Cell { line, lines: vec![part] }));
        return;
    }
    for (cell, part) in row.iter_mut().zip(parts) {
        cell.lines.push(part);
    }
}

/// Reads a simple table: `lines` begin with its upper border, which is line `first`.
/// Returns how many lines it takes, too.
pub(super) fn read_simple(first: usize, lines: &[&str]) -> (Grid, usize) {
    let mut grid = Grid::default();
    let starts = column_starts(lines.first().copied().unwrap_or_default());
    let borders: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| is_simple_border(line))
        .map(|(at, _)| at)
        .take(3)
        .collect();
    let &[_, middle, end] = borders.as_slice() else {
        grid.unread.push((first, "a table without a lower border".to_owned()));
        return (grid, 1);
    };
    let mut row: Vec<Cell> = Vec::new();
    for (at, text) in lines.iter().enumerate().take(end).skip(1) {
        let parts = split_at_starts(text, &starts);
        let begins = parts.first().is_some_and(|part| !part.trim().is_empty());
        if at == middle {
            grid.header = std::mem::take(&mut row);
            continue;
        }
        if begins && at > middle && !row.is_empty() {
            grid.rows.push(std::mem::take(&mut row));
        }
        if !row.is_empty() || begins {
            extend(&mut row, first + at, parts);
        }
    }
    if !row.is_empty() {
        grid.rows.push(row);
    }
    (grid, end + 1)
}

fn column_starts(border: &str) -> Vec<usize> {
    let mut previous = ' ';
    let mut starts = Vec::new();
    for (at, c) in border.chars().enumerate() {
        if c == '=' && previous == ' ' {
            starts.push(at);
        }
        previous = c;
    }
    starts
}

fn split_at_starts(line: &str, starts: &[usize]) -> Vec<String> {
    let characters: Vec<char> = line.trim_end().chars().collect();
    let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let part = characters.get(*start..end.min(characters.len())).unwrap_or_default();
            part.iter().collect::<String>().trim_end().to_owned()
        })
        .collect()
}
