//! `man`: manual pages.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man as Page;

use crate::arguments;
use crate::failure::Failure;
use crate::output::Output;

/// Print a manual page, or write all of them to a folder
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Man {
    /// The command to print the page of; by default that of the program.
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    command: Option<String>,
    /// Write all pages to this folder.
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

const EXAMPLE: &str = "\
Examples:
  otc-vpn man validate | man -l -
  otc-vpn man --dir ~/.local/share/man/man1";

impl Man {
    pub(crate) fn run(&self, output: &Output) -> Result<(), Failure> {
        let mut program = arguments::complete().disable_help_subcommand(true);
        program.build();
        if let Some(folder) = &self.dir {
            let written = std::fs::create_dir_all(folder);
            let written = written.and_then(|()| clap_mangen::generate_to(program, folder));
            return written.map_err(|error| {
                Failure::Usage(format!("cannot write to {}: {error}", folder.display()))
            });
        }
        let page = match &self.command {
            None => program,
            Some(name) => program
                .find_subcommand(name)
                .cloned()
                .ok_or_else(|| Failure::Usage(format!("there is no command `{name}`")))?,
        };
        let mut text = Vec::new();
        Page::new(page).render(&mut text)?;
        Ok(output.raw(&text)?)
    }
}
