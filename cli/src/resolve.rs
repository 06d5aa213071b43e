//! The gateways that files give by name.

use std::fmt::Display;

use otc_vpn::types::{CustomerGateway, VpnGateway};
use otc_vpn::{Client, DualConnection, Error};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::files::{Entry, Files, NAMES};
use crate::problems::Problem;

/// Puts ids in the place of names, and the addresses of a gateway into a pair without any.
/// Each list is asked for once, and only if it is needed.
pub(crate) async fn resolve(files: &mut Files, client: &Client) -> Result<(), Failure> {
    let gateways = Gateways::of(files, client).await?;
    let mut problems = Vec::new();
    for entry in &mut files.entries {
        problems.extend(gateways.put_into(entry));
    }
    // The warnings of the check were shown, or do not matter here.
    files.problems = problems;
    // What has a name and an id elsewhere is seen to be the same only now.
    files.find_repeated();
    match files.is_good() {
        true => Ok(()),
        false => Err(Failure::Files(std::mem::take(&mut files.problems))),
    }
}

/// What the account has, as far as it is needed.
#[derive(Default)]
struct Gateways {
    vpn: Vec<VpnGateway>,
    /// Ids and names.
    customer: Vec<(String, String)>,
}

impl Gateways {
    async fn of(files: &Files, client: &Client) -> Result<Self, Error> {
        let mut all = Self::default();
        let is_named = |id_of| files.entries.iter().any(|entry| entry.name_of(id_of).is_some());
        if is_named("vgw_id") || files.entries.iter().any(|entry| entry.takes_addresses) {
            all.vpn = client.gateways().await?.into_inner();
        }
        if is_named("cgw_id") {
            let mut list = client.customer_gateways().stream();
            while let Some(CustomerGateway { id, name, .. }) = list.try_next().await? {
                all.customer.push((id, name.unwrap_or_default()));
            }
        }
        Ok(all)
    }

    /// What is wrong.
    fn put_into(&self, entry: &mut Entry) -> Vec<Problem> {
        let mut settings = Map::new();
        let mut problems = Vec::new();
        for (setting, id_of) in NAMES {
            let Some(name) = entry.name_of(id_of) else { continue };
            match self.id(id_of, name) {
                Ok(id) => drop(settings.insert(id_of.to_owned(), id.into())),
                Err(message) => problems.push(entry.problem(&[setting], Problem::error(message))),
            }
        }
        if !problems.is_empty() {
            return problems;
        }
        if entry.takes_addresses
            && let Err(problem) = self.addresses(entry, &mut settings)
        {
            return vec![problem];
        }
        if settings.is_empty() {
            return problems;
        }
        if let Err(message) = entry.wanted.put(settings) {
            return vec![entry.problem(&[], Problem::error(message))];
        }
        entry.names.clear();
        match std::mem::take(&mut entry.takes_addresses) {
            true => broken(entry),
            false => problems,
        }
    }

    /// The id of what has this name.
    fn id(&self, id_of: &str, name: &str) -> Result<String, String> {
        if id_of == "vgw_id" {
            let names = self.vpn.iter().map(|it| (it.id.as_str(), it.name.as_deref()));
            one("VPN gateway", names.map(|(id, name)| (id, name.unwrap_or_default())), name)
        } else {
            let names = self.customer.iter().map(|(id, name)| (id.as_str(), name.as_str()));
            one("customer gateway", names, name)
        }
    }

    /// What the gateway of a pair decides, where the file says nothing else.
    fn addresses(&self, entry: &Entry, settings: &mut Map<String, Value>) -> Result<(), Problem> {
        let given = entry.wanted.requests().first().map(|it| it.vgw_id.as_str());
        let id = settings.get("vgw_id").and_then(Value::as_str).or(given).unwrap_or_default();
        let place = if entry.name_of("vgw_id").is_some() { "vgw" } else { "vgw_id" };
        let problem =
            |message: &dyn Display| entry.problem(&[place], Problem::error(message.to_string()));
        let Some(gateway) = self.vpn.iter().find(|it| it.id == id) else {
            let known = listed(self.vpn.iter().map(|it| it.id.as_str()));
            return Err(problem(&format_args!("there is no VPN gateway with this id; {known}")));
        };
        let mut gateway = gateway.clone();
        // A pair that is there already needs no more room.
        gateway.connection_number = None;
        // What a builder needs and the file has.
        let pair = DualConnection::for_gateway(&gateway)
            .and_then(|pair| pair.cgw_id(id).peer_subnets(["192.0.2.0/24"]).psk(BUILT_WITH).build())
            .map_err(|error| problem(&format_args!("{error}; `vgw_ips` can give them")))?;
        let decided = serde_json::to_value(&pair).unwrap_or_default();
        let said = entry.wanted.said();
        settings.insert("vgw_id".to_owned(), json!(id));
        for name in ["vgw_ips", "ha_mode", "rules"] {
            let is_open = name == "vgw_ips" || said.get(name).is_none();
            if let Some(value) = decided.get(name).filter(|_| is_open) {
                settings.insert(name.to_owned(), value.clone());
            }
        }
        Ok(())
    }
}

/// A key that is never sent.
const BUILT_WITH: &str = "Placeholder-Key-1";

/// What the gateway forbids that the check could not know.
fn broken(entry: &Entry) -> Vec<Problem> {
    let violations = entry.wanted.validate();
    let problems = violations.iter().map(|violation| {
        let steps: Vec<&str> = violation.pointer().split('/').skip(1).collect();
        entry.problem(&steps, Problem::from(violation))
    });
    problems.filter(Problem::is_error).collect()
}

fn one<'a>(
    what: &str,
    all: impl Iterator<Item = (&'a str, &'a str)>,
    name: &str,
) -> Result<String, String> {
    let (named, others): (Vec<_>, Vec<_>) = all.partition(|(_, it)| *it == name);
    match named.as_slice() {
        [(id, _)] => Ok((*id).to_owned()),
        [] => {
            let known = listed(others.iter().map(|(_, name)| *name));
            Err(format!("no {what} has this name; {known}"))
        }
        several => {
            let known = listed(several.iter().map(|(id, _)| *id));
            Err(format!("several have this name, and an id must be given; {known}"))
        }
    }
}

/// As many as a message names.
const LISTED: usize = 20;

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    match (names.join(", "), more) {
        (names, _) if names.is_empty() => "there is none".to_owned(),
        (names, 0) => format!("there are: {names}"),
        (names, more) => format!("there are: {names} and {more} more"),
    }
}
