//! What requests need beside what the generator makes of them: reading from files, where
//! what serde derives is put behind `src/keys.rs`, which suggests the nearest key for an
//! unknown one; laying one over another; and the settings of a pair of them.

use syn::punctuated::Punctuated;
use syn::{Attribute, Field, File, Item, ItemStruct, Path, PathSegment, parse_quote};

use super::builders::argument_of;
use super::fields::{DECIDED, PAIRED};

/// Completes every type that denies unknown keys.
pub(crate) fn complete(types: &mut Vec<Item>) {
    let denied: Attribute = parse_quote!(#[serde(deny_unknown_fields)]);
    let is_deserialize = |segment: &PathSegment| segment.ident == "Deserialize";
    let mut more = Vec::new();
    for item in types.iter_mut() {
        let Item::Struct(item) = item else { continue };
        if !item.attrs.contains(&denied) {
            continue;
        }
        item.attrs.retain(|attribute| attribute != &denied);
        for derives in item.attrs.iter_mut().filter(|it| it.path().is_ident("derive")) {
            let paths = Punctuated::<Path, syn::Token![,]>::parse_terminated;
            let derived = derives.parse_args_with(paths).unwrap_or_default();
            let others = derived.iter().filter(|path| !path.segments.iter().any(is_deserialize));
            *derives = parse_quote!(#[derive(#(#others),*)]);
        }
        more.extend(implementations(item).items);
        if item.ident == PAIRED {
            more.extend(settings(item).items);
        }
    }
    types.extend(more);
}

/// Reads a request as serde derives it, but with the keys checked, and lays one over another.
fn implementations(item: &ItemStruct) -> File {
    let own = item.fields.iter().map(undocumented);
    let names: Vec<_> = item.fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let name = &item.ident;
    parse_quote! {
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
        impl crate::overlay::Overlay for #name {
            fn overlay(&mut self, over: &Self) {
                #(crate::overlay::Overlay::overlay(&mut self.#names, &over.#names);)*
            }
        }
    }
}

/// A field without what only serialising and readers need.
fn undocumented(field: &Field) -> Field {
    let mut field = field.clone();
    field.vis = syn::Visibility::Inherited;
    field.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
    field
}

/// A macro that defines a struct with the optional fields of the request, and with those
/// that its call adds.
fn settings(item: &ItemStruct) -> File {
    let is_shared = |field: &&Field| {
        let is_optional = argument_of(&field.ty, "Option").is_some();
        is_optional && field.ident.as_ref().is_some_and(|name| name != DECIDED)
    };
    let shared: Vec<_> = item.fields.iter().filter(is_shared).map(undocumented).collect();
    let names: Vec<_> = shared.iter().map(|field| &field.ident).collect();
    let fields =
        shared.iter().map(|field| Field { vis: parse_quote!(pub(super)), ..field.clone() });
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
                    pub(super) fn take(&mut self, request: builder::#request) {
                        #(self.#names = request.#names;)*
                    }

                    /// Lays what is set over a request.
                    pub(super) fn over(
                        &self,
                        mut request: builder::#request,
                    ) -> builder::#request {
                        #(crate::overlay::Overlay::overlay(&mut request.#names, &self.#names);)*
                        request
                    }
                }
            };
        }
        pub(crate) use request_settings;
    }
}
