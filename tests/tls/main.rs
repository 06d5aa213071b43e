//! The tests of TLS: a binary of its own, since it is built once for each library.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs,
    reason = "a test that panics has failed, and some of what tests share is not used here"
)]

#[path = "../integration/fault_server.rs"]
mod fault_server;
#[path = "../integration/support.rs"]
mod support;
mod tls;
#[path = "../integration/tls_server.rs"]
mod tls_server;
