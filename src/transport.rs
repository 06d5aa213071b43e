//! One request and its response: sent, bounded, classified, retried. Who makes the
//! request, and with which credentials, is not known here.

pub(crate) mod attempts;
pub(crate) mod classify;
pub(crate) mod error_body;
pub(crate) mod exchange;
pub(crate) mod failure;
pub(crate) mod http_client;
mod redaction;
pub(crate) mod request_summary;
pub(crate) mod retry;
mod wiped;
