//! The steps of the library's build that need no generator.

#![allow(dead_code, reason = "the build uses the rest")]

use crate::{document, part};

#[path = "../../../build/characters.rs"]
mod characters;
#[path = "../../../build/defaults.rs"]
pub(super) mod defaults;
#[path = "../../../build/endpoints.rs"]
pub(super) mod endpoints;
#[path = "../../../build/enumerations.rs"]
pub(super) mod enumerations;
#[path = "../../../build/error_codes.rs"]
pub(super) mod error_codes;
#[path = "../../../build/fields.rs"]
pub(super) mod fields;
#[path = "../../../build/limits.rs"]
pub(super) mod limits;
#[path = "../../../build/operations.rs"]
pub(super) mod operations;
#[path = "../../../build/soundness.rs"]
pub(super) mod soundness;

/// Nobody reads what is generated here.
fn pretty(_: &proc_macro2::TokenStream) -> String {
    String::new()
}
