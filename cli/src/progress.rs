//! How far a command is that works on many things: a bar for each on a terminal, else lines.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anstream::AutoStream;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::output::{Format, Output};
use crate::text::clean;

/// How often a bar moves.
pub(crate) const TICK: Duration = Duration::from_millis(120);

/// Whether anything is shown on standard error, and the bars if it is a terminal. With `-o json`
/// there is an error in JSON and nothing else.
pub(crate) fn bars(output: &Output) -> (bool, Option<MultiProgress>) {
    let is_shown = !matches!(output.output, Format::Json | Format::Yaml);
    // What is traced would go through the bars.
    let has_bars = is_shown && output.verbose == 0 && std::io::stderr().is_terminal();
    (is_shown, has_bars.then(MultiProgress::new))
}

/// Shows on standard error what is being worked on, and keeps a line of what is done.
pub(crate) struct Progress {
    bars: Option<(MultiProgress, ProgressBar)>,
    is_shown: bool,
}

/// One of the things that are worked on.
#[derive(Clone)]
pub(crate) struct Line {
    title: String,
    bars: Option<(MultiProgress, ProgressBar)>,
    bar: Option<ProgressBar>,
    is_shown: bool,
    states: Arc<Mutex<Vec<(String, String)>>>,
}

impl Progress {
    pub(crate) fn new(output: &Output, count: usize) -> Self {
        let (is_shown, bars) = bars(output);
        let bars = bars.map(|bars| {
            let total = bars.add(ProgressBar::new(count as u64));
            total.set_style(style("{pos} of {len} done  {elapsed}"));
            total.enable_steady_tick(TICK);
            (bars, total)
        });
        Self { bars, is_shown }
    }

    /// Begins to work on something.
    pub(crate) fn begin(&self, title: &str) -> Line {
        let title = clean(title).into_owned();
        let bar = self.bars.as_ref().map(|(bars, total)| {
            let bar = bars.insert_before(total, ProgressBar::new_spinner());
            bar.set_style(style("{spinner} {prefix}: {wide_msg}"));
            bar.set_prefix(title.clone());
            bar.enable_steady_tick(TICK);
            bar
        });
        let (bars, states) = (self.bars.clone(), Arc::default());
        Line { title, bars, bar, is_shown: self.is_shown, states }
    }

    /// Takes the bars away.
    pub(crate) fn end(&self) {
        if let Some((bars, _)) = &self.bars {
            // A terminal that is gone has none.
            let _ = bars.clear();
        }
    }
}

/// The templates are sound: a test shows them.
pub(crate) fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Line {
    /// What is being done. Only bars show it.
    pub(crate) fn doing(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(clean(what).into_owned());
        }
    }

    /// The state of a part. Only bars show it.
    pub(crate) fn state(&self, part: &str, state: &str) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        match states.iter_mut().find(|(known, _)| known == part) {
            Some((_, last)) => state.clone_into(last),
            None => states.push((part.to_owned(), state.to_owned())),
        }
        let all: Vec<_> = states.iter().map(|(_, state)| state.as_str()).collect();
        self.doing(&all.join(", "));
    }

    /// The bar makes way for a line that stays.
    pub(crate) fn end(&self, outcome: &str) {
        let line = format!("{}: {}", self.title, clean(outcome));
        if let (Some((bars, total)), Some(bar)) = (&self.bars, &self.bar) {
            bar.finish_and_clear();
            bars.remove(bar);
            total.inc(1);
            let _ = bars.println(line);
        } else if self.is_shown {
            // Where standard error is closed, nobody misses it.
            let _ = writeln!(AutoStream::never(std::io::stderr()), "{line}");
        }
    }
}
