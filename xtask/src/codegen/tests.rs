use super::surface;
use super::{Source, compare};

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
fn what_is_no_rust_is_named() {
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
        ("#[non_exhaustive]", "", "-#[non_exhaustive]"),
        ("mut first: u8", "first: u16", "+    pub fn new(first: u16) -> Self {}"),
        ("type Item = u8", "type Item = u16", "+    type Item = u16;"),
        ("MOST: u8 = 2", "MOST: u8 = 3", "+pub const MOST: u8 = 3;"),
        ("Red = \"red\"", "Red = \"rose\"", "+    Lamp { Red = \"rose\" }"),
        ("$name:ident", "$it:ident", "+    ($it:ident) => {};"),
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
