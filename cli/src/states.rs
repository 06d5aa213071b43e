//! The states of connections while they are waited for: a bar each on a terminal, else lines.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};
use indicatif::{MultiProgress, ProgressBar, ProgressFinish};
use otc_vpn::types::VpnConnection;

use crate::output::{Output, state_style};
use crate::progress;
use crate::text::clean;

/// Shows states on standard error.
pub(crate) struct States {
    bars: Option<MultiProgress>,
    are_shown: bool,
    color: ColorChoice,
}

/// What is shown of a connection.
#[derive(Clone)]
pub(crate) struct State {
    title: String,
    bar: Option<ProgressBar>,
    is_shown: bool,
    color: ColorChoice,
    last: Arc<Mutex<Option<String>>>,
}

impl States {
    pub(crate) fn new(output: &Output) -> Self {
        let (are_shown, bars) = progress::bars(output);
        Self { bars, are_shown, color: output.stderr().current_choice() }
    }

    /// A connection whose states are to be shown.
    pub(crate) fn add(&self, title: &str) -> State {
        let title = clean(title).into_owned();
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new_spinner().with_finish(ProgressFinish::Abandon));
            bar.set_style(progress::style("{spinner} {prefix}  {msg}  {elapsed}"));
            bar.set_prefix(title.clone());
            bar.set_message("…");
            bar.enable_steady_tick(progress::TICK);
            bar
        });
        State { title, bar, is_shown: self.are_shown, color: self.color, last: Arc::default() }
    }
}

impl State {
    /// Shows a status, or another word for how it is.
    pub(crate) fn set(&self, state: &str) {
        let state = clean(state).into_owned();
        if self.is_shown {
            let text = match state_style(&state) {
                Some(style) if self.color != ColorChoice::Never => {
                    format!("{style}{state}{style:#}")
                }
                _ => state.clone(),
            };
            match &self.bar {
                Some(bar) => bar.set_message(text),
                // Where standard error is closed, nobody misses it.
                None => {
                    let mut out = AutoStream::new(std::io::stderr(), self.color);
                    drop(writeln!(out, "{}: {text}", self.title));
                }
            }
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    }

    /// Ends the bar, which stays with the last state.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.abandon();
        }
    }

    /// The last state, with the title.
    pub(crate) fn last(&self) -> String {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{} {}", self.title, last.as_deref().unwrap_or("not seen"))
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// What a wait calls with each change.
    pub(crate) fn on_change(&self) -> impl FnMut(&VpnConnection) + Send + 'static {
        let this = self.clone();
        move |connection| this.set(connection.status().as_str())
    }
}

/// What a person calls the connection.
pub(crate) fn title(connection: &VpnConnection) -> &str {
    let name = connection.name.as_deref().filter(|name| !name.is_empty());
    name.unwrap_or(&connection.id)
}
