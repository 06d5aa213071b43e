//! Derives Rust from the document, step by step.

mod builders;
mod characters;
mod checks;
mod client;
mod defaults;
pub(crate) mod document;
mod endpoints;
mod enumerations;
mod error_codes;
mod fields;
mod json_schema;
mod keys;
mod limits;
mod operations;
pub(crate) mod part;
mod polish;
mod soundness;

use std::path::PathBuf;
use std::process::ExitCode;

use document::Faults;
pub(crate) use document::{Document, Fault};

/// A generated file: its name in `OUT_DIR` and its text.
pub(crate) type File = (&'static str, String);

/// Writes the files of the document to `OUT_DIR`, and tells cargo to run again when the
/// document or one of `inputs` changes.
pub(crate) fn build(document: &str, inputs: &[&str]) -> ExitCode {
    for input in inputs.iter().chain([&document]) {
        println!("cargo::rerun-if-changed={input}");
    }
    match write(document) {
        Ok(()) => ExitCode::SUCCESS,
        Err(messages) => {
            messages.lines().for_each(|message| println!("cargo::error={message}"));
            ExitCode::FAILURE
        }
    }
}

fn write(document: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(document).map_err(|e| format!("{document}: {e}"))?;
    let document = Document::parse(document, &text)?;
    let files = files(&document).map_err(|faults| document.locate_all(&faults))?;
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; cargo sets it")?;
    for (name, text) in files {
        let path = PathBuf::from(&out).join(name);
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// Everything that `src/` includes.
///
/// # Errors
///
/// Every fault of the document; the generator only runs when there are no others.
pub(crate) fn files(document: &Document) -> Result<Vec<File>, Vec<Fault>> {
    let mut faults = Faults::default();
    soundness::check_version(document, faults.of("version"));
    soundness::check_references(document, faults.of("reference"));
    soundness::check_schemas(document, faults.of("schema"));
    let operations = operations::read(document, faults.of("operation"));
    let enumerations = enumerations::read(document, faults.of("enumeration"));
    let fields = fields::read(document, &operations, &enumerations, faults.of("field"));
    let limits = limits::rust(&fields, faults.of("limit"));
    let defaults = defaults::rust(&fields, faults.of("default"));
    let error_codes = error_codes::rust(document, faults.of("error-code"));
    let endpoints = endpoints::rust(document, faults.of("endpoint"));
    let table = operations::rust(&operations, faults.of("operation"));
    let responses = client::responses(&operations, faults.of("response"));
    if !faults.found.is_empty() {
        return Err(faults.found);
    }
    let generated = || {
        let client = client::rust(document, &enumerations, &fields, responses)?;
        Ok((client, json_schema::rust(document)?))
    };
    let Some((client, json_schema)) = faults.of("generator").keep_one(generated()) else {
        return Err(faults.found);
    };
    Ok(vec![
        ("enumerations.rs", enumerations::rust(&enumerations)),
        ("limits.rs", limits),
        ("defaults.rs", defaults),
        ("field_checks.rs", checks::rust(&fields)),
        ("resolution.rs", defaults::resolution_rust(&fields)),
        ("error_codes.rs", error_codes),
        ("endpoints.rs", endpoints),
        ("operations.rs", table),
        ("secret_fields.rs", operations::secret_fields_rust(document)),
        ("client.rs", client),
        ("json_schema.rs", json_schema),
        ("document.json", document.json_schema().to_string()),
    ])
}

/// Generated Rust as a person would write it.
pub(crate) fn pretty(tokens: &proc_macro2::TokenStream) -> String {
    // Invalid Rust is written as it is, for the compiler to report.
    syn::parse2(tokens.clone())
        .map_or_else(|_| tokens.to_string(), |file| prettyplease::unparse(&file))
}
