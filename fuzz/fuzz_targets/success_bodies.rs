//! Any bytes as the body of a success of each operation: a value or an error, and a
//! value that was read is written and read again as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use otc_vpn::fuzzing::success_body;

fuzz_target!(|body: &[u8]| success_body(body));
