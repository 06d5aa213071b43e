//! What is wrong with a file, and where.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet as Source};
use otc_vpn::{Severity, Violation};
use serde::Serialize;

use crate::text::clean;

/// Something wrong, or worth a look.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Problem {
    pub(crate) severity: Severity,
    /// What is wrong and what is allowed; never a key.
    pub(crate) message: String,
    /// The name of the broken rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<Cow<'static, str>>,
    #[serde(flatten)]
    pub(crate) place: Option<Box<Place>>,
}

/// A place in a file.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u64,
    pub(crate) column: u64,
    /// A JSON pointer into the document; empty for the document itself.
    pub(crate) pointer: String,
    #[serde(skip)]
    pub(crate) snippet: Option<Snippet>,
}

/// As much of a line as may be shown.
#[derive(Clone, Debug)]
pub(crate) struct Snippet {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

impl Problem {
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), rule: None, place: None }
    }

    pub(crate) fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        let rule = Some(rule.into());
        Self { severity: Severity::Warning, rule, ..Self::error(message) }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity != Severity::Warning
    }

    /// As rustc shows an error.
    pub(crate) fn write(&self, mut out: impl Write) -> io::Result<()> {
        let level = if self.is_error() { Level::ERROR } else { Level::WARNING };
        let pointer = self.place.as_ref().map_or("", |place| &place.pointer);
        let separator = if pointer.is_empty() { "" } else { ": " };
        let message = format!("{pointer}{separator}{}", self.message);
        let mut title = level.primary_title(clean(&message));
        if let Some(rule) = &self.rule {
            title = title.id(rule.clone());
        }
        let group = match &self.place {
            None => Group::with_title(title),
            Some(place) => place.beneath(title),
        };
        // Without a terminal, the stream takes the styles out.
        let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
        writeln!(out, "{}\n", renderer.render(&[group]))
    }
}

impl Place {
    fn beneath<'a>(&'a self, title: annotate_snippets::Title<'a>) -> Group<'a> {
        let line = usize::try_from(self.line).unwrap_or_default();
        let file = clean(&self.file);
        match &self.snippet {
            Some(Snippet { text, span }) => title.element(
                Source::source(text.as_str())
                    .path(file)
                    .line_start(line)
                    .annotation(AnnotationKind::Primary.span(span.clone())),
            ),
            None => {
                let column = usize::try_from(self.column).unwrap_or_default();
                title.element(Origin::path(file).line(line).char_column(column))
            }
        }
    }
}

/// The problem without its place.
impl From<&Violation> for Problem {
    fn from(violation: &Violation) -> Self {
        Self {
            severity: violation.severity(),
            message: in_a_file(violation.message()),
            rule: Some(violation.rule().to_owned().into()),
            place: None,
        }
    }
}

/// What the library says, where it speaks of its own methods.
pub(crate) fn in_a_file(message: &str) -> String {
    message.replace("`Rules::allow_missing_psk(true)`", "`rules: { allow_missing_psk: true }`")
}
