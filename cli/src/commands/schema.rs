//! `schema`: the JSON Schema of files.

use clap::Args;
use otc_vpn::DualConnection;
use otc_vpn::types::VpnConnectionRequest;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::files::{NAMES, OF_PAIR};
use crate::output::Output;

/// Print the JSON Schema of files, for editors
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct SchemaCommand {}

const EXAMPLE: &str = "\
Example, with the name that the first line of `otc-vpn init` gives:
  otc-vpn schema > otc-vpn.schema.json";

/// The file that the examples of `init` name.
pub(crate) const FILE: &str = "otc-vpn.schema.json";

pub(crate) fn run(output: &Output) -> Result<(), Failure> {
    Ok(output.raw(format!("{:#}\n", schema()).as_bytes())?)
}

/// The schema of a file: a connection, a pair, or a list of them. Of the library, with what
/// only files have.
pub(crate) fn schema() -> Value {
    // What the language servers of editors know.
    let mut generator = SchemaSettings::draft07().into_generator();
    let connection = generator.root_schema_for::<VpnConnectionRequest>().to_value();
    let pair = generator.root_schema_for::<DualConnection>().to_value();
    let mut definitions = Map::new();
    for (name, part) in [("Connection", connection), ("Pair", pair)] {
        let Value::Object(mut part) = part else { continue };
        if let Some(Value::Object(of_part)) = part.remove("definitions") {
            definitions.extend(of_part);
        }
        part.remove("$schema");
        let mut part = Value::Object(part);
        extend(&mut part);
        definitions.insert(name.to_owned(), part);
    }
    if let Some(Value::Object(rules)) = definitions.get_mut("Rules") {
        let description = "Facts about the gateway, which the check then takes into account.";
        rules.insert("description".to_owned(), description.into());
    }
    let of_pair = OF_PAIR.iter().map(|name| json!({ "required": [name] }));
    let entry = json!({
        "type": "object",
        "if": { "anyOf": of_pair.collect::<Vec<_>>() },
        "then": { "$ref": "#/definitions/Pair" },
        "else": { "$ref": "#/definitions/Connection" },
    });
    definitions.insert("Entry".to_owned(), entry);
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Connections for otc-vpn",
        "if": { "type": "array" },
        "then": { "items": { "$ref": "#/definitions/Entry" } },
        "else": { "$ref": "#/definitions/Entry" },
        "definitions": definitions,
    })
}

/// What files have beside what the library reads.
fn extend(schema: &mut Value) {
    for pointer in ["", "/properties/first", "/properties/second"] {
        if let Some(psk) = schema.pointer_mut(&format!("{pointer}/properties/psk")) {
            *psk = with_sources(psk.take());
        }
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.entry("rules").or_insert_with(|| json!({ "$ref": "#/definitions/Rules" }));
        for (name, id_of) in NAMES {
            let description = format!("Name of the gateway, in place of its id in `{id_of}`.");
            let property = json!({ "type": "string", "minLength": 1, "description": description });
            properties.insert(name.to_owned(), property);
        }
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        // The addresses of a pair may be those of its gateway.
        required.retain(|it| it != "vgw_ips" && NAMES.iter().all(|(_, id_of)| it != id_of));
    }
    let either = NAMES
        .map(|(name, id_of)| json!({ "oneOf": [{ "required": [name] }, { "required": [id_of] }] }));
    if let Value::Object(members) = schema {
        members.insert("allOf".to_owned(), json!(either));
    }
}

/// Lets a key stand elsewhere.
fn with_sources(own: Value) -> Value {
    let description = own.get("description").and_then(Value::as_str).unwrap_or_default();
    let description =
        format!("{description} A text in quotes, `{{ env: NAME }}` or `{{ file: PATH }}`.");
    let source = |name: &str, what: &str| {
        json!({
            "type": "object",
            "properties": { name: { "type": "string", "minLength": 1, "description": what } },
            "required": [name],
            "additionalProperties": false,
        })
    };
    json!({
        "description": description,
        "anyOf": [
            own,
            source("env", "Variable of the environment that holds the key."),
            source("file", "File that holds the key and nothing else; relative to this file."),
        ],
    })
}
