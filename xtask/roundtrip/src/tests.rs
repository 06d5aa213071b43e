use serde_json::{Value, json};

use crate::compare::Report;
use crate::facts::{self, Facts};
use crate::{document, generated, types};

fn small_document() -> Value {
    json!({ "components": { "schemas": {
        "LampRequest": {
            "type": "object",
            "description": "A lamp.",
            "additionalProperties": false,
            "required": ["colour", "watts"],
            "properties": {
                "colour": { "allOf": [{ "$ref": "#/components/schemas/Colour" }] },
                "watts": { "type": "integer", "format": "uint32", "minimum": 1, "default": 5 },
                "place": { "type": "string", "format": "ipv4", "x-block": "10.0.0.0/8" },
                "names": {
                    "type": "array",
                    "maxItems": 2,
                    "items": { "type": "string", "description": "A name." },
                },
            },
        },
        "Lamp": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": { "type": "string", "example": "1", "deprecated": true, "readOnly": true },
                "colour": {
                    "nullable": true,
                    "allOf": [{ "$ref": "#/components/schemas/LoudColour" }],
                },
                "since": { "type": "string", "format": "date-time" },
                "watts": { "type": "integer", "maximum": 7, "default": 3 },
            },
        },
        "Colour": {
            "type": "string",
            "description": "A colour.",
            "enum": ["red", "RED", "blue"],
            "x-open-enum": true,
        },
        "LoudColour": { "type": "string", "enum": ["RED"], "x-spelling-of": "Colour" },
        "Psk": { "type": "string", "description": "A secret.", "minLength": 8 },
    } } })
}

fn small_types() -> Value {
    json!({
        "LampRequest": {
            "type": "object",
            "description": "A lamp.",
            "additionalProperties": false,
            "required": ["colour", "watts"],
            "properties": {
                "colour": { "$ref": "#/$defs/Colour" },
                "watts": { "type": "integer", "format": "uint32", "minimum": 0 },
                "place": { "type": ["string", "null"] },
                "names": { "type": ["array", "null"], "items": { "type": "string" } },
            },
        },
        "Lamp": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": { "type": "string" },
                "colour": { "anyOf": [{ "$ref": "#/$defs/Colour" }, { "type": "null" }] },
                "since": { "type": ["string", "null"] },
                "watts": { "type": ["integer", "null"] },
                "switch": { "type": ["boolean", "null"] },
            },
        },
        "Colour": {
            "type": "string",
            "description": "A colour.\n\nOther values are kept.",
            "anyOf": [{ "enum": ["red", "blue"] }, {}],
        },
        "Psk": { "type": "string" },
    })
}

fn report(document: &Value, types: &Value) -> Report {
    let document = facts::of_document(document, &["LampRequest", "Colour", "Psk"]);
    let types = types.as_object().cloned().unwrap_or_default();
    Report::of(&document, &facts::of_types(&types))
}

/// One line or more for every reason, and for what has none.
#[test]
fn the_report_lists_what_is_lost_and_why() {
    let report = report(&small_document(), &small_types());
    assert_eq!(report.to_string(), include_str!("small.golden"));
    assert!(!report.is_as_meant());
}

#[test]
fn the_generated_types_differ_as_meant() {
    let report = Report::of(&our_document(), &facts::of_types(&types()));
    assert!(report.is_as_meant(), "{report}");
}

fn our_document() -> Facts {
    facts::of_document(&document().unwrap_or_default(), generated::types::REQUESTS)
}

/// Whatever generation loses or changes of a type, it is told.
#[test]
fn no_statement_of_a_type_can_go_or_change_unseen() {
    let (document, types) = (our_document(), facts::of_types(&types()));
    let mut tried = 0;
    for (place, statements) in &types.places {
        for keyword in statements.keys() {
            for value in [None, Some(json!("another"))] {
                let mut edited = types.clone();
                let edits = edited.places.entry(place.clone()).or_default();
                edits.remove(keyword);
                edits.extend(value.clone().map(|value| (keyword.clone(), value)));
                let report = Report::of(&document, &edited);
                assert!(!report.is_as_meant(), "{place} {keyword} {value:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn a_field_that_only_the_type_has_is_told() {
    let mut types = facts::of_types(&types());
    let place = "DpdRequest.colour".to_owned();
    types.places.insert(place, [("type".to_owned(), json!("string"))].into());
    let report = Report::of(&our_document(), &types).to_string();
    assert!(report.contains("DpdRequest.colour type: - != \"string\""));
}
