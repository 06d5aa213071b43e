//! The doors that the fuzz targets need; only there when fuzzing.

#![allow(missing_docs, reason = "no user sees it")]

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::config::Retries;
use crate::transport::answer::{self, Said};
use crate::transport::retry;

pub const PSK: &str = "Fuzzed-Key-2025";
pub const TOKEN: &str = "fuzzed-token";

pub struct Kept {
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
    pub documented_body: Vec<u8>,
}

pub fn error_body(status: u16, body: &[u8]) -> Option<Kept> {
    let status = StatusCode::from_u16(status).ok()?;
    let url = url::Url::parse("http://localhost/v5/p/vpn-connection").ok()?;
    let mut request = reqwest::Request::new(http::Method::POST, url);
    *request.body_mut() = Some(format!(r#"{{ "vpn_connection": {{ "psk": "{PSK}" }} }}"#).into());
    let said = Said::by(vec![TOKEN.into()], &request);
    let answer = answer::read(status, &HeaderMap::new(), body, &said);
    let documented_body = answer.documented_body();
    Some(Kept {
        code: answer.code,
        message: answer.message,
        request_id: answer.request_id,
        documented_body,
    })
}

pub fn retry_after(value: &str) -> Option<Duration> {
    answer::retry_after(value)
}

pub fn wait_after(attempt: u32, hint: Option<Duration>) -> Option<Duration> {
    retry::wait(&Retries::default(), attempt, hint)
}

pub fn path_steps(id: &str) -> Vec<String> {
    let id = progenitor_client::encode_path(id);
    let url = url::Url::parse(&format!("https://localhost/v5/p/vpn-connection/{id}")).ok();
    let steps = url.as_ref().and_then(url::Url::path_segments);
    steps.into_iter().flatten().map(str::to_owned).collect()
}
