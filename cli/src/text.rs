//! Text of others, as a terminal may show it.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// The text in which what a terminal would obey is written as an escape: the service, or a
/// file, might hold it.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false, |out, c| write!(out, "{}", c.escape_default()))
}

/// The same for a text of several lines.
pub(crate) fn clean_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c == '\n', |out, c| write!(out, "{}", c.escape_default()))
}

/// JSON that means the same. What is escaped here stands in its strings only: JSON itself
/// uses no such character but the end of a line.
pub(crate) fn clean_json(json: &str) -> Cow<'_, str> {
    escaped(json, |c| c == '\n', |out, c| write!(out, "\\u{:04x}", u32::from(c)))
}

fn escaped(
    text: &str,
    keep: impl Fn(char) -> bool,
    escape: impl Fn(&mut String, char) -> std::fmt::Result,
) -> Cow<'_, str> {
    let is_obeyed = |c: char| is_obeyed(c) && !keep(c);
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_obeyed(c) {
            // Writing to a text cannot fail.
            let _ = escape(&mut clean, c);
        } else {
            clean.push(c);
        }
    }
    Cow::Owned(clean)
}

/// Whether a terminal obeys the character, rather than showing it: control characters, and
/// those that change the direction of what follows, or cannot be seen.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}')
}

/// A path as a shell takes it.
pub(crate) fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./+:@%".contains(c);
    match path.chars().all(is_plain) {
        true => path.into_owned(),
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_as_an_escape() {
        assert_eq!(clean("office \u{1f600} é"), "office \u{1f600} é");
        assert_eq!(clean("a\u{1b}[2Jb\n\u{9b}c\u{202e}d\u{7f}"), {
            r"a\u{1b}[2Jb\n\u{9b}c\u{202e}d\u{7f}"
        });
        assert_eq!(clean_lines("a\nb\r"), "a\nb\\r");
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted(Path::new("sites/office-1.yaml")), "sites/office-1.yaml");
        assert_eq!(quoted(Path::new("a b'c")), r"'a b'\''c'");
    }

    #[test]
    fn json_means_the_same_afterwards() {
        let text = "a\u{1b}\u{9b}\u{7f}\u{202e}\n";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let clean = clean_json(&json);
        assert!(clean.chars().all(|c| c == '\n' || !is_obeyed(c)), "{clean:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&clean).unwrap(), [text]);
    }
}
