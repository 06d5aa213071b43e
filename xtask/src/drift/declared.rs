//! The differences that `README.md` beside the document declares.

use super::compare::Difference;
use super::facts::Kind;
use super::operation::Operation;
use crate::document::Document;

/// How a block of declarations begins and ends.
const START: &str = "```drift";
const END: &str = "```";

/// A difference that is known, and the line that declares it.
pub(super) struct Declaration {
    pub(super) line: usize,
    pub(super) operation: String,
    pub(super) field: String,
    pub(super) kind: Kind,
    pub(super) page: String,
    pub(super) document: String,
}

impl Declaration {
    /// Whether it speaks of the same fact, given that of the same operation.
    pub(super) fn is_about(&self, difference: &Difference) -> bool {
        self.field == difference.field && self.kind == difference.kind
    }

    fn repeats(&self, other: &Self) -> bool {
        let all =
            |it: &Self| [&it.operation, &it.field, &it.page, &it.document].map(String::to_owned);
        self.kind == other.kind && all(self) == all(other)
    }

    pub(super) fn covers(&self, difference: &Difference) -> bool {
        self.is_about(difference)
            && self.page == difference.page
            && self.document == difference.document
    }
}

/// Every declaration in the blocks of `text`.
///
/// # Errors
///
/// The line that is no declaration, and why.
pub(super) fn read(text: &str) -> Result<Vec<Declaration>, (usize, String)> {
    let mut declarations: Vec<Declaration> = Vec::new();
    let mut opened = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        match opened {
            None if line == START => opened = Some(number),
            Some(_) if line == END => opened = None,
            Some(_) if !line.is_empty() && !line.starts_with('#') => {
                let declaration = declaration(number, line).map_err(|message| (number, message))?;
                if let Some(first) = declarations.iter().find(|it| declaration.repeats(it)) {
                    let message =
                        format!("is declared in line {} already: take one out", first.line);
                    return Err((number, message));
                }
                declarations.push(declaration);
            }
            _ => {}
        }
    }
    match opened {
        Some(number) => Err((number, "the block has no end: close it with ```".to_owned())),
        None => Ok(declarations),
    }
}

/// Whether all of them can be met: they are about operations that the document has, or
/// that it leaves out on purpose.
///
/// # Errors
///
/// The line of one that is not, and why.
pub(super) fn check(
    declarations: &[Declaration],
    document: &Document,
) -> Result<(), (usize, String)> {
    let is_left_out = |operation: &str| {
        declarations.iter().any(|it| it.kind == Kind::Operation && it.operation == operation)
    };
    let is_known = |it: &&Declaration| {
        let found = it.operation.split_once(' ');
        found.is_some_and(|(method, path)| Operation::find(document, method, path).is_some())
            || is_left_out(&it.operation)
    };
    match declarations.iter().find(|it| !is_known(it)) {
        None => Ok(()),
        Some(Declaration { line, operation, .. }) => {
            let message = format!(
                "{operation} is no operation of the document: correct the line or take it out"
            );
            Err((*line, message))
        }
    }
}

fn declaration(line: usize, text: &str) -> Result<Declaration, String> {
    const FORM: &str = "write `METHOD PATH FIELD KIND PAGE != DOCUMENT`";
    let mut words = text.splitn(5, ' ');
    let mut word = || words.next().filter(|word| !word.is_empty()).ok_or(FORM);
    let operation = format!("{} {}", word()?, word()?);
    let field = word()?.to_owned();
    let kind = word()?;
    let kind = Kind::from_name(kind).ok_or_else(|| format!("`{kind}` is no kind; {FORM}"))?;
    let (page, document) = word()?.split_once(" != ").ok_or(FORM)?;
    let (page, document) = (page.trim().to_owned(), document.trim().to_owned());
    Ok(Declaration { line, operation, field, kind, page, document })
}
