//! The open enumerations. Reached as `otc_vpn::types`.

/// What validation asks of a value of any open enumeration.
pub(crate) struct OpenValue<'a> {
    pub(crate) text: &'a str,
    pub(crate) is_listed: bool,
    pub(crate) is_weak: bool,
    pub(crate) is_supported: bool,
    /// Every listed value.
    pub(crate) listed: fn() -> Vec<&'static str>,
    /// The first listed value that is supported and not weak.
    pub(crate) better: fn() -> Option<&'static str>,
}

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
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        #[serde(from = "String")]
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
                let equal = if $ignore_case { str::eq_ignore_ascii_case } else { str::eq };
                Self::LISTED.iter().find(|listed| equal(listed.as_str(), value)).cloned()
            }
        }

        impl<'a> From<&'a $name> for OpenValue<'a> {
            fn from(value: &'a $name) -> Self {
                Self {
                    text: value.as_str(),
                    is_listed: value.is_listed(),
                    is_weak: value.is_weak(),
                    is_supported: value.is_supported(),
                    listed: || $name::LISTED.iter().map($name::as_str).collect(),
                    better: || {
                        let is_better = |it: &&$name| it.is_supported() && !it.is_weak();
                        $name::LISTED.iter().find(is_better).map($name::as_str)
                    },
                }
            }
        }

        crate::overlay::overlay_as_a_whole!($name);

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
    };
}

include!(concat!(env!("OUT_DIR"), "/enumerations.rs"));

#[cfg(test)]
mod tests {
    use super::{ConnectionStatus, ConnectionStyle, DhGroup, EncryptionAlgorithm, HaMode};

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
    fn a_default_comes_from_the_document() {
        assert_eq!(HaMode::default(), HaMode::ActiveActive);
    }

    #[test]
    fn weak_values_come_from_the_document() {
        assert!(DhGroup::Group14.is_weak() && !DhGroup::Group15.is_weak());
        assert!(EncryptionAlgorithm::TripleDes.is_weak());
        assert!(!EncryptionAlgorithm::from("rot13").is_weak());
    }
}
