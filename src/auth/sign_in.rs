//! Signing in with a password.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use secrecy::SecretString;

use super::password::{ISSUED_TOKEN, Password, Scope, SignedIn};
use crate::config::{Endpoint, Retries, Timeouts};
use crate::error::{Error, ErrorKind};
use crate::transport::attempts::{Attempt, Attempts};
use crate::transport::classify::classify;
use crate::transport::error_body;
use crate::transport::exchange::{RawResponse, exchange, require_runtime};
use crate::transport::failure::{Failure, Retry};

/// Most bytes of the response to a sign-in; the catalogue is in it.
const MAX_BODY: usize = 1024 * 1024;
const PATH: &str = "/v3/auth/tokens";

/// Where to sign in, and for what.
pub(crate) struct SignIn {
    http: reqwest::Client,
    identity: Endpoint,
    scope: Scope,
}

impl SignIn {
    pub(crate) fn new(http: reqwest::Client, identity: Endpoint, scope: Scope) -> Self {
        Self { http, identity, scope }
    }

    /// Signs in for a client that is being built, with the limits of an operation.
    pub(crate) async fn until_signed_in(
        &self,
        password: &Password,
        timeouts: &Timeouts,
        retries: &Retries,
    ) -> Result<SignedIn, Error> {
        require_runtime()?;
        let mut attempts = Attempts::new(timeouts, retries, None, true);
        attempts.run(&mut (self, password)).await.map_err(|failure| {
            let effort = attempts.effort(failure.retry == Retry::Later);
            failure.error.with_effort(effort)
        })
    }

    /// Signs in once, without an earlier token: a token from a token keeps the old expiry.
    pub(super) async fn sign_in(
        &self,
        password: &Password,
        limit: Duration,
    ) -> Result<SignedIn, Failure> {
        let result = self.send(password, limit).await;
        result.map_err(|failure| Failure {
            error: failure.error.of_sign_in(),
            // The request that is to be signed was not sent.
            maybe_applied: false,
            retry: if failure.retry == Retry::Later { Retry::Later } else { Retry::Never },
            ..failure
        })
    }

    async fn send(&self, password: &Password, limit: Duration) -> Result<SignedIn, Failure> {
        tracing::debug!(server.address = self.identity.host(), "signing in");
        let response = exchange(&self.http, self.request(password)?, limit, MAX_BODY).await?;
        let secrets = secrets(password, &response.headers);
        // It changes nothing, so it is retried as a query is.
        let response = classify(&Method::GET, response, true, || secrets.clone())
            .map_err(of_identity_service)?;
        let RawResponse { status, headers, body, .. } = response;
        SignedIn::read(&headers, &body).map_err(|problem| {
            let message = format_args!("the response is not as documented: {problem}");
            // Wherever the body of a success holds a token, it is not quoted.
            let known = error_body::read(status, &headers, &[], &secrets);
            let error = Error::new(ErrorKind::Credentials, message);
            Failure::permanent(error.with_response(known))
        })
    }

    fn request(&self, password: &Password) -> Result<reqwest::Request, Failure> {
        let url = format!("{}{PATH}", self.identity.as_str());
        let url = url.parse().map_err(|_| {
            Failure::permanent(Error::invalid("the identity endpoint is not a valid URL"))
        })?;
        let mut request = reqwest::Request::new(Method::POST, url);
        request
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf8"));
        let body = Bytes::from_owner(password.body(&self.scope));
        *request.body_mut() = Some(body.into());
        Ok(request)
    }
}

impl Attempt for (&SignIn, &Password) {
    type Value = SignedIn;

    async fn attempt(&mut self, attempts: &mut Attempts<'_>) -> Result<SignedIn, Failure> {
        let (sign_in, password) = *self;
        attempts.begin();
        sign_in.sign_in(password, attempts.limit()?).await
    }
}

/// Longer than any word of a message.
const LONGEST_WORD: usize = 12;

/// What the response may repeat and an error must not: the token that it brings, and the
/// password. A few lower-case letters, which the identity service does not permit as a
/// password, may be a word of its messages: taken out of "The username or password is
/// wrong", it would tell the password and hide the reason.
fn secrets(password: &Password, headers: &HeaderMap) -> Vec<SecretString> {
    let tokens = headers.get_all(ISSUED_TOKEN).iter();
    let tokens = tokens.map(|token| (*String::from_utf8_lossy(token.as_bytes())).into());
    let secret = password.secret();
    let is_word = secret.len() <= LONGEST_WORD && secret.bytes().all(|b| b.is_ascii_lowercase());
    tokens.chain((!is_word).then(|| secret.into())).collect()
}

/// An error that the identity service reported is not one of the service.
fn of_identity_service(failure: Failure) -> Failure {
    match failure.error.kind() {
        ErrorKind::Service => failure.map_error(|error| error.with_kind(ErrorKind::Credentials)),
        _ => failure,
    }
}
