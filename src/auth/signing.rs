//! Signing a request with an access key (AK/SK).
//!
//! Two forms are in use under one name: the flat one signs with the secret key
//! itself, the scoped one with a key that is derived from it for a day, a region and
//! a service.

use std::fmt::Write as _;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use secrecy::ExposeSecret;
use sha2::{Digest as _, Sha256};
use url::Url;
use zeroize::Zeroizing;

use super::access_key::{AccessKey, Form};

const ALGORITHM: &str = "SDK-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-sdk-date");
const PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");
/// What ends a scope.
const TERMINATOR: &str = "sdk_request";
/// Everything but letters, digits, `-`, `_`, `.` and `~`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What is signed of a request.
pub(crate) struct Parts<'a> {
    pub(crate) method: &'a Method,
    pub(crate) url: &'a mut Url,
    pub(crate) headers: &'a mut HeaderMap,
    pub(crate) body: &'a [u8],
}

/// Signs a request as of `now`: sets the headers of the signature, and writes the query
/// in the form that is signed, since a server may read a `+` in two ways.
pub(crate) fn sign(key: &AccessKey, project_id: &HeaderValue, now: SystemTime, parts: Parts<'_>) {
    let Parts { method, url, headers, body } = parts;
    if url.query().is_some() {
        let query = canonical_query(url);
        url.set_query(Some(&query).filter(|query| !query.is_empty()).map(String::as_str));
    }
    let date = date(now);
    insert(headers, DATE, &date, false);
    headers.insert(PROJECT_ID, project_id.clone());
    if let Some(token) = &key.security_token {
        insert(headers, SECURITY_TOKEN, token.expose_secret(), true);
    }
    // The HTTP client sets this very value when it sends.
    insert(headers, HOST, &host(url), false);
    let names = signed_names(headers);
    let request = canonical_request(method, url, headers, &names, body);
    let scope = scope(&key.form, &date);
    let text = string_to_sign(&date, scope.as_deref(), &request);
    let signature = signature(key, &date, &text);
    let access = &key.access_key;
    let who = match &scope {
        None => format!("Access={access}"),
        Some(scope) => format!("Credential={access}/{scope}"),
    };
    let authorization =
        format!("{ALGORITHM} {who}, SignedHeaders={}, Signature={signature}", names.join(";"));
    insert(headers, AUTHORIZATION, &authorization, true);
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str, is_secret: bool) {
    // What cannot stand in a header was refused when the client was built.
    if let Ok(mut value) = HeaderValue::from_str(value) {
        value.set_sensitive(is_secret);
        headers.insert(name, value);
    }
}

/// `20250304T050607Z`.
fn date(now: SystemTime) -> String {
    let now = jiff::Timestamp::try_from(now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The signed headers, of those that are there, in their order.
fn signed_names(headers: &HeaderMap) -> Vec<&'static str> {
    let mut names: Vec<_> = [CONTENT_TYPE, HOST, PROJECT_ID, DATE, SECURITY_TOKEN]
        .into_iter()
        .filter(|name| headers.contains_key(name))
        .map(|name| match name.as_str() {
            "content-type" => "content-type",
            "host" => "host",
            "x-project-id" => "x-project-id",
            "x-sdk-date" => "x-sdk-date",
            _ => "x-security-token",
        })
        .collect();
    names.sort_unstable();
    names
}

/// Each step of the path decoded and encoded again, and a slash at its end.
fn canonical_path(url: &Url) -> String {
    let steps = url.path().split('/').map(|step| {
        let step = percent_decode_str(step).collect::<Vec<u8>>();
        percent_encoding::percent_encode(&step, ENCODED).to_string()
    });
    let mut path = steps.collect::<Vec<_>>().join("/");
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}

/// The query sorted by name and value, blanks as `%20`.
fn canonical_query(url: &Url) -> String {
    let mut pairs: Vec<_> = url.query_pairs().collect();
    pairs.sort();
    let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn canonical_request(
    method: &Method,
    url: &Url,
    headers: &HeaderMap,
    names: &[&str],
    body: &[u8],
) -> String {
    let lines = names.iter().map(|name| {
        let value = headers.get(*name).map(HeaderValue::as_bytes).unwrap_or_default();
        format!("{name}:{}\n", String::from_utf8_lossy(value).trim())
    });
    format!(
        "{method}\n{}\n{}\n{}\n{}\n{}",
        canonical_path(url),
        canonical_query(url),
        lines.collect::<String>(),
        names.join(";"),
        hex(&Sha256::digest(body))
    )
}

fn scope(form: &Form, date: &str) -> Option<String> {
    let Form::Scoped { region, service } = form else { return None };
    let day = date.split('T').next().unwrap_or_default();
    Some(format!("{day}/{region}/{service}/{TERMINATOR}"))
}

fn string_to_sign(date: &str, scope: Option<&str>, canonical_request: &str) -> String {
    let hash = hex(&Sha256::digest(canonical_request));
    match scope {
        None => format!("{ALGORITHM}\n{date}\n{hash}"),
        Some(scope) => format!("{ALGORITHM}\n{date}\n{scope}\n{hash}"),
    }
}

fn signature(key: &AccessKey, date: &str, text: &str) -> String {
    let secret = key.secret_key.expose_secret();
    let key = match &key.form {
        Form::Flat => Zeroizing::new(secret.as_bytes().to_vec()),
        Form::Scoped { region, service } => {
            let first = Zeroizing::new(format!("SDK{secret}").into_bytes());
            let day = date.split('T').next().unwrap_or_default();
            [day, region, service, TERMINATOR]
                .iter()
                .fold(first, |key, step| Zeroizing::new(hmac(&key, step.as_bytes())))
        }
    };
    hex(&hmac(&key, text.as_bytes()))
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    // A key of any length is taken; the empty code could not sign anything.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const PROJECT: &str = "0123456789abcdef0123456789abcdef";

    fn key() -> AccessKey {
        AccessKey::new("EXAMPLEACCESSKEY", "example-secret-key")
    }

    fn scoped() -> AccessKey {
        key().scoped("eu-de", "vpn")
    }

    /// 2025-03-04T05:06:07Z.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_741_064_767)
    }

    /// A request with what signing it gives, step by step.
    struct Signed {
        url: Url,
        headers: HeaderMap,
        canonical_request: String,
        authorization: String,
    }

    fn signed(key: &AccessKey, method: &Method, url: &str, body: &str) -> Signed {
        let mut url = Url::parse(url).unwrap();
        let mut headers = HeaderMap::new();
        if !body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        // Not signed: what a proxy may change.
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let parts = Parts { method, url: &mut url, headers: &mut headers, body: body.as_bytes() };
        sign(key, &HeaderValue::from_static(PROJECT), now(), parts);
        let names = signed_names(&headers);
        let canonical_request = canonical_request(method, &url, &headers, &names, body.as_bytes());
        let authorization = headers[AUTHORIZATION].to_str().unwrap().to_owned();
        Signed { url, headers, canonical_request, authorization }
    }

    const ENDPOINT: &str = "https://vpn.eu-de.otc.t-systems.com";
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// A published hash: of the empty text, and of the canonical request that the
    /// vendor's guide to signing prints.
    #[test]
    fn the_published_canonical_request_has_its_published_hash() {
        assert_eq!(hex(&Sha256::digest("")), EMPTY);
        let url = "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?\
                   limit=2&marker=13551d6b-755d-4757-b956-536f674975c0";
        let url = Url::parse(url).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        insert(&mut headers, HOST, &host(&url), false);
        insert(&mut headers, DATE, "20191115T033655Z", false);
        let names = signed_names(&headers);
        let request = canonical_request(&Method::GET, &url, &headers, &names, b"");
        assert_eq!(
            hex(&Sha256::digest(request)),
            "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
        );
    }

    /// RFC 4231, test cases 1, 2 and 6.
    #[test]
    fn the_code_is_the_published_one() {
        let code = |key: &[u8], text: &str| hex(&hmac(key, text.as_bytes()));
        assert_eq!(
            code(&[0x0b; 20], "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            code(b"Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            code(&[0xaa; 131], "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    // What follows was computed by other means, with Python's hmac and hashlib.

    #[test]
    fn an_empty_body_in_both_forms() {
        let url = format!("{ENDPOINT}/v5/p/vpn-connection/id");
        let flat = signed(&key(), &Method::GET, &url, "");
        assert_eq!(
            flat.canonical_request,
            format!(
                "GET\n/v5/p/vpn-connection/id/\n\nhost:vpn.eu-de.otc.t-systems.com\n\
                 x-project-id:{PROJECT}\nx-sdk-date:20250304T050607Z\n\n\
                 host;x-project-id;x-sdk-date\n{EMPTY}"
            )
        );
        let hash = "710b4148433a987a704132d4b904ded87327b1b65891d0d8b7db4394f2f5b39d";
        assert_eq!(
            string_to_sign("20250304T050607Z", None, &flat.canonical_request),
            format!("SDK-HMAC-SHA256\n20250304T050607Z\n{hash}")
        );
        assert_eq!(
            flat.authorization,
            "SDK-HMAC-SHA256 Access=EXAMPLEACCESSKEY, \
             SignedHeaders=host;x-project-id;x-sdk-date, \
             Signature=036a94e90ffdd4e2236abd558b8ed79de97deccb36d13a0ef9b5a44b688385c8"
        );
        assert!(flat.headers[AUTHORIZATION].is_sensitive());

        let scoped = signed(&scoped(), &Method::GET, &url, "");
        assert_eq!(scoped.canonical_request, flat.canonical_request);
        let scope = "20250304/eu-de/vpn/sdk_request";
        assert_eq!(
            string_to_sign("20250304T050607Z", Some(scope), &flat.canonical_request),
            format!("SDK-HMAC-SHA256\n20250304T050607Z\n{scope}\n{hash}")
        );
        assert_eq!(
            scoped.authorization,
            "SDK-HMAC-SHA256 Credential=EXAMPLEACCESSKEY/20250304/eu-de/vpn/sdk_request, \
             SignedHeaders=host;x-project-id;x-sdk-date, \
             Signature=7a206af1e59a8af99aff000d3adfb76481547633bece0cf4f4dcb4a7437c8587"
        );
    }

    #[test]
    fn a_body_beyond_ascii_in_both_forms() {
        let url = format!("{ENDPOINT}/v5/p/vpn-connection");
        let body = "{\"name\":\"Büro ☎\"}";
        let flat = signed(&key(), &Method::POST, &url, body);
        assert!(
            flat.canonical_request
                .ends_with("10499b35a393f6902443640606b57d851b7e5abb9ac0f449f331ddec01702788")
        );
        assert!(flat.authorization.ends_with(
            "SignedHeaders=content-type;host;x-project-id;x-sdk-date, \
             Signature=86acd68a94eb5c7cb052c1c14bf1666cafe4c0308e0022d6d3ed03404fbc52f9"
        ));
        let temporary = scoped().security_token("example-security-token");
        let temporary = signed(&temporary, &Method::POST, &url, body);
        assert!(
            temporary.canonical_request.contains("\nx-security-token:example-security-token\n")
        );
        assert!(temporary.authorization.ends_with(
            "x-sdk-date;x-security-token, \
             Signature=dc8bfdebd9778d02860f5ea8e7e6d27cf07e95d1bd66baa7251a4e249ececda0"
        ));
        assert!(temporary.headers[SECURITY_TOKEN].is_sensitive());
    }

    #[test]
    fn a_query_is_sorted_and_sent_as_it_is_signed() {
        let url = format!("{ENDPOINT}/v5/p/vpn-connection?limit=10&b=%c3%bc&a=x/y&a=1+2&a");
        let signed = signed(&key(), &Method::GET, &url, "");
        let query = "a=&a=1%202&a=x%2Fy&b=%C3%BC&limit=10";
        assert_eq!(signed.url.query(), Some(query));
        assert_eq!(signed.canonical_request.lines().nth(2), Some(query));
        assert!(signed.authorization.ends_with(
            "Signature=cece6950efc7c0b2a753c33fae93729cfb460f4006140033080507340037887d"
        ));
    }

    #[test]
    fn a_path_with_escapes_is_encoded_once() {
        let url = "https://127.0.0.1:8443/v5/a%20b/%c3%bc%2F~-_.*";
        let signed = signed(&key(), &Method::DELETE, url, "");
        assert_eq!(signed.canonical_request.lines().nth(1), Some("/v5/a%20b/%C3%BC%2F~-_.%2A/"));
        assert_eq!(signed.headers[HOST], "127.0.0.1:8443");
        assert!(signed.authorization.ends_with(
            "Signature=42d5cab64aad50a86e1a4cf9425bd4c4a15b316dd9a30e9244867c845933758e"
        ));
    }
}
