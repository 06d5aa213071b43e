//! `clouds.yaml`, and `secure.yaml` beside it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Settings;
use crate::error::Error;

/// What a file of clouds is called, and the variable that names another one.
const CLOUDS: (&str, &str) = ("clouds", "OS_CLIENT_CONFIG_FILE");
const SECURE: (&str, &str) = ("secure", "OS_CLIENT_SECURE_FILE");
const ENDINGS: [&str; 2] = ["yaml", "yml"];

/// The machine as far as settings come from it.
pub(crate) struct Machine<'a> {
    pub(crate) variable: &'a dyn Fn(&str) -> Option<OsString>,
    pub(crate) read: &'a dyn Fn(&Path) -> io::Result<String>,
}

impl Settings {
    /// The settings of a cloud. The first file of each kind that exists is read, in the
    /// order of the OpenStack tools, and what `secure.yaml` says goes first.
    pub(crate) fn of_cloud_on(machine: &Machine<'_>, name: &str) -> Result<Self, Error> {
        let candidates = machine.candidates(CLOUDS);
        let Some((file, clouds)) = machine.first(&candidates)? else {
            let looked = candidates.iter().map(|path| path.display().to_string());
            return Err(Error::invalid(format_args!(
                "there is no clouds.yaml; looked for {}",
                looked.collect::<Vec<_>>().join(", ")
            )));
        };
        let mut files = vec![file.display().to_string()];
        let mut cloud = cloud(&clouds, name).ok_or_else(|| unknown(name, &file, &clouds))?;
        if let Some((file, secure)) = machine.first(&machine.candidates(SECURE))?
            && let Some(secrets) = self::cloud(&secure, name)
        {
            files.push(file.display().to_string());
            merge(&mut cloud, secrets);
        }
        let region = cloud
            .get("regions")
            .and_then(|regions| regions.get(0))
            .map(|first| first.get("name").unwrap_or(first))
            .cloned();
        if let Some(region) = region {
            // A list of regions means its first one, unless one is chosen.
            cloud.entry("region_name").or_insert(region);
        }
        let text = |holder: Option<&Value>, key: &str| match holder?.get(key)? {
            Value::String(text) => Some(text.clone()),
            // An id of digits alone, without quotes.
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let root = Value::Object(cloud);
        let auth = root.get("auth");
        Ok(Self::of_cloud(name, files, |key| text(auth, key).or_else(|| text(Some(&root), key))))
    }
}

impl Machine<'_> {
    fn candidates(&self, (name, variable): (&str, &str)) -> Vec<PathBuf> {
        let chosen = (self.variable)(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
        let home = |path: &str| (self.variable)("HOME").map(|home| PathBuf::from(home).join(path));
        let config = (self.variable)("XDG_CONFIG_HOME").filter(|path| !path.is_empty());
        let config = config.map(PathBuf::from).or_else(|| home(".config"));
        let folders = [
            Some(PathBuf::new()),
            config.map(|config| config.join("openstack")),
            Some(PathBuf::from("/etc/openstack")),
        ];
        let files = folders
            .into_iter()
            .flatten()
            .flat_map(|folder| ENDINGS.map(|ending| folder.join(format!("{name}.{ending}"))));
        chosen.into_iter().chain(files).collect()
    }

    /// The first of the files that exists.
    fn first(&self, candidates: &[PathBuf]) -> Result<Option<(PathBuf, Value)>, Error> {
        for path in candidates {
            let text = match (self.read)(path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    return Err(Error::invalid(format_args!("{}: {error}", path.display())));
                }
            };
            return parse(path, &text).map(|tree| Some((path.clone(), tree)));
        }
        Ok(None)
    }
}

/// The reader of YAML is told not to show the file, and what it says is not passed on:
/// a password may stand there.
fn parse(path: &Path, text: &str) -> Result<Value, Error> {
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().map(|at| format!(" at line {}", at.line()));
        let place = place.unwrap_or_default();
        Error::invalid(format_args!("{}: is no valid YAML{place}", path.display()))
    })
}

fn cloud(tree: &Value, name: &str) -> Option<Map<String, Value>> {
    tree.get("clouds")?.get(name)?.as_object().cloned()
}

fn unknown(name: &str, file: &Path, tree: &Value) -> Error {
    let known = tree.get("clouds").and_then(Value::as_object);
    let known: Vec<_> = known.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    let file = file.display();
    match known.as_slice() {
        [] => Error::invalid(format_args!("{file}: holds no clouds")),
        known => {
            let known = known.join(", ");
            Error::invalid(format_args!("{file}: holds no cloud {name:?}; these are: {known}"))
        }
    }
}

/// Puts the members of `over` into `base`, objects member by member.
fn merge(base: &mut Map<String, Value>, over: Map<String, Value>) {
    for (name, value) in over {
        match (base.get_mut(&name), value) {
            (Some(Value::Object(base)), Value::Object(over)) => merge(base, over),
            (_, value) => _ = base.insert(name, value),
        }
    }
}
