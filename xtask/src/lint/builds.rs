//! What the library's build refuses, as far as it derives things itself: its generator
//! is not run.

use super::steps;
use crate::document::{Document, Fault};

/// The build stops at its first fault, and so does this.
pub(super) fn refused(document: &Document) -> Vec<Fault> {
    let message = |fault: Fault| {
        Fault::at(fault.pointer, format!("the library does not build: {}", fault.message))
    };
    derived(document).err().map(message).into_iter().collect()
}

/// In the order of `build/mod.rs`. Other rules look at references, and tell them from
/// data of examples.
fn derived(document: &Document) -> Result<(), Fault> {
    steps::soundness::check_schemas(document)?;
    let operations = steps::operations::read(document)?;
    let enumerations = steps::enumerations::read(document)?;
    let fields = steps::fields::read(document, &operations, &enumerations)?;
    steps::limits::rust(&fields)?;
    steps::defaults::rust(&fields)?;
    steps::error_codes::rust(document)?;
    steps::endpoints::rust(document)?;
    steps::operations::rust(&operations)?;
    Ok(())
}
