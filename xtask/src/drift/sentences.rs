//! The facts in a sentence of a description.

use super::facts::{Kind, bounds};
use super::words::{bare, number, values};

/// What a sentence comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Facts(Vec<(Kind, String)>),
    /// It states nothing that is compared.
    Nothing,
    /// It looks as if it stated something, and is not understood.
    Unread,
}

/// Sentences about other fields, or about the use of this one, begin like this.
const CONDITIONS: [&str; 5] = ["when ", "if ", "set this parameter", "this parameter", "either "];

/// What a sentence that states a limit, a default or a list of values contains.
const SIGNS: [&str; 16] = [
    "default",
    "range",
    "maximum",
    "minimum",
    "character",
    "deprecated",
    "exceed",
    "at least",
    "at most",
    "up to",
    "no more than",
    "greater than",
    "less than",
    "value can",
    "value is",
    "value must be",
];

/// Things that have a number in their name.
const NUMBERED: [&str; 6] = ["phase", "eip", "ip", "address", "gateway", "version"];

/// Reads a sentence without markup.
pub(super) fn read(sentence: &str, is_array: bool) -> Reading {
    let sentence = without_example(sentence.trim());
    let lower = sentence.to_lowercase();
    let lower = lower.as_str();
    if lower.contains("deprecated") {
        return Reading::Facts(vec![(Kind::Deprecated, "yes".to_owned())]);
    }
    if let Some(facts) = cautions(sentence, lower).or_else(|| parts_played(sentence)) {
        return Reading::Facts(facts);
    }
    let about_others =
        CONDITIONS.iter().any(|start| lower.starts_with(start)) || lower.contains("the same as");
    if about_others {
        return Reading::Nothing;
    }
    let understood = default(sentence, lower)
        .or_else(|| listed(sentence, lower))
        .or_else(|| addresses(lower))
        .or_else(|| range_of(sentence, is_array).map(|fact| vec![fact]));
    let is_suspicious = SIGNS.iter().any(|sign| lower.contains(sign)) || has_number(lower);
    match understood {
        Some(facts) => Reading::Facts(facts),
        None if is_suspicious => Reading::Unread,
        None => Reading::Nothing,
    }
}

/// Whether a number stands in the sentence that is no part of a name.
fn has_number(lower: &str) -> bool {
    let words: Vec<&str> = lower.split_whitespace().map(bare).collect();
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let is_name = before.is_some_and(|before| NUMBERED.contains(before));
        word.parse::<i64>().is_ok() && !is_name
    })
}

/// The sentence up to its example; nothing of one that is an example.
fn without_example(sentence: &str) -> &str {
    let lower = sentence.to_ascii_lowercase();
    let starts = ["for example", "an example", "example:"];
    if starts.iter().any(|start| lower.starts_with(start)) {
        return "";
    }
    let end = [", for example", "(for example"].iter().filter_map(|it| lower.find(it)).min();
    end.and_then(|end| sentence.get(..end)).unwrap_or(sentence).trim_end()
}

/// `Exercise caution when using a or b as they have low security.`
fn cautions(sentence: &str, lower: &str) -> Option<Vec<(Kind, String)>> {
    let start =
        lower.strip_prefix("exercise caution when using ").map(|rest| lower.len() - rest.len())?;
    let end = lower.find(" as ")?;
    let named = values(sentence.get(start..end)?)?;
    Some(named.into_iter().map(|(value, _)| (Kind::Weak, value)).collect())
}

/// `…, a indicates the one, and b indicates the other.`
fn parts_played(sentence: &str) -> Option<Vec<(Kind, String)>> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let values: Vec<_> = words
        .windows(2)
        .filter_map(|pair| match pair {
            [value, "indicates"] if !is_pronoun(value) => {
                Some((Kind::Value, bare(value).to_owned()))
            }
            _ => None,
        })
        .collect();
    (!values.is_empty()).then_some(values)
}

fn is_pronoun(word: &str) -> bool {
    ["which", "that", "it", "this", "value", "parameter", "field"]
        .iter()
        .any(|pronoun| bare(word).eq_ignore_ascii_case(pronoun))
}

/// `The default value is a.`
fn default(sentence: &str, lower: &str) -> Option<Vec<(Kind, String)>> {
    let starts = ["default value is ", "defaults to ", "default is "];
    let value = starts.iter().find_map(|start| {
        let at = lower.find(start)? + start.len();
        sentence.get(at..)
    })?;
    let value = value.split([',', ';', '(']).next()?.trim().trim_end_matches('.');
    let is_value = !value.is_empty() && !value.contains(' ');
    is_value.then(|| vec![(Kind::Default, value.to_owned())])
}

/// `The value can be a, b, or c.`
fn listed(sentence: &str, lower: &str) -> Option<Vec<(Kind, String)>> {
    let list = ["the value can be ", "value can be ", "the value is ", "valid values are "]
        .iter()
        .find(|start| lower.starts_with(**start))
        .and_then(|start| sentence.get(start.len()..))?;
    let values = values(list)?;
    let mut facts = Vec::new();
    for (value, is_supported) in values {
        if !is_supported {
            facts.push((Kind::Unsupported, value.clone()));
        }
        facts.push((Kind::Value, value));
    }
    Some(facts)
}

/// Rules about addresses, for which the document has extensions.
fn addresses(lower: &str) -> Option<Vec<(Kind, String)>> {
    let words: Vec<&str> = lower.split_whitespace().map(bare).collect();
    let after = |phrase: &[&str]| {
        let at = words.windows(phrase.len()).position(|window| window == phrase)?;
        words.get(at + phrase.len()).copied()
    };
    let mut facts = Vec::new();
    if let (Some(bits), Some(start)) = (after(&["the", "first"]), after(&["bits", "must", "be"])) {
        facts.push((Kind::AddressBlock, network(start, bits)));
    }
    let excluded = after(&["value", "cannot", "be"]).filter(|value| value.ends_with(".xxx"));
    if let Some(excluded) = excluded {
        facts.push((Kind::ExcludedBlock, network(excluded.trim_end_matches(".xxx"), "24")));
    }
    if let Some(length) = after(&["mask", "length", "must", "be"]) {
        facts.push((Kind::PrefixLength, length.to_owned()));
    }
    if lower.starts_with("reserved ") {
        let networks = words.iter().filter(|word| word.contains('/') && word.contains('.'));
        facts.extend(networks.map(|it| (Kind::ReservedRange, (*it).to_owned())));
    }
    (!facts.is_empty()).then_some(facts)
}

/// The network that the beginning of an address names.
fn network(start: &str, bits: &str) -> String {
    let missing = 3_usize.saturating_sub(start.matches('.').count());
    format!("{start}{}/{bits}", ".0".repeat(missing))
}

/// The bounds that a text states, and of what: the value, its length, or the
/// number of items.
pub(super) fn range_of(text: &str, is_array: bool) -> Option<(Kind, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (range, after) = between(&words).or_else(|| one_sided(&words)).or_else(|| exact(&words))?;
    let following = words.get(after..).unwrap_or_default();
    let of_characters = following
        .iter()
        .take(3)
        .position(|word| bare(word).to_lowercase().starts_with("character"));
    Some(match of_characters {
        Some(at) => {
            let rest = following.get(at..).unwrap_or_default();
            (Kind::Length, range + &alternative(rest))
        }
        None if is_array => (Kind::Items, range),
        None => (Kind::Range, range),
    })
}

/// What a text of another length may be: `characters or an IPv4 address`.
fn alternative(words: &[&str]) -> String {
    match words {
        [characters, "or", rest @ ..] if bare(characters) == characters.trim_end_matches(')') => {
            let words = rest.iter().filter(|word| !matches!(**word, "a" | "an" | "the"));
            let words: Vec<&str> = words.map(|word| bare(word)).take(1).collect();
            format!(" or {}", words.join(" "))
        }
        _ => String::new(),
    }
}

type Bounds = (String, usize);

/// `1 to 64`, `between 1 and 64`, `1-64`, `one or two`.
fn between(words: &[&str]) -> Option<Bounds> {
    let pairs = words.windows(3).zip(3..).find_map(|(window, after)| {
        let &[low, joint, high] = window else { return None };
        let is_joint = matches!(joint, "to" | "-" | "~" | "and" | "or");
        is_joint.then_some(())?;
        let is_listed = matches!(joint, "and" | "or") && low.parse::<i64>().is_ok();
        let is_between = words.iter().any(|word| word.eq_ignore_ascii_case("between"));
        (!is_listed || is_between).then_some(())?;
        Some((range(number(low)?, number(high)?)?, after))
    });
    pairs.or_else(|| {
        words.iter().zip(1..).find_map(|(word, after)| {
            let (low, high) = bare(word).split_once(['-', '~', '–'])?;
            Some((range(low.parse().ok()?, high.parse().ok()?)?, after))
        })
    })
}

fn range(low: i64, high: i64) -> Option<String> {
    bounds(Some(low.to_string()), Some(high.to_string()))
}

/// `a maximum of 50`, `at most 50`, `at least 1`, `the maximum value is 5`.
fn one_sided(words: &[&str]) -> Option<Bounds> {
    const UPPER: [&[&str]; 7] = [
        &["maximum", "of"],
        &["at", "most"],
        &["up", "to"],
        &["more", "than"],
        &["exceed"],
        &["maximum", "value", "is"],
        &["greater", "than"],
    ];
    const LOWER: [&[&str]; 4] =
        [&["minimum", "of"], &["at", "least"], &["minimum", "value", "is"], &["less", "than"]];
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let after = |phrases: &[&[&str]]| {
        phrases.iter().find_map(|phrase| {
            let at = lower.windows(phrase.len()).position(|window| window == *phrase)?;
            let at = at + phrase.len();
            Some((number(words.get(at)?)?.to_string(), at + 1))
        })
    };
    let (low, high) = (after(&LOWER), after(&UPPER));
    let end = low.iter().chain(&high).map(|(_, end)| *end).max()?;
    Some((bounds(low.map(|(number, _)| number), high.map(|(number, _)| number))?, end))
}

/// `36 characters`.
fn exact(words: &[&str]) -> Option<Bounds> {
    words.windows(2).zip(1..).find_map(|(pair, after)| {
        let &[count, unit] = pair else { return None };
        let is_length = bare(unit).to_lowercase().starts_with("character");
        is_length.then(|| number(count)).flatten().map(|count| (count.to_string(), after))
    })
}
