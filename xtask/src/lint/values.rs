//! Defaults and examples are values of their schemas.

use std::collections::HashMap;

use jsonschema::{Draft, Registry, Validator};
use serde_json::json;

use super::parts::{Part, holders, schemas};
use crate::document::{Document, Fault};

/// The name of the document where schemas of JSON Schema refer to it.
const NAME: &str = "document:/";

/// Knows the schemas of a document; each is compiled once.
struct Judge {
    registry: Option<Registry<'static>>,
    validators: HashMap<String, Option<Validator>>,
}

impl Judge {
    fn new(document: &Document) -> Self {
        let registry = Registry::new().draft(Draft::Draft4).add(NAME, document.json_schema());
        let registry = registry.and_then(|registry| registry.prepare()).ok();
        Self { registry, validators: HashMap::new() }
    }

    /// The schema at a pointer; none for what is no schema.
    fn validator(&mut self, pointer: &str) -> Option<&Validator> {
        let compile = || {
            // A reference in a URL: braces stand in paths.
            let place = pointer.replace('%', "%25").replace('{', "%7B").replace('}', "%7D");
            let schema = json!({ "$ref": format!("{NAME}#{place}") });
            let options = jsonschema::options().with_draft(Draft::Draft4);
            options.with_registry(self.registry.as_ref()?).build(&schema).ok()
        };
        if !self.validators.contains_key(pointer) {
            let validator = compile();
            self.validators.insert(pointer.to_owned(), validator);
        }
        self.validators.get(pointer)?.as_ref()
    }

    /// What is wrong with a value, each at its place.
    fn faults(&mut self, schema: &Part<'_>, value: &Part<'_>) -> Vec<Fault> {
        let Some(validator) = self.validator(&schema.pointer) else { return Vec::new() };
        let fault = |error: jsonschema::ValidationError<'_>| {
            let pointer = format!("{}{}", value.pointer, error.instance_path());
            Fault::at(pointer, format!("is no value of its schema: {}", error.masked()))
        };
        validator.iter_errors(value.value).map(fault).collect()
    }
}

pub(super) fn defaults(document: &Document) -> Vec<Fault> {
    of_schemas(&mut Judge::new(document), document, "default")
}

/// The single examples of schemas, and those of bodies, parameters and headers.
pub(super) fn examples(document: &Document) -> Vec<Fault> {
    let mut judge = Judge::new(document);
    let mut faults = of_schemas(&mut judge, document, "example");
    for holder in holders(document) {
        let Some(schema) = holder.get("schema") else { continue };
        let named = holder.members_of("examples");
        let named = named.filter_map(|(_, example)| example.resolved()?.get("value"));
        for value in named.chain(holder.get("example")) {
            faults.extend(judge.faults(&schema, &value));
        }
    }
    faults
}

fn of_schemas(judge: &mut Judge, document: &Document, keyword: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for schema in schemas(document) {
        if let Some(value) = schema.get(keyword) {
            faults.extend(judge.faults(&schema, &value));
        }
    }
    faults
}
