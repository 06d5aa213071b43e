//! What the document says about addresses in requests: where a tunnel address
//! must lie, and which ranges are reserved.

use std::net::Ipv4Addr;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::document::Fault;
use super::requests::{Constant, Field};

/// Where a tunnel interface address must lie.
pub(super) fn address_limits(field: &Field<'_>) -> Result<Option<Constant>, Fault> {
    let keywords = ["x-address-block", "x-excluded-block", "x-prefix-length"];
    if keywords.iter().all(|keyword| !field.keywords.contains_key(*keyword)) {
        return Ok(None);
    }
    let [block, excluded, prefix] = keywords;
    let (block, excluded) = (network(field, block)?, network(field, excluded)?);
    let at = format!("{}/{prefix}", field.pointer);
    let length = field.keywords.get(prefix).and_then(Value::as_u64);
    let length = length
        .and_then(|length| u8::try_from(length).ok())
        .filter(|length| *length <= 30)
        .ok_or_else(|| Fault::at(at, "must be a prefix length, 0 to 30"))?;
    let value = quote! {
        AddressLimits { block: #block, excluded: #excluded, prefix_length: #length }
    };
    Ok(Some(field.constant("Place", quote!(AddressLimits), value)))
}

/// The ranges that the cloud keeps for itself.
pub(super) fn reserved_ranges(field: &Field<'_>) -> Result<Option<Constant>, Fault> {
    const KEYWORD: &str = "x-reserved-ranges";
    let Some(list) = field.keywords.get(KEYWORD) else { return Ok(None) };
    let fault = || Fault::at(format!("{}/{KEYWORD}", field.pointer), "must be a list of networks");
    let networks = list
        .as_array()
        .ok_or_else(fault)?
        .iter()
        .map(|network| parsed(network).ok_or_else(fault))
        .collect::<Result<Vec<_>, _>>()?;
    let kind = quote!(&[(::std::net::Ipv4Addr, u8)]);
    let mut constant = field.constant("Reserved ranges", kind, quote!(&[#(#networks),*]));
    constant.name.push_str("_RESERVED");
    Ok(Some(constant))
}

fn network(field: &Field<'_>, keyword: &str) -> Result<TokenStream, Fault> {
    field.keywords.get(keyword).and_then(parsed).ok_or_else(|| {
        Fault::at(format!("{}/{keyword}", field.pointer), "must be a network such as `10.0.0.0/8`")
    })
}

fn parsed(network: &Value) -> Option<TokenStream> {
    let (address, length) = network.as_str()?.split_once('/')?;
    let [a, b, c, d] = address.parse::<Ipv4Addr>().ok()?.octets();
    let length = length.parse::<u8>().ok().filter(|length| *length <= 32)?;
    Some(quote!((::std::net::Ipv4Addr::new(#a, #b, #c, #d), #length)))
}
