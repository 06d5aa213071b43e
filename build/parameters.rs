//! The parameters of operations: what the document says of their values is
//! derived like what it says of the fields of a request.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::{Document, Fault, check_name, step};
use super::requests;

/// A parameter, in the query or elsewhere.
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) is_required: bool,
    /// The place of its schema.
    pub(super) pointer: String,
    pub(super) schema: &'a Map<String, Value>,
}

/// The parameters of every operation that has some, by its id.
pub(super) fn by_operation(
    document: &Document,
) -> Result<BTreeMap<&str, Vec<Parameter<'_>>>, Fault> {
    let mut operations = BTreeMap::new();
    for (path, item) in document.object("/paths")? {
        let at_path = format!("/paths{}", step(path));
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else { continue };
            let at_operation = format!("{at_path}{}", step(method));
            let mut parameters = listed(document, &at_path, item)?;
            parameters.extend(listed(document, &at_operation, operation)?);
            if !parameters.is_empty() {
                operations.insert(id, parameters);
            }
        }
    }
    Ok(operations)
}

/// The parameters that a path or an operation lists.
fn listed<'a>(
    document: &'a Document,
    pointer: &str,
    owner: &'a Value,
) -> Result<Vec<Parameter<'a>>, Fault> {
    let mut parameters = Vec::new();
    let list = owner.get("parameters").and_then(Value::as_array).into_iter().flatten();
    for (index, parameter) in list.enumerate() {
        let reference = parameter.get("$ref").and_then(Value::as_str);
        let pointer = match reference.and_then(|reference| reference.strip_prefix('#')) {
            Some(target) => target.to_owned(),
            None => format!("{pointer}/parameters/{index}"),
        };
        let parameter = document.resolve(parameter);
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
        let schema = parameter.get("schema").and_then(Value::as_object);
        let schema = schema.ok_or_else(|| Fault::at(&pointer, "has no `schema`"))?;
        check_name(&format!("{pointer}/name"), name)?;
        let is_required = parameter.get("required") == Some(&Value::Bool(true));
        let pointer = format!("{pointer}/schema");
        parameters.push(Parameter { name, is_required, pointer, schema });
    }
    Ok(parameters)
}

/// Removes from every parameter what became constants.
pub(crate) fn strip(root: &mut Value) {
    match root {
        Value::Object(members) => {
            if members.contains_key("in")
                && let Some(schema) = members.get_mut("schema")
            {
                return requests::strip(schema);
            }
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
