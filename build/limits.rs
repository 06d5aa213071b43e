//! The limits of requests as constants.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::characters::{character_classes, character_set};
use super::document::{Fault, Faults};
use super::fields::{CLASSES, Field, Kind, LIST, NUMBER, Owner, RESERVED, TEXT, TUNNEL, module_of};
use super::part::Part;
use super::pretty;

pub(crate) fn rust(fields: &[Field<'_>], faults: &mut Faults) -> String {
    constants_rust(fields, limits, faults)
}

/// The constants that `derive` makes of every field, in a module for each schema and
/// each operation.
pub(super) fn constants_rust(
    fields: &[Field<'_>],
    derive: fn(&Field<'_>) -> Result<TokenStream, Fault>,
    faults: &mut Faults,
) -> String {
    let mut modules = BTreeMap::<Owner<'_>, TokenStream>::new();
    for field in fields {
        modules.entry(field.owner).or_default().extend(faults.keep_one(derive(field)));
    }
    let modules = modules.into_iter().filter(|(_, constants)| !constants.is_empty());
    pretty(&modules.map(|(owner, constants)| module_rust(owner, constants)).collect())
}

fn module_rust(owner: Owner<'_>, constants: TokenStream) -> TokenStream {
    let (module, description) = match owner {
        Owner::None => return constants,
        Owner::Schema(name) => (module_of(name), format!("For [`{name}`](crate::types::{name}).")),
        Owner::Operation(id) => (module_of(id), format!("For the parameters of `{id}`.")),
    };
    quote! {
        #[doc = #description]
        pub mod #module {
            #[allow(unused_imports, reason = "not every schema has limits of every kind")]
            use super::*;
            #constants
        }
    }
}

/// A constant of a field; `what` begins its documentation.
pub(super) fn constant(
    field: &Field<'_>,
    what: &str,
    suffix: &str,
    kind: TokenStream,
    value: TokenStream,
) -> TokenStream {
    let (name, constant) = (field.name, format_ident!("{}{suffix}", field.constant()));
    let subject = match field.owner {
        Owner::None => format!("[`{name}`](crate::types::{name})"),
        Owner::Schema(schema) => format!("[`{schema}`](crate::types::{schema})`::{name}`"),
        Owner::Operation(id) => format!("the parameter `{name}` of `{id}`"),
    };
    let description = format!("{what} of {subject}.");
    quote! { #[doc = #description] pub const #constant: #kind = #value; }
}

fn limits(field: &Field<'_>) -> Result<TokenStream, Fault> {
    let (limits, more) = match field.kind {
        Kind::Text => (text(field)?, classes(field)?),
        Kind::Number => (ranged(field, "Range", &NUMBER)?, None),
        Kind::List(_) => (ranged(field, "Number of items", &LIST)?, reserved(field)?),
        Kind::Network if field.has_any(&TUNNEL) => (Some(tunnel(field)?), None),
        _ => (None, None),
    };
    Ok(quote!(#limits #more))
}

fn ranged(field: &Field<'_>, what: &str, keywords: &[&str]) -> Result<Option<TokenStream>, Fault> {
    let Some((min, max)) = range(&field.part, keywords)? else { return Ok(None) };
    let kind = quote!(::std::ops::RangeInclusive<u32>);
    Ok(Some(constant(field, what, "", kind, quote!(#min..=#max))))
}

fn text(field: &Field<'_>) -> Result<Option<TokenStream>, Fault> {
    let Some((min, max)) = range(&field.part, &TEXT)? else { return Ok(None) };
    let characters = character_set(&field.part)?;
    let value =
        quote! { TextLimits { min_length: #min, max_length: #max, characters: #characters } };
    Ok(Some(constant(field, "Length and characters", "", quote!(TextLimits), value)))
}

fn classes(field: &Field<'_>) -> Result<Option<TokenStream>, Fault> {
    let Some(rule) = field.part.get(CLASSES) else { return Ok(None) };
    let (kind, value) = (quote!(CharacterClasses), character_classes(&rule)?);
    Ok(Some(constant(field, "Character classes", "_CLASSES", kind, value)))
}

/// The two ends of a range, the first two of `keywords`; `None` where none of them is set.
pub(super) fn range(part: &Part<'_>, keywords: &[&str]) -> Result<Option<(u32, u32)>, Fault> {
    let (Some(set), [low, high, ..]) = (keywords.iter().find(|it| part.has(it)), keywords) else {
        return Ok(None);
    };
    let min = number(part, low)?.unwrap_or(0);
    let needed = || part.fault_of(set, format!("needs `{high}` beside it"));
    let max = number(part, high)?.ok_or_else(needed)?;
    match min > max {
        true => Err(part.fault_of(low, format!("is above `{high}`"))),
        false => Ok(Some((min, max))),
    }
}

pub(super) fn number(part: &Part<'_>, keyword: &str) -> Result<Option<u32>, Fault> {
    let Some(part) = part.get(keyword) else { return Ok(None) };
    let number = part.value.as_u64().and_then(|number| u32::try_from(number).ok());
    number.map(Some).ok_or_else(|| part.fault("must be a whole number from 0 to 4294967295"))
}

/// Where a tunnel interface address must lie.
fn tunnel(field: &Field<'_>) -> Result<TokenStream, Fault> {
    let part = &field.part;
    let [block, excluded, prefix] = TUNNEL;
    let network = |keyword| {
        let network = part.value.get(keyword).and_then(network);
        network.ok_or_else(|| part.fault_of(keyword, "must be a network such as `10.0.0.0/8`"))
    };
    let (block, excluded) = (network(block)?, network(excluded)?);
    let length = number(part, prefix)?.and_then(|length| u8::try_from(length).ok());
    let length = length.filter(|length| *length <= 30);
    let length = length.ok_or_else(|| part.fault_of(prefix, "must be a prefix length, 0 to 30"))?;
    let value =
        quote! { AddressLimits { block: #block, excluded: #excluded, prefix_length: #length } };
    Ok(constant(field, "Place", "", quote!(AddressLimits), value))
}

/// The ranges that the cloud keeps for itself.
fn reserved(field: &Field<'_>) -> Result<Option<TokenStream>, Fault> {
    let Some(list) = field.part.get(RESERVED) else { return Ok(None) };
    let networks = list.value.as_array();
    let networks: Option<Vec<_>> = networks.and_then(|list| list.iter().map(network).collect());
    let networks = networks.ok_or_else(|| list.fault("must be a list of networks"))?;
    let (kind, value) = (quote!(&[(::std::net::Ipv4Addr, u8)]), quote!(&[#(#networks),*]));
    Ok(Some(constant(field, "Reserved ranges", "_RESERVED", kind, value)))
}

fn network(network: &Value) -> Option<TokenStream> {
    let (address, length) = network.as_str()?.split_once('/')?;
    let [a, b, c, d] = address.parse::<Ipv4Addr>().ok()?.octets();
    let length = length.parse::<u8>().ok().filter(|length| *length <= 32)?;
    Some(quote!((::std::net::Ipv4Addr::new(#a, #b, #c, #d), #length)))
}
