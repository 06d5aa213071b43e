#![doc = include_str!("../README.md")]
// Items that need a feature say so in the documentation that docs.rs makes.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(feature = "aws-lc-rs", feature = "native-tls", feature = "rustls")))]
compile_error!("otc-vpn needs one of its features `rustls` (default), `aws-lc-rs`, `native-tls`");

pub mod api;
mod auth;
mod client;
mod config;
pub mod defaults;
mod differences;
mod document;
mod dual;
mod ensure;
mod error;
mod explain;
mod field_value;
mod found_keys;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod generated;
mod ids;
mod keys;
mod lenient;
mod list;
mod nearest;
mod operations;
mod overlay;
mod response;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod session;
#[cfg(feature = "simulator")]
pub mod simulator;
mod transport;
pub mod types;
mod validate;
mod violations;
mod wait;

pub use auth::access_key::AccessKey;
pub use auth::credentials::Credentials;
pub use auth::password::Password;
pub use auth::provider::Provided;
pub use client::Client;
pub use client::account::Account;
pub use client::builder::ClientBuilder;
pub use client::changes::Deletion;
pub use config::{Retries, Timeouts};
pub use differences::{Difference, Differences};
pub use document::{error_codes, limits};
pub use dual::{ConnectionPair, DualConnection, DualConnectionBuilder, Tunnel};
pub use ensure::{
    DeleteDual, DualPlan, Ensure, EnsureAction, EnsuredConnection, EnsuredPair, PlannedConnection,
};
pub use error::{
    ConnectionKey, Error, ErrorKind, LastState, OutcomeUnknown, UnexpectedPair, WaitEnded,
};
pub use explain::{Explanation, Origin, Setting};
pub use ids::{ConnectionId, CustomerGatewayId, GatewayId, InvalidId, MonitorId, ProjectId};
pub use list::{ListConnections, ListCustomerGateways, Listing, Page};
pub use response::Response;
pub use secret::{InvalidPsk, Psk};
pub use types::{AttachmentType, HaMode, IpVersion, NetworkType};
pub use validate::{Rules, validate_batch};
pub use violations::{Severity, Violation, Violations};
pub use wait::Wait;
