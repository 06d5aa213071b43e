//! The account to call the service with, as for the `openstack` client.

use clap::Args;
use otc_vpn::{Client, ClientBuilder, Error};

use crate::failure::Failure;

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Account")]
#[allow(clippy::doc_markdown, reason = "shown as help")]
pub(crate) struct Account {
    /// Cloud in clouds.yaml; by default OS_CLOUD, or the OS_* variables.
    #[arg(long, value_name = "NAME", global = true)]
    os_cloud: Option<String>,
    /// Region, in place of OS_REGION_NAME or clouds.yaml.
    #[arg(long, value_name = "NAME", global = true)]
    os_region_name: Option<String>,
    /// Id of the project, in place of OS_PROJECT_ID or clouds.yaml.
    #[arg(long, value_name = "ID", global = true)]
    os_project_id: Option<String>,
    /// Address of the service, in place of that of the region.
    #[arg(long, value_name = "URL", global = true)]
    endpoint: Option<String>,
}

impl Account {
    /// The settings of the client. Nothing is sent yet.
    pub(crate) fn builder(&self) -> Result<ClientBuilder, Error> {
        let mut builder = match &self.os_cloud {
            Some(cloud) => ClientBuilder::from_cloud(cloud)?,
            None => ClientBuilder::from_env()?,
        };
        if let Some(region) = &self.os_region_name {
            builder = builder.region(region);
        }
        if let Some(id) = &self.os_project_id {
            builder = builder.project_id(id);
        }
        if let Some(endpoint) = &self.endpoint {
            builder = builder.endpoint(endpoint);
        }
        Ok(builder.application_name(concat!("otc-vpn-cli/", env!("CARGO_PKG_VERSION"))))
    }

    /// A client; it has signed in if that was needed to find the project or the service.
    pub(crate) async fn client(&self) -> Result<Client, Error> {
        self.builder()?.connect().await
    }
}

/// Runs what needs the network, until it is done or Ctrl-C.
pub(crate) fn run<T>(task: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    block_on(async {
        tokio::select! {
            result = task => result,
            _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
        }
    })
}

/// Runs what looks after Ctrl-C itself.
pub(crate) fn block_on<T>(task: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    // Only now: most commands need none.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::Usage(format!("no runtime: {error}")))?.block_on(task)
}
