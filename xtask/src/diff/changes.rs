//! What differs between two documents.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::{Document, step};

/// Something that is there in one document only, or is another thing in each.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) subject: Subject,
    /// What it is called: members of a set and parameters by their names.
    pub(super) pointer: String,
    /// Where it stands in the document that holds it.
    pub(super) place: String,
    pub(super) old: Option<&'a Value>,
    pub(super) new: Option<&'a Value>,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Subject {
    Part,
    /// The body of an operation's success.
    Success,
    /// The body of its errors.
    Errors,
}

/// Lists whose order means nothing, and of which none is as good as an empty one.
const SETS: [&str; 5] = ["required", "tags", "x-weak", "x-unsupported", "x-reserved-ranges"];

/// Where the order of texts means something.
const ORDERED: &str = "/x-profiles/";

/// Everything that differs. Order and comments make no difference.
pub(super) fn between<'a>(old: &'a Document, new: &'a Document) -> Vec<Change<'a>> {
    let mut walker = Walker { old, new, changes: Vec::new() };
    walker.walk(&At::default(), old.root(), new.root());
    walker.changes
}

/// Where the walk is: as reports call it, and in each document.
#[derive(Clone, Default)]
struct At {
    shown: String,
    old: String,
    new: String,
}

impl At {
    fn member(&self, name: &str) -> Self {
        let [shown, old, new] =
            [&self.shown, &self.old, &self.new].map(|pointer| pointer.clone() + &step(name));
        Self { shown, old, new }
    }

    /// An item of two lists, called `name`.
    fn item(&self, name: &str, old: usize, new: usize) -> Self {
        Self {
            shown: self.shown.clone() + &step(name),
            old: format!("{}/{old}", self.old),
            new: format!("{}/{new}", self.new),
        }
    }

    /// Whether this is an operation: `/paths/PATH/METHOD`.
    fn is_operation(&self) -> bool {
        self.shown.starts_with("/paths/") && self.shown.matches('/').count() == 3
    }
}

struct Walker<'a> {
    old: &'a Document,
    new: &'a Document,
    changes: Vec<Change<'a>>,
}

impl<'a> Walker<'a> {
    fn push(&mut self, subject: Subject, at: &At, old: Option<&'a Value>, new: Option<&'a Value>) {
        let place = if new.is_some() { at.new.clone() } else { at.old.clone() };
        self.changes.push(Change { subject, pointer: at.shown.clone(), place, old, new });
    }

    fn walk(&mut self, at: &At, old: &'a Value, new: &'a Value) {
        // Operations differ too when something to which they refer does.
        let refers = at.shown.is_empty() || at.shown.starts_with("/paths");
        if old == new && !refers {
            return;
        }
        match (old, new) {
            (Value::Object(before), Value::Object(after)) => {
                let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
                for name in names {
                    self.member(at, name, old, new);
                }
            }
            (Value::Array(before), Value::Array(after))
                if is_set(before) && is_set(after) && !at.shown.starts_with(ORDERED) =>
            {
                self.set(at, before, after);
            }
            (Value::Array(before), Value::Array(after)) => {
                for index in 0..before.len().max(after.len()) {
                    let at = at.item(&index.to_string(), index, index);
                    self.part(&at, before.get(index), after.get(index));
                }
            }
            (old, new) if old == new => {}
            (old, new) => self.push(Subject::Part, at, Some(old), Some(new)),
        }
    }

    fn part(&mut self, at: &At, old: Option<&'a Value>, new: Option<&'a Value>) {
        match (old, new) {
            (Some(old), Some(new)) => self.walk(at, old, new),
            (None, None) => {}
            (old, new) => self.push(Subject::Part, at, old, new),
        }
    }

    /// The member `name` of two objects, which need not have it both.
    fn member(&mut self, owner: &At, name: &str, before: &'a Value, after: &'a Value) {
        let at = owner.member(name);
        let (old, new) = (before.get(name), after.get(name));
        if let (Some(olds), Some(news)) = (list(old), list(new)) {
            let is_empty = olds.is_empty() && news.is_empty();
            if name == "required" && !is_empty {
                return self.required(&at, [before, after], olds, news);
            }
            if SETS.contains(&name) && is_set(olds) && is_set(news) && !is_empty {
                return self.set(&at, olds, news);
            }
            if name == "parameters" && self.parameters(&at, olds, news) {
                return;
            }
        }
        if name == "responses" && owner.is_operation() {
            self.answers(&at, old, new);
        }
        self.part(&at, old, new);
    }

    fn set(&mut self, at: &At, before: &'a [Value], after: &'a [Value]) {
        let name = |value: &'a Value| value.as_str().unwrap_or_default();
        for (index, value) in before.iter().enumerate().filter(|(_, it)| !after.contains(it)) {
            self.push(Subject::Part, &at.item(name(value), index, 0), Some(value), None);
        }
        for (index, value) in after.iter().enumerate().filter(|(_, it)| !before.contains(it)) {
            self.push(Subject::Part, &at.item(name(value), 0, index), None, Some(value));
        }
    }

    /// The names of required fields. A field that comes or goes is a change itself,
    /// which says whether it is required.
    fn required(&mut self, at: &At, owners: [&Value; 2], before: &'a [Value], after: &'a [Value]) {
        let from = self.changes.len();
        self.set(at, before, after);
        let is_own = |change: &Change<'a>| {
            let name = change.old.or(change.new).and_then(Value::as_str).unwrap_or_default();
            let has = |owner: &Value| owner.get("properties").and_then(|it| it.get(name)).is_some();
            let [old, new] = owners;
            has(old) == has(new)
        };
        let found = self.changes.split_off(from);
        self.changes.extend(found.into_iter().filter(is_own));
    }

    /// Parameters, by place and name. False if some are none.
    fn parameters(&mut self, at: &At, before: &'a [Value], after: &'a [Value]) -> bool {
        let named = |document, list| parameters(document, list);
        let (Some(olds), Some(news)) = (named(self.old, before), named(self.new, after)) else {
            return false;
        };
        for (index, old) in olds.iter().enumerate() {
            let found = news.iter().position(|new| old.is(new));
            let at = at.item(old.key.1, index, found.unwrap_or_default());
            match found.and_then(|found| news.get(found)) {
                None => self.push(Subject::Part, &at, Some(old.value), None),
                // What both refer to is a part of its own.
                Some(new) if old.reference.is_some() && old.reference == new.reference => {}
                Some(new) => self.walk(&at, old.value, new.value),
            }
        }
        for (index, new) in news.iter().enumerate() {
            if !olds.iter().any(|old| old.is(new)) {
                self.push(Subject::Part, &at.item(new.key.1, 0, index), None, Some(new.value));
            }
        }
        true
    }

    /// What an operation answers with: one type for its successes, one for its errors.
    fn answers(&mut self, at: &At, old: Option<&'a Value>, new: Option<&'a Value>) {
        let success = |status: &str| status.starts_with('2');
        let (before, after) = (bodies(self.old, old, success), bodies(self.new, new, success));
        // The first success is the one that is read.
        let (before, after) = (before.first().copied(), after.first().copied());
        if !are_alike(before, after) {
            self.push(Subject::Success, at, before.map(|it| it.1), after.map(|it| it.1));
        }
        let error = |status: &str| status.starts_with(['4', '5']);
        let (before, after) = (bodies(self.old, old, error), bodies(self.new, new, error));
        let lacks = |all: &[Body<'_>], one: &Body<'_>| !all.iter().any(|it| it.1 == one.1);
        let gone = before.iter().find(|it| lacks(&after, it));
        let come = after.iter().find(|it| lacks(&before, it));
        if gone.is_some() || come.is_some() {
            self.push(Subject::Errors, at, gone.map(|it| it.1), come.map(|it| it.1));
        }
    }
}

/// A body: what the response refers to, if it does; and the type, as the reference to
/// a schema or as the schema itself.
type Body<'a> = (Option<&'a Value>, &'a Value);

/// The JSON bodies of the responses whose status is of a kind.
fn bodies<'a>(
    document: &'a Document,
    responses: Option<&'a Value>,
    is_of_kind: impl Fn(&str) -> bool,
) -> Vec<Body<'a>> {
    let responses = responses.and_then(Value::as_object).into_iter().flatten();
    let body = |response: &'a Value| {
        let schema = document.resolve(response).pointer("/content/application~1json/schema")?;
        Some((response.get("$ref"), schema.get("$ref").unwrap_or(schema)))
    };
    responses.filter(|(status, _)| is_of_kind(status)).filter_map(|(_, it)| body(it)).collect()
}

/// Whether two bodies are of one type. What differs inside of a schema that is written
/// out where both are is found there.
fn are_alike(old: Option<Body<'_>>, new: Option<Body<'_>>) -> bool {
    match (old, new) {
        (Some((_, old)), Some((_, new))) if old == new => true,
        (Some((from, old)), Some((to, new))) => from == to && old.is_object() && new.is_object(),
        (old, new) => old.is_none() && new.is_none(),
    }
}

/// A parameter: its place and name, what it refers to, and what it is in the end.
struct Parameter<'a> {
    key: (&'a str, &'a str),
    reference: Option<&'a Value>,
    value: &'a Value,
}

impl Parameter<'_> {
    /// Whether this is another edition of `other`.
    fn is(&self, other: &Self) -> bool {
        self.key == other.key || self.reference.is_some() && self.reference == other.reference
    }
}

fn parameters<'a>(document: &'a Document, list: &'a [Value]) -> Option<Vec<Parameter<'a>>> {
    let parameter = |written: &'a Value| {
        let value = document.resolve(written);
        let text = |key| value.get(key).and_then(Value::as_str);
        Some(Parameter { key: (text("in")?, text("name")?), reference: written.get("$ref"), value })
    };
    list.iter().map(parameter).collect()
}

/// A list; an empty one for what is not there.
fn list(value: Option<&Value>) -> Option<&[Value]> {
    match value {
        None => Some(&[]),
        Some(value) => value.as_array().map(Vec::as_slice),
    }
}

/// Whether the order of a list means nothing: each text in it stands there once.
fn is_set(list: &[Value]) -> bool {
    let texts: BTreeSet<_> = list.iter().filter_map(Value::as_str).collect();
    texts.len() == list.len()
}
