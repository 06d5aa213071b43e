//! What requests need beside what the generator makes of them: reading from files, where
//! what serde derives is put behind `src/keys.rs`, which suggests the nearest key for an
//! unknown one; laying one over another; and the settings of a pair of them.

use super::own_types::{DECIDED, PAIRED};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Field, Fields, File, Item, ItemMod, ItemStruct, Meta, Path, Type, parse_quote,
};

pub(crate) fn name_nearest(file: &mut File) {
    NameNearest.visit_file_mut(file);
}

struct NameNearest;

impl VisitMut for NameNearest {
    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        visit_mut::visit_item_mod_mut(self, module);
        let Some((_, items)) = &mut module.content else { return };
        let mut more: Vec<Item> = Vec::new();
        for item in items.iter_mut() {
            let Item::Struct(item) = item else { continue };
            let Some(read) = strict(item) else { continue };
            more.push(read);
            more.push(overlay(item));
            more.push(nested(item));
            if item.ident == PAIRED {
                more.push(settings(item));
                more.push(parse_quote!(
                    pub(crate) use request_settings;
                ));
            }
        }
        items.extend(more);
    }
}

/// The implementation that takes the place of the derived one, if `item` refuses
/// unknown keys.
fn strict(item: &mut ItemStruct) -> Option<Item> {
    let refuses: Attribute = parse_quote!(#[serde(deny_unknown_fields)]);
    let position = item.attrs.iter().position(|attribute| attribute == &refuses)?;
    item.attrs.remove(position);
    item.attrs.iter_mut().for_each(take_out_deserialize);
    let Fields::Named(fields) = &item.fields else { return None };
    let own: Vec<Field> = fields.named.iter().map(undocumented).collect();
    let names: Vec<_> = own.iter().filter_map(|field| field.ident.as_ref()).collect();
    let name = &item.ident;
    Some(parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                #[derive(::serde::Deserialize)]
                struct Object { #(#own),* }
                let Object { #(#names),* } = crate::keys::object(deserializer)?;
                Ok(Self { #(#names),* })
            }
        }
    })
}

fn take_out_deserialize(attribute: &mut Attribute) {
    let Meta::List(list) = &attribute.meta else { return };
    let paths = syn::punctuated::Punctuated::<Path, syn::Token![,]>::parse_terminated;
    if !list.path.is_ident("derive") {
        return;
    }
    let Ok(derived) = list.parse_args_with(paths) else { return };
    let is_other = |path: &&Path| path.segments.last().is_some_and(|s| s.ident != "Deserialize");
    let others: Vec<&Path> = derived.iter().filter(is_other).collect();
    *attribute = parse_quote!(#[derive(#(#others),*)]);
}

/// A field without what only serialising and readers need.
fn undocumented(field: &Field) -> Field {
    let mut field = field.clone();
    field.vis = syn::Visibility::Inherited;
    field.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
    field
}

/// Lays one request over another.
fn overlay(item: &ItemStruct) -> Item {
    let (name, fields) = (&item.ident, item.fields.iter().map(|field| &field.ident));
    parse_quote! {
        impl crate::overlay::Overlay for #name {
            fn overlay(&mut self, over: &Self) {
                #(crate::overlay::Overlay::overlay(&mut self.#fields, &over.#fields);)*
            }
        }
    }
}

/// Lets a builder be the value of an optional field of another one, in a closure too, which
/// cannot return early.
fn nested(item: &ItemStruct) -> Item {
    let name = &item.ident;
    parse_quote! {
        impl TryFrom<builder::#name> for Option<#name> {
            type Error = error::ConversionError;

            fn try_from(builder: builder::#name) -> Result<Self, Self::Error> {
                #name::try_from(builder).map(Some)
            }
        }
    }
}

/// A macro that defines a struct with the optional fields of the request, and with those
/// that its call adds.
fn settings(item: &ItemStruct) -> Item {
    let is_optional = |field: &&Field| {
        let Type::Path(kind) = &field.ty else { return false };
        kind.path.segments.last().is_some_and(|last| last.ident == "Option")
    };
    let fields = item.fields.iter().filter(is_optional);
    let is_decided = |field: &&Field| field.ident.as_ref().is_some_and(|name| name == DECIDED);
    let fields = fields
        .filter(|field| !is_decided(field))
        .map(|field| Field { vis: parse_quote!(pub(super)), ..undocumented(field) });
    let fields: Vec<Field> = fields.collect();
    let names: Vec<_> = fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let request = &item.ident;
    parse_quote! {
        macro_rules! request_settings {
            ($(#[$meta:meta])* struct $name:ident { $($own:tt)* }) => {
                $(#[$meta])*
                pub(super) struct $name {
                    $($own)*
                    #(#fields,)*
                }

                impl $name {
                    /// Takes every optional field of a request.
                    pub(super) fn take(&mut self, request: #request) {
                        #(self.#names = request.#names;)*
                    }

                    /// Lays what is set over a request.
                    pub(super) fn apply(&self, request: &mut #request) {
                        #(crate::overlay::Overlay::overlay(&mut request.#names, &self.#names);)*
                    }
                }
            };
        }
    }
}
