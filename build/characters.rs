//! Which characters a text of a request may contain, and how many classes of them.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::document::Fault;
use super::requests::{Constant, Field};

/// The characters that `pattern` or `x-character-set` allows.
pub(super) fn character_set(field: &Field<'_>) -> Result<TokenStream, Fault> {
    match (field.keywords.get("pattern"), field.keywords.get("x-character-set")) {
        (None, None) => Ok(quote!(CharacterSet::ANY)),
        (Some(pattern), None) => {
            let fault = || {
                let message = "must be one character class, such as `^[0-9A-Za-z_-]*$`: \
                               no regular expression remains at run time";
                Fault::at(format!("{}/pattern", field.pointer), message)
            };
            let class = pattern.as_str().and_then(|p| p.strip_prefix("^[")?.strip_suffix("]*$"));
            let (excluded, ranges) = class.and_then(character_class).ok_or_else(fault)?;
            let ranges = ranges_rust(&ranges);
            Ok(quote! { CharacterSet::new(#excluded, #ranges, false, false) })
        }
        (None, Some(set)) => {
            let fault = || {
                let message =
                    "must hold `unicode`, a list of `letter` and `digit`, and `others`, a text";
                Fault::at(format!("{}/x-character-set", field.pointer), message)
            };
            let others = set.get("others").and_then(Value::as_str).ok_or_else(fault)?;
            let kinds = set.get("unicode").and_then(Value::as_array).ok_or_else(fault)?;
            if kinds.iter().any(|kind| kind != "letter" && kind != "digit") {
                return Err(fault());
            }
            let (letters, digits) =
                (kinds.contains(&Value::from("letter")), kinds.contains(&Value::from("digit")));
            let ranges = ranges_rust(&others.chars().map(|c| (c, c)).collect::<Vec<_>>());
            Ok(quote! { CharacterSet::new(false, #ranges, #letters, #digits) })
        }
        (Some(_), Some(_)) => Err(Fault::at(
            format!("{}/x-character-set", field.pointer),
            "repeats what `pattern` says",
        )),
    }
}

fn ranges_rust(ranges: &[(char, char)]) -> TokenStream {
    let ranges = ranges.iter().map(|(from, to)| quote!((#from, #to)));
    quote!(&[#(#ranges),*])
}

/// The inside of `[…]`: whether it is negated, and its ranges.
fn character_class(class: &str) -> Option<(bool, Vec<(char, char)>)> {
    let (negated, class) = match class.strip_prefix('^') {
        Some(excluded) => (true, excluded),
        None => (false, class),
    };
    if class.is_empty() {
        return None;
    }
    let mut rest = class.chars().peekable();
    let mut ranges = Vec::new();
    while let Some(first) = literal(&mut rest)? {
        let mut ahead = rest.clone();
        let is_range = ahead.next() == Some('-') && ahead.peek().is_some();
        let last = if is_range {
            rest.next();
            literal(&mut rest)??
        } else {
            first
        };
        if first > last {
            return None;
        }
        ranges.push((first, last));
    }
    Some((negated, ranges))
}

/// The next character of a class: `Some(None)` at its end, `None` for an escape
/// that stands for more than itself.
fn literal(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Option<char>> {
    match rest.next() {
        Some('\\') => match rest.next()? {
            'u' => code(rest).map(Some),
            other => other.is_ascii_punctuation().then_some(Some(other)),
        },
        Some('[' | ']') => None,
        other => Some(other),
    }
}

/// The character that `\u` and four hexadecimal digits stand for.
fn code(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    let mut code = 0;
    for _ in 0..4 {
        code = code * 16 + rest.next()?.to_digit(16)?;
    }
    char::from_u32(code)
}

/// The classes of characters that `x-character-classes` wants mixed.
pub(super) fn character_classes(field: &Field<'_>) -> Result<Option<Constant>, Fault> {
    const KEYWORD: &str = "x-character-classes";
    let Some(rule) = field.keywords.get(KEYWORD) else { return Ok(None) };
    let fault = || {
        let message = "must hold `classes`, a list of at most seven `name` and ASCII `characters`, \
                       and `at-least`, how many of them";
        Fault::at(format!("{}/{KEYWORD}", field.pointer), message)
    };
    let at_least = rule.get("at-least").and_then(Value::as_u64).ok_or_else(fault)?;
    let at_least = u32::try_from(at_least).map_err(|_| fault())?;
    let classes = rule
        .get("classes")
        .and_then(Value::as_array)
        .ok_or_else(fault)?
        .iter()
        .map(|class| {
            let text = |key: &str| class.get(key).and_then(Value::as_str);
            let (name, characters) = text("name").zip(text("characters")).ok_or_else(fault)?;
            if !characters.is_ascii() {
                return Err(fault());
            }
            Ok(quote!((#name, #characters)))
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    if at_least as usize > classes.len() || classes.len() > 7 {
        return Err(fault());
    }
    let value = quote! { CharacterClasses::new(#at_least, &[#(#classes),*]) };
    let mut constant = field.constant("Character classes", quote!(CharacterClasses), value);
    constant.name.push_str("_CLASSES");
    Ok(Some(constant))
}
