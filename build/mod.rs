//! From the document to Rust, one step after the other.

mod addresses;
mod characters;
mod checks;
mod client;
mod document;
mod endpoints;
mod enumerations;
mod error_codes;
mod json_schema;
mod keys;
mod operations;
mod polish;
mod requests;
mod resolution;
mod soundness;

pub(crate) use document::{Document, Fault};

/// A generated file: its name in `OUT_DIR` and its text.
pub(crate) type File = (&'static str, String);

/// Everything that `src/` includes, in the order in which it is derived.
pub(crate) fn files(document: &Document) -> Result<Vec<File>, Fault> {
    document.check_references()?;
    soundness::check(document)?;
    let enumerations = enumerations::read(document)?;
    let requests = requests::read(document, &enumerations)?;
    Ok(vec![
        ("enumerations.rs", enumerations::rust(&enumerations)),
        ("limits.rs", requests::limits_rust(&requests)),
        ("defaults.rs", requests::defaults_rust(&requests)),
        ("field_checks.rs", checks::rust(document, &enumerations)?),
        ("resolution.rs", resolution::rust(document)?),
        ("error_codes.rs", error_codes::rust(document)?),
        ("endpoints.rs", endpoints::rust(document)?),
        ("operations.rs", operations::rust(document)?),
        ("client.rs", client::rust(document, &enumerations)?),
        ("json_schema.rs", json_schema::rust(document)?),
        ("document.json", document.json_schema_text()),
    ])
}

/// Generated Rust as a person would write it.
fn pretty(tokens: &proc_macro2::TokenStream) -> String {
    // What is no Rust is written all the same: the compiler says what is wrong.
    syn::parse2(tokens.clone())
        .map_or_else(|_| tokens.to_string(), |file| prettyplease::unparse(&file))
}
