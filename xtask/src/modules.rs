//! `cargo xtask modules`: no two modules of the library import each other.

#![allow(
    clippy::indexing_slicing,
    reason = "an index of a module is made where the module is added, and none is taken away"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, UseTree};

use crate::codegen::{self, Source};
use crate::{FINDINGS, Outcome, our_document};

pub(crate) const HELP: &str = "\
A module is a file of src/, with the generated code that it includes. It uses another
one where it imports from it or names a path into it; a re-export counts as what it
names. What only tests or fuzz targets compile is left out. Each circle is printed with
the paths that close it.

Exit status: 0 without a circle, 1 with one, 2 when the document cannot be built or
the sources cannot be read.";

pub(crate) fn run() -> Outcome {
    let tree = Tree::read(&codegen::library()?, &codegen::generated(&our_document())?)?;
    let uses = tree.uses();
    let report = report(&uses, tree.files.len());
    Ok((report, if circles(&uses).is_empty() { 0 } else { FINDINGS }))
}

type Path = Vec<String>;
/// By user and used file: a path by which the one uses the other.
type Uses = BTreeMap<String, BTreeMap<String, String>>;

/// The meaning of a name in a module.
enum Name {
    Item,
    Module(usize),
    /// Another name, seen from the module.
    Alias(Path),
}

/// A module, in a file of its own or within one.
struct Module {
    file: String,
    parent: usize,
    names: HashMap<String, Name>,
    globs: Vec<Path>,
    references: Vec<Path>,
}

/// What a path leads to: a module, or an item of it.
#[derive(Clone, Copy)]
enum Target {
    Module(usize),
    Item(usize),
}

struct Tree {
    modules: Vec<Module>,
    files: HashMap<String, syn::File>,
    generated: HashMap<String, syn::File>,
}

impl Tree {
    fn read(sources: &[Source], generated: &[Source]) -> Result<Self, String> {
        let parse = |it: &Source| match syn::parse_file(&it.text) {
            Ok(file) => Ok((it.name.clone(), file)),
            Err(error) => Err(format!("{}: {error}", it.name)),
        };
        let files = sources.iter().map(parse).collect::<Result<_, _>>()?;
        let generated = generated.iter().map(parse).collect::<Result<_, _>>()?;
        let mut tree = Self { modules: Vec::new(), files, generated };
        tree.add_file("src/lib.rs".to_owned(), "src/", 0)?;
        Ok(tree)
    }

    /// Adds the module of a file, whose children are files in `folder`.
    fn add_file(&mut self, file: String, folder: &str, parent: usize) -> Result<usize, String> {
        let items = self.files.get(&file).ok_or_else(|| format!("{file}: is missing"))?;
        let items = items.items.clone();
        let module = self.add(file, parent);
        self.fill(module, folder, items)?;
        Ok(module)
    }

    fn add(&mut self, file: String, parent: usize) -> usize {
        let (names, globs, references) = <_>::default();
        self.modules.push(Module { file, parent, names, globs, references });
        self.modules.len() - 1
    }

    fn fill(&mut self, module: usize, folder: &str, items: Vec<Item>) -> Result<(), String> {
        for item in items.into_iter().filter(|item| !is_for_tests(item)) {
            match &item {
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let below = format!("{folder}{name}/");
                    let child = match &inner.content {
                        None => self.add_file(format!("{folder}{name}.rs"), &below, module)?,
                        Some((_, items)) => {
                            let child = self.add(self.modules[module].file.clone(), module);
                            self.fill(child, &below, items.clone())?;
                            child
                        }
                    };
                    self.modules[module].names.insert(name, Name::Module(child));
                }
                Item::Use(import) if import.leading_colon.is_none() => {
                    self.modules[module].import(&import.tree, &mut Vec::new());
                }
                Item::Macro(call) if call.mac.path.is_ident("include") => {
                    let name = call.mac.tokens.to_string();
                    let name = name.rsplit('/').next().unwrap_or_default();
                    let name = name.trim_end_matches(['"', ')', ' ']);
                    let included = self.generated.get(name);
                    let included = included.ok_or_else(|| format!("{name}: is not generated"))?;
                    self.fill(module, folder, included.items.clone())?;
                }
                _ => {
                    let this = &mut self.modules[module];
                    this.names.extend(name(&item).map(|name| (name, Name::Item)));
                    collect(item.to_token_stream(), &mut this.references);
                }
            }
        }
        Ok(())
    }

    fn resolve(&self, from: usize, path: &[String], seen: &mut Vec<Path>) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Target::Module(0),
            "self" => Target::Module(from),
            "super" => Target::Module(self.modules[from].parent),
            name => self.look_up(from, name, seen)?,
        };
        while let (Target::Module(module), Some((name, more))) = (at, rest.split_first()) {
            at = match name.as_str() {
                "super" => Target::Module(self.modules[module].parent),
                // What is not found is made by a macro.
                name => self.look_up(module, name, seen).unwrap_or(Target::Item(module)),
            };
            rest = more;
        }
        Some(at)
    }

    fn look_up(&self, module: usize, name: &str, seen: &mut Vec<Path>) -> Option<Target> {
        let place = vec![module.to_string(), name.to_owned()];
        if seen.contains(&place) {
            return None;
        }
        seen.push(place);
        let found = match self.modules[module].names.get(name) {
            Some(Name::Item) => Some(Target::Item(module)),
            Some(Name::Module(child)) => Some(Target::Module(*child)),
            Some(Name::Alias(path)) => self.resolve(module, path, seen),
            None => self.modules[module].globs.iter().find_map(|glob| {
                match self.resolve(module, glob, seen)? {
                    Target::Module(from) => self.look_up(from, name, seen),
                    Target::Item(_) => None,
                }
            }),
        };
        seen.pop();
        found
    }

    fn uses(&self) -> Uses {
        let mut uses = Uses::new();
        for (index, module) in self.modules.iter().enumerate() {
            for path in &module.references {
                let Some(target) = self.resolve(index, path, &mut Vec::new()) else { continue };
                let (Target::Module(target) | Target::Item(target)) = target;
                let used = &self.modules[target].file;
                if *used != module.file {
                    let uses = uses.entry(module.file.clone()).or_default();
                    uses.entry(used.clone()).or_insert_with(|| path.join("::"));
                }
            }
        }
        uses
    }
}

impl Module {
    /// Names what an import brings, and notes what it refers to.
    fn import(&mut self, tree: &UseTree, path: &mut Path) {
        let (step, alias) = match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.import(&step.tree, path);
                path.pop();
                return;
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, path));
            }
            UseTree::Glob(_) => {
                self.references.push(path.clone());
                return self.globs.push(path.clone());
            }
            UseTree::Name(name) => (name.ident.to_string(), name.ident.to_string()),
            UseTree::Rename(name) => (name.ident.to_string(), name.rename.to_string()),
        };
        let mut target = path.clone();
        let mut alias = alias;
        if step != "self" {
            target.push(step);
        } else if alias == "self" {
            alias = path.last().cloned().unwrap_or_default();
        }
        self.references.push(target.clone());
        // A name and a module of it may be one: `mod a; pub use a::a;`.
        self.names.entry(alias).or_insert(Name::Alias(target));
    }
}

fn is_for_tests(item: &Item) -> bool {
    let mut tokens = item.to_token_stream().into_iter();
    let is_such = |it: TokenStream| ["cfg (test)", "cfg (fuzzing)"].contains(&&*it.to_string());
    tokens.any(|it| matches!(it, TokenTree::Group(it) if is_such(it.stream())))
}

fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(it) => &it.ident,
        Item::Enum(it) => &it.ident,
        Item::Fn(it) => &it.sig.ident,
        Item::Static(it) => &it.ident,
        Item::Struct(it) => &it.ident,
        Item::Trait(it) => &it.ident,
        Item::Type(it) => &it.ident,
        Item::Union(it) => &it.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// Every path of two or more names, also in the arguments of macros.
fn collect(tokens: TokenStream, paths: &mut Vec<Path>) {
    let (mut path, mut colons) = (Path::new(), 0);
    let mut end = |path: &mut Path| {
        let path = std::mem::take(path);
        if path.len() > 1 && path.iter().all(|name| !name.is_empty()) {
            paths.push(path);
        }
    };
    let mut groups = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
            TokenTree::Ident(name) => {
                match (colons, path.is_empty()) {
                    (2, false) => {}
                    // The path follows something other than a name, as in `<T>::new`.
                    (2, true) => path.push(String::new()),
                    _ => end(&mut path),
                }
                path.push(name.to_string());
                colons = 0;
            }
            other => {
                end(&mut path);
                colons = 0;
                match other {
                    TokenTree::Group(group) => groups.push(group.stream()),
                    TokenTree::Literal(text) => groups.extend(path_in(&text)),
                    _ => {}
                }
            }
        }
    }
    end(&mut path);
    groups.into_iter().for_each(|group| collect(group, paths));
}

/// The path that a text is, as in `#[serde(deserialize_with = "a::b")]`.
fn path_in(text: &Literal) -> Option<TokenStream> {
    let text = syn::parse_str::<syn::LitStr>(&text.to_string()).ok()?;
    text.parse::<syn::Path>().ok().map(|path| path.to_token_stream())
}

/// The shortest circles, those first that have no use in common with a shorter one.
fn circles(uses: &Uses) -> Vec<Vec<&str>> {
    let mut found = BTreeSet::new();
    for (user, used) in uses {
        for used in used.keys() {
            if let Some(mut circle) = way(uses, used, user) {
                let least = circle.iter().enumerate().min_by_key(|(_, name)| **name);
                let least = least.map_or(0, |(index, _)| index);
                circle.rotate_left(least);
                found.insert((circle.len(), circle));
            }
        }
    }
    let (mut reported, mut circles) = (BTreeSet::new(), Vec::new());
    for (_, circle) in found {
        if links(&circle).all(|link| !reported.contains(&link)) {
            reported.extend(links(&circle));
            circles.push(circle);
        }
    }
    circles
}

/// Who uses whom in a circle.
fn links<'a>(circle: &[&'a str]) -> impl Iterator<Item = [&'a str; 2]> {
    circle.iter().zip(circle.iter().cycle().skip(1)).map(|(user, used)| [*user, *used])
}

/// The shortest way along the uses.
fn way<'a>(uses: &'a Uses, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut open = VecDeque::from([vec![from]]);
    let mut seen = BTreeSet::from([from]);
    while let Some(way) = open.pop_front() {
        let last = way.last()?;
        if *last == to {
            return Some(way);
        }
        for next in uses.get(*last).into_iter().flat_map(|used| used.keys()) {
            if seen.insert(next) {
                open.push_back([way.as_slice(), &[next]].concat());
            }
        }
    }
    None
}

fn report(uses: &Uses, files: usize) -> String {
    let circles = circles(uses);
    let mut report = String::new();
    for circle in &circles {
        for (index, [user, used]) in links(circle).enumerate() {
            let indent = if index == 0 { "" } else { "  " };
            let path = &uses[user][used];
            let _ = writeln!(report, "{indent}{user} uses {used}: {path}");
        }
    }
    let _ = match circles.len() {
        0 => writeln!(report, "src: no circle among {files} modules"),
        1 => writeln!(report, "src: 1 circle among {files} modules"),
        count => writeln!(report, "src: {count} circles among {files} modules"),
    };
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(files: &[(&str, &str)]) -> Vec<Source> {
        let source = |(name, text): &(&str, &str)| Source {
            name: (*name).to_owned(),
            text: (*text).to_owned(),
        };
        files.iter().map(source).collect()
    }

    #[track_caller]
    fn found(files: &[(&str, &str)], expected: &[&[&str]]) {
        let generated = [("made.rs", "pub mod types { pub type T = crate::b::B; }")];
        let tree = Tree::read(&sources(files), &sources(&generated)).unwrap();
        let uses = tree.uses();
        assert_eq!(circles(&uses), expected, "{uses:?}");
    }

    const A_AND_B: &[&[&str]] = &[&["src/a.rs", "src/b.rs"]];

    #[test]
    fn however_two_modules_name_each_other_it_is_a_circle() {
        for used in [
            "use crate::a::A;",
            "use super::a::A;",
            "use crate::{a::{A, x}, c};",
            "use crate::a::*;",
            "use crate::a; fn f() { a::x() }",
            "use crate::a as other; fn f() { other::x() }",
            "use crate::a; struct B { #[serde(deserialize_with = \"a::x\")] b: u8 }",
            "fn f(_: &[crate::a::A]) {}",
            "fn f() { println!(\"{}\", crate::a::x()) }",
            "impl Iterator for B { fn next() { super::a::made_by_a_macro() } }",
            "mod inner { use super::super::a::A; }",
            // Through re-exports, of an item and of a module.
            "use crate::A;",
            "use crate::c::again::A;",
            "fn f() -> crate::c::A {}",
        ] {
            let b = format!("pub struct B; {used}");
            let files = [
                ("src/lib.rs", "mod a; mod b; mod c; pub use a::A;"),
                ("src/a.rs", "pub struct A; pub fn x() {} use crate::b::B;"),
                ("src/b.rs", &b),
                ("src/c.rs", "pub use crate::a as again; pub use again::*;"),
            ];
            let uses = Tree::read(&sources(&files), &[]).unwrap().uses();
            assert!(circles(&uses).contains(&A_AND_B[0].to_vec()), "{used}: {uses:?}");
        }
    }

    #[test]
    fn a_circle_through_a_third_module_a_parent_or_generated_code_is_one() {
        found(
            &[
                ("src/lib.rs", "mod a; mod b; mod c;"),
                ("src/a.rs", "use crate::b::x;"),
                ("src/b.rs", "use crate::c::x;"),
                ("src/c.rs", "use crate::a::x;"),
            ],
            &[&["src/a.rs", "src/b.rs", "src/c.rs"]],
        );
        found(
            &[
                ("src/lib.rs", "mod a;"),
                ("src/a.rs", "mod below; pub use below::B; pub struct A;"),
                ("src/a/below.rs", "use super::A; pub struct B;"),
            ],
            &[&["src/a.rs", "src/a/below.rs"]],
        );
        found(
            &[
                ("src/lib.rs", "mod a; mod b;"),
                ("src/a.rs", "include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));"),
                ("src/b.rs", "pub struct B; fn f(_: crate::a::types::T) {}"),
            ],
            A_AND_B,
        );
    }

    #[test]
    fn what_is_no_circle_passes() {
        found(
            &[
                ("src/lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
                // Tests, documentation, what another crate calls so, what is a module's own.
                (
                    "src/a.rs",
                    "//! [B](crate::b::B)\n pub struct A; #[cfg(test)] mod tests { use crate::b::B; }
                     #[cfg(test)] use crate::b::B; use other::b::B; fn f() { b::x(); ::b::x() }
                     fn g() { <T>::crate_of(A::new()) }",
                ),
                // The re-export means a, not lib.rs.
                ("src/b.rs", "use crate::A; pub struct B; mod c { use super::B; }"),
            ],
            &[],
        );
        found(
            &[
                ("src/lib.rs", "mod b; #[cfg(fuzzing)] pub mod fuzzing;"),
                ("src/b.rs", "pub struct B; fn f() { crate::fuzzing::x() }"),
                ("src/fuzzing.rs", "use crate::b::B;"),
            ],
            &[],
        );
        found(
            &[
                ("src/lib.rs", "mod a;"),
                ("src/a.rs", "mod below; mod other; pub use below::B;"),
                ("src/a/below.rs", "pub struct B; use super::other::X;"),
                ("src/a/other.rs", "pub struct X;"),
            ],
            &[],
        );
    }

    #[test]
    fn the_report_shows_the_paths_that_close_a_circle() {
        let files = [
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", "use crate::b::x;"),
            ("src/b.rs", "use super::a::y;"),
        ];
        let tree = Tree::read(&sources(&files), &[]).unwrap();
        let expected = "src/a.rs uses src/b.rs: crate::b::x\n  \
                        src/b.rs uses src/a.rs: super::a::y\n\
                        src: 1 circle among 3 modules\n";
        assert_eq!(report(&tree.uses(), tree.files.len()), expected);
    }

    #[test]
    fn a_module_without_a_file_is_named() {
        let error = Tree::read(&sources(&[("src/lib.rs", "mod a;")]), &[]).err();
        assert_eq!(error.unwrap(), "src/a.rs: is missing");
    }
}
