//! Bytes on the heap that a client takes, and a call in flight.

use std::iter::repeat_n;

use crate::call::Caller;
use crate::server::Server;
use crate::valgrind::{self, Range};
use crate::{call, table};

const RANGE: Range = Range { few: 10, many: 30 };
/// With TLS, as the real service needs; nothing is sent there.
const ENDPOINT: &str = "https://vpn.example";

pub(crate) fn memory() -> Result<(), String> {
    table::head(&["of", "client"], &["bytes", "ratio"]);
    for (case, title) in [("clients", "an idle client"), ("calls", "a call in flight")] {
        let [ours, by_hand] = ["ours", "by-hand"].map(|caller| {
            RANGE.slope(|count| {
                let server = Server::holding(count);
                valgrind::bytes_at_end(&["hold", caller, case, &server.address()], count)
            })
        });
        let (ours, by_hand) = (ours?, by_hand?);
        for (client, bytes) in [("otc-vpn", ours), ("reqwest", by_hand)] {
            table::row([title, client, &bytes.to_string(), &table::ratio(bytes, by_hand)]);
        }
    }
    Ok(())
}

/// Ends while so many clients or calls are alive.
pub(crate) fn run(caller: &str, case: &str, address: &str, count: usize) -> Result<(), String> {
    match (caller, case) {
        ("ours", "clients") => end_with((0..count).map(|_| call::ours(ENDPOINT)).collect()),
        ("by-hand", "clients") => end_with((0..count).map(|_| call::by_hand()).collect()),
        (_, "calls") => call::runtime().block_on(async {
            // The one response comes when the server has received all other requests.
            let mut calls = Caller::new(caller, address).queries(repeat_n(1, count + 1));
            calls.join_next().await.unwrap().unwrap();
            end_with(vec![calls])
        }),
        _ => Err(format!("no case {caller} {case}")),
    }
}

fn end_with<T>(_alive: Vec<T>) -> ! {
    std::process::exit(0)
}
