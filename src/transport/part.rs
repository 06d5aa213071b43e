//! The few members of a body that errors are made of. All others are passed over and
//! take no memory, whatever they are.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The members that are kept.
const NAMES: [&str; 7] =
    ["code", "error", "error_code", "error_msg", "message", "request_id", "title"];

/// A part of a JSON body.
pub(super) enum Part {
    /// A text that is not empty, or a number.
    Word(String),
    Object(BTreeMap<&'static str, Self>),
    Other,
}

impl Part {
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The first of the members that is a word.
    pub(super) fn word(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.member(name)? {
            Self::Word(word) => Some(word.clone()),
            _ => None,
        })
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartVisitor)
    }
}

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Part, E> {
        Ok(if text.is_empty() { Part::Other } else { Part::Word(text.to_owned()) })
    }

    fn visit_u64<E>(self, number: u64) -> Result<Part, E> {
        Ok(Part::Word(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Part, E> {
        Ok(Part::Word(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Part, E> {
        Ok(Part::Word(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_unit<E>(self) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Part, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Part::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Part, A::Error> {
        let mut found = BTreeMap::new();
        while let Some(name) = members.next_key::<String>()? {
            match NAMES.iter().find(|known| **known == name) {
                Some(known) => _ = found.insert(*known, members.next_value()?),
                None => _ = members.next_value::<IgnoredAny>()?,
            }
        }
        Ok(Part::Object(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Part {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn words_are_texts_and_numbers() {
        let body = part(r#"{"code":"","message":7,"title":-1,"error_msg":1.5,"error_code":"a"}"#);
        let word = |name| body.word(&[name]);
        assert_eq!(word("code"), None);
        assert_eq!(word("message").as_deref(), Some("7"));
        assert_eq!(word("title").as_deref(), Some("-1"));
        assert_eq!(word("error_msg").as_deref(), Some("1.5"));
        assert_eq!(body.word(&["code", "absent", "error_code"]).as_deref(), Some("a"));
    }

    #[test]
    fn what_is_around_the_words_does_not_matter() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        for other in ["null", "true", "[1,[2]]", r#"{"code":{"code":"no"}}"#, &deep] {
            let body = part(&format!(r#"{{"x":{other},"code":"a","y":{other}}}"#));
            assert_eq!(body.word(&["code"]).as_deref(), Some("a"), "{other}");
        }
        for other in ["null", "true", "[{\"code\":\"no\"}]", "7", "\"code\""] {
            assert_eq!(part(other).word(&["code"]), None, "{other}");
        }
        let body = part(r#"{"error":{"code":"a"},"code":[]}"#);
        assert_eq!(body.word(&["code"]), None);
        let nested = body.member("error").unwrap();
        assert_eq!(nested.word(&["code"]).as_deref(), Some("a"));
    }
}
