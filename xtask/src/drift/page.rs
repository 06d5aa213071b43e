//! A page of the API reference: the operation it describes and its tables.

use super::grid::{Cell, Grid};
use super::restructured;

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

/// A page, and what of it cannot be read.
pub(super) struct Page {
    pub(super) method: String,
    pub(super) path: String,
    /// The line that names the operation.
    pub(super) line: usize,
    pub(super) tables: Vec<Table>,
    /// The success statuses that the page names, and where.
    pub(super) statuses: Vec<(usize, String)>,
    /// What cannot be read: the line, and its text.
    pub(super) unread: Vec<(usize, String)>,
}

/// The part of a page in which a table stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Uri,
    Request,
    Response,
}

/// The title of a table: its caption, the labels that references use, and
/// the section.
#[derive(Clone, Debug, Default)]
pub(super) struct Title {
    pub(super) caption: String,
    pub(super) labels: Vec<String>,
    pub(super) section: Option<Section>,
}

/// A table of fields.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) line: usize,
    pub(super) title: Title,
    pub(super) section: Section,
    pub(super) rows: Vec<Row>,
}

/// A field as a page lists it. What is `None` has no column in the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) kind: Cell,
    pub(super) mandatory: Option<Cell>,
    pub(super) description: Option<Cell>,
}

impl Page {
    /// `None` for a text without a line such as `POST /v5/{project_id}/…`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        let (line, method, path) = operation(&lines)?;
        let Content { tables, statuses, unread } = restructured::read(&lines);
        let mut page = Self { method, path, line, tables: Vec::new(), statuses, unread };
        page.unread.extend(page.other_operations(&lines));
        for (title, line, grid) in tables {
            page.add(title, line, grid);
        }
        if page.tables.is_empty() {
            page.unread.push((line, "a page without a table of fields".to_owned()));
        }
        Some(page)
    }

    /// The operation as a report names it.
    pub(super) fn operation(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Other operations that the page names. Examples name its own one with ids.
    fn other_operations(&self, lines: &[&str]) -> Vec<(usize, String)> {
        let all = (1..).zip(lines).filter_map(|(number, line)| operation_of(number, line));
        let others = all
            .filter(|(_, method, path)| *method != self.method || !is_instance(path, &self.path));
        let what = |(line, method, path)| {
            let first = self.operation();
            (line, format!("the operation `{method} {path}`: the page is read as that of {first}"))
        };
        others.map(what).collect()
    }

    fn add(&mut self, title: Title, line: usize, grid: Grid) {
        self.unread.extend(grid.unread);
        let Some(columns) = Columns::of(&grid.header) else {
            let what = "a table without the columns `Parameter` and `Type`".to_owned();
            self.unread.push((line, what));
            return;
        };
        let unknown = columns.unknown(&grid.header);
        let mut rows = Vec::new();
        for cells in grid.rows {
            match columns.row(cells) {
                Ok(row) => rows.push(row),
                Err(trouble) => self.unread.push(trouble),
            }
        }
        let section = title.section.unwrap_or_else(|| {
            let is_uri = rows.iter().all(|row| self.path.contains(&format!("{{{}}}", row.name)));
            match (columns.mandatory, is_uri) {
                (None, _) => Section::Response,
                (Some(_), true) => Section::Uri,
                (Some(_), false) => Section::Request,
            }
        });
        let mandatory = columns.mandatory.or((section == Section::Response).then_some(0));
        let lost = [(mandatory, "Mandatory"), (columns.description, "Description")];
        for (_, name) in lost.iter().filter(|(column, _)| column.is_none()) {
            self.unread.push((line, format!("a table without the column `{name}`")));
        }
        let unknown = unknown.into_iter();
        self.unread.extend(unknown.map(|name| (line, format!("the column `{name}` of a table"))));
        self.tables.push(Table { line, title, section, rows });
    }
}

/// The content of a page.
#[derive(Default)]
pub(super) struct Content {
    pub(super) tables: Vec<(Title, usize, Grid)>,
    pub(super) statuses: Vec<(usize, String)>,
    pub(super) unread: Vec<(usize, String)>,
}

impl Content {
    /// Keeps the success status that a line names.
    pub(super) fn note_status(&mut self, line: usize, text: &str) {
        let status = status(text).filter(|status| status.starts_with('2'));
        let is_new = |status: &String| self.statuses.iter().all(|(_, known)| known != status);
        let status = status.filter(is_new);
        self.statuses.extend(status.map(|status| (line, status)));
    }
}

/// The status that a line such as `Returned status code 201: …` names.
fn status(line: &str) -> Option<String> {
    let (_, after) = line.split_once("status code ")?;
    let status: String = after.chars().take_while(char::is_ascii_digit).collect();
    (status.len() == 3).then_some(status)
}

fn operation(lines: &[&str]) -> Option<(usize, String, String)> {
    (1..).zip(lines).find_map(|(number, line)| operation_of(number, line))
}

/// The operation that a line names, if it does nothing else.
fn operation_of(number: usize, line: &str) -> Option<(usize, String, String)> {
    let line = line.replace(['*', '`'], "");
    let mut words = line.split_whitespace();
    let (method, path, rest) = (words.next()?, words.next()?, words.next());
    let path = path.split('?').next()?;
    let is_operation = METHODS.contains(&method) && path.starts_with('/') && rest.is_none();
    is_operation.then(|| (number, method.to_owned(), path.to_owned()))
}

/// Whether a path is another one with its names filled in.
fn is_instance(path: &str, template: &str) -> bool {
    let (steps, known) = (path.split('/'), template.split('/'));
    steps.clone().count() == known.clone().count()
        && steps.zip(known).all(|(step, known)| step == known || known.starts_with('{'))
}

/// Which column of a table holds what.
struct Columns {
    name: usize,
    kind: usize,
    mandatory: Option<usize>,
    description: Option<usize>,
}

impl Columns {
    fn of(header: &[Cell]) -> Option<Self> {
        let titles: Vec<String> = header.iter().map(|cell| cell.text().to_lowercase()).collect();
        let column = |names: &[&str]| titles.iter().position(|it| names.contains(&it.as_str()));
        Some(Self {
            name: column(&["parameter", "name", "field", "parameter name"])?,
            kind: column(&["type", "parameter type", "data type"])?,
            mandatory: column(&["mandatory", "required"]),
            description: column(&["description", "remarks"]),
        })
    }

    /// The titles of the columns that are none of these.
    fn unknown(&self, header: &[Cell]) -> Vec<String> {
        let known = [Some(self.name), Some(self.kind), self.mandatory, self.description];
        let others = header.iter().enumerate().filter(|(at, _)| !known.contains(&Some(*at)));
        others.map(|(_, cell)| super::markup::plain(&cell.text())).collect()
    }

    fn row(&self, mut cells: Vec<Cell>) -> Result<Row, (usize, String)> {
        let mut take = |at: usize| cells.get_mut(at).map(std::mem::take).unwrap_or_default();
        let name = take(self.name);
        let text = super::markup::plain(&name.text());
        if text.is_empty() || text.contains(' ') {
            return Err((name.line, format!("`{text}`, which is not the name of a field")));
        }
        Ok(Row {
            line: name.line,
            name: text,
            kind: take(self.kind),
            mandatory: self.mandatory.map(&mut take),
            description: self.description.map(&mut take),
        })
    }
}
