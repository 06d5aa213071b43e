//! Any bytes as the body of a success of each operation: a value or an error, and a
//! value that was read is written and read again as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use otc_vpn::types::{
    BatchCreateVpnConnectionsResponse, CreateVpnConnectionResponse, ShowVpnConnectionResponse,
};
use serde_json::{from_slice, to_vec};

macro_rules! round_trip {
    ($body:expr, $($response:ty),*) => {$(
        if let Ok(read) = from_slice::<$response>($body) {
            let written = to_vec(&read).expect("what was read can be written");
            let again: $response = from_slice(&written).expect("what was written can be read");
            assert_eq!(again, read);
        }
    )*};
}

fuzz_target!(|body: &[u8]| {
    round_trip!(
        body,
        CreateVpnConnectionResponse,
        BatchCreateVpnConnectionsResponse,
        ShowVpnConnectionResponse
    );
});
