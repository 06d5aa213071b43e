#![doc = include_str!("../README.md")]

#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
compile_error!("otc-vpn needs one of its features `rustls` (on by default) and `native-tls`");

mod auth;
mod client;
mod config;
mod document;
mod dual;
mod error;
mod explain;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod generated;
mod ids;
mod keys;
mod resolution;
mod response;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
#[cfg(feature = "simulator")]
pub mod simulator;
mod transport;
mod validate;
mod violations;

pub use auth::{AccessKey, Credentials, Password, Provided};
pub use client::{Client, ClientBuilder};
pub use config::{Retries, Timeouts};
pub use document::{defaults, error_codes, limits};
pub use dual::{ConnectionPair, DualConnection, DualConnectionBuilder, HaMode, Tunnel};
pub use error::{
    ConnectionKey, Error, ErrorKind, OutcomeUnknown, ReceivedConnection, UnexpectedPair,
};
pub use explain::{Explanation, Origin, Setting};
pub use ids::{ConnectionId, InvalidId, ProjectId};
pub use response::Response;
pub use secret::{InvalidPsk, Psk};
pub use validate::{AttachmentType, IpVersion, NetworkType, Rules, validate_batch};
pub use violations::{Severity, Violation, Violations};

/// The types of requests and responses, as the OpenAPI document describes them.
///
/// Structs are made with their `builder()`; their fields are public.
pub mod types {
    pub use crate::document::enumerations::*;
    pub use crate::generated::types::*;
    pub use crate::ids::{ConnectionId, ProjectId};
    pub use crate::secret::Psk;
}

/// The generated client behind [`Client::api`]: a builder for every operation of
/// the document.
///
/// Turn its error into [`Error`] before looking at it; see
/// [`Client::api`].
pub mod api {
    pub use crate::generated::{Client, ClientInfo, Error, ResponseValue, builder};
    pub use crate::transport::session::Session;
}
