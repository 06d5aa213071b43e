//! A page of the API reference: its operation, and its tables of parameters.

use super::tables::{Row, Table, read};

pub(super) struct Page {
    pub(super) method: String,
    pub(super) path: String,
    /// The parameters of the path and of the query.
    pub(super) parameters: Vec<Field>,
    pub(super) request: Vec<Object>,
    pub(super) response: Vec<Object>,
}

/// A table of fields; the first of a section is the body itself.
pub(super) struct Object {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}

/// A row of a table.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) line: usize,
    pub(super) name: String,
    /// Such as `String`, `Array of String` or `Dpd object`, without markup.
    pub(super) kind: String,
    /// Not said for what is returned.
    pub(super) mandatory: Option<bool>,
    /// The lines of the description.
    pub(super) description: Vec<String>,
}

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

impl Page {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let uri = text.lines().enumerate().find_map(|(at, line)| {
            let (method, path) = line.trim().split_once(' ')?;
            let is_uri = METHODS.contains(&method) && path.starts_with("/v");
            is_uri.then(|| (at + 1, method.to_owned(), path.trim().to_owned()))
        });
        let Some((_, method, path)) = uri else {
            return Err(
                "is no page of an operation: no line such as `POST /v5/…` is in it".to_owned()
            );
        };
        let section = |name: &str| {
            let lines: Vec<&str> = text.lines().collect();
            lines.windows(2).position(|pair| {
                let [title, under] = pair else { return false };
                title.trim() == name
                    && !under.is_empty()
                    && under.trim().chars().all(|c| "=-~^".contains(c))
            })
        };
        let tables = read(text);
        if tables.is_empty() {
            return Err(format!(
                "names the operation `{method} {path}`, and has no table of reStructuredText: it \
                 looks like a copy of what a browser shows; give the page's source"
            ));
        }
        let request_at = section("Request").map_or(usize::MAX, |at| at + 1);
        let response_at = section("Response").map_or(usize::MAX, |at| at + 1);
        let mut page = Self {
            method,
            path,
            parameters: Vec::new(),
            request: Vec::new(),
            response: Vec::new(),
        };
        for table in &tables {
            let Some(columns) = Columns::of(table) else { continue };
            let fields = table.rows.iter().skip(1).map(|row| columns.field(row));
            let fields: Result<Vec<_>, String> = fields.collect();
            let fields = fields?;
            if table.line > response_at {
                page.response.push(Object { name: name_of(table), fields });
            } else if table.line > request_at && page.path_has_no(&fields) {
                page.request.push(Object { name: name_of(table), fields });
            } else {
                page.parameters.extend(fields);
            }
        }
        if page.parameters.is_empty() && page.request.is_empty() && page.response.is_empty() {
            return Err("has no table of parameters".to_owned());
        }
        Ok(page)
    }

    fn path_has_no(&self, fields: &[Field]) -> bool {
        !fields.iter().any(|field| self.path.contains(&format!("{{{}}}", field.name)))
    }
}

/// `Table 4 PolicyRule` is called `PolicyRule`.
fn name_of(table: &Table) -> String {
    let words = table
        .title
        .split_whitespace()
        .skip_while(|word| *word == "Table" || word.chars().all(|c| c.is_ascii_digit()));
    words.collect::<Vec<_>>().join(" ")
}

/// Which column says what.
struct Columns {
    name: usize,
    kind: usize,
    mandatory: Option<usize>,
    description: usize,
}

impl Columns {
    /// None for a table of something else.
    fn of(table: &Table) -> Option<Self> {
        let head = table.rows.first()?;
        let column = |names: &[&str]| {
            (0..head.cells.len()).find(|column| names.contains(&head.text(*column).as_str()))
        };
        Some(Self {
            name: column(&["Parameter", "Name"])?,
            kind: column(&["Type"])?,
            mandatory: column(&["Mandatory", "Required"]),
            description: column(&["Description"])?,
        })
    }

    fn field(&self, row: &Row) -> Result<Field, String> {
        let mandatory = match self.mandatory.map(|column| row.text(column)) {
            None => None,
            Some(text) => match text.as_str() {
                "Yes" => Some(true),
                "No" => Some(false),
                other => {
                    return Err(format!(
                        "line {}: mandatory is {other:?}, not Yes or No",
                        row.line
                    ));
                }
            },
        };
        Ok(Field {
            line: row.line,
            name: row.text(self.name),
            kind: plain(&row.text(self.kind)),
            mandatory,
            description: row.cells.get(self.description).cloned().unwrap_or_default(),
        })
    }
}

/// A type without its links: ``:ref:`Dpd <…>` object`` is `Dpd object`.
fn plain(kind: &str) -> String {
    let mut text = String::new();
    let mut rest = kind;
    while let Some((before, link)) = rest.split_once(":ref:`") {
        text.push_str(before);
        let (label, after) = link.split_once('`').unwrap_or((link, ""));
        text.push_str(label.split('<').next().unwrap_or_default().trim());
        rest = after;
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
