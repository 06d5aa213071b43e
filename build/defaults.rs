//! The documented defaults of requests as constants, and filling them in.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::document::{Fault, Faults};
use super::fields::{Field, Kind, NUMBER, Owner, PAIRED, by_owner};
use super::limits::{constant, constants_rust, number, range};
use super::pretty;

pub(crate) fn rust(fields: &[Field<'_>], faults: &mut Faults) -> String {
    constants_rust(fields, default, faults)
}

fn default(field: &Field<'_>) -> Result<TokenStream, Fault> {
    let Some(part) = field.part.get("default") else { return Ok(TokenStream::new()) };
    let (kind, value) = match (&field.kind, part.value) {
        (Kind::Enumeration(enumeration), value) => {
            let mut variants = enumeration.variants.iter();
            let variant = variants.find(|variant| *value == variant.value.as_str());
            let message = format!("{value} is not a value of `{}`", enumeration.name);
            let variant = format_ident!("{}", variant.ok_or_else(|| part.fault(message))?.name);
            let name = format_ident!("{}", enumeration.name);
            let kind = quote!(crate::document::enumerations::#name);
            (kind.clone(), quote!(#kind::#variant))
        }
        (Kind::Boolean, Value::Bool(value)) => (quote!(bool), quote!(#value)),
        (Kind::Text | Kind::Network, Value::String(text)) => (quote!(&str), quote!(#text)),
        (Kind::Number, Value::Number(_)) => {
            let number = number(&field.part, "default")?.unwrap_or_default();
            if let Some((min, max)) = range(&field.part, &NUMBER)?
                && !(min..=max).contains(&number)
            {
                return Err(part.fault(format!("is {number}; must be {min} to {max}")));
            }
            (quote!(u32), quote!(#number))
        }
        (_, value) => return Err(part.fault(format!("{value} is not a valid default"))),
    };
    Ok(constant(field, "Documented default", "", kind, value))
}

/// An implementation of `Resolve` for the connection to create and every schema in it that
/// has a default, or holds a schema that has one.
pub(crate) fn resolution_rust(fields: &[Field<'_>]) -> String {
    let mut created = BTreeSet::new();
    add_objects(fields, PAIRED, &mut created);
    let schemas = by_owner(fields).filter_map(|(owner, own)| match owner {
        Owner::Schema(name) if created.contains(name) && has_defaults(fields, name) => {
            Some((name, own))
        }
        _ => None,
    });
    let implementations = schemas.map(|(name, own)| {
        let schema = format_ident!("{name}");
        let fills = own.iter().filter_map(|field| fill(fields, field));
        quote! {
            impl Resolve for crate::types::#schema {
                fn resolve(&mut self) {
                    #(#fills)*
                }
            }
        }
    });
    pretty(&implementations.collect())
}

/// Adds the schema, and those that it holds.
fn add_objects<'a>(fields: &[Field<'a>], schema: &'a str, found: &mut BTreeSet<&'a str>) {
    if !found.insert(schema) {
        return;
    }
    for field in fields.iter().filter(|field| field.owner == Owner::Schema(schema)) {
        if let Kind::Object(child) = field.kind {
            add_objects(fields, child, found);
        }
    }
}

fn has_defaults(fields: &[Field<'_>], schema: &str) -> bool {
    let mut own = fields.iter().filter(|field| field.owner == Owner::Schema(schema));
    own.any(|field| match field.kind {
        Kind::Object(child) => has_defaults(fields, child),
        _ => field.part.has("default"),
    })
}

fn fill(fields: &[Field<'_>], field: &Field<'_>) -> Option<TokenStream> {
    let name = format_ident!("{}", field.name);
    match field.kind {
        Kind::Object(child) if has_defaults(fields, child) => Some(match field.is_required {
            true => quote! { self.#name.resolve(); },
            false => quote! { self.#name.get_or_insert_default().resolve(); },
        }),
        Kind::Object(_) => None,
        _ => {
            let default = field.path("defaults", &field.constant());
            field.part.has("default").then(|| quote! { self.#name.get_or_insert(#default); })
        }
    }
}
