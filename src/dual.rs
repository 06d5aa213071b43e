//! The dual connection: two connections over the two addresses of one gateway.
//!
//! Vendor page: `vpn_api_0042`, "Example 3: Creating Dual VPN Connections".

mod builder;
mod connection;
#[cfg(feature = "schemars")]
mod schema;
mod settings;

pub use builder::{DualConnectionBuilder, Tunnel};
pub use connection::{ConnectionPair, DualConnection};
