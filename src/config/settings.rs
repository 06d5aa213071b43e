//! The settings that users of OpenStack have already, as plain data.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    AuthUrl,
    AuthType,
    Region,
    Endpoint,
    ProjectId,
    ProjectName,
    UserName,
    UserId,
    Password,
    DomainName,
    DomainId,
    Token,
    AccessId,
    AccessSecret,
    SecurityToken,
}

/// Every setting: its variables, and its keys in `clouds.yaml`; the first that is there
/// counts. Keys but the region and the ways in are below `auth`.
const NAMES: [(Key, &[&str], &[&str]); 15] = [
    (Key::AuthUrl, &["OS_AUTH_URL"], &["auth_url"]),
    (Key::AuthType, &["OS_AUTH_TYPE"], &["auth_type"]),
    (Key::Region, &["OS_REGION_NAME"], &["region_name"]),
    (Key::Endpoint, &["OTC_VPN_ENDPOINT"], &["evpn_endpoint_override", "vpn_endpoint_override"]),
    (Key::ProjectId, &["OS_PROJECT_ID", "OS_TENANT_ID"], &["project_id", "tenant_id"]),
    (Key::ProjectName, &["OS_PROJECT_NAME", "OS_TENANT_NAME"], &["project_name", "tenant_name"]),
    (Key::UserName, &["OS_USERNAME"], &["username", "user_name"]),
    (Key::UserId, &["OS_USER_ID"], &["user_id"]),
    (Key::Password, &["OS_PASSWORD"], &["password"]),
    (
        Key::DomainName,
        &["OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"],
        &["user_domain_name", "domain_name"],
    ),
    (Key::DomainId, &["OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"], &["user_domain_id", "domain_id"]),
    (Key::Token, &["OS_TOKEN", "OS_AUTH_TOKEN"], &["token"]),
    (Key::AccessId, &["OS_ACCESS_KEY"], &["access_key", "ak"]),
    (Key::AccessSecret, &["OS_SECRET_KEY"], &["secret_key", "sk"]),
    (Key::SecurityToken, &["OS_SECURITY_TOKEN"], &["security_token"]),
];

/// Where settings are looked for, and how they are called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Environment,
    #[cfg_attr(not(feature = "clouds-yaml"), expect(dead_code, reason = "made by clouds.rs"))]
    Cloud {
        name: String,
        files: Vec<String>,
    },
}

/// What was found. `Debug` shows which settings there are, and no value.
pub(crate) struct Settings {
    found: BTreeMap<Key, SecretString>,
    place: Place,
}

impl Settings {
    /// The settings of the environment, which `variable` looks up.
    pub(crate) fn of_environment(
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Error> {
        let mut found = BTreeMap::new();
        for (key, variables, _) in NAMES {
            for name in variables {
                let Some(value) = variable(name) else { continue };
                let value = value.into_string().map_err(|_| {
                    Error::invalid(format_args!("the variable {name} holds no readable text"))
                })?;
                // Some scripts set to nothing what does not apply.
                if !value.is_empty() {
                    found.entry(key).or_insert_with(|| SecretString::from(value));
                }
            }
        }
        Ok(Self { found, place: Place::Environment })
    }

    /// The settings of a cloud in files, which `value` looks up by the name of a key.
    #[cfg(feature = "clouds-yaml")]
    pub(super) fn of_cloud(
        name: &str,
        files: Vec<String>,
        value: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let mut found = BTreeMap::new();
        for (key, _, names) in NAMES {
            let first = names.iter().find_map(|name| value(name).filter(|value| !value.is_empty()));
            if let Some(value) = first {
                found.insert(key, SecretString::from(value));
            }
        }
        Self { found, place: Place::Cloud { name: name.to_owned(), files } }
    }

    pub(crate) fn get(&self, key: Key) -> Option<&str> {
        self.found.get(&key).map(ExposeSecret::expose_secret)
    }

    /// A setting that must be there.
    pub(crate) fn need(&self, key: Key, what: &str) -> Result<&str, Error> {
        self.get(key).ok_or_else(|| self.missing(&[key], what))
    }

    /// What is missing and where it was looked for; one of `keys` is enough.
    pub(crate) fn missing(&self, keys: &[Key], what: &str) -> Error {
        let names = keys.iter().map(|key| self.name(*key)).collect::<Vec<_>>().join(" or ");
        Error::invalid(format_args!("no {what}: {} lacks {names}", self.place))
    }

    /// How a setting is called where it was looked for.
    pub(crate) fn name(&self, key: Key) -> &'static str {
        let names = NAMES.iter().find(|(known, _, _)| *known == key);
        let name = names.and_then(|(_, variables, keys)| match self.place {
            Place::Environment => variables.first(),
            Place::Cloud { .. } => keys.first(),
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
            Self::Cloud { name, files } => {
                write!(f, "the cloud {name:?} in {}", files.join(" and "))
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
