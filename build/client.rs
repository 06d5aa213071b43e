//! The client that progenitor generates from the document.

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use syn::visit::Visit;

use super::document::{Document, Fault, schema_pointer, step};
use super::enumerations::Enumeration;
use super::keys;
use super::own_types::OWN_TYPES;
use super::parameters;
use super::polish::polish;
use super::requests;

pub(crate) fn rust(document: &Document, enumerations: &[Enumeration]) -> Result<String, Fault> {
    let mut root = document.root().clone();
    for name in document.request_schemas()? {
        if let Some(schema) = root.pointer_mut(&schema_pointer(&name)) {
            requests::strip(schema);
        }
    }
    parameters::strip(&mut root);
    widen_statuses(document, &mut root)?;
    let api = serde_path_to_error::deserialize::<_, OpenAPI>(&root)
        .map_err(|e| Fault::at(pointer(e.path()), e.inner()))?;
    let tokens = Generator::new(&settings(document, enumerations)?)
        .generate_tokens(&api)
        .map_err(|e| Fault::at("", format!("progenitor cannot generate a client: {e}")))?;
    let mut file = syn::parse2::<syn::File>(tokens)
        .map_err(|e| Fault::at("", format!("progenitor generated invalid Rust: {e}")))?;
    refuse_closed_enums(&file)?;
    polish(&mut file);
    keys::name_nearest(&mut file);
    // The calls in its documentation are not tests that are switched off.
    Ok(prettyplease::unparse(&file).replace("```ignore", "```text"))
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
        document.object(&schema_pointer(schema))?;
        settings.with_replacement(schema, path, std::iter::empty());
    }
    for enumeration in enumerations {
        let path = format!("crate::document::enumerations::{}", enumeration.name);
        for name in std::iter::once(&enumeration.name).chain(&enumeration.other_spellings) {
            settings.with_replacement(
                name,
                &path,
                [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
            );
        }
    }
    Ok(settings)
}

/// Makes any 2xx with the documented body a success. Every documented error status has
/// the same body, so one arm for each class is enough in the generated client.
fn widen_statuses(document: &Document, root: &mut Value) -> Result<(), Fault> {
    let paths = root.pointer_mut("/paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut)
            else {
                continue;
            };
            let pointer = format!("/paths{}{}/responses", step(path), step(method));
            *responses = widened(document, &pointer, std::mem::take(responses))?;
        }
    }
    Ok(())
}

fn widened(
    document: &Document,
    pointer: &str,
    responses: Map<String, Value>,
) -> Result<Map<String, Value>, Fault> {
    let body = |response: &Value| {
        let response = document.resolve(response);
        response.pointer("/content/application~1json/schema").cloned()
    };
    let mut widened = Map::new();
    for (status, response) in responses {
        let fault = |message: &str| Err(Fault::at(format!("{pointer}{}", step(&status)), message));
        let class = match status.chars().next() {
            Some('2') => "2XX",
            Some('4') => "4XX",
            Some('5') => "5XX",
            _ => return fault("must be a status of success (2xx) or of an error (4xx, 5xx)"),
        };
        match widened.get(class) {
            Some(first) if body(first) != body(&response) => {
                return fault("must have the body of the statuses of its class before it");
            }
            Some(_) => {}
            None => _ = widened.insert(class.to_owned(), response),
        }
    }
    if widened.get("4XX").map(body) != widened.get("5XX").map(body) {
        return Err(Fault::at(pointer, "the errors 4XX and 5XX must have one body"));
    }
    Ok(widened)
}

/// An enum of progenitor's own would reject values that are not listed.
fn refuse_closed_enums(file: &syn::File) -> Result<(), Fault> {
    #[derive(Default)]
    struct Enums(Vec<String>);
    impl Visit<'_> for Enums {
        fn visit_item_enum(&mut self, item: &syn::ItemEnum) {
            self.0.push(item.ident.to_string());
        }
    }
    let mut enums = Enums::default();
    enums.visit_file(file);
    match enums.0.as_slice() {
        [] => Ok(()),
        names => {
            let message = format!("progenitor made closed enums of these: {}", names.join(", "));
            Err(Fault::at("/components/schemas", message))
        }
    }
}
