//! What is to be done so that files are true, entry by entry.

use std::fmt::Write;
use std::path::PathBuf;

use futures_util::{StreamExt, TryStreamExt, stream};
use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{Client, EnsureAction, Error, PlannedConnection};
use serde_json::{Value, json};

use crate::account::Account;
use crate::failure::Failure;
use crate::files::{self, Entry, Files, Keys, Wanted};
use crate::output::{Column, Format, Output};
use crate::resolve;

/// How many entries are worked on at a time.
pub(crate) const AT_A_TIME: usize = 16;

/// What is to be done for an entry.
pub(crate) struct Change<'a> {
    pub(crate) entry: &'a Entry,
    /// For each of its requests.
    pub(crate) planned: Vec<PlannedConnection>,
}

/// Reads files for a command that sends what they hold.
pub(crate) fn read(paths: &[PathBuf], output: &Output) -> Result<Files, Failure> {
    let mut files = files::read(paths, Keys::Needed);
    if !files.is_good() {
        return Err(Failure::Files(files.problems));
    }
    if !matches!(output.output, Format::Json | Format::Yaml) {
        let mut out = output.stderr();
        // Where standard error is closed, nobody misses them.
        let _ = files.problems.iter().try_for_each(|problem| problem.write(&mut out));
    }
    files.problems.clear();
    Ok(files)
}

/// Signs in, and puts ids into the files.
pub(crate) async fn connect(account: &Account, files: &mut Files) -> Result<Client, Failure> {
    let client = account.client().await?;
    resolve::resolve(files, &client).await?;
    Ok(client)
}

/// Looks at what there is. Nothing is changed.
pub(crate) async fn plan<'a>(
    client: &Client,
    files: &'a Files,
    is_updating: bool,
) -> Result<Vec<Change<'a>>, Error> {
    let look = |entry: &'a Entry| async move {
        let planned = match &entry.wanted {
            Wanted::Pair(pair) => {
                let ensure = client.ensure_dual(pair);
                let ensure = if is_updating { ensure.update_differences() } else { ensure };
                let plan = ensure.plan().await?;
                vec![plan.first, plan.second]
            }
            Wanted::Connection { request, rules } => {
                let client = client.with_rules(rules.clone());
                let ensure = client.ensure(request);
                let ensure = if is_updating { ensure.update_differences() } else { ensure };
                vec![ensure.plan().await?]
            }
        };
        Ok(Change { entry, planned })
    };
    stream::iter(&files.entries).map(look).buffered(AT_A_TIME).try_collect().await
}

impl Change<'_> {
    /// Whether `apply` has something to do.
    pub(crate) fn is_to_do(&self) -> bool {
        self.planned.iter().any(|it| it.action != EnsureAction::Keep)
    }

    /// Whether the file is not true.
    pub(crate) fn is_different(&self) -> bool {
        self.is_to_do() || self.planned.iter().any(|it| !it.differences.is_empty())
    }

    fn parts(&self) -> impl Iterator<Item = (&VpnConnectionRequest, &PlannedConnection)> {
        self.entry.wanted.requests().iter().zip(&self.planned)
    }

    /// As data for programs, an object for each connection.
    pub(crate) fn data(&self) -> impl Iterator<Item = Value> {
        self.parts().map(|(request, planned)| {
            let connection = planned.connection.as_ref();
            json!({
                "file": self.entry.location(),
                "name": request.name,
                "id": connection.map(|it| &it.id),
                "status": connection.map(|it| it.status()),
                "vgw_id": request.vgw_id,
                "vgw_ip": request.vgw_ip,
                "cgw_id": request.cgw_id,
                "action": action(planned.action),
                "changes": changes(request, planned),
            })
        })
    }

    /// For people, field by field if they are wanted.
    pub(crate) fn text(&self, with_fields: bool) -> String {
        let mut text = format!("{}: {}\n", self.entry.location(), self.entry.title());
        // Writing to a text cannot fail.
        for (request, planned) in self.parts() {
            let mark = match planned.action {
                EnsureAction::Keep if planned.differences.is_empty() => "=",
                EnsureAction::Keep => "!",
                EnsureAction::Update => "~",
                _ => "+",
            };
            let _ = write!(text, "  {mark} {}", planned.action);
            let name = request.name.as_deref().unwrap_or("a connection");
            let _ = write!(text, " {name} over {}", request.vgw_ip);
            if let Some(there) = &planned.connection {
                let _ = write!(text, " ({}, {})", there.id, there.status());
            }
            text.push('\n');
            let is_create = planned.connection.is_none();
            for change in changes(request, planned) {
                if is_create && !with_fields {
                    continue;
                }
                let of = |name: &str| change.get(name).and_then(Value::as_str).unwrap_or_default();
                let _ = match (is_create, change.get("updatable") == Some(&false.into())) {
                    (true, _) => writeln!(text, "      {}: {}", of("field"), of("should_be")),
                    (false, fixed) => writeln!(
                        text,
                        "      {}: is {}, should be {}{}",
                        of("field"),
                        of("is"),
                        of("should_be"),
                        if fixed { " (no update can change it)" } else { "" }
                    ),
                };
            }
        }
        text
    }
}

pub(crate) fn action(action: EnsureAction) -> &'static str {
    match action {
        EnsureAction::Create => "create",
        EnsureAction::Keep => "keep",
        EnsureAction::Update => "update",
        _ => "replace",
    }
}

/// Every field that changes; of a new connection, all that are set.
fn changes(request: &VpnConnectionRequest, planned: &PlannedConnection) -> Vec<Value> {
    if planned.action == EnsureAction::Create || planned.action == EnsureAction::Replace {
        let explanation = request.explain(&otc_vpn::Rules::default());
        let set = explanation.iter().filter(|it| it.origin == otc_vpn::Origin::Set);
        return set
            .map(|it| json!({ "field": field(&it.pointer), "should_be": it.value }))
            .collect();
    }
    let differences = planned.differences.iter();
    let change = differences.map(|it| {
        json!({
            "field": field(&it.pointer),
            "is": it.actual,
            "should_be": it.wanted,
            "updatable": it.is_updatable,
        })
    });
    change.collect()
}

fn field(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

const COLUMNS: [Column; 6] = [
    Column { name: "name", pointer: "/name", wide: false },
    Column { name: "action", pointer: "/action", wide: false },
    Column { name: "id", pointer: "/id", wide: false },
    Column { name: "status", pointer: "/status", wide: false },
    Column { name: "vgw_ip", pointer: "/vgw_ip", wide: false },
    Column { name: "file", pointer: "/file", wide: false },
];

/// Prints what is to be done as the result of a command.
pub(crate) fn print(changes: &[Change<'_>], output: &Output) -> Result<(), Failure> {
    if matches!(output.output, Format::Table | Format::Wide) && !output.has_columns() {
        let text: String = changes.iter().map(|change| change.text(true)).collect();
        return Ok(output.text(&format!("{text}{}\n", summary(changes)))?);
    }
    let data: Vec<Value> = changes.iter().flat_map(Change::data).collect();
    output.list(&COLUMNS, &data)
}

/// How many connections there are of each kind.
pub(crate) fn summary(changes: &[Change<'_>]) -> String {
    let all = || changes.iter().flat_map(|change| &change.planned);
    let count = |wanted: &[EnsureAction]| all().filter(|it| wanted.contains(&it.action)).count();
    let create = count(&[EnsureAction::Create, EnsureAction::Replace]);
    let [update, keep] = [EnsureAction::Update, EnsureAction::Keep].map(|it| count(&[it]));
    let different =
        all().filter(|it| it.action == EnsureAction::Keep && !it.differences.is_empty()).count();
    let mut text = format!("{create} to create, {update} to update, {keep} to keep");
    if different > 0 {
        let _ = write!(text, " ({different} not as in the file; `--update` changes what can be)");
    }
    text
}
