//! The pre-shared key of a tunnel.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::document::limits::{PSK, PSK_CLASSES};

/// The pre-shared key of a tunnel.
///
/// 8 to 128 characters of at least three of these kinds: upper-case letters,
/// lower-case letters, digits, and the special characters
/// ``~!@#$%^*()-_+={ },./:;`` (the blank is one of them). The key is never shown
/// by `Debug`, and its memory is wiped when it is dropped; `Serialize` does write
/// it, since a request must hold it.
///
/// Vendor page: `vpn_api_0027`, "Creating a VPN Connection", field `psk`.
///
/// ```
/// use otc_vpn::Psk;
///
/// let psk = Psk::new("Example-Key-2025")?;
/// assert_eq!(format!("{psk:?}"), "Psk([redacted])");
/// assert!(Psk::new("abc").is_err());
/// # Ok::<(), otc_vpn::InvalidPsk>(())
/// ```
///
/// Reading a request from a file takes a key of any content; the request is
/// judged before it is sent.
#[derive(Clone)]
pub struct Psk(SecretString);

impl Psk {
    /// Takes a key that keeps the rules.
    ///
    /// # Errors
    /// When the key has the wrong length, holds a character that is not allowed,
    /// or mixes too few kinds of characters. The error never shows the key.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidPsk> {
        let key = Self(SecretString::from(key.into()));
        key.check()?;
        Ok(key)
    }

    /// The key itself, for the configuration of the customer gateway.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Judges a key that was read without [`Psk::new`].
    ///
    /// # Errors
    /// As [`Psk::new`].
    pub fn check(&self) -> Result<(), InvalidPsk> {
        let key = self.expose();
        let kinds_of =
            |c: char| PSK_CLASSES.classes.iter().position(|(_, characters)| characters.contains(c));
        if !PSK.fits_length(key) {
            return Err(InvalidPsk::Length);
        }
        if key.chars().any(|c| kinds_of(c).is_none()) {
            return Err(InvalidPsk::Character);
        }
        let kinds = (0..PSK_CLASSES.classes.len())
            .filter(|&kind| key.chars().any(|c| kinds_of(c) == Some(kind)))
            .count();
        if kinds < PSK_CLASSES.at_least { Err(InvalidPsk::Kinds) } else { Ok(()) }
    }
}

impl fmt::Debug for Psk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Psk([redacted])")
    }
}

impl PartialEq for Psk {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Psk {}

impl Serialize for Psk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Psk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_string`: a format may then refuse a number by itself.
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Takes a text. serde's own refusal of a number would quote it, and a key that
/// somebody forgot to put in quotes may be one.
struct TextVisitor;

impl TextVisitor {
    fn refuse<E: de::Error>() -> Result<Psk, E> {
        Err(E::custom("a pre-shared key must be a text in quotes"))
    }
}

impl Visitor<'_> for TextVisitor {
    type Value = Psk;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pre-shared key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Psk, E> {
        Ok(Psk(SecretString::from(key)))
    }

    fn visit_string<E: de::Error>(self, key: String) -> Result<Psk, E> {
        Ok(Psk(SecretString::from(key)))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Psk, E> {
        Self::refuse()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Psk, E> {
        Self::refuse()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Psk, E> {
        Self::refuse()
    }

    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Psk, E> {
        Self::refuse()
    }

    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Psk, E> {
        Self::refuse()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Psk, E> {
        Self::refuse()
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<Psk, E> {
        Self::refuse()
    }
}

impl TryFrom<&str> for Psk {
    type Error = InvalidPsk;

    fn try_from(key: &str) -> Result<Self, Self::Error> {
        Self::new(key)
    }
}

impl TryFrom<String> for Psk {
    type Error = InvalidPsk;

    fn try_from(key: String) -> Result<Self, Self::Error> {
        Self::new(key)
    }
}

/// Why a pre-shared key is refused. Says what is allowed, never what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidPsk {
    /// Too short or too long.
    Length,
    /// A character that may not occur.
    Character,
    /// Too few kinds of characters.
    Kinds,
}

impl fmt::Display for InvalidPsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => {
                write!(
                    f,
                    "a pre-shared key has {} to {} characters",
                    PSK.min_length, PSK.max_length
                )
            }
            Self::Character => {
                f.write_str("a pre-shared key holds only ")?;
                write_classes(f)
            }
            Self::Kinds => {
                write!(f, "a pre-shared key mixes at least {} of ", PSK_CLASSES.at_least)?;
                write_classes(f)
            }
        }
    }
}

/// `upper-case letters, …, special characters (~!@…)`: the letters and digits
/// need no list.
fn write_classes(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, (name, characters)) in PSK_CLASSES.classes.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(f, "{separator}{name}")?;
        if !characters.chars().all(char::is_alphanumeric) {
            write!(f, " ({characters})")?;
        }
    }
    Ok(())
}

impl std::error::Error for InvalidPsk {}

impl From<std::convert::Infallible> for InvalidPsk {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_at_both_edges() {
        let of_length = |length: usize| "Aa1".chars().cycle().take(length).collect::<String>();
        assert_eq!(Psk::new(of_length(7)), Err(InvalidPsk::Length));
        assert!(Psk::new(of_length(8)).is_ok());
        assert!(Psk::new(of_length(128)).is_ok());
        assert_eq!(Psk::new(of_length(129)), Err(InvalidPsk::Length));
    }

    #[test]
    fn three_of_four_kinds_are_enough() {
        assert!(Psk::new("AAAAaaaa1111").is_ok());
        assert!(Psk::new("AAAA aaaa").is_ok(), "the blank is a special character");
        assert_eq!(Psk::new("AAAAaaaa"), Err(InvalidPsk::Kinds));
        assert_eq!(Psk::new("abcd****"), Err(InvalidPsk::Kinds));
    }

    #[test]
    fn characters_outside_of_every_kind_are_refused() {
        for key in ["Aa1-Aa1-\"", "Aa1-Aa1-ä", "Aa1-Aa1-\n"] {
            assert_eq!(Psk::new(key), Err(InvalidPsk::Character));
        }
    }

    #[test]
    fn refusals_say_what_is_allowed() {
        assert_eq!(InvalidPsk::Length.to_string(), "a pre-shared key has 8 to 128 characters");
        assert_eq!(
            InvalidPsk::Kinds.to_string(),
            "a pre-shared key mixes at least 3 of upper-case letters, lower-case letters, digits, \
             special characters (~!@#$%^*()-_+={ },./:;)"
        );
    }

    #[test]
    fn a_key_without_quotes_is_refused_and_not_quoted() {
        for key in ["12345678", "-12345678", "1234.5678", "true", "[12345678]", "{\"a\":1}"] {
            let refusal = serde_json::from_str::<Psk>(key).unwrap_err().to_string();
            assert!(refusal.contains("a pre-shared key"), "{refusal}");
            assert!(!refusal.contains("1234") && !refusal.contains("true"), "{refusal}");
        }
    }

    #[test]
    fn a_file_may_hold_any_key_and_check_judges_it() {
        let read: Psk = serde_json::from_str("\"abcd****\"").unwrap();
        assert_eq!(read.check(), Err(InvalidPsk::Kinds));
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"abcd****\"");
    }
}
