//! Reading the objects of a request from a file: every key must be a known one.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::nearest::nearest;

/// Reads an object. serde's own error for an unknown key only lists the known
/// ones, and takes a list for an object; this one suggests the nearest key. No error quotes
/// a value: it may be a key that stands at the wrong place.
pub(crate) fn object<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(Known { keys: &[], inner: deserializer }).map_err(without_value)
}

/// The same error, without the value that serde quotes where it is of another type, or too
/// large. It is a text by then, whatever the format.
fn without_value<E: Error>(error: E) -> E {
    let text = error.to_string();
    // The value may contain any text; what is expected does not.
    let parts = INVALID.into_iter().find_map(|invalid| {
        let (before, rest) = text.split_once(invalid)?;
        let (given, expected) = rest.rsplit_once(EXPECTED)?;
        let (kind, _) = given.split_once(['"', '`'])?;
        Some(format!("{before}{invalid}{}{EXPECTED}{expected}", kind.trim_end()))
    });
    parts.map_or(error, E::custom)
}

/// How serde begins the error, and goes on after the value.
const INVALID: [&str; 2] = ["invalid type: ", "invalid value: "];
const EXPECTED: &str = ", expected ";

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

/// Most characters of a key that a message quotes.
const QUOTED: usize = 40;

/// Quotes only what looks like a name: without the blank after its colon, a key holds the
/// value too.
fn unknown(key: &str, known: &[&str]) -> String {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let name = key.split(|c| !is_of_name(c)).next().unwrap_or_default();
    let nearest = nearest(name, known);
    let is_near = nearest.is_some_and(|(_, is_near)| is_near);
    let looks_like_name = name == key
        && key.len() <= QUOTED
        && key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && (is_near || !key.contains(|c: char| c.is_ascii_uppercase()));
    let quoted = match looks_like_name {
        true => format!("unknown key `{key}`"),
        false => "unknown key, not shown as it does not look like a name".to_owned(),
    };
    let hint = match nearest {
        Some((nearest, true)) => format!("did you mean `{nearest}`?"),
        Some((nearest, false)) => format!("the nearest known key is `{nearest}`."),
        None => return format!("{quoted}; no key is known here"),
    };
    format!("{quoted}; {hint} Known here: {}", known.join(", "))
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
        assert!(error(r#"{ "seconds_": 1 }"#).contains("did you mean `seconds`?"));
        let other = error(r#"{ "colour": 1 }"#);
        assert!(other.contains("`colour`; the nearest known key is `seconds`. Known"), "{other}");
    }

    #[test]
    fn a_key_that_may_hold_a_value_is_not_quoted() {
        let error = |json: &str| read(json).unwrap_err();
        for key in ["mode:KEY", "mode KEY", "mode=KEY", "mode\\nKEY", "mode\u{e4}KEY"] {
            let error = error(&format!(r#"{{ "{key}": 1 }}"#));
            assert!(error.contains("did you mean `mode`?") && !error.contains("KEY"), "{error}");
        }
        for key in [
            "KEY".repeat(QUOTED),
            ":KEY".to_owned(),
            "4711".to_owned(),
            "canaryKEY".to_owned(),
            String::new(),
        ] {
            let error = error(&format!(r#"{{ "{key}": 1 }}"#));
            assert!(error.contains("not shown") && !error.contains("KEY"), "{error}");
            assert!(!error.contains("4711"), "{error}");
        }
    }

    #[derive(Debug, serde::Deserialize)]
    struct Outer {
        #[serde(deserialize_with = "object", rename = "inner")]
        _inner: Lifetime,
        #[serde(rename = "list")]
        _list: Option<Vec<Lifetime>>,
    }

    #[test]
    fn a_value_of_another_type_is_not_quoted() {
        let read = |json: &str| {
            let read = object::<Outer, _>(&mut serde_json::Deserializer::from_str(json));
            read.unwrap_err().to_string()
        };
        assert_eq!(
            read(r#"{ "inner": "KEY, expected 1" }"#),
            "invalid type: string, expected an object with keys such as `seconds` \
             at line 1 column 28"
        );
        for (json, expected) in [
            (r#""KEY""#, "invalid type: string, expected an object"),
            (r#"{ "list": "KEY" }"#, "invalid type: string, expected a sequence"),
            (r#"{ "list": ["KEY"] }"#, "invalid type: string, expected struct"),
            (r#"{ "inner": { "seconds": "KEY" } }"#, "invalid type: string, expected u32"),
            (r#"{ "inner": { "mode": 12345678 } }"#, "invalid type: integer, expected a string"),
            (r#"{ "inner": { "mode": 1234.5678 } }"#, "floating point, expected a string"),
            (r#"{ "inner": { "seconds": -1 } }"#, "invalid value: integer, expected u32"),
            (r#"{ "inner": { "seconds": 12345678901 } }"#, "invalid value: integer, expected u32"),
            (r#"{ "inner": { "mode": ["KEY"] } }"#, "invalid type: sequence, expected a string"),
        ] {
            let error = read(json);
            assert!(error.contains(expected) && error.contains("at line 1 column"), "{error}");
            assert!(!error.contains("KEY") && !error.contains("1234"), "{error}");
        }
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
