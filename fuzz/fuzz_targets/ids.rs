//! Any text as an id: refused, or exactly one step of a path.

#![no_main]

use libfuzzer_sys::fuzz_target;
use otc_vpn::{ConnectionId, CustomerGatewayId, GatewayId, MonitorId, ProjectId};

fuzz_target!(|text: &str| {
    let connection = ConnectionId::try_from(text).ok();
    for is_id in [
        ProjectId::try_from(text).is_ok(),
        GatewayId::try_from(text).is_ok(),
        CustomerGatewayId::try_from(text).is_ok(),
        MonitorId::try_from(text).is_ok(),
    ] {
        assert_eq!(connection.is_some(), is_id);
    }
    let Some(id) = connection else { return };
    assert_eq!(id.to_string(), text);
    let steps = otc_vpn::fuzzing::path_steps(&id.to_string());
    assert_eq!(steps, ["v5", "p", "vpn-connection", text]);
});
