//! `cargo xtask roundtrip`: the JSON Schema of the generated types against the
//! schemas of the document.

mod compare;
mod facts;
mod meant;
#[cfg(test)]
mod tests;

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use compare::Report;
use serde_json::{Map, Value};

/// Exit status: there is a difference that is not meant.
const FINDINGS: u8 = 1;
/// Exit status: nothing can be compared.
const TROUBLE: u8 = 2;

/// The types that the library generates. Their paths are those of the library.
mod generated {
    #[allow(unreachable_pub, reason = "as it is in the library")]
    pub(crate) mod types {
        include!(concat!(env!("OUT_DIR"), "/types.rs"));
    }
}

mod document {
    pub(crate) mod enumerations {
        /// Gives each enumeration the schema of what the library reads: any text,
        /// of which it knows some.
        macro_rules! open_enumeration {
            (
                $(#[$docs:meta])*
                $name:ident, $catch_all:ident, ignore_case: $ignore_case:literal {
                    $($(#[$variant_docs:meta])* $variant:ident = $value:literal, weak: $weak:literal,
                        supported: $supported:literal;)+
                }
            ) => {
                #[derive(schemars::JsonSchema)]
                #[schemars(extend("anyOf" = [{ "enum": [$($value),+] }, {}]))]
                #[allow(dead_code, reason = "only its shape is looked at")]
                $(#[$docs])*
                pub(crate) struct $name(String);
            };
        }

        include!(concat!(env!("OUT_DIR"), "/enumerations.rs"));
    }
}

/// Types that the library writes by hand: texts, whose rules they check themselves.
macro_rules! texts {
    ($module:ident: $($name:ident),+) => {
        mod $module {
            $(
                #[derive(schemars::JsonSchema)]
                #[allow(dead_code, reason = "only its shape is looked at")]
                pub(crate) struct $name(String);
            )+
        }
    };
}

texts!(secret: Psk);
texts!(ids: ProjectId, ConnectionId);

fn main() -> ExitCode {
    let (text, status) = match report() {
        Ok(report) => (report.to_string(), if report.is_as_meant() { 0 } else { FINDINGS }),
        Err(message) => return trouble(&message),
    };
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Who closes the pipe has read enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            trouble(&format!("the report cannot be written: {error}"))
        }
        _ => ExitCode::from(status),
    }
}

/// Says what is wrong, if anybody listens.
fn trouble(message: &str) -> ExitCode {
    _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::from(TROUBLE)
}

fn report() -> Result<Report, String> {
    let document = facts::of_document(&document()?, generated::types::REQUESTS);
    Ok(Report::of(&document, &facts::of_types(&types())))
}

fn document() -> Result<Value, String> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/document.json")))
        .map_err(|error| format!("the document: {error}"))
}

/// The derived schemas by name.
fn types() -> Map<String, Value> {
    let mut generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    generated::types::derive(&mut generator);
    generator.subschema_for::<ids::ProjectId>();
    generator.subschema_for::<ids::ConnectionId>();
    generator.take_definitions(true)
}
