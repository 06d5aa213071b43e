//! The document as a JSON tree that knows the line and column of each part.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::path::Path;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Value};

/// A component schema: its name, its pointer, and itself.
type NamedSchema<'a> = (&'a str, String, &'a Map<String, Value>);

/// A mistake in the document, and the JSON pointer of the part that has it.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) pointer: String,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn at(pointer: impl Into<String>, message: impl Display) -> Self {
        Self { pointer: pointer.into(), message: message.to_string() }
    }
}

/// The document: its tree, and the line and column of every part.
pub(crate) struct Document {
    name: String,
    root: Value,
    positions: HashMap<String, (usize, usize)>,
}

impl Document {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
        Self::parse(&name, &text)
    }

    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, String> {
        let loaded = MarkedYaml::load_from_str(text).map_err(|e| {
            let at = e.marker();
            format!("{name}:{}:{}: {}", at.line(), at.col() + 1, e.info())
        })?;
        let [yaml] = loaded.as_slice() else {
            return Err(format!(
                "{name}: must hold exactly one YAML document, holds {}",
                loaded.len()
            ));
        };
        let mut positions = HashMap::new();
        let root = to_json(yaml, "", &mut positions);
        let document = Self { name: name.to_owned(), root: Value::Null, positions };
        match root {
            Ok(root) => Ok(Self { root, ..document }),
            Err(fault) => Err(document.locate(&fault)),
        }
    }

    /// A document of a tree, for tests that edit one. It knows no positions.
    #[cfg(test)]
    pub(crate) fn of_tree(root: Value) -> Self {
        Self { name: "tree".to_owned(), root, positions: HashMap::new() }
    }

    /// The fault with its file, line and column.
    pub(crate) fn locate(&self, fault: &Fault) -> String {
        let (line, column) = self.position(&fault.pointer);
        let pointer = if fault.pointer.is_empty() { "/" } else { &fault.pointer };
        format!("{}:{line}:{column}: {pointer}: {}", self.name, fault.message)
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
    pub(crate) fn part(&self, pointer: &str) -> Result<&Value, Fault> {
        self.root.pointer(pointer).ok_or_else(|| Fault::at(pointer, "is missing from the document"))
    }

    /// An object of the document that must be there.
    pub(crate) fn object(&self, pointer: &str) -> Result<&Map<String, Value>, Fault> {
        self.part(pointer)?.as_object().ok_or_else(|| Fault::at(pointer, "must be an object"))
    }

    /// Every component schema, in the order of the document.
    pub(crate) fn schemas(&self) -> Result<Vec<NamedSchema<'_>>, Fault> {
        self.object("/components/schemas")?
            .iter()
            .map(|(name, schema)| {
                let pointer = schema_pointer(name);
                check_name(&pointer, name)?;
                match schema.as_object() {
                    Some(schema) => Ok((name.as_str(), pointer, schema)),
                    None => Err(Fault::at(pointer, "must be an object")),
                }
            })
            .collect()
    }

    /// The part that `value` refers to, or `value` itself.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let reference = value.get("$ref").and_then(Value::as_str);
        let target =
            reference.and_then(|reference| self.root.pointer(reference.strip_prefix('#')?));
        target.unwrap_or(value)
    }

    /// Every `$ref` must refer to a part of this document.
    pub(crate) fn check_references(&self) -> Result<(), Fault> {
        let mut fault = None;
        visit(&self.root, "", &mut |pointer, value| {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return };
            let target = reference.strip_prefix('#').and_then(|target| self.root.pointer(target));
            if target.is_none() && fault.is_none() {
                fault = Some(Fault::at(
                    format!("{pointer}/$ref"),
                    format!("`{reference}` does not exist in this document"),
                ));
            }
        });
        fault.map_or(Ok(()), Err)
    }

    /// Names of the component schemas that request bodies and parameters refer to,
    /// directly or through others.
    pub(crate) fn request_schemas(&self) -> Result<BTreeSet<String>, Fault> {
        let mut open = Vec::new();
        let mut collect = |_: &str, value: &Value| {
            for part in ["requestBody", "parameters"].iter().filter_map(|name| value.get(name)) {
                self.references(part, &mut BTreeSet::new(), &mut open);
            }
        };
        visit(self.part("/paths")?, "", &mut collect);
        let mut found = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some(schema) = self.root.pointer(&schema_pointer(&name))
                && found.insert(name)
            {
                self.references(schema, &mut BTreeSet::new(), &mut open);
            }
        }
        Ok(found)
    }

    /// The [request schemas](Self::request_schemas) that another one refers to: all but
    /// the bodies, which users do not build.
    pub(crate) fn request_parts(&self) -> Result<BTreeSet<String>, Fault> {
        let mut parts = Vec::new();
        for name in self.request_schemas()? {
            if let Some(schema) = self.root.pointer(&schema_pointer(&name)) {
                self.references(schema, &mut BTreeSet::new(), &mut parts);
            }
        }
        Ok(parts.into_iter().collect())
    }

    /// Adds the names of the component schemas that `value` refers to, through
    /// parameters and request bodies that are components. `seen` holds the references
    /// followed so far.
    fn references<'a>(
        &'a self,
        value: &'a Value,
        seen: &mut BTreeSet<&'a str>,
        names: &mut Vec<String>,
    ) {
        match (value.get("$ref").and_then(Value::as_str), value) {
            (Some(reference), _) => match schema_name(reference) {
                Some(name) => names.push(name.to_owned()),
                None if seen.insert(reference) => {
                    let target = self.root.pointer(reference.trim_start_matches('#'));
                    target.into_iter().for_each(|target| self.references(target, seen, names));
                }
                None => {}
            },
            (None, Value::Object(members)) => {
                members.values().for_each(|member| self.references(member, seen, names));
            }
            (None, Value::Array(items)) => {
                items.iter().for_each(|item| self.references(item, seen, names));
            }
            _ => {}
        }
    }

    /// The document as JSON that a JSON Schema library of draft 4 reads:
    /// `nullable`, which that draft does not know, becomes a second type.
    pub(crate) fn json_schema_text(&self) -> String {
        let mut root = self.root.clone();
        allow_null(&mut root);
        root.to_string()
    }
}

/// The schema that a reference such as `#/components/schemas/Psk` names.
pub(crate) fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

pub(crate) fn schema_pointer(name: &str) -> String {
    format!("/components/schemas/{name}")
}

/// Checks that a name can be used in Rust.
pub(crate) fn check_name(pointer: &str, name: &str) -> Result<(), Fault> {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    match is_plain {
        true => Ok(()),
        false => {
            Err(Fault::at(pointer, format!("invalid name `{name}`: use letters, digits and `_`")))
        }
    }
}

/// The component that a property refers to, directly or by an `allOf` with one item.
pub(crate) fn referenced_schema(property: &Map<String, Value>) -> Option<&str> {
    let only = property.get("allOf").and_then(Value::as_array).and_then(|all| all.first());
    let reference = property.get("$ref").or_else(|| only?.get("$ref"))?;
    schema_name(reference.as_str()?)
}

/// A member of a JSON object as a step of a JSON pointer.
pub(crate) fn step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Calls `see` for every part, parents first.
pub(crate) fn visit(value: &Value, pointer: &str, see: &mut impl FnMut(&str, &Value)) {
    see(pointer, value);
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                visit(member, &format!("{pointer}{}", step(name)), see);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, &format!("{pointer}/{index}"), see);
            }
        }
        _ => {}
    }
}

fn allow_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.remove("nullable") == Some(Value::Bool(true))
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
        YamlData::Value(scalar) => scalar_to_json(scalar, pointer),
        YamlData::Sequence(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| to_json(item, &format!("{pointer}/{index}"), positions))
            .collect(),
        YamlData::Mapping(members) => members
            .iter()
            .map(|(key, member)| {
                let name = member_name(key)
                    .ok_or_else(|| Fault::at(pointer, "has a key that is not a string"))?;
                let pointer = format!("{pointer}{}", step(&name));
                let at = key.span.start;
                positions.insert(pointer.clone(), (at.line(), at.col() + 1));
                Ok((name, to_json(member, &pointer, positions)?))
            })
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        _ => Err(Fault::at(pointer, "must be plain YAML: tags and aliases are not allowed")),
    }
}

fn member_name(key: &MarkedYaml<'_>) -> Option<String> {
    match &key.data {
        YamlData::Value(Scalar::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

fn scalar_to_json(scalar: &Scalar<'_>, pointer: &str) -> Result<Value, Fault> {
    Ok(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::from(*value),
        Scalar::Integer(value) => Value::from(*value),
        Scalar::String(text) => Value::from(text.as_ref()),
        Scalar::FloatingPoint(_) => {
            return Err(Fault::at(pointer, "must not be a fraction: quote it to make it a string"));
        }
    })
}
