//! The types that a program would write for itself: the documented fields, and nothing
//! that checks them.

use serde::{Deserialize, Serialize};

/// The body of a response: `T` in an envelope.
#[derive(Deserialize)]
pub(crate) struct Envelope<T> {
    #[serde(
        alias = "vpn_connection",
        alias = "vpn_connections",
        alias = "vpn_gateway",
        alias = "vpn_gateways",
        alias = "customer_gateway",
        alias = "customer_gateways",
        alias = "connection_monitor",
        alias = "connection_monitors",
        alias = "logs"
    )]
    pub(crate) value: T,
    #[serde(rename = "request_id")]
    pub(crate) _request_id: Option<String>,
    #[serde(rename = "page_info")]
    pub(crate) _page_info: Option<PageInfo>,
    #[serde(rename = "total_count")]
    pub(crate) _total_count: Option<u64>,
}

/// Structs with required fields, in parentheses, and optional ones.
macro_rules! objects {
    ($(struct $name:ident ($($field:ident: $type:ty),*) {
        $($optional:ident: $of:ty,)*
    })+) => {$(
        #[derive(Default, Deserialize, Serialize)]
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)*
            $(#[serde(skip_serializing_if = "Option::is_none")]
            pub(crate) $optional: Option<$of>,)*
        }
    )+};
}

objects! {
    struct Batch(vpn_connections: Vec<Request>) {}
    struct Request(vgw_ip: String, cgw_id: String, vgw_id: String) {
        name: String, style: String, peer_subnets: Vec<String>, tunnel_local_address: String,
        tunnel_peer_address: String, enable_nqa: bool, enable_hub: bool, psk: String,
        policy_rules: Vec<PolicyRule>, ikepolicy: IkePolicy, ipsecpolicy: IpsecPolicy,
        ha_role: String, tags: Vec<Tag>,
    }
    struct Connection(id: String) {
        name: String, status: String, vgw_id: String, vgw_ip: String, style: String,
        cgw_id: String, peer_subnets: Vec<String>, tunnel_local_address: String,
        tunnel_peer_address: String, enable_nqa: bool, enable_hub: bool,
        policy_rules: Vec<PolicyRule>, ikepolicy: IkePolicy, ipsecpolicy: IpsecPolicy,
        created_at: String, updated_at: String, enterprise_project_id: String,
        connection_monitor_id: String, ha_role: String, tags: Vec<Tag>, eip_id: String,
        r#type: String, route_mode: String,
    }
    struct PolicyRule() { rule_index: i64, source: String, destination: Vec<String>, }
    struct IkePolicy() {
        ike_version: String, phase1_negotiation_mode: String, authentication_algorithm: String,
        encryption_algorithm: String, dh_group: String, authentication_method: String,
        lifetime_seconds: i64, local_id_type: String, local_id: String, peer_id_type: String,
        peer_id: String, dpd: Dpd,
    }
    struct Dpd() { timeout: i64, interval: i64, msg: String, }
    struct IpsecPolicy() {
        authentication_algorithm: String, encryption_algorithm: String, pfs: String,
        transform_protocol: String, lifetime_seconds: i64, encapsulation_mode: String,
    }
    struct Tag() { key: String, value: String, }
    struct PageInfo() { next_marker: String, current_count: i64, }
    struct Log() { time: i64, raw_message: String, }
    struct Gateway(id: String) {
        name: String, status: String, network_type: String, attachment_type: String,
        ip_version: String, vpc_id: String, local_subnets: Vec<String>, connect_subnet: String,
        er_id: String, er_attachment_id: String, bgp_asn: i64, flavor: String,
        availability_zone_ids: Vec<String>, connection_number: i64,
        used_connection_number: i64, used_connection_group: i64, enterprise_project_id: String,
        ha_mode: String, eip1: Eip, eip2: Eip, access_vpc_id: String, access_subnet_id: String,
        access_private_ip_1: String, access_private_ip_2: String, policy_template: Template,
        supported_flavors: Vec<String>, tags: Vec<Tag>, created_at: String, updated_at: String,
        applied_at: String,
    }
    struct Eip(id: String) {
        ip_version: i64, r#type: String, ip_address: String, charge_mode: String,
        bandwidth_id: String, bandwidth_size: i64, bandwidth_name: String,
        billing_info: String, share_type: String,
    }
    struct Template() { ike_policy: IkePolicy, ipsec_policy: IpsecPolicy, }
    struct CustomerGateway(id: String) {
        name: String, id_type: String, id_value: String, ip: String, bgp_asn: i64,
        route_mode: String, tags: Vec<Tag>, created_at: String, updated_at: String,
    }
    struct Monitor(id: String) {
        status: String, vpn_connection_id: String, r#type: String, source_ip: String,
        destination_ip: String, proto_type: String,
    }
}
