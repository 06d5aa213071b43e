//! Where the service is reached, from `servers`.

use quote::quote;
use serde_json::Value;

use super::document::{Document, Fault};
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
    let tokens = quote! {
        /// The address of a region, before and after the region's name.
        pub(crate) const REGION_URL: (&str, &str) = (#before, #after);
        /// The regions that have a documented address.
        pub(crate) const REGIONS: &[&str] = &[#(#regions),*];
    };
    Ok(pretty(&tokens))
}
