//! The JSON Schema of a pair in a file.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::connection::DualConnection;
use crate::schema;
use crate::types::{HaMode, VpnConnectionRequest};
use crate::validate::{Rules, names::vpn_connection_request as names};

impl JsonSchema for DualConnection {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("DualConnection")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let name = VpnConnectionRequest::schema_name();
        let mut shared = schema::properties(&name, generator);
        let address = shared.remove(names::VGW_IP);
        shared.remove(names::HA_ROLE);
        let mut own = shared.clone();
        own.retain(|name, _| ![names::VGW_ID, names::CGW_ID].contains(&name.as_str()));
        let addresses = json_schema!({
            "type": "array",
            "description": "The two addresses of the gateway: ids of its EIPs, or its private \
                            IPv4 addresses. The active one comes first.",
            "items": address,
            "minItems": 2,
            "maxItems": 2,
        });
        let tunnel = |which: &str| {
            json_schema!({
                "type": "object",
                "description": format!("What is different for the tunnel over the {which} address."),
                "additionalProperties": false,
                "properties": own,
            })
        };
        for (name, schema) in [
            ("vgw_ips", addresses),
            ("ha_mode", generator.subschema_for::<HaMode>()),
            ("rules", generator.subschema_for::<Rules>()),
            ("first", tunnel("first")),
            ("second", tunnel("second")),
        ] {
            shared.insert(name.to_owned(), schema.to_value());
        }
        json_schema!({
            "type": "object",
            "description": "Two connections over the two addresses of one VPN gateway.",
            "additionalProperties": false,
            "required": [names::VGW_ID, "vgw_ips", names::CGW_ID],
            "properties": shared,
        })
    }
}
