//! What is printed: results to standard output, in the format that was asked for.

mod fields;
mod rows;
mod table;

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use clap::builder::styling::{AnsiColor, Style};
use clap::{Args, ValueEnum};
use fields::{cell, field, flatten, name};
pub(crate) use rows::Rows;
use serde::Serialize;
use serde_json::{Map, Value};
pub(crate) use table::state_style;

use crate::failure::Failure;
use crate::text::{clean, clean_json, clean_lines};

#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
#[allow(clippy::doc_markdown, reason = "shown as help")]
pub(crate) struct Output {
    /// table, wide (with more columns), json (errors too), yaml, name, or value.
    #[arg(
        short,
        long = "output",
        value_name = "FORMAT",
        global = true,
        default_value = "table",
        hide_possible_values = true
    )]
    pub(crate) output: Format,
    /// Print only this column or field, such as `ikepolicy.dpd.timeout`; repeatable.
    #[arg(short, long = "column", value_name = "COLUMN", global = true)]
    columns: Vec<String>,
    /// auto (unless NO_COLOR is set), always, or never.
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_possible_values = true
    )]
    color: When,
    /// Tell what is sent; twice: in detail. Never shows a secret.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Wide,
    Json,
    Yaml,
    Name,
    Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    /// The field that it shows, as a JSON pointer.
    pub(crate) pointer: &'static str,
    /// Whether only `-o wide` shows it.
    pub(crate) wide: bool,
}

pub(crate) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();

impl Output {
    pub(crate) fn stdout(&self) -> AutoStream<io::StdoutLock<'static>> {
        AutoStream::new(io::stdout().lock(), self.color())
    }

    pub(crate) fn stderr(&self) -> AutoStream<io::StderrLock<'static>> {
        let choice = match self.color() {
            // Of that stream, and not of the other.
            ColorChoice::Auto => AutoStream::choice(&io::stderr()),
            choice => choice,
        };
        AutoStream::new(io::stderr().lock(), choice)
    }

    fn color(&self) -> ColorChoice {
        match self.color {
            When::Auto => AutoStream::choice(&io::stdout()),
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        }
    }

    /// Whether columns were asked for.
    pub(crate) fn has_columns(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Whether the output is whole objects for a program, without what helps people.
    pub(crate) fn is_data(&self) -> bool {
        matches!(self.output, Format::Json | Format::Yaml) && self.columns.is_empty()
    }

    /// Whether any of these fields is in a column that is printed.
    pub(crate) fn shows(&self, columns: &[Column], pointers: &[&str]) -> bool {
        let chosen = self.chosen(columns, &[]).unwrap_or_default();
        let is_shown = chosen.iter().any(|(_, pointer)| pointers.contains(&pointer.as_str()));
        is_shown && !self.is_data() && self.output != Format::Name
    }

    /// Text for people, which may hold text of the service.
    pub(crate) fn text(&self, text: &str) -> io::Result<()> {
        self.stdout().write_all(clean_lines(text).as_bytes())
    }

    /// Text for people beside the result. Where standard error is closed, nobody misses it.
    pub(crate) fn note(&self, text: &str) {
        let _ = self.stderr().write_all(clean_lines(text).as_bytes());
    }

    /// Text of this program's own, as it is.
    pub(crate) fn raw(&self, text: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text)?;
        out.flush()
    }

    /// Prints a list of objects.
    pub(crate) fn list<T: Serialize>(
        &self,
        columns: &[Column],
        items: &[T],
    ) -> Result<(), Failure> {
        let items: Vec<Value> = items.iter().map(plain).collect();
        let chosen = self.chosen(columns, &items)?;
        let rows = items.iter().map(|item| {
            let cells = chosen.iter().map(|(_, pointer)| item.pointer(pointer).map(cell));
            cells.map(Option::unwrap_or_default).collect::<Vec<_>>()
        });
        match self.output {
            Format::Table | Format::Wide => {
                let header = chosen.iter().map(|(name, _)| name.to_uppercase()).collect();
                self.table(std::iter::once(header).chain(rows))
            }
            Format::Value => self.values(rows),
            Format::Name => self.values(items.iter().map(|item| vec![name(item)])),
            Format::Json | Format::Yaml => {
                let items = items.iter().map(|item| self.reduced(item, &chosen)).collect();
                self.data(&Value::Array(items))
            }
        }
    }

    /// Prints an object, a field a line.
    pub(crate) fn record<T: Serialize>(&self, item: &T) -> Result<(), Failure> {
        let item = plain(item);
        let mut fields = Vec::new();
        flatten("", &item, &mut fields);
        // What identifies it comes first.
        let rank = |(pointer, _): &(String, String)| {
            ["/id", "/name", "/status"].iter().position(|first| first == pointer).unwrap_or(3)
        };
        fields.sort_by_key(rank);
        let chosen = match self.columns.is_empty() {
            true => fields.iter().map(|(pointer, _)| (field(pointer), pointer.clone())).collect(),
            false => self.chosen(&[], std::slice::from_ref(&item))?,
        };
        let shown = chosen.iter().map(|(name, pointer)| {
            vec![name.clone(), item.pointer(pointer).map(cell).unwrap_or_default()]
        });
        match self.output {
            Format::Table | Format::Wide => {
                let header = vec!["FIELD".to_owned(), "VALUE".to_owned()];
                self.table(std::iter::once(header).chain(shown))
            }
            Format::Value => self.values(shown.map(|mut row| row.split_off(1))),
            Format::Name => self.values(std::iter::once(vec![name(&item)])),
            Format::Json | Format::Yaml => self.data(&self.reduced(&item, &chosen)),
        }
    }

    /// The columns to show, each with its field.
    fn chosen(
        &self,
        columns: &[Column],
        items: &[Value],
    ) -> Result<Vec<(String, String)>, Failure> {
        if self.columns.is_empty() {
            let shown = columns.iter().filter(|it| !it.wide || self.output == Format::Wide);
            return Ok(shown.map(|it| (it.name.to_owned(), it.pointer.to_owned())).collect());
        }
        let find = |wanted: &String| {
            let known = columns.iter().find(|it| it.name.eq_ignore_ascii_case(wanted));
            let pointer = match known {
                Some(known) => known.pointer.to_owned(),
                None => format!("/{}", wanted.trim_start_matches('/').replace('.', "/")),
            };
            let is_there = items.iter().any(|item| item.pointer(&pointer).is_some());
            if known.is_some() || is_there || items.is_empty() {
                return Ok((wanted.clone(), pointer));
            }
            let mut fields = Vec::new();
            items.iter().for_each(|item| flatten("", item, &mut fields));
            let mut fields: Vec<String> = fields.iter().map(|(it, _)| field(it)).collect();
            fields.sort_unstable();
            fields.dedup();
            let known = clean(&fields.join(", ")).into_owned();
            Err(Failure::Usage(format!("no column `{wanted}`; there are: {known}")))
        };
        self.columns.iter().map(find).collect()
    }

    /// Only what was asked for, if anything was.
    fn reduced(&self, item: &Value, chosen: &[(String, String)]) -> Value {
        if self.columns.is_empty() {
            return item.clone();
        }
        let members = chosen.iter().map(|(name, pointer)| {
            (name.clone(), item.pointer(pointer).cloned().unwrap_or_default())
        });
        Value::Object(members.collect::<Map<_, _>>())
    }

    fn values(&self, rows: impl Iterator<Item = Vec<String>>) -> Result<(), Failure> {
        let mut out = self.stdout();
        for row in rows {
            let cells: Vec<_> = row.iter().map(|cell| clean(cell)).collect();
            writeln!(out, "{}", cells.join("\t"))?;
        }
        Ok(out.flush()?)
    }

    /// Data for programs, in JSON or YAML.
    pub(crate) fn data<T: Serialize>(&self, data: &T) -> Result<(), Failure> {
        let data = plain(data);
        let text = match self.output {
            Format::Yaml => yaml(&data).map_err(io::Error::other)?,
            _ => json(&data),
        };
        Ok(self.raw(text.as_bytes())?)
    }
}

fn json(data: &Value) -> String {
    clean_json(&format!("{data:#}\n")).into_owned()
}

/// The writer escapes control characters, but shows those that cannot be seen. JSON, which
/// is YAML, can escape these.
fn yaml(data: &Value) -> Result<String, serde_saphyr::ser_error::Error> {
    let text = serde_saphyr::to_string(data)?;
    Ok(if clean_lines(&text) == text { text } else { json(data) })
}

fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_shows_nothing_that_a_terminal_obeys_and_is_read_as_it_was() {
        for text in [
            "a\u{1b}[2Jb",
            "\u{9b}",
            "a\u{7f}",
            "a\u{202e}b",
            "x: \u{202e} #",
            "\u{feff}a",
            "a\nb",
            "a\n\u{1b}b\n",
            "a\u{200b}",
            "a\tb",
            "a\u{85}b",
            "é",
            "yes",
            "1",
            "",
        ] {
            let value = serde_json::json!({ "name": text, "list": [text] });
            for text in [json(&value), yaml(&value).unwrap()] {
                assert_eq!(clean_lines(&text), text);
                assert_eq!(serde_saphyr::from_str::<Value>(&text).unwrap(), value, "{text}");
            }
        }
        let plain = serde_json::json!({ "name": "office", "list": [1] });
        assert_eq!(yaml(&plain).unwrap(), "name: office\nlist:\n- 1\n");
    }
}
