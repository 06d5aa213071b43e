//! The checks of single fields: which limit holds for which field of which
//! request, as code that calls the helpers of `src/validate/fields.rs`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::document::step;
use super::fields::{
    Field, Kind, LIST, NUMBER, Owner, PAIRED, RESERVED, TEXT, TUNNEL, by_owner, module_of,
};
use super::pretty;

/// The type of `src/` that is read without being validated.
const PSK: &str = "Psk";

/// An implementation of `Fields` for every object of a request, the names of its fields,
/// and a struct for the parameters of every operation.
pub(crate) fn rust(fields: &[Field<'_>]) -> String {
    let [mut checks, mut names, mut parameters] = <[TokenStream; 3]>::default();
    for (owner, fields) in by_owner(fields) {
        match owner {
            Owner::None => {}
            Owner::Schema(schema) => {
                checks.extend(schema_rust(schema, fields));
                let (module, constants) = (module_of(schema), fields.iter().map(Field::constant));
                let texts = fields.iter().map(|field| field.name);
                names.extend(quote! {
                    pub(crate) mod #module { #(pub(crate) const #constants: &str = #texts;)* }
                });
            }
            Owner::Operation(id) => parameters.extend(parameters_rust(id, fields)),
        }
    }
    let order = order(fields, PAIRED, "");
    pretty(&quote! {
        #checks
        /// The names of the fields of requests, as pointers spell them.
        #[allow(dead_code, reason = "not every field has a rule of its own")]
        pub(crate) mod names { #names }
        /// The fields of a connection to create in the order of the document, as pointers
        /// with `*` for the items of a list.
        pub(crate) const ORDER: &[&str] = &[#(#order),*];
        /// The limits of parameters, by operation: for the methods that send them.
        #[allow(dead_code, unused_imports, reason = "an operation may have no method yet")]
        pub(crate) mod parameters {
            use super::super::report::{At, Report};
            use crate::violations::Violations;
            #parameters
        }
    })
}

fn schema_rust(schema: &str, fields: &[Field<'_>]) -> TokenStream {
    let names = fields.iter().map(|field| format_ident!("{}", field.name));
    let checks =
        fields.iter().zip(names).filter_map(|(field, name)| check(field, &quote!(&self.#name)));
    let (schema, checks) = (format_ident!("{schema}"), checks.collect::<TokenStream>());
    let enforce = (!checks.is_empty()).then(|| {
        quote! { fn enforce(&self, at: &At<'_>, report: &mut Report) { #checks } }
    });
    quote! { impl Fields for crate::types::#schema { #enforce } }
}

/// The fields of a schema and of those that it refers to, below `pointer`.
fn order(fields: &[Field<'_>], schema: &str, pointer: &str) -> Vec<String> {
    let mut pointers = Vec::new();
    for field in fields.iter().filter(|field| field.owner == Owner::Schema(schema)) {
        let pointer = format!("{pointer}{}", step(field.name));
        pointers.push(pointer.clone());
        let (kind, pointer) = match &field.kind {
            Kind::List(item) => (&**item, pointer + "/*"),
            kind => (kind, pointer),
        };
        if let Kind::Object(below) = kind {
            pointers.extend(order(fields, below, &pointer));
        }
    }
    pointers
}

/// A struct of the parameters, if some have limits: whoever fills it in by name need not
/// change when the document adds one.
fn parameters_rust(id: &str, parameters: &[Field<'_>]) -> Option<TokenStream> {
    let names: Vec<_> = parameters.iter().map(|field| format_ident!("{}", field.name)).collect();
    let kinds = parameters.iter().map(|parameter| parameter_type(&parameter.kind, false));
    let checks = parameters.iter().zip(&names).filter_map(|(parameter, name)| {
        Some(match parameter.is_required {
            true => {
                let check = check(parameter, &quote!(value))?;
                quote! { if let Some(value) = self.#name { #check } }
            }
            false => check(parameter, &quote!(self.#name))?,
        })
    });
    let checks: TokenStream = checks.collect();
    let name = format_ident!("{}", type_of(id));
    let description = format!("The parameters of `{id}`.");
    (!checks.is_empty()).then(|| {
        quote! {
            #[doc = #description]
            #[derive(Default)]
            pub(crate) struct #name<'a> { #(pub(crate) #names: Option<&'a #kinds>),* }
            impl #name<'_> {
                /// What they break; pointers are their names.
                pub(crate) fn violations(&self) -> Violations {
                    let mut report = Report::default();
                    { let (at, report) = (&At::ROOT, &mut report); #checks }
                    report.into_violations()
                }
            }
        }
    })
}

/// `ListVpnConnections` for `list_vpn_connections`.
fn type_of(id: &str) -> String {
    let capitalised = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    id.split('_').map(capitalised).collect()
}

/// What a parameter that is checked is a reference to.
fn parameter_type(kind: &Kind<'_>, is_item: bool) -> TokenStream {
    let name = match kind {
        Kind::List(item) => {
            let item = parameter_type(item, true);
            return quote!([#item]);
        }
        Kind::Text | Kind::Network if is_item => return quote!(String),
        Kind::Text | Kind::Network => return quote!(str),
        Kind::Number => return quote!(u32),
        Kind::Boolean => return quote!(bool),
        Kind::Enumeration(enumeration) => format_ident!("{}", enumeration.name),
        Kind::Own(name) | Kind::Object(name) => format_ident!("{name}"),
    };
    quote!(crate::types::#name)
}

/// Statements over `report` that check a field, `value`; none where nothing is to check.
/// `at` is where its owner stands.
fn check(field: &Field<'_>, value: &TokenStream) -> Option<TokenStream> {
    let check = check_value(field);
    let deprecated = field.part.is_true("deprecated").then(|| quote! { report.deprecated(&at); });
    if check.is_none() && deprecated.is_none() {
        return None;
    }
    let name = field.name;
    let check = quote! { let at = at.member(#name); #deprecated #check };
    Some(match field.is_required {
        true => quote! { { let value = #value; #check } },
        false => quote! { if let Some(value) = #value { #check } },
    })
}

fn check_value(field: &Field<'_>) -> Option<TokenStream> {
    let limits = field.path("limits", &field.constant());
    match &field.kind {
        Kind::Text if field.has_any(&TEXT) => Some(quote! { report.text(&at, value, &#limits); }),
        Kind::Number if field.has_any(&NUMBER) => {
            Some(quote! { report.number(&at, *value, &#limits); })
        }
        Kind::Network if field.has_any(&TUNNEL) => {
            Some(quote! { report.tunnel(&at, value, &#limits); })
        }
        Kind::List(item) => {
            let count = field.has_any(&LIST);
            let count = count.then(|| quote! { report.count(&at, value.len(), &#limits); });
            let reserved = format_ident!("{}_RESERVED", field.constant());
            let reserved = match field.part.has(RESERVED) {
                true => field.path("limits", &reserved),
                false => quote!(&[]),
            };
            let items = check_single(item, &reserved).map(|check| {
                quote! {
                    for (index, value) in value.iter().enumerate() {
                        let at = at.item(index);
                        #check
                    }
                }
            });
            (count.is_some() || items.is_some()).then(|| quote! { #count #items })
        }
        kind => check_single(kind, &quote!(&[])),
    }
}

/// The check of a value without limits of its own.
fn check_single(kind: &Kind<'_>, reserved: &TokenStream) -> Option<TokenStream> {
    match kind {
        Kind::Network => Some(quote! { report.network(&at, value, #reserved); }),
        Kind::Enumeration(_) => Some(quote! { report.listed(&at, value); }),
        Kind::Own(PSK) => Some(quote! { report.psk(&at, value); }),
        Kind::Object(_) => Some(quote! { value.enforce(&at, report); }),
        _ => None,
    }
}
