//! The five minutes of the README, word for word, on a terminal.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::{PROGRAM, Simulated, folder, quiet};
use crate::terminal::Terminal;

#[test]
fn the_five_minutes_of_the_readme_go_as_they_are_written() {
    let section = include_str!("../../README.md").split("\n## ");
    let section = section.filter(|it| it.starts_with("Five minutes")).collect::<String>();
    let folder = folder();
    let mut variables: BTreeMap<_, _> = quiet().collect();
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let own = Path::new(PROGRAM).parent().unwrap().to_path_buf();
    let folders = std::iter::once(own).chain(std::env::split_paths(&folders));
    variables.insert("PATH".into(), std::env::join_paths(folders).unwrap());
    let mut simulated = None;
    let mut run = Vec::new();
    for step in section.split("\n$ ").skip(1) {
        let (line, rest) = step.split_once('\n').unwrap_or((step, ""));
        let shown = rest.lines().take_while(|line| !line.starts_with("```"));
        let arguments: Vec<_> = line.split(' ').collect();
        match arguments[..] {
            // This program is built already.
            ["cargo", ..] => continue,
            ["export", variable] => {
                let (name, value) = variable.split_once('=').unwrap();
                variables.insert(name.into(), value.trim_matches('\'').into());
                continue;
            }
            // At a port that is free.
            ["otc-vpn", "simulate", "--port", _, ref options @ ..] => {
                let started = Simulated::start(folder.path(), options);
                variables.extend(started.variables.iter().map(|(k, v)| (k.into(), v.into())));
                simulated = Some(started);
                continue;
            }
            _ => {}
        }
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(folder.path()).env_clear().envs(&variables);
        let mut terminal = Terminal::run(command);
        if matches!(arguments[1], "apply" | "delete") {
            terminal.until("yes");
            terminal.type_line("yes");
        }
        let exit = terminal.exit();
        let expected = if arguments[1] == "plan" { 10 } else { 0 };
        assert_eq!(exit, Some(expected), "{line}: {}", terminal.screen);
        for shown in shown {
            assert!(terminal.screen.contains(shown), "{line}: no {shown:?} in {}", terminal.screen);
        }
        run.push(arguments[1].to_owned());
    }
    assert!(simulated.is_some());
    let all = ["init", "validate", "explain", "explain", "auth", "plan", "apply", "show", "delete"];
    assert_eq!(run, all);
}
