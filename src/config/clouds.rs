//! `clouds.yaml`, and `secure.yaml` beside it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::settings::{Part, is_member};
use super::{Place, Settings};
use crate::error::Error;

/// A kind of file: what it is called, and the variable that names another one.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    variable: &'static str,
}

const CLOUDS: Kind = Kind { name: "clouds", variable: "OS_CLIENT_CONFIG_FILE" };
const SECURE: Kind = Kind { name: "secure", variable: "OS_CLIENT_SECURE_FILE" };
const ENDINGS: [&str; 2] = ["yaml", "yml"];

/// The machine as far as settings come from it.
pub(crate) struct Machine<'a> {
    /// The present folder.
    pub(crate) folder: PathBuf,
    pub(crate) variable: &'a dyn Fn(&str) -> Option<OsString>,
    pub(crate) read: &'a dyn Fn(&Path) -> io::Result<String>,
}

impl Settings {
    /// The settings of a cloud. The first file of each kind that can be read is read, in
    /// the order of the OpenStack tools, and what `secure.yaml` says goes first.
    pub(crate) fn of_cloud_on(machine: &Machine<'_>, name: &str) -> Result<Self, Error> {
        let clouds = machine.look_for(CLOUDS)?;
        let secure = machine.look_for(SECURE)?;
        let mut files = Vec::new();
        let mut tree = Map::new();
        for (path, file) in [&clouds, &secure].into_iter().flat_map(|looked| &looked.found) {
            check_texts(path, file, name)?;
            files.push(path.display().to_string());
            merge(&mut tree, file.clone());
        }
        if files.is_empty() {
            return Err(Error::invalid(clouds.in_vain(CLOUDS)));
        }
        let notes = [(&clouds, CLOUDS), (&secure, SECURE)];
        let notes = notes.into_iter().filter_map(|(looked, kind)| looked.note(kind));
        let place = Place::Cloud {
            name: name.to_owned(),
            files,
            notes: notes.collect::<Vec<_>>().join(", "),
        };
        let cloud = cloud(&tree, name).cloned().ok_or_else(|| unknown(&place, &tree))?;
        let cloud = Value::Object(with_region(cloud));
        Ok(Self::of_cloud(place, |part, name| {
            let holder = match part {
                Part::Auth => cloud.get("auth")?,
                Part::Cloud => &cloud,
            };
            holder.get(name)?.as_str().map(str::to_owned)
        }))
    }
}

/// What looking for a file gave.
struct Looked {
    found: Option<(PathBuf, Map<String, Value>)>,
    /// What is not there.
    missing: Vec<PathBuf>,
    /// What is there, perhaps, and may not be read.
    forbidden: Vec<PathBuf>,
}

impl Looked {
    /// Where it was looked for.
    fn in_vain(&self, kind: Kind) -> String {
        let mut text =
            format!("there is no {}.yaml; looked for {}", kind.name, list(&self.missing));
        if !self.forbidden.is_empty() {
            text.push_str(&format!("; {} may not be read", list(&self.forbidden)));
        }
        text
    }

    /// What somebody should know who misses a setting.
    fn note(&self, kind: Kind) -> Option<String> {
        match (self.forbidden.as_slice(), &self.found) {
            ([], Some(_)) => None,
            ([], None) => Some(format!("there is no {}.yaml", kind.name)),
            (forbidden, _) => Some(format!("{} may not be read", list(forbidden))),
        }
    }
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

impl Machine<'_> {
    /// The folders that are looked into, in their order.
    fn folders(&self) -> Vec<PathBuf> {
        let of = |variable: &str| {
            let value = (self.variable)(variable).filter(|path| !path.is_empty());
            value.map(PathBuf::from)
        };
        let config = of("XDG_CONFIG_HOME").map(|config| config.join("openstack"));
        let home = of("HOME").map(|home| home.join(".config/openstack"));
        let site = Some(PathBuf::from("/etc/openstack"));
        let mut folders = vec![self.folder.clone()];
        folders.extend([config, home, site].into_iter().flatten());
        folders.dedup();
        folders
    }

    fn candidates(&self, kind: Kind) -> Vec<PathBuf> {
        let chosen = (self.variable)(kind.variable).filter(|path| !path.is_empty());
        let chosen = chosen.map(|path| self.folder.join(path));
        let files = self.folders().into_iter().flat_map(|folder| {
            ENDINGS.map(|ending| folder.join(format!("{}.{ending}", kind.name)))
        });
        chosen.into_iter().chain(files).collect()
    }

    /// The first of the files that can be read.
    fn look_for(&self, kind: Kind) -> Result<Looked, Error> {
        let mut looked = Looked { found: None, missing: Vec::new(), forbidden: Vec::new() };
        for path in self.candidates(kind) {
            match (self.read)(&path) {
                Ok(text) => {
                    let tree = parse(&path, &text)?;
                    looked.found = Some((path, tree));
                    break;
                }
                Err(error) => match error.kind() {
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                        looked.missing.push(path);
                    }
                    // The folder of somebody else; the OpenStack tools go on, too.
                    io::ErrorKind::PermissionDenied => looked.forbidden.push(path),
                    _ => return Err(Error::invalid(format_args!("{}: {error}", path.display()))),
                },
            }
        }
        Ok(looked)
    }
}

/// The reader of YAML is told not to show the file, and what it says is not passed on:
/// a password may stand there. An empty file is one without clouds.
fn parse(path: &Path, text: &str) -> Result<Map<String, Value>, Error> {
    let options = serde_saphyr::options! { with_snippet: false };
    let tree = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let problem = match error {
            // Such as the id 1e99…, which is too large for a number.
            serde_saphyr::Error::NonFiniteFloat { .. } => {
                "holds what reads as a number and may be a text, which must stand in quotes,"
            }
            _ => "is no valid YAML",
        };
        let place = error.location().map(|at| format!(" at line {}", at.line()));
        let place = place.unwrap_or_default();
        Error::invalid(format_args!("{}: {problem}{place}", path.display()))
    })?;
    match tree {
        Value::Object(tree) => Ok(tree),
        Value::Null => Ok(Map::new()),
        _ => Err(Error::invalid(format_args!("{}: holds no clouds", path.display()))),
    }
}

fn cloud<'a>(tree: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    tree.get("clouds")?.get(name)?.as_object()
}

fn unknown(place: &Place, tree: &Map<String, Value>) -> Error {
    let known = tree.get("clouds").and_then(Value::as_object);
    let known: Vec<_> = known.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    match known.as_slice() {
        [] => Error::invalid(format_args!("{place} is not there, nor is any other")),
        known => {
            Error::invalid(format_args!("{place} is not there; these are: {}", known.join(", ")))
        }
    }
}

/// A setting of a cloud that YAML reads as something else than a text is no longer what
/// stands in the file: `1_000`, `0x1F`, `1e5`, `0089`, `yes`.
fn check_texts(path: &Path, tree: &Map<String, Value>, name: &str) -> Result<(), Error> {
    let Some((key, value)) = cloud(tree, name).and_then(|cloud| no_text(cloud, "")) else {
        return Ok(());
    };
    let advice = match value {
        Value::Array(_) | Value::Object(_) => "it must be one text",
        _ => "write it in quotes",
    };
    Err(Error::invalid(format_args!(
        "{}: {key} of the cloud {name:?} is read as something else than a text: {advice}",
        path.display()
    )))
}

/// The first setting that is no text, and its path, such as `auth.password`.
fn no_text<'a>(holder: &'a Map<String, Value>, path: &str) -> Option<(String, &'a Value)> {
    holder.iter().find_map(|(name, value)| {
        let key = format!("{path}{name}");
        let below = format!("{key}.");
        match (name.as_str(), value) {
            ("auth" | "values", Value::Object(inner)) => no_text(inner, &below),
            ("regions", Value::Array(regions)) => {
                regions.iter().filter_map(Value::as_object).find_map(|inner| no_text(inner, &below))
            }
            (_, Value::String(_) | Value::Null) => None,
            (name, value) => is_member(name).then_some((key, value)),
        }
    })
}

/// The cloud with what it says of its region: of the one that it chooses, or else of the
/// first in its list.
fn with_region(mut cloud: Map<String, Value>) -> Map<String, Value> {
    let Some(Value::Array(regions)) = cloud.remove("regions") else { return cloud };
    let name = |region: &Value| region.get("name").unwrap_or(region).as_str().map(str::to_owned);
    let chosen = cloud.get("region_name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let region = match chosen {
        Some(chosen) => regions.iter().find(|region| name(region).as_deref() == Some(chosen)),
        None => regions.first(),
    };
    if let Some(name) = region.and_then(name) {
        cloud.insert("region_name".to_owned(), Value::String(name));
    }
    if let Some(Value::Object(values)) = region.and_then(|region| region.get("values")) {
        merge(&mut cloud, values.clone());
    }
    cloud
}

/// Puts the members of `over` into `base`, objects member by member. What is null says
/// nothing.
fn merge(base: &mut Map<String, Value>, over: Map<String, Value>) {
    for (name, value) in over {
        match (base.get_mut(&name), value) {
            (_, Value::Null) => {}
            (Some(Value::Object(base)), Value::Object(over)) => merge(base, over),
            (_, value) => _ = base.insert(name, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Key;

    const CLOUD: &str = "clouds: { otc: { auth: { token: t } } }";

    /// The settings of the cloud `otc`, on a machine with these files.
    fn settings(files: &[(&str, io::Result<&str>)]) -> Result<Settings, String> {
        let machine = Machine {
            folder: PathBuf::from("/here"),
            variable: &|name| match name {
                "HOME" => Some(OsString::from("/users/u")),
                "OS_CLIENT_CONFIG_FILE" => Some(OsString::from("mine.yaml")),
                _ => None,
            },
            read: &|path| match files.iter().find(|(known, _)| path == Path::new(known)) {
                Some((_, Ok(text))) => Ok((*text).to_owned()),
                Some((_, Err(error))) => Err(error.kind().into()),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        };
        Settings::of_cloud_on(&machine, "otc").map_err(|error| error.to_string())
    }

    #[test]
    fn what_may_not_be_read_is_passed_over_and_named() {
        let forbidden = || Err(io::ErrorKind::PermissionDenied.into());
        let no_folder = || Err(io::ErrorKind::NotADirectory.into());
        let here = ("/here/clouds.yaml", forbidden());
        let home = ("/users/u/.config/openstack/clouds.yaml", no_folder());
        assert_eq!(
            settings(&[here, home]).unwrap_err(),
            "there is no clouds.yaml; looked for /here/mine.yaml, /here/clouds.yml, \
             /users/u/.config/openstack/clouds.yaml, /users/u/.config/openstack/clouds.yml, \
             /etc/openstack/clouds.yaml, /etc/openstack/clouds.yml; \
             /here/clouds.yaml may not be read"
        );
        let found = settings(&[
            ("/here/clouds.yaml", forbidden()),
            ("/here/secure.yaml", forbidden()),
            ("/users/u/.config/openstack/clouds.yaml", Ok(CLOUD)),
        ]);
        let found = found.unwrap();
        assert_eq!(found.get(Key::Token), Some("t"));
        assert_eq!(
            found.place().to_string(),
            "the cloud \"otc\" in /users/u/.config/openstack/clouds.yaml \
             (/here/clouds.yaml may not be read, /here/secure.yaml may not be read)"
        );
        let broken = ("/here/clouds.yaml", Err(io::ErrorKind::IsADirectory.into()));
        assert!(settings(&[broken]).unwrap_err().starts_with("/here/clouds.yaml: "));
    }

    #[test]
    fn whole_files_are_merged_and_null_says_nothing() {
        let secure = "clouds: { otc: { auth: { token: null, password: p } }, other: {} }";
        let both = [("/here/clouds.yaml", Ok(CLOUD)), ("/here/secure.yaml", Ok(secure))];
        let merged = settings(&both).unwrap();
        assert_eq!((merged.get(Key::Token), merged.get(Key::Password)), (Some("t"), Some("p")));
        // An empty file counts as one that is there.
        let empty = [("/here/clouds.yaml", Ok("")), ("/here/secure.yaml", Ok(CLOUD))];
        assert_eq!(settings(&empty).unwrap().get(Key::Token), Some("t"));
        let no_cloud = settings(&[("/here/clouds.yaml", Ok(""))]).unwrap_err();
        assert!(no_cloud.ends_with("is not there, nor is any other"), "{no_cloud}");
        let no_mapping = settings(&[("/here/clouds.yaml", Ok("- otc"))]).unwrap_err();
        assert_eq!(no_mapping, "/here/clouds.yaml: holds no clouds");
    }
}
