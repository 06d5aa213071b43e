//! Where the service is reached, from `servers`, and the header of the token.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::document::{Document, Fault, step};
use super::pretty;

pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let url = "/servers/0/url";
    let template = document.part(url)?.as_str().unwrap_or_default();
    let Some((before, after)) = template.split_once("{region}") else {
        return Err(Fault::at(url, "must hold `{region}`"));
    };
    let listed = "/servers/0/variables/region/enum";
    let regions = document
        .part(listed)?
        .as_array()
        .and_then(|regions| regions.iter().map(Value::as_str).collect::<Option<Vec<_>>>())
        .ok_or_else(|| Fault::at(listed, "must be a list of regions"))?;
    let identity = identity_endpoints(document)?;
    let scheme = "/components/securitySchemes/token/name";
    let header = document
        .part(scheme)?
        .as_str()
        .map(str::to_ascii_lowercase)
        .ok_or_else(|| Fault::at(scheme, "must be the name of a header"))?;
    let tokens = quote! {
        /// The header that carries the token.
        pub(crate) const TOKEN_HEADER: http::HeaderName = http::HeaderName::from_static(#header);
        /// The address of a region, before and after the region's name.
        pub(crate) const REGION_URL: (&str, &str) = (#before, #after);
        /// The regions that have a documented address.
        pub(crate) const REGIONS: &[&str] = &[#(#regions),*];
        /// The address of the identity service of each region.
        pub(crate) const IDENTITY_ENDPOINTS: &[(&str, &str)] = &[#(#identity),*];
    };
    Ok(pretty(&tokens))
}

fn identity_endpoints(document: &Document) -> Result<Vec<TokenStream>, Fault> {
    const EXTENSION: &str = "/x-identity-endpoints";
    let regions = document.object(EXTENSION)?;
    let entry = |(region, url): (&String, &Value)| match url.as_str() {
        Some(url) if url.starts_with("https://") => Ok(quote!((#region, #url))),
        _ => {
            let pointer = format!("{EXTENSION}{}", step(region));
            Err(Fault::at(pointer, "must be a URL that begins with https://"))
        }
    };
    regions.iter().map(entry).collect()
}
