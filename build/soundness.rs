//! Mistakes at which the generator would panic, or would generate something unintended.

use super::document::{Document, Fault};
use super::part::Part;

/// Every `$ref` must refer to a part of this document.
pub(crate) fn check_references(document: &Document) -> Result<(), Fault> {
    for part in Part::root(document).all() {
        if let (Some(reference), None) = (part.text("$ref"), part.resolved()) {
            let message = format!("`{reference}` does not exist in this document");
            return Err(part.fault_of("$ref", message));
        }
    }
    Ok(())
}

/// Names must be names in Rust, and required properties must exist.
pub(crate) fn check_schemas(document: &Document) -> Result<(), Fault> {
    for (name, schema) in document.schemas() {
        schema.check_name(name)?;
        for (name, property) in schema.members_of("properties") {
            property.check_name(name)?;
        }
        for required in schema.items_of("required") {
            let mut properties = schema.members_of("properties");
            if !properties.any(|(name, _)| required.value == name) {
                let message = format!("{} is not a property of this schema", required.value);
                return Err(required.fault(message));
            }
        }
    }
    Ok(())
}
