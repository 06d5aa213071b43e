//! The differences that `README.md` beside the document declares.

use super::compare::Difference;
use super::facts::Kind;

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
    let mut declarations = Vec::new();
    let mut opened = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        match opened {
            None if line == START => opened = Some(number),
            Some(_) if line == END => opened = None,
            Some(_) if !line.is_empty() && !line.starts_with('#') => {
                let declaration = declaration(number, line).map_err(|message| (number, message))?;
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
