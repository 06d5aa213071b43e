//! The dual connection: two connections over the two addresses of one gateway.
//!
//! Vendor page: `vpn_api_0042`, "Example 3: Creating Dual VPN Connections".

mod builder;
mod connection;
mod gateway;
mod pair_settings;
#[cfg(feature = "schemars")]
mod schema;

pub use builder::{DualConnectionBuilder, Tunnel};
pub use connection::{ConnectionPair, DualConnection};
