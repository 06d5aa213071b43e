//! The connections that a text names which should be JSON, however broken it is: a success
//! that cannot be read may be the only word about a connection that was just created.

use std::collections::HashSet;

use crate::error::ConnectionKey;

/// What a text names.
#[derive(Default)]
pub(crate) struct Found {
    /// The objects with an id, at any depth, in the order in which they begin.
    pub(crate) keys: Vec<ConnectionKey>,
    /// Whether a member that holds an id, or may hold one, is repeated.
    pub(crate) is_ambiguous: bool,
}

/// Texts in texts are read up to here.
const DEEPEST: usize = 3;

pub(crate) fn found_in(text: &str) -> Found {
    let mut found = Found::default();
    Scanner { rest: text, open: Vec::new(), found: &mut found, depth: 0 }.scan();
    found.keys.retain(|key| key.id.is_some());
    found
}

/// An object or a list that has begun.
#[derive(Default)]
struct Open {
    /// The place of its key; none for a list, whose items belong to the object around it.
    key: Option<usize>,
    /// The members so far.
    members: HashSet<String>,
    /// The member whose value comes next.
    member: Option<String>,
}

struct Scanner<'a> {
    rest: &'a str,
    open: Vec<Open>,
    found: &'a mut Found,
    depth: usize,
}

impl Scanner<'_> {
    fn scan(mut self) {
        while let Some(first) = self.rest.chars().next() {
            let length = match first {
                '"' => match string(self.rest) {
                    Some(length) => length,
                    // The text ends in the middle of it.
                    None => return,
                },
                '-' | '0'..='9' => number(self.rest),
                other => other.len_utf8(),
            };
            let (token, rest) = self.rest.split_at(length);
            self.rest = rest;
            match first {
                '{' => self.begin(true),
                '[' => self.begin(false),
                '}' => self.end(),
                ']' => drop(self.open.pop()),
                '"' => self.text(serde_json::from_str(token).unwrap_or_default()),
                '-' | '0'..='9' => self.value(token.to_owned()),
                _ => {}
            }
        }
    }

    fn begin(&mut self, is_object: bool) {
        let around = self.open.last().filter(|_| !is_object);
        // The id of a list of ids is that of the object around it.
        let (key, member) = around.map_or((None, None), |it| (it.key, it.member.clone()));
        let key = if is_object { Some(self.found.keys.len()) } else { key };
        if is_object {
            self.found.keys.push(ConnectionKey::default());
        }
        self.open.push(Open { key, member, members: HashSet::new() });
    }

    /// An object without an id is none to keep.
    fn end(&mut self) {
        let own = self.open.pop().and_then(|open| open.key);
        if own.is_some_and(|own| own + 1 == self.found.keys.len()) {
            self.found.keys.pop_if(|key| key.id.is_none());
        }
    }

    fn text(&mut self, text: String) {
        let Some(open) = self.open.last_mut() else { return };
        let rest = self.rest.trim_start();
        if let Some(rest) = rest.strip_prefix(':') {
            let holds_id = text == "id" || rest.trim_start().starts_with(['{', '[']);
            self.found.is_ambiguous |= !open.members.insert(text.clone()) && holds_id;
            open.member = Some(text);
        } else if text.starts_with(['{', '[']) && self.depth < DEEPEST {
            let depth = self.depth + 1;
            Scanner { rest: &text, open: Vec::new(), found: self.found, depth }.scan();
        } else {
            self.value(text);
        }
    }

    fn value(&mut self, value: String) {
        let Some(open) = self.open.last() else { return };
        let Some(member) = &open.member else { return };
        let Some(key) = open.key.and_then(|key| self.found.keys.get_mut(key)) else { return };
        let part = match member.as_str() {
            "id" => &mut key.id,
            "name" => &mut key.name,
            "vgw_id" => &mut key.vgw_id,
            "vgw_ip" => &mut key.vgw_ip,
            "cgw_id" => &mut key.cgw_id,
            _ => return,
        };
        match part {
            Some(_) if member == "id" => {
                self.found.keys.push(ConnectionKey { id: Some(value), ..Default::default() });
            }
            part => *part = Some(value),
        }
    }
}

/// The length of the string that the text begins with, quotes included.
fn string(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    end.map(|(end, _)| end + 1)
}

fn number(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        found_in(text).keys.into_iter().filter_map(|key| key.id).collect()
    }

    #[test]
    fn ids_are_found_wherever_they_stand() {
        for (text, expected) in [
            (r#"{"vpn_connection":{"id":"a","tags":[{"key":"id","value":"no"}]}}"#, &["a"][..]),
            (r#"{"id":"a"}"#, &["a"]),
            (r#"{"tags":[{}],"id":"a"}"#, &["a"]),
            (r#"[{"id":"a"},{"c":{"id":7}}]"#, &["a", "7"]),
            (r#"{"c":{"0":{"id":"a"},"1":{"id":"b"}}}"#, &["a", "b"]),
            (r#"{"id":["a","b"]}"#, &["a", "b"]),
            (r#"{"id":{"id":"a"}}"#, &["a"]),
            (r#"{"id":"a","id":"b"}"#, &["a", "b"]),
            (r#"{"id":"a","id":null}"#, &["a"]),
            (r#"{"c":"{\"id\":\"a\"}"}"#, &["a"]),
            ("\u{feff}\u{feff}// {\n{\"id\" : \"a\"", &["a"]),
            (r#"{"id":"a" {"id":"b","id":"c\"#, &["a", "b"]),
            (r#"{"request_id":"no","other":"id"}, "id""#, &[]),
            ("", &[]),
        ] {
            assert_eq!(ids(text), expected, "{text}");
        }
    }

    #[test]
    fn the_parts_of_a_key_stay_together() {
        let text = r#"{"c":[{"vgw_ip":"1","id":"a"},{"vgw_ip":"2"},{"id":"b","vgw_ip":"3"}]}"#;
        let keys = found_in(text).keys;
        let parts = keys.iter().map(|key| (key.id.as_deref(), key.vgw_ip.as_deref()));
        let expected = [(Some("a"), Some("1")), (Some("b"), Some("3"))];
        assert_eq!(parts.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_repeated_member_is_ambiguous_if_it_may_hold_an_id() {
        for (text, is_ambiguous) in [
            (r#"{"id":"a","id":"a"}"#, true),
            (r#"{"c":{"id":"a"},"c":{"id":"b"}}"#, true),
            (r#"{"c":[{"id":"a"}],"c":[]}"#, true),
            (r#"{"name":"a","name":"b","id":"a"}"#, false),
            (r#"{"a":{"id":"a"},"b":{"id":"b"}}"#, false),
        ] {
            assert_eq!(found_in(text).is_ambiguous, is_ambiguous, "{text}");
        }
    }
}
