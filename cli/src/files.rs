//! Files of connections and pairs, in YAML or JSON: read, checked, with a place for
//! everything that is wrong.

mod keys;
mod source;
mod tree;
mod wanted;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use keys::{KeySource, Keys};
use otc_vpn::types::VpnConnectionRequest;
use source::Source;
use tree::{Node, Value};
use wanted::Judged;
pub(crate) use wanted::{NAMES, Named, OF_PAIR, Wanted, is_unknown};

use crate::problems::Problem;

/// What some files want, and what is wrong with them.
pub(crate) struct Files {
    pub(crate) entries: Vec<Entry>,
    pub(crate) problems: Vec<Problem>,
    /// Whether all of them could be read, apart from what is wrong with the values.
    pub(crate) is_whole: bool,
}

/// A connection or a pair in a file.
pub(crate) struct Entry {
    pub(crate) wanted: Wanted,
    pub(crate) names: Vec<Named>,
    /// Whether its addresses are those of its gateway, which is not known yet.
    pub(crate) takes_addresses: bool,
    /// The keys that stand elsewhere, by their JSON pointers.
    pub(crate) keys: Vec<(String, KeySource)>,
    place: EntryPlace,
}

/// Where an entry stands, to tell the place of what is in it.
struct EntryPlace {
    source: Arc<Source>,
    /// In its document.
    steps: Vec<String>,
    node: Node,
}

/// Reads and checks files; `-` is standard input.
pub(crate) fn read(paths: &[PathBuf], keys: Keys) -> Files {
    let mut files = Files { entries: Vec::new(), problems: Vec::new(), is_whole: true };
    for path in paths {
        let read = Source::read(path).and_then(|mut source| {
            let documents = source.documents()?;
            Ok((source, documents))
        });
        match read {
            Ok((source, documents)) => files.judge(source, documents, keys),
            Err(problem) => {
                files.problems.push(problem);
                files.is_whole = false;
            }
        }
    }
    files.find_repeated();
    files
}

impl Files {
    /// Whether nothing forbids to use the entries.
    pub(crate) fn is_good(&self) -> bool {
        !self.problems.iter().any(Problem::is_error)
    }

    fn judge(&mut self, mut source: Source, documents: Vec<Node>, keys: Keys) {
        let entries: Vec<_> = documents.into_iter().flat_map(entries_of).collect();
        if entries.is_empty() {
            let message = format!("{}: holds no connection and no pair", source.name);
            self.problems.push(Problem::error(message));
        }
        let judged = entries.iter().map(|(_, node)| wanted::judge(node, &source, keys));
        let judged: Vec<_> = judged.collect();
        for (judged, (_, node)) in judged.iter().zip(&entries) {
            judged.mark(node, &mut source);
        }
        let source = Arc::new(source);
        for (judged, (steps, node)) in judged.into_iter().zip(entries) {
            let place = EntryPlace { source: Arc::clone(&source), steps, node };
            self.is_whole &= judged.is_whole();
            let problems = judged.problems.into_iter();
            let mut problems: Vec<_> =
                problems.map(|(steps, problem)| place.put(&steps, problem)).collect();
            problems.sort_by_key(|it| it.place.as_ref().map(|place| (place.line, place.column)));
            self.problems.extend(problems);
            let keys = judged.keys.into_iter().map(|(steps, key)| (pointer(&steps), key)).collect();
            if let Some(wanted) = judged.wanted {
                let Judged { names, takes_addresses, .. } = judged;
                self.entries.push(Entry { wanted, names, takes_addresses, keys, place });
            }
        }
    }

    /// The service accepts one connection for an address and a customer gateway.
    pub(crate) fn find_repeated(&mut self) {
        let mut seen: HashMap<[String; 3], String> = HashMap::new();
        for entry in &self.entries {
            for (request, steps) in entry.requests() {
                let problem = |first: &String| {
                    let message =
                        format!("the connection over this address is wanted at {first}, too");
                    let problem =
                        Problem { rule: Some("repeated".into()), ..Problem::error(message) };
                    entry.place.put(&steps, problem)
                };
                let key = entry.key_of(request);
                if key.iter().any(|part| is_unknown(part)) {
                    continue;
                }
                if let Some(first) = seen.get(&key) {
                    self.problems.push(problem(first));
                } else {
                    seen.insert(key, entry.place.text(&steps));
                }
            }
        }
    }
}

/// The entries of a document: itself, or those in its list.
fn entries_of(document: Node) -> Vec<(Vec<String>, Node)> {
    match document.value {
        Value::Null => Vec::new(),
        Value::List(items) => {
            let items = items.into_iter().enumerate();
            items.map(|(index, item)| (vec![index.to_string()], item)).collect()
        }
        _ => vec![(Vec::new(), document)],
    }
}

impl Entry {
    /// The requests of it, each with the place of its gateway address.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (&VpnConnectionRequest, Vec<String>)> {
        let is_pair = matches!(self.wanted, Wanted::Pair(_));
        self.wanted.requests().iter().enumerate().map(move |(index, request)| {
            let place = match is_pair {
                true => vec!["vgw_ips".to_owned(), index.to_string()],
                false => vec!["vgw_ip".to_owned()],
            };
            (request, place)
        })
    }

    /// The name of the gateway whose id the setting `id_of` would hold.
    pub(crate) fn name_of(&self, id_of: &str) -> Option<&str> {
        let named = self.names.iter().find(|named| named.id_of == id_of);
        named.map(|named| named.name.as_str())
    }

    /// What no other connection may share; a name stands for its gateway.
    fn key_of(&self, request: &VpnConnectionRequest) -> [String; 3] {
        let of = |id_of, id: &str| self.name_of(id_of).unwrap_or(id).to_owned();
        let [vgw, cgw] = [of("vgw_id", &request.vgw_id), of("cgw_id", &request.cgw_id)];
        [vgw, request.vgw_ip.clone(), cgw]
    }

    /// What is wrong at a place in it.
    pub(crate) fn problem(&self, steps: &[&str], problem: Problem) -> Problem {
        let steps: Vec<String> = steps.iter().map(|step| (*step).to_owned()).collect();
        self.place.put(&steps, problem)
    }

    /// What it is, as a person says it.
    pub(crate) fn title(&self) -> String {
        let requests = self.wanted.requests();
        let names = requests.iter().filter_map(|request| request.name.as_deref());
        let names = names.collect::<Vec<_>>().join(", ");
        let kind = if requests.len() == 1 { "connection" } else { "pair" };
        format!("{kind} {names}").trim_end().to_owned()
    }

    /// Where it begins, as `file:line`.
    pub(crate) fn location(&self) -> String {
        format!("{}:{}", self.place.source.name, self.place.node.at.line)
    }
}

impl EntryPlace {
    /// The problem with the place of what stands at `steps` in the entry.
    fn put(&self, steps: &[String], problem: Problem) -> Problem {
        let (key, node, _) = self.node.nearest(steps);
        let is_long = matches!(node.value, Value::List(_) | Value::Object(_));
        let is_of_key = is_long || problem.message.starts_with("unknown key");
        let at = key.filter(|_| is_of_key).map_or(&node.at, |key| &key.at);
        let is_root = key.is_none() && is_long;
        let steps = [&self.steps, steps].concat();
        Problem { place: Some(Box::new(self.source.place(&steps, at, !is_root))), ..problem }
    }

    fn text(&self, steps: &[String]) -> String {
        let at = &self.node.nearest(steps).1.at;
        format!("{}:{}:{}", self.source.name, at.line, at.column)
    }
}

/// A JSON pointer. A key that does not look like a name is not shown: it may hold a value.
fn pointer(steps: &[String]) -> String {
    let is_shown = |step: &str| source::is_name(step) || step.parse::<usize>().is_ok();
    let shown = steps.iter().map(|step| if is_shown(step) { step } else { "…" });
    shown.map(|step| format!("/{step}")).collect()
}
