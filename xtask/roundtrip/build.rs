//! Generates the library's types once more, so that `JsonSchema` can be derived
//! for them, as they are and not as the document says.

#[path = "../../build/mod.rs"]
#[allow(dead_code, reason = "the library's build.rs uses the rest")]
mod generate;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use quote::quote;
use syn::{Item, ItemStruct, parse_quote};

const DOCUMENT: &str = "../../openapi/vpn.yaml";

fn main() -> ExitCode {
    for input in [DOCUMENT, "build.rs", "../../build"] {
        println!("cargo::rerun-if-changed={input}");
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let document = generate::Document::read(Path::new(DOCUMENT))?;
    let files = generate::files(&document).map_err(|fault| document.locate(&fault))?;
    let text = |name| {
        let found = files.iter().find(|(file, _)| *file == name);
        found.map(|(_, text)| text.as_str()).ok_or_else(|| format!("there is no {name}"))
    };
    write("document.json", &document.root().to_string())?;
    write("enumerations.rs", text("enumerations.rs")?)?;
    let requests = document.request_schemas().map_err(|fault| document.locate(&fault))?;
    let requests = requests.iter().map(String::as_str);
    let types = types(text("client.rs")?)?;
    let names = types.iter().map(|item| &item.ident);
    let file = syn::parse2(quote! {
            /// The schemas that requests are made of.
            pub(crate) const REQUESTS: &[&str] = &[#(#requests),*];

            #(#types)*

            /// Derives the schema of every type.
            pub(crate) fn derive(generator: &mut ::schemars::SchemaGenerator) {
                #(generator.subschema_for::<#names>();)*
        }
    })
    .map_err(|error| format!("types.rs: {error}"))?;
    write("types.rs", &prettyplease::unparse(&file))
}

fn write(name: &str, text: &str) -> Result<(), String> {
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set; cargo sets it")?;
    let path = PathBuf::from(out).join(name);
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
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
