//! What a change does to users of the library, by how the build derives it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::changes::{Change, Subject};
use crate::document::Document;

/// Most bytes of an answer where the document sets no bound: `MAX_BODY` of the
/// library's `src/transport/exchange.rs`.
const USUAL_BOUND: f64 = 1_048_576.0;

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

/// What a change is judged by besides itself.
pub(super) struct Judge<'a> {
    new: &'a Document,
    /// The schemas that requests of one of the documents are made of.
    requests: BTreeSet<String>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(old: &Document, new: &'a Document) -> Self {
        let names = [old, new].map(|document| document.request_schemas().unwrap_or_default());
        Self { new, requests: names.into_iter().flatten().collect() }
    }

    pub(super) fn judge(&self, change: &Change<'_>) -> (Class, String) {
        let kind = match (change.old, change.new) {
            (None, _) => Added,
            (_, None) => Removed,
            _ => Changed,
        };
        let (class, what) = match change.subject {
            Subject::Success => (Breaking, "the type of a success"),
            Subject::Errors => (Breaking, "the type of an error"),
            Subject::Part => self.part(kind, change),
        };
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

    fn part(&self, kind: Kind, change: &Change<'_>) -> (Class, &'static str) {
        let steps: Vec<String> = change
            .pointer
            .split('/')
            .skip(1)
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        match steps.as_slice() {
            ["info", ..] | ["openapi"] => (DocsOnly, "about the document"),
            steps if is_text(steps) => (DocsOnly, "text or example"),
            ["servers", .., "enum", _] => gone_is_breaking(kind, "a region"),
            ["servers", ..] => (Compatible, "the address of the service"),
            ["x-identity-endpoints", _] => gone_is_breaking(kind, "an identity service"),
            // The first region of a profile counts where none is given.
            ["x-profiles", ..] => match kind {
                Added => (Compatible, "a profile of `clouds.yaml`"),
                _ => (Breaking, "a profile of `clouds.yaml`"),
            },
            ["x-error-codes", _] => {
                gone_is_breaking(kind, "an error code, a constant of `error_codes`")
            }
            ["x-error-codes", _, "retry" | "already-there"] => {
                (Compatible, "how a call goes on after an error code")
            }
            ["x-error-codes", _, "status"] => (DocsOnly, "the usual status of an error code"),
            ["paths", _] | ["paths", _, "get" | "put" | "post" | "delete" | "patch"] => {
                (if kind == Added { Compatible } else { Breaking }, "an operation")
            }
            ["paths", _, "parameters", _, keyword @ ..]
            | ["paths", _, _, "parameters", _, keyword @ ..]
            | ["components", "parameters", _, keyword @ ..]
                if !keyword.is_empty() =>
            {
                self.parameter(keyword, kind, change)
            }
            ["paths", _, "parameters", _] | ["paths", _, _, "parameters", _] => {
                let value = change.new.and_then(|value| value.get("required"));
                match (kind, value) {
                    (Added, Some(Value::Bool(true))) => (Breaking, "a parameter that must be set"),
                    (Added, _) => (Compatible, "a parameter"),
                    _ => (Breaking, "a parameter"),
                }
            }
            ["paths", _, _, operation @ ..] => self.operation(operation, kind, change),
            ["components", "responses", _, answer @ ..] => self.answer(answer, kind, change),
            ["components", "examples" | "headers", ..] => (DocsOnly, "of the documentation"),
            // What uses it differs too, if that is more than a name.
            ["components", "parameters" | "requestBodies", _] => {
                (DocsOnly, "a part that operations may refer to")
            }
            ["components", "schemas", _] => match kind {
                Added => (Compatible, "a type"),
                _ => (Breaking, "a type"),
            },
            ["components", "schemas", name, keyword @ ..] => {
                self.schema(keyword, kind, self.requests.contains(*name), change)
            }
            _ => UNKNOWN,
        }
    }

    fn operation(&self, steps: &[&str], kind: Kind, change: &Change<'_>) -> (Class, &'static str) {
        match steps {
            ["operationId"] => (Breaking, "the name of an operation"),
            ["deprecated"] => (Compatible, "whether an operation is deprecated"),
            ["x-max-response-bytes"] => {
                let bound = |value: Option<&Value>| value.map_or(Some(USUAL_BOUND), Value::as_f64);
                match (bound(change.old), bound(change.new)) {
                    (Some(old), Some(new)) if new > old => (Compatible, "the bound of an answer"),
                    (Some(old), Some(new)) if new.total_cmp(&old).is_eq() => {
                        (DocsOnly, "the bound of an answer, which is the usual one")
                    }
                    _ => (Breaking, "the bound of an answer"),
                }
            }
            ["responses"] => (DocsOnly, "the statuses of an operation"),
            ["responses", status] | ["responses", status, "$ref"] => {
                match status.starts_with(['4', '5']) {
                    true => (DocsOnly, "an error status; all have one type"),
                    false => (Compatible, "a success status; any 2xx is taken"),
                }
            }
            ["responses", _, answer @ ..] => self.answer(answer, kind, change),
            ["requestBody", "required"] => (DocsOnly, "always sent"),
            ["requestBody", "content", _, "schema", keyword @ ..] if !keyword.is_empty() => {
                self.schema(keyword, kind, true, change)
            }
            ["requestBody", ..] => (Breaking, "what an operation takes"),
            _ => UNKNOWN,
        }
    }

    /// A part of a response. That its body became another type is told with the
    /// operations that have it.
    fn answer(&self, steps: &[&str], kind: Kind, change: &Change<'_>) -> (Class, &'static str) {
        match steps {
            ["headers", ..] => (DocsOnly, "a header of an answer"),
            ["content", _, "schema", "$ref"] => (DocsOnly, "to which type an answer refers"),
            ["content", _, "schema", keyword @ ..] if !keyword.is_empty() => {
                self.schema(keyword, kind, false, change)
            }
            ["content", ..] => (DocsOnly, "how an answer is written"),
            [] => (DocsOnly, "an answer that operations may refer to"),
            _ => UNKNOWN,
        }
    }

    fn parameter(&self, steps: &[&str], kind: Kind, change: &Change<'_>) -> (Class, &'static str) {
        match steps {
            ["deprecated"] => (Compatible, "whether a parameter is deprecated"),
            ["required"] if change.new == Some(&Value::Bool(true)) => {
                (Breaking, "a parameter that must be set")
            }
            ["required"] => (Compatible, "a parameter that may be left out"),
            ["schema", keyword @ ..] if !keyword.is_empty() => {
                self.schema(keyword, kind, true, change)
            }
            _ => (Breaking, "what an operation takes"),
        }
    }

    fn schema(
        &self,
        steps: &[&str],
        kind: Kind,
        is_request: bool,
        change: &Change<'_>,
    ) -> (Class, &'static str) {
        match steps {
            ["properties", _] => match kind {
                Removed => (Breaking, "a field"),
                _ if is_request && is_required(self.new, &change.place) => {
                    (Breaking, "a field that must be set")
                }
                _ => (Compatible, "a field"),
            },
            // What is said of a field or an item is judged as what is said of a schema
            // of its own.
            ["properties", _, own @ ..] | ["items", own @ ..] if !own.is_empty() => {
                self.schema(own, kind, is_request, change)
            }
            own => keyword(own, kind, is_request, change),
        }
    }
}

const UNKNOWN: (Class, &str) = (Breaking, "not known to this command, look at it");

fn gone_is_breaking(kind: Kind, what: &'static str) -> (Class, &'static str) {
    (if kind == Removed { Breaking } else { Compatible }, what)
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

/// Keywords after which a step is a name or a value, even if it reads like a keyword.
const NAMED: [&str; 18] = [
    "properties",
    "required",
    "enum",
    "schemas",
    "paths",
    "responses",
    "parameters",
    "requestBodies",
    "headers",
    "securitySchemes",
    "content",
    "variables",
    "x-error-codes",
    "x-identity-endpoints",
    "x-weak",
    "x-unsupported",
    "x-variant-names",
    "x-reserved-ranges",
];

/// Whether a part belongs to what people read.
fn is_text(steps: &[&str]) -> bool {
    let mut is_name = false;
    steps.iter().any(|step| {
        let is_text = !is_name && TEXTS.contains(step);
        is_name = !is_name && NAMED.contains(step);
        is_text
    })
}

/// Whether a figure grew.
fn larger(change: &Change<'_>) -> Option<bool> {
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    Some(number(change.new)? > number(change.old)?)
}

/// What a schema says of its own value.
fn keyword(
    steps: &[&str],
    kind: Kind,
    is_request: bool,
    change: &Change<'_>,
) -> (Class, &'static str) {
    match steps {
        ["required", _] => (Breaking, "whether a field must be there, and so its type"),
        ["enum", _] => gone_is_breaking(kind, "a value, a variant of its enumeration"),
        ["x-weak" | "x-unsupported" | "x-reserved-ranges", ..] => {
            (Compatible, "a warning of validation")
        }
        ["x-open-enum" | "x-variant-names" | "x-spelling-of", ..] => {
            (Breaking, "the Rust names of an enumeration")
        }
        ["deprecated"] if is_request => (Compatible, "a warning of validation"),
        ["deprecated"] => (DocsOnly, "whether a field is deprecated"),
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
        ["writeOnly"] if change.new == Some(&Value::Bool(true)) => {
            (Compatible, "whether a field is kept out of errors")
        }
        ["writeOnly"] => (Breaking, "whether a field is kept out of errors"),
        ["type" | "format" | "$ref" | "allOf" | "items" | "properties", ..] => {
            (Breaking, "the type of a field")
        }
        _ => UNKNOWN,
    }
}

/// A limit of what is sent; one that goes takes its constant along.
fn limit(kind: Kind, is_wider: bool) -> (Class, &'static str) {
    match (kind, is_wider) {
        (Changed, true) => (Compatible, "a limit, a constant of `limits`"),
        _ => (Breaking, "a limit, a constant of `limits`"),
    }
}

/// Whether the field that stands at a place of a document must be set.
fn is_required(document: &Document, place: &str) -> bool {
    let names = || {
        let (properties, field) = place.rsplit_once('/')?;
        let owner = document.root().pointer(properties.strip_suffix("/properties")?)?;
        let field = field.replace("~1", "/").replace("~0", "~");
        Some(owner.get("required")?.as_array()?.iter().any(|name| *name == field.as_str()))
    };
    names() == Some(true)
}
