//! The operation of the document that a page describes.

use serde_json::Value;

use super::schema::Schema;
use crate::document::Document;

/// An operation: what it takes and what it answers with.
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

    pub(super) fn response(&self, status: &str) -> Option<Schema<'a>> {
        self.content(self.operation.get("responses")?.get(status)?)
    }

    /// The first success status.
    pub(super) fn status(&self) -> Option<&'a str> {
        let responses = self.operation.get("responses")?.as_object()?;
        responses.keys().find(|status| status.starts_with('2')).map(String::as_str)
    }

    fn content(&self, body: &'a Value) -> Option<Schema<'a>> {
        let content = self.document.resolve(body).get("content")?.as_object()?;
        let schema = content.values().next()?.get("schema")?;
        Some(Schema::new(self.document, schema))
    }
}

/// The path without the names in its braces.
fn shape(path: &str) -> Vec<&str> {
    let is_name = |step: &str| step.starts_with('{') && step.ends_with('}');
    path.split('/').map(|step| if is_name(step) { "{}" } else { step }).collect()
}
