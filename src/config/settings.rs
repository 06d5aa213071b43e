//! The settings that users of OpenStack have already, as plain data.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::document::endpoints::PROFILES;
use crate::error::Error;

/// What stands for the region in an address, as with the OpenStack tools.
const REGION: &str = "{region_name}";

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    AuthUrl,
    AuthType,
    Profile,
    Region,
    Endpoint,
    ProjectId,
    ProjectName,
    UserName,
    UserId,
    Password,
    UserDomainId,
    UserDomainName,
    DomainId,
    DomainName,
    Token,
    AccessId,
    AccessSecret,
    SecurityToken,
}

/// How a setting is called.
struct Names {
    key: Key,
    /// As a variable. The first that is set counts.
    variables: &'static [&'static str],
    /// In a cloud of `clouds.yaml`. The first that is there counts.
    members: &'static [&'static str],
    /// Where it goes first in a cloud, as with the OpenStack tools.
    #[cfg_attr(not(feature = "clouds-yaml"), expect(dead_code, reason = "read by clouds.rs"))]
    first: Part,
}

/// A part of a cloud of `clouds.yaml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Below `auth`.
    Auth,
    /// Beside `auth`.
    Cloud,
}

impl Names {
    const fn new(
        key: Key,
        variables: &'static [&'static str],
        members: &'static [&'static str],
        first: Part,
    ) -> Self {
        Self { key, variables, members, first }
    }

    /// Where it may stand in a cloud, the place that counts first.
    #[cfg(feature = "clouds-yaml")]
    fn places(&self) -> Vec<(Part, &'static str)> {
        let below = self.members.iter().map(|name| (Part::Auth, *name));
        let beside = self.members.iter().map(|name| (Part::Cloud, *name));
        match self.first {
            Part::Auth => below.chain(beside).collect(),
            Part::Cloud => beside.zip(below).flat_map(|(beside, below)| [beside, below]).collect(),
        }
    }
}

/// Every setting.
const SETTINGS: [Names; 18] = [
    Names::new(Key::AuthUrl, &["OS_AUTH_URL"], &["auth_url"], Part::Auth),
    Names::new(Key::AuthType, &["OS_AUTH_TYPE"], &["auth_type"], Part::Cloud),
    // `cloud` is what `profile` was called first.
    Names::new(Key::Profile, &[], &["profile", "cloud"], Part::Cloud),
    Names::new(Key::Region, &["OS_REGION_NAME"], &["region_name"], Part::Cloud),
    Names::new(
        Key::Endpoint,
        &["OTC_VPN_ENDPOINT"],
        &["evpn_endpoint_override", "vpn_endpoint_override"],
        Part::Cloud,
    ),
    Names::new(
        Key::ProjectId,
        &["OS_PROJECT_ID", "OS_TENANT_ID"],
        &["project_id", "tenant_id"],
        Part::Cloud,
    ),
    Names::new(
        Key::ProjectName,
        &["OS_PROJECT_NAME", "OS_TENANT_NAME"],
        &["project_name", "tenant_name"],
        Part::Cloud,
    ),
    Names::new(Key::UserName, &["OS_USERNAME"], &["username", "user_name"], Part::Auth),
    Names::new(Key::UserId, &["OS_USER_ID"], &["user_id"], Part::Auth),
    Names::new(Key::Password, &["OS_PASSWORD"], &["password"], Part::Auth),
    Names::new(Key::UserDomainId, &["OS_USER_DOMAIN_ID"], &["user_domain_id"], Part::Cloud),
    Names::new(Key::UserDomainName, &["OS_USER_DOMAIN_NAME"], &["user_domain_name"], Part::Cloud),
    Names::new(Key::DomainId, &["OS_DOMAIN_ID"], &["domain_id"], Part::Cloud),
    Names::new(Key::DomainName, &["OS_DOMAIN_NAME"], &["domain_name"], Part::Cloud),
    Names::new(Key::Token, &["OS_TOKEN", "OS_AUTH_TOKEN"], &["token", "auth_token"], Part::Cloud),
    Names::new(Key::AccessId, &["OS_ACCESS_KEY"], &["access_key", "ak"], Part::Auth),
    Names::new(Key::AccessSecret, &["OS_SECRET_KEY"], &["secret_key", "sk"], Part::Auth),
    Names::new(Key::SecurityToken, &["OS_SECURITY_TOKEN"], &["security_token"], Part::Auth),
];

/// Whether a setting may be called so in a cloud of `clouds.yaml`.
#[cfg(feature = "clouds-yaml")]
pub(super) fn is_member(name: &str) -> bool {
    SETTINGS.iter().any(|names| names.members.contains(&name))
}

/// Where settings are looked for, and how they are called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Environment,
    #[cfg_attr(not(feature = "clouds-yaml"), expect(dead_code, reason = "made by clouds.rs"))]
    Cloud {
        name: String,
        /// The files that were read.
        files: Vec<String>,
        /// What is to be said about the files that were not.
        notes: String,
    },
}

/// Something that is missing, and the settings that could give it.
pub(crate) struct Lack {
    what: &'static str,
    names: String,
}

/// A setting that was found.
struct Found {
    /// How it is called there.
    name: &'static str,
    value: SecretString,
}

impl Found {
    fn new(name: &'static str, value: String) -> Self {
        Self { name, value: SecretString::from(value) }
    }
}

/// What was found. `Debug` shows which settings there are, and no value.
pub(crate) struct Settings {
    found: BTreeMap<Key, Found>,
    place: Place,
}

impl Settings {
    /// The settings of the environment, which `variable` looks up.
    pub(crate) fn of_environment(
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Error> {
        let mut found = BTreeMap::new();
        for Names { key, variables, .. } in SETTINGS {
            for name in variables {
                let Some(value) = variable(name) else { continue };
                let value = value.into_string().map_err(|_| {
                    Error::invalid(format_args!("the variable {name} holds no readable text"))
                })?;
                // Some scripts set to nothing what does not apply.
                if !value.is_empty() {
                    found.entry(key).or_insert_with(|| Found::new(name, value));
                }
            }
        }
        Ok(Self { found, place: Place::Environment })
    }

    /// The settings of a cloud in files, which `value` looks up by part and name.
    #[cfg(feature = "clouds-yaml")]
    pub(super) fn of_cloud(place: Place, value: impl Fn(Part, &str) -> Option<String>) -> Self {
        let mut found = BTreeMap::new();
        for names in SETTINGS {
            let first = names.places().into_iter().find_map(|(part, name)| {
                let value = value(part, name).filter(|value| !value.is_empty())?;
                Some(Found::new(name, value))
            });
            if let Some(first) = first {
                found.insert(names.key, first);
            }
        }
        Self { found, place }
    }

    pub(crate) fn get(&self, key: Key) -> Option<&str> {
        self.found.get(&key).map(|found| found.value.expose_secret())
    }

    /// Whether a setting is given, or follows from another one.
    pub(crate) fn has(&self, key: Key) -> bool {
        match key {
            Key::Region => self.region().is_some(),
            _ => self.found.contains_key(&key),
        }
    }

    /// The region, and the setting that gives it: a profile stands for its first one.
    pub(crate) fn region(&self) -> Option<(&str, Key)> {
        let given = self.get(Key::Region).map(|region| (region, Key::Region));
        given.or_else(|| Some((*self.profile_regions()?.first()?, Key::Profile)))
    }

    fn profile_regions(&self) -> Option<&'static [&'static str]> {
        let profile = self.get(Key::Profile)?;
        PROFILES.iter().find(|(known, _)| *known == profile).map(|(_, regions)| *regions)
    }

    /// An address, with the region in the place of `{region_name}`.
    pub(crate) fn address(&self, key: Key) -> Option<String> {
        let address = self.get(key)?;
        let region = self.region().map(|(region, _)| region);
        Some(region.map_or(address.to_owned(), |region| address.replace(REGION, region)))
    }

    /// Whether an address cannot do without a region.
    pub(crate) fn holds_region_name(&self, key: Key) -> bool {
        self.get(key).is_some_and(|address| address.contains(REGION))
    }

    /// Something that one of `keys` could give, and that is missing.
    pub(crate) fn lack(&self, what: &'static str, keys: &[Key]) -> Lack {
        let names = keys.iter().map(|key| self.name(*key)).collect::<Vec<_>>().join(" or ");
        Lack { what, names }
    }

    /// Credentials of any kind, which are missing.
    pub(crate) fn lack_of_credentials(&self) -> Lack {
        let name = |key| self.name(key);
        let cloud = match (&self.place, cfg!(feature = "clouds-yaml")) {
            (Place::Environment, true) => ", or OS_CLOUD",
            _ => "",
        };
        let names = format!(
            "{}, or {} and {}, or {}, {} and {}{cloud}",
            name(Key::Token),
            name(Key::AccessId),
            name(Key::AccessSecret),
            name(Key::UserName),
            name(Key::Password),
            name(Key::UserDomainName),
        );
        Lack { what: "credentials", names }
    }

    /// All that is missing, and where it was looked for.
    pub(crate) fn lacking(&self, lacks: &[Lack]) -> Error {
        let what: Vec<_> = lacks.iter().map(|lack| format!("no {}", lack.what)).collect();
        let names: Vec<_> = lacks.iter().map(|lack| lack.names.as_str()).collect();
        let profile = match (self.get(Key::Profile), self.profile_regions()) {
            (Some(profile), None) => {
                let known: Vec<_> = PROFILES.iter().map(|(known, _)| *known).collect();
                let known = known.join(", ");
                format!(". Its profile {profile:?} is not known here; these are: {known}")
            }
            _ => String::new(),
        };
        let (what, names) = (what.join(", "), names.join("; "));
        Error::invalid(format_args!("{what}: {} lacks {names}{profile}", self.place))
    }

    /// How a setting is called where it was found, or else looked for.
    pub(crate) fn name(&self, key: Key) -> &'static str {
        if let Some(found) = self.found.get(&key) {
            return found.name;
        }
        let names = SETTINGS.iter().find(|names| names.key == key);
        let name = names.and_then(|names| match self.place {
            Place::Environment => names.variables.first(),
            Place::Cloud { .. } => names.members.first(),
        });
        name.copied().unwrap_or_default()
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("the environment"),
            Self::Cloud { name, files, notes } => {
                write!(f, "the cloud {name:?} in {}", files.join(" and "))?;
                if notes.is_empty() { Ok(()) } else { write!(f, " ({notes})") }
            }
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.found.keys().collect();
        f.debug_struct("Settings").field("place", &self.place).field("found", &keys).finish()
    }
}
