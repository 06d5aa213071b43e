//! The facts in a sentence of a description.
//!
//! Readers take what they understand out of the sentence, one fact after the other.
//! What is left of it must state nothing that is compared: else it is unread, so that
//! no fact is lost in silence.

use super::conditions::{Conditioned, without_conditions};
use super::facts::Kind;
use super::limits::{self, merged};
use super::words::{bare, number, placed, values};

/// What a sentence comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) facts: Vec<(Kind, String)>,
    /// Whether it looks as if it stated more than that.
    pub(super) is_unread: bool,
}

/// Facts, and the part of the text that states them.
pub(super) struct Found {
    pub(super) facts: Vec<(Kind, String)>,
    pub(super) from: usize,
    pub(super) to: usize,
}

type Reader = fn(&str, bool) -> Option<Found>;

/// The first that finds something takes it out; then all look at what is left.
const READERS: [Reader; 11] = [
    |text, _| deprecated(text),
    |text, _| cautions(text),
    |text, _| part_played(text),
    |text, _| likeness(text),
    |text, _| default(text),
    |text, _| address_block(text),
    |text, _| excluded_block(text),
    |text, _| prefix_length(text),
    |text, _| kinds(text),
    limits::read,
    |text, _| listed(text),
];

/// What a sentence that states a limit, a default or a list of values contains.
const SIGNS: [&str; 31] = [
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
    "more than",
    "fewer than",
    "greater than",
    "less than",
    "larger than",
    "smaller than",
    "longer than",
    "shorter than",
    "value can",
    "value is",
    "value must be",
    "values are",
    "possible value",
    "options",
    "enumerat",
    "can be set to",
    "parameter can be",
    "it can be",
    "either ",
    "values:",
    "supported:",
];

/// Things that have a number in their name.
const NUMBERED: [&str; 6] = ["phase", "eip", "ip", "address", "gateway", "version"];

/// Phrases of sentences that point elsewhere, say what a field is for, or are about other
/// fields; and the sign that such a sentence contains all the same.
const IDLE: [(&str, &str); 10] = [
    ("for details about ", "range"),
    ("for the value range", "range"),
    ("is not the id of ", "0"),
    (" must be specified", "either "),
    ("must be supported by ", "value must be"),
    ("specifies the maximum number of ", "maximum"),
    ("submit a service ticket", "maximum"),
    ("the value is the ", "value is"),
    ("value is the value to ", "value is"),
    ("varies according to ", "maximum"),
];

/// Whether a sentence states nothing that is compared, although it has a sign.
fn is_idle(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let is_it = |(phrase, sign): &(&str, &str)| {
        lower.contains(phrase) && !says_something(&lower.replace(sign, ""))
    };
    !lower.contains(" can be ") && IDLE.iter().any(is_it)
}

/// Reads a sentence without markup. `is_array` says what a number of things counts:
/// items of the field, or something else.
pub(super) fn read(sentence: &str, is_array: bool) -> Reading {
    let sentence = without_meaning(&without_examples(sentence.trim()));
    if is_idle(&sentence) {
        return Reading::default();
    }
    let Conditioned { texts, doubtful } = without_conditions(&sentence);
    let is_lost = doubtful.iter().any(|text| says_something(text));
    let reserved: Vec<_> = texts.iter().flat_map(|text| reserved(text)).collect();
    let mut open: Vec<String> = match reserved.is_empty() {
        true => texts,
        false => texts.iter().map(|text| without_networks(text)).collect(),
    };
    let mut reading = Reading { facts: reserved, is_unread: is_lost };
    let mut left = Vec::new();
    while let Some(text) = open.pop() {
        match READERS.iter().find_map(|reader| reader(&text, is_array)) {
            Some(Found { facts, from, to }) => {
                reading.facts.extend(facts);
                let (before, after) = (text.get(..from), text.get(to..));
                // The first one is read first.
                open.extend([after, before].into_iter().flatten().map(str::to_owned));
            }
            None => left.push(text),
        }
    }
    reading.facts = merged(reading.facts);
    // A length comes with the characters that may occur, which are not compared.
    let has_length = reading.facts.iter().any(|(kind, _)| *kind == Kind::Length);
    let says_more = |text: &String| match has_length {
        true => says_something(&text.to_lowercase().replace("character", "")),
        false => says_something(text),
    };
    reading.is_unread |= left.iter().any(says_more);
    reading
}

/// Whether a text looks as if it stated something that is compared.
pub(super) fn says_something(text: &str) -> bool {
    let lower = text.to_lowercase();
    SIGNS.iter().any(|sign| lower.contains(sign)) || has_number(&lower)
}

/// Whether the text has a number that is not part of a name.
fn has_number(lower: &str) -> bool {
    let words: Vec<&str> = lower.split_whitespace().map(bare).collect();
    words.iter().enumerate().any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let is_name = before.is_some_and(|before| NUMBERED.contains(before));
        (word.starts_with(|c: char| c.is_ascii_digit()) || is_network(word)) && !is_name
    })
}

/// The sentence without its examples; nothing of one that is an example.
fn without_examples(sentence: &str) -> String {
    const EXAMPLE: &str = "for example";
    let starts = [EXAMPLE, "an example", "example:"];
    let mut text = sentence.to_owned();
    let lower = text.to_ascii_lowercase();
    if starts.iter().any(|start| lower.starts_with(start)) {
        return String::new();
    }
    while let Some(at) = text.to_ascii_lowercase().find(EXAMPLE) {
        let (before, after) = text.split_at(at);
        let after = after.get(EXAMPLE.len()..).unwrap_or_default();
        let is_bracketed = before.ends_with('(');
        let after = after.trim_start_matches([',', ':', ' ']);
        let end = match is_bracketed {
            true => after.find(')').map(|at| at + 1),
            false => after.find([',', ';']),
        };
        let rest = end.and_then(|end| after.get(end..)).unwrap_or_default().to_owned();
        text = format!("{}{rest}", before.trim_end_matches([',', ' ', '(']));
    }
    text
}

/// The sentence without what its value means: `…, indicating …`.
fn without_meaning(sentence: &str) -> String {
    let Some((stated, meaning)) = sentence.split_once(", indicating ") else {
        return sentence.to_owned();
    };
    let meaning = meaning.to_lowercase();
    let is_default =
        ["default value", "by default", "default."].iter().any(|it| meaning.contains(it));
    let states_more = is_default || meaning.contains(',') || has_number(&meaning);
    if states_more { sentence.to_owned() } else { stated.to_owned() }
}

/// What is found, from the byte where it begins in `text`, lead-in included.
pub(super) fn found(text: &str, from: usize, to: usize, facts: Vec<(Kind, String)>) -> Found {
    Found { facts, from: led_in(text, from), to }
}

/// Where the words begin that lead in to a fact, such as `The value ranges from`.
fn led_in(text: &str, from: usize) -> usize {
    const WORDS: &str = "\
        the value values range ranges from of is are must be between can contain contains \
        containing a an string sting text uuid maximum minimum length number cannot not has \
        have with this parameter field it and to";
    let words = placed(text.get(..from).unwrap_or_default());
    let leads = |word: &&(usize, &str)| {
        WORDS.split(' ').any(|known| word.1.trim_start_matches('(').eq_ignore_ascii_case(known))
    };
    words.iter().rev().take_while(leads).last().map_or(from, |(at, _)| *at)
}

/// The place of a phrase in a text, in any case, and the rest after it.
fn phrase<'t>(text: &'t str, phrases: &[&str]) -> Option<(usize, &'t str)> {
    let lower = text.to_ascii_lowercase();
    let places = phrases.iter().filter_map(|it| Some((lower.find(it)?, it.len())));
    let (at, length) = places.min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)))?;
    Some((at, text.get(at + length..)?))
}

/// `This parameter has been deprecated.`
fn deprecated(text: &str) -> Option<Found> {
    const SUBJECTS: [&str; 2] = ["this parameter ", "this field "];
    const VERBS: [&str; 5] = ["has been ", "is ", "is now ", "is currently ", "was "];
    let deprecated = || vec![(Kind::Deprecated, "yes".to_owned())];
    if text.trim().trim_end_matches('.').eq_ignore_ascii_case("deprecated") {
        return Some(found(text, 0, text.len(), deprecated()));
    }
    let (from, rest) = phrase(text, &SUBJECTS)?;
    let lower = rest.to_ascii_lowercase();
    let said =
        VERBS.iter().find_map(|verb| lower.strip_prefix(verb)?.strip_prefix("deprecated"))?;
    Some(found(text, from, text.len() - said.len(), deprecated()))
}

/// `Exercise caution when using a or b as they have low security.`
fn cautions(text: &str) -> Option<Found> {
    let (from, rest) = phrase(text, &["exercise caution when using "])?;
    let named = values(rest.get(..rest.find(" as ")?)?)?;
    let facts = named.into_iter().map(|(value, _)| (Kind::Weak, value)).collect();
    Some(Found { facts, from, to: text.len() })
}

/// `…, a indicates the one, and b indicates the other.`
pub(super) fn part_played(text: &str) -> Option<Found> {
    const PRONOUNS: [&str; 7] = ["which", "that", "it", "this", "value", "parameter", "field"];
    let words = placed(text);
    words.windows(2).find_map(|pair| {
        let &[(from, value), (at, verb)] = pair else { return None };
        let value = bare(value);
        let is_pronoun = PRONOUNS.iter().any(|pronoun| value.eq_ignore_ascii_case(pronoun));
        let is_value = verb == "indicates" && !is_pronoun;
        let facts = vec![(Kind::Value, value.to_owned())];
        is_value.then(|| Found { facts, from, to: at + verb.len() })
    })
}

/// `The value must be the same as that of a`, `must be an IPv4 address`: rules on other
/// fields and forms of texts, which are not compared.
fn likeness(text: &str) -> Option<Found> {
    const FORMS: [&str; 3] =
        ["must be an ipv4 address", "must be an ip address", "the value is an ipv4 address"];
    if let Some((from, rest)) = phrase(text, &FORMS) {
        return Some(found(text, from, text.len() - rest.len(), Vec::new()));
    }
    const LIKE: [&str; 2] = ["the same as ", "by default, the value is the same as "];
    let (from, rest) = phrase(text, &LIKE)?;
    let end = rest.find([',', ';']).unwrap_or(rest.len());
    Some(found(text, from, text.len() - rest.len() + end, Vec::new()))
}

/// `The default value is a`, `default: a`, `the default value a is used`.
fn default(text: &str) -> Option<Found> {
    const STARTS: [&str; 5] =
        ["default value is ", "default value: ", "defaults to ", "default is ", "default: "];
    let (from, rest) = phrase(text, &STARTS).or_else(|| {
        let (from, rest) = phrase(text, &["default value "])?;
        let mut words = rest.split_whitespace().skip(1);
        (words.next() == Some("is") && bare(words.next()?) == "used").then_some((from, rest))
    })?;
    let is_used = rest.split_whitespace().nth(1) == Some("is");
    let stated = match is_used {
        true => rest.split_whitespace().next()?,
        false => rest.split([',', ';', '(', ')']).next()?,
    };
    let value = stated.trim().trim_end_matches('.');
    if value.is_empty() || value.contains(' ') {
        return None;
    }
    let start = text.len() - rest.len();
    let used = " is used".len();
    let to = start + stated.len() + if is_used { used } else { 0 };
    let facts = if is_no_value(value) { Vec::new() } else { vec![default_of(value)] };
    Some(found(text, from, to.min(text.len()), facts))
}

fn default_of(value: &str) -> (Kind, String) {
    (Kind::Default, value.to_owned())
}

/// Whether this is how pages write that there is none.
pub(super) fn is_no_value(text: &str) -> bool {
    ["N/A", "n/a", "-", "--", "None"].contains(&text)
}

/// `The value can be a, b, or c.`
fn listed(text: &str) -> Option<Found> {
    const STARTS: [&str; 13] = [
        "the value can only be ",
        "the value can be ",
        "value can be ",
        "the value is ",
        "valid values are ",
        "possible values are ",
        "values are ",
        "options are ",
        "options include ",
        "possible values: ",
        "options: ",
        "can be set to ",
        "enumeration values: ",
    ];
    // Without `value`, several of them tell that these are values.
    const VERBS: [&str; 2] = ["can be ", "either "];
    let list = |starts: &[&str], least: usize| {
        let (from, rest) = phrase(text, starts)?;
        let values = values(rest.trim_end_matches([',', ' ', '(']))?;
        (values.len() >= least).then(|| found(text, from, text.len(), facts_of(values)))
    };
    list(&STARTS, 1).or_else(|| list(&VERBS, 2))
}

/// Listed values, and the notes on them.
pub(super) fn facts_of(values: Vec<(String, Vec<Kind>)>) -> Vec<(Kind, String)> {
    let facts = values.into_iter().flat_map(|(value, notes)| {
        let kinds = notes.into_iter().chain([Kind::Value]);
        kinds.map(move |kind| (kind, value.clone()))
    });
    facts.collect()
}

/// A rule about a part of an address: the words before and after its two figures.
fn figure<'t>(text: &'t str, words: &[&str]) -> Option<(usize, &'t str, usize)> {
    let all = placed(text);
    all.windows(words.len() + 1).find_map(|window| {
        let (&(at, last), head) = window.split_last()?;
        let is_head =
            head.iter().zip(words).all(|((_, word), known)| bare(word).eq_ignore_ascii_case(known));
        let &(from, _) = head.first()?;
        is_head.then(|| (from, bare(last), at + last.len()))
    })
}

/// `The first 16 bits must be 169.254`
fn address_block(text: &str) -> Option<Found> {
    let (from, bits, _) = figure(text, &["the", "first"])?;
    let (_, start, to) = figure(text, &["bits", "must", "be"])?;
    Some(found(text, from, to, vec![(Kind::AddressBlock, network(start, bits))]))
}

/// `the value cannot be 169.254.195.xxx`
fn excluded_block(text: &str) -> Option<Found> {
    let (from, value, to) = figure(text, &["value", "cannot", "be"])?;
    let start = value.strip_suffix(".xxx")?;
    Some(found(text, from, to, vec![(Kind::ExcludedBlock, network(start, "24"))]))
}

/// `The mask length must be 30`
fn prefix_length(text: &str) -> Option<Found> {
    let (from, length, to) = figure(text, &["mask", "length", "must", "be"])?;
    Some(found(text, from, to, vec![(Kind::PrefixLength, length.to_owned())]))
}

/// The network that the beginning of an address names.
fn network(start: &str, bits: &str) -> String {
    let missing = 3_usize.saturating_sub(start.matches('.').count());
    format!("{start}{}/{bits}", ".0".repeat(missing))
}

/// `Reserved blocks such as 100.64.0.0/10 …`
fn reserved(text: &str) -> Vec<(Kind, String)> {
    if !text.to_ascii_lowercase().starts_with("reserved ") {
        return Vec::new();
    }
    let words = text.split_whitespace().map(bare).filter(|word| is_network(word));
    words.map(|word| (Kind::ReservedRange, word.to_owned())).collect()
}

fn without_networks(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !is_network(bare(word)));
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a word is an address with the length of its prefix.
fn is_network(word: &str) -> bool {
    word.split_once('/').is_some_and(|(address, length)| {
        address.contains(['.', ':']) && length.parse::<u8>().is_ok()
    })
}

/// `at least three types of the following`: not compared, as characters are not.
fn kinds(text: &str) -> Option<Found> {
    let all = placed(text);
    all.windows(4).find_map(|window| {
        let &[(from, at), (_, least), (_, count), (last, noun)] = window else { return None };
        let is_kinds = ["kinds", "types"].contains(&bare(noun));
        let is_phrase = at.eq_ignore_ascii_case("at") && least.eq_ignore_ascii_case("least");
        (is_phrase && is_kinds && number(count).is_some())
            .then(|| found(text, from, last + noun.len(), Vec::new()))
    })
}

/// The facts of a text in a list of values, if it states limits.
pub(super) fn limits_in(text: &str, is_array: bool) -> Option<Reading> {
    limits::read(text, is_array)?;
    Some(read(text, is_array))
}
