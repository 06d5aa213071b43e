//! Any text as `Retry-After`: a time or none, and waiting for it can be reckoned with.

#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use otc_vpn::fuzzing;

fuzz_target!(|value: &str| {
    let Some(hint) = fuzzing::retry_after(value) else { return };
    let waits = fuzzing::wait_after(1, Some(hint));
    assert_eq!(waits.is_some(), hint <= Duration::from_secs(60));
    if let Some(wait) = waits {
        assert!(wait >= hint && Instant::now().checked_add(wait).is_some());
    }
});
