//! Text of a page without its markup.

/// A cross-reference of a page: what it shows and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) text: String,
    pub(super) label: String,
}

/// The text as a reader sees it: no bold, no italics, no literals, no escapes,
/// references as what they show.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '\\', '*', ':']) {
        let (text, markup) = rest.split_at(at);
        out.push_str(text);
        rest = markup;
        if let Some((reference, after)) = leading_reference(rest) {
            out.push_str(&reference.text);
            rest = after;
        } else if let Some(literal) = rest.strip_prefix("``") {
            let (inside, after) = literal.split_once("``").unwrap_or((literal, ""));
            out.push_str(inside);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\\') {
            let escaped = after.chars().next();
            out.extend(escaped.filter(|c| !c.is_whitespace()));
            rest = after.strip_prefix(|_: char| true).unwrap_or("");
        } else {
            out.extend(rest.chars().next().filter(|c| *c != '*'));
            rest = rest.strip_prefix(|_: char| true).unwrap_or("");
        }
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first cross-reference in a text.
pub(super) fn reference(text: &str) -> Option<Reference> {
    let (_, from) = text.split_once(":ref:`")?;
    leading_reference(&format!(":ref:`{from}")).map(|(reference, _)| reference)
}

fn leading_reference(text: &str) -> Option<(Reference, &str)> {
    let (inside, after) = text.strip_prefix(":ref:`")?.split_once('`')?;
    let (text, label) = match inside.split_once('<') {
        Some((text, label)) => (text.trim(), label.trim_end_matches('>')),
        None => (inside, inside),
    };
    Some((Reference { text: text.to_owned(), label: label.trim().to_owned() }, after))
}

/// A paragraph or an item of a list in a cell.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) line: usize,
    pub(super) indent: usize,
    pub(super) text: String,
}

/// The paragraphs and items of a cell whose first line is `first`.
pub(super) fn blocks(first: usize, lines: &[String]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (line, text) in (first..).zip(lines) {
        let content = text.trim();
        if content.is_empty() || content.starts_with(".. ") {
            open = false;
            continue;
        }
        let indent = text.len() - text.trim_start().len();
        let item = ["- ", "* ", "#. "].iter().find_map(|marker| content.strip_prefix(marker));
        match blocks.last_mut() {
            Some(block) if open && item.is_none() => {
                block.text.push(' ');
                block.text.push_str(content);
            }
            _ => {
                // A deeper block after an item is part of it.
                let text = item.unwrap_or(content).trim_start().to_owned();
                blocks.push(Block { line, indent, text });
            }
        }
        open = true;
    }
    blocks
}

/// The sentences of a text without markup.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|tail| tail.find(". ")).map(|at| at + from) {
        let after = rest.get(at + 2..).unwrap_or("");
        if after.starts_with(|c: char| c.is_uppercase()) {
            sentences.extend(rest.get(..=at));
            rest = after;
            from = 0;
        } else {
            from = at + 2;
        }
    }
    if !rest.trim().is_empty() {
        sentences.push(rest);
    }
    sentences
}
