//! `show`: connections as the service has them.

use clap::Args;

use crate::account::{self, Account};
use crate::failure::Failure;
use crate::output::Output;

/// Show a connection
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Show {
    /// Id of the connection.
    #[arg(value_name = "ID")]
    id: String,
}

const EXAMPLE: &str = "\
Examples:
  otc-vpn show 18be2aa1-2f6c-410f-832e-4d8ba13b4c5d
  otc-vpn show 18be2aa1-2f6c-410f-832e-4d8ba13b4c5d -o value -c status";

impl Show {
    pub(crate) fn run(&self, account: &Account, output: &Output) -> Result<(), Failure> {
        let connection = account::run(async {
            let client = account.client().await?;
            Ok(client.show(&self.id).await?.into_inner())
        })?;
        output.record(&connection)
    }
}
