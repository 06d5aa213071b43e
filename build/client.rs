//! The client that progenitor generates from the document.

use std::collections::HashMap;

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use syn::Item;

use super::builders;
use super::document::{Document, Fault, schema_pointer, step};
use super::enumerations::Enumeration;
use super::fields::{Field, LIMITS, OWN_TYPES};
use super::keys;
use super::operations::Operation;
use super::part::Part;
use super::polish;

pub(crate) fn rust(
    document: &Document,
    operations: &[Operation<'_>],
    enumerations: &[Enumeration],
    fields: &[Field<'_>],
) -> Result<String, Fault> {
    let mut root = document.root().clone();
    let requests = document.request_schemas()?;
    let fields = fields.iter().map(|field| field.part.pointer.clone());
    for pointer in requests.iter().map(|name| schema_pointer(name)).chain(fields) {
        root.pointer_mut(&pointer).into_iter().for_each(strip);
    }
    for responses in operations.iter().filter_map(|operation| operation.part.get("responses")) {
        let widened = widened(&responses)?;
        root.pointer_mut(&responses.pointer).into_iter().for_each(|it| *it = widened.clone());
    }
    let api = serde_path_to_error::deserialize::<_, OpenAPI>(&root)
        .map_err(|e| Fault::at(pointer(e.path()), e.inner()))?;
    let tokens = Generator::new(&settings(document, enumerations)?)
        .generate_tokens(&api)
        .map_err(|e| Fault::at("", format!("progenitor cannot generate a client: {e}")))?;
    let mut file = syn::parse2::<syn::File>(tokens)
        .map_err(|e| Fault::at("", format!("progenitor generated invalid Rust: {e}")))?;
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    let (_, types) = types.ok_or_else(|| Fault::at("", "progenitor generated no types"))?;
    reject_closed_enums(types)?;
    let docs = polish::field_docs(types);
    keys::complete(types);
    builders::replace(types);
    polish::polish(&mut file.items, "", &docs);
    // The calls in its documentation are not tests that are switched off.
    Ok(prettyplease::unparse(&file).replace("```ignore", "```text"))
}

/// Removes what became constants from a schema of a request: a limit would make a closed
/// newtype of the field, a default would make it mandatory and always sent.
fn strip(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    schema.remove("default");
    for keyword in LIMITS.concat() {
        schema.remove(keyword);
    }
    // The format of a number is its Rust type; that of a text is a rule.
    if schema.get("type").is_some_and(|kind| kind == "string") {
        schema.remove("format");
    }
    schema.get_mut("items").into_iter().for_each(strip);
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let steps = path.iter().map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => step(key),
        _ => String::new(),
    });
    steps.collect()
}

fn settings(
    document: &Document,
    enumerations: &[Enumeration],
) -> Result<GenerationSettings, Fault> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::session::Session))
        .with_derive("PartialEq");
    for (schema, path) in OWN_TYPES {
        document.part(&schema_pointer(schema))?;
        settings.with_replacement(schema, path, std::iter::empty());
    }
    for enumeration in enumerations {
        let path = format!("crate::document::enumerations::{}", enumeration.name);
        for name in std::iter::once(&enumeration.name).chain(&enumeration.other_spellings) {
            let traits = [TypeImpl::Display, TypeImpl::FromStr];
            settings.with_replacement(name, &path, traits.into_iter());
        }
    }
    Ok(settings)
}

/// The responses of an operation, with any 2xx that has the documented body a success.
/// Every documented error status has the same body, so one arm for each class is enough in
/// the generated client.
fn widened(responses: &Part<'_>) -> Result<Value, Fault> {
    let (mut widened, mut bodies) = (Map::new(), HashMap::new());
    for (status, response) in responses.members() {
        let class = match status.get(..1) {
            Some("2") => "2XX",
            Some("4") => "4XX",
            Some("5") => "5XX",
            _ => {
                let message = "must be a status of success (2xx) or of an error (4xx, 5xx)";
                return Err(response.fault(message));
            }
        };
        let body = response
            .resolved()
            .and_then(|response| response.value.pointer("/content/application~1json/schema"));
        if *bodies.entry(class == "2XX").or_insert(body) != body {
            return Err(response.fault("must have the body of the successes, or errors, before it"));
        }
        widened.entry(class).or_insert_with(|| response.value.clone());
    }
    Ok(Value::Object(widened))
}

/// An enum of progenitor's own would reject values that are not listed.
fn reject_closed_enums(types: &[Item]) -> Result<(), Fault> {
    let enums = types.iter().filter_map(|item| match item {
        Item::Enum(item) => Some(item.ident.to_string()),
        _ => None,
    });
    let names: Vec<_> = enums.collect();
    let message = format!("progenitor made closed enums of these: {}", names.join(", "));
    names.is_empty().then_some(()).ok_or_else(|| Fault::at("/components/schemas", message))
}
