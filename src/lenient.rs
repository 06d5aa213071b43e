//! Reading a response that is not quite as documented. What it says of a connection that
//! was just created is worth more than its form.

use std::borrow::Cow;
use std::cell::RefCell;

use bytes::Bytes;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Error, Number, Value};

use crate::found_keys::found_in;

/// Most members that are left out: each costs another reading.
const MOST_LEFT_OUT: usize = 64;

/// The body, if `T` can be read from it; else one from which it can.
pub(crate) fn readable<T: DeserializeOwned + Serialize>(body: Bytes) -> Result<Bytes, Error> {
    let Err(error) = serde_json::from_slice::<T>(&body) else { return Ok(body) };
    let read = read::<T>(&body).and_then(|read| serde_json::to_vec(&read).ok());
    read.map(Bytes::from).ok_or(error)
}

/// Reads what serde does not: a body with a byte order mark or characters that are none, a
/// repeated member, of which the last counts unless it may hold the id of a connection, a
/// number in quotes or with a fraction of zero, and a number for a text. An optional member
/// that still cannot be read is left out.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let text = text(body);
    if found_in(&text).is_ambiguous {
        return None;
    }
    let mut body: Value = serde_json::from_str(&text).ok()?;
    let mut left_out = Vec::new();
    loop {
        let place = RefCell::new(None);
        if let Ok(read) = T::deserialize(Lenient { value: &body, place: &place }) {
            for pointer in left_out {
                tracing::warn!(pointer, "a member of the response cannot be read: left out");
            }
            return Some(read);
        }
        let place = place.into_inner().filter(|_| left_out.len() < MOST_LEFT_OUT)?;
        *body.pointer_mut(&place)? = Value::Null;
        left_out.push(place);
    }
}

/// The body without a byte order mark, and with a sign for what is no character.
pub(crate) fn text(body: &[u8]) -> Cow<'_, str> {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    String::from_utf8_lossy(body.strip_prefix(MARK).unwrap_or(body))
}

#[derive(Clone, Copy)]
struct Lenient<'a> {
    value: &'a Value,
    /// The pointer of the optional member that cannot be read, from where the reading is:
    /// it grows as the error goes up.
    place: &'a RefCell<Option<String>>,
}

impl<'a> Lenient<'a> {
    /// Reads a part of the value.
    fn part<'de, S: DeserializeSeed<'de>>(
        self,
        step: &str,
        value: &'a Value,
        seed: S,
    ) -> Result<S::Value, Error> {
        seed.deserialize(Lenient { value, ..self }).inspect_err(|_| {
            if let Some(place) = self.place.borrow_mut().as_mut() {
                let step = step.replace('~', "~0").replace('/', "~1");
                place.insert_str(0, &format!("/{step}"));
            }
        })
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let number = match self.value {
            Value::Number(number) => Some(number.clone()),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.ok_or_else(|| Error::custom("no number"))?;
        visit_number(&number, visitor)
    }
}

/// The largest number up to which a float is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, Error> {
    if let Some(number) = number.as_u64() {
        return visitor.visit_u64(number);
    }
    if let Some(number) = number.as_i64() {
        return visitor.visit_i64(number);
    }
    let number = number.as_f64().ok_or_else(|| Error::custom("no number"))?;
    match number.fract() == 0.0 && number.abs() <= EXACT {
        true => visitor.visit_i64(number as i64),
        false => visitor.visit_f64(number),
    }
}

impl<'de> Deserializer<'de> for Lenient<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => visit_number(number, visitor),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(items) => {
                visitor.visit_seq(Items { list: self, rest: items.iter().enumerate() })
            }
            Value::Object(members) => {
                visitor.visit_map(Members { object: self, rest: members.iter(), member: None })
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() {
            return visitor.visit_none();
        }
        visitor.visit_some(self).inspect_err(|_| {
            self.place.borrow_mut().get_or_insert_default();
        })
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value.as_str() {
            Some(text) if text.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
            Some(text) if text.eq_ignore_ascii_case("false") => visitor.visit_bool(false),
            _ => self.deserialize_any(visitor),
        }
    }

    /// What serde derives takes a list too, by the order of the fields.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::Array(_) => Err(Error::custom("a list is no object")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Number(number) => visitor.visit_string(number.to_string()),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.number(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.number(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.number(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.number(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

struct Items<'a, I> {
    list: Lenient<'a>,
    rest: I,
}

impl<'de, 'a, I: Iterator<Item = (usize, &'a Value)>> SeqAccess<'de> for Items<'a, I> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some((index, item)) = self.rest.next() else { return Ok(None) };
        self.list.part(&index.to_string(), item, seed).map(Some)
    }
}

struct Members<'a, I> {
    object: Lenient<'a>,
    rest: I,
    /// The one whose name was read.
    member: Option<(&'a String, &'a Value)>,
}

impl<'de, 'a, I: Iterator<Item = (&'a String, &'a Value)>> MapAccess<'de> for Members<'a, I> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.member = self.rest.next();
        let Some((name, _)) = self.member else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let (name, value) = self.member.take().ok_or_else(|| Error::custom("no member"))?;
        self.object.part(name, value, seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, serde::Deserialize, Serialize)]
    struct Response {
        resource: Resource,
        request_id: Option<String>,
    }

    #[derive(Debug, Default, PartialEq, serde::Deserialize, Serialize)]
    struct Resource {
        id: String,
        seconds: Option<u32>,
        offset: Option<i64>,
        is_on: Option<bool>,
        names: Option<Vec<String>>,
        next: Option<Box<Resource>>,
    }

    fn resource(members: &Value) -> Option<Resource> {
        let mut body = json!({ "resource": { "id": "a" } });
        for (name, value) in members.as_object().unwrap() {
            body["resource"][name] = value.clone();
        }
        read::<Response>(body.to_string().as_bytes()).map(|response| response.resource)
    }

    fn with(id: &str) -> Resource {
        Resource { id: id.to_owned(), ..Resource::default() }
    }

    #[test]
    fn numbers_are_read_in_any_form() {
        for (given, expected) in
            [(json!(60.0), 60), (json!("60"), 60), (json!(" 6e1 "), 60), (json!("60.0"), 60)]
        {
            let read = resource(&json!({ "seconds": given, "offset": given })).unwrap();
            let expected =
                Resource { seconds: Some(expected), offset: Some(expected.into()), ..with("a") };
            assert_eq!(read, expected, "{given}");
        }
        let read = resource(&json!({ "offset": -7.0 })).unwrap();
        assert_eq!(read.offset, Some(-7));
    }

    #[test]
    fn texts_and_flags_are_read_in_any_form() {
        let read = resource(&json!({ "id": 7, "is_on": "True", "names": ["a", 1.5] })).unwrap();
        let names = Some(vec!["a".to_owned(), "1.5".to_owned()]);
        assert_eq!(read, Resource { is_on: Some(true), names, ..with("7") });
    }

    #[test]
    fn an_optional_member_that_cannot_be_read_is_left_out_alone() {
        for given in [json!(5_000_000_000_u64), json!(1e300), json!(-1), json!("soon"), json!([])] {
            let read = resource(&json!({ "seconds": given, "is_on": true, "names": {} })).unwrap();
            assert_eq!(read, Resource { is_on: Some(true), ..with("a") }, "{given}");
        }
        let read = resource(&json!({ "names": ["a", {}] })).unwrap();
        assert_eq!(read, with("a"), "half a list would be another one");
        let read = resource(&json!({ "next": { "id": "b", "seconds": [] } })).unwrap();
        assert_eq!(read, Resource { next: Some(Box::new(with("b"))), ..with("a") });
        let read = resource(&json!({ "next": { "name": "b" } })).unwrap();
        assert_eq!(read, with("a"));
    }

    #[test]
    fn what_is_required_cannot_be_left_out() {
        for body in [
            "",
            "null",
            "{}",
            r#"{ "resource": null }"#,
            r#"{ "resource": { "id": {} } }"#,
            r#"{ "resource": { "id": "a" }"#,
            r#"{ "resource": { "id": "a" }, }"#,
            // Either may be what was created.
            r#"{ "resource": { "id": "a", "id": "b" } }"#,
            r#"{ "resource": { "id": "a" }, "resource": { "id": "b" } }"#,
        ] {
            assert_eq!(read::<Response>(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn the_last_of_repeated_members_counts_and_a_mark_before_the_body_does_not() {
        let body = "\u{feff}{\"resource\":{\"id\":\"a\"},\"request_id\":7,\"request_id\":8}";
        let request_id = Some("8".to_owned());
        let expected = Response { resource: with("a"), request_id };
        assert_eq!(read(body.as_bytes()), Some(expected));
        let body = b"{\"resource\":{\"id\":\"caf\xe9\"}}";
        let expected = Response { resource: with("caf\u{fffd}"), request_id: None };
        assert_eq!(read(body), Some(expected));
    }

    #[test]
    fn so_many_members_are_left_out_and_no_more() {
        let nested = |depth: usize| {
            (0..depth).fold(
                json!({ "id": "z" }),
                |next, _| json!({ "id": "a", "is_on": "maybe", "next": next }),
            )
        };
        let body = |depth| json!({ "resource": nested(depth) }).to_string();
        assert!(read::<Response>(body(MOST_LEFT_OUT).as_bytes()).is_some());
        assert!(read::<Response>(body(MOST_LEFT_OUT + 1).as_bytes()).is_none());
    }

    #[test]
    fn a_body_that_is_as_documented_is_not_copied() {
        let body = Bytes::from_static(br#"{ "resource": { "id": "a" }, "new": 1 }"#);
        assert_eq!(readable::<Response>(body.clone()).unwrap().as_ptr(), body.as_ptr());
        let body = Bytes::from_static(br#"{ "resource": { "id": 7 } }"#);
        let mended = readable::<Response>(body).unwrap();
        assert_eq!(serde_json::from_slice::<Response>(&mended).unwrap().resource, with("7"));
    }
}
