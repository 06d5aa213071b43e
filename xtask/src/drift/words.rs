//! Words, numbers and lists in the text of a page.

use super::facts::Kind;

const NUMBERS: &str = "\
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
    sixteen seventeen eighteen nineteen twenty";

/// The number that a word is, in digits or letters.
pub(super) fn number(word: &str) -> Option<i64> {
    let word = bare(word);
    let named = NUMBERS.split(' ').zip(1..).find(|(name, _)| name.eq_ignore_ascii_case(word));
    if let Some((_, number)) = named {
        return Some(number);
    }
    let digits = word.replace(',', "");
    digits.parse().ok()
}

/// The words of a text, and the byte at which each begins.
pub(super) fn placed(text: &str) -> Vec<(usize, &str)> {
    let at = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace().map(|word| (at(word), word)).collect()
}

/// A word without the punctuation around it.
pub(super) fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c: char| matches!(c, '"' | '(' | ')' | '[' | ']'));
    word.trim_end_matches(['.', ',', ';', ':'])
}

/// The values that a text lists, each with the notes on it: `a, b, or c`,
/// `a: what it means`, `a (not supported)`. `None` if it is not such a list.
pub(super) fn values(text: &str) -> Option<Vec<(String, Vec<Kind>)>> {
    let (head, is_described) = match text.split_once(": ") {
        Some((head, _)) => (head, true),
        None => (text.strip_suffix(':').unwrap_or(text), false),
    };
    let parts = parts(head.trim_end_matches('.'));
    let is_single = parts.len() == 1;
    let meaning = text.split_once(": ").map_or("", |(_, meaning)| meaning);
    if states_more(meaning) {
        return None;
    }
    let values = parts
        .into_iter()
        .map(|part| {
            let (value, note) = part.split_once('(').unwrap_or((&part, ""));
            let value = value.trim();
            let is_value = !value.is_empty() && !value.contains(' ') && !states_more(note);
            let said = if is_single { text } else { note };
            is_value.then(|| (value.to_owned(), notes(said)))
        })
        .collect::<Option<Vec<_>>>()?;
    (!values.is_empty() && (is_single || !is_described)).then_some(values)
}

/// The value of several words, or of one, that an item of a list states: `expiring soon`,
/// `expiring soon: what it means`. `None` for a sentence.
pub(super) fn item(text: &str) -> Option<Vec<(String, Vec<Kind>)>> {
    let (value, meaning) = text.split_once(": ").unwrap_or((text, ""));
    let is_value = value.split(' ').count() <= 3 && !value.ends_with(['.', ',', ':']);
    (is_value && !states_more(meaning)).then(|| vec![(value.to_owned(), notes(meaning))])
}

/// Whether what is said of a value is a fact of another kind, or goes on to another value.
fn states_more(note: &str) -> bool {
    let note = note.to_lowercase();
    note.contains(": ")
        || note.starts_with("default") && !note.starts_with("default rout")
        || ["the default", "by default", "default value"].iter().any(|sign| note.contains(sign))
        || note.contains("deprecated") && !note.contains("this value has been deprecated")
}

fn notes(text: &str) -> Vec<Kind> {
    const NOTES: [(&str, Kind); 4] = [
        ("not supported", Kind::Unsupported),
        ("not yet supported", Kind::Unsupported),
        ("unsupported", Kind::Unsupported),
        ("this value has been deprecated", Kind::Weak),
    ];
    let text = text.to_lowercase();
    let mut notes: Vec<_> =
        NOTES.iter().filter(|(sign, _)| text.contains(sign)).map(|(_, kind)| *kind).collect();
    notes.dedup();
    notes
}

/// The parts between `,`, `and` and `or`; none of these divides a parenthesis.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for word in text.split_whitespace() {
        let is_joint = depth == 0 && matches!(word, "and" | "or");
        depth = (depth + word.matches('(').count()).saturating_sub(word.matches(')').count());
        let ends = depth == 0 && word.ends_with([',', ';']);
        if let Some(part) = parts.last_mut().filter(|_| !is_joint) {
            part.push_str(if part.is_empty() { "" } else { " " });
            part.push_str(if ends { word.trim_end_matches([',', ';']) } else { word });
        }
        if is_joint || ends {
            parts.push(String::new());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
