//! The client that progenitor generates from the document.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use syn::Item;

use super::builders;
use super::document::{Document, Fault, Faults, schema_pointer, step};
use super::enumerations::Enumeration;
use super::fields::{Field, LIMITS, OWN_TYPES, Owner};
use super::keys;
use super::operations::Operation;
use super::part::Part;
use super::polish;

pub(crate) fn rust(
    document: &Document,
    enumerations: &[Enumeration],
    fields: &[Field<'_>],
    responses: Vec<(String, Value)>,
) -> Result<String, Fault> {
    let mut root = document.root().clone();
    let requests = document.request_schemas()?;
    for field in fields {
        root.pointer_mut(&field.part.pointer).into_iter().for_each(|it| state(field, it));
    }
    let fields = fields.iter().map(|field| field.part.pointer.clone());
    for pointer in requests.iter().map(|name| schema_pointer(name)).chain(fields) {
        root.pointer_mut(&pointer).into_iter().for_each(strip);
    }
    for (pointer, widened) in responses {
        root.pointer_mut(&pointer).into_iter().for_each(|it| *it = widened.clone());
    }
    let api = serde_path_to_error::deserialize::<_, OpenAPI>(&root)
        .map_err(|e| Fault::at(pointer(e.path()), e.inner()))?;
    let mut generator = Generator::new(&settings(document, enumerations)?);
    // It panics at some documents, and prints a part of the document with some errors.
    let tokens = catch_unwind(AssertUnwindSafe(|| generator.generate_tokens(&api)));
    let tokens = tokens.map_err(|_| Fault::at("", "progenitor panicked; see its message above"))?;
    let tokens = tokens.map_err(|error| {
        let error = error.to_string();
        let line = error.lines().next().unwrap_or_default();
        Fault::at("", format!("progenitor cannot generate a client: {line}"))
    })?;
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

/// Says in the description of a field of a request what its type does not: that it must be
/// given, or what holds where it is not.
fn state(field: &Field<'_>, schema: &mut Value) {
    let fact = match schema.get("default") {
        _ if !matches!(field.owner, Owner::Schema(_)) => return,
        Some(value) => {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("Default when creating: `{value}`.")
        }
        None if field.is_required => "Required.".to_owned(),
        None => return,
    };
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = format!("{} {fact}", description.trim_end());
    }
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

/// The responses of every operation as the generator gets them, and where they stand: any
/// 2xx that has the documented body is a success, and every error status has the same
/// body, so that one arm for each class is enough in the generated client.
pub(crate) fn responses(operations: &[Operation<'_>], faults: &mut Faults) -> Vec<(String, Value)> {
    let all = || operations.iter().filter_map(|operation| operation.part.get("responses"));
    let error = all().find_map(|it| it.get("4XX").or_else(|| it.get("5XX")));
    let mut responses = Vec::new();
    for part in all() {
        let success = part.members().find(|(status, _)| is_of(status, "2XX"));
        let success = success.map(|(_, response)| response);
        let mut widened = Map::new();
        for (status, response) in part.members() {
            let class = ["2XX", "4XX", "5XX"].into_iter().find(|class| is_of(status, class));
            let expected = if class == Some("2XX") { &success } else { &error };
            let message = match class {
                None => "must be a status of success (2xx) or of an error (4xx, 5xx)",
                Some(class) if expected.as_ref().is_none_or(|it| body(it) == body(&response)) => {
                    widened.entry(class).or_insert_with(|| response.value.clone());
                    continue;
                }
                Some("2XX") => "must have the body of the success before it",
                Some(_) => "must have the body of every error: that of the first `4XX`",
            };
            faults.keep_one::<()>(Err(response.fault(message)));
        }
        responses.push((part.pointer, Value::Object(widened)));
    }
    responses
}

/// The schema of the JSON body of a response.
fn body<'a>(response: &Part<'a>) -> Option<&'a Value> {
    response.resolved()?.value.pointer("/content/application~1json/schema")
}

/// Whether a status is that of a class, `4XX`, or one of it, `404`.
fn is_of(status: &str, class: &str) -> bool {
    let number = status.strip_prefix(class.trim_end_matches('X'));
    status == class
        || number.is_some_and(|it| it.len() == 2 && it.bytes().all(|it| it.is_ascii_digit()))
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
