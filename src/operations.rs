//! The fence around the table of operations, which the build derives from the document.

use crate::document::operation::Operation;

include!(concat!(env!("OUT_DIR"), "/operations.rs"));

/// The operation with this id, if the document describes it.
pub(crate) fn find(id: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.id == id)
}

/// The operation that a request is for, with the parameters of its path.
#[cfg(feature = "simulator")]
pub(crate) fn of_request<'a>(
    method: &http::Method,
    path: &'a str,
) -> Option<(&'static Operation, Vec<(&'static str, &'a str)>)> {
    OPERATIONS
        .iter()
        .filter(|operation| operation.method == method)
        .find_map(|operation| Some((operation, operation.parameters(path)?)))
}

/// The methods of the operations on a path: `GET, POST`.
#[cfg(feature = "simulator")]
pub(crate) fn methods_of(path: &str) -> String {
    let on_path = OPERATIONS.iter().filter(|operation| operation.parameters(path).is_some());
    on_path.map(|operation| operation.method.as_str()).collect::<Vec<_>>().join(", ")
}
