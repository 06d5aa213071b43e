//! Instructions of one call after the other over one warm connection.

use crate::server::Server;
use crate::table;
use crate::valgrind::{self, Range};

const CASES: [&str; 2] = ["batch", "show"];
/// The second is what the others are compared with.
const CALLERS: [(&str, &str); 3] =
    [("ours", "otc-vpn"), ("by-hand", "reqwest + serde"), ("hyper", "hyper + serde")];
const RANGE: Range = Range { few: 200, many: 1200 };

pub(crate) fn road() -> Result<(), String> {
    let address = Server::start().address();
    table::head(&["call", "client"], &["instructions", "ratio"]);
    for case in CASES {
        let cost = |(caller, _)| instructions(caller, case, &address);
        let costs = CALLERS.map(cost).into_iter().collect::<Result<Vec<_>, String>>()?;
        for ((_, title), cost) in CALLERS.iter().zip(&costs) {
            table::row([case, title, &cost.to_string(), &table::ratio(*cost, costs[1])]);
        }
    }
    let signing =
        instructions("ours", "signed show", &address)? - instructions("ours", "show", &address)?;
    table::row(["signing", "otc-vpn", &signing.to_string(), ""]);
    Ok(())
}

fn instructions(caller: &str, case: &str, address: &str) -> Result<i64, String> {
    valgrind::instructions(&["call", caller, case, address], RANGE)
}

/// The functions that cost more or less in a call of ours than in one by hand; for signing,
/// than in one with a token.
pub(crate) fn profile(case: &str) -> Result<(), String> {
    let address = Server::start().address();
    let call = |caller, case| ["call", caller, case, address.as_str()];
    match case {
        "signing" => valgrind::profile(&call("ours", "signed show"), &call("ours", "show"), RANGE),
        _ => valgrind::profile(&call("ours", case), &call("by-hand", case), RANGE),
    }
}
