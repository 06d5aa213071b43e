//! Completes the output of progenitor: documents the builders, removes a constructor that
//! panics, and makes the types `#[non_exhaustive]`, so that a new optional field of the
//! document breaks nobody.

use std::collections::HashMap;

use syn::{Attribute, ImplItem, Item, Type, parse_quote};

/// The documentation of fields, by `Type::field`.
type FieldDocs = HashMap<String, Vec<Attribute>>;

/// The documentation of every field of the types.
pub(crate) fn field_docs(types: &[Item]) -> FieldDocs {
    let structs = types.iter().filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    let fields = structs.flat_map(|item| item.fields.iter().map(|field| (&item.ident, field)));
    let docs = fields.filter_map(|(owner, field)| {
        let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
        Some((format!("{owner}::{}", field.ident.as_ref()?), docs.cloned().collect()))
    });
    docs.collect()
}

/// Completes the items of a module, `""` for that of the client, and of those in it.
pub(crate) fn polish(items: &mut [Item], module: &str, fields: &FieldDocs) {
    for item in items {
        match item {
            Item::Mod(item) => {
                let name = item.ident.to_string();
                document(&mut item.attrs, || match name.as_str() {
                    "error" => doc("Failures of the builders of these types."),
                    _ => doc("Builders of these types."),
                });
                let items = item.content.iter_mut().flat_map(|(_, items)| items);
                items.for_each(|item| polish(std::slice::from_mut(item), &name, fields));
            }
            Item::Struct(item) => {
                if module == "types" {
                    item.attrs.push(parse_quote!(#[non_exhaustive]));
                }
                let name = &item.ident;
                document(&mut item.attrs, || {
                    doc(&format!("Builder of [`{name}`](super::{name})."))
                });
            }
            Item::Impl(item) if item.trait_.is_none() => {
                if module.is_empty() {
                    // It would make an HTTP client that never sends, and panic if it cannot.
                    item.items.retain(|it| !matches!(it, ImplItem::Fn(f) if f.sig.ident == "new"));
                }
                let Type::Path(owner) = &*item.self_ty else { continue };
                let owner = owner.path.segments.last().map(|segment| segment.ident.to_string());
                methods(&mut item.items, &owner.unwrap_or_default(), fields);
            }
            _ => {}
        }
    }
}

fn methods(items: &mut [ImplItem], owner: &str, fields: &FieldDocs) {
    for item in items {
        let ImplItem::Fn(method) = item else { continue };
        let name = method.sig.ident.to_string();
        document(&mut method.attrs, || match name.as_str() {
            "builder" => {
                doc("A builder with nothing set yet. [`types`](crate::types) has an example.")
            }
            "new" => doc("The call with nothing set yet."),
            "body_map" => doc("Changes the body as far as it is set."),
            name => {
                let docs = fields.get(&format!("{owner}::{name}")).cloned();
                docs.unwrap_or_else(|| doc(&format!("Sets `{name}`.")))
            }
        });
    }
}

/// Documents what has no documentation.
fn document(attributes: &mut Vec<Attribute>, docs: impl FnOnce() -> Vec<Attribute>) {
    if !attributes.iter().any(|attribute| attribute.path().is_ident("doc")) {
        attributes.splice(0..0, docs());
    }
}

fn doc(text: &str) -> Vec<Attribute> {
    vec![parse_quote!(#[doc = #text])]
}
