//! The checks of single fields: which limit holds for which field of which
//! request, as code that calls the helpers of `src/validate/fields.rs`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::document::{Document, Fault, referenced_schema, schema_pointer, step};
use super::enumerations::Enumeration;
use super::names;
use super::own_types::{OWN_TYPES, PAIRED};
use super::parameters::{self, Parameter};
use super::pretty;
use super::requests::{LIMITS, module_of, screaming_snake};

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

/// The one of [`OWN_TYPES`] that is read without being validated.
const PSK: &str = "Psk";

/// An implementation of `Fields` for every part of a request that is an object, the
/// names of its fields, and a function for the parameters of every operation.
pub(crate) fn rust(document: &Document, enumerations: &[Enumeration]) -> Result<String, Fault> {
    let (requests, parts) = (document.request_schemas()?, document.request_parts()?);
    let (mut checks, mut all_names) = (TokenStream::new(), TokenStream::new());
    let checker = Checker { document, enumerations };
    for (name, pointer, schema) in document.schemas()? {
        if !requests.contains(name) || schema.contains_key("enum") {
            continue;
        }
        if schema.get("type") == Some(&Value::from("string")) {
            text_component(&pointer, schema)?;
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            continue;
        };
        all_names.extend(names::rust(name, properties));
        if parts.contains(name) {
            checks.extend(checker.schema(name, schema, properties)?);
        }
    }
    let order = names::order(document, PAIRED, "");
    let operations = parameters::by_operation(document)?.into_iter();
    let operations = operations.map(|(id, parameters)| checker.operation(id, &parameters));
    let operations = operations.collect::<Result<TokenStream, Fault>>()?;
    Ok(pretty(&quote! {
        #checks
        /// The names of the fields of requests, as pointers spell them.
        #[allow(dead_code, reason = "not every field has a rule of its own")]
        pub(crate) mod names { #all_names }
        /// The fields of a connection to create in the order of the document, as pointers
        /// with `*` for the items of a list.
        pub(crate) const ORDER: &[&str] = &[#(#order),*];
        /// The limits of parameters, by operation: for the methods that send them.
        #[allow(dead_code, unused_imports, reason = "an operation may have no method yet")]
        pub(crate) mod parameters {
            use super::super::report::{At, Report};
            use crate::violations::Violations;
            #operations
        }
    }))
}

/// What every check is derived with.
#[derive(Clone, Copy)]
struct Checker<'a> {
    document: &'a Document,
    enumerations: &'a [Enumeration],
}

impl<'a> Checker<'a> {
    fn schema(
        self,
        name: &str,
        schema: &Map<String, Value>,
        properties: &'a Map<String, Value>,
    ) -> Result<TokenStream, Fault> {
        let required = schema.get("required").and_then(Value::as_array);
        let mut checks = Vec::new();
        for (property, keywords) in properties {
            let pointer = format!("{}/properties{}", schema_pointer(name), step(property));
            let keywords =
                keywords.as_object().ok_or_else(|| Fault::at(&pointer, "must be an object"))?;
            let check = self.property(name, property, pointer, keywords).check()?;
            if check.is_empty() {
                continue;
            }
            let field = format_ident!("{property}");
            let check = quote! { let at = at.member(#property); #check };
            checks.push(
                match required.is_some_and(|names| names.contains(&property.as_str().into())) {
                    true => quote! { { let value = &self.#field; #check } },
                    false => quote! { if let Some(value) = &self.#field { #check } },
                },
            );
        }
        let schema = format_ident!("{name}");
        Ok(quote! {
            impl Fields for crate::types::#schema {
                fn enforce(&self, at: &At<'_>, report: &mut Report) {
                    #(#checks)*
                }
            }
        })
    }

    /// A function over the parameters that have limits.
    fn operation(self, id: &str, parameters: &[Parameter<'_>]) -> Result<TokenStream, Fault> {
        let (mut values, mut checks) = (Vec::new(), Vec::new());
        for Parameter { name, is_required, pointer, schema } in parameters {
            let property = self.property(id, name, pointer.clone(), schema);
            let check = property.check()?;
            if check.is_empty() {
                continue;
            }
            let value = format_ident!("{name}");
            let kind = property.parameter_type();
            let check = quote! { let at = At::ROOT; let at = at.member(#name); #check };
            values.push(if *is_required {
                quote!(#value: #kind)
            } else {
                quote!(#value: Option<#kind>)
            });
            checks.push(match is_required {
                true => quote! { { let value = #value; #check } },
                false => quote! { if let Some(value) = #value { #check } },
            });
        }
        if checks.is_empty() {
            return Ok(TokenStream::new());
        }
        let function = format_ident!("{id}");
        let description = format!("What the parameters of `{id}` break; pointers are their names.");
        Ok(quote! {
            #[doc = #description]
            pub(crate) fn #function(#(#values),*) -> Violations {
                let mut report = Report::default();
                { let report = &mut report; #(#checks)* }
                report.into_violations()
            }
        })
    }

    /// A field of a schema, or a parameter of an operation.
    fn property(
        self,
        owner: &str,
        name: &str,
        pointer: String,
        keywords: &'a Map<String, Value>,
    ) -> Property<'a> {
        let (module, constant) = (module_of(owner), format_ident!("{}", screaming_snake(name)));
        let reserved = format_ident!("{constant}_RESERVED");
        Property {
            checker: self,
            pointer,
            keywords,
            limits: quote!(crate::document::limits::#module::#constant),
            reserved: quote!(crate::document::limits::#module::#reserved),
        }
    }
}

/// A property and what is needed to check it.
struct Property<'a> {
    checker: Checker<'a>,
    pointer: String,
    keywords: &'a Map<String, Value>,
    /// The constant of its limits.
    limits: TokenStream,
    /// The constant of its reserved ranges.
    reserved: TokenStream,
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
            reject_others(&self.pointer, self.keywords, &[], &[])?;
            return self.check_referenced(&self.pointer, name, &quote!(value));
        }
        let has_limit = self.keywords.keys().any(|keyword| LIMITS.contains(&keyword.as_str()));
        match self.keywords.get("type").and_then(Value::as_str) {
            Some("string") => self.check_text(has_limit),
            Some("integer") => self.check_number(has_limit),
            Some("boolean") => {
                reject_others(&self.pointer, self.keywords, &[], &[])?;
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
        reject_others(&self.pointer, self.keywords, &[NETWORK], &TEXT_EXTENSIONS)?;
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
            None if is_network => checks.extend(quote! { report.network(&at, value, &[]); }),
            None => {}
        }
        Ok(checks)
    }

    fn check_number(&self, has_limit: bool) -> Result<TokenStream, Fault> {
        reject_others(&self.pointer, self.keywords, &NUMBERS, &[])?;
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

    /// How a parameter that is checked is passed.
    fn parameter_type(&self) -> TokenStream {
        let items = self.keywords.get("items").and_then(Value::as_object);
        let kind = |keywords: &Map<String, Value>| match referenced_schema(keywords) {
            Some(name) => {
                let name = format_ident!("{name}");
                quote!(crate::types::#name)
            }
            None if keywords.get("type") == Some(&Value::from("string")) => quote!(str),
            None => quote!(u32),
        };
        match items.map(kind) {
            Some(item) if item.to_string() == "str" => quote!(&[String]),
            Some(item) => quote!(&[#item]),
            None => {
                let kind = kind(self.keywords);
                quote!(&#kind)
            }
        }
    }

    /// The check of `value`, an expression, by the schema that it refers to.
    fn check_referenced(
        &self,
        pointer: &str,
        name: &str,
        value: &TokenStream,
    ) -> Result<TokenStream, Fault> {
        if self.checker.enumerations.iter().any(|enumeration| enumeration.name == name) {
            return Ok(quote! { report.listed(&at, #value); });
        }
        if name == PSK {
            return Ok(quote! { report.psk(&at, #value); });
        }
        if OWN_TYPES.iter().any(|(own, _)| *own == name) {
            return Ok(TokenStream::new());
        }
        match self.checker.document.object(&schema_pointer(name))?.contains_key("properties") {
            true => Ok(quote! { #value.enforce(&at, report); }),
            false => Err(Fault::at(
                pointer,
                format!(
                    "refers to `{name}`, which is neither an object nor an open enumeration nor a \
                     type of `src/`: no check knows it"
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
        let item = match (referenced_schema(items), items.get("type").and_then(Value::as_str)) {
            (Some(name), _) => {
                reject_others(&pointer, items, &[], &[])?;
                self.check_referenced(&pointer, name, &quote!(item))?
            }
            (None, Some("string")) => {
                reject_others(&pointer, items, &[NETWORK], &[])?;
                let reserved = match self.keywords.contains_key(RESERVED) {
                    true => self.reserved.clone(),
                    false => quote!(&[]),
                };
                match is_network {
                    true => quote! { report.network(&at, item, #reserved); },
                    false => TokenStream::new(),
                }
            }
            (None, Some("integer")) => {
                reject_others(&pointer, items, &NUMBERS, &[])?;
                TokenStream::new()
            }
            _ => {
                let message = "are of a type that no check knows: make them texts, integers, or \
                               references to a component";
                return Err(Fault::at(pointer, message));
            }
        };
        let ranges: &[&str] = if is_network { &[RESERVED] } else { &[] };
        reject_others(&self.pointer, self.keywords, &[], ranges)?;
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

/// A text that is a type of `src/` may be a password, and may mix classes of characters.
fn text_component(pointer: &str, schema: &Map<String, Value>) -> Result<(), Fault> {
    reject_others(pointer, schema, &["password"], &["x-character-set", "x-character-classes"])
}

/// What a request says beside what is checked would hold for nobody.
fn reject_others(
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
