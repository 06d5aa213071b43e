//! A document of a file: every key and value with its place.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number};
use serde_saphyr::{Location, Spanned};

/// A value, and where it stands.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) at: At,
}

/// The value of a node.
#[derive(Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(Key, Node)>),
}

/// A key of an object, and where it stands.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) at: At,
}

/// A place in a file: as people count it, and as a range of bytes. That of a list or an
/// object is where it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) bytes: Range<usize>,
}

impl Node {
    /// The member of an object.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        self.entry(name).map(|(_, node)| node)
    }

    pub(crate) fn entry(&self, name: &str) -> Option<(&Key, &Self)> {
        let Value::Object(members) = &self.value else { return None };
        members.iter().find(|(key, _)| key.name == name).map(|(key, node)| (key, node))
    }

    /// Takes a member out of an object.
    pub(crate) fn take(&mut self, name: &str) -> Option<(Key, Self)> {
        let Value::Object(members) = &mut self.value else { return None };
        let index = members.iter().position(|(key, _)| key.name == name)?;
        Some(members.remove(index))
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The member of a member.
    pub(crate) fn at_mut(&mut self, steps: &[&str]) -> Option<&mut Self> {
        let Some((step, steps)) = steps.split_first() else { return Some(self) };
        let Value::Object(members) = &mut self.value else { return None };
        members.iter_mut().find(|(key, _)| key.name == *step)?.1.at_mut(steps)
    }

    /// What stands at this place, or else around it, with the key that it belongs to, and
    /// whether it is the place itself.
    pub(crate) fn nearest<'a>(&'a self, steps: &[String]) -> (Option<&'a Key>, &'a Self, bool) {
        let (mut key, mut node) = (None, self);
        for step in steps {
            let next = match &node.value {
                Value::Object(_) => node.entry(step).map(|(key, node)| (Some(key), node)),
                Value::List(items) => {
                    step.parse().ok().and_then(|index: usize| Some((None, items.get(index)?)))
                }
                _ => None,
            };
            match next {
                Some(next) => (key, node) = next,
                None => return (key, node, false),
            }
        }
        (key, node, true)
    }

    /// The value without its places.
    pub(crate) fn plain(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(number) => number.clone().into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Self::plain).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(key, node)| (key.name.clone(), node.plain()));
                members.collect::<Map<_, _>>().into()
            }
        }
    }
}

/// The place where a value is used: with an alias, that of the alias.
impl From<Location> for At {
    fn from(location: Location) -> Self {
        let span = location.span();
        let start = span.byte_offset().and_then(|start| usize::try_from(start).ok());
        let length = span.byte_len().and_then(|length| usize::try_from(length).ok());
        let bytes = start.map_or(0..0, |start| start..start + length.unwrap_or(0));
        Self { line: location.line(), column: location.column(), bytes }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, referenced, .. } = Spanned::deserialize(deserializer)?;
        Ok(Self { value, at: referenced.into() })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value, referenced, .. } = Spanned::deserialize(deserializer)?;
        Ok(Self { name: value, at: referenced.into() })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

/// Takes what a file can hold. What it does not take, serde would reject with an error that
/// quotes the value.
impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, true, false, null, a list or an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).map(Value::Number);
        number.ok_or_else(|| E::custom("the number must be finite"))
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Value, E> {
        Err(E::custom("the number is too large"))
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Value, E> {
        Err(E::custom("the number is too large"))
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Value, E> {
        Err(E::custom("binary data is not used here"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = entries.next_entry()? {
            members.push(member);
        }
        Ok(Value::Object(members))
    }
}
