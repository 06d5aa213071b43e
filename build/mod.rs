//! From the document to Rust, one step after the other.

mod characters;
mod client;
mod document;
mod endpoints;
mod enumerations;
mod error_codes;
mod polish;
mod requests;

pub(crate) use document::{Document, Fault};

/// A generated file: its name in `OUT_DIR` and its text.
pub(crate) type File = (&'static str, String);

/// Everything that `src/` includes, in the order in which it is derived.
pub(crate) fn files(document: &Document) -> Result<Vec<File>, Fault> {
    document.check_references()?;
    let enumerations = enumerations::read(document)?;
    let requests = requests::read(document, &enumerations)?;
    Ok(vec![
        ("enumerations.rs", enumerations::rust(&enumerations)),
        ("limits.rs", requests::limits_rust(&requests)),
        ("defaults.rs", requests::defaults_rust(&requests)),
        ("error_codes.rs", error_codes::rust(document)?),
        ("endpoints.rs", endpoints::rust(document)?),
        ("client.rs", client::rust(document, &enumerations)?),
        ("document.json", document.json_schema_text()),
    ])
}
