//! Everything about credentials: their sources, how they are cached and renewed, signing
//! in, signing, and the clock of the service.

pub(crate) mod access_key;
mod authorization;
mod clock;
pub(crate) mod credentials;
pub(crate) mod password;
pub(crate) mod provider;
pub(crate) mod sign_in;
pub(crate) mod signer;
pub(crate) mod signing;
