//! The builders of the types, in place of typify's: these take texts, lists and other
//! builders as they are, and report everything that is missing at once.

use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Field, File, GenericArgument, Ident, Item, ItemStruct, Path, PathArguments, Type,
    parse_quote,
};

/// Replaces the module `builder`, and removes the error that its builders had.
pub(crate) fn replace(types: &mut Vec<Item>) {
    let is_replaced = |item: &Item| match item {
        Item::Mod(module) => module.ident == "builder" || module.ident == "error",
        _ => false,
    };
    types.retain(|item| !is_replaced(item));
    let structs = types.iter().filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    let mut parent = Parent(structs.clone().map(|item| item.ident.clone()).collect());
    let builders: Vec<Item> = structs
        .flat_map(|item| {
            let mut item = item.clone();
            item.fields.iter_mut().for_each(|field| parent.visit_field_mut(field));
            builder(&item).items
        })
        .collect();
    types.push(parse_quote! {
        /// Builders of these types. A builder can be the value of a field of another one,
        /// or one of its list.
        pub mod builder {
            use crate::error::Error;
            use crate::field_value::{FieldValue, Problems};

            #(#builders)*
        }
    });
}

/// Names the types, which stand in the parent of the module, from within the module.
struct Parent(Vec<Ident>);

impl VisitMut for Parent {
    fn visit_path_mut(&mut self, path: &mut Path) {
        match path.get_ident() {
            Some(name) if self.0.contains(name) => *path = parse_quote!(super::#name),
            _ => visit_mut::visit_path_mut(self, path),
        }
    }
}

fn builder(item: &ItemStruct) -> File {
    let name = &item.ident;
    let doc = format!(
        "Builder of [`{name}`](super::{name}). [`types`](crate::types) has whole examples."
    );
    let fields: Vec<_> = item.fields.iter().filter_map(BuiltField::of).collect();
    let names: Vec<_> = fields.iter().map(|field| field.name).collect();
    let kinds = fields.iter().map(|field| field.kind);
    let setters = fields.iter().map(BuiltField::setter);
    let required: Vec<_> =
        fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    let optional = fields.iter().filter(|field| !field.is_required).map(|field| field.name);
    let given = fields.iter().map(|field| match (field.name, field.is_required) {
        (name, true) => quote!(#name: Some(value.#name)),
        (name, false) => quote!(#name: value.#name),
    });
    parse_quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, Default)]
        #[must_use]
        pub struct #name {
            #(pub(crate) #names: Option<#kinds>,)*
            pub(crate) problems: Problems,
        }
        impl #name {
            #(#setters)*

            /// The value. This does not check the rules of its fields.
            ///
            /// # Errors
            /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) with everything
            /// that is missing in [`Error::violations`].
            pub fn build(self) -> Result<super::#name, Error> {
                Ok(self.finish()?)
            }

            fn finish(self) -> Result<super::#name, Problems> {
                let required = [#((stringify!(#required), self.#required.is_some()),)*];
                let problems = self.problems.and_missing(&required);
                match (#(self.#required,)*) {
                    (#(Some(#required),)*) if problems.is_empty() => Ok(super::#name {
                        #(#required,)*
                        #(#optional: self.#optional,)*
                    }),
                    _ => Err(problems),
                }
            }
        }
        impl TryFrom<#name> for super::#name {
            type Error = Error;

            fn try_from(builder: #name) -> Result<Self, Error> {
                builder.build()
            }
        }
        impl From<super::#name> for #name {
            fn from(value: super::#name) -> Self {
                Self { #(#given,)* problems: Problems::default() }
            }
        }
        impl FieldValue<super::#name> for #name {
            fn into_field(self) -> Result<Option<super::#name>, Problems> {
                self.finish().map(Some)
            }
        }
    }
}

struct BuiltField<'a> {
    name: &'a Ident,
    docs: Vec<&'a Attribute>,
    /// Without the `Option` of an optional field.
    kind: &'a Type,
    is_required: bool,
}

impl<'a> BuiltField<'a> {
    fn of(field: &'a Field) -> Option<Self> {
        let optional = argument_of(&field.ty, "Option");
        Some(Self {
            name: field.ident.as_ref()?,
            docs: field.attrs.iter().filter(|it| it.path().is_ident("doc")).collect(),
            kind: optional.unwrap_or(&field.ty),
            is_required: optional.is_none(),
        })
    }

    fn setter(&self) -> syn::ImplItemFn {
        let Self { name, docs, kind, .. } = self;
        match argument_of(kind, "Vec") {
            Some(item) => parse_quote! {
                #(#docs)*
                pub fn #name<T: FieldValue<#item>>(
                    mut self,
                    #name: impl IntoIterator<Item = T>,
                ) -> Self {
                    self.#name = self.problems.take_list(stringify!(#name), #name);
                    self
                }
            },
            None => parse_quote! {
                #(#docs)*
                pub fn #name(mut self, #name: impl FieldValue<#kind>) -> Self {
                    self.#name = self.problems.take(stringify!(#name), #name);
                    self
                }
            },
        }
    }
}

/// The `T` of a type such as `Option<T>`.
pub(crate) fn argument_of<'a>(kind: &'a Type, generic: &str) -> Option<&'a Type> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == generic)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(kind) => Some(kind),
        _ => None,
    }
}
