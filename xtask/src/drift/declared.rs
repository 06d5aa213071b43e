//! The differences that `README.md` beside the document declares.

use super::compare::Difference;
use super::facts::{Kind, NOTHING};
use super::operation::Operation;
use crate::document::Document;

/// How a block of declarations begins and ends.
const START: &str = "```drift";
const END: &str = "```";

/// A difference that is known, and the line that declares it.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) line: usize,
    pub(super) text: String,
    scope: Scope,
    kind: Kind,
    page: String,
    document: String,
}

/// Where a declaration applies.
#[derive(Debug)]
enum Scope {
    /// A field of an operation, or the operation itself.
    Operation { operation: String, field: String },
    /// A field of every operation.
    Every { field: String },
    /// A field of a component schema, wherever it stands.
    Schema { property: String },
    /// A text that cannot be read, wherever it stands.
    Text,
}

impl Declaration {
    /// Whether it is about the same fact of an operation.
    pub(super) fn is_about(&self, operation: &str, difference: &Difference) -> bool {
        let is_its_scope = match &self.scope {
            Scope::Operation { operation: own, field } => {
                own == operation && *field == difference.field
            }
            Scope::Every { field } => *field == difference.field,
            Scope::Schema { property } => Some(property) == difference.property.as_ref(),
            Scope::Text => true,
        };
        is_its_scope && self.kind == difference.kind
    }

    /// Whether it declares this difference.
    pub(super) fn covers(&self, operation: &str, difference: &Difference) -> bool {
        self.is_about(operation, difference)
            && self.page == difference.page
            && self.document == difference.document
    }

    /// Whether it declares that an operation is left out of the document.
    pub(super) fn leaves_out(&self, operation: &str) -> bool {
        let is_it =
            matches!(&self.scope, Scope::Operation { operation: it, .. } if it == operation);
        is_it && self.kind == Kind::Operation
    }

    /// Whether the pages of these operations would have the difference; `is_complete` if
    /// these are all operations of the document.
    pub(super) fn was_compared(&self, operations: &[String], is_complete: bool) -> bool {
        match &self.scope {
            Scope::Operation { operation, .. } => operations.contains(operation),
            Scope::Every { .. } | Scope::Schema { .. } => is_complete,
            Scope::Text => false,
        }
    }
}

/// Every declaration in the blocks of `text`.
///
/// # Errors
///
/// The number of a line that is not a declaration, and why.
pub(super) fn read(text: &str, document: &Document) -> Result<Vec<Declaration>, (usize, String)> {
    let mut declarations: Vec<Declaration> = Vec::new();
    let mut opened = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        match opened {
            None if line == START => opened = Some(number),
            Some(_) if line == END => opened = None,
            Some(_) if !line.is_empty() && !line.starts_with('#') => {
                let declaration = declaration(number, line).map_err(|message| (number, message))?;
                if let Some(first) = declarations.iter().find(|it| it.text == declaration.text) {
                    let message = format!("repeats line {}: remove one of them", first.line);
                    return Err((number, message));
                }
                declarations.push(declaration);
            }
            _ => {}
        }
    }
    if let Some(number) = opened {
        return Err((number, "the block has no end: close it with ```".to_owned()));
    }
    match declarations
        .iter()
        .find_map(|it| Some((it.line, impossible(it, &declarations, document)?)))
    {
        Some(wrong) => Err(wrong),
        None => Ok(declarations),
    }
}

/// Why no page can have the difference.
fn impossible(
    declaration: &Declaration,
    declarations: &[Declaration],
    document: &Document,
) -> Option<String> {
    let (what, is_known) = match &declaration.scope {
        Scope::Operation { operation, .. } => {
            let found = operation.split_once(' ');
            let found = found.and_then(|(method, path)| Operation::find(document, method, path));
            let is_known =
                found.is_some() || declarations.iter().any(|it| it.leaves_out(operation));
            (format!("{operation} is not an operation"), is_known)
        }
        Scope::Schema { property } => {
            let (schema, name) = property.split_once('.').unwrap_or_default();
            let pointer = format!("/components/schemas/{schema}/properties/{name}");
            // One that the document lacks is a field of the page.
            let is_known = document.root().pointer(&pointer).is_some()
                || declaration.kind == Kind::Field && declaration.document == NOTHING;
            (format!("{property} is not a field"), is_known)
        }
        Scope::Every { .. } | Scope::Text => return None,
    };
    (!is_known).then(|| format!("{what} of the document: correct or remove the line"))
}

fn declaration(line: usize, text: &str) -> Result<Declaration, String> {
    const FORM: &str = "write `WHERE KIND PAGE != DOCUMENT`; see `cargo xtask drift --help`";
    let (said, document) = text.split_once(" != ").ok_or(FORM)?;
    let words: Vec<&str> = said.split(' ').collect();
    let kind_of =
        |word: &str| Kind::from_name(word).ok_or(format!("`{word}` is not a kind; {FORM}"));
    let (scope, kind, page) = match words.as_slice() {
        ["*", "unread", page @ ..] => (Scope::Text, Kind::Unread, page),
        ["*", field, kind, page @ ..] => {
            (Scope::Every { field: (*field).to_owned() }, kind_of(kind)?, page)
        }
        [property, kind, page @ ..] if property.contains('.') => {
            (Scope::Schema { property: (*property).to_owned() }, kind_of(kind)?, page)
        }
        [method, path, field, kind, page @ ..] if path.starts_with('/') => {
            let operation = format!("{method} {path}");
            (Scope::Operation { operation, field: (*field).to_owned() }, kind_of(kind)?, page)
        }
        _ => return Err(FORM.to_owned()),
    };
    if page.is_empty() {
        return Err(FORM.to_owned());
    }
    let (page, document) = (page.join(" "), document.trim().to_owned());
    Ok(Declaration { line, text: text.to_owned(), scope, kind, page, document })
}
