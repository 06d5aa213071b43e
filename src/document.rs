//! The fence around what the build derives from the OpenAPI document: the open
//! enumerations, limits, defaults, error codes and endpoints.

pub(crate) mod operation;

/// An enumeration of the document that keeps values the document does not list.
macro_rules! open_enumeration {
    (
        $(#[$docs:meta])*
        $name:ident, $catch_all:ident, ignore_case: $ignore_case:literal {
            $($(#[$variant_docs:meta])* $variant:ident = $value:literal, weak: $weak:literal,
                supported: $supported:literal;)+
        }
    ) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_docs])* $variant,)+
            /// A value that the document does not list, as it was found.
            $catch_all(String),
        }

        impl $name {
            /// Every listed value, in the order of the document.
            pub const LISTED: &'static [Self] = &[$(Self::$variant),+];

            /// The value as requests spell it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::$catch_all(value) => value,
                }
            }

            /// Whether the document lists this value.
            #[must_use]
            pub fn is_listed(&self) -> bool {
                !matches!(self, Self::$catch_all(_))
            }

            /// Whether the vendor advises against this value, as too weak.
            #[must_use]
            pub fn is_weak(&self) -> bool {
                match self {
                    $(Self::$variant => $weak,)+
                    Self::$catch_all(_) => false,
                }
            }

            /// Whether the service supports this value at present, as far as the
            /// document knows.
            #[must_use]
            pub fn is_supported(&self) -> bool {
                match self {
                    $(Self::$variant => $supported,)+
                    Self::$catch_all(_) => true,
                }
            }

            fn listed(value: &str) -> Option<Self> {
                let equal = if $ignore_case { str::eq_ignore_ascii_case } else { <str as PartialEq>::eq };
                Self::LISTED.iter().find(|listed| equal(listed.as_str(), value)).cloned()
            }
        }

        impl OpenEnumeration for $name {
            fn as_str(&self) -> &str {
                self.as_str()
            }

            fn is_listed(&self) -> bool {
                self.is_listed()
            }

            fn is_weak(&self) -> bool {
                self.is_weak()
            }

            fn is_supported(&self) -> bool {
                self.is_supported()
            }

            fn listed_values() -> impl Iterator<Item = &'static str> {
                Self::LISTED.iter().map(Self::as_str)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::listed(value).unwrap_or_else(|| Self::$catch_all(value.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::listed(&value).unwrap_or(Self::$catch_all(value))
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

/// What validation asks of any open enumeration.
pub(crate) trait OpenEnumeration: 'static {
    fn as_str(&self) -> &str;
    fn is_listed(&self) -> bool;
    fn is_weak(&self) -> bool;
    fn is_supported(&self) -> bool;
    fn listed_values() -> impl Iterator<Item = &'static str>;
}

/// The open enumerations. Reached as `otc_vpn::types`.
pub(crate) mod enumerations {
    use super::OpenEnumeration;

    include!(concat!(env!("OUT_DIR"), "/enumerations.rs"));
}

/// The documented limits of request fields, by schema and field.
///
/// ```
/// use otc_vpn::limits::dpd_request;
///
/// assert!(dpd_request::TIMEOUT.contains(&30)); // seconds
/// ```
pub mod limits {
    use std::fmt;
    use std::net::Ipv4Addr;

    /// How long a text may be, and of what.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct TextLimits {
        /// Fewest characters.
        pub min_length: u32,
        /// Most characters.
        pub max_length: u32,
        /// The characters that may occur.
        pub characters: CharacterSet,
    }

    impl TextLimits {
        /// Whether the length of `text`, in characters, is within the limits.
        #[must_use]
        pub fn fits_length(&self, text: &str) -> bool {
            let length = text.chars().count();
            u32::try_from(length)
                .is_ok_and(|length| (self.min_length..=self.max_length).contains(&length))
        }

        /// The first character of `text` that may not occur.
        #[must_use]
        pub fn first_misfit(&self, text: &str) -> Option<char> {
            text.chars().find(|&c| !self.characters.contains(c))
        }
    }

    /// A set of characters, such as `0-9 A-Z a-z _ -`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct CharacterSet {
        /// Whether `ranges` names what is left out, not what is in.
        pub excluded: bool,
        /// Ranges of characters, both ends included.
        pub ranges: &'static [(char, char)],
        /// Whether letters of any language are in.
        pub letters: bool,
        /// Whether digits and other numerals of any script are in.
        pub digits: bool,
    }

    impl CharacterSet {
        /// Every character.
        pub const ANY: Self = Self { excluded: true, ranges: &[], letters: false, digits: false };

        /// Whether `c` may occur.
        #[must_use]
        pub fn contains(&self, c: char) -> bool {
            let named = self.ranges.iter().any(|&(from, to)| (from..=to).contains(&c));
            named != self.excluded
                || (self.letters && c.is_alphabetic())
                || (self.digits && c.is_numeric())
        }
    }

    impl fmt::Display for CharacterSet {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let kinds = [(self.letters, "letters"), (self.digits, "digits")];
            let kinds =
                kinds.iter().filter(|(is_in, _)| *is_in).map(|(_, name)| (*name).to_owned());
            let ranges = self.ranges.iter().map(|&(from, to)| match (from, to) {
                (' ', ' ') => "blank".to_owned(),
                (from, to) if from.is_control() && to.is_control() => {
                    "control characters".to_owned()
                }
                (from, to) if from.is_whitespace() && to.is_whitespace() => {
                    "white space".to_owned()
                }
                (from, to) if from == to => from.to_string(),
                (from, to) => format!("{from}-{to}"),
            });
            let mut parts: Vec<String> = Vec::new();
            for part in kinds.chain(ranges) {
                // What has many ranges is named once.
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            let parts = parts.join(" ");
            match (self.excluded, parts.as_str()) {
                (true, "") => f.write_str("any character"),
                (true, parts) => write!(f, "any character but {parts}"),
                (false, parts) => f.write_str(parts),
            }
        }
    }

    /// Where an address must lie, and the length of its prefix.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct AddressLimits {
        /// The network that the address lies in.
        pub block: (Ipv4Addr, u8),
        /// The network inside of it that the address does not lie in.
        pub excluded: (Ipv4Addr, u8),
        /// The length of the prefix that is written with the address.
        pub prefix_length: u8,
    }

    /// The kinds of characters that a text must mix.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct CharacterClasses {
        /// How many of the classes must occur.
        pub at_least: usize,
        /// The classes: a name and the characters of each. Others may not occur.
        pub classes: &'static [(&'static str, &'static str)],
    }

    include!(concat!(env!("OUT_DIR"), "/limits.rs"));
}

/// The documented defaults of request fields, by schema and field: what the
/// service uses for a field that is left out. Nothing sends them by itself.
///
/// ```
/// use otc_vpn::{defaults::vpn_connection_request, types::ConnectionStyle};
///
/// assert_eq!(vpn_connection_request::STYLE, ConnectionStyle::Static);
/// ```
pub mod defaults {
    include!(concat!(env!("OUT_DIR"), "/defaults.rs"));
}

/// When a request may be sent again, by the error code of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryClass {
    Never,
    /// The service did nothing, so every request.
    Always,
    /// Requests that change nothing.
    Reads,
    /// Once, after signing in again.
    FreshToken,
}

/// The documented error codes of the service, to compare [`Error::code`] with.
///
/// [`Error::code`]: crate::Error::code
pub mod error_codes {
    use super::RetryClass;

    include!(concat!(env!("OUT_DIR"), "/error_codes.rs"));
}

/// Where the service is reached, and by what it knows who asks.
pub(crate) mod endpoints {
    include!(concat!(env!("OUT_DIR"), "/endpoints.rs"));
}

/// The document, with `nullable` written as draft 4 of JSON Schema has it.
#[cfg(feature = "simulator")]
pub(crate) const DOCUMENT_JSON: &str = include_str!(concat!(env!("OUT_DIR"), "/document.json"));

#[cfg(test)]
mod tests {
    use super::enumerations::{ConnectionStatus, ConnectionStyle, DhGroup, EncryptionAlgorithm};
    use super::limits::CharacterSet;

    #[test]
    fn unlisted_values_are_kept_as_they_came() {
        let status = ConnectionStatus::from("REBOOTING");
        assert_eq!(status, ConnectionStatus::UnknownValue("REBOOTING".to_owned()));
        assert_eq!(serde_json::to_string(&status).unwrap(), "\"REBOOTING\"");
        assert!(!status.is_listed());
    }

    #[test]
    fn the_listed_unknown_status_is_not_the_catch_all() {
        assert_eq!(ConnectionStatus::from("UNKNOWN"), ConnectionStatus::Unknown);
        assert!(ConnectionStatus::Unknown.is_listed());
    }

    #[test]
    fn only_style_ignores_case() {
        assert_eq!(ConnectionStyle::from("STATIC"), ConnectionStyle::Static);
        assert_eq!(ConnectionStyle::from("Static").as_str(), "static");
        assert!(!ConnectionStatus::from("active").is_listed());
    }

    #[test]
    fn weak_values_come_from_the_document() {
        assert!(DhGroup::Group14.is_weak() && !DhGroup::Group15.is_weak());
        assert!(EncryptionAlgorithm::TripleDes.is_weak());
        assert!(!EncryptionAlgorithm::from("rot13").is_weak());
    }

    #[test]
    fn character_sets_say_what_they_hold() {
        let id = super::limits::PROJECT_ID.characters;
        assert_eq!(id.to_string(), "0-9 A-Z a-z _ -");
        assert!(id.contains('Z') && !id.contains('.') && !id.contains('ä'));
        let tag = super::limits::vpn_resource_tag_request::KEY.characters;
        assert_eq!(tag.to_string(), "letters digits blank _ . : = + - @");
        assert!(tag.contains('ñ') && tag.contains('٣') && !tag.contains('/'));
        let fqdn = super::limits::ike_policy_request::LOCAL_ID.characters;
        assert_eq!(
            fqdn.to_string(),
            "any character but control characters blank white space & < > [ ] \\"
        );
        assert!(fqdn.contains('ü') && !fqdn.contains('\\'));
        let refused = |c: char| c.is_control() || c.is_whitespace() || "&<>[]\\".contains(c);
        let misread = ('\0'..=char::MAX).find(|&c| fqdn.contains(c) == refused(c));
        assert_eq!(misread, None);
        assert_eq!(CharacterSet::ANY.to_string(), "any character");
        assert!(CharacterSet::ANY.contains('\0'));
    }
}
