//! What differs between two trees.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::step;

/// A part that is there in one tree only, or is another one.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) pointer: String,
    pub(super) old: Option<&'a Value>,
    pub(super) new: Option<&'a Value>,
}

pub(super) fn between<'a>(old: &'a Value, new: &'a Value) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    walk("", old, new, &mut changes);
    changes
}

fn walk<'a>(pointer: &str, old: &'a Value, new: &'a Value, changes: &mut Vec<Change<'a>>) {
    match (old, new) {
        (Value::Object(before), Value::Object(after)) => {
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for name in names {
                let pointer = format!("{pointer}{}", step(name));
                part(&pointer, before.get(name), after.get(name), changes);
            }
        }
        (Value::Array(before), Value::Array(after)) if is_set(before) && is_set(after) => {
            for value in before.iter().filter(|value| !after.contains(value)) {
                changes.push(item(pointer, value, Some(value), None));
            }
            for value in after.iter().filter(|value| !before.contains(value)) {
                changes.push(item(pointer, value, None, Some(value)));
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for index in 0..before.len().max(after.len()) {
                let pointer = format!("{pointer}/{index}");
                part(&pointer, before.get(index), after.get(index), changes);
            }
        }
        (old, new) if old == new => {}
        (old, new) => {
            changes.push(Change { pointer: pointer.to_owned(), old: Some(old), new: Some(new) });
        }
    }
}

fn part<'a>(
    pointer: &str,
    old: Option<&'a Value>,
    new: Option<&'a Value>,
    changes: &mut Vec<Change<'a>>,
) {
    match (old, new) {
        (Some(old), Some(new)) => walk(pointer, old, new, changes),
        (None, None) => {}
        (old, new) => changes.push(Change { pointer: pointer.to_owned(), old, new }),
    }
}

/// Whether the order of a list means nothing: each text in it stands there once.
fn is_set(list: &[Value]) -> bool {
    let texts: BTreeSet<_> = list.iter().filter_map(Value::as_str).collect();
    texts.len() == list.len()
}

/// A member of a set; its pointer names it instead of its place.
fn item<'a>(
    pointer: &str,
    value: &Value,
    old: Option<&'a Value>,
    new: Option<&'a Value>,
) -> Change<'a> {
    let pointer = format!("{pointer}{}", step(value.as_str().unwrap_or_default()));
    Change { pointer, old, new }
}
