//! The public surface of Rust sources: what users can name, without bodies and
//! documentation.

use std::collections::BTreeSet;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::{
    Attribute, Block, Fields, FnArg, ImplItem, Item, ItemImpl, ItemMacro, Pat, Path, Signature,
    TraitItem, Type, Visibility, parse_quote,
};

use super::Source;

/// The public items of every source, below the name of its file.
///
/// # Errors
///
/// A file is not valid Rust.
pub(super) fn of(sources: &[Source]) -> Result<String, String> {
    let mut files = Vec::new();
    let mut names = Names::default();
    for Source { name, text } in sources {
        let mut file = syn::parse_file(text).map_err(|error| format!("{name}: {error}"))?;
        file.items.iter_mut().for_each(show_template);
        names.read(&file.items);
        files.push((name, file));
    }
    let mut surface = String::new();
    for (name, mut file) in files {
        file.attrs.clear();
        bare(&mut file.items, &names);
        if !file.items.is_empty() {
            surface.push_str(&format!("// {name}\n{}\n", prettyplease::unparse(&file)));
        }
    }
    Ok(surface)
}

/// What decides whether an implementation is public.
#[derive(Default)]
struct Names {
    public_types: BTreeSet<String>,
    private_traits: BTreeSet<String>,
}

impl Names {
    fn read(&mut self, items: &[Item]) {
        for item in items {
            let (names, ident) = match item {
                Item::Struct(item) if is_public(&item.vis) => (&mut self.public_types, &item.ident),
                Item::Enum(item) if is_public(&item.vis) => (&mut self.public_types, &item.ident),
                Item::Union(item) if is_public(&item.vis) => (&mut self.public_types, &item.ident),
                Item::Trait(item) if !is_public(&item.vis) => {
                    (&mut self.private_traits, &item.ident)
                }
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.read(items);
                    }
                    continue;
                }
                _ => continue,
            };
            names.insert(ident.to_string());
        }
    }
}

/// Reduces items to what users see of them.
fn bare(items: &mut Vec<Item>, names: &Names) {
    items.retain_mut(|item| match item {
        Item::Const(item) => is_public(&item.vis) && undocument(&mut item.attrs),
        Item::Enum(item) => {
            for variant in &mut item.variants {
                undocument(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| _ = undocument(&mut field.attrs));
            }
            is_public(&item.vis) && undocument(&mut item.attrs)
        }
        Item::Fn(item) => {
            empty(&mut item.sig, &mut item.block);
            is_public(&item.vis) && undocument(&mut item.attrs)
        }
        Item::Impl(item) => implementation(item, names) && undocument(&mut item.attrs),
        Item::Macro(item) => invocation(item),
        Item::Mod(item) => match &mut item.content {
            Some((_, items)) => {
                bare(items, names);
                undocument(&mut item.attrs) && !items.is_empty()
            }
            None => is_public(&item.vis) && undocument(&mut item.attrs),
        },
        Item::Struct(item) => {
            fields(&mut item.fields);
            is_public(&item.vis) && undocument(&mut item.attrs)
        }
        Item::Static(item) => is_public(&item.vis) && undocument(&mut item.attrs),
        Item::Trait(item) => {
            item.items.iter_mut().for_each(of_trait);
            is_public(&item.vis) && undocument(&mut item.attrs)
        }
        Item::Union(item) => {
            let fields = std::mem::take(&mut item.fields.named).into_iter();
            item.fields.named = fields.filter(|field| is_public(&field.vis)).collect();
            item.fields.named.iter_mut().for_each(|field| _ = undocument(&mut field.attrs));
            is_public(&item.vis) && undocument(&mut item.attrs)
        }
        Item::Type(item) => is_public(&item.vis) && undocument(&mut item.attrs),
        Item::Use(item) => is_public(&item.vis) && undocument(&mut item.attrs),
        _ => false,
    });
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Keeps the attributes that users can notice. Returns true, for conditions.
fn undocument(attributes: &mut Vec<Attribute>) -> bool {
    const NOTICED: [&str; 7] =
        ["cfg", "derive", "deprecated", "macro_export", "must_use", "non_exhaustive", "serde"];
    attributes.retain(|attribute| NOTICED.iter().any(|name| attribute.path().is_ident(name)));
    true
}

/// Removes what a caller does not see: the body, and `mut` of arguments.
fn empty(signature: &mut Signature, block: &mut Block) {
    *block = parse_quote!({});
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(argument) => {
                if let Pat::Ident(pattern) = &mut *argument.pat {
                    pattern.mutability = None;
                }
            }
        }
    }
}

/// Items of a public trait are public. Whether a function has a body can be noticed too.
fn of_trait(item: &mut TraitItem) {
    match item {
        TraitItem::Const(item) => _ = undocument(&mut item.attrs),
        TraitItem::Type(item) => _ = undocument(&mut item.attrs),
        TraitItem::Fn(item) => {
            let mut block = parse_quote!({});
            empty(&mut item.sig, item.default.as_mut().unwrap_or(&mut block));
            undocument(&mut item.attrs);
        }
        _ => {}
    }
}

fn fields(fields: &mut Fields) {
    match fields {
        Fields::Named(named) => {
            let public = std::mem::take(&mut named.named).into_iter();
            named.named = public.filter(|field| is_public(&field.vis)).collect();
        }
        // The position of a field is its name.
        Fields::Unnamed(unnamed) => {
            for field in unnamed.unnamed.iter_mut().filter(|field| !is_public(&field.vis)) {
                field.ty = parse_quote!(_);
            }
        }
        Fields::Unit => {}
    }
    fields.iter_mut().for_each(|field| _ = undocument(&mut field.attrs));
}

/// Whether users can notice the implementation.
fn implementation(item: &mut ItemImpl, names: &Names) -> bool {
    let last = |path: &Path| path.segments.last().map(|it| it.ident.to_string());
    let mut target = &*item.self_ty;
    while let Type::Reference(reference) = target {
        target = &reference.elem;
    }
    let Type::Path(target) = target else { return false };
    let of_trait = item.trait_.as_ref().and_then(|(path, _)| last(path));
    let is_public_type = last(&target.path).is_some_and(|it| names.public_types.contains(&it));
    if !is_public_type || of_trait.as_ref().is_some_and(|it| names.private_traits.contains(it)) {
        return false;
    }
    item.items.retain_mut(|item| match item {
        ImplItem::Const(item) => is_public(&item.vis) && undocument(&mut item.attrs),
        ImplItem::Fn(item) => {
            empty(&mut item.sig, &mut item.block);
            is_public(&item.vis) && undocument(&mut item.attrs)
        }
        ImplItem::Type(item) => of_trait.is_some() && undocument(&mut item.attrs),
        _ => false,
    });
    of_trait.is_some() || !item.items.is_empty()
}

/// Macros whose invocations define nothing that users can name.
const PRIVATE: [&str; 3] = ["include", "overlay_as_a_whole", "request_settings"];

/// Whether users can notice a macro: the definition of an exported one, or an invocation,
/// which defines types.
fn invocation(item: &mut ItemMacro) -> bool {
    item.mac.tokens = without_docs(item.mac.tokens.clone());
    if item.ident.is_none() {
        let name = item.mac.path.segments.last().map(|segment| segment.ident.to_string());
        return !name.is_some_and(|name| PRIVATE.contains(&name.as_str()))
            && undocument(&mut item.attrs);
    }
    item.mac.tokens = without_expansions(item.mac.tokens.clone());
    item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
        && undocument(&mut item.attrs)
}

/// Replaces the definition of a private macro by a module that shows the items which each
/// invocation defines: `each_NAME`. A macro that defines no items is left as it is.
fn show_template(item: &mut Item) {
    let Item::Macro(definition) = &*item else { return };
    let Some(name) = &definition.ident else { return };
    if definition.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
        return;
    }
    let rules: Vec<TokenTree> = definition.mac.tokens.clone().into_iter().collect();
    let expansions = rules.windows(2).filter_map(|pair| match pair {
        [TokenTree::Punct(mark), TokenTree::Group(group)] if mark.as_char() == '>' => {
            syn::parse2::<syn::File>(template(group.stream())).ok()
        }
        _ => None,
    });
    let items: Vec<Item> = expansions.flat_map(|file| file.items).collect();
    if !items.is_empty() {
        let module = format_ident!("each_{name}");
        *item = parse_quote!(mod #module { #(#items)* });
    }
}

/// An expansion with each repetition once, and variables as names.
fn template(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let mut shown = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Group(repeated)) => {
                    shown.extend(template(repeated.stream()));
                    // The separator, if there is one, and the operator.
                    let is_operator =
                        |it: &TokenTree| ["*", "+", "?"].contains(&it.to_string().as_str());
                    tokens.find(is_operator);
                }
                variable => shown.extend(variable),
            },
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), template(group.stream())).to_tokens(&mut shown);
            }
            other => other.to_tokens(&mut shown),
        }
    }
    shown
}

/// The patterns of a macro, without what they become.
fn without_expansions(tokens: TokenStream) -> TokenStream {
    let mut before = String::new();
    let bared = tokens.into_iter().map(|token| {
        let is_expansion = before.ends_with("=>");
        before = if matches!(token, TokenTree::Punct(_)) { before.clone() } else { String::new() };
        before.push_str(&token.to_string());
        match token {
            TokenTree::Group(group) if is_expansion => {
                Group::new(group.delimiter(), TokenStream::new()).into()
            }
            other => other,
        }
    });
    bared.collect()
}

fn without_docs(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut kept = TokenStream::new();
    while let Some(token) = tokens.next() {
        let is_doc =
            |token: &TokenTree| token.to_string().trim_start_matches("[ ").starts_with("[doc");
        if token.to_string() == "#" && tokens.next_if(is_doc).is_some() {
            continue;
        }
        match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), without_docs(group.stream())).to_tokens(&mut kept);
            }
            other => other.to_tokens(&mut kept),
        }
    }
    kept
}
