//! `plan`: what `apply` would do.

use std::path::PathBuf;

use clap::Args;

use crate::account::{self, Account};
use crate::changes::{self, Change};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Show what `apply` would do; changes nothing
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Plan {
    /// Files; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// As `apply --update` would do it.
    #[arg(long)]
    update: bool,
}

const EXAMPLE: &str = "\
Looks for the connections of the files by gateway, address and customer gateway.
Ends with 10 if one is missing or not as in its file. The service returns no
pre-shared keys, so these are not compared.

Examples:
  otc-vpn plan office.yaml
  otc-vpn plan --update -o json sites/*.yaml";

impl Plan {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<Exit, Failure> {
        run(&self.files, self.update, account, output)
    }
}

/// Also what `apply --dry-run` does.
pub(super) fn run(
    paths: &[PathBuf],
    is_updating: bool,
    account: &Account,
    output: &Output,
) -> Result<Exit, Failure> {
    let mut files = changes::read(paths, output)?;
    account::run(async {
        let client = changes::connect(account, &mut files).await?;
        let changes = changes::plan(&client, &files, is_updating).await?;
        changes::print(&changes, output)?;
        let is_to_do = changes.iter().any(Change::is_different);
        Ok(if is_to_do { Exit::ToDo } else { Exit::Done })
    })
}
