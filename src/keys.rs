//! Reading the objects of a request from a file: every key must be a known one.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::nearest::nearest;

/// Reads an object. serde's own error for an unknown key only lists the known
/// ones, and takes a list for an object; this one suggests the nearest key.
pub(crate) fn object<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(Known { keys: &[], inner: deserializer })
}

/// What reads an object, its members or a key of them for the derived code, which names
/// the keys of its struct.
struct Known<T> {
    keys: &'static [&'static str],
    inner: T,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Known<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_map(Known { keys, inner: visitor })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Known<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with keys such as `{}`", self.keys.first().unwrap_or(&"none"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Known { keys: self.keys, inner: map })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Known<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.inner.next_key_seed(Known { keys: self.keys, inner: seed })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.next_value_seed(seed)
    }
}

/// Checks a key while it is read, so that the format says where it is.
impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Known<K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K::Value, D::Error> {
        let key = String::deserialize(deserializer)?;
        if !self.keys.contains(&key.as_str()) {
            return Err(D::Error::custom(unknown(&key, self.keys)));
        }
        self.inner.deserialize(key.into_deserializer())
    }
}

/// As many characters of a key as a message quotes.
const QUOTED: usize = 40;

fn unknown(key: &str, known: &[&str]) -> String {
    let quoted: String = key.chars().take(QUOTED).flat_map(char::escape_debug).collect();
    let hint = match nearest(&quoted, known) {
        Some((nearest, true)) => format!("did you mean `{nearest}`?"),
        Some((nearest, false)) => format!("the nearest known key is `{nearest}`."),
        None => return format!("unknown key `{quoted}`; no key is known here"),
    };
    format!("unknown key `{quoted}`; {hint} Known here: {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Lifetime {
        seconds: Option<u32>,
        mode: String,
    }

    fn read(json: &str) -> Result<Lifetime, String> {
        object(&mut serde_json::Deserializer::from_str(json)).map_err(|e| e.to_string())
    }

    #[test]
    fn known_keys_are_read_in_any_order() {
        let expected = Lifetime { seconds: Some(1), mode: "a".to_owned() };
        assert_eq!(read(r#"{ "mode": "a", "seconds": 1 }"#), Ok(expected));
    }

    #[test]
    fn an_unknown_key_is_named_with_the_nearest_known_one() {
        let error = |json: &str| read(json).unwrap_err();
        assert_eq!(
            error(r#"{ "second": 1 }"#),
            "unknown key `second`; did you mean `seconds`? Known here: seconds, mode \
             at line 1 column 10"
        );
        assert!(error(r#"{ "Mdoe": 1 }"#).contains("`Mdoe`; did you mean `mode`?"));
        assert!(error(r#"{ "a\nb": 1 }"#).contains(r"unknown key `a\nb`"));
        assert!(error(r#"{ "seconds_": 1 }"#).contains("did you mean `seconds`?"));
        let other = error(r#"{ "colour": 1 }"#);
        assert!(other.contains("`colour`; the nearest known key is `seconds`. Known"), "{other}");
        let long = error(&format!(r#"{{ "{}": 1 }}"#, "x".repeat(100)));
        assert!(long.contains(&format!("`{}`", "x".repeat(QUOTED))), "{long}");
    }

    #[test]
    fn what_is_missing_doubled_or_not_an_object_is_an_error() {
        assert!(read("{}").unwrap_err().contains("missing field `mode`"));
        let twice = read(r#"{ "mode": "a", "mode": "b" }"#).unwrap_err();
        assert!(twice.contains("duplicate field `mode`"), "{twice}");
        for other in ["[1, \"a\"]", "1", "null", "\"mode\""] {
            let error = read(other).unwrap_err();
            assert!(error.contains("expected an object with keys such as `seconds`"), "{error}");
        }
    }
}
