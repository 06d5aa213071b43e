//! What an error response says, whatever its body looks like.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use secrecy::SecretString;
use serde_json::Value;

use super::redaction::redacted;
use super::wiped::Wiped;
use crate::document::error_codes::retry_class;
use crate::error::ErrorResponse;
use crate::lenient;

const REQUEST_ID: &str = "x-request-id";
/// Most characters of a message that an error keeps.
const MAX_MESSAGE: usize = 1000;
/// Most characters of a code or an id that an error keeps.
const MAX_WORD: usize = 100;
/// Most characters that are quoted of a body without a message.
const MAX_EXCERPT: usize = 100;

/// Reads the three shapes of error bodies, and takes the headers alone of all others.
/// The secrets are taken out of what is kept.
pub(crate) fn read(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[SecretString],
) -> ErrorResponse {
    let clean = |text: Option<Cow<'_, str>>, most| Some(one_line(redacted(&text?, secrets), most));
    let text = lenient::text(body);
    let body = match status.is_success() {
        true => Wiped::read_request_id(body),
        false => Wiped::read(body),
    };
    let error = body.get("error").filter(|error| error.is_object()).unwrap_or(&body);
    let (code, message) = match status.is_success() {
        true => (None, None),
        false => (
            first(error, &["error_code", "code"]),
            first(error, &["error_msg", "message", "title"]),
        ),
    };
    let request_id = first(&body, &["request_id"]);
    let request_id = request_id.or_else(|| header(headers, REQUEST_ID).map(Cow::from));
    let excerpt = message.is_none().then(|| Cow::from(text.trim()));
    let excerpt = clean(excerpt.filter(|text| !text.is_empty()), MAX_EXCERPT);
    let content_type = header(headers, CONTENT_TYPE.as_str()).unwrap_or("a body");
    let content_type = clean(Some(content_type.into()), MAX_WORD).unwrap_or_default();
    let excerpt = excerpt.map(|text| format!("{content_type} {text:?}"));
    ErrorResponse {
        status: Some(status.as_u16()),
        // A documented code is no secret, and decides about retries.
        code: match code {
            Some(code) if retry_class(&code).is_some() => Some(code.into_owned()),
            code => clean(code, MAX_WORD),
        },
        message: clean(message, MAX_MESSAGE),
        excerpt,
        request_id: clean(request_id, MAX_WORD),
        retry_after: header(headers, RETRY_AFTER.as_str())
            .and_then(|value| retry_after(value, service_time(headers))),
    }
}

/// A word of a response as an error shows it.
pub(crate) fn cleaned_word(word: &str, secrets: &[SecretString]) -> String {
    one_line(redacted(word, secrets), MAX_WORD)
}

/// The first of the members that is a number or a text that is not empty.
fn first<'a>(object: &'a Value, names: &[&str]) -> Option<Cow<'a, str>> {
    names.iter().find_map(|name| match object.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    })
}

/// The id of the request, as the header has it.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    header(headers, REQUEST_ID).map(str::to_owned)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The text without line breaks, cut off where it is long.
fn one_line(text: String, most: usize) -> String {
    let mut line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect();
    if text.chars().nth(most).is_some() {
        line.push('…');
    }
    line
}

/// The time by the clock of the service.
pub(crate) fn service_time(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(header(headers, DATE.as_str())?).ok()
}

/// `Retry-After` in seconds or as a date, by the clock of the service if it is known.
pub(crate) fn retry_after(value: &str, now: Option<SystemTime>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that does not fit is longer than anybody waits.
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    // A date that is past means now.
    Some(date.duration_since(now.unwrap_or_else(SystemTime::now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PSK: &str = "Echoed-Key-2025";

    fn secrets() -> Vec<SecretString> {
        vec!["echoed-token".into(), PSK.into()]
    }

    fn read_body(body: &str) -> ErrorResponse {
        read(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.as_bytes(), &secrets())
    }

    #[test]
    fn all_three_shapes_are_read() {
        let flat = read_body(r#"{"code":"VPN.0001","message":"m"}"#);
        assert_eq!((flat.code.as_deref(), flat.message.as_deref()), (Some("VPN.0001"), Some("m")));
        let live = read_body(r#"{"error_code":"VPN.0001","error_msg":"m","request_id":"r"}"#);
        assert_eq!((live.code, live.message), (flat.code, flat.message));
        assert_eq!(live.request_id.as_deref(), Some("r"));
        let numbers = read_body(r#"{"error_code":"","code":-7,"message":1.5,"title":"t"}"#);
        assert_eq!(
            (numbers.code.as_deref(), numbers.message.as_deref()),
            (Some("-7"), Some("1.5"))
        );
        let nested = read_body(r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#);
        assert_eq!((nested.code.as_deref(), nested.message.as_deref()), (Some("401"), Some("m")));
    }

    #[test]
    fn other_bodies_leave_the_status() {
        for body in [
            "",
            "<html>502</html>",
            "[1]",
            "null",
            "{\"error_code\":",
            "{\"code\":{}}",
            "7",
            "\"code\"",
            r#"[{"code":"no"}]"#,
            r#"{"code":true,"message":null}"#,
            r#"{"error":{"x":{"code":"no"}},"code":"no"}"#,
        ] {
            let response = read_body(body);
            let excerpt = (!body.is_empty()).then(|| format!("a body {body:?}"));
            let expected = ErrorResponse { status: Some(400), excerpt, ..ErrorResponse::default() };
            assert_eq!(response, expected, "{body}");
        }
    }

    #[test]
    fn the_beginning_of_another_body_is_quoted_without_secrets() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "text/html; charset=echoed-token".parse().unwrap());
        let body = format!("<p>{PSK}\n{}</p>", "x".repeat(200));
        let quoted = read(StatusCode::BAD_GATEWAY, &headers, body.as_bytes(), &secrets()).excerpt;
        let expected = format!(
            "text/html; charset=[redacted] \"<p>[redacted] {}…\"",
            "x".repeat(MAX_EXCERPT - "<p>[redacted] ".len())
        );
        assert_eq!(quoted, Some(expected));
    }

    #[test]
    fn the_request_id_of_the_body_overrides_that_of_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", "from-header".parse().unwrap());
        let id = |body: &[u8]| read(StatusCode::NOT_FOUND, &headers, body, &secrets()).request_id;
        assert_eq!(id(b"").as_deref(), Some("from-header"));
        assert_eq!(id(br#"{"request_id":"from-body"}"#).as_deref(), Some("from-body"));
    }

    #[test]
    fn secrets_that_the_service_repeats_are_taken_out_before_the_cut() {
        let padding = "x".repeat(MAX_MESSAGE - 5);
        let body = json!({ "code": "echoed-token", "message": format!("{padding}{PSK}") });
        let response = read_body(&body.to_string());
        assert_eq!(response.code.as_deref(), Some("[redacted]"));
        let message = response.message.unwrap();
        assert!(!message.contains("Echo"), "{message}");
        assert!(message.ends_with('…'));
    }

    #[test]
    fn a_message_is_one_line() {
        let response = read_body(r#"{"message":"a\r\nb\u0000c"}"#);
        assert_eq!(response.message.as_deref(), Some("a  b c"));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let retry_after = |value: &str| retry_after(value, None);
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

    #[test]
    fn a_date_counts_by_the_clock_of_the_service() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Thu, 01 Jan 2099 00:00:00 GMT".parse().unwrap());
        headers.insert(RETRY_AFTER, "Thu, 01 Jan 2099 00:00:07 GMT".parse().unwrap());
        let known = read(StatusCode::TOO_MANY_REQUESTS, &headers, b"", &[]);
        assert_eq!(known.retry_after, Some(Duration::from_secs(7)));
    }
}
