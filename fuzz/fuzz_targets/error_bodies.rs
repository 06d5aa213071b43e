//! Any bytes as the body of an error: what is kept of it is short, of one line, and
//! without the secrets of the request.

#![no_main]

use libfuzzer_sys::fuzz_target;
use otc_vpn::fuzzing;

fuzz_target!(|body: &[u8]| {
    for status in [200, 400, 503] {
        let kept = fuzzing::error_body(status, body).expect("it is a status");
        for text in [&kept.code, &kept.message, &kept.request_id].into_iter().flatten() {
            assert!(text.chars().count() <= 1001, "too long");
            assert!(!text.chars().any(char::is_control), "more than a line");
            assert!(!text.contains(fuzzing::PSK) && !text.contains(fuzzing::TOKEN), "a secret");
        }
    }
});
