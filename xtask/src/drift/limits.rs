//! The limits in a text: of a number, of a length, of the number of items.

use super::facts::{Kind, bounds};
use super::sentences::{Found, found};
use super::words::{bare, number, placed};

/// Phrases before a number, and which limit it is. Of those that begin alike, the longer
/// one is first.
const PHRASES: [(&str, Limit); 32] = [
    ("greater than or equal to", Limit::Least),
    ("less than or equal to", Limit::Most),
    ("cannot be greater than", Limit::Most),
    ("not be greater than", Limit::Most),
    ("not greater than", Limit::Most),
    ("no greater than", Limit::Most),
    ("cannot be less than", Limit::Least),
    ("not be less than", Limit::Least),
    ("not less than", Limit::Least),
    ("no less than", Limit::Least),
    ("cannot be more than", Limit::Most),
    ("not more than", Limit::Most),
    ("no more than", Limit::Most),
    ("no longer than", Limit::Most),
    ("cannot exceed", Limit::Most),
    ("not exceed", Limit::Most),
    ("greater than", Limit::Above),
    ("more than", Limit::Above),
    ("less than", Limit::Below),
    ("fewer than", Limit::Below),
    ("maximum of", Limit::Most),
    ("maximum value is", Limit::Most),
    ("at most", Limit::Most),
    ("up to", Limit::Most),
    ("minimum of", Limit::Least),
    ("minimum value is", Limit::Least),
    ("at least", Limit::Least),
    ("exceeds", Limit::Above),
    ("≤", Limit::Most),
    ("<=", Limit::Most),
    ("≥", Limit::Least),
    (">=", Limit::Least),
];

#[derive(Clone, Copy)]
enum Limit {
    Least,
    Most,
    Above,
    Below,
}

/// The words of a text, and the byte at which each begins.
type Words<'t> = [(usize, &'t str)];

/// Bounds, the first of their words, and the one after the last.
type Bounds = (String, usize, usize);

/// The first limit that a text states.
pub(super) fn read(text: &str, is_array: bool) -> Option<Found> {
    let words = placed(text);
    let all = [between(&words), one_sided(&words), exact(&words)];
    let (range, first, after) = all.into_iter().flatten().next()?;
    let following = words.get(after..).unwrap_or_default();
    let of_characters = following
        .iter()
        .take(3)
        .position(|(_, word)| bare(word).to_lowercase().starts_with("character"));
    let mut end = after;
    let fact = match of_characters {
        Some(at) => {
            let (alternative, taken) = alternative(following.get(at..).unwrap_or_default());
            end += at + taken;
            (Kind::Length, range + &alternative)
        }
        None if is_array => (Kind::Items, range),
        None => (Kind::Range, range),
    };
    let &(from, _) = words.get(first)?;
    let to = end.checked_sub(1).and_then(|last| words.get(last))?;
    Some(found(text, from, to.0 + to.1.len(), vec![fact]))
}

/// What a text of another length may be, as in `characters or an IPv4 address`, and how
/// many words say so.
fn alternative(words: &Words<'_>) -> (String, usize) {
    match words {
        [(_, characters), (_, "or"), rest @ ..]
            if bare(characters) == characters.trim_end_matches(')') =>
        {
            let articles =
                rest.iter().take_while(|(_, it)| matches!(*it, "a" | "an" | "the")).count();
            let Some((_, noun)) = rest.get(articles) else { return (String::new(), 1) };
            (format!(" or {}", bare(noun)), articles + 3)
        }
        _ => (String::new(), 1),
    }
}

/// `1 to 64`, `between 1 and 64`, `1-64`, `one or two`.
fn between(words: &Words<'_>) -> Option<Bounds> {
    let pairs = words.windows(3).enumerate().find_map(|(first, window)| {
        let &[(_, low), (_, joint), (_, high)] = window else { return None };
        let is_joint = matches!(joint, "to" | "-" | "~" | "and" | "or");
        is_joint.then_some(())?;
        let is_listed = matches!(joint, "and" | "or") && low.parse::<i64>().is_ok();
        let is_between = words.iter().any(|(_, word)| word.eq_ignore_ascii_case("between"));
        (!is_listed || is_between).then_some(())?;
        Some((range(number(low)?, number(high)?)?, first, first + 3))
    });
    pairs.or_else(|| {
        words.iter().enumerate().find_map(|(at, (_, word))| {
            let (low, high) = bare(word).split_once(['-', '~', '–'])?;
            Some((range(low.parse().ok()?, high.parse().ok()?)?, at, at + 1))
        })
    })
}

fn range(low: i64, high: i64) -> Option<String> {
    bounds(Some(low.to_string()), Some(high.to_string()))
}

/// `a maximum of 50`, `at most 50`, `at least 1`, `must be greater than 1`.
fn one_sided(words: &Words<'_>) -> Option<Bounds> {
    (0..words.len()).find_map(|first| {
        let (limit, length) = PHRASES.iter().find_map(|(phrase, limit)| {
            let mut known = phrase.split(' ').zip(words.iter().skip(first));
            let length = phrase.split(' ').count();
            let is_phrase = first + length <= words.len()
                && known.all(|(known, (_, word))| word.eq_ignore_ascii_case(known));
            is_phrase.then_some((*limit, length))
        })?;
        let number = number(words.get(first + length)?.1)?;
        let range = match limit {
            Limit::Least => (Some(number), None),
            Limit::Above => (Some(number.checked_add(1)?), None),
            Limit::Most => (None, Some(number)),
            Limit::Below => (None, Some(number.checked_sub(1)?)),
        };
        let text = |number: i64| number.to_string();
        Some((bounds(range.0.map(text), range.1.map(text))?, first, first + length + 1))
    })
}

/// `36 characters`.
fn exact(words: &Words<'_>) -> Option<Bounds> {
    words.windows(2).enumerate().find_map(|(first, pair)| {
        let &[(_, count), (_, unit)] = pair else { return None };
        let is_length = bare(unit).to_lowercase().starts_with("character");
        is_length.then(|| number(count)).flatten().map(|it| (it.to_string(), first, first + 1))
    })
}

/// A lower and an upper limit of the same thing are a range.
pub(super) fn merged(facts: Vec<(Kind, String)>) -> Vec<(Kind, String)> {
    let mut merged: Vec<(Kind, String)> = Vec::new();
    for (kind, value) in facts {
        let is_limit = matches!(kind, Kind::Range | Kind::Length | Kind::Items);
        let other = merged.iter_mut().find(|(known, _)| is_limit && *known == kind);
        let joined = other.and_then(|(_, known)| {
            let joined = joined(known, &value).or_else(|| joined(&value, known))?;
            *known = joined;
            Some(())
        });
        if joined.is_none() {
            merged.push((kind, value));
        }
    }
    merged
}

fn joined(low: &str, high: &str) -> Option<String> {
    let (low, high) = (low.strip_suffix("..")?, high.strip_prefix("..")?);
    bounds(Some(low.to_owned()), Some(high.to_owned()))
}
