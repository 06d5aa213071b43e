//! The operation of the document that a page describes.

use serde_json::Value;

use super::schema::Schema;
use crate::document::Document;

/// An operation: its parameters and bodies.
pub(super) struct Operation<'a> {
    document: &'a Document,
    item: &'a Value,
    operation: &'a Value,
}

/// A parameter: where it goes, its name, whether it is required, and its schema.
pub(super) struct Parameter<'a> {
    pub(super) place: &'a str,
    pub(super) name: &'a str,
    pub(super) is_required: bool,
    pub(super) schema: Schema<'a>,
}

impl<'a> Operation<'a> {
    /// The operation with this method and path; names in braces may differ.
    pub(super) fn find(document: &'a Document, method: &str, path: &str) -> Option<Self> {
        let paths = document.root().get("paths")?.as_object()?;
        let (_, item) = paths.iter().find(|(known, _)| shape(known) == shape(path))?;
        let item = document.resolve(item);
        let operation = item.get(method.to_lowercase())?;
        Some(Self { document, item, operation })
    }

    pub(super) fn parameters(&self) -> Vec<Parameter<'a>> {
        let lists = [self.item, self.operation].map(|part| part.get("parameters"));
        lists
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(|parameter| {
                let parameter = self.document.resolve(parameter);
                Some(Parameter {
                    place: parameter.get("in")?.as_str()?,
                    name: parameter.get("name")?.as_str()?,
                    is_required: parameter.get("required") == Some(&Value::Bool(true)),
                    schema: Schema::new(self.document, parameter.get("schema")?),
                })
            })
            .collect()
    }

    pub(super) fn request(&self) -> Option<Schema<'a>> {
        self.content(self.operation.get("requestBody")?)
    }

    /// The body of the first success.
    pub(super) fn response(&self) -> Option<Schema<'a>> {
        let status = self.statuses().first().copied()?;
        self.content(self.operation.get("responses")?.get(status)?)
    }

    /// The statuses of success.
    pub(super) fn statuses(&self) -> Vec<&'a str> {
        let responses = self.operation.get("responses").and_then(Value::as_object);
        let statuses = responses.into_iter().flat_map(|it| it.keys()).map(String::as_str);
        statuses.filter(|status| status.starts_with('2')).collect()
    }

    fn content(&self, body: &'a Value) -> Option<Schema<'a>> {
        let content = self.document.resolve(body).get("content")?.as_object()?;
        let schema = content.values().next()?.get("schema")?;
        Some(Schema::new(self.document, schema))
    }
}

/// The method and the path of every operation.
pub(super) fn all(document: &Document) -> Vec<(&str, &str)> {
    let paths = document.root().get("paths").and_then(Value::as_object).into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let members = document.resolve(item).as_object().into_iter().flatten();
        let operations = members.filter(|(_, member)| member.get("responses").is_some());
        operations.map(move |(method, _)| (method.as_str(), path.as_str()))
    });
    operations.collect()
}

/// The path without the names in its braces.
pub(super) fn shape(path: &str) -> Vec<&str> {
    let is_name = |step: &str| step.starts_with('{') && step.ends_with('}');
    path.split('/').map(|step| if is_name(step) { "{}" } else { step }).collect()
}

impl Document {
    /// The part that `value` refers to, or `value` itself.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let reference = value.get("$ref").and_then(Value::as_str);
        let target =
            reference.and_then(|reference| self.root().pointer(reference.strip_prefix('#')?));
        target.unwrap_or(value)
    }
}
