//! Open enumerations: a component with `x-open-enum: true` becomes a Rust enum
//! that keeps values which the document does not list.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::document::{Document, Fault, Faults};
use super::part::Part;
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
    /// The documented default, if there is one for every use.
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

pub(crate) fn read(document: &Document, faults: &mut Faults) -> Vec<Enumeration> {
    let open = document.schemas().filter(|(_, schema)| schema.is_true("x-open-enum"));
    let (spellings, own): (Vec<_>, Vec<_>) =
        open.partition(|(_, schema)| schema.has("x-spelling-of"));
    let mut own = faults.keep(own.iter().map(|(name, schema)| enumeration(name, schema)));
    faults.keep(spellings.iter().map(|(name, schema)| add_spelling(&mut own, name, schema)));
    own
}

fn add_spelling(own: &mut [Enumeration], name: &str, schema: &Part<'_>) -> Result<(), Fault> {
    let base = schema.text("x-spelling-of");
    let base = own.iter_mut().find(|other| base == Some(&other.name)).ok_or_else(|| {
        schema.fault_of("x-spelling-of", "is not the name of an open enumeration")
    })?;
    for value in values(schema)? {
        if !base.variants.iter().any(|variant| variant.value.eq_ignore_ascii_case(value)) {
            let message = format!("`{value}` is not a value of `{}` in any case", base.name);
            return Err(schema.fault_of("enum", message));
        }
    }
    base.ignore_case = true;
    base.other_spellings.push(name.to_owned());
    Ok(())
}

fn values<'a>(schema: &Part<'a>) -> Result<Vec<&'a str>, Fault> {
    let values: Option<Vec<_>> = schema.items_of("enum").map(|item| item.value.as_str()).collect();
    values
        .filter(|values| !values.is_empty())
        .ok_or_else(|| schema.fault_of("enum", "must be a list of at least one text"))
}

fn enumeration(name: &str, schema: &Part<'_>) -> Result<Enumeration, Fault> {
    schema.check_name(name)?;
    let mut variants: Vec<Variant> = Vec::new();
    let mut ignore_case = false;
    for value in values(schema)? {
        let is_twin = |variant: &&Variant| variant.value.eq_ignore_ascii_case(value);
        match variants.iter().find(is_twin) {
            Some(twin) if twin.value == value => {
                return Err(schema.fault_of("enum", format!("lists `{value}` twice")));
            }
            Some(_) => ignore_case = true,
            None => {
                let variant = variant(schema, value)?;
                let Variant { name, .. } = &variant;
                if name == CATCH_ALL || variants.iter().any(|other| other.name == *name) {
                    let message = format!(
                        "`{value}` would be a second variant `{name}`; name it in \
                         `x-variant-names`"
                    );
                    return Err(schema.fault_of("enum", message));
                }
                variants.push(variant);
            }
        }
    }
    Ok(Enumeration {
        name: name.to_owned(),
        other_spellings: Vec::new(),
        description: schema.text("description").unwrap_or_default().to_owned(),
        default: schema.text("default").map(str::to_owned),
        variants,
        ignore_case,
    })
}

fn variant(schema: &Part<'_>, value: &str) -> Result<Variant, Fault> {
    let text_of = |key: &str| schema.get(key).and_then(|texts| texts.text(value));
    let name = text_of("x-variant-names").map_or_else(|| variant_name(value), str::to_owned);
    if syn::parse_str::<syn::Ident>(&name).is_err() {
        let message = format!("`{value}` is not a Rust name; name it in `x-variant-names`");
        return Err(schema.fault_of("enum", message));
    }
    let description = text_of("x-enumDescriptions").ok_or_else(|| {
        schema.fault_of("x-enumDescriptions", format!("has no description of `{value}`"))
    })?;
    Ok(Variant {
        value: value.to_owned(),
        name,
        description: description.to_owned(),
        weak: schema.lists("x-weak", value),
        supported: !schema.lists("x-unsupported", value),
    })
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
        let default = (enumeration.default.as_ref() == Some(value)).then(|| quote!(#[default]));
        quote! {
            #[doc = #description] #default
            #name = #value, weak: #weak, supported: #supported;
        }
    });
    let default = enumeration.default.as_ref().map(|_| quote!(#[derive(Default)]));
    quote! {
        open_enumeration! {
            #[doc = #description] #default
            #name, #catch_all, ignore_case: #ignore_case { #(#variants)* }
        }
    }
}
