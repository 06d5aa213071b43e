//! The doors that the fuzz targets need; only there when fuzzing.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "no user sees it, and a target fails by a panic"
)]

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::Retries;
use crate::operations::OPERATIONS;
use crate::transport::{error_body, retry};

pub const PSK: &str = "Fuzzed-Key-2025";
pub const TOKEN: &str = "fuzzed-token";

pub struct Kept {
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
}

pub fn error_body(status: u16, body: &[u8]) -> Option<Kept> {
    let status = StatusCode::from_u16(status).ok()?;
    let secrets = [TOKEN.into(), PSK.into()];
    let known = error_body::read(status, &HeaderMap::new(), body, &secrets);
    Some(Kept { code: known.code, message: known.message, request_id: known.request_id })
}

pub fn retry_after(value: &str) -> Option<Duration> {
    error_body::retry_after(value, None)
}

pub fn wait_after(attempt: u32, hint: Option<Duration>) -> Option<Duration> {
    retry::backoff(&Retries::default(), attempt, hint)
}

pub fn path_steps(id: &str) -> Vec<String> {
    let id = progenitor_client::encode_path(id);
    let url = url::Url::parse(&format!("https://localhost/v5/p/vpn-connection/{id}")).ok();
    let steps = url.as_ref().and_then(url::Url::path_segments);
    steps.into_iter().flatten().map(str::to_owned).collect()
}

/// Reads a body as the success of each operation.
pub fn success_body(body: &[u8]) {
    OPERATIONS.iter().filter_map(|operation| operation.round_trip).for_each(|it| it(body));
}

/// What was read is written and read again as the same.
pub(crate) fn round_trip<T: DeserializeOwned + Serialize>(body: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(body) else { return };
    let written = serde_json::to_value(&read).expect("what was read can be written");
    let again: T = serde_json::from_value(written.clone()).expect("what was written can be read");
    let rewritten = serde_json::to_value(&again).expect("what was read can be written");
    assert_eq!(rewritten, written);
}
