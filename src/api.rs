//! The generated client behind [`Client::api`](crate::Client::api): a builder for every
//! operation of the document.
//!
//! Turn its error into [`Error`](crate::Error) before looking at it; see
//! [`Client::api`](crate::Client::api).

pub use crate::generated::{Client, ClientInfo, Error, ResponseValue, builder};
pub use crate::session::Session;
