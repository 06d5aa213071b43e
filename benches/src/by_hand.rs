//! The types that a program would write for itself: the documented fields, and nothing
//! that checks them.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(crate) struct Batch {
    pub(crate) vpn_connections: Vec<Request>,
}

#[derive(Serialize)]
pub(crate) struct Request {
    pub(crate) vgw_ip: String,
    pub(crate) cgw_id: String,
    pub(crate) vgw_id: String,
    pub(crate) peer_subnets: Vec<String>,
    pub(crate) psk: String,
}

/// The body of a response: `T` in an envelope.
#[derive(Deserialize)]
pub(crate) struct Envelope<T> {
    #[serde(alias = "vpn_connection", alias = "vpn_connections")]
    pub(crate) value: T,
    #[serde(rename = "request_id")]
    pub(crate) _request_id: Option<String>,
}

macro_rules! object {
    ($(struct $name:ident { $($field:ident: $type:ty,)+ })+) => {$(
        #[derive(Deserialize)]
        #[expect(dead_code, reason = "what a program reads of it is its own business")]
        pub(crate) struct $name { $(pub(crate) $field: $type,)+ }
    )+};
}

type Text = Option<String>;

object! {
    struct Connection {
        id: String, name: Text, status: Text, vgw_id: Text, vgw_ip: Text, style: Text,
        cgw_id: Text, peer_subnets: Option<Vec<String>>, tunnel_local_address: Text,
        tunnel_peer_address: Text, enable_nqa: Option<bool>, enable_hub: Option<bool>,
        policy_rules: Option<Vec<PolicyRule>>, ikepolicy: Option<IkePolicy>,
        ipsecpolicy: Option<IpsecPolicy>, created_at: Text, updated_at: Text,
        enterprise_project_id: Text, connection_monitor_id: Text, ha_role: Text,
        tags: Option<Vec<Tag>>, eip_id: Text, r#type: Text, route_mode: Text,
    }
    struct PolicyRule { rule_index: Option<i64>, source: Text, destination: Option<Vec<String>>, }
    struct IkePolicy {
        ike_version: Text, phase1_negotiation_mode: Text, authentication_algorithm: Text,
        encryption_algorithm: Text, dh_group: Text, authentication_method: Text,
        lifetime_seconds: Option<i64>, local_id_type: Text, local_id: Text, peer_id_type: Text,
        peer_id: Text, dpd: Option<Dpd>,
    }
    struct Dpd { timeout: Option<i64>, interval: Option<i64>, msg: Text, }
    struct IpsecPolicy {
        authentication_algorithm: Text, encryption_algorithm: Text, pfs: Text,
        transform_protocol: Text, lifetime_seconds: Option<i64>, encapsulation_mode: Text,
    }
    struct Tag { key: Text, value: Text, }
}
