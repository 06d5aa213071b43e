//! The fence around what the build derives from the OpenAPI document: the open
//! enumerations, limits, defaults, error codes and endpoints.

pub(crate) mod enumerations;
pub mod limits;
pub(crate) mod operation;

/// Reached as `otc_vpn::defaults`.
pub(crate) mod defaults {
    include!(concat!(env!("OUT_DIR"), "/defaults.rs"));
}

/// When a request may be sent again, by the error code of its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryClass {
    Never,
    /// The service did nothing, so every request.
    Always,
    /// Queries and deletes.
    Reads,
    /// Once, after signing in again.
    FreshToken,
}

/// The documented error codes of the service, to compare [`Error::code`] with.
///
/// [`Error::code`]: crate::Error::code
pub mod error_codes {
    use super::RetryClass;

    include!(concat!(env!("OUT_DIR"), "/error_codes.rs"));
}

/// Where the service is reached, and which header carries the token.
pub(crate) mod endpoints {
    include!(concat!(env!("OUT_DIR"), "/endpoints.rs"));
}

/// The document, with `nullable` written as draft 4 of JSON Schema has it.
#[cfg(feature = "simulator")]
pub(crate) const DOCUMENT_JSON: &str = include_str!(concat!(env!("OUT_DIR"), "/document.json"));
