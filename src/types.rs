//! The types of requests and responses, as the OpenAPI document describes them.
//!
//! Structs are made with their `builder()`; their fields are public. A setter takes a `&str`
//! where the field is a text, a variant of an enumeration, and a value or a builder of a
//! nested struct; lists hold any of them. A connection with static routes, which is what a
//! request that names no style asks for:
//!
//! ```
//! use otc_vpn::Rules;
//! use otc_vpn::types::*;
//!
//! let request = VpnConnectionRequest::builder()
//!     .name("office")
//!     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
//!     .vgw_ip("e4d7930f-demo-4cbf-b78a-b004416c7485") // an EIP of the gateway
//!     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
//!     .peer_subnets(["192.168.44.0/24", "192.168.45.0/24"])
//!     .ipsecpolicy(
//!         IpsecPolicyRequest::builder()
//!             .encryption_algorithm(EncryptionAlgorithm::Aes256Gcm16)
//!             .pfs(PfsGroup::Group20)
//!             .lifetime_seconds(7200),
//!     )
//!     .psk("Example-Key-2025")
//!     .build()?; // reports everything that is missing at once
//! assert!(request.validate(&Rules::default()).is_empty());
//! # Ok::<(), otc_vpn::Error>(())
//! ```
//!
//! One that exchanges its routes by BGP, with tunnel addresses, an IKE policy and tags:
//!
//! ```
//! # use otc_vpn::Rules;
//! # use otc_vpn::types::*;
//! let request = VpnConnectionRequest::builder()
//!     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
//!     .vgw_ip("e4d7930f-demo-4cbf-b78a-b004416c7485")
//!     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
//!     .style(ConnectionStyle::Bgp)
//!     .peer_subnets(["192.168.44.0/24"])
//!     .tunnel_local_address("169.254.76.1/30")
//!     .tunnel_peer_address("169.254.76.2/30")
//!     .ikepolicy(
//!         IkePolicyRequest::builder()
//!             .dh_group(DhGroup::Group20)
//!             .dpd(DpdRequest::builder().timeout(20)), // seconds
//!     )
//!     .tags([VpnResourceTagRequest::builder().key("team").value("network")])
//!     .psk("Example-Key-2025")
//!     .build()?;
//! # assert!(request.validate(&Rules::default()).is_empty());
//! # Ok::<(), otc_vpn::Error>(())
//! ```
//!
//! The [crate's documentation](crate#a-single-connection) has one with policies.

pub use crate::document::enumerations::*;
pub use crate::field_value::FieldValue;
pub use crate::generated::types::*;
pub use crate::ids::{ConnectionId, CustomerGatewayId, GatewayId, MonitorId, ProjectId};
pub use crate::secret::Psk;
