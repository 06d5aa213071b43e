//! What the OpenAPI document says about a request, without the client's rules.

use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use crate::document::DOCUMENT_JSON;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(DOCUMENT_JSON).unwrap_or_default());

/// The operations that create connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Create {
    One,
    Batch,
}

impl Create {
    fn schema(self) -> &'static str {
        match self {
            Self::One => "#/components/schemas/CreateVpnConnectionRequest",
            Self::Batch => "#/components/schemas/BatchCreateVpnConnectionsRequest",
        }
    }

    fn validator(self) -> Option<&'static Validator> {
        static ONE: LazyLock<Option<Validator>> = LazyLock::new(|| validator(Create::One.schema()));
        static BATCH: LazyLock<Option<Validator>> =
            LazyLock::new(|| validator(Create::Batch.schema()));
        match self {
            Self::One => ONE.as_ref(),
            Self::Batch => BATCH.as_ref(),
        }
    }

    /// Every breach of the schema, each with its place; no value is quoted.
    pub(super) fn breaches(self, body: &Value) -> Vec<String> {
        let Some(validator) = self.validator() else {
            return vec!["the document holds no usable schema".to_owned()];
        };
        validator
            .iter_errors(body)
            .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
            .collect()
    }
}

/// A schema of the document, with the document as the root of its references.
fn validator(schema: &str) -> Option<Validator> {
    let mut root = DOCUMENT.clone();
    root.as_object_mut()?.insert("$ref".to_owned(), json!(schema));
    jsonschema::options().with_draft(Draft::Draft4).build(&root).ok()
}

/// Fills in the documented defaults of a connection that is being created.
pub(super) fn fill_defaults(connection: &mut Value) {
    if let Some(schema) = DOCUMENT.pointer("/components/schemas/VpnConnectionRequest") {
        fill(schema, connection);
    }
}

fn fill(schema: &Value, value: &mut Value) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let Some(members) = value.as_object_mut() else { return };
    for (name, property) in properties {
        let object = property
            .pointer("/allOf/0/$ref")
            .and_then(|reference| DOCUMENT.pointer(reference.as_str()?.trim_start_matches('#')))
            .filter(|schema| schema.get("properties").is_some());
        match (property.get("default"), object) {
            (Some(default), _) => {
                members.entry(name.as_str()).or_insert_with(|| default.clone());
            }
            (None, Some(schema)) => fill(schema, members.entry(name.as_str()).or_insert(json!({}))),
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(Create::One.breaches(&request()), Vec::<String>::new());
        let batch = json!({ "vpn_connections": [request()["vpn_connection"]] });
        assert_eq!(Create::Batch.breaches(&batch), Vec::<String>::new());
    }

    #[test]
    fn breaches_name_their_place_and_quote_nothing() {
        let mut bad = request();
        bad["vpn_connection"]["psk"] = json!("Ab1");
        bad["vpn_connection"]["ikepolicy"] = json!({ "dpd": { "timeout": 61 } });
        let breaches = Create::One.breaches(&bad).join("\n");
        assert!(breaches.contains("/vpn_connection/psk: "), "{breaches}");
        assert!(breaches.contains("/vpn_connection/ikepolicy/dpd/timeout: "), "{breaches}");
        assert!(!breaches.contains("Ab1"), "{breaches}");
        let unknown = json!({ "vpn_connection": {}, "dry_run": true });
        assert_eq!(Create::One.breaches(&unknown).len(), 4, "three missing fields, one unknown");
    }

    #[test]
    fn null_is_allowed_where_the_document_says_nullable() {
        let mut nulls = request();
        nulls["vpn_connection"]["tags"] = Value::Null;
        assert_eq!(Create::One.breaches(&nulls), Vec::<String>::new());
        nulls["vpn_connection"]["name"] = Value::Null;
        assert_eq!(Create::One.breaches(&nulls).len(), 1);
    }

    #[test]
    fn defaults_reach_into_nested_policies_and_change_nothing_that_is_set() {
        let mut connection = json!({ "style": "bgp", "ikepolicy": { "dpd": { "timeout": 2 } } });
        fill_defaults(&mut connection);
        assert_eq!(connection["style"], "bgp");
        assert_eq!(
            connection["ikepolicy"]["dpd"],
            json!({
                "timeout": 2, "interval": 30, "msg": "seq-hash-notify",
            })
        );
        assert_eq!(connection["ipsecpolicy"]["lifetime_seconds"], 3600);
    }
}
