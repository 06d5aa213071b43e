//! Open enumerations: a component with `x-open-enum: true` becomes a Rust enum
//! that keeps values which the document does not list.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::document::{Document, Fault, visit};
use super::pretty;

/// The variant that keeps an unlisted value. Not `Unknown`: that is what the
/// listed value `UNKNOWN` of a connection's status becomes.
const CATCH_ALL: &str = "UnknownValue";

/// An enumeration of the document.
pub(crate) struct Enumeration {
    /// The component, and the Rust type.
    pub(crate) name: String,
    /// Components that spell the same values differently.
    pub(crate) other_spellings: Vec<String>,
    pub(crate) description: String,
    pub(crate) variants: Vec<Variant>,
    /// Whether values that differ only in case are the same value.
    pub(crate) ignore_case: bool,
    /// The variant of the documented default, if there is one for every use.
    default: Option<String>,
}

/// A listed value.
pub(crate) struct Variant {
    pub(crate) value: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) weak: bool,
    pub(crate) supported: bool,
}

impl Enumeration {
    /// The variant of a listed value.
    pub(crate) fn variant(&self, value: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.value == value)
    }
}

pub(crate) fn read(document: &Document) -> Result<Vec<Enumeration>, Fault> {
    let mut all = Vec::new();
    let mut spellings = Vec::new();
    for (name, pointer, schema) in document.schemas()? {
        if schema.get("x-open-enum") != Some(&Value::Bool(true)) {
            continue;
        }
        match schema.get("x-spelling-of") {
            None => all.push(enumeration(name, &pointer, schema)?),
            Some(base) => spellings.push((name, pointer, base, schema)),
        }
    }
    for (name, pointer, base, schema) in spellings {
        let base = all
            .iter_mut()
            .find(|other: &&mut Enumeration| base.as_str() == Some(&other.name))
            .ok_or_else(|| {
                Fault::at(
                    format!("{pointer}/x-spelling-of"),
                    "is not the name of an open enumeration",
                )
            })?;
        for value in values(&pointer, schema)? {
            if !base.variants.iter().any(|variant| variant.value.eq_ignore_ascii_case(value)) {
                let message = format!("`{value}` is not a value of `{}` in any case", base.name);
                return Err(Fault::at(format!("{pointer}/enum"), message));
            }
        }
        base.ignore_case = true;
        base.other_spellings.push(name.to_owned());
    }
    refuse_closed(document)?;
    Ok(all)
}

/// Every `enum` list must be that of an open enumeration.
fn refuse_closed(document: &Document) -> Result<(), Fault> {
    let mut fault = None;
    visit(document.root(), "", &mut |pointer, value| {
        let closed = value.get("enum").is_some_and(Value::is_array)
            && value.get("x-open-enum") != Some(&Value::Bool(true))
            // The values of a server variable make no type.
            && !pointer.starts_with("/servers/")
            // In `properties`, `enum` would be the name of a field.
            && !pointer.ends_with("/properties");
        if closed && fault.is_none() {
            fault = Some(Fault::at(
                format!("{pointer}/enum"),
                "is a closed enumeration: make it a component of its own with `x-open-enum: true`",
            ));
        }
    });
    fault.map_or(Ok(()), Err)
}

fn values<'a>(pointer: &str, schema: &'a Map<String, Value>) -> Result<Vec<&'a str>, Fault> {
    let fault = || Fault::at(format!("{pointer}/enum"), "must be a list of at least one text");
    let list = schema.get("enum").and_then(Value::as_array);
    let list = list.filter(|list| !list.is_empty()).ok_or_else(fault)?;
    list.iter().map(|value| value.as_str().ok_or_else(fault)).collect()
}

fn enumeration(
    name: &str,
    pointer: &str,
    schema: &Map<String, Value>,
) -> Result<Enumeration, Fault> {
    let weak = listed(pointer, schema, "x-weak")?;
    let unsupported = listed(pointer, schema, "x-unsupported")?;
    let mut variants: Vec<Variant> = Vec::new();
    let mut ignore_case = false;
    for value in values(pointer, schema)? {
        let twin = variants.iter().find(|variant| variant.value.eq_ignore_ascii_case(value));
        match twin {
            Some(twin) if twin.value == value => {
                return Err(Fault::at(format!("{pointer}/enum"), format!("lists `{value}` twice")));
            }
            Some(_) => {
                ignore_case = true;
                continue;
            }
            None => {}
        }
        let text_of =
            |key: &str| schema.get(key).and_then(|texts| texts.get(value)).and_then(Value::as_str);
        let variant = text_of("x-variant-names").map_or_else(|| variant_name(value), str::to_owned);
        if variant == CATCH_ALL || variants.iter().any(|other| other.name == variant) {
            let message = format!(
                "`{value}` would be a second variant `{variant}`; name it in `x-variant-names`"
            );
            return Err(Fault::at(format!("{pointer}/enum"), message));
        }
        if syn::parse_str::<syn::Ident>(&variant).is_err() {
            let message = format!("`{value}` is not a Rust name; name it in `x-variant-names`");
            return Err(Fault::at(format!("{pointer}/enum"), message));
        }
        let description = text_of("x-enumDescriptions").ok_or_else(|| {
            Fault::at(
                format!("{pointer}/x-enumDescriptions"),
                format!("has no description of `{value}`"),
            )
        })?;
        variants.push(Variant {
            value: value.to_owned(),
            name: variant,
            description: description.to_owned(),
            weak: weak.contains(&value),
            supported: !unsupported.contains(&value),
        });
    }
    let description =
        schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    let default = match schema.get("default") {
        None => None,
        Some(value) => {
            let variant = variants.iter().find(|variant| *value == variant.value.as_str());
            let message = format!("{value} is not a value of `{name}`");
            let fault = || Fault::at(format!("{pointer}/default"), message);
            Some(variant.ok_or_else(fault)?.name.clone())
        }
    };
    Ok(Enumeration {
        name: name.to_owned(),
        other_spellings: Vec::new(),
        description,
        variants,
        ignore_case,
        default,
    })
}

/// An extension that lists some of the values.
fn listed<'a>(
    pointer: &str,
    schema: &'a Map<String, Value>,
    key: &str,
) -> Result<Vec<&'a str>, Fault> {
    let all = values(pointer, schema)?;
    let Some(list) = schema.get(key) else { return Ok(Vec::new()) };
    let fault = || Fault::at(format!("{pointer}/{key}"), "must list values of this enumeration");
    list.as_array()
        .ok_or_else(fault)?
        .iter()
        .map(|value| value.as_str().filter(|value| all.contains(value)).ok_or_else(fault))
        .collect()
}

/// `seq-hash-notify` -> `SeqHashNotify`, `sha2-256` -> `Sha2_256`.
fn variant_name(value: &str) -> String {
    let mut name = String::new();
    for word in value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let digits_meet = name.ends_with(|c: char| c.is_ascii_digit())
            && word.starts_with(|c: char| c.is_ascii_digit());
        if digits_meet {
            name.push('_');
        }
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(&rest.to_ascii_lowercase());
    }
    name
}

pub(crate) fn rust(enumerations: &[Enumeration]) -> String {
    pretty(&enumerations.iter().map(one).collect())
}

fn one(enumeration: &Enumeration) -> TokenStream {
    let name = format_ident!("{}", enumeration.name);
    let catch_all = format_ident!("{CATCH_ALL}");
    let ignore_case = enumeration.ignore_case;
    let description = format!(
        "{}\n\nValues that the document does not list are kept in `{CATCH_ALL}`.{}",
        enumeration.description,
        if ignore_case { " Read without regard to case." } else { "" },
    );
    let variants = enumeration.variants.iter().map(|variant| {
        let name = format_ident!("{}", variant.name);
        let value = &variant.value;
        let (weak, supported) = (variant.weak, variant.supported);
        let note = if weak { " Weak, according to the vendor." } else { "" };
        let description = format!("`{value}`: {}{note}", variant.description);
        quote! { #[doc = #description] #name = #value, weak: #weak, supported: #supported; }
    });
    quote! {
        open_enumeration! {
            #[doc = #description]
            #name, #catch_all, ignore_case: #ignore_case { #(#variants)* }
        }
    }
}

/// The defaults of enumerations that have one for every use.
pub(crate) fn defaults_rust(enumerations: &[Enumeration]) -> String {
    let defaults = enumerations.iter().filter_map(|enumeration| {
        let name = format_ident!("{}", enumeration.name);
        let variant = format_ident!("{}", enumeration.default.as_ref()?);
        Some(quote! {
            #[allow(clippy::derivable_impls, reason = "most enumerations have no default")]
            impl Default for crate::document::enumerations::#name {
                fn default() -> Self {
                    Self::#variant
                }
            }
        })
    });
    pretty(&defaults.collect())
}
