//! The pre-shared key of a tunnel.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::document::limits::{PSK, PSK_CLASSES};

/// The pre-shared key of a tunnel.
///
/// 8 to 128 characters of at least three of these classes: upper-case letters,
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
/// Reading a request from a file, and [`From`] a text, take a key of any content;
/// [`check`](Self::check) and the validation of the request find what is wrong with it
/// before it is sent.
#[derive(Clone)]
pub struct Psk(SecretString);

impl Psk {
    /// A key that follows the rules.
    ///
    /// # Errors
    /// When the key has the wrong length, contains a character that is not allowed,
    /// or mixes too few classes of characters. The error never shows the key.
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

    /// Checks a key that was made without [`Psk::new`].
    ///
    /// # Errors
    /// As [`Psk::new`].
    pub fn check(&self) -> Result<(), InvalidPsk> {
        let key = self.expose();
        match PSK_CLASSES.count_in(key) {
            _ if !PSK.fits_length(key) => Err(InvalidPsk::Length),
            None => Err(InvalidPsk::Character),
            Some(classes) if classes < PSK_CLASSES.at_least => Err(InvalidPsk::Classes),
            Some(_) => Ok(()),
        }
    }
}

crate::overlay::overlay_as_a_whole!(Psk);

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
        // Not `deserialize_string`: a format may then reject a number by itself.
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Takes a text. serde's own error for a number would quote it, and a key that
/// somebody forgot to put in quotes may be one.
struct TextVisitor;

macro_rules! reject {
    ($($visit:ident($kind:ty)),+) => {
        $(fn $visit<E: de::Error>(self, _: $kind) -> Result<Psk, E> {
            Err(E::custom("a pre-shared key must be a text in quotes"))
        })+
    };
}

impl Visitor<'_> for TextVisitor {
    type Value = Psk;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pre-shared key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Psk, E> {
        Ok(Psk::from(key))
    }

    fn visit_string<E: de::Error>(self, key: String) -> Result<Psk, E> {
        Ok(Psk::from(key))
    }

    reject!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_i128(i128));
    reject!(visit_u128(u128), visit_f64(f64), visit_bytes(&[u8]));
}

/// A key of any content, as from a file.
impl From<&str> for Psk {
    fn from(key: &str) -> Self {
        Self(SecretString::from(key))
    }
}

/// A key of any content, as from a file.
impl From<&String> for Psk {
    fn from(key: &String) -> Self {
        Self::from(key.as_str())
    }
}

/// A key of any content, as from a file.
impl From<String> for Psk {
    fn from(key: String) -> Self {
        Self(SecretString::from(key))
    }
}

/// Why a pre-shared key is invalid. Says what is allowed, never what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidPsk {
    /// Too short or too long.
    Length,
    /// A character that is not allowed.
    Character,
    /// Too few classes of characters.
    Classes,
}

impl fmt::Display for InvalidPsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = |(name, characters): &(&str, &str)| {
            // Letters and digits need no list.
            let is_plain = characters.chars().all(char::is_alphanumeric);
            if is_plain { (*name).to_owned() } else { format!("{name} ({characters})") }
        };
        let classes = PSK_CLASSES.classes.iter().map(class).collect::<Vec<_>>().join(", ");
        let (min, max, at_least) = (PSK.min_length, PSK.max_length, PSK_CLASSES.at_least);
        f.write_str("a pre-shared key ")?;
        match self {
            Self::Length => write!(f, "must have {min} to {max} characters"),
            Self::Character => write!(f, "may contain only {classes}"),
            Self::Classes => write!(f, "must mix at least {at_least} of {classes}"),
        }
    }
}

impl std::error::Error for InvalidPsk {}

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
    fn three_of_four_classes_are_enough() {
        assert!(Psk::new("AAAAaaaa1111").is_ok());
        assert!(Psk::new("AAAA aaaa").is_ok(), "the blank is a special character");
        assert_eq!(Psk::new("AAAAaaaa"), Err(InvalidPsk::Classes));
        assert_eq!(Psk::new("abcd****"), Err(InvalidPsk::Classes));
    }

    #[test]
    fn characters_outside_of_every_class_are_invalid() {
        for key in ["Aa1-Aa1-\"", "Aa1-Aa1-ä", "Aa1-Aa1-\n"] {
            assert_eq!(Psk::new(key), Err(InvalidPsk::Character));
        }
    }

    #[test]
    fn errors_say_what_is_allowed() {
        assert_eq!(
            InvalidPsk::Length.to_string(),
            "a pre-shared key must have 8 to 128 characters"
        );
        assert_eq!(
            InvalidPsk::Classes.to_string(),
            "a pre-shared key must mix at least 3 of upper-case letters, lower-case letters, \
             digits, special characters (~!@#$%^*()-_+={ },./:;)"
        );
    }

    #[test]
    fn a_key_without_quotes_is_an_error_that_does_not_quote_it() {
        for key in ["12345678", "-12345678", "1234.5678", "true", "[12345678]", "{\"a\":1}"] {
            let error = serde_json::from_str::<Psk>(key).unwrap_err().to_string();
            assert!(error.contains("a pre-shared key"), "{error}");
            assert!(!error.contains("1234") && !error.contains("true"), "{error}");
        }
    }

    #[test]
    fn a_file_may_hold_any_key_and_check_finds_what_is_wrong() {
        let read: Psk = serde_json::from_str("\"abcd****\"").unwrap();
        assert_eq!(read.check(), Err(InvalidPsk::Classes));
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"abcd****\"");
    }
}
