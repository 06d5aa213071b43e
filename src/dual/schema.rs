//! The JSON Schema of a pair in a file.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::DualConnection;
use super::settings::Settings;
use crate::schema;

/// The schema of the requests of a pair.
const CONNECTION: &str = "VpnConnectionRequest";

impl JsonSchema for DualConnection {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("DualConnection")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let documented = schema::properties(CONNECTION, generator);
        let mut pair = Settings::json_schema(generator);
        if let Some(Value::Object(properties)) = pair.get_mut("properties") {
            take_documented(properties, &documented);
            if let Some(Value::Object(addresses)) = properties.get_mut("vgw_ips") {
                let address = documented.get("vgw_ip").cloned().unwrap_or_default();
                addresses.insert("items".to_owned(), address);
            }
            for tunnel in ["first", "second"] {
                let Some(Value::Object(tunnel)) = properties.get_mut(tunnel) else { continue };
                tunnel.insert("additionalProperties".to_owned(), Value::Bool(false));
                if let Some(Value::Object(properties)) = tunnel.get_mut("properties") {
                    take_documented(properties, &documented);
                }
            }
        }
        pair.insert("additionalProperties".to_owned(), Value::Bool(false));
        pair.insert("required".to_owned(), json!(["vgw_id", "vgw_ips", "cgw_id"]));
        pair
    }
}

/// Puts what the document says in the place of what the type says.
fn take_documented(properties: &mut Map<String, Value>, documented: &Map<String, Value>) {
    for (name, property) in properties {
        if let Some(schema) = documented.get(name) {
            property.clone_from(schema);
        }
    }
}
