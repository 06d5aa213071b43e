//! What the user names on the command line: connections by id or name, or those of a file.

use std::path::{Path, PathBuf};

use otc_vpn::types::VpnConnection;
use otc_vpn::{Client, ConnectionKey, Error};

use crate::failure::Failure;
use crate::files::{self, Entry, Files, Keys};
use crate::resolve::resolve;

/// What the help of a command says of them.
pub(crate) const HELP: &str = "\
A connection is named by its id or its name. What ends in .yaml, .yml or .json,
has a slash in it, or is `-` (standard input) is a file: it means what it holds.";

/// What was named, as far as it exists.
#[derive(Default)]
pub(crate) struct Targets {
    /// Each once.
    pub(crate) found: Vec<VpnConnection>,
    pub(crate) missing: Vec<Missing>,
}

/// What was named and does not exist.
pub(crate) struct Missing {
    /// What to call it.
    pub(crate) title: String,
    /// Set if it was named by its id: it may not be there yet.
    pub(crate) id: Option<String>,
}

/// What words name: connections and files. Nothing is sent yet.
pub(crate) struct Named<'a> {
    words: Vec<&'a str>,
    files: Files,
}

impl<'a> Named<'a> {
    /// Reads the files among the words.
    pub(crate) fn read(words: &'a [String]) -> Result<Self, Failure> {
        let words = words.iter().map(String::as_str);
        let (paths, words): (Vec<_>, Vec<_>) = words.partition(|word| is_file(word));
        let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
        let files = files::read(&paths, Keys::IfThere);
        if !files.is_good() {
            return Err(Failure::Files(files.problems));
        }
        Ok(Self { words, files })
    }

    /// Finds them.
    pub(crate) async fn find(&mut self, client: &Client) -> Result<Targets, Failure> {
        let mut targets = Targets::default();
        // Read once, if a name is looked for.
        let mut all = None;
        for word in &self.words {
            targets.add_word(client, word, &mut all).await?;
        }
        resolve(&mut self.files, client).await?;
        for entry in &self.files.entries {
            targets.add_entry(client, entry).await?;
        }
        Ok(targets)
    }
}

/// Whether it is a file rather than the name of a connection.
fn is_file(word: &str) -> bool {
    let extension = Path::new(word).extension().and_then(|it| it.to_str()).unwrap_or_default();
    let is_of_files = ["yaml", "yml", "json"].iter().any(|it| extension.eq_ignore_ascii_case(it));
    is_of_files || word == "-" || word.contains(['/', '\\'])
}

/// Whether it looks like the id of anything: 36 characters in five groups.
pub(crate) fn is_id(word: &str) -> bool {
    let groups = word.split('-').map(|group| group.len());
    word.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') && groups.eq([8, 4, 4, 4, 12])
}

impl Targets {
    /// What was named, if all of it exists.
    pub(crate) fn all(self) -> Result<Vec<VpnConnection>, Failure> {
        if self.missing.is_empty() {
            return Ok(self.found);
        }
        let titles: Vec<_> = self.missing.into_iter().map(|missing| missing.title).collect();
        Err(Failure::NotFound(format!("not found: {}", titles.join("; "))))
    }

    fn add(&mut self, connection: VpnConnection) {
        if self.found.iter().all(|known| known.id != connection.id) {
            self.found.push(connection);
        }
    }

    async fn add_word(
        &mut self,
        client: &Client,
        word: &str,
        all: &mut Option<Vec<VpnConnection>>,
    ) -> Result<(), Failure> {
        if is_id(word) {
            match client.show(word).await {
                Ok(connection) => {
                    self.add(connection.into_inner());
                    return Ok(());
                }
                Err(error) if !error.is_not_found() => return Err(error.into()),
                // A name may look like an id.
                Err(_) => {}
            }
        }
        let all = match all {
            Some(all) => all,
            None => all.insert(listed(client).await?),
        };
        let named = all.iter().map(|it| (it.id.as_str(), it.name.as_deref(), it));
        match one_of("connections", word, named)? {
            // A list may lack what only a query returns.
            Some(connection) => self.add(client.show(&connection.id).await?.into_inner()),
            None => {
                let id = is_id(word).then(|| word.to_owned());
                self.missing.push(Missing { title: format!("the connection {word}"), id });
            }
        }
        Ok(())
    }

    async fn add_entry(&mut self, client: &Client, entry: &Entry) -> Result<(), Failure> {
        for (request, _) in entry.requests() {
            let mut key = ConnectionKey::default();
            key.vgw_id = Some(request.vgw_id.clone());
            key.cgw_id = Some(request.cgw_id.clone());
            key.vgw_ip = Some(request.vgw_ip.clone());
            let found = client.find(&key).await?;
            if found.is_empty() {
                let name = request.name.as_deref().unwrap_or("without a name");
                let title = format!("the connection {name} of {}", entry.location());
                self.missing.push(Missing { title, id: None });
            }
            found.into_iter().for_each(|connection| self.add(connection));
        }
        Ok(())
    }
}

async fn listed(client: &Client) -> Result<Vec<VpnConnection>, Error> {
    let mut connections = client.list().stream();
    let mut all = Vec::new();
    while let Some(connection) = connections.try_next().await? {
        all.push(connection);
    }
    Ok(all)
}

/// The one that has this id or, if none has, this name.
pub(crate) fn one_of<'a, T>(
    what: &str,
    word: &str,
    named: impl Iterator<Item = (&'a str, Option<&'a str>, T)> + Clone,
) -> Result<Option<T>, Failure> {
    if let Some((.., found)) = named.clone().find(|(id, ..)| *id == word) {
        return Ok(Some(found));
    }
    let mut found: Vec<_> = named.filter(|(_, name, _)| *name == Some(word)).collect();
    if found.len() > 1 {
        let ids: Vec<_> = found.iter().map(|(id, ..)| *id).collect();
        let count = ids.len();
        let ids = ids.join(", ");
        return Err(Failure::Usage(format!(
            "{count} {what} have the name {word}; give the id: {ids}"
        )));
    }
    Ok(found.pop().map(|(.., found)| found))
}

/// Finds the ids of gateways; each list is read once.
pub(crate) struct GatewayNames<'a> {
    client: &'a Client,
    gateways: Option<Vec<(String, Option<String>)>>,
    customers: Option<Vec<(String, Option<String>)>>,
}

impl<'a> GatewayNames<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, gateways: None, customers: None }
    }

    /// The id of the VPN gateway with this id or name.
    pub(crate) async fn gateway(&mut self, word: &str) -> Result<String, Failure> {
        let all = match &mut self.gateways {
            Some(all) => all,
            none => {
                let all = self.client.gateways().await?.into_inner();
                none.insert(all.into_iter().map(|it| (it.id, it.name)).collect())
            }
        };
        id_of("VPN gateway", word, all)
    }

    /// The id of the customer gateway with this id or name.
    pub(crate) async fn customer_gateway(&mut self, word: &str) -> Result<String, Failure> {
        let all = match &mut self.customers {
            Some(all) => all,
            none => {
                let mut stream = self.client.customer_gateways().stream();
                let all = none.insert(Vec::new());
                while let Some(it) = stream.try_next().await? {
                    all.push((it.id, it.name));
                }
                all
            }
        };
        id_of("customer gateway", word, all)
    }
}

fn id_of(what: &str, word: &str, all: &[(String, Option<String>)]) -> Result<String, Failure> {
    let named = all.iter().map(|(id, name)| (id.as_str(), name.as_deref(), id));
    let found = one_of(&format!("{what}s"), word, named)?;
    found.cloned().ok_or_else(|| Failure::NotFound(format!("not found: the {what} {word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_file_is_one() {
        for file in ["office.yaml", "office.YML", "a/b", "-", "office.json", "../office"] {
            assert!(is_file(file), "{file}");
        }
        for name in ["office", "office-1", "office.1", "18be2aa1-2f6c-410f-832e-4d8ba13b4c5d"] {
            assert!(!is_file(name), "{name}");
        }
    }

    #[test]
    fn ids_have_five_groups() {
        assert!(is_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8"));
        assert!(!is_id("8030f6d6"));
        assert!(!is_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f"));
        assert!(!is_id("8030f6d6-de_o-4d20-a7f8-50a7a826e2f8"));
    }

    #[test]
    fn an_id_goes_before_a_name_and_a_name_of_several_is_an_error() {
        let all = [("1", Some("2")), ("2", Some("a")), ("3", Some("a")), ("4", None)];
        let named = all.iter().map(|(id, name)| (*id, *name, *id));
        let find = |word| one_of("gateways", word, named.clone());
        assert_eq!(find("2").unwrap(), Some("2"));
        assert_eq!(find("5").unwrap(), None);
        assert_eq!(
            find("a").unwrap_err().message(),
            "2 gateways have the name a; give the id: 2, 3"
        );
    }
}
