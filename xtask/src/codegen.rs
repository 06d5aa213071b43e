//! `cargo xtask codegen`: the Rust that the build generates from the document.

mod surface;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::{FINDINGS, Outcome, generate, our_document, read, read_document, shown, workspace};

pub(crate) const HELP: &str = "\
To see what an edit of the document changes, write the generated files to one folder
before it and to another one after it, and compare the two.

The public surface is what users can name, of the generated and of the hand-written
sources: items, fields and signatures, without bodies and documentation. Constants
keep their values. A private macro that defines items is shown once, as a template of
them. CI compares the surface with tests/public-api.txt, so that review sees what an
edit or a new generator changes.

Exit status: 0, 1 when FILE differs from the public surface, 2 when the document
cannot be built or a file cannot be read.";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write the generated files to FOLDER instead of printing them
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["check", "bless"])]
    write: Option<PathBuf>,
    /// Compare the public surface with the one in FILE
    #[arg(long, value_name = "FILE", conflicts_with = "bless")]
    check: Option<PathBuf>,
    /// Write the public surface to FILE
    #[arg(long, value_name = "FILE")]
    bless: Option<PathBuf>,
    /// The document [default: openapi/vpn.yaml of this repository]
    document: Option<PathBuf>,
}

/// A file of Rust.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let document = arguments.document.clone().unwrap_or_else(our_document);
    let generated = generated(&document)?;
    match arguments {
        Arguments { write: Some(folder), .. } => {
            std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", shown(folder)))?;
            generated.iter().try_for_each(|it| write(&folder.join(&it.name), &it.text))?;
            Ok((String::new(), 0))
        }
        Arguments { bless: Some(file), .. } => {
            write(file, &public_surface(generated)?).map(|()| (String::new(), 0))
        }
        Arguments { check: Some(file), .. } => check(file, &public_surface(generated)?),
        _ => {
            let file = |Source { name, text }: &Source| format!("// {name}\n{text}\n");
            Ok((generated.iter().map(file).collect(), 0))
        }
    }
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", shown(file)))
}

/// The public surface of the library.
fn public_surface(generated: Vec<Source>) -> Result<String, String> {
    let mut sources = library()?;
    let generated = generated.into_iter();
    sources.extend(generated.map(|it| Source { name: format!("generated {}", it.name), ..it }));
    surface::of(&sources)
}

fn check(file: &Path, surface: &str) -> Outcome {
    let (name, kept) = (shown(file), read(file)?);
    Ok(match compare(&name, &kept, surface) {
        None => (format!("{name}: is the public surface\n"), 0),
        Some(difference) => {
            let text = format!(
                "{difference}{name}: differs from the public surface\n\
                 To accept the change: cargo xtask codegen --bless {name}; then add it to \
                 CHANGELOG.md\n"
            );
            (text, FINDINGS)
        }
    })
}

/// The difference line by line, if there is one.
fn compare(name: &str, kept: &str, surface: &str) -> Option<String> {
    let difference = TextDiff::from_lines(kept, surface);
    let text = difference.unified_diff().header(name, "the sources").to_string();
    (kept != surface).then_some(text)
}

/// The Rust that the build generates from a document.
pub(crate) fn generated(file: &Path) -> Result<Vec<Source>, String> {
    let document = read_document(file)?;
    let files = generate::files(&document).map_err(|faults| document.locate_all(&faults))?;
    let mut files: Vec<_> = files
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, text)| Source { name: name.to_owned(), text })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// The sources of the library, by name.
pub(crate) fn library() -> Result<Vec<Source>, String> {
    let mut sources = Vec::new();
    add_folder(&workspace().join("src"), "src/", &mut sources)?;
    Ok(sources)
}

fn add_folder(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", shown(folder)))?;
    let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{file}");
        if path.is_dir() {
            add_folder(&path, &format!("{name}/"), sources)?;
        } else if name.ends_with(".rs") {
            let text = read(&path)?;
            sources.push(Source { name, text });
        }
    }
    Ok(())
}
