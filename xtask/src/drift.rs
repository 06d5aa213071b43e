//! `cargo xtask drift`: what the vendor's pages say and the document does not.
//!
//! A page becomes tables ([`page`]), its cells facts ([`descriptions`], [`types`]);
//! so do the schemas of the document ([`schema`]). [`compare`] walks through both
//! side by side, and [`declared`] knows which differences are meant.

mod command;
mod compare;
mod conditions;
mod declared;
mod descriptions;
mod facts;
mod grid;
mod limits;
mod markup;
mod operation;
mod page;
mod rendered;
mod report;
mod restructured;
mod rows;
mod schema;
mod sentences;
mod tables;
#[cfg(test)]
mod tests;
mod types;
mod words;

pub(crate) use command::{Arguments, USAGE, parse, run};
