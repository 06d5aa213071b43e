//! Who may call: one token in one header, for every operation.

use serde_json::Value;

use super::parts::{Part, operations};
use crate::document::{Document, Fault};

const SCHEME: [(&str, &str); 3] = [("type", "apiKey"), ("in", "header"), ("name", "X-Auth-Token")];

pub(super) fn scheme(document: &Document) -> Vec<Fault> {
    let mut faults = Vec::new();
    let schemes = schemes(document);
    if schemes.len() != 1 {
        let message = format!(
            "must hold exactly one scheme, the token in the header `X-Auth-Token`; it holds {}",
            schemes.len()
        );
        faults.push(Fault::at("/components/securitySchemes", message));
    }
    for (_, scheme) in schemes {
        for (keyword, expected) in SCHEME {
            if scheme.text(keyword) != Some(expected) {
                faults.push(scheme.fault_of(keyword, format!("must be `{expected}`")));
            }
        }
    }
    faults
}

pub(super) fn required(document: &Document) -> Vec<Fault> {
    let root = Part::root(document);
    let schemes = schemes(document);
    let asks_for_scheme = |requirement: &Part<'_>| {
        let mut asked = requirement.members();
        asked.next().is_some_and(|(name, scopes)| {
            schemes.iter().any(|(scheme, _)| *scheme == name)
                && scopes.value.as_array().is_some_and(Vec::is_empty)
        }) && asked.next().is_none()
    };
    let mut requirements = root.items_of("security");
    let mut faults = Vec::new();
    if !requirements.next().is_some_and(|only| asks_for_scheme(&only))
        || requirements.next().is_some()
    {
        let message = "must require the one security scheme, and nothing else, for every \
                       operation: `- token: []`";
        faults.push(root.fault_of("security", message));
    }
    faults.extend(operations(document).filter_map(|operation| {
        let own = operation.get("security")?;
        Some(own.fault("remove it: every operation is signed as the whole document says"))
    }));
    faults
}

fn schemes(document: &Document) -> Vec<(&str, Part<'_>)> {
    Part::at(document, "/components/securitySchemes")
        .filter(|schemes| matches!(schemes.value, Value::Object(_)))
        .map(|schemes| schemes.members().collect())
        .unwrap_or_default()
}
