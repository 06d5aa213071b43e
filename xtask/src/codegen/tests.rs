//! The public surface of sources, and what the generated types keep of the document.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use quote::ToTokens;
use syn::Item;

use super::surface;
use super::{Source, compare, generated};
use crate::document::Document;
use crate::part::Part;
use crate::{our_document, read_document};

const SOURCE: &str = r#"
//! A source.
mod inner;
pub use inner::Lamp;
use std::fmt;

/// A pair.
#[derive(Clone)]
#[allow(dead_code)]
pub struct Pair(pub u8, String);

/// A switch.
#[non_exhaustive]
pub enum Switch {
    /// On.
    On,
    Off(u8),
}

struct Hidden {
    pub field: u8,
}

impl Hidden {
    pub fn open(&self) {}
}

trait Wink {}
impl Wink for Pair {}

impl Pair {
    /// Makes one.
    pub fn new(mut first: u8) -> Self {
        first += 1;
        Self(first, String::new())
    }
    pub(crate) fn second(&self) -> &str {
        &self.1
    }
}

impl Iterator for Pair {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        None
    }
}

pub(crate) const HIDDEN: u8 = 1;
/// How many.
pub const MOST: u8 = 2;

macro_rules! unseen { () => {} }

macro_rules! lamp {
    ($(#[$docs:meta])* $name:ident { $($colour:ident = $text:literal),+ }) => {
        $(#[$docs])*
        #[derive(Clone, Hash)]
        #[non_exhaustive]
        pub enum $name { $($colour,)+ }
        impl $name {
            /// Every colour.
            pub const LISTED: &'static [Self] = &[$(Self::$colour),+];
            /// The text.
            pub fn text(&self) -> &str { match self { $(Self::$colour => $text,)+ } }
            fn hidden(&self) {}
        }
    };
}

/// Makes a lamp.
#[macro_export]
macro_rules! make_lamp { ($name:ident) => { struct $name; } }

/// Shines.
pub trait Shine {
    /// How brightly.
    const WATTS: u8;
    /// Starts.
    fn start(&mut self);
    fn stop(&mut self) { drop(self) }
}
trait Sealed {}
impl Shine for &Pair {
    const WATTS: u8 = 1;
    fn start(&mut self) {}
}
impl<'a> From<&'a mut Pair> for &'a Hidden {
    fn from(_: &'a mut Pair) -> Self { loop {} }
}

/// Where it hangs.
pub static PLACE: &str = "hall";

/// Bits.
pub union Bits { pub all: u8, low: u8 }

lamp! { #[doc = "A lamp."] Lamp { #[doc = "Red."] Red = "red" } }

pub mod shown {
    /// Does it.
    #[must_use]
    pub async fn act() -> bool { true }
    fn help() {}
}
"#;

const SURFACE: &str = r#"// one.rs
pub use inner::Lamp;
#[derive(Clone)]
pub struct Pair(pub u8, _);
#[non_exhaustive]
pub enum Switch {
    On,
    Off(u8),
}
impl Pair {
    pub fn new(first: u8) -> Self {}
}
impl Iterator for Pair {
    type Item = u8;
}
pub const MOST: u8 = 2;
mod each_lamp {
    #[derive(Clone, Hash)]
    #[non_exhaustive]
    pub enum name {
        colour,
    }
    impl name {
        pub const LISTED: &'static [Self] = &[Self::colour];
        pub fn text(&self) -> &str {}
    }
}
#[macro_export]
macro_rules! make_lamp {
    ($name:ident) => {};
}
pub trait Shine {
    const WATTS: u8;
    fn start(&mut self);
    fn stop(&mut self) {}
}
impl Shine for &Pair {}
pub static PLACE: &str = "hall";
pub union Bits {
    pub all: u8,
}
lamp! {
    Lamp { Red = "red" }
}
pub mod shown {
    #[must_use]
    pub async fn act() -> bool {}
}

"#;

fn source(text: &str) -> Source {
    Source { name: "one.rs".to_owned(), text: text.to_owned() }
}

#[test]
fn the_surface_is_what_users_can_name() {
    assert_eq!(surface::of(&[source(SOURCE)]).as_deref(), Ok(SURFACE));
}

#[test]
fn a_source_without_public_items_is_left_out() {
    assert_eq!(surface::of(&[source("fn help() {}")]).as_deref(), Ok(""));
}

#[test]
fn a_file_that_is_not_rust_is_named() {
    let error = surface::of(&[source("pub fn")]).err();
    assert_eq!(error.as_deref(), Some("one.rs: unexpected end of input, expected identifier"));
}

/// Every edit that users can notice, and what the comparison shows of it.
#[test]
fn each_change_shows_in_the_comparison() {
    let table = [
        ("pub use inner::Lamp;", "", "-pub use inner::Lamp;"),
        ("#[derive(Clone)]", "#[derive(Debug)]", "+#[derive(Debug)]"),
        ("pub u8, String", "pub u16, String", "+pub struct Pair(pub u16, _);"),
        ("Off(u8)", "Off(u8), Dim", "+    Dim,"),
        ("#[non_exhaustive]\npub enum Switch", "pub enum Switch", "-#[non_exhaustive]"),
        // What a private macro expands to.
        ("#[derive(Clone, Hash)]", "#[derive(Clone)]", "-    #[derive(Clone, Hash)]"),
        ("        #[non_exhaustive]\n", "", "-    #[non_exhaustive]"),
        (
            "pub const LISTED",
            "const LISTED",
            "-        pub const LISTED: &'static [Self] = &[Self::colour];",
        ),
        ("mut first: u8", "first: u16", "+    pub fn new(first: u16) -> Self {}"),
        ("type Item = u8", "type Item = u16", "+    type Item = u16;"),
        ("MOST: u8 = 2", "MOST: u8 = 3", "+pub const MOST: u8 = 3;"),
        ("Red = \"red\"", "Red = \"rose\"", "+    Lamp { Red = \"rose\" }"),
        ("($name:ident) =>", "($it:ident) =>", "+    ($it:ident) => {};"),
        ("fn start(&mut self);", "fn start(&self);", "+    fn start(&self);"),
        ("fn stop(&mut self) { drop(self) }", "fn stop(&mut self);", "+    fn stop(&mut self);"),
        ("PLACE: &str", "PLACE: &[u8]", "+pub static PLACE: &[u8] = \"hall\";"),
        ("pub all: u8", "pub all: u16", "+    pub all: u16,"),
        ("impl Shine for &Pair", "impl Shine for Vec<Pair>", "-impl Shine for &Pair {}"),
        ("async fn act", "fn act", "+    pub fn act() -> bool {}"),
    ];
    for (old, new, line) in table {
        assert_eq!(SOURCE.matches(old).count(), 1, "{old}");
        let surface = surface::of(&[source(&SOURCE.replace(old, new))]).unwrap_or_default();
        let difference = compare("kept", SURFACE, &surface).unwrap_or_default();
        assert!(difference.lines().any(|it| it == line), "{old} -> {new}:\n{difference}");
    }
}

#[test]
fn no_change_compares_as_nothing() {
    assert_eq!(compare("kept", SURFACE, SURFACE), None);
}

/// What the generated types lose of the document is what validation checks instead: limits,
/// formats and defaults. Whether the JSON Schema of requests has those is tested beside it.
#[test]
fn types_keep_what_the_document_states() {
    let document = read_document(&our_document()).unwrap();
    let generated = generated(&our_document()).unwrap();
    let client = &generated.iter().find(|file| file.name == "client.rs").unwrap().text;
    let client = syn::parse_file(client).unwrap();
    let types = client.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => Some(&module.content.as_ref()?.1),
        _ => None,
    });
    let types = types.unwrap();
    let mut missed = Vec::new();
    for (name, schema) in document.schemas().filter(|(_, schema)| schema.has("properties")) {
        let found = types.iter().find_map(|item| match item {
            Item::Struct(item) if item.ident == name => Some(item),
            _ => None,
        });
        let found = found.unwrap_or_else(|| panic!("{name} is not a type"));
        let mut compare = |place: String, stated: String, is: String| {
            if stated != is {
                missed.push(format!("{place}: {stated} != {is}"));
            }
        };
        compare(name.to_owned(), description(&schema), documentation(&found.attrs));
        let strict = schema.get("additionalProperties").is_some_and(|it| *it.value == false);
        compare(
            format!("{name}: unknown fields"),
            strict.to_string(),
            rejects(types, name).to_string(),
        );
        let properties: Vec<_> = schema.members_of("properties").collect();
        compare(
            format!("{name}: fields"),
            properties.len().to_string(),
            found.fields.len().to_string(),
        );
        for (property, part) in properties {
            let place = format!("{name}.{property}");
            let is_it = |field: &&syn::Field| {
                let ident = field.ident.as_ref().unwrap().to_string();
                ident.trim_end_matches('_') == property
            };
            let field = found.fields.iter().find(is_it).unwrap_or_else(|| panic!("{place}"));
            let is_certain = schema.lists("required", property) && !part.is_true("nullable");
            let kind = rust_type(&part, &document);
            let kind = if is_certain { kind } else { format!("Option<{kind}>") };
            compare(place.clone(), kind, last_names(&field.ty));
            // Of a request, what must be given and what holds otherwise.
            let is_required = schema.lists("required", property);
            let fact = match part.get("default") {
                _ if !strict || !part.has("description") => String::new(),
                Some(default) => {
                    let value = default.value.to_string();
                    format!(" Default when creating: `{}`.", value.trim_matches('"'))
                }
                None if is_required => " Required.".to_owned(),
                None => String::new(),
            };
            compare(place, description(&part) + &fact, documentation(&field.attrs));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

fn description(part: &Part<'_>) -> String {
    words(part.text("description").unwrap_or_default())
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn documentation(attributes: &[syn::Attribute]) -> String {
    let docs = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    words(&docs.collect::<Vec<_>>().join("\n"))
}

/// Whether the type is read by `src/keys.rs`, which rejects unknown fields.
fn rejects(types: &[Item], name: &str) -> bool {
    types.iter().any(|item| {
        let Item::Impl(item) = item else { return false };
        let text = item.to_token_stream().to_string();
        last_names(&item.self_ty) == name && text.contains("keys :: object")
    })
}

/// The type as the build maps it.
fn rust_type(part: &Part<'_>, document: &Document) -> String {
    if let Some(name) = part.schema_name() {
        let schema = document.part(&format!("/components/schemas/{name}")).unwrap();
        return schema.text("x-spelling-of").unwrap_or(name).to_owned();
    }
    match (part.text("type").unwrap(), part.text("format")) {
        ("array", _) => format!("Vec<{}>", rust_type(&part.get("items").unwrap(), document)),
        ("integer", Some(format)) => format.replace("uint", "u").replace("int", "i"),
        ("boolean", _) => "bool".to_owned(),
        ("string", _) => "String".to_owned(),
        other => panic!("{other:?}"),
    }
}

/// A type without the paths to it.
fn last_names(kind: &syn::Type) -> String {
    let text = kind.to_token_stream().to_string().replace([' ', ','], "");
    let generic = text.split('<').map(|it| it.rsplit("::").next().unwrap());
    generic.collect::<Vec<_>>().join("<")
}
