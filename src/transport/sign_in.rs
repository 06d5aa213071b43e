//! Signing in with a password.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use tokio::time::{Instant, sleep};

use super::answer::{self, Said};
use super::conversion;
use super::exchange::exchange;
use super::retry::{self, Again, after_answer};
use super::signer::{Unavailable, UnavailableKind};
use crate::auth::{Password, Scope, SignedIn};
use crate::config::{Endpoint, Retries, Timeouts};
use crate::error::{Effort, Error, ErrorKind};

/// Most bytes of the answer to a sign-in; the catalogue is in it.
const MAX_ANSWER: usize = 1024 * 1024;
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

    /// Signs in for a client that is being made, within the limits of a call.
    pub(crate) async fn until_signed_in(
        &self,
        password: &Password,
        timeouts: &Timeouts,
        retries: &Retries,
    ) -> Result<SignedIn, Error> {
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let left = timeouts.operation.saturating_sub(started.elapsed());
            let unavailable = match self.sign_in(password, timeouts.query_attempt.min(left)).await {
                Ok(signed_in) => return Ok(signed_in),
                Err(unavailable) => unavailable,
            };
            let is_passing = unavailable.kind == UnavailableKind::Passing;
            let hint = unavailable.error.retry_after();
            let wait = retry::wait(retries, attempts, hint)
                .filter(|_| is_passing && attempts < retries.attempts)
                .filter(|wait| started.elapsed().saturating_add(*wait) < timeouts.operation);
            match wait {
                Some(wait) => sleep(wait).await,
                None => {
                    let elapsed = started.elapsed();
                    let effort = Effort { attempts, elapsed, retryable: is_passing };
                    return Err(unavailable.error.with_effort(effort));
                }
            }
        }
    }

    /// Signs in once. No old token is used for it: one got so would keep its old end.
    pub(super) async fn sign_in(
        &self,
        password: &Password,
        limit: Duration,
    ) -> Result<SignedIn, Unavailable> {
        let request = self.request(password)?;
        let said = Said::by(vec![password.secret().into()], &request);
        tracing::debug!(server.address = self.identity.host(), "signing in");
        let exchange =
            exchange(&self.http, request, limit, MAX_ANSWER).await.map_err(|failure| {
                let kind = match failure.again {
                    Again::Later => UnavailableKind::Passing,
                    _ => UnavailableKind::Final,
                };
                Unavailable { error: failure.error.in_context("signing in"), kind }
            })?;
        let answer = answer::read(exchange.status, &exchange.headers, &exchange.body, &said);
        if exchange.status.is_success() && exchange.cut.is_none() {
            return SignedIn::read(&exchange.headers, &exchange.body).map_err(|problem| {
                let message =
                    format_args!("the answer to the sign-in is not the documented one: {problem}");
                let error = Error::new(ErrorKind::Credentials, message).with_answer(answer);
                Unavailable { error, kind: UnavailableKind::Final }
            });
        }
        let status = exchange.status;
        let again = after_answer(&Method::GET, status, None);
        let kind = match (status.as_u16(), again) {
            (401, _) => UnavailableKind::Refused,
            (_, Again::Later) => UnavailableKind::Passing,
            _ => UnavailableKind::Final,
        };
        let error = conversion::service_error(answer).with_kind(ErrorKind::Credentials);
        Err(Unavailable { error: error.in_context("signing in"), kind })
    }

    fn request(&self, password: &Password) -> Result<reqwest::Request, Unavailable> {
        let url = format!("{}{PATH}", self.identity.as_str());
        let url = url.parse().map_err(|_| Unavailable {
            error: Error::invalid("the identity endpoint is no URL"),
            kind: UnavailableKind::Final,
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
