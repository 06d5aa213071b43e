//! What became of the entries.

use otc_vpn::types::ConnectionStatus;
use otc_vpn::{Differences, EnsureAction, EnsuredConnection, Error, ErrorKind, PlannedConnection};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::{Failure, Stopped};
use crate::files::Entry;
use crate::output::{Column, Format, Output};

/// What became of an entry.
pub(super) struct Outcome {
    pub(super) title: String,
    file: String,
    /// As far as it came.
    pub(super) made: Vec<Made>,
    pub(super) stage: Stage,
    pub(super) error: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    NotBegun,
    Making,
    Waiting,
    Done,
}

/// A connection that exists.
pub(super) struct Made {
    pub(super) id: String,
    pub(super) status: ConnectionStatus,
    name: Option<String>,
    action: EnsureAction,
    differences: Differences,
}

impl Made {
    pub(super) fn kept(planned: &PlannedConnection) -> Option<Self> {
        let connection = planned.connection.as_ref()?;
        Some(Self {
            id: connection.id.clone(),
            status: connection.status().clone(),
            name: connection.name.clone(),
            action: EnsureAction::Keep,
            differences: planned.differences.clone(),
        })
    }

    fn action(&self) -> &'static str {
        match self.action {
            EnsureAction::Keep => "kept",
            EnsureAction::Update => "updated",
            _ => "created",
        }
    }

    /// How it is: a create returns no status.
    pub(super) fn state(&self) -> &str {
        match self.status.as_str() {
            "UNKNOWN" => self.action(),
            status => status,
        }
    }
}

impl From<&EnsuredConnection> for Made {
    fn from(ensured: &EnsuredConnection) -> Self {
        Self {
            id: ensured.connection.id.clone(),
            status: ensured.connection.status().clone(),
            name: ensured.connection.name.clone(),
            action: ensured.action,
            differences: ensured.differences.clone(),
        }
    }
}

impl Outcome {
    pub(super) fn new(entry: &Entry) -> Self {
        let title = format!("{}: {}", entry.location(), entry.title());
        let (file, made) = (entry.location(), Vec::new());
        Self { title, file, made, stage: Stage::Making, error: None }
    }

    /// In one line.
    pub(super) fn summary(&self) -> String {
        let made = self.made.iter().map(|it| match (it.action(), it.state()) {
            (action, state) if action == state => action.to_owned(),
            (action, state) => format!("{action} ({state})"),
        });
        let made = made.collect::<Vec<_>>().join(", ");
        match &self.error {
            None => made,
            Some(_) if made.is_empty() => "failed".to_owned(),
            Some(_) => format!("{made}, failed"),
        }
    }

    fn has_changed(&self) -> bool {
        self.made.iter().any(|made| made.action != EnsureAction::Keep)
    }

    /// With which status it would end by itself.
    fn exit(error: &Error) -> Exit {
        // Its own time was up, and no call failed.
        let is_own = error.kind() == ErrorKind::Timeout && error.operation().is_none();
        if is_own { Exit::WaitEnded } else { error.into() }
    }

    fn data(&self) -> impl Iterator<Item = Value> {
        self.made.iter().map(|made| {
            json!({
                "name": made.name,
                "action": made.action(),
                "id": made.id,
                "status": made.status,
                "file": self.file,
                "differences": made.differences.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        })
    }
}

const COLUMNS: [Column; 5] = [
    Column { name: "name", pointer: "/name", wide: false },
    Column { name: "action", pointer: "/action", wide: false },
    Column { name: "id", pointer: "/id", wide: false },
    Column { name: "status", pointer: "/status", wide: false },
    Column { name: "file", pointer: "/file", wide: true },
];

/// Prints what was done, and says what failed.
pub(super) fn report(
    outcomes: &[Outcome],
    is_updating: bool,
    output: &Output,
) -> Result<(), Failure> {
    let data: Vec<Value> = outcomes.iter().flat_map(Outcome::data).collect();
    let printed = if data.is_empty() { Ok(()) } else { output.list(&COLUMNS, &data) };
    // What failed is more important than that nobody reads.
    if let Some(failure) = failure(outcomes) {
        return Err(failure);
    }
    let made = || outcomes.iter().flat_map(|outcome| &outcome.made);
    let different = made().filter(|it| !it.differences.is_empty()).count();
    if different > 0 && !matches!(output.output, Format::Json | Format::Yaml) {
        let advice = match is_updating {
            true => "no update can change that",
            false => "`plan` shows how, and `--update` changes what can be",
        };
        let many = if different == 1 { "connection is" } else { "connections are" };
        output.note(&format!("warning: {different} {many} not as in the file; {advice}\n"));
    }
    printed
}

fn failure(outcomes: &[Outcome]) -> Option<Failure> {
    let failed = || outcomes.iter().filter_map(|it| Some((it, it.error.as_ref()?)));
    let exits: Vec<Exit> = failed().map(|(_, error)| Outcome::exit(error)).collect();
    let has_changed = outcomes.iter().any(Outcome::has_changed);
    let exit = match exits.iter().find(|exit| **exit == Exit::Unknown).or(exits.first())? {
        // These say that nothing was changed.
        Exit::Unreachable | Exit::Invalid if has_changed => Exit::Refused,
        exit => *exit,
    };
    let lines = failed().map(|(outcome, error)| format!("{}: {error}", outcome.title));
    let lines: Vec<String> = lines.collect();
    let not_begun = outcomes.iter().filter(|it| it.stage == Stage::NotBegun).count();
    let mut message = match lines.as_slice() {
        [one] => one.clone(),
        several => format!("{} failed\n{}", several.len(), several.join("\n")),
    };
    if not_begun > 0 {
        message.push_str(&format!("\nnot begun: {not_begun}"));
    }
    let failures = failed().map(|(outcome, error)| {
        json!({
            "entry": outcome.title,
            "exit": Outcome::exit(error) as u8,
            "message": error.to_string(),
            "operation": error.operation(),
            "status": error.status(),
            "code": error.code(),
            "request_id": error.request_id(),
            "connections": error.connections(),
        })
    });
    let details = json!({ "failures": failures.collect::<Vec<_>>(), "not_begun": not_begun });
    Some(Stopped { exit, message, details }.into())
}
