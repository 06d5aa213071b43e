//! The integration tests: one binary, a file for each subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that panics has failed, which is what it is for"
)]

mod bad_input;
mod build_script;
mod builders;
mod defaults;
mod differences;
mod document_examples;
mod dual;
mod ensure;
mod explain;
mod fault_matrix;
mod fault_server;
mod files;
mod full_request;
mod json_schema;
mod limits;
mod lists;
mod load;
mod mock;
mod operations;
mod origin;
mod outcome;
mod properties;
mod provisioning;
mod request_examples;
mod response_examples;
mod responses;
mod retries;
mod rules;
mod secrets;
mod settings;
mod sign_in;
mod simulator;
mod support;
mod threads;
#[allow(dead_code, reason = "the tests of TLS use the rest")]
mod tls_server;
mod trace;
mod updates;
mod validation;
