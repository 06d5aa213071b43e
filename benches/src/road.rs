//! Instructions per call, counted by callgrind: the slope between two numbers of calls,
//! so that setting up costs nothing.

use std::collections::HashMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server;

const CASES: [&str; 2] = ["batch", "show"];
/// The second is what the others are compared with.
const CALLERS: [(&str, &str); 3] =
    [("ours", "otc-vpn"), ("reqwest", "reqwest + serde"), ("hyper", "hyper + serde")];
const FEW: i64 = 200;
const MANY: i64 = 1200;

pub(crate) fn table() -> Result<(), String> {
    let address = server::start();
    let mut table =
        "| call | client | instructions | ratio |\n| --- | --- | ---: | ---: |\n".to_owned();
    for case in CASES {
        let costs = CALLERS.map(|(caller, _)| {
            let run = |calls| total(&run(caller, case, calls, address)?);
            Ok((run(MANY)? - run(FEW)?) / (MANY - FEW))
        });
        let costs: Vec<i64> = costs.into_iter().collect::<Result<_, String>>()?;
        for ((_, title), cost) in CALLERS.iter().zip(&costs) {
            let ratio = *cost as f64 / costs[1] as f64;
            writeln!(table, "| {case} | {title} | {cost} | {ratio:.2} |").unwrap();
        }
    }
    print!("{table}");
    Ok(())
}

/// The functions that cost more or less in a call of ours than in one by hand.
pub(crate) fn profile(case: &str) -> Result<(), String> {
    let address = server::start();
    let mut own = HashMap::<String, i64>::new();
    let mut inclusive = HashMap::<String, i64>::new();
    for (caller, sign) in [("ours", 1), ("reqwest", -1)] {
        for (calls, sign) in [(MANY, sign), (FEW, -sign)] {
            let file = run(caller, case, calls, address)?;
            add(&mut own, sign, functions(&file, "no")?);
            add(&mut inclusive, sign, functions(&file, "yes")?);
            remove(&file)?;
        }
    }
    inclusive.retain(|name, _| name.contains("otc_vpn"));
    print("instructions per call by the function itself, ours less by hand", own);
    print("instructions per call with all that the function calls", inclusive);
    Ok(())
}

fn add(sums: &mut HashMap<String, i64>, sign: i64, costs: Vec<(String, i64)>) {
    for (function, cost) in costs {
        *sums.entry(function).or_default() += sign * cost;
    }
}

fn print(title: &str, costs: HashMap<String, i64>) {
    const ROWS: usize = 40;
    println!("{title}:");
    let per_call = |(name, cost)| (cost / (MANY - FEW), name);
    let mut rows: Vec<(i64, String)> = costs.into_iter().map(per_call).collect();
    rows.sort_by_key(|(cost, _)| -cost.abs());
    for (cost, name) in rows.iter().take(ROWS) {
        println!("{cost:>9}  {name}");
    }
}

/// Makes so many calls under callgrind, and returns the file that it wrote.
fn run(caller: &str, case: &str, calls: i64, address: SocketAddr) -> Result<PathBuf, String> {
    let file = std::env::temp_dir()
        .join(format!("otc-vpn-{}-{caller}-{case}-{calls}.callgrind", std::process::id()));
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe().map_err(|e| e.to_string())?)
        .args(["call", caller, case, &calls.to_string(), &address.to_string()])
        .output()
        .map_err(|e| format!("valgrind cannot be run ({e}); Debian has it in `valgrind`"))?;
    match output.status.success() {
        true => Ok(file),
        false => {
            Err(format!("{caller} {case} failed:\n{}", String::from_utf8_lossy(&output.stderr)))
        }
    }
}

/// All instructions of a run.
fn total(file: &Path) -> Result<i64, String> {
    let text = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
    remove(file)?;
    text.lines()
        .find_map(|line| line.strip_prefix("summary:")?.trim().parse().ok())
        .ok_or_else(|| "callgrind wrote no `summary:`".to_owned())
}

/// What each function of a run cost.
fn functions(file: &Path, inclusive: &str) -> Result<Vec<(String, i64)>, String> {
    let output = Command::new("callgrind_annotate")
        .args(["--threshold=100", "--auto=no", &format!("--inclusive={inclusive}")])
        .arg(file)
        .output()
        .map_err(|e| format!("callgrind_annotate cannot be run: {e}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(function).collect())
}

/// Reads `1,234 (0.12%)  file:function [object]`.
fn function(line: &str) -> Option<(String, i64)> {
    let (cost, rest) = line.split_once('(')?;
    let (_, name) = rest.split_once("%)")?;
    let name = name.trim().split(" [").next()?.trim_start_matches("???:");
    Some((name.to_owned(), cost.trim().replace(',', "").parse().ok()?))
}

fn remove(file: &Path) -> Result<(), String> {
    std::fs::remove_file(file).map_err(|e| e.to_string())
}
