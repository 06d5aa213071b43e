//! The document can be read, and is of the version that the project writes.

use openapiv3::{OpenAPI, Operation, Parameter, Response, Schema};
use serde_json::Value;
use serde_path_to_error::{Error, Segment, deserialize};

use super::parts::{Part, operations, parameters, responses, schemas};
use crate::document::{Document, Fault, step};

const VERSION: &str = "3.0.3";

/// Every part is read by itself: the reader of the whole document stops at the
/// first fault, and knows its place only roughly.
pub(super) fn readable(document: &Document) -> Vec<Fault> {
    let responses =
        operations(document).flat_map(|operation| responses(&operation)).map(|(_, it)| it);
    let faults: Vec<_> = schemas(document)
        .iter()
        .filter_map(|schema| unreadable(schema, deserialize::<_, Schema>))
        .chain(parameters(document).filter_map(|it| unreadable(&it, deserialize::<_, Parameter>)))
        .chain(responses.filter_map(|it| unreadable(&it, deserialize::<_, Response>)))
        .chain(operations(document).filter_map(|it| unreadable(&it, deserialize::<_, Operation>)))
        .chain(unreadable(&Part::root(document), deserialize::<_, OpenAPI>))
        .collect();
    let innermost = |fault: &&Fault| {
        let inside = format!("{}/", fault.pointer);
        !faults.iter().any(|other| other.pointer.starts_with(&inside))
    };
    let mut found: Vec<Fault> = Vec::new();
    for fault in faults.iter().filter(innermost) {
        if found.iter().all(|known| known.pointer != fault.pointer) {
            found.push(Fault::at(fault.pointer.clone(), &fault.message));
        }
    }
    found
}

fn unreadable<'a, T>(
    part: &Part<'a>,
    read: impl FnOnce(&'a Value) -> Result<T, Error<serde_json::Error>>,
) -> Option<Fault> {
    let error = read(part.value).err()?;
    let path: String = error.path().iter().map(pointer_step).collect();
    let message = format!("is not valid OpenAPI: {}", error.inner());
    Some(Fault::at(part.pointer.clone() + &path, message))
}

fn pointer_step(segment: &Segment) -> String {
    match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => step(key),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    }
}

pub(super) fn version(document: &Document) -> Vec<Fault> {
    let root = Part::root(document);
    if root.text("openapi") == Some(VERSION) {
        return Vec::new();
    }
    vec![root.fault_of("openapi", format!("must be {VERSION}, which the client's generator reads"))]
}
