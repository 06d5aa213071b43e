//! `cargo xtask codegen`: the Rust that the build makes of the document.

mod surface;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use serde_json::Value;
use similar::TextDiff;

use crate::{FINDINGS, cargo, finish, shown, trouble, workspace};

pub(crate) const USAGE: &str = "\
Show the Rust that the build makes of the OpenAPI document.

Usage: cargo xtask codegen [--write FOLDER | --check FILE | --bless FILE]

Builds the library and prints every generated file, formatted, each after a line
with its name. To see what an edit of the document changes, write them to one
folder before it and to another after it, and compare the two.

  --write FOLDER  Write the generated files to FOLDER instead
  --check FILE    Compare the public surface with the one that FILE keeps
  --bless FILE    Write the public surface to FILE

The public surface is what users can name, of the generated and of the
hand-written sources: items, fields and signatures, without bodies and
documentation. Constants keep their values. It is kept in tests/public-api.txt,
and CI checks it there, so that a change by an edit of ours or by a new
generator shows in review.

Exit status: 0 when FILE holds, 1 when it does not, 2 when the library cannot be
built, a file cannot be read, or the command is wrong.
";

pub(crate) enum Arguments {
    Print,
    Write(PathBuf),
    Check(PathBuf),
    Bless(PathBuf),
}

/// Reads what follows `codegen`; `None` if it asks for help.
///
/// # Errors
///
/// What is wrong with the command.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Option<Arguments>, String> {
    let texts: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    match texts.as_slice() {
        [] => Ok(Some(Arguments::Print)),
        ["--help" | "-h", ..] | [.., "--help" | "-h"] => Ok(None),
        ["--write", folder] => Ok(Some(Arguments::Write(PathBuf::from(folder)))),
        ["--check", file] => Ok(Some(Arguments::Check(PathBuf::from(file)))),
        ["--bless", file] => Ok(Some(Arguments::Bless(PathBuf::from(file)))),
        _ => {
            let allowed = "nothing, `--write FOLDER`, `--check FILE` or `--bless FILE`";
            Err(format!("`codegen` takes {allowed}"))
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match answer(arguments) {
        Ok((text, is_right)) => finish(&text, if is_right { 0 } else { FINDINGS }),
        Err(message) => trouble(&message),
    }
}

/// A file of Rust.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// What there is to print, and whether all is as it should be.
fn answer(arguments: &Arguments) -> Result<(String, bool), String> {
    let generated = generated()?;
    match arguments {
        Arguments::Print => {
            let file = |Source { name, text }: &Source| format!("// {name}\n{text}\n");
            Ok((generated.iter().map(file).collect(), true))
        }
        Arguments::Write(folder) => {
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("{}: {error}", shown(folder)))?;
            generated.iter().try_for_each(|it| write(&folder.join(&it.name), &it.text))?;
            Ok((String::new(), true))
        }
        Arguments::Bless(file) => write(file, &surface(generated)?).map(|()| (String::new(), true)),
        Arguments::Check(file) => check(file, &surface(generated)?),
    }
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", shown(file)))
}

/// The public surface of the library.
fn surface(generated: Vec<Source>) -> Result<String, String> {
    let mut sources = Vec::new();
    read(&workspace().join("src"), "src/", &mut sources)?;
    let generated = generated.into_iter();
    sources.extend(generated.map(|it| Source { name: format!("generated {}", it.name), ..it }));
    surface::of(&sources)
}

fn check(file: &Path, surface: &str) -> Result<(String, bool), String> {
    let name = shown(file);
    let kept = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    Ok(match compare(&name, &kept, surface) {
        None => (format!("{name}: is the public surface\n"), true),
        Some(difference) => {
            let text = format!(
                "{difference}{name}: the public surface differs\n\
                 If this is meant, and in CHANGELOG.md: cargo xtask codegen --bless {name}\n"
            );
            (text, false)
        }
    })
}

/// The difference line by line, if there is one.
fn compare(name: &str, kept: &str, surface: &str) -> Option<String> {
    let difference = TextDiff::from_lines(kept, surface);
    let text = difference.unified_diff().header(name, "the sources").to_string();
    (kept != surface).then_some(text)
}

/// The generated files of the library.
pub(crate) fn generated() -> Result<Vec<Source>, String> {
    let mut sources = Vec::new();
    read(&output_folder()?, "", &mut sources)?;
    Ok(sources)
}

/// Builds the library; cargo says where its build script writes.
fn output_folder() -> Result<PathBuf, String> {
    let mut check = cargo(&["check", "--quiet", "--package", "otc-vpn"]);
    let output = check
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err("the library cannot be built".to_owned());
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut messages = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
    let folder = messages.find_map(|message: Value| {
        let text = |key| message.get(key).and_then(Value::as_str);
        let is_ours = text("reason") == Some("build-script-executed")
            && text("package_id").is_some_and(|id| id.contains("otc-vpn"));
        text("out_dir").filter(|_| is_ours).map(PathBuf::from)
    });
    folder.ok_or_else(|| "cargo does not say where the generated files are".to_owned())
}

/// The files of Rust in `folder` and below, by name.
pub(crate) fn read(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> Result<(), String> {
    let trouble = |path: &Path, error| format!("{}: {error}", shown(path));
    let entries = std::fs::read_dir(folder).map_err(|error| trouble(folder, error))?;
    let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{file}");
        if path.is_dir() {
            read(&path, &format!("{name}/"), sources)?;
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).map_err(|error| trouble(&path, error))?;
            sources.push(Source { name, text });
        }
    }
    Ok(())
}
