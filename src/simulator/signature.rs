//! Judging signed requests, by what was received and nothing that the client has
//! computed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::Simulator;

/// How far the clocks may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// Why a signed request is refused.
pub(super) fn refusal(head: &Parts, body: &[u8], now: Timestamp) -> Option<String> {
    judge(head, body, now).err()
}

fn judge(head: &Parts, body: &[u8], now: Timestamp) -> Result<(), String> {
    let bad = |what: &str| format!("Incorrect IAM authentication information: {what}");
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization").ok_or_else(|| bad("no signature"))?;
    let (algorithm, fields) = authorization.split_once(' ').unwrap_or_default();
    if algorithm != "SDK-HMAC-SHA256" {
        return Err(bad("unknown algorithm"));
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
        _ => return Err(bad("neither Access nor Credential")),
    };
    if who != Simulator::ACCESS_KEY {
        return Err(bad("unknown access key"));
    }
    let date = header("x-sdk-date").unwrap_or_default();
    let sent = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date)
        .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC))
        .map_err(|_| bad("X-Sdk-Date is no time"))?;
    if now.duration_since(sent.timestamp()).abs() > SKEW {
        let now = now.strftime("%Y%m%dT%H%M%SZ");
        return Err(bad(&format!("signature expired, X-Sdk-Date {date}, server time {now}")));
    }
    let names = field("SignedHeaders").unwrap_or_default();
    for name in ["host", "x-sdk-date", "x-project-id"] {
        if !names.split(';').any(|signed| signed == name) {
            return Err(bad(&format!("{name} is not signed")));
        }
    }
    if header("x-project-id") != Some(Simulator::PROJECT_ID) {
        return Err(bad("another project"));
    }
    if let Some(token) = header("x-security-token")
        && (token != Simulator::SECURITY_TOKEN || !names.contains("x-security-token"))
    {
        return Err(bad("unknown or unsigned security token"));
    }
    let mut canonical = format!("{}\n{}", head.method, head.uri.path());
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    let mut query: Vec<_> =
        head.uri.query().into_iter().flat_map(|query| query.split('&')).collect();
    query.sort_unstable();
    canonical.push_str(&format!("\n{}\n", query.join("&")));
    for name in names.split(';') {
        let value = header(name).ok_or_else(|| bad("a signed header is missing"))?;
        canonical.push_str(&format!("{name}:{}\n", value.trim()));
    }
    canonical.push_str(&format!("\n{names}\n{}", hex(&Sha256::digest(body))));
    let mut text = format!("{algorithm}\n{date}\n");
    let mut key = Simulator::SECRET_KEY.as_bytes().to_vec();
    if let Some(scope) = scope {
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
        false => Err(bad("the signature does not match")),
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
