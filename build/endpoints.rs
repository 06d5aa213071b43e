//! The endpoints of the service and of the identity service, the profiles, and the header
//! of the token.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::document::{Document, Fault, step};
use super::pretty;

const IDENTITY: &str = "/x-identity-endpoints";
const PROFILES: &str = "/x-profiles";

pub(crate) fn rust(document: &Document) -> Result<String, Fault> {
    let url = "/servers/0/url";
    let template = document.part(url)?.as_str().unwrap_or_default();
    let Some((before, after)) = template.split_once("{region}") else {
        return Err(Fault::at(url, "must contain `{region}`"));
    };
    let listed = "/servers/0/variables/region/enum";
    let regions = document
        .part(listed)?
        .as_array()
        .and_then(|regions| regions.iter().map(Value::as_str).collect::<Option<Vec<_>>>())
        .ok_or_else(|| Fault::at(listed, "must be a list of regions"))?;
    let identity = identity_endpoints(document)?;
    let profiles = profiles(document)?;
    let scheme = "/components/securitySchemes/token/name";
    let header = document
        .part(scheme)?
        .as_str()
        .map(str::to_ascii_lowercase)
        .ok_or_else(|| Fault::at(scheme, "must be the name of a header"))?;
    let tokens = quote! {
        /// The header for the token.
        pub(crate) const TOKEN_HEADER: http::HeaderName = http::HeaderName::from_static(#header);
        /// The endpoint of a region, before and after the name of the region.
        pub(crate) const REGION_URL: (&str, &str) = (#before, #after);
        /// The regions that have a documented endpoint.
        pub(crate) const REGIONS: &[&str] = &[#(#regions),*];
        /// The endpoint of the identity service of each region.
        pub(crate) const IDENTITY_ENDPOINTS: &[(&str, &str)] = &[#(#identity),*];
        /// The regions of each profile that `clouds.yaml` may name. The first one is the
        /// default.
        #[cfg(feature = "clouds-yaml")]
        pub(crate) const PROFILES: &[(&str, &[&str])] = &[#(#profiles),*];
    };
    Ok(pretty(&tokens))
}

fn identity_endpoints(document: &Document) -> Result<Vec<TokenStream>, Fault> {
    let regions = document.object(IDENTITY)?;
    let entry = |(region, url): (&String, &Value)| match url.as_str() {
        Some(url) if url.starts_with("https://") => Ok(quote!((#region, #url))),
        _ => {
            let pointer = format!("{IDENTITY}{}", step(region));
            Err(Fault::at(pointer, "must be a URL that begins with https://"))
        }
    };
    regions.iter().map(entry).collect()
}

fn profiles(document: &Document) -> Result<Vec<TokenStream>, Fault> {
    let known = document.object(IDENTITY)?;
    let profile = |(name, regions): (&String, &Value)| {
        let regions = regions.as_array().map(Vec::as_slice).unwrap_or_default();
        let regions: Option<Vec<_>> = regions.iter().map(Value::as_str).collect();
        match regions {
            Some(regions)
                if !regions.is_empty() && regions.iter().all(|r| known.contains_key(*r)) =>
            {
                Ok(quote!((#name, &[#(#regions),*])))
            }
            _ => Err(Fault::at(
                format!("{PROFILES}{}", step(name)),
                format!(
                    "must be a list of regions that `{}` knows",
                    IDENTITY.trim_start_matches('/')
                ),
            )),
        }
    };
    document.object(PROFILES)?.iter().map(profile).collect()
}
