//! The checks of single fields: which limit holds for which field of which
//! request, as code that calls the helpers of `src/validate/fields.rs`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::document::{Document, Fault, referenced_schema, schema_pointer, step};
use super::enumerations::Enumeration;
use super::pretty;
use super::requests::{LIMITS, screaming_snake};

/// An implementation of `Fields` for every part of a request that is an object.
pub(crate) fn rust(document: &Document, enumerations: &[Enumeration]) -> Result<String, Fault> {
    let names = document.request_parts()?;
    let mut checks = TokenStream::new();
    let mut orders = TokenStream::new();
    for (name, _, schema) in document.schemas()? {
        if names.contains(name) && schema.contains_key("properties") {
            checks.extend(schema_check(document, enumerations, name, schema)?);
            orders.extend(schema_order(name, schema));
        }
    }
    let tokens = quote! {
        /// The request schemas with their fields, in the order of the document, each
        /// with the schema that it refers to.
        pub(super) const PROPERTIES: &[(&str, &[(&str, &str)])] = &[#orders];
        #checks
    };
    Ok(pretty(&tokens))
}

fn schema_order(name: &str, schema: &Map<String, Value>) -> TokenStream {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let properties = properties.map(|(property, keywords)| {
        let items = keywords.get("items").unwrap_or(keywords).as_object();
        let child = items.and_then(referenced_schema).unwrap_or_default();
        quote!((#property, #child))
    });
    quote!((#name, &[#(#properties),*]),)
}

/// A property and what is needed to check it.
struct Property<'a> {
    document: &'a Document,
    enumerations: &'a [Enumeration],
    pointer: String,
    keywords: &'a Map<String, Value>,
    /// The constant of its limits.
    limits: TokenStream,
}

fn schema_check(
    document: &Document,
    enumerations: &[Enumeration],
    name: &str,
    schema: &Map<String, Value>,
) -> Result<TokenStream, Fault> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |property: &str| {
        required.is_some_and(|list| list.iter().any(|name| name.as_str() == Some(property)))
    };
    let module = format_ident!("{}", screaming_snake(name).to_ascii_lowercase());
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut checks = Vec::new();
    for (property, keywords) in properties.into_iter().flatten() {
        let pointer = format!("{}/properties{}", schema_pointer(name), step(property));
        let keywords =
            keywords.as_object().ok_or_else(|| Fault::at(&pointer, "must be an object"))?;
        let constant = format_ident!("{}", screaming_snake(property));
        let limits = quote!(crate::document::limits::#module::#constant);
        let property_check = Property { document, enumerations, pointer, keywords, limits };
        let check = property_check.check()?;
        if check.is_empty() {
            continue;
        }
        let field = format_ident!("{property}");
        let check = quote! { let at = at.member(#property); #check };
        checks.push(match is_required(property) {
            true => quote! { { let value = &self.#field; #check } },
            false => quote! { if let Some(value) = &self.#field { #check } },
        });
    }
    let schema = format_ident!("{name}");
    Ok(quote! {
        impl Fields for crate::types::#schema {
            fn check(&self, at: &At<'_>, report: &mut Report) {
                #(#checks)*
            }
        }
    })
}

impl Property<'_> {
    /// Statements over `value`, `at` and `report`; empty where nothing is to check.
    fn check(&self) -> Result<TokenStream, Fault> {
        let mut checks = TokenStream::new();
        if self.keywords.get("deprecated") == Some(&Value::Bool(true)) {
            checks.extend(quote! { report.deprecated(&at); });
        }
        checks.extend(self.check_value()?);
        Ok(checks)
    }

    fn check_value(&self) -> Result<TokenStream, Fault> {
        if let Some(name) = referenced_schema(self.keywords) {
            return self.check_referenced(name);
        }
        let has_limit = self.keywords.keys().any(|keyword| LIMITS.contains(&keyword.as_str()));
        let limits = &self.limits;
        match self.keywords.get("type").and_then(Value::as_str) {
            Some("string") if has_limit => Ok(quote! { report.text(&at, value, &#limits); }),
            Some("integer") if has_limit => Ok(quote! { report.number(&at, *value, &#limits); }),
            Some("string") if is_network(self.keywords) => {
                Ok(quote! { report.network(&at, value); })
            }
            Some("array") => self.check_array(has_limit),
            _ if has_limit => Err(Fault::at(&self.pointer, "has limits that no check knows")),
            _ => Ok(TokenStream::new()),
        }
    }

    fn check_referenced(&self, name: &str) -> Result<TokenStream, Fault> {
        if self.enumerations.iter().any(|enumeration| enumeration.name == name) {
            return Ok(quote! { report.listed(&at, value); });
        }
        let schema = self.document.object(&schema_pointer(name))?;
        Ok(match schema.contains_key("properties") {
            true => quote! { value.check(&at, report); },
            // A type of its own, which knows its rules.
            false => quote! { report.own(&at, value); },
        })
    }

    fn check_array(&self, has_limit: bool) -> Result<TokenStream, Fault> {
        let limits = &self.limits;
        let count = match has_limit {
            true => quote! { report.count(&at, value.len(), &#limits); },
            false => TokenStream::new(),
        };
        let items = self.keywords.get("items").and_then(Value::as_object);
        let item = match items.map(|items| (referenced_schema(items), items)) {
            Some((Some(_), _)) => quote! { item.check(&at, report); },
            Some((None, items)) if is_network(items) => quote! { report.network(&at, item); },
            _ => return Ok(count),
        };
        Ok(quote! {
            #count
            for (index, item) in value.iter().enumerate() {
                let at = at.item(index);
                #item
            }
        })
    }
}

/// Whether a text is a network. A tunnel interface address is written like one,
/// and is judged by a rule of its own.
fn is_network(keywords: &Map<String, Value>) -> bool {
    keywords.get("format") == Some(&Value::from("ipv4-cidr"))
        && !keywords.contains_key("x-address-block")
}
