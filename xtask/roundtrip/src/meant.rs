//! The differences between document and types that are meant, and what takes the
//! place of what is lost.

use serde_json::Value;

use crate::facts::{AS_ABSENT, Facts, NULLABLE};

/// Types that the library writes by hand.
const OWN: [&str; 3] = ["Psk", "ProjectId", "ConnectionId"];

const LIMITS: [&str; 7] =
    ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"];

/// One place and keyword where the two differ.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) place: String,
    pub(crate) keyword: String,
    pub(crate) document: Option<Value>,
    pub(crate) types: Option<Value>,
}

/// Why a difference is meant; `None` if it is not.
pub(crate) fn reason(difference: &Difference, document: &Facts) -> Option<&'static str> {
    let is_request = document.is_request(&difference.place);
    let stated = |keyword: &str| document.places.get(&difference.place)?.get(keyword);
    let keyword = difference.keyword.as_str();
    match (&difference.document, &difference.types) {
        (Some(_), None) => match keyword {
            it if is_request && LIMITS.contains(&it) => {
                Some("Limits of requests: constants of `limits`, which `validate()` checks")
            }
            "format" if is_request && stated("type")? == "string" => {
                Some("Formats of texts in requests: `validate()` checks them")
            }
            "default" if is_request => Some(
                "Defaults of requests: constants of `defaults`; the service fills them in, and \
                 `resolve_defaults()` shows it",
            ),
            "default" if stated("enum").is_some() => {
                Some("Defaults of enumerations: their `Default`")
            }
            "x-spelling-of" => Some("Other spellings: read by the enumeration that they spell"),
            it if it.starts_with("x-") => {
                Some("Extensions: the build makes checks and methods of them")
            }
            "example" => Some("Examples: the tests read them in the document"),
            "deprecated" => Some("Deprecation: a word of the description, and no warning"),
            "writeOnly" | "readOnly" => {
                Some("Directions: requests and responses have types of their own")
            }
            "description" if OWN.contains(&difference.place.as_str()) => {
                Some("Types written by hand: documented where they are")
            }
            "description" if difference.place.ends_with("[]") => {
                Some("Descriptions of items: items have no documentation of their own in Rust")
            }
            _ => None,
        },
        (Some(document), Some(types)) => match keyword {
            NULLABLE if document == AS_ABSENT && types == &Value::Bool(true) => {
                Some("Null: reads like an absent field, and is never sent")
            }
            "description" if stated("enum").is_some() && begins(types, document) => {
                Some("Descriptions of enumerations: followed by what is done with other values")
            }
            "enum" if values(types) == folded(document) => {
                Some("Values in two cases: one variant reads both")
            }
            _ => None,
        },
        (None, _) => None,
    }
}

fn begins(long: &Value, short: &Value) -> bool {
    let (long, short) = (long.as_str().unwrap_or_default(), short.as_str());
    short.is_some_and(|short| long.starts_with(short))
}

fn values(list: &Value) -> Vec<String> {
    let values = list.as_array().into_iter().flatten();
    values.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The first of the values that differ in case only.
fn folded(list: &Value) -> Vec<String> {
    let mut folded: Vec<String> = Vec::new();
    for value in values(list) {
        if !folded.iter().any(|it| it.eq_ignore_ascii_case(&value)) {
            folded.push(value);
        }
    }
    folded
}
