//! Any bytes as the body of an error: what is kept of it is short, of one line, and
//! without the secrets of the request, and becomes the documented body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use otc_vpn::fuzzing;

fuzz_target!(|input: (u16, &[u8])| {
    let (status, body) = input;
    let kept = fuzzing::error_body(100 + status % 900, body).expect("100 to 999 is a status");
    for text in [&kept.code, &kept.message, &kept.request_id].into_iter().flatten() {
        assert!(text.chars().count() <= 1001, "too long");
        assert!(!text.chars().any(char::is_control), "more than a line");
        assert!(!text.contains(fuzzing::PSK) && !text.contains(fuzzing::TOKEN), "a secret");
    }
    serde_json::from_slice::<otc_vpn::types::ErrorBody>(&kept.documented_body)
        .expect("the documented body");
});
