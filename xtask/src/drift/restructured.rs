//! Pages in reStructuredText, as the vendor publishes them.

use super::grid::{is_grid_border, is_simple_border, read_grid, read_simple};
use super::markup::plain;
use super::page::{Content, Section, Title};

/// Directives that hold tables in forms which the vendor's pages do not use.
const OTHER_TABLES: [&str; 2] = [".. list-table::", ".. csv-table::"];

/// Every table of a page, with its title.
pub(super) fn read(lines: &[&str]) -> Content {
    let mut content = Content::default();
    let mut title = Title::default();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        let read = if is_grid_border(line) {
            Some(read_grid(at + 1, rest))
        } else if is_simple_border(line) {
            Some(read_simple(at + 1, rest))
        } else {
            None
        };
        if let Some((grid, taken)) = read {
            let section = title.section;
            let before = std::mem::replace(&mut title, Title { section, ..Title::default() });
            content.tables.push((before, at + 1, grid));
            at += taken;
            continue;
        }
        at += 1 + code_block(rest);
        if let Some(heading) = heading(rest) {
            title = Title { section: section(heading).or(title.section), ..Title::default() };
        }
        note(line, &mut title);
        if OTHER_TABLES.iter().any(|directive| line.trim().starts_with(directive)) {
            content.unread.push((at, format!("a table in the form `{}`", line.trim())));
        }
        content.note_status(at, line);
    }
    content
}

/// Keeps the labels and the caption of the table to come. Other text takes the
/// labels for itself.
fn note(line: &str, title: &mut Title) {
    let line = line.trim();
    if let Some(caption) = line.strip_prefix(".. table::") {
        title.caption = caption_name(&plain(caption));
    } else if let Some(label) = line.strip_prefix(".. _").and_then(|it| it.strip_suffix(':')) {
        title.labels.push(label.to_owned());
    } else if !line.is_empty() && !line.starts_with(':') {
        title.labels.clear();
    }
}

/// The caption without its `Table 5`.
pub(super) fn caption_name(caption: &str) -> String {
    let mut words = caption.split_whitespace().peekable();
    if words.next_if_eq(&"Table").is_some() {
        words.next_if(|word| word.chars().all(|c| c.is_ascii_digit()));
    }
    words.collect::<Vec<_>>().join(" ")
}

/// How many lines below a `code-block` belong to it.
fn code_block(lines: &[&str]) -> usize {
    let Some(line) = lines.first().filter(|line| line.trim().starts_with(".. code-block::")) else {
        return 0;
    };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(line);
    lines.iter().skip(1).take_while(|it| it.trim().is_empty() || indent(it) > own).count()
}

/// The heading that the first line is, when the second one underlines it.
fn heading<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let &[title, underline, ..] = lines else { return None };
    let underline = underline.trim_end();
    let mark = underline.chars().next().filter(|c| matches!(c, '=' | '-' | '~' | '^'))?;
    let is_underline = underline.len() >= 3 && underline.chars().all(|c| c == mark);
    (is_underline && !title.is_empty() && !title.starts_with(' ')).then_some(title)
}

pub(super) fn section(heading: &str) -> Option<Section> {
    let heading = heading.trim().to_lowercase();
    match heading.split_whitespace().next()? {
        "uri" => Some(Section::Uri),
        "request" => Some(Section::Request),
        "response" => Some(Section::Response),
        _ => None,
    }
}
