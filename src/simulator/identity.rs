//! The identity service: signs users in, and knows which tokens are good.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::account;

/// How long a token is good, unless the test says otherwise.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Default)]
pub(super) struct Identity {
    /// Tokens, and the time at which each ends.
    pub(super) tokens: Vec<(String, Timestamp)>,
    issued: u32,
    pub(super) life: Option<Duration>,
}

impl Identity {
    pub(super) fn knows(&self, token: &HeaderValue, now: Timestamp) -> bool {
        token == account::TOKEN
            || self.tokens.iter().any(|(known, end)| token == known && now < *end)
    }

    pub(super) fn sign_in(
        &mut self,
        body: &[u8],
        now: Timestamp,
        endpoint: &str,
    ) -> Response<Bytes> {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let user = &body.pointer("/auth/identity/password/user").cloned().unwrap_or_default();
        let is = |pointer: &str, expected: &str| {
            user.pointer(pointer).and_then(Value::as_str) == Some(expected)
        };
        let knows_user = is("/id", account::USER_ID)
            || (is("/name", account::USER)
                && (is("/domain/name", account::DOMAIN) || is("/domain/id", account::DOMAIN_ID)));
        if !knows_user || !is("/password", account::PASSWORD) {
            return error(401, "Unauthorized", "The username or password is wrong.");
        }
        let project = body.pointer("/auth/scope/project").cloned().unwrap_or_default();
        let is_ours = project.get("id").is_some_and(|id| id == account::PROJECT_ID)
            || project.get("name").is_some_and(|name| name == account::PROJECT_NAME);
        if !is_ours {
            return error(403, "Forbidden", "The user has no role in this project.");
        }
        self.issued += 1;
        let token = format!("simulated-token-{}", self.issued);
        let end = now.saturating_add(self.life.unwrap_or(LIFE)).unwrap_or(Timestamp::MAX);
        let body = json!({ "token": {
            "methods": ["password"],
            "issued_at": format!("{now:.6}"),
            "expires_at": format!("{end:.6}"),
            "project": { "id": account::PROJECT_ID, "name": account::PROJECT_NAME },
            "catalog": [{ "type": "evpn", "name": "evpn", "endpoints": [{
                "interface": "public", "region": "eu-de", "region_id": "eu-de",
                "url": format!("{endpoint}/v5/{}", account::PROJECT_ID),
            }]}],
        }});
        let response = Response::builder().status(201).header("x-subject-token", &token);
        self.tokens.push((token, end));
        response.body(Bytes::from(body.to_string())).unwrap_or_default()
    }
}

/// An error in the shape of the identity service.
fn error(status: u16, title: &str, message: &str) -> Response<Bytes> {
    let body = json!({ "error": { "code": status, "message": message, "title": title } });
    let response = Response::builder().status(status);
    response.body(Bytes::from(body.to_string())).unwrap_or_default()
}
