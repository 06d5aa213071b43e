//! `init`: an example to start from.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::commands::schema;
use crate::failure::Failure;
use crate::output::Output;

/// Write a commented example of a file
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Init {
    /// The file to write, which must not exist; by default standard output.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    kind: Kind,
}

/// Which example.
#[derive(Args, Debug)]
#[group(multiple = false)]
struct Kind {
    /// Two connections over the two addresses of a gateway (default).
    #[arg(long)]
    dual: bool,
    /// One connection.
    #[arg(long)]
    single: bool,
    /// A pair with routes learnt by BGP.
    #[arg(long)]
    bgp: bool,
    /// A connection between given networks only.
    #[arg(long)]
    policy: bool,
}

const EXAMPLE: &str = "\
The first line tells editors where the JSON Schema is that `otc-vpn schema`
prints; with it, they complete and check the file.

Examples:
  otc-vpn init office.yaml
  otc-vpn init --single > office.yaml";

impl Init {
    pub(crate) fn run(&self, output: &Output) -> Result<(), Failure> {
        let text = format!("{}\n{}", hint(), self.kind.example());
        let Some(path) = self.file.as_deref().filter(|path| *path != Path::new("-")) else {
            return Ok(output.raw(text.as_bytes())?);
        };
        let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
        let name = path.display();
        written.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                Failure::Usage(format!("{name} exists; it is left as it is"))
            }
            _ => Failure::Usage(format!("{name}: {error}")),
        })
    }
}

/// What tells editors where the schema is.
fn hint() -> String {
    format!("# yaml-language-server: $schema={}", schema::FILE)
}

impl Kind {
    fn example(&self) -> &'static str {
        match self {
            Self { single: true, .. } => include_str!("examples/single.yaml"),
            Self { bgp: true, .. } => include_str!("examples/bgp.yaml"),
            Self { policy: true, .. } => include_str!("examples/policy.yaml"),
            _ => include_str!("examples/dual.yaml"),
        }
    }
}
