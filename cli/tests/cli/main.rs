//! The program as its users see it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

mod account;
#[cfg(unix)]
mod apply;
mod connections;
mod examples;
mod pipes;
#[cfg(unix)]
mod readme;
mod secrets;
mod sessions;
mod set_psk;
mod simulate;
mod support;
#[cfg(unix)]
mod terminal;
