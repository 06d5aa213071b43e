//! What an answer says, whatever its body looks like.

use std::cmp::Reverse;
use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::part::Part;
use super::redaction::redacted;
use crate::document::operations::SECRET_FIELDS;
use crate::error::{Answer, ConnectionKey};

/// Most characters of a message that an error keeps.
const MAX_MESSAGE: usize = 1000;
/// Most characters of a code or an id that an error keeps.
const MAX_WORD: usize = 100;

/// What a request said: which connections it was about, and the secrets in it,
/// which an answer may repeat and an error must not.
pub(crate) struct Said {
    pub(crate) method: Method,
    last_path_segment: String,
    /// Texts that an error must not show, beside those of the body.
    secrets: Vec<SecretString>,
    request: Option<reqwest::Request>,
}

impl Said {
    /// What `request` says, and the secrets that it will be signed with.
    pub(crate) fn by(secrets: Vec<SecretString>, request: &reqwest::Request) -> Self {
        Self {
            method: request.method().clone(),
            last_path_segment: request
                .url()
                .path_segments()
                .and_then(|mut segments| segments.next_back())
                .unwrap_or_default()
                .to_owned(),
            secrets,
            request: request.try_clone(),
        }
    }

    /// The headers by which it was signed.
    pub(super) fn signed(&mut self, headers: &HeaderMap) {
        let secret = headers.values().filter(|value| value.is_sensitive());
        for text in secret.filter_map(|value| value.to_str().ok()) {
            if !self.secrets.iter().any(|known| known.expose_secret() == text) {
                self.secrets.push(text.into());
            }
        }
    }

    /// Whether the request changes nothing.
    pub(crate) fn reads(&self) -> bool {
        self.method.is_safe()
    }

    fn body(&self) -> Option<Value> {
        let body = self.request.as_ref()?.body()?.as_bytes()?;
        serde_json::from_slice(body).ok()
    }

    /// The connections that the request was about.
    pub(crate) fn connections(&self) -> Vec<ConnectionKey> {
        let body = self.body().unwrap_or_default();
        let many = body.get("vpn_connections").and_then(Value::as_array).into_iter().flatten();
        let mut keys: Vec<_> =
            body.get("vpn_connection").into_iter().chain(many).map(key).collect();
        if self.method != Method::POST {
            // A change of an existing connection names it at the end of the path.
            keys.resize_with(1, ConnectionKey::default);
            keys.iter_mut().for_each(|key| key.id = Some(self.last_path_segment.clone()));
        }
        keys
    }

    fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = self.secrets.clone();
        collect_secrets(&self.body().unwrap_or_default(), &mut secrets);
        secrets.sort_by_key(|secret| Reverse(secret.expose_secret().len()));
        secrets
    }
}

fn key(connection: &Value) -> ConnectionKey {
    let text = |name: &str| connection.get(name).and_then(Value::as_str).map(str::to_owned);
    ConnectionKey {
        id: None,
        name: text("name"),
        vgw_id: text("vgw_id"),
        vgw_ip: text("vgw_ip"),
        cgw_id: text("cgw_id"),
    }
}

/// Every secret in a request body.
fn collect_secrets(value: &Value, secrets: &mut Vec<SecretString>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(secret) if SECRET_FIELDS.contains(&name.as_str()) => {
                        secrets.push(secret.as_str().into());
                    }
                    member => collect_secrets(member, secrets),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_secrets(item, secrets)),
        _ => {}
    }
}

/// Reads the three shapes of error bodies, and does without for all others.
pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8], said: &Said) -> Answer {
    let mut answer = Answer {
        status: Some(status.as_u16()),
        request_id: header(headers, "x-request-id"),
        retry_after: header(headers, RETRY_AFTER.as_str()).as_deref().and_then(retry_after),
        ..Answer::default()
    };
    let body = serde_json::from_slice(body).unwrap_or(Part::Other);
    if let Some(id) = body.word(&["request_id"]) {
        answer.request_id = Some(id);
    }
    if !status.is_success() {
        let nested = body.member("error").filter(|error| matches!(error, Part::Object(_)));
        let nested = nested.unwrap_or(&body);
        answer.code = nested.word(&["error_code", "code"]);
        answer.message = nested.word(&["error_msg", "message", "title"]);
    }
    let secrets = said.secrets();
    let clean = |text: &mut Option<String>, most| {
        *text = text.take().map(|text| cleaned(text, &secrets, most))
    };
    clean(&mut answer.code, MAX_WORD);
    clean(&mut answer.message, MAX_MESSAGE);
    clean(&mut answer.request_id, MAX_WORD);
    answer
}

impl Answer {
    /// As the body of an error that the document describes.
    pub(crate) fn documented_body(&self) -> Vec<u8> {
        let members = [
            ("error_code", &self.code),
            ("error_msg", &self.message),
            ("request_id", &self.request_id),
        ];
        let members = members.into_iter().filter(|(_, text)| text.is_some());
        json!(members.collect::<std::collections::BTreeMap<_, _>>()).to_string().into_bytes()
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// One line without secrets, cut off where it is long.
fn cleaned(text: String, secrets: &[SecretString], most: usize) -> String {
    let text = redacted(text, secrets);
    let mut line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect();
    if text.chars().nth(most).is_some() {
        line.push('…');
    }
    line
}

/// `Retry-After` in seconds or as a date.
pub(crate) fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // What does not fit is longer than anybody waits.
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    // A date that is past means now.
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PSK: &str = "Echoed-Key-2025";

    fn said() -> Said {
        let body = json!({ "vpn_connections": [
            { "name": "a", "vgw_id": "g", "vgw_ip": "1", "cgw_id": "c", "psk": PSK },
            { "vgw_ip": "2" },
        ]});
        let url = "http://localhost/v5/p/vpn-connections/batch-create".parse().unwrap();
        let mut request = reqwest::Request::new(Method::POST, url);
        *request.body_mut() = Some(body.to_string().into());
        Said::by(vec!["echoed-token".into()], &request)
    }

    fn read_body(body: &str) -> Answer {
        read(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.as_bytes(), &said())
    }

    #[test]
    fn all_three_shapes_are_read() {
        let flat = read_body(r#"{"code":"VPN.0001","message":"m"}"#);
        assert_eq!((flat.code.as_deref(), flat.message.as_deref()), (Some("VPN.0001"), Some("m")));
        let live = read_body(r#"{"error_code":"VPN.0001","error_msg":"m","request_id":"r"}"#);
        assert_eq!((live.code, live.message), (flat.code, flat.message));
        assert_eq!(live.request_id.as_deref(), Some("r"));
        let nested = read_body(r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#);
        assert_eq!((nested.code.as_deref(), nested.message.as_deref()), (Some("401"), Some("m")));
    }

    #[test]
    fn other_bodies_leave_the_status() {
        for body in ["", "<html>502</html>", "[1]", "null", "{\"error_code\":", "{\"code\":{}}"] {
            let answer = read_body(body);
            assert_eq!(answer, Answer { status: Some(400), ..Answer::default() }, "{body}");
        }
    }

    #[test]
    fn the_request_id_of_the_body_goes_before_that_of_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", "from-header".parse().unwrap());
        let id = |body: &[u8]| read(StatusCode::NOT_FOUND, &headers, body, &said()).request_id;
        assert_eq!(id(b"").as_deref(), Some("from-header"));
        assert_eq!(id(br#"{"request_id":"from-body"}"#).as_deref(), Some("from-body"));
    }

    #[test]
    fn secrets_that_the_service_repeats_are_taken_out_before_the_cut() {
        let padding = "x".repeat(MAX_MESSAGE - 5);
        let body = json!({ "code": "echoed-token", "message": format!("{padding}{PSK}") });
        let answer = read_body(&body.to_string());
        assert_eq!(answer.code.as_deref(), Some("[redacted]"));
        let message = answer.message.unwrap();
        assert!(!message.contains("Echo"), "{message}");
        assert!(message.ends_with('…'));
    }

    #[test]
    fn a_message_is_one_line() {
        let answer = read_body(r#"{"message":"a\r\nb\u0000c"}"#);
        assert_eq!(answer.message.as_deref(), Some("a  b c"));
    }

    #[test]
    fn a_create_is_found_by_its_names_and_a_change_by_its_id() {
        let keys = said().connections();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0].name.as_deref(), Some("a"));
        assert_eq!(keys[0].cgw_id.as_deref(), Some("c"));
        assert_eq!(keys[1].vgw_ip.as_deref(), Some("2"));
        let url = "http://localhost/v5/p/vpn-connection/the-id".parse().unwrap();
        let request = reqwest::Request::new(Method::DELETE, url);
        let keys = Said::by(Vec::new(), &request).connections();
        assert_eq!(
            keys,
            [ConnectionKey { id: Some("the-id".to_owned()), ..ConnectionKey::default() }]
        );
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Duration::ZERO));
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
        let hint = retry_after(&soon).unwrap();
        assert!((80..=90).contains(&hint.as_secs()), "{hint:?}");
        assert_eq!(retry_after("99999999999999999999999"), Some(Duration::MAX));
        for garbage in ["", "-1", "+1", "1.5", "soon"] {
            assert_eq!(retry_after(garbage), None, "{garbage}");
        }
    }
}
