//! Reading requests from files: what serde derives for them is put behind
//! `src/keys.rs`, whose refusal of an unknown key names the nearest one.

use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Field, Fields, File, Item, ItemImpl, ItemMod, ItemStruct, Meta, Path, parse_quote,
};

pub(crate) fn name_nearest(file: &mut File) {
    NameNearest.visit_file_mut(file);
}

struct NameNearest;

impl VisitMut for NameNearest {
    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        visit_mut::visit_item_mod_mut(self, module);
        let Some((_, items)) = &mut module.content else { return };
        let impls: Vec<Item> = items
            .iter_mut()
            .filter_map(|item| match item {
                Item::Struct(item) => strict(item).map(Item::Impl),
                _ => None,
            })
            .collect();
        items.extend(impls);
    }
}

/// The implementation that takes the place of the derived one, if `item` refuses
/// unknown keys.
fn strict(item: &mut ItemStruct) -> Option<ItemImpl> {
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
