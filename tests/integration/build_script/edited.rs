//! The document with edits, by JSON pointer: where it is written by hand, in YAML, a line
//! would have to stand once.

use serde_json::Value;

use crate::support::document;

/// A document. It is written as JSON, which is YAML too.
#[derive(Clone)]
pub(crate) struct Edited(Value);

impl Edited {
    pub(crate) fn document() -> Self {
        Self(document())
    }

    /// Sets, replaces or adds what stands at `pointer`; `-` is the end of a list.
    #[track_caller]
    pub(crate) fn set(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let key = key.replace("~1", "/");
        match self.0.pointer_mut(parent) {
            Some(Value::Object(parent)) => _ = parent.insert(key, value.into()),
            Some(Value::Array(parent)) if key == "-" => parent.push(value.into()),
            Some(Value::Array(parent)) => parent[key.parse::<usize>().unwrap()] = value.into(),
            other => panic!("{parent} of {pointer} is {other:?}"),
        }
        self
    }

    #[track_caller]
    pub(crate) fn remove(mut self, pointer: &str) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let removed = match self.0.pointer_mut(parent) {
            Some(Value::Object(parent)) => parent.remove(&key.replace("~1", "/")),
            Some(Value::Array(parent)) => Some(parent.remove(key.parse().unwrap())),
            _ => None,
        };
        removed.unwrap_or_else(|| panic!("there is no {pointer}"));
        self
    }
}

impl std::fmt::Display for Edited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}
