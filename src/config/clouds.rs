//! `clouds.yaml`, and `secure.yaml` beside it.

use std::io::ErrorKind;
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::names::{self, BELOW_AUTH};
use super::settings::{Settings, System};
use crate::document::endpoints::PROFILES;
use crate::error::Error;

type Tree = Map<String, Value>;

impl Settings {
    /// The settings of a cloud in `clouds.yaml`, which those in `secure.yaml` override. Of
    /// each file the first that can be read counts, in the order of the OpenStack tools.
    pub(crate) fn from_cloud(system: &System<'_>, name: &str) -> Result<Self, Error> {
        let clouds = Search::run(system, "clouds", "OS_CLIENT_CONFIG_FILE")?;
        let secure = Search::run(system, "secure", "OS_CLIENT_SECURE_FILE")?;
        let mut files = Vec::new();
        let mut tree = Tree::new();
        for (path, file) in [&clouds, &secure].into_iter().flat_map(|search| &search.found) {
            check_strings(file, name).map_err(|error| error.in_context(path))?;
            files.push(path.as_str());
            merge(&mut tree, file.clone());
        }
        if files.is_empty() {
            return Err(Error::invalid(clouds.failure()));
        }
        let cloud = cloud(&tree, name).cloned().map(with_region);
        let notes = [clouds.note(), secure.note(), cloud.as_ref().and_then(unknown_profile)];
        let notes = notes.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let mut files = files.join(" and ");
        if !notes.is_empty() {
            files.push_str(&format!(" ({notes})"));
        }
        let cloud = cloud.ok_or_else(|| unknown_cloud(name, &files, &tree))?;
        let place = format!("the cloud {name:?} in {files}");
        Self::read(place, true, |name| Ok(value(&cloud, name)))
    }
}

/// The search for a file.
struct Search {
    stem: &'static str,
    found: Option<(String, Tree)>,
    missing: Vec<String>,
    denied: Vec<String>,
}

impl Search {
    fn run(system: &System<'_>, stem: &'static str, variable: &str) -> Result<Self, Error> {
        let mut search = Self { stem, found: None, missing: Vec::new(), denied: Vec::new() };
        for file in candidates(system, stem, variable) {
            let path = file.display().to_string();
            match (system.read)(&file) {
                Ok(text) => {
                    let tree = parse(&text).map_err(|error| error.in_context(&path))?;
                    search.found = Some((path, tree));
                    break;
                }
                Err(error) => match error.kind() {
                    ErrorKind::NotFound | ErrorKind::NotADirectory => search.missing.push(path),
                    // Perhaps somebody else's folder; the OpenStack tools go on, too.
                    ErrorKind::PermissionDenied => search.denied.push(path),
                    _ => return Err(Error::invalid(error).in_context(&path)),
                },
            }
        }
        Ok(search)
    }

    fn failure(&self) -> String {
        let searched = self.missing.join(", ");
        let denied = self.denied().map(|denied| format!("; {denied}")).unwrap_or_default();
        format!("no {}.yaml found; searched {searched}{denied}", self.stem)
    }

    /// What explains a missing setting.
    fn note(&self) -> Option<String> {
        let is_found = self.found.is_some();
        self.denied().or_else(|| (!is_found).then(|| format!("no {}.yaml found", self.stem)))
    }

    fn denied(&self) -> Option<String> {
        let denied = self.denied.join(", ");
        (!denied.is_empty()).then(|| format!("permission denied for {denied}"))
    }
}

/// The file that the variable names, and those in the folders of the OpenStack tools.
fn candidates(system: &System<'_>, stem: &str, variable: &str) -> Vec<PathBuf> {
    let mut folders = vec![system.folder.clone()];
    folders.extend(system.path("XDG_CONFIG_HOME").map(|config| config.join("openstack")));
    folders.extend(system.path("HOME").map(|home| home.join(".config/openstack")));
    folders.push(PathBuf::from("/etc/openstack"));
    folders.dedup();
    let files = folders
        .iter()
        .flat_map(|folder| ["yaml", "yml"].map(|ending| folder.join(format!("{stem}.{ending}"))));
    let chosen = system.path(variable).map(|path| system.folder.join(path));
    chosen.into_iter().chain(files).collect()
}

/// Reads a file; an empty one has no clouds. The error of the YAML reader is not passed
/// on, since it may quote a password.
fn parse(text: &[u8]) -> Result<Tree, Error> {
    let text = std::str::from_utf8(text).map_err(|_| Error::invalid("not valid UTF-8"))?;
    let options = serde_saphyr::options! { with_snippet: false };
    let tree = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let at = error.location().map(|at| format!(" at line {}", at.line())).unwrap_or_default();
        let (problem, advice) = match error {
            // Such as the id 1e99…
            serde_saphyr::Error::NonFiniteFloat { .. } => {
                ("number out of range", "; if it is a string, quote it")
            }
            serde_saphyr::Error::DuplicateMappingKey { .. } => ("duplicate key", ""),
            _ => ("invalid YAML", "; if a value has special characters, quote it"),
        };
        Error::invalid(format_args!("{problem}{at}{advice}"))
    })?;
    match tree {
        Value::Object(tree) => Ok(tree),
        Value::Null => Ok(Tree::new()),
        _ => Err(Error::invalid("must be a mapping with the key `clouds`")),
    }
}

fn cloud<'a>(tree: &'a Tree, name: &str) -> Option<&'a Tree> {
    tree.get("clouds")?.get(name)?.as_object()
}

fn unknown_cloud(name: &str, files: &str, tree: &Tree) -> Error {
    let known = tree.get("clouds").and_then(Value::as_object).into_iter().flatten();
    let known: Vec<_> =
        known.filter(|(_, cloud)| cloud.is_object()).map(|(name, _)| name.as_str()).collect();
    let known = match known.as_slice() {
        [] => "no clouds are defined".to_owned(),
        known => format!("the clouds there are: {}", known.join(", ")),
    };
    Error::invalid(format_args!("no cloud {name:?} in {files}; {known}"))
}

/// Rejects settings that YAML does not read as strings, and so not as they are written:
/// `1_000`, `0x1F`, `1e5`, `0089`, `yes`.
fn check_strings(tree: &Tree, name: &str) -> Result<(), Error> {
    let (key, problem) = match cloud(tree, name).and_then(|cloud| not_a_string(cloud, "")) {
        None => return Ok(()),
        Some((key, Value::Array(_) | Value::Object(_))) => (key, "must be a single string"),
        Some((key, _)) => (key, "is not a string in YAML: quote it"),
    };
    Err(Error::invalid(format_args!("{key} of the cloud {name:?} {problem}")))
}

/// The first setting that is not a string, with its path, such as `auth.password`.
fn not_a_string<'a>(tree: &'a Tree, path: &str) -> Option<(String, &'a Value)> {
    tree.iter().find_map(|(name, value)| {
        let key = format!("{path}{name}");
        let below = format!("{key}.");
        match (name.as_str(), value) {
            ("auth" | "values", Value::Object(inner)) => not_a_string(inner, &below),
            ("regions", Value::Array(regions)) => {
                let mut regions = regions.iter().filter_map(Value::as_object);
                regions.find_map(|inner| not_a_string(inner, &below))
            }
            (_, Value::String(_) | Value::Null) | ("verify" | "insecure", _) => None,
            (name, value) => names::all().any(|known| known == name).then_some((key, value)),
        }
    })
}

/// The cloud with the values of its region: the one that it chooses, or else the first in
/// its list.
fn with_region(mut cloud: Tree) -> Tree {
    let Some(Value::Array(regions)) = cloud.remove("regions") else { return cloud };
    let name = |region: &Value| region.get("name").unwrap_or(region).as_str().map(str::to_owned);
    let chosen = cloud.get("region_name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let mut regions = regions.iter();
    let region = regions.find(|region| chosen.is_none() || name(region).as_deref() == chosen);
    if let Some(name) = region.and_then(name) {
        cloud.insert("region_name".to_owned(), Value::String(name));
    }
    if let Some(Value::Object(values)) = region.and_then(|region| region.get("values")) {
        merge(&mut cloud, values.clone());
    }
    cloud
}

/// Overrides the members of `base`, objects member by member, where `over` is not null.
fn merge(base: &mut Tree, over: Tree) {
    for (name, value) in over {
        match (base.get_mut(&name), value) {
            (_, Value::Null) => {}
            (Some(Value::Object(base)), Value::Object(over)) => merge(base, over),
            (_, value) => _ = base.insert(name, value),
        }
    }
}

/// A setting of a cloud; for a profile, its first region.
fn value(cloud: &Tree, name: &str) -> Option<String> {
    let mut places = [cloud.get("auth").and_then(|auth| auth.get(name)), cloud.get(name)];
    if !BELOW_AUTH.iter().any(|key| key.contains(&name)) {
        places.reverse();
    }
    let text = places.into_iter().flatten().find_map(|value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        flag => Some(flag.to_string()),
    })?;
    match name {
        "profile" | "cloud" => profile(&text)?.first().map(|region| (*region).to_owned()),
        _ => Some(text),
    }
}

/// The regions of a profile.
fn profile(name: &str) -> Option<&'static [&'static str]> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, regions)| *regions)
}

fn unknown_profile(cloud: &Tree) -> Option<String> {
    let name = ["profile", "cloud"].iter().find_map(|name| cloud.get(*name)?.as_str())?;
    let known: Vec<_> = PROFILES.iter().map(|(known, _)| *known).collect();
    (!name.is_empty() && profile(name).is_none())
        .then(|| format!("unknown profile {name:?}; known: {}", known.join(", ")))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::io;
    use std::path::Path;

    use super::*;
    use crate::config::names::{PASSWORD, TOKEN};

    const CLOUD: &str = "clouds: { otc: { auth: { token: t } } }";

    /// The settings of the cloud `otc`, on a machine with these files.
    fn settings(files: &[(&str, io::Result<&str>)]) -> Result<Settings, String> {
        let system = System {
            folder: PathBuf::from("/here"),
            variable: &|name| match name {
                "HOME" => Some(OsString::from("/users/u")),
                "OS_CLIENT_CONFIG_FILE" => Some(OsString::from("mine.yaml")),
                _ => None,
            },
            read: &|path| match files.iter().find(|(known, _)| path == Path::new(known)) {
                Some((_, Ok(text))) => Ok(text.as_bytes().to_owned()),
                Some((_, Err(error))) => Err(error.kind().into()),
                None => Err(ErrorKind::NotFound.into()),
            },
        };
        Settings::from_cloud(&system, "otc").map_err(|error| error.to_string())
    }

    #[test]
    fn files_without_permission_are_skipped_and_named() {
        let forbidden = || Err(ErrorKind::PermissionDenied.into());
        let no_folder = || Err(ErrorKind::NotADirectory.into());
        let here = ("/here/clouds.yaml", forbidden());
        let home = ("/users/u/.config/openstack/clouds.yaml", no_folder());
        assert_eq!(
            settings(&[here, home]).unwrap_err(),
            "no clouds.yaml found; searched /here/mine.yaml, /here/clouds.yml, \
             /users/u/.config/openstack/clouds.yaml, /users/u/.config/openstack/clouds.yml, \
             /etc/openstack/clouds.yaml, /etc/openstack/clouds.yml; \
             permission denied for /here/clouds.yaml"
        );
        let found = settings(&[
            ("/here/clouds.yaml", forbidden()),
            ("/here/secure.yaml", forbidden()),
            ("/users/u/.config/openstack/clouds.yaml", Ok(CLOUD)),
        ]);
        let found = found.unwrap();
        assert_eq!(found.get(TOKEN), Some("t"));
        assert_eq!(
            found.place,
            "the cloud \"otc\" in /users/u/.config/openstack/clouds.yaml \
             (permission denied for /here/clouds.yaml, permission denied for /here/secure.yaml)"
        );
        let broken = ("/here/clouds.yaml", Err(ErrorKind::IsADirectory.into()));
        assert!(settings(&[broken]).unwrap_err().starts_with("/here/clouds.yaml: "));
    }

    #[test]
    fn files_are_merged_whole_and_null_overrides_nothing() {
        let secure = "clouds: { otc: { auth: { token: null, password: p } }, other: {} }";
        let both = [("/here/clouds.yaml", Ok(CLOUD)), ("/here/secure.yaml", Ok(secure))];
        let merged = settings(&both).unwrap();
        assert_eq!((merged.get(TOKEN), merged.get(PASSWORD)), (Some("t"), Some("p")));
        // An empty file counts as one that is there.
        let empty = [("/here/clouds.yaml", Ok("")), ("/here/secure.yaml", Ok(CLOUD))];
        assert_eq!(settings(&empty).unwrap().get(TOKEN), Some("t"));
        let no_cloud = settings(&[("/here/clouds.yaml", Ok(""))]).unwrap_err();
        assert!(no_cloud.ends_with("; no clouds are defined"), "{no_cloud}");
        let no_mapping = settings(&[("/here/clouds.yaml", Ok("- otc"))]).unwrap_err();
        assert_eq!(no_mapping, "/here/clouds.yaml: must be a mapping with the key `clouds`");
    }
}
