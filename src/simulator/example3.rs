//! The gateways of Example 3 of the vendor, which exist from the start. The example names
//! their ids alone; the rest is as in the other examples.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::types::{CustomerGateway, VpnGateway};

pub(super) fn gateway() -> Option<VpnGateway> {
    let eip = |id, last, bandwidth| {
        json!({
            "id": id,
            "ip_version": 4,
            "type": "5_bgp",
            "ip_address": format!("198.51.100.{last}"),
            "charge_mode": "bandwidth",
            "bandwidth_id": bandwidth,
            "bandwidth_size": 300,
            "bandwidth_name": format!("vpngw-bandwidth-{last}"),
        })
    };
    read(json!({
        "id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8",
        "name": "vpngw-3caf",
        "network_type": "public",
        "status": "ACTIVE",
        "attachment_type": "vpc",
        "ip_version": "ipv4",
        "vpc_id": "cb4a631d-demo-a8df-va86-ca3fa348c36c",
        "local_subnets": ["192.168.0.0/24", "192.168.1.0/24"],
        "connect_subnet": "f5741286-demo-a8df-va86-2c82bd9ee114",
        "bgp_asn": 64512,
        "flavor": "Professional1",
        "availability_zone_ids": ["eu-de-01", "eu-de-02"],
        "connection_number": 200,
        "enterprise_project_id": "0",
        "ha_mode": "active-active",
        "eip1": eip("e4d7930f-demo-4cbf-b78a-b004416c7485", 8, "593a1a79-demo-a8df-va86-64ec45fb23f6"),
        "eip2": eip("1fb97767-demo-4d8b-83bb-6f878f662005", 6, "0abb9d55-demo-a8df-va86-b7500ac2a338"),
        "access_vpc_id": "cb4a631d-demo-a8df-va86-ca3fa348c36c",
        "access_subnet_id": "f5741286-demo-a8df-va86-2c82bd9ee114",
        "supported_features": ["query_connection_log"],
        "created_at": "2025-03-15T08:56:09.386Z",
        "updated_at": "2025-03-15T08:56:09.386Z",
    }))
}

pub(super) fn customer_gateway() -> Option<CustomerGateway> {
    read(json!({
        "id": "8916effb-demo-42d8-83d7-4517567d3d26",
        "name": "cgw-3ebf",
        "id_type": "ip",
        "id_value": "203.0.113.21",
        "bgp_asn": 65000,
        "tags": [],
        "created_at": "2025-03-15T16:49:28.108Z",
        "updated_at": "2025-03-15T16:49:28.108Z",
    }))
}

fn read<T: DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}
