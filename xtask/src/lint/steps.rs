//! The steps of the library's build that need no generator.

#![allow(dead_code, reason = "the build uses the rest")]

use crate::document;

#[path = "../../../build/addresses.rs"]
mod addresses;
#[path = "../../../build/characters.rs"]
mod characters;
#[path = "../../../build/checks.rs"]
pub(super) mod checks;
#[path = "../../../build/endpoints.rs"]
pub(super) mod endpoints;
#[path = "../../../build/enumerations.rs"]
pub(super) mod enumerations;
#[path = "../../../build/error_codes.rs"]
pub(super) mod error_codes;
#[path = "../../../build/names.rs"]
mod names;
#[path = "../../../build/operations.rs"]
pub(super) mod operations;
#[path = "../../../build/own_types.rs"]
mod own_types;
#[path = "../../../build/parameters.rs"]
mod parameters;
#[path = "../../../build/requests.rs"]
pub(super) mod requests;
#[path = "../../../build/soundness.rs"]
pub(super) mod soundness;

/// Nobody reads what is generated here.
fn pretty(_: &proc_macro2::TokenStream) -> String {
    String::new()
}
