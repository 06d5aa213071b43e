//! The facts in the description of a field: in its lists of values, its defaults, and its
//! sentences.

use super::facts::{Facts, Kind};
use super::markup::{Block, blocks, plain, sentences};
use super::sentences::{Reading, facts_of, is_no_value, limits_in, read as read_sentence};
use super::words::{item, values};

/// What a description says, and what of it cannot be read: the line, and its text.
#[derive(Default)]
pub(super) struct Description {
    pub(super) facts: Facts,
    pub(super) unread: Vec<(usize, String)>,
}

/// What begins a list of values or a default.
const VALUES: [&str; 7] = [
    "value range:",
    "options:",
    "possible values:",
    "valid values:",
    "enumerated values:",
    "enumeration values:",
    "enumeration value:",
];
const DEFAULTS: [&str; 2] = ["default value:", "default:"];

/// Reads a description whose first line is `first`. `is_array` says what
/// a number of things counts: items of the field, or something else.
pub(super) fn read(first: usize, lines: &[String], is_array: bool) -> Description {
    let mut description = Description::default();
    let blocks = blocks(first, lines);
    let mut rest = blocks.as_slice();
    while let Some((block, after)) = rest.split_first() {
        let text = plain(&block.text);
        rest = if let Some(inline) = after_title(&text, &VALUES) {
            description.read_values(block, inline, after, is_array)
        } else if let Some(inline) = after_title(&text, &DEFAULTS) {
            description.read_default(block, inline, after)
        } else {
            description.read_text(block.line, &text, is_array);
            after
        };
    }
    description
}

fn after_title<'a>(text: &'a str, titles: &[&str]) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    let title = titles.iter().find(|title| lower.starts_with(**title))?;
    text.get(title.len()..).map(str::trim)
}

impl Description {
    fn read_values<'b>(
        &mut self,
        title: &Block,
        inline: &str,
        after: &'b [Block],
        is_array: bool,
    ) -> &'b [Block] {
        if !inline.is_empty() {
            self.read_range(title.line, inline, is_array);
            return after;
        }
        let mut rest = after;
        let mut found = false;
        while let Some((block, after)) = rest.split_first() {
            let text = plain(&block.text);
            let belongs = block.indent > title.indent || values(&text).is_some();
            if !belongs || begins_part(&text) {
                break;
            }
            let (facts, unread) = (self.facts.clone(), self.unread.len());
            if values(&text).is_some() || !found {
                self.read_range(block.line, &text, is_array);
                found = true;
            } else if let Some(values) = item(&text) {
                self.add(block.line, &text, Reading { facts: facts_of(values), is_unread: false });
            } else {
                self.read_text(block.line, &text, is_array);
            }
            // A line of a list that states nothing else may be a value.
            if facts == self.facts && unread == self.unread.len() && !is_repeated(&text, &facts) {
                self.unread.push((block.line, text));
            }
            rest = after;
        }
        if !found {
            self.unread.push((title.line, "a value range without values".to_owned()));
        }
        rest
    }

    /// Bounds, or a list of values.
    fn read_range(&mut self, line: usize, text: &str, is_array: bool) {
        if let Some(reading) = limits_in(text, is_array) {
            self.add(line, text, reading);
        } else if let Some(values) = values(text) {
            self.add(line, text, Reading { facts: facts_of(values), is_unread: false });
        } else {
            self.unread.push((line, text.to_owned()));
        }
    }

    /// Adds the facts of a text, and the text as unread if it states more.
    fn add(&mut self, line: usize, text: &str, reading: Reading) {
        for (kind, value) in reading.facts {
            self.state(line, kind, &value);
        }
        if reading.is_unread {
            self.unread.push((line, text.trim().to_owned()));
        }
    }

    fn read_default<'b>(&mut self, title: &Block, inline: &str, after: &'b [Block]) -> &'b [Block] {
        let (line, text, rest) = match (inline.is_empty(), after.split_first()) {
            (true, Some((block, rest))) => (block.line, plain(&block.text), rest),
            _ => (title.line, inline.to_owned(), after),
        };
        let value = text.trim_end_matches('.');
        if is_no_value(value) {
            return rest;
        }
        if value.is_empty() || value.contains(' ') {
            self.unread.push((line, format!("the default value `{text}`")));
        } else {
            self.state(line, Kind::Default, value);
        }
        rest
    }

    fn read_text(&mut self, line: usize, text: &str, is_array: bool) {
        for sentence in sentences(text) {
            self.add(line, sentence, read_sentence(sentence, is_array));
        }
    }

    /// Adds a fact. Only lists of things have several values of a kind.
    fn state(&mut self, line: usize, kind: Kind, value: &str) {
        let is_list =
            matches!(kind, Kind::Value | Kind::Unsupported | Kind::Weak | Kind::ReservedRange);
        match self.facts.first(kind) {
            Some(stated) if !is_list && stated != value => {
                let what = format!("{kind} {value}, while {stated} is stated before");
                self.unread.push((line, what));
            }
            _ => self.facts.add(kind, value),
        }
    }
}

/// Whether a text lists what is known already.
fn is_repeated(text: &str, facts: &Facts) -> bool {
    values(text)
        .is_some_and(|values| values.iter().all(|(value, _)| facts.of(Kind::Value).contains(value)))
}

/// Whether a block begins another part.
fn begins_part(text: &str) -> bool {
    let is_title = |titles: &[&str]| after_title(text, titles).is_some();
    is_title(&VALUES) || is_title(&DEFAULTS) || is_title(&["constraints:"])
}
