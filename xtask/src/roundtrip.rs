//! `cargo xtask roundtrip`: the generated types against the document. They are
//! compiled into a package of its own, so that the other commands work while the
//! document does not build.

use std::process::ExitCode;

use crate::{FINDINGS, TROUBLE, cargo, trouble};

pub(crate) const USAGE: &str = "\
Compare the types that the build generates with the OpenAPI document.

Usage: cargo xtask roundtrip

Derives the JSON Schema of every generated type and compares it with the schema of
the document, statement by statement: types, required fields, null, unknown fields,
formats, limits, defaults, enumerations, descriptions. Prints what is lost or
loosened. What is meant stands below a line that says what takes its place in the
library; the rest stands at the end. Each difference is a line:

  SCHEMA.FIELD KEYWORD: WHAT_THE_DOCUMENT_SAYS != WHAT_THE_TYPE_DOES

`-` is nothing, `[]` after a field are its items. Which differences are meant is
written in xtask/roundtrip/src/meant.rs.

Exit status: 0 when every difference is meant, 1 when one is not, 2 when the types
cannot be built or the command is wrong.
";

pub(crate) fn run() -> ExitCode {
    match cargo(&["run", "--quiet", "--package", "roundtrip"]).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) if status.code() == Some(FINDINGS.into()) => ExitCode::from(FINDINGS),
        Ok(_) => ExitCode::from(TROUBLE),
        Err(error) => trouble(&format!("cargo cannot be run: {error}")),
    }
}
