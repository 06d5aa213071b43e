//! `completion`: completions for shells.

use clap::Args;
use clap_complete::Shell;

use crate::arguments;
use crate::failure::Failure;
use crate::output::Output;

/// Print the completions of a shell
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Completion {
    /// The shell that they are for.
    shell: Shell,
}

const EXAMPLE: &str = "\
Examples:
  otc-vpn completion bash > ~/.local/share/bash-completion/completions/otc-vpn
  otc-vpn completion zsh > ~/.zfunc/_otc-vpn
  otc-vpn completion fish > ~/.config/fish/completions/otc-vpn.fish";

impl Completion {
    pub(crate) fn run(&self, output: &Output) -> Result<(), Failure> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut arguments::complete(), "otc-vpn", &mut text);
        Ok(output.raw(&text)?)
    }
}
