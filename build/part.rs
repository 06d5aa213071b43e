//! A part of the document, and where it stands.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::Value;

use super::document::{Document, Fault, schema_name, step};

/// The members of a path that are operations.
pub(crate) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

#[derive(Clone)]
pub(crate) struct Part<'a> {
    document: &'a Document,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

impl<'a> Part<'a> {
    pub(crate) fn root(document: &'a Document) -> Self {
        Self { document, pointer: String::new(), value: document.root() }
    }

    pub(crate) fn at(document: &'a Document, pointer: &str) -> Option<Self> {
        let value = document.root().pointer(pointer)?;
        Some(Self { document, pointer: pointer.to_owned(), value })
    }

    pub(crate) fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name)?;
        Some(Self { value, pointer: self.pointer.clone() + &step(name), ..*self })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    /// A member that is text, without the blanks around it.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name)?.as_str().map(str::trim)
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.value.get(name) == Some(&Value::Bool(true))
    }

    /// Whether the member `name` is a list that contains `text`.
    pub(crate) fn lists(&self, name: &str, text: &str) -> bool {
        self.items_of(name).any(|item| item.value == text)
    }

    /// Names and members of an object; nothing for anything else.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let Self { document, pointer, value } = self.clone();
        value.as_object().into_iter().flatten().map(move |(name, value)| {
            let pointer = pointer.clone() + &step(name);
            (name.as_str(), Self { document, pointer, value })
        })
    }

    /// Items of an array; nothing for anything else.
    pub(crate) fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let Self { document, pointer, value } = self.clone();
        value.as_array().into_iter().flatten().enumerate().map(move |(index, value)| Self {
            document,
            pointer: format!("{pointer}/{index}"),
            value,
        })
    }

    /// Members of the member `name`.
    pub(crate) fn members_of(&self, name: &str) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        self.get(name).into_iter().flat_map(|part| part.members())
    }

    /// Items of the member `name`.
    pub(crate) fn items_of(&self, name: &str) -> impl Iterator<Item = Self> + use<'a> {
        self.get(name).into_iter().flat_map(|part| part.items())
    }

    /// This part and all parts of it, parents first.
    pub(crate) fn all(&self) -> Vec<Self> {
        let parts = self.members().map(|(_, member)| member).chain(self.items());
        std::iter::once(self.clone()).chain(parts.flat_map(|part| part.all())).collect()
    }

    /// The part itself, or what its `$ref` names in the end.
    pub(crate) fn resolved(&self) -> Option<Self> {
        let mut part = self.clone();
        let mut seen = BTreeSet::new();
        while let Some(reference) = part.text("$ref") {
            let pointer = reference.strip_prefix('#').filter(|pointer| seen.insert(*pointer))?;
            part = Self::at(self.document, pointer)?;
        }
        Some(part)
    }

    /// Adds all references of this part, and of what they name.
    pub(crate) fn references(&self, found: &mut BTreeSet<&'a str>) {
        for part in self.all() {
            if let Some(reference) = part.text("$ref")
                && found.insert(reference)
                && let Some(target) = part.resolved()
            {
                target.references(found);
            }
        }
    }

    /// The reference of a schema, which stands in it or in an `allOf`.
    fn reference(&self) -> Option<Self> {
        match self.has("$ref") {
            true => Some(self.clone()),
            false => self.items_of("allOf").find(|branch| branch.has("$ref")),
        }
    }

    /// The schema that a schema refers to.
    pub(crate) fn referred(&self) -> Option<Self> {
        self.reference()?.resolved()
    }

    /// The name of the component that a schema refers to.
    pub(crate) fn schema_name(&self) -> Option<&'a str> {
        schema_name(self.reference()?.text("$ref")?)
    }

    /// Checks that a name that stands here can be used in Rust.
    pub(crate) fn check_name(&self, name: &str) -> Result<(), Fault> {
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.starts_with(|c: char| c.is_ascii_alphabetic());
        let message = || format!("invalid name `{name}`: use letters, digits and `_`");
        is_plain.then_some(()).ok_or_else(|| self.fault(message()))
    }

    pub(crate) fn fault(&self, message: impl Display) -> Fault {
        Fault::at(self.pointer.clone(), message)
    }

    /// A fault of a member, which need not be there.
    pub(crate) fn fault_of(&self, name: &str, message: impl Display) -> Fault {
        Fault::at(self.pointer.clone() + &step(name), message)
    }
}
