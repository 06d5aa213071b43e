//! Pre-shared keys that stand elsewhere: `psk: {env: NAME}` and `psk: {file: PATH}`.

use std::env::VarError;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::tree::{Node, Value};
use crate::problems::Problem;

/// Whether keys that stand elsewhere must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// They are checked where they can be read.
    Needed,
    IfThere,
}

/// Where a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    Variable(String),
    File(String),
}

/// Stands for a key that need not be there. It keeps the rules, and is never sent.
pub(super) const PLACEHOLDER: &str = "Placeholder-Key-1";

/// More than a key can have.
const LARGEST: u64 = 4096;

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::File(path) => write!(f, "the file {path}"),
        }
    }
}

impl KeySource {
    /// Reads `{env: NAME}` or `{file: PATH}`; none for anything but an object.
    pub(super) fn of(node: &Node) -> Option<Result<Self, Problem>> {
        let Value::Object(members) = &node.value else { return None };
        let source = match members.as_slice() {
            [(key, node)] => match (key.name.as_str(), node.text()) {
                (_, None | Some("")) => None,
                ("env", Some(name)) => Some(Self::Variable(name.to_owned())),
                ("file", Some(path)) => Some(Self::File(path.to_owned())),
                _ => None,
            },
            _ => None,
        };
        let problem = || {
            Problem::error(
                "a pre-shared key must be a text in quotes, `{ env: NAME }` for a variable of \
                 the environment, or `{ file: PATH }` for a file that holds nothing else",
            )
        };
        Some(source.ok_or_else(problem))
    }

    /// The key, with a warning if others can read it, too.
    pub(crate) fn read(&self, folder: &Path) -> Result<(String, Option<Problem>), String> {
        match self {
            Self::Variable(name) => match std::env::var(name) {
                Ok(key) if !key.is_empty() => Ok((key, None)),
                Err(VarError::NotUnicode(_)) => Err(format!("{self} is not UTF-8 text")),
                _ => Err(format!("{self} is not set")),
            },
            Self::File(path) => {
                let file = File::open(folder.join(path)).and_then(|file| {
                    let mut key = String::new();
                    (&file).take(LARGEST + 1).read_to_string(&mut key)?;
                    Ok((file, key))
                });
                let (file, mut key) = file.map_err(|error| format!("{self}: {error}"))?;
                if key.len() as u64 > LARGEST {
                    return Err(format!("{self} is too large for a key"));
                }
                // Editors end a file with one.
                let line = key.strip_suffix('\n').unwrap_or(&key);
                key.truncate(line.strip_suffix('\r').unwrap_or(line).len());
                Ok((key, self.is_open_to_others(&file)))
            }
        }
    }

    #[cfg(unix)]
    fn is_open_to_others(&self, file: &File) -> Option<Problem> {
        use std::os::unix::fs::PermissionsExt;
        let metadata = file.metadata().ok()?;
        let is_open = metadata.is_file() && metadata.permissions().mode() & 0o077 != 0;
        is_open.then(|| {
            let message = format!("{self} can be read by others; `chmod 600` closes it");
            Problem::warning("key-file-open", message)
        })
    }

    #[cfg(not(unix))]
    fn is_open_to_others(&self, _: &File) -> Option<Problem> {
        None
    }
}
