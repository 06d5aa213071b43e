//! What a change does to users of the library, by how the build derives it.

use serde_json::Value;

use super::changes::Change;
use crate::document::Document;

/// The gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Breaking,
    Compatible,
    DocsOnly,
}

use Class::{Breaking, Compatible, DocsOnly};

impl Class {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Breaking => "breaking",
            Compatible => "compatible",
            DocsOnly => "docs only",
        }
    }
}

/// Whether a part came, went, or became another one.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Added,
    Removed,
    Changed,
}

use Kind::{Added, Changed, Removed};

pub(super) fn of(change: &Change<'_>, old: &Document, new: &Document) -> (Class, String) {
    let kind = match (change.old, change.new) {
        (None, _) => Added,
        (_, None) => Removed,
        _ => Changed,
    };
    let steps: Vec<String> = change
        .pointer
        .split('/')
        .skip(1)
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (class, what) = class(&steps, kind, change, old, new);
    let what = match (change.old, change.new) {
        (Some(old), Some(new)) if is_short(old) && is_short(new) => {
            format!("{what}: {old} became {new}")
        }
        (None, _) => format!("{what}: new"),
        (_, None) => format!("{what}: gone"),
        _ => format!("{what}: changed"),
    };
    (class, what)
}

fn is_short(value: &Value) -> bool {
    !value.is_object() && !value.is_array() && value.to_string().chars().count() < 60
}

/// Parts that people read and nothing derives.
const TEXTS: [&str; 9] = [
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "title",
    "x-enumDescriptions",
    "tags",
    "contact",
];

fn class(
    steps: &[&str],
    kind: Kind,
    change: &Change<'_>,
    old: &Document,
    new: &Document,
) -> (Class, &'static str) {
    let is_text = |step: &&str| TEXTS.contains(step);
    // In `properties`, these are names of fields.
    let inside_text = steps
        .iter()
        .enumerate()
        .any(|(at, step)| is_text(step) && (at == 0 || steps.get(at - 1) != Some(&"properties")));
    match steps {
        ["info", ..] | ["openapi"] => (DocsOnly, "about the document"),
        _ if inside_text => (DocsOnly, "text or example"),
        ["servers", .., "enum", _] => match kind {
            Removed => (Breaking, "a region"),
            _ => (Compatible, "a region"),
        },
        ["servers", ..] => (Compatible, "the address of the service"),
        ["x-identity-endpoints", _] => match kind {
            Removed => (Breaking, "an identity service"),
            _ => (Compatible, "an identity service"),
        },
        ["x-profiles", ..] => match kind {
            Removed => (Breaking, "a profile of `clouds.yaml`"),
            _ => (Compatible, "a profile of `clouds.yaml`"),
        },
        ["x-error-codes", _] => match kind {
            Removed => (Breaking, "an error code, a constant of `error_codes`"),
            _ => (Compatible, "an error code, a constant of `error_codes`"),
        },
        ["x-error-codes", _, "retry" | "may-mean-created"] => {
            (Compatible, "how a call goes on after an error code")
        }
        ["x-error-codes", _, "status"] => (DocsOnly, "the usual status of an error code"),
        ["paths", ..] => operation(steps, kind, change),
        ["components", "examples" | "headers" | "responses", ..] if !is_schema(steps) => {
            (DocsOnly, "of the documentation")
        }
        ["components", "schemas", name] => match kind {
            Added => (Compatible, "a type"),
            _ => (Breaking, if name.is_empty() { "a type without a name" } else { "a type" }),
        },
        ["components", "schemas", name, keyword @ ..] => {
            let is_request = [old, new].iter().any(|document| {
                document.request_schemas().is_ok_and(|names| names.contains(*name))
            });
            schema(keyword, kind, is_request, change, name, [old, new])
        }
        _ => (Breaking, "not known to this command, look at it"),
    }
}

/// Whether a part of the components holds what a type is made of.
fn is_schema(steps: &[&str]) -> bool {
    steps.contains(&"schema") && !steps.contains(&"headers")
}

fn operation(steps: &[&str], kind: Kind, change: &Change<'_>) -> (Class, &'static str) {
    match steps {
        [_, _] | [_, _, "get" | "put" | "post" | "delete" | "patch"] => match kind {
            Added => (Compatible, "an operation"),
            _ => (Breaking, "an operation"),
        },
        [.., "operationId"] => (Breaking, "the name of an operation"),
        [.., "x-max-response-bytes"] => match (kind, larger(change)) {
            (Added, _) | (Changed, Some(false)) => (Breaking, "the bound of an answer"),
            _ => (Compatible, "the bound of an answer"),
        },
        [.., "responses", status] if kind != Changed => match status.starts_with(['4', '5']) {
            true => (DocsOnly, "an error status; all have one type"),
            false => (Compatible, "a success status; any 2xx is taken"),
        },
        [.., "responses", _, "$ref"] => (DocsOnly, "an error status; all have one type"),
        [.., "headers", _] | [.., "headers", _, _] => (DocsOnly, "a header of an answer"),
        [.., "required"] if steps.contains(&"requestBody") => (DocsOnly, "always sent"),
        _ => (Breaking, "what an operation takes or gives"),
    }
}

/// Whether a figure grew.
fn larger(change: &Change<'_>) -> Option<bool> {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    Some(number(change.new)? > number(change.old)?)
}

fn schema(
    steps: &[&str],
    kind: Kind,
    is_request: bool,
    change: &Change<'_>,
    name: &str,
    documents: [&Document; 2],
) -> (Class, &'static str) {
    if let ["properties", field] = steps {
        return match kind {
            Removed => (Breaking, "a field"),
            _ if is_request && is_required(documents, name, field) => {
                (Breaking, "a field that must be set")
            }
            _ => (Compatible, "a field"),
        };
    }
    // What is said of a field is judged as what is said of a schema of its own.
    let own = match steps {
        ["properties", _, own @ ..] => own,
        own => own,
    };
    match own {
        ["required", _] => (Breaking, "whether a field must be there, and so its type"),
        ["enum", _] => match kind {
            Removed => (Breaking, "a value, a variant of its enumeration"),
            _ => (Compatible, "a value, a variant of its enumeration"),
        },
        ["x-weak" | "x-unsupported" | "x-reserved-ranges", ..] => {
            (Compatible, "a warning of validation")
        }
        ["x-open-enum" | "x-variant-names" | "x-spelling-of", ..] => {
            (Breaking, "the Rust names of an enumeration")
        }
        ["deprecated"] => (Compatible, "a warning of validation"),
        ["default"] => match kind {
            Added => (Compatible, "a default, a constant of `defaults`"),
            _ => (Breaking, "a default, a constant of `defaults`"),
        },
        ["minLength" | "minimum" | "minItems"] => limit(kind, larger(change) == Some(false)),
        ["maxLength" | "maximum" | "maxItems"] => limit(kind, larger(change) == Some(true)),
        ["pattern" | "x-character-set" | "x-character-classes", ..] => {
            (Breaking, "the characters that validation allows")
        }
        ["x-address-block" | "x-excluded-block" | "x-prefix-length"] => {
            (Breaking, "the addresses that validation allows")
        }
        ["additionalProperties"] if is_request => (Breaking, "whether unknown keys are refused"),
        ["additionalProperties"] => (Compatible, "unknown fields are ignored anyway"),
        ["nullable"] => (Breaking, "whether a field may be null, and so its type"),
        ["writeOnly"] => match kind {
            Removed => (Breaking, "whether a field is kept out of errors"),
            _ => (Compatible, "whether a field is kept out of errors"),
        },
        ["type" | "format" | "$ref" | "allOf" | "items", ..] => (Breaking, "the type of a field"),
        _ => (Breaking, "not known to this command, look at it"),
    }
}

/// A limit of what is sent; one that goes takes its constant along.
fn limit(kind: Kind, is_wider: bool) -> (Class, &'static str) {
    match (kind, is_wider) {
        (Changed, true) => (Compatible, "a limit, a constant of `limits`"),
        _ => (Breaking, "a limit, a constant of `limits`"),
    }
}

fn is_required(documents: [&Document; 2], name: &str, field: &str) -> bool {
    let [_, new] = documents;
    let pointer = format!("/components/schemas/{name}/required");
    let required = new.root().pointer(&pointer).and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(field)))
}
