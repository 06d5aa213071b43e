//! The document as a JSON tree that knows the line and column of each part.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Value};

use super::part::Part;

/// A mistake in the document, and the JSON pointer of the part that has it.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The rule that it breaks; the step that found it sets this.
    pub(crate) rule: &'static str,
    pub(crate) pointer: String,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn at(pointer: impl Into<String>, message: impl Display) -> Self {
        Self { rule: "", pointer: pointer.into(), message: message.to_string() }
    }

    /// Whether this is about the same place as another fault, or about a part of it, so
    /// that the other one follows from it.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        let rest = self.pointer.strip_prefix(&other.pointer);
        // One without a place is about the whole document.
        !other.pointer.is_empty()
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// The faults that the steps of the build find, each under the name of its rule.
#[derive(Default)]
pub(crate) struct Faults {
    rule: &'static str,
    pub(crate) found: Vec<Fault>,
}

impl Faults {
    /// Under the name of a rule from here on.
    pub(crate) fn of(&mut self, rule: &'static str) -> &mut Self {
        self.rule = rule;
        self
    }

    /// What is good among the results.
    pub(crate) fn keep<T>(
        &mut self,
        results: impl IntoIterator<Item = Result<T, Fault>>,
    ) -> Vec<T> {
        results.into_iter().filter_map(|result| self.keep_one(result)).collect()
    }

    pub(crate) fn keep_one<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        let rule = self.rule;
        let fault = match result {
            Ok(value) => return Some(value),
            Err(fault) => Fault { rule, ..fault },
        };
        if !self.found.iter().any(|other| other.is_within(&fault)) {
            self.found.push(fault);
        }
        None
    }
}

/// The document: its tree, and the line and column of every part.
pub(crate) struct Document {
    pub(crate) name: String,
    root: Value,
    positions: HashMap<String, (usize, usize)>,
}

impl Document {
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, String> {
        let loaded = MarkedYaml::load_from_str(text).map_err(|e| {
            let at = e.marker();
            format!("{name}:{}:{}: {}", at.line(), at.col() + 1, e.info())
        })?;
        let [yaml] = loaded.as_slice() else {
            let count = loaded.len();
            return Err(format!("{name}: must hold exactly one YAML document, holds {count}"));
        };
        let (root, positions) = (Value::Null, HashMap::new());
        let mut document = Self { name: name.to_owned(), root, positions };
        let root = to_json(yaml, "", &mut document.positions);
        document.root = root.map_err(|fault| document.locate(&Fault { rule: "yaml", ..fault }))?;
        Ok(document)
    }

    /// A document of a tree, for tests that edit one. It knows no positions.
    #[cfg(test)]
    pub(crate) fn of_tree(root: Value) -> Self {
        Self { name: "tree".to_owned(), root, positions: HashMap::new() }
    }

    /// The fault with its file, line and column, and the rule that it breaks.
    fn locate(&self, fault: &Fault) -> String {
        let (line, column) = self.position(&fault.pointer);
        let pointer = if fault.pointer.is_empty() { "/" } else { &fault.pointer };
        format!("{}:{line}:{column}: {}: {pointer}: {}", self.name, fault.rule, fault.message)
    }

    /// The faults, one a line.
    pub(crate) fn locate_all(&self, faults: &[Fault]) -> String {
        faults.iter().map(|fault| self.locate(fault)).collect::<Vec<_>>().join("\n")
    }

    /// Line and column of the nearest part that the file holds.
    pub(crate) fn position(&self, pointer: &str) -> (usize, usize) {
        let mut at = pointer;
        loop {
            match (self.positions.get(at), at.rfind('/')) {
                (Some(position), _) => return *position,
                (None, Some(parent)) => at = at.split_at(parent).0,
                (None, None) => return (1, 1),
            }
        }
    }

    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// A part of the document that must be there.
    pub(crate) fn part(&self, pointer: &str) -> Result<Part<'_>, Fault> {
        let missing = || Fault::at(pointer, "is missing from the document");
        Part::at(self, pointer).ok_or_else(missing)
    }

    /// The component schemas, by name and in the order of the document.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = (&str, Part<'_>)> {
        let schemas = Part::at(self, "/components/schemas");
        schemas.into_iter().flat_map(|schemas| schemas.members())
    }

    /// Names of the component schemas that request bodies and parameters refer to,
    /// directly or through others.
    pub(crate) fn request_schemas(&self) -> Result<BTreeSet<String>, Fault> {
        let mut references = BTreeSet::new();
        for part in self.part("/paths")?.all() {
            for request in ["requestBody", "parameters"].iter().filter_map(|name| part.get(name)) {
                request.references(&mut references);
            }
        }
        Ok(references.into_iter().filter_map(schema_name).map(str::to_owned).collect())
    }

    /// The document for a JSON Schema library of draft 4: `nullable`, which that draft
    /// does not know, becomes a second type.
    pub(crate) fn json_schema(&self) -> Value {
        let mut root = self.root.clone();
        allow_null(&mut root);
        root
    }
}

/// The schema that a reference such as `#/components/schemas/Psk` names.
pub(crate) fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

pub(crate) fn schema_pointer(name: &str) -> String {
    format!("/components/schemas/{name}")
}

/// A member of a JSON object as a step of a JSON pointer.
pub(crate) fn step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn allow_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.shift_remove("nullable") == Some(Value::Bool(true))
                && let Some(kind) = members.get_mut("type")
            {
                *kind = Value::from(vec![kind.take(), Value::from("null")]);
            }
            members.values_mut().for_each(allow_null);
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}

fn to_json(
    node: &MarkedYaml<'_>,
    pointer: &str,
    positions: &mut HashMap<String, (usize, usize)>,
) -> Result<Value, Fault> {
    let start = node.span.start;
    // The position of a member is that of its key, which is set already.
    positions.entry(pointer.to_owned()).or_insert((start.line(), start.col() + 1));
    match &node.data {
        YamlData::Value(Scalar::Null) => Ok(Value::Null),
        YamlData::Value(Scalar::Boolean(value)) => Ok(Value::from(*value)),
        YamlData::Value(Scalar::Integer(value)) => Ok(Value::from(*value)),
        YamlData::Value(Scalar::String(text)) => Ok(Value::from(text.as_ref())),
        YamlData::Value(Scalar::FloatingPoint(_)) => {
            Err(Fault::at(pointer, "must not be a fraction: quote it to make it a string"))
        }
        YamlData::Sequence(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| to_json(item, &format!("{pointer}/{index}"), positions))
            .collect(),
        YamlData::Mapping(members) => members
            .iter()
            .map(|(key, member)| {
                let YamlData::Value(Scalar::String(name)) = &key.data else {
                    return Err(Fault::at(pointer, "has a key that is not a string"));
                };
                let pointer = format!("{pointer}{}", step(name));
                let at = key.span.start;
                positions.insert(pointer.clone(), (at.line(), at.col() + 1));
                Ok((name.to_string(), to_json(member, &pointer, positions)?))
            })
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        _ => Err(Fault::at(pointer, "must be plain YAML: tags and aliases are not allowed")),
    }
}
