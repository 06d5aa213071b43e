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
    // A value that is invalid in a header was rejected when the client was built.
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
) -> Zeroizing<String> {
    let value = |name: &str| headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
    let value = |name: &str| std::str::from_utf8(value(name)).unwrap_or_default().trim();
    let (path, query, names_joined) = (canonical_path(url), canonical_query(url), names.join(";"));
    let hash = hex(&Sha256::digest(body));
    let length: usize = names.iter().map(|name| name.len() + value(name).len() + 2).sum();
    let rest = path.len() + query.len() + names_joined.len() + hash.len();
    // A security token is among the headers: no part of it may stay in a smaller buffer.
    let mut text = Zeroizing::new(String::with_capacity(length + rest + 32));
    let _ = writeln!(text, "{method}\n{path}\n{query}");
    for name in names {
        let _ = writeln!(text, "{name}:{}", value(name));
    }
    let _ = write!(text, "\n{names_joined}\n{hash}");
    text
}

fn scope(form: &Form, date: &str) -> Option<String> {
    let Form::Scoped { region, service } = form else { return None };
    let day = date.split('T').next().unwrap_or_default();
    Some(format!("{day}/{region}/{service}/{TERMINATOR}"))
}

fn string_to_sign(date: &str, scope: Option<&str>, canonical_request: &str) -> String {
    let hash = hex(&Sha256::digest(canonical_request.as_bytes()));
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
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const PROJECT: &str = "0123456789abcdef0123456789abcdef";

    fn key() -> AccessKey {
        AccessKey::new("EXAMPLEACCESSKEY", "example-secret-key")
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
        Signed { url, headers, canonical_request: canonical_request.to_string(), authorization }
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

    /// What the steps of signing give for a request, in both forms. Computed by other
    /// means, with Python's hmac and hashlib.
    struct Steps {
        canonical_request: String,
        hash: &'static str,
        flat: &'static str,
        scoped: &'static str,
    }

    #[track_caller]
    fn assert_steps(key: &AccessKey, method: &Method, url: &str, body: &str, steps: &Steps) {
        let flat = signed(key, method, url, body);
        let scoped = signed(&key.clone().scoped("eu-de", "vpn"), method, url, body);
        let names = steps.canonical_request.lines().rev().nth(1).unwrap();
        assert_eq!(flat.canonical_request, steps.canonical_request);
        assert_eq!(scoped.canonical_request, steps.canonical_request);
        let date = "20250304T050607Z";
        let scope = "20250304/eu-de/vpn/sdk_request";
        assert_eq!(
            string_to_sign(date, None, &steps.canonical_request),
            format!("SDK-HMAC-SHA256\n{date}\n{}", steps.hash)
        );
        assert_eq!(
            string_to_sign(date, Some(scope), &steps.canonical_request),
            format!("SDK-HMAC-SHA256\n{date}\n{scope}\n{}", steps.hash)
        );
        assert_eq!(
            flat.authorization,
            format!(
                "SDK-HMAC-SHA256 Access=EXAMPLEACCESSKEY, SignedHeaders={names}, Signature={}",
                steps.flat
            )
        );
        assert_eq!(
            scoped.authorization,
            format!(
                "SDK-HMAC-SHA256 Credential=EXAMPLEACCESSKEY/{scope}, SignedHeaders={names}, \
                 Signature={}",
                steps.scoped
            )
        );
        assert!(flat.headers[AUTHORIZATION].is_sensitive());
    }

    #[test]
    fn an_empty_body() {
        let url = format!("{ENDPOINT}/v5/p/vpn-connection/id");
        let steps = Steps {
            canonical_request: format!(
                "GET\n/v5/p/vpn-connection/id/\n\nhost:vpn.eu-de.otc.t-systems.com\n\
                 x-project-id:{PROJECT}\nx-sdk-date:20250304T050607Z\n\n\
                 host;x-project-id;x-sdk-date\n{EMPTY}"
            ),
            hash: "710b4148433a987a704132d4b904ded87327b1b65891d0d8b7db4394f2f5b39d",
            flat: "036a94e90ffdd4e2236abd558b8ed79de97deccb36d13a0ef9b5a44b688385c8",
            scoped: "7a206af1e59a8af99aff000d3adfb76481547633bece0cf4f4dcb4a7437c8587",
        };
        assert_steps(&key(), &Method::GET, &url, "", &steps);
    }

    const BODY: &str = "{\"name\":\"Büro ☎\"}";
    const BODY_HASH: &str = "10499b35a393f6902443640606b57d851b7e5abb9ac0f449f331ddec01702788";

    #[test]
    fn a_body_beyond_ascii() {
        let url = format!("{ENDPOINT}/v5/p/vpn-connection");
        let steps = Steps {
            canonical_request: format!(
                "POST\n/v5/p/vpn-connection/\n\ncontent-type:application/json\n\
                 host:vpn.eu-de.otc.t-systems.com\nx-project-id:{PROJECT}\n\
                 x-sdk-date:20250304T050607Z\n\n\
                 content-type;host;x-project-id;x-sdk-date\n{BODY_HASH}"
            ),
            hash: "d3e67aa0f900ccf0b47aa6f7438094ce781f7908c1b06254b7e9d543a6945b65",
            flat: "86acd68a94eb5c7cb052c1c14bf1666cafe4c0308e0022d6d3ed03404fbc52f9",
            scoped: "3772024e6a09e6e73ef90af89897d936f470fcac825122664228b37cfedf4c2f",
        };
        assert_steps(&key(), &Method::POST, &url, BODY, &steps);
    }

    #[test]
    fn a_security_token_is_signed_and_sensitive() {
        let url = format!("{ENDPOINT}/v5/p/vpn-connection");
        let key = key().security_token("example-security-token");
        let steps = Steps {
            canonical_request: format!(
                "POST\n/v5/p/vpn-connection/\n\ncontent-type:application/json\n\
                 host:vpn.eu-de.otc.t-systems.com\nx-project-id:{PROJECT}\n\
                 x-sdk-date:20250304T050607Z\nx-security-token:example-security-token\n\n\
                 content-type;host;x-project-id;x-sdk-date;x-security-token\n{BODY_HASH}"
            ),
            hash: "a278331e7eec96649d9b0483a0665f9ee8ccaf63eb7fdc0fd18d902993457523",
            flat: "f1834e88ed8bc755b78b1a55fd79246d7b124968ef53528a119209bc433033a1",
            scoped: "dc8bfdebd9778d02860f5ea8e7e6d27cf07e95d1bd66baa7251a4e249ececda0",
        };
        assert_steps(&key, &Method::POST, &url, BODY, &steps);
        let headers = signed(&key, &Method::POST, &url, BODY).headers;
        assert!(headers[SECURITY_TOKEN].is_sensitive());
    }

    #[test]
    fn a_query_is_sorted_and_sent_as_it_is_signed() {
        let url = format!("{ENDPOINT}/v5/p/vpn-connection?limit=10&b=%c3%bc&a=x/y&a=1+2&a");
        let query = "a=&a=1%202&a=x%2Fy&b=%C3%BC&limit=10";
        let steps = Steps {
            canonical_request: format!(
                "GET\n/v5/p/vpn-connection/\n{query}\nhost:vpn.eu-de.otc.t-systems.com\n\
                 x-project-id:{PROJECT}\nx-sdk-date:20250304T050607Z\n\n\
                 host;x-project-id;x-sdk-date\n{EMPTY}"
            ),
            hash: "cde6dd8db45910ce0b5495b4b1b40e26fb61d1bbcfa30177766433097f935d50",
            flat: "cece6950efc7c0b2a753c33fae93729cfb460f4006140033080507340037887d",
            scoped: "6b42dd33eb5f5f6d530961d5f680639b40571a943d521929542e9b508924fb38",
        };
        assert_steps(&key(), &Method::GET, &url, "", &steps);
        assert_eq!(signed(&key(), &Method::GET, &url, "").url.query(), Some(query));
    }

    #[test]
    fn a_path_with_escapes_is_encoded_once() {
        let url = "https://127.0.0.1:8443/v5/a%20b/%c3%bc%2F~-_.*";
        let steps = Steps {
            canonical_request: format!(
                "DELETE\n/v5/a%20b/%C3%BC%2F~-_.%2A/\n\nhost:127.0.0.1:8443\n\
                 x-project-id:{PROJECT}\nx-sdk-date:20250304T050607Z\n\n\
                 host;x-project-id;x-sdk-date\n{EMPTY}"
            ),
            hash: "3fef0df60775ba9ed4469e279f66f762bcde121393ae73b3f19ee6ea96ef77f6",
            flat: "42d5cab64aad50a86e1a4cf9425bd4c4a15b316dd9a30e9244867c845933758e",
            scoped: "95a12177afb765328366fc324bd268707a40ba8094e9857da281c0c1462d0c69",
        };
        assert_steps(&key(), &Method::DELETE, url, "", &steps);
    }
}
