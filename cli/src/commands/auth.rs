//! `auth`: whether the account works.

use clap::Args;
use otc_vpn::api::ClientInfo;
use serde_json::json;

use crate::account::{self, Account};
use crate::failure::Failure;
use crate::output::Output;

/// Sign in, and show the account
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Auth {}

const EXAMPLE: &str = "\
Asks the service for a connection, so that the rights are checked, too. Ends
with 6 if signing in fails or the rights do not suffice. Shows no secret.

Examples:
  otc-vpn auth --os-cloud otc
  otc-vpn auth -o value -c project_id";

pub(crate) fn run(account: &Account, output: &Output) -> Result<(), Failure> {
    let shown = account::run(async {
        let builder = account.builder()?;
        let settings = builder.account();
        let client = builder.connect().await?;
        client.list().page_size(1).page(None).await?;
        Ok(json!({
            "user": settings.user,
            "access_key": settings.access_key,
            "project_id": client.project_id(),
            "project_name": settings.project_name,
            "region": settings.region,
            "endpoint": client.api().baseurl(),
        }))
    })?;
    output.record(&shown)
}
