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

/// Every violation of the schema in a request body, each with its place; neither values nor
/// unknown keys are quoted.
pub(super) fn violations(operation: &Operation, body: &Value) -> Vec<String> {
    let Some(validator) = VALIDATORS.get(operation.id) else {
        return vec!["the document holds no usable schema".to_owned()];
    };
    let violation = |error: ValidationError<'_>| match error.kind() {
        ValidationErrorKind::AdditionalProperties { .. } => {
            format!("{}: has an unknown key", error.instance_path())
        }
        _ => format!("{}: {}", error.instance_path(), error.masked()),
    };
    validator.iter_errors(body).map(violation).collect()
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
