//! Which characters a text of a request may contain, and how many classes of them.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::document::Fault;
use super::part::Part;

/// The characters that `pattern` or `x-character-set` allows.
pub(super) fn character_set(text: &Part<'_>) -> Result<TokenStream, Fault> {
    match (text.get("pattern"), text.get("x-character-set")) {
        (None, None) => Ok(quote!(CharacterSet::ANY)),
        (Some(pattern), None) => {
            let class =
                pattern.value.as_str().and_then(|it| it.strip_prefix("^[")?.strip_suffix("]*$"));
            class.and_then(character_class).ok_or_else(|| {
                pattern.fault(
                    "must be one character class, such as `^[0-9A-Za-z_-]*$`: no regular \
                     expression remains at run time",
                )
            })
        }
        (None, Some(set)) => {
            let others = set.value.get("others").and_then(Value::as_str);
            let kinds: Vec<_> = set.items_of("unicode").map(|kind| kind.value).collect();
            let is_known = |kind: &&Value| *kind == "letter" || *kind == "digit";
            let (true, Some(others)) = (kinds.iter().all(is_known), others) else {
                return Err(set.fault(
                    "must hold `unicode`, a list of `letter` and `digit`, and `others`, a text",
                ));
            };
            let [letters, digits] = ["letter", "digit"].map(|kind| set.lists("unicode", kind));
            let others = others.chars().map(|c| quote!((#c, #c)));
            Ok(quote! { CharacterSet::new(false, &[#(#others),*], #letters, #digits) })
        }
        (Some(_), Some(set)) => Err(set.fault("repeats what `pattern` says")),
    }
}

/// The inside of `[…]`.
fn character_class(class: &str) -> Option<TokenStream> {
    let included = class.strip_prefix('^');
    let mut rest = included.unwrap_or(class);
    let mut ranges = Vec::new();
    while !rest.is_empty() {
        let (first, after) = literal(rest)?;
        let (last, after) = match after.strip_prefix('-') {
            Some(end) if !end.is_empty() => literal(end)?,
            _ => (first, after),
        };
        if first > last {
            return None;
        }
        ranges.push(quote!((#first, #last)));
        rest = after;
    }
    let excluded = included.is_some();
    let set = quote! { CharacterSet::new(#excluded, &[#(#ranges),*], false, false) };
    (!ranges.is_empty()).then_some(set)
}

/// The next character of a class, and what follows it; `None` for an escape that stands
/// for more than itself.
fn literal(class: &str) -> Option<(char, &str)> {
    let mut rest = class.chars();
    let character = match rest.next()? {
        '[' | ']' => return None,
        '\\' => match rest.next()? {
            'u' => {
                let (code, rest) = rest.as_str().split_at_checked(4)?;
                return Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, rest));
            }
            other => Some(other).filter(char::is_ascii_punctuation)?,
        },
        other => other,
    };
    Some((character, rest.as_str()))
}

/// The classes of characters that `x-character-classes` wants mixed.
pub(super) fn character_classes(rule: &Part<'_>) -> Result<TokenStream, Fault> {
    let classes = rule.items_of("classes").map(|class| {
        let text = |key: &str| class.value.get(key).and_then(Value::as_str);
        let (name, characters) = (text("name")?, text("characters")?);
        characters.is_ascii().then(|| quote!((#name, #characters)))
    });
    let classes = classes.collect::<Option<Vec<_>>>().filter(|classes| classes.len() <= 7);
    let at_least = rule.value.get("at-least").and_then(Value::as_u64);
    match (at_least.and_then(|count| u32::try_from(count).ok()), classes) {
        (Some(at_least), Some(classes)) if at_least as usize <= classes.len() => {
            Ok(quote! { CharacterClasses::new(#at_least, &[#(#classes),*]) })
        }
        _ => Err(rule.fault(
            "must hold `classes`, a list of at most seven `name` and ASCII `characters`, and \
             `at-least`, how many of them",
        )),
    }
}
