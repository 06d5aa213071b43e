//! A page beside the document, field by field.

use std::fmt::Display;

use serde_json::{Map, Value};

use super::cell::{self, Facts};
use super::page::{Field, Object, Page};
use super::{Difference, Unread};
use crate::document::{Document, referenced_schema};

pub(super) struct Comparison {
    pub(super) operation: String,
    pub(super) differences: Vec<Difference>,
    pub(super) unread: Vec<Unread>,
    /// How many facts were compared.
    pub(super) facts: usize,
}

pub(super) fn compare(document: &Document, page: &Page) -> Comparison {
    let pointer = format!("/paths/{}", page.path.replace('~', "~0").replace('/', "~1"));
    let item = document.root().pointer(&pointer);
    let operation = item.and_then(|item| item.get(page.method.to_ascii_lowercase()));
    let id = operation.and_then(|operation| operation.get("operationId")).and_then(Value::as_str);
    let name = id.map_or_else(|| format!("{} {}", page.method, page.path), str::to_owned);
    let mut comparer = Comparer {
        document,
        comparison: Comparison {
            operation: name,
            differences: Vec::new(),
            unread: Vec::new(),
            facts: 0,
        },
    };
    let (Some(item), Some(operation)) = (item, operation) else {
        comparer.only_on_page(page);
        return comparer.comparison;
    };
    let parameters = [item, operation].map(|holder| holder.get("parameters"));
    let parameters = parameters.into_iter().flatten().filter_map(Value::as_array).flatten();
    comparer.parameters(&page.parameters, parameters.collect());
    let request = operation.pointer("/requestBody/content/application~1json/schema");
    comparer.body("request", &page.request, request);
    let responses = operation.get("responses").and_then(Value::as_object);
    let success = responses.into_iter().flatten().find(|(status, _)| status.starts_with('2'));
    let response = success.and_then(|(_, response)| {
        document.resolve(response).pointer("/content/application~1json/schema")
    });
    comparer.body("response", &page.response, response);
    comparer.comparison
}

struct Comparer<'a> {
    document: &'a Document,
    comparison: Comparison,
}

/// A field of the document: its schema, with the one that it refers to.
#[derive(Clone, Copy)]
struct Property<'a> {
    own: &'a Map<String, Value>,
    target: &'a Map<String, Value>,
}

impl<'a> Comparer<'a> {
    fn differ(
        &mut self,
        line: usize,
        place: &str,
        kind: &str,
        page: impl Display,
        here: impl Display,
    ) {
        let operation = &self.comparison.operation;
        let text = format!("{operation}: {place}: {kind}: page {page}, document {here}");
        self.comparison.differences.push(Difference { line, text });
    }

    /// Compares one fact.
    fn same<T: PartialEq>(
        &mut self,
        field: &Field,
        place: &str,
        kind: &str,
        facts: (&T, &T),
        shown: impl Fn(&T) -> String,
    ) {
        let (page, here) = facts;
        self.comparison.facts += 1;
        if page != here {
            self.differ(field.line, place, kind, shown(page), shown(here));
        }
    }

    /// An operation that the document does not have: everything is new.
    fn only_on_page(&mut self, page: &Page) {
        self.differ(1, &format!("{} {}", page.method, page.path), "operation", "has it", "not");
        let sections = [("request", &page.request), ("response", &page.response)];
        for (section, objects) in sections {
            for field in objects.iter().flat_map(|object| {
                object.fields.iter().map(move |field| (object.name.as_str(), field))
            }) {
                let (object, field) = field;
                let place = format!("{section} {object}/{}", field.name);
                self.differ(field.line, &place, "field", &field.kind, "not there");
                self.note_unread(field, &cell::read(&field.description));
            }
        }
    }

    fn parameters(&mut self, fields: &[Field], parameters: Vec<&'a Value>) {
        let parameters: Vec<&Value> =
            parameters.into_iter().map(|parameter| self.document.resolve(parameter)).collect();
        let name_of = |parameter: &Value| {
            parameter.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        for field in fields {
            let place = format!("parameter {}", field.name);
            self.comparison.facts += 1;
            match parameters.iter().find(|parameter| name_of(parameter) == field.name) {
                None => self.differ(field.line, &place, "field", &field.kind, "not there"),
                Some(parameter) => {
                    let required = parameter.get("required") == Some(&Value::Bool(true));
                    let mandatory = (&field.mandatory, &Some(required));
                    self.same(field, &place, "mandatory", mandatory, yes_or_no);
                }
            }
        }
        for name in parameters.iter().map(|parameter| name_of(parameter)) {
            if !fields.iter().any(|field| field.name == name) {
                self.differ(1, &format!("parameter {name}"), "field", "not there", "has it");
            }
        }
    }

    fn body(&mut self, section: &str, objects: &[Object], schema: Option<&'a Value>) {
        let schema = schema.and_then(|schema| self.property(schema));
        match (objects.first(), schema) {
            (None, None) => {}
            (None, Some(_)) => self.differ(1, section, "body", "not there", "has one"),
            (Some(_), None) => self.differ(1, section, "body", "has one", "not there"),
            (Some(object), Some(schema)) => {
                self.object(section, section, objects, object, schema.target);
            }
        }
    }

    fn property(&self, schema: &'a Value) -> Option<Property<'a>> {
        let own = schema.as_object()?;
        let target = match referenced_schema(own) {
            Some(name) => self.document.root().pointer(&crate::document::schema_pointer(name))?,
            None => schema,
        };
        Some(Property { own, target: target.as_object()? })
    }

    /// Compares a table with a schema, and the tables and schemas below.
    fn object(
        &mut self,
        section: &str,
        place: &str,
        objects: &[Object],
        object: &Object,
        schema: &'a Map<String, Value>,
    ) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| {
            required.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)))
        };
        for field in &object.fields {
            let place = format!("{place}/{}", field.name);
            let property = properties.and_then(|properties| properties.get(&field.name));
            self.comparison.facts += 1;
            let Some(property) = property.and_then(|property| self.property(property)) else {
                self.differ(field.line, &place, "field", &field.kind, "not there");
                continue;
            };
            if let Some(mandatory) = field.mandatory {
                let here = is_required(&field.name);
                self.same(field, &place, "mandatory", (&Some(mandatory), &Some(here)), yes_or_no);
            }
            self.field(section, &place, field, property);
            self.child(section, &place, objects, field, property);
        }
        let line = object.fields.first().map_or(1, |field| field.line);
        for name in properties.into_iter().flat_map(Map::keys) {
            if !object.fields.iter().any(|field| field.name == *name) {
                self.differ(line, &format!("{place}/{name}"), "field", "not there", "has it");
            }
        }
    }

    /// Goes down to the table that the type of a field names.
    fn child(
        &mut self,
        section: &str,
        place: &str,
        objects: &[Object],
        field: &Field,
        property: Property<'a>,
    ) {
        let items = property.target.get("items").and_then(|items| self.property(items));
        let schema = items.map_or(property.target, |items| items.target);
        let name = field.kind.trim_start_matches("Array of ");
        let Some(name) = name.strip_suffix(" object").or_else(|| name.strip_suffix(" objects"))
        else {
            return;
        };
        match objects.iter().skip(1).find(|object| object.name == name) {
            // A schema without properties lacks every field of the table.
            Some(object) => self.object(section, place, objects, object, schema),
            None => self.comparison.unread.push(Unread {
                line: field.line,
                text: format!("{place} is a {name}, and there is no table of that name"),
            }),
        }
    }

    fn field(&mut self, section: &str, place: &str, field: &Field, property: Property<'a>) {
        let page = cell::read(&field.description);
        self.note_unread(field, &page);
        let here = self.facts_of(property);
        let kind = kind_of(self, property);
        let page_kind = plain_kind(&field.kind);
        self.same(field, place, "type", (&page_kind, &kind), Clone::clone);
        self.same(
            field,
            place,
            "values",
            (&sorted(&page.values), &sorted(&here.values)),
            |values| listed(values),
        );
        let deprecated = (&page.deprecated, &here.deprecated);
        self.same(field, place, "deprecated", deprecated, |is| is.to_string());
        // What the service returns has no limits and no defaults in the document.
        if section == "response" {
            return;
        }
        self.same(field, place, "default", (&page.default, &here.default), said);
        self.same(field, place, "length", (&page.length, &here.length), range);
        self.same(field, place, "range", (&page.range, &here.range), range);
        self.same(field, place, "most items", (&page.most_items, &here.most_items), said);
        self.same(field, place, "weak", (&sorted(&page.weak), &sorted(&here.weak)), |values| {
            listed(values)
        });
        let unsupported = (&sorted(&page.unsupported), &sorted(&here.unsupported));
        self.same(field, place, "unsupported", unsupported, |values| listed(values));
    }

    fn note_unread(&mut self, field: &Field, facts: &Facts) {
        let unread = facts
            .unread
            .iter()
            .map(|text| Unread { line: field.line, text: format!("{}: {text}", field.name) });
        self.comparison.unread.extend(unread);
    }

    /// What the document says of a field, in the terms of a page.
    fn facts_of(&self, property: Property<'_>) -> Facts {
        let Property { own, target } = property;
        let number = |keyword: &str| {
            own.get(keyword).or_else(|| target.get(keyword)).and_then(Value::as_u64)
        };
        let pair = |low: &str, high: &str| match (number(low), number(high)) {
            (None, None) => None,
            (low, high) => Some((low.unwrap_or_default(), high.unwrap_or(u64::MAX))),
        };
        let texts = |keyword: &str| {
            let list = target.get(keyword).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
        };
        let default = own.get("default").map(|default| match default {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        Facts {
            default,
            values: texts("enum"),
            weak: texts("x-weak"),
            unsupported: texts("x-unsupported"),
            length: pair("minLength", "maxLength"),
            range: pair("minimum", "maximum"),
            most_items: number("maxItems"),
            deprecated: own.get("deprecated") == Some(&Value::Bool(true)),
            unread: Vec::new(),
        }
    }
}

/// The type of a field of the document, as a page would write it.
fn kind_of(comparer: &Comparer<'_>, property: Property<'_>) -> String {
    let target = property.target;
    match target.get("type").and_then(Value::as_str) {
        Some("string") => "String".to_owned(),
        Some("integer") => "Integer".to_owned(),
        Some("boolean") => "Boolean".to_owned(),
        Some("array") => {
            let items = target.get("items").and_then(|items| comparer.property(items));
            let item = items.map_or_else(String::new, |items| kind_of(comparer, items));
            format!("Array of {item}")
        }
        Some("object") => "object".to_owned(),
        other => other.unwrap_or("nothing").to_owned(),
    }
}

/// A type of a page without the name of its table.
fn plain_kind(kind: &str) -> String {
    let is_object = kind.ends_with(" object") || kind.ends_with(" objects");
    match (kind.starts_with("Array of "), is_object) {
        (true, true) => "Array of object".to_owned(),
        (false, true) => "object".to_owned(),
        _ => kind.to_owned(),
    }
}

fn sorted(values: &[String]) -> Vec<String> {
    let mut values = values.to_vec();
    values.sort();
    values
}

fn listed(values: &[String]) -> String {
    if values.is_empty() { "none".to_owned() } else { values.join(" ") }
}

fn said<T: Display>(value: &Option<T>) -> String {
    value.as_ref().map_or_else(|| "none".to_owned(), T::to_string)
}

fn range(range: &Option<(u64, u64)>) -> String {
    match range {
        None => "none".to_owned(),
        Some((low, u64::MAX)) => format!("{low} and more"),
        Some((low, high)) => format!("{low} to {high}"),
    }
}

fn yes_or_no(mandatory: &Option<bool>) -> String {
    match mandatory {
        None => "not said".to_owned(),
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
    }
}
