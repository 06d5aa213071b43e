//! What the document says about request fields and parameters beyond their type:
//! limits and defaults. They become constants, and are taken out of what progenitor sees:
//! a limit would make a closed newtype of the field, a default would make it
//! mandatory and always sent.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::addresses::{address_limits, reserved_ranges};
use super::characters::{character_classes, character_set};
use super::document::{Document, Fault, referenced_schema, step};
use super::enumerations::Enumeration;
use super::parameters::{self, Parameter};
use super::pretty;

/// The keywords that limit a field.
pub(super) const LIMITS: [&str; 8] = [
    "minLength",
    "maxLength",
    "pattern",
    "x-character-set",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
];

/// The constants of all request schemas and parameters.
pub(crate) struct Requests {
    limits: Vec<Constant>,
    defaults: Vec<Constant>,
}

/// A constant to emit.
pub(super) struct Constant {
    owner: Owner,
    pub(super) name: String,
    description: String,
    kind: TokenStream,
    value: TokenStream,
}

/// What a field belongs to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// Nothing: the schema is a plain text.
    None,
    /// The request schema with this name.
    Schema(String),
    /// The parameters of the operation with this id.
    Operation(String),
}

/// A part of a request that can carry limits and a default.
pub(super) struct Field<'a> {
    owner: Owner,
    name: &'a str,
    pub(super) pointer: String,
    pub(super) keywords: &'a Map<String, Value>,
}

pub(crate) fn read(document: &Document, enumerations: &[Enumeration]) -> Result<Requests, Fault> {
    let names = document.request_schemas()?;
    let mut requests = Requests { limits: Vec::new(), defaults: Vec::new() };
    for (name, pointer, schema) in document.schemas()? {
        if !names.contains(name) || schema.contains_key("enum") {
            continue;
        }
        for field in fields(name, pointer, schema)? {
            requests.add(&field, enumerations)?;
        }
    }
    for (id, parameters) in parameters::by_operation(document)? {
        for Parameter { name, pointer, schema, .. } in parameters {
            let owner = Owner::Operation(id.to_owned());
            requests.add(&field(owner, name, pointer, schema)?, enumerations)?;
        }
    }
    Ok(requests)
}

impl Requests {
    fn add(&mut self, field: &Field<'_>, enumerations: &[Enumeration]) -> Result<(), Fault> {
        self.limits.extend(limit(field)?);
        self.limits.extend(character_classes(field)?);
        self.limits.extend(address_limits(field)?);
        self.limits.extend(reserved_ranges(field)?);
        self.defaults.extend(default(field, enumerations)?);
        Ok(())
    }
}

/// Removes from a request schema what [`read`] turned into constants.
pub(crate) fn strip(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    schema.remove("default");
    for keyword in LIMITS {
        schema.remove(keyword);
    }
    // The format of a number is its Rust type; that of a text is a rule.
    if schema.get("type").and_then(Value::as_str) == Some("string") {
        schema.remove("format");
    }
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(strip);
    }
    if let Some(items) = schema.get_mut("items") {
        strip(items);
    }
}

fn fields<'a>(
    name: &'a str,
    pointer: String,
    schema: &'a Map<String, Value>,
) -> Result<Vec<Field<'a>>, Fault> {
    let Some(properties) = schema.get("properties") else {
        return Ok(vec![Field { owner: Owner::None, name, pointer, keywords: schema }]);
    };
    let pointer = format!("{pointer}/properties");
    let properties =
        properties.as_object().ok_or_else(|| Fault::at(&pointer, "must be an object"))?;
    properties
        .iter()
        .map(|(property, keywords)| {
            let pointer = format!("{pointer}{}", step(property));
            let keywords =
                keywords.as_object().ok_or_else(|| Fault::at(&pointer, "must be an object"))?;
            field(Owner::Schema(name.to_owned()), property, pointer, keywords)
        })
        .collect()
}

fn field<'a>(
    owner: Owner,
    name: &'a str,
    pointer: String,
    keywords: &'a Map<String, Value>,
) -> Result<Field<'a>, Fault> {
    let item = keywords.get("items").and_then(Value::as_object);
    if let Some(keyword) =
        item.and_then(|item| LIMITS.iter().find(|limit| item.contains_key(**limit)))
    {
        let message = "limits of an item are not supported: make the item a component of its own";
        return Err(Fault::at(format!("{pointer}/items/{keyword}"), message));
    }
    Ok(Field { owner, name, pointer, keywords })
}

impl Field<'_> {
    fn number(&self, keyword: &str) -> Result<Option<u32>, Fault> {
        let Some(value) = self.keywords.get(keyword) else { return Ok(None) };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let message = "must be a whole number from 0 to 4294967295";
        number.map(Some).ok_or_else(|| Fault::at(format!("{}/{keyword}", self.pointer), message))
    }

    /// The two ends of a range; `None` where the document sets neither.
    fn range(&self, low: &str, high: &str) -> Result<Option<(u32, u32)>, Fault> {
        match (self.number(low)?, self.number(high)?) {
            (None, None) => Ok(None),
            (_, None) => Err(Fault::at(
                format!("{}/{low}", self.pointer),
                format!("needs `{high}` beside it"),
            )),
            (min, Some(max)) if min.unwrap_or(0) > max => {
                Err(Fault::at(format!("{}/{low}", self.pointer), format!("is above `{high}`")))
            }
            (min, Some(max)) => Ok(Some((min.unwrap_or(0), max))),
        }
    }

    pub(super) fn constant(&self, what: &str, kind: TokenStream, value: TokenStream) -> Constant {
        let name = self.name;
        let subject = match &self.owner {
            Owner::Schema(schema) => format!("[`{schema}`](crate::types::{schema})`::{name}`"),
            Owner::Operation(id) => format!("the parameter `{name}` of `{id}`"),
            Owner::None => format!("[`{name}`](crate::types::{name})"),
        };
        Constant {
            owner: self.owner.clone(),
            name: screaming_snake(name),
            description: format!("{what} of {subject}."),
            kind,
            value,
        }
    }
}

fn limit(field: &Field<'_>) -> Result<Option<Constant>, Fault> {
    let kind = field.keywords.get("type").and_then(Value::as_str);
    let fits = |keyword: &str| match keyword {
        "minLength" | "maxLength" | "pattern" | "x-character-set" => kind == Some("string"),
        "minItems" | "maxItems" => kind == Some("array"),
        _ => kind == Some("integer"),
    };
    let limits = field.keywords.keys().filter(|keyword| LIMITS.contains(&keyword.as_str()));
    if let Some(stray) = limits.clone().find(|keyword| !fits(keyword)) {
        let at = format!("{}/{stray}", field.pointer);
        return Err(Fault::at(at, "limits another type than this one"));
    }
    if let Some((min, max)) = field.range("minLength", "maxLength")? {
        let characters = character_set(field)?;
        let value =
            quote! { TextLimits { min_length: #min, max_length: #max, characters: #characters } };
        return Ok(Some(field.constant("Length and characters", quote!(TextLimits), value)));
    }
    if let Some((min, max)) = field.range("minItems", "maxItems")? {
        let kind = quote!(::std::ops::RangeInclusive<u32>);
        return Ok(Some(field.constant("Number of items", kind, quote!(#min..=#max))));
    }
    if let Some((min, max)) = field.range("minimum", "maximum")? {
        let kind = quote!(::std::ops::RangeInclusive<u32>);
        return Ok(Some(field.constant("Range", kind, quote!(#min..=#max))));
    }
    match { limits }.next() {
        Some(alone) => {
            Err(Fault::at(format!("{}/{alone}", field.pointer), "stands without a length"))
        }
        None => Ok(None),
    }
}

fn default(field: &Field<'_>, enumerations: &[Enumeration]) -> Result<Option<Constant>, Fault> {
    let Some(value) = field.keywords.get("default") else { return Ok(None) };
    let fault = |message: String| Fault::at(format!("{}/default", field.pointer), message);
    let refers_to = referenced_schema(field.keywords);
    let (kind, value) = if let Some(name) = refers_to {
        let enumeration =
            enumerations.iter().find(|enumeration| enumeration.name == name).ok_or_else(|| {
                fault(format!("`{name}` is not an open enumeration, so it takes no default"))
            })?;
        let variant = value
            .as_str()
            .and_then(|value| enumeration.variant(value))
            .ok_or_else(|| fault(format!("{value} is not a value of `{name}`")))?;
        let (name, variant) = (format_ident!("{name}"), format_ident!("{}", variant.name));
        (
            quote!(crate::document::enumerations::#name),
            quote!(crate::document::enumerations::#name::#variant),
        )
    } else {
        match (field.keywords.get("type").and_then(Value::as_str), value) {
            (Some("boolean"), Value::Bool(value)) => (quote!(bool), quote!(#value)),
            (Some("integer"), Value::Number(_)) => {
                let number = field.number("default")?.unwrap_or_default();
                if let Some((min, max)) = field.range("minimum", "maximum")?
                    && !(min..=max).contains(&number)
                {
                    return Err(fault(format!("is {number}; must be {min} to {max}")));
                }
                (quote!(u32), quote!(#number))
            }
            (Some("string"), Value::String(text)) => (quote!(&str), quote!(#text)),
            (kind, value) => {
                let kind = kind.unwrap_or("type");
                return Err(fault(format!("{value} is not a valid default of type {kind}")));
            }
        }
    };
    Ok(Some(field.constant("Documented default", kind, value)))
}

pub(crate) fn limits_rust(requests: &Requests) -> String {
    constants_rust(&requests.limits)
}

pub(crate) fn defaults_rust(requests: &Requests) -> String {
    constants_rust(&requests.defaults)
}

/// Constants in a module for each schema and each operation.
fn constants_rust(constants: &[Constant]) -> String {
    let mut modules: BTreeMap<&Owner, Vec<&Constant>> = BTreeMap::new();
    for constant in constants {
        modules.entry(&constant.owner).or_default().push(constant);
    }
    let modules = modules.into_iter().map(|(owner, constants)| module_rust(owner, &constants));
    pretty(&modules.collect())
}

fn module_rust(owner: &Owner, constants: &[&Constant]) -> TokenStream {
    let constants = constants.iter().map(|Constant { name, description, kind, value, .. }| {
        let name = format_ident!("{name}");
        quote! { #[doc = #description] pub const #name: #kind = #value; }
    });
    let (module, description) = match owner {
        Owner::None => return quote!(#(#constants)*),
        Owner::Schema(name) => (module_of(name), format!("For [`{name}`](crate::types::{name}).")),
        Owner::Operation(id) => (module_of(id), format!("For the parameters of `{id}`.")),
    };
    quote! {
        #[doc = #description]
        pub mod #module {
            #[allow(unused_imports, reason = "not every schema has limits of every kind")]
            use super::*;
            #(#constants)*
        }
    }
}

/// The module of what belongs to a schema or an operation.
pub(super) fn module_of(name: &str) -> Ident {
    format_ident!("{}", screaming_snake(name).to_ascii_lowercase())
}

/// `VpnConnectionRequest` -> `VPN_CONNECTION_REQUEST`, `vgw_id` -> `VGW_ID`.
pub(super) fn screaming_snake(name: &str) -> String {
    let mut out = String::new();
    for (index, c) in name.char_indices() {
        if index > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}
