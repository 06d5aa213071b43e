//! Checks requests against the OpenAPI document, without the client's rules.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::document::DOCUMENT_JSON;
use crate::document::operation::Operation;
use crate::operations::OPERATIONS;

/// The validator of each operation's request body, by the operation's id.
static VALIDATORS: LazyLock<BTreeMap<&str, Validator>> = LazyLock::new(|| {
    let document = serde_json::from_str(DOCUMENT_JSON).unwrap_or_default();
    let bodies = OPERATIONS.iter();
    bodies.filter_map(|it| Some((it.id, validator(&document, it.request_schema?)?))).collect()
});

/// The schemas of the parameters of a query by name, and the validator of all of them.
type Query = (Map<String, Value>, Validator);

/// By the operation's id.
static QUERIES: LazyLock<BTreeMap<&str, Query>> = LazyLock::new(|| {
    let document = serde_json::from_str(DOCUMENT_JSON).unwrap_or_default();
    let query = |operation: &'static Operation| {
        let parameters = query_parameters(&document, operation);
        let mut schema = document.as_object()?.clone();
        schema.insert("properties".to_owned(), parameters.clone().into());
        schema.insert("additionalProperties".to_owned(), false.into());
        let validator = jsonschema::options().with_draft(Draft::Draft4).build(&schema.into());
        Some((operation.id, (parameters, validator.ok()?)))
    };
    OPERATIONS.iter().filter_map(query).collect()
});

/// Every violation of the schema in a request body, each with its place; neither values nor
/// unknown keys are quoted.
pub(super) fn violations(operation: &Operation, body: &Value) -> Vec<String> {
    match VALIDATORS.get(operation.id) {
        Some(validator) => validator.iter_errors(body).map(violation).collect(),
        None => vec!["the document holds no usable schema".to_owned()],
    }
}

/// The parameters of a query, each of the documented type, or every violation of the schema
/// in them.
pub(super) fn query(operation: &Operation, query: &str) -> Result<Map<String, Value>, Vec<String>> {
    let (schemas, validator) = QUERIES.get(operation.id).ok_or_else(Vec::new)?;
    let mut parameters = Map::new();
    for (name, text) in url::form_urlencoded::parse(query.as_bytes()) {
        let schema = schemas.get(name.as_ref());
        let value = match schema.and_then(|schema| schema.get("type")).and_then(Value::as_str) {
            Some("array") => {
                let earlier = parameters.get(name.as_ref()).and_then(Value::as_array);
                let texts = earlier.into_iter().flatten().cloned();
                texts.chain([text.into()]).collect()
            }
            Some("integer") => text.parse::<u64>().map_or_else(|_| json!(text), Value::from),
            _ => text.into(),
        };
        parameters.insert(name.into_owned(), value);
    }
    let parameters = Value::Object(parameters);
    let violations: Vec<_> = validator.iter_errors(&parameters).map(violation).collect();
    match parameters {
        Value::Object(parameters) if violations.is_empty() => Ok(parameters),
        _ => Err(violations),
    }
}

/// Quotes no value.
fn violation(error: ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { .. } => {
            format!("{}: has an unknown key", error.instance_path())
        }
        _ => format!("{}: {}", error.instance_path(), error.masked()),
    }
}

/// The schemas of the parameters, by name.
fn query_parameters(document: &Value, operation: &Operation) -> Map<String, Value> {
    let path = document.get("paths").and_then(|paths| paths.get(operation.path));
    let method = operation.method.as_str().to_ascii_lowercase();
    let described = path.and_then(|path| path.get(method)?.get("parameters")?.as_array());
    let resolved = described.into_iter().flatten().filter_map(|parameter| {
        let reference = parameter.get("$ref").and_then(Value::as_str);
        match reference.and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => document.pointer(pointer),
            None => Some(parameter),
        }
    });
    resolved
        .filter(|parameter| parameter.get("in").is_some_and(|place| place == "query"))
        .filter_map(|it| Some((it.get("name")?.as_str()?.to_owned(), it.get("schema")?.clone())))
        .collect()
}

/// A schema of the document, with the document as the root of its references.
fn validator(document: &Map<String, Value>, schema: &str) -> Option<Validator> {
    let mut root = document.clone();
    root.insert("$ref".to_owned(), json!(format!("#/components/schemas/{schema}")));
    jsonschema::options().with_draft(Draft::Draft4).build(&root.into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::find;

    fn check(operation: &str, body: &Value) -> Vec<String> {
        violations(find(operation).unwrap(), body)
    }

    fn check_create(body: &Value) -> Vec<String> {
        check("create_vpn_connection", body)
    }

    fn request() -> Value {
        json!({ "vpn_connection": {
            "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
            "vgw_ip": "e4d7930f-demo-4cbf-b78a-b004416c7485",
            "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26",
            "peer_subnets": ["192.168.44.0/24"],
            "psk": "Example-Key-2025",
        }})
    }

    #[test]
    fn the_documents_own_request_keeps_the_schema() {
        assert_eq!(check_create(&request()), Vec::<String>::new());
        let batch = json!({ "vpn_connections": [request()["vpn_connection"]] });
        assert_eq!(check("batch_create_vpn_connections", &batch), Vec::<String>::new());
    }

    #[test]
    fn violations_name_their_place_and_quote_nothing() {
        let mut bad = request();
        bad["vpn_connection"]["psk"] = json!("Ab1");
        bad["vpn_connection"]["ikepolicy"] = json!({ "dpd": { "timeout": 61 } });
        let found = check_create(&bad).join("\n");
        assert!(found.contains("/vpn_connection/psk: "), "{found}");
        assert!(found.contains("/vpn_connection/ikepolicy/dpd/timeout: "), "{found}");
        assert!(!found.contains("Ab1"), "{found}");
        let unknown = json!({ "vpn_connection": {}, "dry_run": true });
        assert_eq!(check_create(&unknown).len(), 4, "three missing fields, one unknown");
    }

    #[test]
    fn null_is_allowed_where_the_document_says_nullable() {
        let mut nulls = request();
        nulls["vpn_connection"]["tags"] = Value::Null;
        assert_eq!(check_create(&nulls), Vec::<String>::new());
        nulls["vpn_connection"]["name"] = Value::Null;
        assert_eq!(check_create(&nulls).len(), 1);
    }
}
