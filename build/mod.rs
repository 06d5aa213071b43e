//! Derives Rust from the document, step by step.

mod builders;
mod characters;
mod checks;
mod client;
mod defaults;
mod document;
mod endpoints;
mod enumerations;
mod error_codes;
mod fields;
mod json_schema;
mod keys;
mod limits;
mod operations;
mod part;
mod polish;
mod soundness;

use std::path::PathBuf;
use std::process::ExitCode;

pub(crate) use document::{Document, Fault};

/// A generated file: its name in `OUT_DIR` and its text.
pub(crate) type File = (&'static str, String);

/// Writes what `derive` makes of the document to `OUT_DIR`, and tells cargo to run again
/// when the document or one of `inputs` changes.
pub(crate) fn build(
    document: &str,
    inputs: &[&str],
    derive: fn(&Document) -> Result<Vec<File>, Fault>,
) -> ExitCode {
    for input in inputs.iter().chain([&document]) {
        println!("cargo::rerun-if-changed={input}");
    }
    match write(document, derive) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn write(document: &str, derive: fn(&Document) -> Result<Vec<File>, Fault>) -> Result<(), String> {
    let text = std::fs::read_to_string(document).map_err(|e| format!("{document}: {e}"))?;
    let document = Document::parse(document, &text)?;
    let files = derive(&document).map_err(|fault| document.locate(&fault))?;
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; cargo sets it")?;
    for (name, text) in files {
        let path = PathBuf::from(&out).join(name);
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// Everything that `src/` includes, in the order in which it is derived.
pub(crate) fn files(document: &Document) -> Result<Vec<File>, Fault> {
    soundness::check_references(document)?;
    soundness::check_schemas(document)?;
    let operations = operations::read(document)?;
    let enumerations = enumerations::read(document)?;
    let fields = fields::read(document, &operations, &enumerations)?;
    Ok(vec![
        ("enumerations.rs", enumerations::rust(&enumerations)),
        ("limits.rs", limits::rust(&fields)?),
        ("defaults.rs", defaults::rust(&fields)?),
        ("field_checks.rs", checks::rust(&fields)),
        ("resolution.rs", defaults::resolution_rust(&fields)),
        ("error_codes.rs", error_codes::rust(document)?),
        ("endpoints.rs", endpoints::rust(document)?),
        ("operations.rs", operations::rust(&operations)?),
        ("secret_fields.rs", operations::secret_fields_rust(document)),
        ("client.rs", client::rust(document, &operations, &enumerations, &fields)?),
        ("json_schema.rs", json_schema::rust(document)?),
        ("document.json", document.json_schema().to_string()),
    ])
}

/// Generated Rust as a person would write it.
pub(crate) fn pretty(tokens: &proc_macro2::TokenStream) -> String {
    // Invalid Rust is written as it is, for the compiler to report.
    syn::parse2(tokens.clone())
        .map_or_else(|_| tokens.to_string(), |file| prettyplease::unparse(&file))
}
