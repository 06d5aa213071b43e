//! The command line as clap reads it, and its help.

use std::fmt::Write;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::account::Account;
use crate::commands::{
    apply, completion, delete, explain, gateways, init, list, logs, man, plan, set_psk, show,
    simulate, validate, wait,
};
use crate::exit::Exit;
use crate::output::Output;

/// Site-to-site VPN connections on Open Telekom Cloud (Enterprise Edition VPN), from files
#[derive(Debug, Parser)]
#[command(name = "otc-vpn", version, styles = STYLES, max_term_width = 80, next_line_help = false)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Init),
    Validate(validate::Validate),
    Explain(explain::Explain),
    Schema(crate::commands::schema::SchemaCommand),
    Plan(plan::Plan),
    Apply(apply::Apply),
    Delete(delete::Delete),
    List(list::List),
    Show(show::Show),
    Logs(logs::Logs),
    Wait(wait::Wait),
    SetPsk(set_psk::SetPsk),
    Gateways(gateways::Gateways),
    CustomerGateways(gateways::CustomerGateways),
    Auth(crate::commands::auth::Auth),
    Simulate(simulate::Simulate),
    Completion(completion::Completion),
    Man(man::Man),
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold());

/// The commands by what they are for. Each is in one group.
const GROUPS: [(&str, &[&str]); 4] = [
    ("Files", &["init", "validate", "explain", "schema"]),
    ("Connections", &["plan", "apply", "delete", "list", "show", "logs", "wait", "set-psk"]),
    ("Gateways", &["gateways", "customer-gateways"]),
    ("Other", &["auth", "simulate", "completion", "man"]),
];

/// What users start with.
const EXAMPLE: &str = "  otc-vpn init --dual office.yaml
  otc-vpn validate office.yaml";

/// The command line, with the groups of commands in its help. clap has one list of commands
/// only; here it has none.
fn command() -> clap::Command {
    let command = complete();
    let groups = groups(&command);
    let template =
        format!("{{about}}\n\n{{usage-heading}} {{usage}}\n{groups}\n{{all-args}}{{after-help}}");
    let hide = |subcommand: clap::Command| subcommand.hide(true);
    command
        .mut_subcommands(hide)
        .help_template(template)
        .override_usage("otc-vpn [OPTIONS] <COMMAND>")
}

/// The command line for completions and manual pages.
pub(crate) fn complete() -> clap::Command {
    Arguments::command().after_help(after_help())
}

/// Reads the command line of this process.
pub(crate) fn parse() -> Result<Arguments, clap::Error> {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(std::env::args_os())?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn groups(command: &clap::Command) -> String {
    let (header, literal) = (STYLES.get_header(), STYLES.get_literal());
    let mut groups = String::new();
    // Writing to a text cannot fail.
    for (title, names) in GROUPS {
        let _ = writeln!(groups, "\n{header}{title}:{header:#}");
        for name in names {
            let about = command.find_subcommand(name).and_then(clap::Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(groups, "  {literal}{name:<19}{literal:#}{about}");
        }
    }
    groups
}

fn after_help() -> String {
    let (header, literal) = (STYLES.get_header(), STYLES.get_literal());
    let mut help = format!("{header}Example:{header:#}\n{EXAMPLE}\n");
    let _ = writeln!(help, "\n{header}Exit status:{header:#}");
    for exit in Exit::ALL {
        let _ = writeln!(help, "  {literal}{:<4}{literal:#}{}", exit as u8, exit.meaning());
    }
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn each_command_is_in_one_group() {
        let mut grouped: Vec<_> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let command = complete();
        let mut all: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }

    #[test]
    fn the_help_of_each_command_has_an_example_and_fits_80_columns() {
        let check = |help: String| {
            let long = help.lines().find(|line| line.chars().count() > 80);
            assert_eq!(long, None, "{help}");
            assert!(help.contains("\nExample"), "{help}");
        };
        let mut command = command().term_width(80);
        command.build();
        check(command.render_long_help().to_string());
        for subcommand in command.get_subcommands_mut().filter(|it| it.get_name() != "help") {
            let mut subcommand = subcommand.clone().term_width(80);
            check(subcommand.render_long_help().to_string());
            check(subcommand.render_help().to_string());
        }
    }
}
