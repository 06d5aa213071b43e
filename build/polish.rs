//! Completes the output of progenitor: documents the builders, removes a constructor that
//! panics, and makes the types `#[non_exhaustive]`, so that a new optional field of the
//! document breaks nobody.

use std::collections::HashMap;

use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, File, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, ItemStruct, Type, parse_quote,
};

type Docs = Vec<Attribute>;

pub(crate) fn polish(file: &mut File) {
    let mut polish = Polish::default();
    for item in &file.items {
        if let Item::Mod(types) = item
            && types.ident == "types"
        {
            polish.fields = field_docs(types);
        }
    }
    polish.visit_file_mut(file);
}

/// The documentation of every field, by type and field.
fn field_docs(types: &ItemMod) -> HashMap<(String, String), Docs> {
    let mut docs = HashMap::new();
    let items = types.content.iter().flat_map(|(_, items)| items);
    for item in items {
        let Item::Struct(item) = item else { continue };
        for field in &item.fields {
            let Some(name) = &field.ident else { continue };
            docs.insert((item.ident.to_string(), name.to_string()), docs_of(&field.attrs));
        }
    }
    docs
}

fn docs_of(attributes: &[Attribute]) -> Docs {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect()
}

#[derive(Default)]
struct Polish {
    /// The documentation of fields, by type and field.
    fields: HashMap<(String, String), Docs>,
    /// The modules around the item that is being visited.
    modules: Vec<String>,
    /// The type whose methods are visited.
    implementing: Option<String>,
}

impl Polish {
    fn is_in(&self, modules: &[&str]) -> bool {
        self.modules == modules
    }
}

impl VisitMut for Polish {
    fn visit_item_mod_mut(&mut self, item: &mut ItemMod) {
        if docs_of(&item.attrs).is_empty() && item.ident == "error" {
            item.attrs.push(parse_quote!(#[doc = "Failures of the builders of these types."]));
        }
        if docs_of(&item.attrs).is_empty() {
            item.attrs.push(parse_quote!(#[doc = "Builders of these types."]));
        }
        self.modules.push(item.ident.to_string());
        visit_mut::visit_item_mod_mut(self, item);
        self.modules.pop();
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        if self.is_in(&["types"]) {
            item.attrs.push(parse_quote!(#[non_exhaustive]));
        }
        if docs_of(&item.attrs).is_empty() {
            let doc = format!("Builder of [`{0}`](super::{0}).", item.ident);
            item.attrs.push(parse_quote!(#[doc = #doc]));
        }
    }

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        if item.trait_.is_none()
            && let Type::Path(path) = &*item.self_ty
        {
            if self.is_in(&[]) {
                // It would make an HTTP client that never sends, and panic if it cannot.
                item.items.retain(|item| !matches!(item, ImplItem::Fn(f) if f.sig.ident == "new"));
            }
            self.implementing = path.path.segments.last().map(|segment| segment.ident.to_string());
            visit_mut::visit_item_impl_mut(self, item);
            self.implementing = None;
        }
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut ImplItemFn) {
        if !docs_of(&item.attrs).is_empty() {
            return;
        }
        let name = item.sig.ident.to_string();
        let of_field = self.implementing.clone().map(|implementing| (implementing, name.clone()));
        let docs = match of_field.and_then(|key| self.fields.get(&key)) {
            Some(docs) if self.is_in(&["types", "builder"]) => docs.clone(),
            _ => {
                let doc = match name.as_str() {
                    "builder" => "A builder with nothing set yet.".to_owned(),
                    "new" => "The call with nothing set yet.".to_owned(),
                    "body_map" => "Changes the body as far as it is set.".to_owned(),
                    name => format!("Sets `{name}`."),
                };
                vec![parse_quote!(#[doc = #doc])]
            }
        };
        item.attrs.splice(0..0, docs);
    }
}
