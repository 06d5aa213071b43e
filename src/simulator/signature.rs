//! Verifies signed requests by what was received, with nothing that the client has
//! computed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::request::Parts;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::account;

/// How far the clocks may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// Checks a signed request; the error is what is wrong with it.
pub(super) fn verify(head: &Parts, body: &[u8], now: Timestamp) -> Result<(), String> {
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization").ok_or("no signature")?;
    let (algorithm, fields) = authorization.split_once(' ').unwrap_or_default();
    if algorithm != "SDK-HMAC-SHA256" {
        return Err("unknown algorithm".into());
    }
    let field = |name: &str| {
        let fields = fields.split(", ").filter_map(|field| field.split_once('='));
        fields.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    };
    let (who, scope) = match (field("Access"), field("Credential")) {
        (Some(access), None) => (access, None),
        (None, Some(credential)) => {
            let (access, scope) = credential.split_once('/').unwrap_or_default();
            (access, Some(scope))
        }
        _ => return Err("neither Access nor Credential".into()),
    };
    if who != account::ACCESS_KEY {
        return Err("unknown access key".into());
    }
    let date = header("x-sdk-date").unwrap_or_default();
    let sent = DateTime::strptime("%Y%m%dT%H%M%SZ", date)
        .and_then(|date| TimeZone::UTC.to_timestamp(date))
        .map_err(|_| "X-Sdk-Date is not a time")?;
    if now.duration_since(sent).abs() > SKEW {
        let now = now.strftime("%Y%m%dT%H%M%SZ");
        return Err(format!("signature expired, X-Sdk-Date {date}, server time {now}"));
    }
    let names = field("SignedHeaders").unwrap_or_default();
    for name in ["host", "x-sdk-date", "x-project-id"] {
        if !names.split(';').any(|signed| signed == name) {
            return Err(format!("{name} is not signed"));
        }
    }
    if header("x-project-id") != Some(account::PROJECT_ID) {
        return Err("another project".into());
    }
    if let Some(token) = header("x-security-token")
        && (token != account::SECURITY_TOKEN || !names.contains("x-security-token"))
    {
        return Err("unknown or unsigned security token".into());
    }
    let mut canonical = format!("{}\n{}", head.method, head.uri.path());
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical.push_str(&format!("\n{}\n", canonical_query(head.uri.query())));
    for name in names.split(';') {
        let value = header(name).ok_or("a signed header is missing")?;
        canonical.push_str(&format!("{name}:{}\n", value.trim()));
    }
    canonical.push_str(&format!("\n{names}\n{}", hex(&Sha256::digest(body))));
    let mut text = format!("{algorithm}\n{date}\n");
    let mut key = account::SECRET_KEY.as_bytes().to_vec();
    if let Some(scope) = scope {
        check_scope(scope, date)?;
        text.push_str(&format!("{scope}\n"));
        key = [b"SDK", key.as_slice()].concat();
        for step in scope.split('/') {
            key = code(&key, step.as_bytes());
        }
    }
    text.push_str(&hex(&Sha256::digest(canonical)));
    let expected = hex(&code(&key, text.as_bytes()));
    match field("Signature") == Some(expected.as_str()) {
        true => Ok(()),
        false => Err("the signature does not match".into()),
    }
}

/// Sorted by name, then by value. As texts, `a=` would stand behind `a-b=`.
fn canonical_query(query: Option<&str>) -> String {
    let pairs = query.into_iter().flat_map(|query| query.split('&'));
    let mut pairs: Vec<_> =
        pairs.map(|pair| (pair.split_once('=').unwrap_or((pair, "")), pair)).collect();
    pairs.sort_unstable();
    pairs.iter().map(|(_, pair)| *pair).collect::<Vec<_>>().join("&")
}

/// A scope is a day, a region, a service and an end; `date` is `X-Sdk-Date`.
fn check_scope(scope: &str, date: &str) -> Result<(), &'static str> {
    let steps: Vec<_> = scope.split('/').collect();
    let [day, region, service, "sdk_request"] = steps.as_slice() else {
        return Err("the scope has another form than day/region/service/sdk_request");
    };
    if region.is_empty() || service.is_empty() {
        return Err("the scope has no region or no service");
    }
    match date.split_once('T') {
        Some((today, _)) if today == *day => Ok(()),
        _ => Err("the scope is for another day than X-Sdk-Date"),
    }
}

fn code(key: &[u8], text: &[u8]) -> Vec<u8> {
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    code.update(text);
    code.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use http::{HeaderValue, Method, Request};

    use super::*;
    use crate::auth::access_key::AccessKey;
    use crate::auth::signing::{self, sign};

    /// A request as the client signs it, with its `Authorization` changed by `change`.
    fn signed(key: &AccessKey, query: &str, change: impl Fn(&str) -> String) -> Option<String> {
        let now = Timestamp::now();
        let mut url = url::Url::parse(&format!("http://localhost/v5/p{query}")).unwrap();
        let mut headers = http::HeaderMap::new();
        let project = HeaderValue::from_static(account::PROJECT_ID);
        let method = &Method::GET;
        let parts = signing::Parts { method, url: &mut url, headers: &mut headers, body: b"" };
        sign(key, &project, SystemTime::from(now), parts);
        let authorization = change(headers["authorization"].to_str().unwrap());
        headers.insert("authorization", HeaderValue::from_str(&authorization).unwrap());
        let (mut head, ()) = Request::get(url.as_str()).body(()).unwrap().into_parts();
        head.headers = headers;
        verify(&head, b"", now).err()
    }

    fn key() -> AccessKey {
        AccessKey::new(account::ACCESS_KEY, account::SECRET_KEY)
    }

    #[test]
    fn a_query_is_sorted_by_name_and_then_by_value() {
        for query in ["", "?a-b=1&a=2", "?a=2&a-b=1", "?a=2&a=1&a", "?b&a=%20%2F", "?a=1&a.b=0"] {
            assert_eq!(signed(&key(), query, str::to_owned), None, "{query}");
        }
        assert_eq!(canonical_query(Some("a-b=1&b&a=2&a=1")), "a=1&a=2&a-b=1&b");
    }

    #[test]
    fn a_scope_has_its_form_and_the_day_of_the_request() {
        let scoped = || key().scoped("eu-de", "vpn");
        assert_eq!(signed(&scoped(), "", str::to_owned), None);
        let day = Timestamp::now().strftime("%Y%m%d").to_string();
        let date = format!("{day}T050607Z");
        for (scope, expected) in [
            (format!("{day}/eu-de/vpn"), "another form"),
            (format!("{day}/eu-de/vpn/aws4_request"), "another form"),
            (format!("{day}/eu-de/vpn/x/sdk_request"), "another form"),
            (format!("{day}//vpn/sdk_request"), "no region"),
            (format!("{day}/eu-de//sdk_request"), "no region"),
            ("20000101/eu-de/vpn/sdk_request".to_owned(), "another day"),
        ] {
            let rejection = check_scope(&scope, &date).unwrap_err();
            assert!(rejection.contains(expected), "{scope}: {rejection}");
        }
        let other_day = signed(&scoped(), "", |text| text.replace(&day, "20000101"));
        assert!(other_day.unwrap_or_default().contains("another day"));
    }
}
