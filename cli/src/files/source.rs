//! A file as it was read, and as much of it as may be shown.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_saphyr::{Error, UserMessageFormatter};

use super::tree::{At, Node, Value};
use crate::problems::{Place, Problem, Snippet};

/// What a file may have at most: a thousand pairs are less than a megabyte.
const LARGEST: u64 = 16 << 20;

/// A file, or standard input.
pub(crate) struct Source {
    /// What the user calls it.
    pub(crate) name: String,
    /// Where paths in it start.
    pub(crate) folder: PathBuf,
    text: String,
    /// Of each byte, whether it may be shown: names of settings and values that are no key.
    /// Comments may hold an old key.
    is_open: Vec<bool>,
}

impl Source {
    /// Reads a file; `-` is standard input.
    pub(crate) fn read(path: &Path) -> Result<Self, Problem> {
        let is_stdin = path == Path::new("-");
        let name = if is_stdin { "stdin".to_owned() } else { path.display().to_string() };
        let bytes =
            if is_stdin { all_of(io::stdin().lock()) } else { File::open(path).and_then(all_of) };
        let text = bytes.and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "is not UTF-8 text"))
        });
        let text = text.map_err(|error| Problem::error(format!("{name}: {error}")))?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let folder = path.parent().filter(|_| !is_stdin).map(Path::to_owned).unwrap_or_default();
        Ok(Self { name, folder, is_open: Vec::new(), text })
    }

    /// Its documents; empty ones are left out.
    pub(crate) fn documents(&mut self) -> Result<Vec<Node>, Problem> {
        let options = serde_saphyr::options! {
            // A line may hold a key.
            with_snippet: false,
            // As JSON Schema and YAML 1.2 have it: `no` is a text.
            strict_booleans: true,
        };
        match serde_saphyr::from_multiple_with_options(&self.text, options) {
            Ok(documents) => {
                let is_mark = |byte: u8| b" \t\r\n{}[],:-?\"'".contains(&byte);
                self.is_open = self.text.bytes().map(is_mark).collect();
                Ok(documents)
            }
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    fn unreadable(&self, error: &Error) -> Problem {
        let message = match error.without_snippet() {
            // The key may be a value whose colon lacks its blank.
            Error::DuplicateMappingKey { key: Some(key), .. } if is_name(key) => {
                format!("the key `{key}` is there twice")
            }
            Error::DuplicateMappingKey { .. } => "a key is there twice".to_owned(),
            error => {
                let text = error.render_with_formatter(&UserMessageFormatter);
                // The place is said apart.
                text.rsplit_once(" at line ").map_or(text.clone(), |(text, _)| text.to_owned())
            }
        };
        let place = error.location().map(|at| Box::new(self.place(&[], &at.into(), false)));
        Problem { place, rule: Some("syntax".into()), ..Problem::error(message) }
    }

    /// Marks the bytes of a key or a scalar.
    pub(super) fn mark(&mut self, at: &At, open: bool) {
        if let Some(bytes) = self.is_open.get_mut(at.bytes.clone()) {
            bytes.fill(open);
        }
    }

    /// A place in this file, with as much of its line as may be shown.
    pub(crate) fn place(&self, steps: &[String], at: &At, with_snippet: bool) -> Place {
        Place {
            file: self.name.clone(),
            line: at.line,
            column: at.column,
            pointer: super::pointer(steps),
            snippet: if with_snippet { self.snippet(at) } else { None },
        }
    }

    /// The line up to what must not be shown.
    fn snippet(&self, at: &At) -> Option<Snippet> {
        let Range { start, end } = at.bytes.clone();
        let before = self.text.get(..start)?;
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = self.text.get(line_start..)?.lines().next()?;
        let open = self.is_open.get(line_start..line_start + line.len())?;
        let shown = open.iter().position(|open| !open).unwrap_or(line.len());
        let shown = line.get(..shown)?;
        let (start, end) = (start - line_start, end.saturating_sub(line_start));
        let start = start.min(shown.len());
        let is_telling = shown.contains(|c: char| c.is_ascii_alphanumeric());
        is_telling
            .then(|| Snippet { text: shown.to_owned(), span: start..end.clamp(start, shown.len()) })
    }
}

/// Whether a key looks like the name of a setting.
pub(super) fn is_name(key: &str) -> bool {
    key.len() <= 40
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl Node {
    /// Marks whether the values of this may be shown; its keys may if they look like names.
    pub(super) fn mark(&self, source: &mut Source, open: bool) {
        match &self.value {
            Value::List(items) => items.iter().for_each(|item| item.mark(source, open)),
            Value::Object(members) => {
                for (key, node) in members {
                    source.mark(&key.at, is_name(&key.name));
                    node.mark(source, open);
                }
            }
            _ => source.mark(&self.at, open),
        }
    }
    /// Marks texts that contain a key: it may stand in another field by mistake.
    pub(super) fn close(&self, key: &str, source: &mut Source) {
        match &self.value {
            Value::List(items) => items.iter().for_each(|item| item.close(key, source)),
            Value::Object(members) => members.iter().for_each(|(_, node)| node.close(key, source)),
            Value::Text(text) if text.contains(key) => source.mark(&self.at, false),
            _ => {}
        }
    }
}

fn all_of(file: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > LARGEST {
        true => Err(io::Error::other("is larger than 16 MiB")),
        false => Ok(bytes),
    }
}
