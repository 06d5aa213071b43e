//! The connections that stand in a response that cannot be read.

use std::fmt;

use secrecy::SecretString;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::document::operation::Operation;
use crate::error::ConnectionKey;
use crate::lenient;
use crate::transport::error_body;

/// The connections of the body of a success that have an id, up to where it can be read.
pub(super) fn salvaged(
    body: &[u8],
    operation: Option<&Operation>,
    secrets: &[SecretString],
) -> Vec<ConnectionKey> {
    let operation = operation.filter(|operation| operation.returns_connections);
    let member = operation.and_then(|operation| operation.response_member);
    let found = member.map(|member| connections(body, member)).unwrap_or_default();
    found.into_iter().map(|key| cleaned(key, secrets)).collect()
}

/// The same without secrets, as an error shows it.
pub(super) fn cleaned(key: ConnectionKey, secrets: &[SecretString]) -> ConnectionKey {
    let clean = |text: Option<String>| text.map(|text| error_body::cleaned_word(&text, secrets));
    ConnectionKey {
        id: clean(key.id),
        name: clean(key.name),
        vgw_id: clean(key.vgw_id),
        vgw_ip: clean(key.vgw_ip),
        cgw_id: clean(key.cgw_id),
    }
}

/// `member` holds the connection, or the list of them.
fn connections(body: &[u8], member: &str) -> Vec<ConnectionKey> {
    let mut keys = Vec::new();
    let text = lenient::text(body);
    let mut reader = serde_json::Deserializer::from_str(&text);
    // What comes before an error stays.
    let _ = Part { member: Some(member), keys: &mut keys }.deserialize(&mut reader);
    keys.retain(|key| key.id.is_some());
    keys
}

/// The body, or what its member holds.
struct Part<'a> {
    /// None inside of the member.
    member: Option<&'a str>,
    keys: &'a mut Vec<ConnectionKey>,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! pass {
    ($($visit:ident($kind:ty)),+) => {
        $(fn $visit<E: Error>(self, _: $kind) -> Result<(), E> {
            Ok(())
        })+
    };
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        if self.member.is_none() {
            self.keys.push(ConnectionKey::default());
        }
        while let Some(name) = members.next_key::<String>()? {
            match (self.member, self.keys.last_mut()) {
                (Some(member), _) if member == name => {
                    members.next_value_seed(Part { member: None, keys: &mut *self.keys })?;
                }
                (None, Some(key)) => note(key, &name, members.next_value()?),
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Part { keys: &mut *self.keys, ..self })?.is_some() {}
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    pass!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
}

fn note(key: &mut ConnectionKey, name: &str, value: Value) {
    let part = match name {
        "id" => &mut key.id,
        "name" => &mut key.name,
        "vgw_id" => &mut key.vgw_id,
        "vgw_ip" => &mut key.vgw_ip,
        "cgw_id" => &mut key.cgw_id,
        _ => return,
    };
    *part = match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(body: &str, member: &str) -> Vec<String> {
        let keys = connections(body.as_bytes(), member);
        keys.into_iter().filter_map(|key| key.id).collect()
    }

    #[test]
    fn only_a_response_about_connections_names_some() {
        let received = |id: &str, body: &str| {
            let keys = salvaged(body.as_bytes(), crate::operations::find(id), &[]);
            keys.into_iter().filter_map(|key| key.id).collect::<Vec<_>>()
        };
        let updated = r#"{ "vpn_connection": { "id": "a" }, "#;
        assert_eq!(received("update_vpn_connection", updated), ["a"]);
        let monitor = r#"{ "connection_monitor": { "id": "m" }, "#;
        assert!(received("create_connection_monitor", monitor).is_empty());
    }

    #[test]
    fn every_connection_of_the_member_counts_and_nothing_else() {
        let body = r#"{ "id": "no", "other": [{ "id": "no" }], "c": [
            null, 7, { "id": "a", "tags": [{ "id": "no" }], "eip": { "id": "no" } }, [],
            { "name": "no id" }, { "id": 7 }, { "id": {} } ], "d": {} }"#;
        assert_eq!(ids(body, "c"), ["a", "7"]);
        assert_eq!(ids(r#"{ "c": { "id": "a" } }"#, "c"), ["a"]);
        assert!(ids(r#"[{ "id": "a" }]"#, "c").is_empty());
    }

    #[test]
    fn what_stands_before_the_end_of_a_broken_body_counts() {
        for body in [
            "\u{feff}{ \"c\": [{ \"id\": \"a\", \"vgw_ip\": \"1\" }, { \"vgw_ip\": \"2\", \"id\": \"b",
            r#"{ "c": [{ "id": "a", "vgw_ip": "1", }] }"#,
            r#"{ "c": [{ "id": "a", "vgw_ip": "1" } { "id": "b" }] }"#,
        ] {
            let key = |text: &str| Some(text.to_owned());
            let expected =
                ConnectionKey { id: key("a"), vgw_ip: key("1"), ..ConnectionKey::default() };
            assert_eq!(connections(body.as_bytes(), "c"), [expected], "{body}");
        }
    }
}
