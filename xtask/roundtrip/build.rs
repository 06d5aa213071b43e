//! Generates the library's types once more, so that `JsonSchema` can be derived
//! for them, as they are and not as the document says.

#[path = "../../build/mod.rs"]
#[allow(dead_code, reason = "the library's build.rs uses the rest")]
mod generate;

use std::collections::HashSet;
use std::process::ExitCode;

use generate::{Document, Fault, File};
use quote::{format_ident, quote};
use syn::{Item, ItemStruct, parse_quote};

fn main() -> ExitCode {
    generate::build("../../openapi/vpn.yaml", &["build.rs", "../../build"], files)
}

fn files(document: &Document) -> Result<Vec<File>, Fault> {
    let mut files = generate::files(document)?;
    let mut take = |name: &str| {
        let position = files.iter().position(|(file, _)| *file == name);
        position.map(|position| files.swap_remove(position).1).unwrap_or_default()
    };
    let types = types(&take("client.rs")).map_err(|message| Fault::at("", message))?;
    let names = types.iter().map(|item| &item.ident);
    // What no type refers to.
    let facts = document.root().get("x-gateway-facts").and_then(|facts| facts.as_object());
    let facts = facts.into_iter().flatten().filter_map(|(_, fact)| fact.get("$ref")?.as_str());
    let facts = facts.filter_map(|fact| Some(format_ident!("{}", fact.rsplit('/').next()?)));
    let requests = document.request_schemas()?;
    let types = generate::pretty(&quote! {
        /// The schemas that requests are made of.
        pub(crate) const REQUESTS: &[&str] = &[#(#requests),*];

        #(#types)*

        /// Derives the schema of every type.
        pub(crate) fn derive(generator: &mut ::schemars::SchemaGenerator) {
            #(generator.subschema_for::<#names>();)*
            #(generator.subschema_for::<crate::document::enumerations::#facts>();)*
        }
    });
    Ok(vec![
        ("document.json", document.root().to_string()),
        ("enumerations.rs", take("enumerations.rs")),
        ("types.rs", types),
    ])
}

/// The structs of the client's types, ready for deriving.
fn types(client: &str) -> Result<Vec<ItemStruct>, String> {
    let file = syn::parse_file(client).map_err(|error| format!("client.rs: {error}"))?;
    let types = file.items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    let (_, items) = types.ok_or("client.rs has no types")?;
    let strict: HashSet<String> = items.iter().filter_map(strict).collect();
    let structs = items.into_iter().filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    Ok(structs.map(|item| derived(item, &strict)).collect())
}

/// The type whose `Deserialize` is put behind `src/keys.rs`, which refuses unknown
/// keys.
fn strict(item: &Item) -> Option<String> {
    let Item::Impl(item) = item else { return None };
    let (path, _) = item.trait_.as_ref()?;
    let target = &item.self_ty;
    let is_deserialize = path.segments.last().is_some_and(|it| it.ident == "Deserialize");
    let refuses = quote!(#item).to_string().contains("keys :: object");
    (is_deserialize && refuses).then(|| quote!(#target).to_string())
}

fn derived(mut item: ItemStruct, strict: &HashSet<String>) -> ItemStruct {
    item.attrs.retain(|attribute| attribute.path().is_ident("doc"));
    item.attrs.push(parse_quote!(#[derive(::schemars::JsonSchema)]));
    item.attrs.push(parse_quote!(#[allow(dead_code, reason = "only its shape is looked at")]));
    if strict.contains(&item.ident.to_string()) {
        item.attrs.push(parse_quote!(#[serde(deny_unknown_fields)]));
    }
    item
}
