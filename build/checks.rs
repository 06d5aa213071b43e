//! The checks of single fields: which limit holds for which field of which
//! request, as code that calls the helpers of `src/validate/fields.rs`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::document::{Document, Fault, referenced_schema, schema_pointer, step};
use super::enumerations::Enumeration;
use super::own_types::OWN_TYPES;
use super::pretty;
use super::requests::{LIMITS, screaming_snake};

/// The format of a network in CIDR notation.
const NETWORK: &str = "ipv4-cidr";

/// The formats of numbers; limits are those of the last one.
const NUMBERS: [&str; 4] = ["int32", "int64", "uint64", LIMITED_NUMBER];
const LIMITED_NUMBER: &str = "uint32";

/// What the checks of a text read.
const TEXT_EXTENSIONS: [&str; 4] =
    ["x-character-set", "x-address-block", "x-excluded-block", "x-prefix-length"];

/// What the check of a list of networks reads.
const RESERVED: &str = "x-reserved-ranges";

/// The one of [`OWN_TYPES`] that is read without being judged.
const JUDGED: &str = "Psk";

/// An implementation of `Fields` for every part of a request that is an object.
pub(crate) fn rust(document: &Document, enumerations: &[Enumeration]) -> Result<String, Fault> {
    let names = document.request_parts()?;
    let mut checks = TokenStream::new();
    let mut orders = TokenStream::new();
    let requests = document.request_schemas()?;
    for (name, pointer, schema) in document.schemas()? {
        let is_text = schema.get("type") == Some(&Value::from("string"));
        let is_text = is_text && !schema.contains_key("enum");
        if requests.contains(name) && is_text {
            text_component(&pointer, schema)?;
        }
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
    /// The constant of its reserved ranges.
    reserved: TokenStream,
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
        let constant = format_ident!("{constant}_RESERVED");
        let reserved = quote!(crate::document::limits::#module::#constant);
        let property_check =
            Property { document, enumerations, pointer, keywords, limits, reserved };
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
            refuse_others(&self.pointer, self.keywords, &[], &[])?;
            return self.check_referenced(&self.pointer, name, &quote!(value));
        }
        let has_limit = self.keywords.keys().any(|keyword| LIMITS.contains(&keyword.as_str()));
        match self.keywords.get("type").and_then(Value::as_str) {
            Some("string") => self.check_text(has_limit),
            Some("integer") => self.check_number(has_limit),
            Some("boolean") => {
                refuse_others(&self.pointer, self.keywords, &[], &[])?;
                Ok(TokenStream::new())
            }
            Some("array") => self.check_array(has_limit),
            _ => {
                let message = "is of a type that no check knows: make it a text, an integer, a \
                               boolean, a list, or a reference to a component";
                Err(Fault::at(&self.pointer, message))
            }
        }
    }

    fn check_text(&self, has_limit: bool) -> Result<TokenStream, Fault> {
        refuse_others(&self.pointer, self.keywords, &[NETWORK], &TEXT_EXTENSIONS)?;
        let limits = &self.limits;
        let is_network = self.keywords.get("format").is_some_and(|format| format == NETWORK);
        let place = self.keywords.get_key_value("x-address-block");
        let mut checks = TokenStream::new();
        if has_limit {
            checks.extend(quote! { report.text(&at, value, &#limits); });
        }
        match place {
            // Both would be the constant of the field.
            Some((keyword, _)) if has_limit || !is_network => {
                let at = format!("{}/{keyword}", self.pointer);
                let message = format!("is for a text of format `{NETWORK}` without other limits");
                return Err(Fault::at(at, message));
            }
            Some(_) => checks.extend(quote! { report.tunnel(&at, value, &#limits); }),
            None if is_network => checks.extend(quote! { report.network(&at, value); }),
            None => {}
        }
        Ok(checks)
    }

    fn check_number(&self, has_limit: bool) -> Result<TokenStream, Fault> {
        refuse_others(&self.pointer, self.keywords, &NUMBERS, &[])?;
        let limits = &self.limits;
        match has_limit {
            true if self.keywords.get("format") != Some(&Value::from(LIMITED_NUMBER)) => {
                let message =
                    format!("has limits, which are checked of the format `{LIMITED_NUMBER}` only");
                Err(Fault::at(&self.pointer, message))
            }
            true => Ok(quote! { report.number(&at, *value, &#limits); }),
            false => Ok(TokenStream::new()),
        }
    }

    /// The check of `value`, an expression, by the schema that it refers to.
    fn check_referenced(
        &self,
        pointer: &str,
        name: &str,
        value: &TokenStream,
    ) -> Result<TokenStream, Fault> {
        if self.enumerations.iter().any(|enumeration| enumeration.name == name) {
            return Ok(quote! { report.listed(&at, #value); });
        }
        if name == JUDGED {
            return Ok(quote! { report.own(&at, #value); });
        }
        if OWN_TYPES.iter().any(|(own, _)| *own == name) {
            return Ok(TokenStream::new());
        }
        match self.document.object(&schema_pointer(name))?.contains_key("properties") {
            true => Ok(quote! { #value.check(&at, report); }),
            false => Err(Fault::at(
                pointer,
                format!(
                    "refers to `{name}`, which is no object, no open enumeration and no type of \
                     `src/`: no check knows it"
                ),
            )),
        }
    }

    fn check_array(&self, has_limit: bool) -> Result<TokenStream, Fault> {
        let limits = &self.limits;
        let pointer = format!("{}/items", self.pointer);
        let items = self.keywords.get("items").and_then(Value::as_object);
        let items = items.ok_or_else(|| Fault::at(&self.pointer, "has no `items`"))?;
        let is_network = items.get("format").is_some_and(|format| format == NETWORK);
        let mut item = match (referenced_schema(items), items.get("type").and_then(Value::as_str)) {
            (Some(name), _) => {
                refuse_others(&pointer, items, &[], &[])?;
                self.check_referenced(&pointer, name, &quote!(item))?
            }
            (None, Some("string")) => {
                refuse_others(&pointer, items, &[NETWORK], &[])?;
                match is_network {
                    true => quote! { report.network(&at, item); },
                    false => TokenStream::new(),
                }
            }
            (None, Some("integer")) => {
                refuse_others(&pointer, items, &NUMBERS, &[])?;
                TokenStream::new()
            }
            _ => {
                let message = "are of a type that no check knows: make them texts, integers, or \
                               references to a component";
                return Err(Fault::at(pointer, message));
            }
        };
        let ranges: &[&str] = if is_network { &[RESERVED] } else { &[] };
        refuse_others(&self.pointer, self.keywords, &[], ranges)?;
        if self.keywords.contains_key(RESERVED) {
            let reserved = &self.reserved;
            item.extend(quote! { report.reserved(&at, item, #reserved); });
        }
        let count = match has_limit {
            true => quote! { report.count(&at, value.len(), &#limits); },
            false => TokenStream::new(),
        };
        if item.is_empty() {
            return Ok(count);
        }
        Ok(quote! {
            #count
            for (index, item) in value.iter().enumerate() {
                let at = at.item(index);
                #item
            }
        })
    }
}

/// A text that is a type of `src/` may be a password, and may mix kinds of characters.
fn text_component(pointer: &str, schema: &Map<String, Value>) -> Result<(), Fault> {
    refuse_others(pointer, schema, &["password"], &["x-character-set", "x-character-classes"])
}

/// What a request says beside what is checked would hold for nobody.
fn refuse_others(
    pointer: &str,
    keywords: &Map<String, Value>,
    formats: &[&str],
    extensions: &[&str],
) -> Result<(), Fault> {
    if let Some(format) = keywords.get("format")
        && !formats.iter().any(|known| format == known)
    {
        let message = format!("{format} is a format that nothing checks here");
        return Err(Fault::at(format!("{pointer}/format"), message));
    }
    let unknown = |name: &&String| name.starts_with("x-") && !extensions.contains(&name.as_str());
    match keywords.keys().find(unknown) {
        Some(name) => {
            let message = "is an extension that nothing checks here";
            Err(Fault::at(format!("{pointer}{}", step(name)), message))
        }
        None => Ok(()),
    }
}
