//! The endpoints of the service and of the identity service, the profiles, and the header
//! of the token.

use quote::quote;

use super::document::{Document, Fault, Faults};
use super::part::Part;
use super::pretty;

pub(crate) fn rust(document: &Document, faults: &mut Faults) -> String {
    let made = made(document, faults);
    faults.keep_one(made).unwrap_or_default()
}

fn made(document: &Document, faults: &mut Faults) -> Result<String, Fault> {
    let server = document.part("/servers/0")?;
    let url = server.text("url").and_then(|template| template.split_once("{region}"));
    let (before, after) = url.ok_or_else(|| server.fault_of("url", "must contain `{region}`"))?;
    let regions = texts(&document.part("/servers/0/variables/region/enum")?, "regions")?;
    let known = document.part("/x-identity-endpoints")?;
    let identity = known.members().map(|(region, url)| match url.value.as_str() {
        Some(url) if url.starts_with("https://") => Ok(quote!((#region, #url))),
        _ => Err(url.fault("must be a URL that begins with https://")),
    });
    let profiles = document.part("/x-profiles")?.members().map(|(name, profile)| {
        let what = "regions that `x-identity-endpoints` knows";
        let regions = texts(&profile, what)?;
        match regions.iter().all(|region| known.has(region)) {
            true => Ok(quote!((#name, &[#(#regions),*]))),
            false => Err(profile.fault(format!("must be a list of {what}"))),
        }
    });
    let (identity, profiles) = (faults.keep(identity), faults.keep(profiles));
    let types = texts(&document.part("/x-service-types")?, "types of services")?;
    let scheme = document.part("/components/securitySchemes/token")?;
    let header = scheme.text("name").map(str::to_ascii_lowercase);
    let header = header.ok_or_else(|| scheme.fault_of("name", "must be the name of a header"))?;
    Ok(pretty(&quote! {
        /// The header for the token.
        pub(crate) const TOKEN_HEADER: http::HeaderName = http::HeaderName::from_static(#header);
        /// The endpoint of a region, before and after the name of the region.
        pub(crate) const REGION_URL: (&str, &str) = (#before, #after);
        /// The regions that have a documented endpoint.
        pub(crate) const REGIONS: &[&str] = &[#(#regions),*];
        /// The types of the service in a catalogue, the preferred one first.
        pub(crate) const SERVICE_TYPES: &[&str] = &[#(#types),*];
        /// The endpoint of the identity service of each region.
        pub(crate) const IDENTITY_ENDPOINTS: &[(&str, &str)] = &[#(#identity),*];
        /// The regions of each profile that `clouds.yaml` may name. The first one is the
        /// default.
        #[cfg(feature = "clouds-yaml")]
        pub(crate) const PROFILES: &[(&str, &[&str])] = &[#(#profiles),*];
    }))
}

/// A list of at least one text.
fn texts<'a>(list: &Part<'a>, what: &str) -> Result<Vec<&'a str>, Fault> {
    let texts: Option<Vec<_>> = list.items().map(|item| item.value.as_str()).collect();
    let texts = texts.filter(|texts| !texts.is_empty());
    texts.ok_or_else(|| list.fault(format!("must be a list of {what}")))
}
