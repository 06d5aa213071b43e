//! This program run again under valgrind, which counts instructions and allocations. What
//! one more repetition costs is the slope between few and many of them, so that setting up
//! costs nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Between how many repetitions the slope is taken.
#[derive(Clone, Copy)]
pub(crate) struct Range {
    pub(crate) few: usize,
    pub(crate) many: usize,
}

impl Range {
    /// What `measure` says for many less what it says for few, of one repetition.
    pub(crate) fn slope(
        self,
        measure: impl Fn(usize) -> Result<i64, String>,
    ) -> Result<i64, String> {
        Ok((measure(self.many)? - measure(self.few)?) / self.length())
    }

    fn length(self) -> i64 {
        (self.many - self.few) as i64
    }
}

/// Instructions of a repetition. The number of repetitions follows the arguments.
pub(crate) fn instructions(arguments: &[&str], range: Range) -> Result<i64, String> {
    range.slope(|count| Ok(events(arguments, count, &[])?[0]))
}

/// Instructions of a whole run, and how often it missed a cache of one mebibyte, which is
/// what a core often has for itself.
pub(crate) fn instructions_and_misses(
    arguments: &[&str],
    count: usize,
) -> Result<(i64, i64), String> {
    let events = events(arguments, count, &["--cache-sim=yes", "--LL=1048576,16,64"])?;
    match events.as_slice() {
        // Of this cache for instructions, reads and writes.
        [instructions, .., fetched, read, written] => Ok((*instructions, fetched + read + written)),
        _ => Err("callgrind counted no misses".to_owned()),
    }
}

/// Bytes that are on the heap when the program ends.
pub(crate) fn bytes_at_end(arguments: &[&str], count: usize) -> Result<i64, String> {
    let output = valgrind(&["--tool=dhat", "--dhat-out-file=/dev/null"], arguments, count)?;
    String::from_utf8_lossy(&output.stderr)
        .lines()
        .find_map(|line| line.split_once("At t-end:")?.1.split_once("bytes"))
        .and_then(|(bytes, _)| number(bytes))
        .ok_or_else(|| "dhat wrote no `At t-end:`".to_owned())
}

/// Prints the functions that cost more or less in the first than in the second.
pub(crate) fn profile(first: &[&str], second: &[&str], range: Range) -> Result<(), String> {
    let mut own = HashMap::<String, i64>::new();
    let mut inclusive = HashMap::<String, i64>::new();
    for (arguments, sign) in [(first, 1), (second, -1)] {
        for (count, sign) in [(range.many, sign), (range.few, -sign)] {
            let file = callgrind(arguments, count, &[])?;
            add(&mut own, sign, functions(&file, "no")?);
            add(&mut inclusive, sign, functions(&file, "yes")?);
            remove(&file)?;
        }
    }
    inclusive.retain(|name, _| name.contains("otc_vpn"));
    print(
        "instructions of a repetition by the function itself, the first less the second",
        own,
        range,
    );
    print("instructions of a repetition with all that the function calls", inclusive, range);
    Ok(())
}

fn add(sums: &mut HashMap<String, i64>, sign: i64, costs: Vec<(String, i64)>) {
    for (function, cost) in costs {
        *sums.entry(function).or_default() += sign * cost;
    }
}

fn print(title: &str, costs: HashMap<String, i64>, range: Range) {
    const ROWS: usize = 40;
    println!("{title}:");
    let mut rows: Vec<(i64, String)> =
        costs.into_iter().map(|(name, cost)| (cost / range.length(), name)).collect();
    rows.sort_by_key(|(cost, _)| -cost.abs());
    for (cost, name) in rows.iter().take(ROWS) {
        println!("{cost:>9}  {name}");
    }
}

/// The file that callgrind writes.
fn callgrind(arguments: &[&str], count: usize, options: &[&str]) -> Result<PathBuf, String> {
    let name = format!("otc-vpn-{}-{count}.callgrind", std::process::id());
    let file = std::env::temp_dir().join(name);
    let output = format!("--callgrind-out-file={}", file.display());
    valgrind(&[&["--tool=callgrind", &output], options].concat(), arguments, count)?;
    Ok(file)
}

fn valgrind(options: &[&str], arguments: &[&str], count: usize) -> Result<Output, String> {
    let output = Command::new("valgrind")
        .args(options)
        .arg(std::env::current_exe().map_err(|e| e.to_string())?)
        .args(arguments)
        .arg(count.to_string())
        .output()
        .map_err(|e| format!("valgrind cannot be run ({e}); Debian has it in `valgrind`"))?;
    match output.status.success() {
        true => Ok(output),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("{} failed:\n{said}", arguments.join(" ")))
        }
    }
}

/// What callgrind counts of a run, instructions first.
fn events(arguments: &[&str], count: usize, options: &[&str]) -> Result<Vec<i64>, String> {
    let file = callgrind(arguments, count, options)?;
    let text = std::fs::read_to_string(&file).map_err(|e| e.to_string())?;
    remove(&file)?;
    text.lines()
        .find_map(|line| line.strip_prefix("summary:")?.split_whitespace().map(number).collect())
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
    Some((name.to_owned(), number(cost)?))
}

/// Reads `1,234`.
fn number(text: &str) -> Option<i64> {
    text.trim().replace(',', "").parse().ok()
}

fn remove(file: &Path) -> Result<(), String> {
    std::fs::remove_file(file).map_err(|e| e.to_string())
}
