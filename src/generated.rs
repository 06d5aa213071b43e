//! The fence around progenitor's output.

#![allow(
    missing_debug_implementations,
    unreachable_pub,
    unused_imports,
    unused_qualifications,
    rustdoc::broken_intra_doc_links,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    reason = "the generator's choices; what users see of them is checked by tests"
)]

include!(concat!(env!("OUT_DIR"), "/client.rs"));
