//! What the document says of a field.

use serde_json::Value;

use super::facts::{Facts, Kind, bounds};
use crate::document::Document;

/// How far references are followed: one in a circle has no end.
const DEPTH: usize = 16;

/// The extensions that state a fact, and its kind.
const EXTENSIONS: [(&str, Kind); 5] = [
    ("x-unsupported", Kind::Unsupported),
    ("x-weak", Kind::Weak),
    ("x-address-block", Kind::AddressBlock),
    ("x-excluded-block", Kind::ExcludedBlock),
    ("x-reserved-ranges", Kind::ReservedRange),
];

/// A schema, together with the schemas that it refers to.
#[derive(Clone)]
pub(super) struct Schema<'a> {
    /// The schema itself, then what it refers to.
    parts: Vec<&'a Value>,
    document: &'a Document,
}

impl<'a> Schema<'a> {
    pub(super) fn new(document: &'a Document, value: &'a Value) -> Self {
        let mut parts = Vec::new();
        collect(document, value, DEPTH, &mut parts);
        Self { parts, document }
    }

    /// The keyword of the schema, else of what it refers to.
    fn get(&self, keyword: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    fn text(&self, keyword: &str) -> Option<String> {
        self.get(keyword).map(text)
    }

    /// The properties of an object, or of the objects that an array holds.
    pub(super) fn properties(&self) -> Vec<(&'a str, Self)> {
        let object = self.items().unwrap_or_else(|| self.clone());
        let properties = object.parts.iter().filter_map(|part| part.get("properties")?.as_object());
        properties
            .flatten()
            .map(|(name, property)| (name.as_str(), Self::new(self.document, property)))
            .collect()
    }

    pub(super) fn property(&self, name: &str) -> Option<Self> {
        let object = self.items().unwrap_or_else(|| self.clone());
        let mut properties = object.parts.iter().filter_map(|part| part.get("properties"));
        let property = properties.find_map(|properties| properties.get(name))?;
        Some(Self::new(self.document, property))
    }

    /// Whether the property `name` of this object is required.
    pub(super) fn requires(&self, name: &str) -> bool {
        let object = self.items().unwrap_or_else(|| self.clone());
        let mut required = object.parts.iter().filter_map(|part| part.get("required")?.as_array());
        required.any(|names| names.iter().any(|required| required == name))
    }

    fn items(&self) -> Option<Self> {
        self.get("items").map(|items| Self::new(self.document, items))
    }

    /// The component that the object is, or the objects that an array holds.
    pub(super) fn component(&self) -> Option<&'a str> {
        let object = self.items().unwrap_or_else(|| self.clone());
        let references = object.parts.iter().filter_map(|part| part.get("$ref")?.as_str());
        references.filter_map(crate::document::schema_name).next()
    }

    /// Whether it is an object, or an array of objects.
    pub(super) fn has_fields(&self) -> bool {
        self.type_name().ends_with("object")
    }

    pub(super) fn type_name(&self) -> String {
        let mut names: Vec<String> =
            self.parts.iter().filter_map(|part| part.get("type")).map(text).collect();
        // A reference repeats the type; one that contradicts it must not hide.
        names.dedup();
        let name = if names.is_empty() { "any".to_owned() } else { names.join(" and ") };
        let is_long = matches!(self.text("format").as_deref(), Some("int64" | "uint64"));
        match (name.as_str(), self.items()) {
            ("array", Some(items)) => format!("array of {}", items.type_name()),
            ("integer", _) if is_long => "long".to_owned(),
            _ => name,
        }
    }

    /// Everything that the document says of the field, but whether it is mandatory.
    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        facts.add(Kind::Type, self.type_name());
        if let Some(default) = self.text("default") {
            facts.add(Kind::Default, default);
        }
        let items = self.items();
        let limits = [
            (Kind::Range, "minimum", "maximum"),
            (Kind::Length, "minLength", "maxLength"),
            (Kind::Items, "minItems", "maxItems"),
        ];
        // Limits of what an array holds are those of the field on a page.
        for schema in [Some(self), items.as_ref()].into_iter().flatten() {
            for (kind, minimum, maximum) in limits {
                if let Some(bounds) = bounds(schema.text(minimum), schema.text(maximum)) {
                    facts.add(kind, bounds);
                }
            }
            facts.add_all(Kind::Value, schema.get("enum"));
            for (keyword, kind) in EXTENSIONS {
                facts.add_all(kind, schema.get(keyword));
            }
            facts.add_all(Kind::PrefixLength, schema.get("x-prefix-length"));
        }
        if self.get("deprecated") == Some(&Value::Bool(true)) {
            facts.add(Kind::Deprecated, "yes");
        }
        facts
    }

    /// The facts of a field that the page does not list; of an object, the names
    /// of its fields.
    pub(super) fn summary(&self) -> String {
        let facts = self.facts().summary();
        if !self.has_fields() {
            return facts;
        }
        let names: Vec<&str> = self.properties().into_iter().map(|(name, _)| name).collect();
        format!("{facts} {{{}}}", names.join(" "))
    }
}

impl Facts {
    fn add_all(&mut self, kind: Kind, values: Option<&Value>) {
        match values {
            Some(Value::Array(values)) => values.iter().for_each(|it| self.add(kind, text(it))),
            Some(value) => self.add(kind, text(value)),
            None => {}
        }
    }
}

fn collect<'a>(document: &'a Document, value: &'a Value, depth: usize, parts: &mut Vec<&'a Value>) {
    parts.push(value);
    let Some(depth) = depth.checked_sub(1) else { return };
    let target = document.resolve(value);
    if !std::ptr::eq(target, value) {
        collect(document, target, depth, parts);
    }
    for branch in value.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        collect(document, branch, depth, parts);
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
