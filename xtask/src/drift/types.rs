//! The type of a field, as a page writes it.

use super::markup::{Reference, plain, reference};

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageType {
    /// As the document would call it: `string`, `array of object`.
    pub(super) name: String,
    /// The table of an object, by the name that the page gives it.
    pub(super) object: Option<Reference>,
}

const SCALARS: [(&str, &str); 15] = [
    ("string", "string"),
    ("strings", "string"),
    ("integer", "integer"),
    ("integers", "integer"),
    ("int", "integer"),
    ("long", "long"),
    ("boolean", "boolean"),
    ("bool", "boolean"),
    ("float", "number"),
    ("double", "number"),
    ("number", "number"),
    ("object", "object"),
    ("objects", "object"),
    ("map", "object"),
    ("array", "array"),
];

/// Reads a cell of the column `Type`.
///
/// # Errors
///
/// The type is not known; the error is the text of the cell.
pub(super) fn read(text: &str) -> Result<PageType, String> {
    let shown = plain(text);
    let lower = shown.to_lowercase();
    if lower.starts_with("array of") {
        let items = item(text, shown.get("array of".len()..).unwrap_or_default())
            .ok_or_else(|| shown.clone())?;
        return Ok(PageType { name: format!("array of {}", items.name), ..items });
    }
    item(text, &shown).ok_or(shown)
}

fn item(cell: &str, shown: &str) -> Option<PageType> {
    let words: Vec<&str> = shown.split_whitespace().collect();
    let lower = shown.trim().to_lowercase();
    if let Some((_, name)) = SCALARS.iter().find(|(written, _)| *written == lower) {
        return Some(PageType { name: (*name).to_owned(), object: None });
    }
    let object = reference(cell);
    let is_object = match words.as_slice() {
        [_, "object" | "objects"] => true,
        [_] => object.is_some(),
        _ => false,
    };
    let named = || {
        let text = (*words.first()?).to_owned();
        Some(Reference { label: String::new(), text })
    };
    is_object.then(|| PageType { name: "object".to_owned(), object: object.or_else(named) })
}
