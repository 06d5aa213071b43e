//! A user with a password: the request to sign in, and its response.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use super::authorization::token_header;
use crate::document::endpoints::SERVICE_TYPES;
use crate::ids::ProjectId;
use crate::lenient;
use crate::transport::error_body::service_time;

/// The header of the response to a sign-in that holds the token.
pub(super) const ISSUED_TOKEN: &str = "x-subject-token";

/// A user of the identity service, with the password. Never shown by `Debug`.
///
/// The project comes from the client:
/// [`project_id`](crate::ClientBuilder::project_id) or
/// [`project_name`](crate::ClientBuilder::project_name).
#[derive(Clone)]
#[must_use]
pub struct Password {
    user: Named,
    domain: Option<Named>,
    password: SecretString,
}

/// The name or the id of something.
#[derive(Clone, Serialize)]
#[serde(rename_all = "snake_case")]
enum Named {
    Name(String),
    Id(String),
}

impl Password {
    /// A user by name; the [`domain`](Self::domain) is required too.
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        let password = SecretString::from(password.into());
        Self { user: Named::Name(user.into()), domain: None, password }
    }

    /// A user by id; no domain is required.
    pub fn of_user_id(user_id: impl Into<String>, password: impl Into<String>) -> Self {
        let password = SecretString::from(password.into());
        Self { user: Named::Id(user_id.into()), domain: None, password }
    }

    /// The domain of the user by name, such as `OTC-EU-DE-00000000001000000001`.
    pub fn domain(mut self, name: impl Into<String>) -> Self {
        self.domain = Some(Named::Name(name.into()));
        self
    }

    /// The domain of the user by id.
    pub fn domain_id(mut self, id: impl Into<String>) -> Self {
        self.domain = Some(Named::Id(id.into()));
        self
    }

    /// The name or the id of the user.
    pub(crate) fn user(&self) -> &str {
        let (Named::Name(user) | Named::Id(user)) = &self.user;
        user
    }

    pub(super) fn problem(&self) -> Option<&'static str> {
        if self.password.expose_secret().is_empty() {
            return Some("the password is empty");
        }
        match (&self.user, &self.domain) {
            (Named::Name(name) | Named::Id(name), _) if name.is_empty() => {
                Some("the user is empty")
            }
            (Named::Name(_), None) => {
                Some("a user name requires a domain: set it with `Password::domain(\"…\")`")
            }
            _ => None,
        }
    }

    pub(crate) fn secret(&self) -> &str {
        self.password.expose_secret()
    }

    /// The body of a sign-in, wiped when it has been sent.
    pub(crate) fn body(&self, scope: &Scope) -> Zeroizing<Vec<u8>> {
        let password = self.password.expose_secret();
        let domain = match &self.user {
            Named::Name(_) => self.domain.as_ref(),
            Named::Id(_) => None,
        };
        let body = SignInBody {
            auth: Auth {
                identity: Identity {
                    methods: ["password"],
                    password: ByPassword { user: User { who: &self.user, password, domain } },
                },
                scope: ProjectScope { project: scope },
            },
        };
        // Escaping makes six characters of one at most; a buffer that grows leaves the
        // smaller one behind.
        let mut text = Zeroizing::new(Vec::with_capacity(1024 + 6 * password.len()));
        // Texts and objects can always be written.
        let _ = serde_json::to_writer(&mut *text, &body);
        text
    }
}

#[derive(Serialize)]
struct SignInBody<'a> {
    auth: Auth<'a>,
}

#[derive(Serialize)]
struct Auth<'a> {
    identity: Identity<'a>,
    scope: ProjectScope<'a>,
}

#[derive(Serialize)]
struct Identity<'a> {
    methods: [&'static str; 1],
    password: ByPassword<'a>,
}

#[derive(Serialize)]
struct ByPassword<'a> {
    user: User<'a>,
}

#[derive(Serialize)]
struct User<'a> {
    #[serde(flatten)]
    who: &'a Named,
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<&'a Named>,
}

#[derive(Serialize)]
struct ProjectScope<'a> {
    project: &'a Scope,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

/// What a token is for.
#[derive(Clone, Serialize)]
pub(crate) enum Scope {
    #[serde(rename = "id")]
    ProjectId(String),
    #[serde(rename = "name")]
    ProjectName(String),
}

/// Shows only what can be an id, as names usually can: the rest may be a token.
impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (variant, project) = match self {
            Self::ProjectId(id) => ("ProjectId", id),
            Self::ProjectName(name) => ("ProjectName", name),
        };
        match ProjectId::try_from(project.as_str()) {
            Ok(_) => f.debug_tuple(variant).field(project).finish(),
            Err(_) => f.debug_tuple(variant).finish_non_exhaustive(),
        }
    }
}

/// The result of a sign-in.
pub(crate) struct SignedIn {
    pub(crate) token: HeaderValue,
    /// From the issue of the token, as far as it is known, to its end.
    pub(crate) life: Duration,
    pub(crate) project_id: Option<String>,
    catalog: Value,
}

/// Only the expiry is required; anything else that is unusable is ignored.
#[derive(Deserialize)]
struct Body {
    token: Token,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    issued_at: Value,
    #[serde(default)]
    expires_at: Value,
    #[serde(default)]
    project: Value,
    #[serde(default)]
    catalog: Value,
}

impl Token {
    fn life(&self, headers: &HeaderMap) -> Result<Duration, &'static str> {
        let end = self.expires_at.as_str();
        let end = end.ok_or("the body does not say when the token expires")?;
        let end = expiry(end).ok_or("`expires_at` of the token is not a time")?;
        let (start, problem) = match self.issued_at.as_str().and_then(time) {
            Some(start) => (Some(start), "the token expires before it was issued"),
            None => (
                now(headers),
                "the token has already expired, by the `Date` of the response or else by the \
                 clock of this machine",
            ),
        };
        let life = end.duration_since(start.unwrap_or(Timestamp::MAX));
        Duration::try_from(life).map_err(|_| problem)
    }
}

/// The last day of 9999, which is later than a timestamp can be, usually means never.
fn expiry(text: &str) -> Option<Timestamp> {
    time(text).or_else(|| text.starts_with("9999-12-31T").then_some(Timestamp::MAX))
}

/// A time, in UTC where it does not say.
fn time(text: &str) -> Option<Timestamp> {
    let utc = |time| jiff::tz::TimeZone::UTC.to_timestamp(time).ok();
    text.parse().ok().or_else(|| text.parse().ok().and_then(utc))
}

/// The time by the clock of the identity service, or else by the one of this machine.
fn now(headers: &HeaderMap) -> Option<Timestamp> {
    service_time(headers).unwrap_or_else(SystemTime::now).try_into().ok()
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

impl SignedIn {
    /// Reads the response to a sign-in, or says what is wrong with it. Nothing is quoted.
    pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, &'static str> {
        let token = headers.get(ISSUED_TOKEN).and_then(|token| token.to_str().ok());
        let token = token.ok_or("the header X-Subject-Token is missing")?;
        let body: Body = serde_json::from_str(&lenient::text(body))
            .map_err(|_| "the body describes no token")?;
        Ok(Self {
            token: token_header(token.to_owned())?,
            life: body.token.life(headers)?,
            project_id: text(&body.token.project, "id").map(str::to_owned),
            catalog: body.token.catalog,
        })
    }

    /// The endpoint of the service in the catalogue; in `region`, if it is given.
    pub(crate) fn endpoint(&self, region: Option<&str>) -> Option<&str> {
        let may_be = |endpoint: &Value, name, wanted: Option<&str>| {
            text(endpoint, name).is_none_or(|value| wanted.is_none_or(|wanted| value == wanted))
        };
        SERVICE_TYPES.iter().find_map(|kind| {
            items(Some(&self.catalog))
                .filter(|entry| text(entry, "type") == Some(kind))
                .flat_map(|entry| items(entry.get("endpoints")))
                .filter(|endpoint| may_be(endpoint, "interface", Some("public")))
                .filter(|endpoint| may_be(endpoint, "region", region))
                .find_map(|endpoint| text(endpoint, "url"))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_body_names_user_domain_and_project_by_what_is_known() {
        let body = |password: &Password, scope| -> Value {
            serde_json::from_slice(&password.body(&scope)).unwrap()
        };
        let by_name = Password::new("u", "p").domain("d");
        assert_eq!(
            body(&by_name, Scope::ProjectName("eu-de_x".to_owned())),
            json!({ "auth": {
                "identity": { "methods": ["password"], "password": { "user": {
                    "name": "u", "password": "p", "domain": { "name": "d" },
                }}},
                "scope": { "project": { "name": "eu-de_x" } },
            }})
        );
        let by_id = Password::of_user_id("i", "p");
        let body = body(&by_id, Scope::ProjectId("42".to_owned()));
        let user = &body["auth"]["identity"]["password"]["user"];
        assert_eq!(user, &json!({ "id": "i", "password": "p" }));
        assert_eq!(body["auth"]["scope"], json!({ "project": { "id": "42" } }));
        assert_eq!(format!("{by_name:?}"), "Password([redacted])");
    }

    #[test]
    fn a_missing_part_is_named() {
        let problem = |password: Password| password.problem().unwrap_or_default();
        assert!(problem(Password::new("u", "")).contains("password is empty"));
        assert!(problem(Password::new("", "p").domain("d")).contains("user is empty"));
        assert!(problem(Password::new("u", "p")).contains("Password::domain("));
        assert_eq!(problem(Password::new("u", "p").domain_id("d")), "");
        assert_eq!(problem(Password::of_user_id("u", "p")), "");
    }

    fn response(body: &Value) -> Result<SignedIn, &'static str> {
        let mut headers = HeaderMap::new();
        headers.insert("x-subject-token", HeaderValue::from_static("MIIExample"));
        SignedIn::read(&headers, body.to_string().as_bytes())
    }

    #[test]
    fn the_life_of_a_token_is_from_its_issue_to_its_end() {
        let body = json!({ "token": {
            "issued_at": "2025-03-04T05:06:07.000000Z",
            "expires_at": "2025-03-05T05:06:07.000000Z",
            "project": { "id": "42", "name": "x" },
        }});
        let signed_in = response(&body).unwrap();
        assert_eq!(signed_in.life, Duration::from_secs(24 * 60 * 60));
        assert_eq!(signed_in.project_id.as_deref(), Some("42"));
        assert!(signed_in.token.is_sensitive());
        assert_eq!(signed_in.endpoint(None), None);
    }

    #[test]
    fn an_unusable_response_says_why() {
        let times =
            |from: &str, to: &str| json!({ "token": { "issued_at": from, "expires_at": to }});
        let rejected = |body: &Value| response(body).err().unwrap_or_default();
        assert!(rejected(&json!({})).contains("no token"));
        assert!(rejected(&times("yesterday", "today")).contains("not a time"));
        let backwards = times("2025-03-05T00:00:00Z", "2025-03-04T00:00:00Z");
        assert!(rejected(&backwards).contains("expires before it was issued"));
        // As long before our time as a timestamp can say.
        let long = response(&times("-009999-01-02T01:59:59Z", "9999-12-30T22:00:00Z"));
        assert!(long.unwrap().life > Duration::from_secs(600_000_000_000));
        let never = response(&times("2025-03-04T05:06:07Z", "9999-12-31T23:59:59Z"));
        assert!(never.unwrap().life > Duration::from_secs(200_000_000_000));
        assert!(rejected(&times("2025-03-04T05:06:07Z", "9999-12-32T23:59:59Z")).contains("time"));
        let no_token = SignedIn::read(&HeaderMap::new(), b"{}").err().unwrap_or_default();
        assert!(no_token.contains("X-Subject-Token"));
    }

    #[test]
    fn only_the_expiry_must_be_there() {
        let with = |name: &str, value: Value| {
            let mut body = json!({ "token": {
                "issued_at": "2025-03-04T05:06:07Z", "expires_at": "2025-03-05T05:06:07Z",
            }});
            body["token"][name] = value;
            response(&body).unwrap()
        };
        for project in [json!(null), json!("42"), json!({}), json!({ "id": null })] {
            assert_eq!(with("project", project.clone()).project_id, None, "{project}");
        }
        let usable = json!({ "type": "vpn", "endpoints": [{ "url": "https://vpn.example" }] });
        for odd in [
            json!(null),
            json!("vpn"),
            json!({ "endpoints": [{ "url": "https://untyped.example" }] }),
            json!({ "type": "vpn", "endpoints": null }),
            json!({ "type": "vpn", "endpoints": [null, {}, { "url": null }] }),
            json!({ "type": 7, "endpoints": [{ "url": "https://odd.example" }] }),
        ] {
            let catalog = json!([odd, usable]);
            assert_eq!(with("catalog", catalog).endpoint(None), Some("https://vpn.example"));
            assert_eq!(with("catalog", odd).endpoint(None), None);
        }
    }

    #[test]
    fn the_better_type_goes_first_and_the_region_counts() {
        let endpoint = |region: &str, url: &str| {
            json!({
                "interface": "public", "region": region, "region_id": region, "url": url,
            })
        };
        let body = json!({ "token": {
            "issued_at": "2025-03-04T05:06:07Z", "expires_at": "2025-03-05T05:06:07Z",
            "catalog": [
                { "type": "compute", "endpoints": [endpoint("eu-de", "https://ecs.example")] },
                { "type": "vpn", "endpoints": [endpoint("eu-de", "https://vpn.example/v2.0")] },
                { "type": "evpn", "endpoints": [
                    { "interface": "internal", "region": "eu-nl", "url": "https://inside.example" },
                    endpoint("eu-de", "https://evpn.example/v5/42"),
                    endpoint("eu-nl", "https://evpn-nl.example/v5/42"),
                ]},
            ],
        }});
        let signed_in = response(&body).unwrap();
        assert_eq!(signed_in.endpoint(None), Some("https://evpn.example/v5/42"));
        assert_eq!(signed_in.endpoint(Some("eu-nl")), Some("https://evpn-nl.example/v5/42"));
        assert_eq!(signed_in.endpoint(Some("eu-ch2")), None);
    }
}
