//! The settings that users of OpenStack already have, as plain data.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use secrecy::{ExposeSecret, SecretString};

use super::names::{self, AUTH_URL, ENDPOINT, Key, REGION};
use crate::error::Error;

/// The placeholder for the region in an address, as with the OpenStack tools.
const REGION_NAME: &str = "{region_name}";

/// What settings are read from.
pub(crate) struct System<'a> {
    /// Relative paths start here.
    pub(crate) folder: PathBuf,
    pub(crate) variable: &'a dyn Fn(&str) -> Option<OsString>,
    pub(crate) read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

impl System<'_> {
    /// This process and the files of this machine.
    pub(crate) fn current() -> Self {
        Self {
            folder: env::current_dir().unwrap_or_default(),
            variable: &|name| env::var_os(name),
            read: &|path| fs::read(path),
        }
    }

    /// A path in a variable that is set.
    pub(crate) fn path(&self, variable: &str) -> Option<PathBuf> {
        (self.variable)(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
    }
}

/// The settings of one place, by name.
#[derive(Debug)]
pub(crate) struct Settings {
    values: BTreeMap<&'static str, SecretString>,
    /// Where they were read, for errors: the environment, or a cloud and its files.
    pub(crate) place: String,
    pub(crate) is_cloud: bool,
}

impl Settings {
    pub(crate) fn from_env(system: &System<'_>) -> Result<Self, Error> {
        Self::read("the environment".to_owned(), false, |name| {
            let value = (system.variable)(name).map(OsString::into_string).transpose();
            value.map_err(|_| Error::invalid(format_args!("{name} is not valid UTF-8")))
        })
    }

    /// The settings that `value` finds by their names.
    pub(super) fn read(
        place: String,
        is_cloud: bool,
        value: impl Fn(&str) -> Result<Option<String>, Error>,
    ) -> Result<Self, Error> {
        let mut settings = Self { values: BTreeMap::new(), place, is_cloud };
        for name in names::all() {
            // Scripts leave empty what does not apply.
            let value = if settings.uses(name) { value(name)? } else { None };
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                settings.values.insert(name, SecretString::from(value));
            }
        }
        Ok(settings)
    }

    /// Whether a setting has this name here.
    fn uses(&self, name: &str) -> bool {
        name.starts_with(char::is_lowercase) == self.is_cloud
    }

    pub(crate) fn get(&self, key: Key) -> Option<&str> {
        key.iter().find_map(|name| self.values.get(name)).map(|value| value.expose_secret())
    }

    /// The name under which a setting was found, or else its preferred one.
    pub(crate) fn name(&self, key: Key) -> &'static str {
        let found = key.iter().find(|name| self.values.contains_key(*name));
        let name = found.or_else(|| key.iter().find(|name| self.uses(name)));
        name.copied().unwrap_or_default()
    }

    /// An address, with the region filled in.
    pub(crate) fn address(&self, key: Key) -> Option<String> {
        let region = self.get(REGION).unwrap_or(REGION_NAME);
        self.get(key).map(|address| address.replace(REGION_NAME, region))
    }

    /// Whether an address still needs a region.
    pub(crate) fn needs_region(&self) -> bool {
        let mut addresses = [AUTH_URL, ENDPOINT].into_iter().filter_map(|key| self.address(key));
        addresses.any(|address| address.contains(REGION_NAME))
    }
}
