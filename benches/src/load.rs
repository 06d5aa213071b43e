//! CPU time, memory and connections of many queries at once.

use std::process::Command;

use crate::call::{self, Caller};
use crate::server::Server;
use crate::{table, valgrind};

const CONCURRENCIES: [usize; 4] = [1, 16, 256, 1024];
/// The second is what the first is compared with.
const CALLERS: [(&str, &str); 2] = [("ours", "otc-vpn"), ("by-hand", "reqwest + serde")];
const QUERIES: usize = 10_000;
/// The clients take turns so many times, and the median of each figure counts: what else
/// runs on the machine takes time and cache from both.
const REPETITIONS: usize = 15;

/// Nanoseconds of CPU, kibibytes at most, connections.
type Usage = [i64; 3];

pub(crate) fn load() -> Result<(), String> {
    used()?;
    println!();
    counted()
}

fn used() -> Result<(), String> {
    let mut usages = CONCURRENCIES.map(|_| CALLERS.map(|_| Vec::new()));
    for _ in 0..REPETITIONS {
        for (concurrency, usages) in CONCURRENCIES.iter().zip(&mut usages) {
            for ((caller, _), usages) in CALLERS.iter().zip(usages) {
                usages.push(usage(caller, *concurrency)?);
            }
        }
    }
    let medians = usages.map(|callers| callers.map(median));
    table::head(
        &["client", "at once"],
        &["CPU µs", "to by hand", "to one at once", "peak MiB", "to by hand", "connections"],
    );
    for (concurrency, callers) in CONCURRENCIES.iter().zip(&medians) {
        let [_, [by_hand, by_hand_memory, _]] = *callers;
        for (index, [cpu, memory, connections]) in callers.iter().enumerate() {
            table::row([
                CALLERS[index].1.to_owned(),
                concurrency.to_string(),
                format!("{:.1}", *cpu as f64 / 1000.0 / QUERIES as f64),
                table::ratio(*cpu, by_hand),
                table::ratio(*cpu, medians[0][index][0]),
                format!("{:.1}", *memory as f64 / 1024.0),
                table::ratio(*memory, by_hand_memory),
                connections.to_string(),
            ]);
        }
    }
    Ok(())
}

fn median(usages: Vec<Usage>) -> Usage {
    [0, 1, 2].map(|figure| {
        let mut values: Vec<i64> = usages.iter().map(|usage| usage[figure]).collect();
        values.sort_unstable();
        values[values.len() / 2]
    })
}

fn usage(caller: &str, concurrency: usize) -> Result<Usage, String> {
    let server = Server::start();
    let output = Command::new(std::env::current_exe().map_err(|e| e.to_string())?)
        .args(["queries", caller, &server.address(), &concurrency.to_string()])
        .output()
        .map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    match said.split_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>().as_deref() {
        Ok([nanoseconds, kibibytes]) => Ok([*nanoseconds, *kibibytes, server.connections() as i64]),
        _ => Err(format!("{caller} failed:\n{}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// The same in figures that repeat.
fn counted() -> Result<(), String> {
    let server = Server::start();
    table::head(
        &["client", "at once"],
        &["instructions", "to by hand", "to one at once", "misses"],
    );
    let mut alone = [0; 2];
    for concurrency in CONCURRENCIES {
        let counts = CALLERS.map(|(caller, _)| {
            let queries = ["queries", caller, &server.address()];
            valgrind::instructions_and_misses(&queries, concurrency)
        });
        let counts = counts.into_iter().collect::<Result<Vec<_>, _>>()?;
        for (index, (instructions, misses)) in counts.iter().enumerate() {
            if concurrency == 1 {
                alone[index] = *instructions;
            }
            table::row([
                CALLERS[index].1.to_owned(),
                concurrency.to_string(),
                (instructions / QUERIES as i64).to_string(),
                table::ratio(*instructions, counts[1].0),
                table::ratio(*instructions, alone[index]),
                (misses / QUERIES as i64).to_string(),
            ]);
        }
    }
    Ok(())
}

/// Makes the queries, and prints the nanoseconds and the kibibytes that it took.
pub(crate) fn run(caller: &str, address: &str, concurrency: usize) {
    let share = |task| QUERIES / concurrency + usize::from(task < QUERIES % concurrency);
    call::runtime().block_on(async {
        let caller = Caller::new(caller, address);
        let before = nanoseconds();
        caller.queries((0..concurrency).map(share)).join_all().await;
        println!("{} {}", nanoseconds() - before, peak_kibibytes());
    });
}

/// The CPU time of this thread, which is the only one that does anything.
fn nanoseconds() -> i64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    schedule.split_whitespace().next().unwrap().parse().unwrap()
}

/// What this process had in memory at most.
fn peak_kibibytes() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
