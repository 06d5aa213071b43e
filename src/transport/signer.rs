//! Signing requests: with what the caller gave, or with what a sign-in or the caller's
//! provider gives, once for any number of calls.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::clock;
use super::exchange::far_away;
use super::judgement::Failure;
use super::sign_in::SignIn;
use crate::auth::signing::{self, Parts};
use crate::auth::{Credentials, Pass, Provider, Source};
use crate::document::endpoints::TOKEN_HEADER;
use crate::error::{Error, ErrorKind};

/// A pass is renewed this long before it ends, or after nine tenths of its life.
const MARGIN: Duration = Duration::from_secs(300);
/// A clock that is wrong by less is not corrected.
const TOLERANCE_SECONDS: i64 = 60;

pub(crate) struct Signer {
    credentials: Credentials,
    project_id: HeaderValue,
    sign_in: Option<SignIn>,
    held: Mutex<Held>,
    /// How many times a pass was asked for, with or without success.
    rounds: AtomicU64,
    /// What is to be added to the clock of this machine, in seconds.
    clock_offset: AtomicI64,
}

#[derive(Default)]
struct Held {
    pass: Option<HeldPass>,
    /// The last failure, and its round.
    failure: Option<(u64, Unavailable)>,
}

#[derive(Clone)]
struct HeldPass {
    pass: Pass,
    renew_at: Instant,
    ends_at: Instant,
    round: u64,
}

/// Why there is no pass.
#[derive(Clone)]
pub(super) struct Unavailable {
    pub(super) error: Error,
    pub(super) kind: UnavailableKind,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum UnavailableKind {
    /// Asking again may help.
    Passing,
    /// Asking again does not help this call.
    Final,
    /// Asking again does not help any call, and may lock the user out.
    Refused,
}

/// A pass, and the round in which it was got.
pub(super) type Used = u64;

impl Signer {
    pub(crate) fn new(
        credentials: Credentials,
        project_id: HeaderValue,
        sign_in: Option<SignIn>,
    ) -> Self {
        Self {
            credentials,
            project_id,
            sign_in,
            held: Mutex::default(),
            rounds: AtomicU64::default(),
            clock_offset: AtomicI64::default(),
        }
    }

    pub(super) fn secrets(&self) -> Vec<String> {
        self.credentials.secrets()
    }

    /// Signs a request; what is not there within `limit` is not waited for.
    pub(super) async fn sign(
        &self,
        request: &mut reqwest::Request,
        limit: Duration,
    ) -> Result<Used, Failure> {
        let (pass, used) = match &self.credentials.0 {
            Source::Token(Ok(token)) => (Pass::Token(token.clone()), 0),
            Source::Token(Err(problem)) => {
                return Err(Failure::final_and_undone(Error::invalid(problem)));
            }
            Source::AccessKey(key) => (Pass::AccessKey(key.clone()), 0),
            Source::Password(_) | Source::Provider(_) => self.held_pass(limit).await?,
        };
        self.apply(&pass, request);
        Ok(used)
    }

    fn apply(&self, pass: &Pass, request: &mut reqwest::Request) {
        let key = match pass {
            Pass::Token(token) => {
                request.headers_mut().insert(TOKEN_HEADER, token.clone());
                return;
            }
            Pass::AccessKey(key) => key,
        };
        let method: Method = request.method().clone();
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec();
        let mut url = request.url().clone();
        let mut headers: HeaderMap = std::mem::take(request.headers_mut());
        let now = clock::shifted(SystemTime::now(), self.clock_offset.load(Ordering::Relaxed));
        let parts = Parts { method: &method, url: &mut url, headers: &mut headers, body: &body };
        signing::sign(key, &self.project_id, now, parts);
        *request.headers_mut() = headers;
        *request.url_mut() = url;
    }

    /// The pass that is held, or a new one. Whoever comes while one is asked for waits for
    /// that one, and for its failure too. Who asks may be dropped at any time: the next
    /// one asks.
    async fn held_pass(&self, limit: Duration) -> Result<(Pass, Used), Failure> {
        let seen = self.rounds.load(Ordering::SeqCst);
        let late = || {
            let text = format!("no credentials within {limit:?}");
            Failure::passing_and_undone(Error::timeout(text))
        };
        let waits = Instant::now();
        let mut held = timeout(limit, self.held.lock()).await.map_err(|_| late())?;
        let now = Instant::now();
        if let Some(pass) = held.pass.as_ref().filter(|pass| now < pass.renew_at) {
            return Ok((pass.pass.clone(), pass.round));
        }
        match &held.failure {
            Some((round, failure)) if failure.kind == UnavailableKind::Refused || *round > seen => {
                return Err(failure.clone().into());
            }
            _ => {}
        }
        let left = limit.saturating_sub(waits.elapsed());
        let asked = timeout(left, self.ask(left)).await.map_err(|_| late())?;
        let round = self.rounds.fetch_add(1, Ordering::SeqCst) + 1;
        match asked {
            Ok((pass, life)) => {
                let pass = HeldPass::new(pass, life, round);
                held.failure = None;
                held.pass = Some(pass.clone());
                Ok((pass.pass, round))
            }
            Err(failure) => {
                held.failure = Some((round, failure.clone()));
                match held.pass.as_ref().filter(|pass| now < pass.ends_at) {
                    // It was asked for early, and what is held is still good.
                    Some(pass) if failure.kind == UnavailableKind::Passing => {
                        Ok((pass.pass.clone(), pass.round))
                    }
                    _ => Err(failure.into()),
                }
            }
        }
    }

    async fn ask(&self, limit: Duration) -> Result<(Pass, Option<Duration>), Unavailable> {
        match (&self.credentials.0, &self.sign_in) {
            (Source::Password(password), Some(sign_in)) => {
                let signed_in = sign_in.sign_in(password, limit).await?;
                Ok((Pass::Token(signed_in.token), Some(signed_in.life)))
            }
            (Source::Provider(provider), _) => ask_provider(provider).await,
            _ => {
                let error = Error::invalid("there is nowhere to sign in");
                Err(Unavailable { error, kind: UnavailableKind::Final })
            }
        }
    }

    /// Whether a request that was refused (401) may be sent once more, freshly signed.
    pub(super) async fn renew(&self, used: Used, failure: &Failure) -> bool {
        match &self.credentials.0 {
            Source::Token(_) => false,
            Source::AccessKey(_) => self.learn_time(failure),
            Source::Password(_) | Source::Provider(_) => {
                let mut held = self.held.lock().await;
                let is_key =
                    matches!(held.pass.as_ref().map(|held| &held.pass), Some(Pass::AccessKey(_)));
                if is_key && self.learn_time(failure) {
                    return true;
                }
                // Another call may have got a new one already.
                if held.pass.as_ref().is_some_and(|held| held.round == used) {
                    held.pass = None;
                }
                true
            }
        }
    }

    /// Learns the time of the service from an answer that refuses a signature; false
    /// when the clock was not what was wrong.
    fn learn_time(&self, failure: &Failure) -> bool {
        let Some(theirs) = clock::of_service(failure) else { return false };
        let offset = clock::seconds_between(SystemTime::now(), theirs);
        let known = self.clock_offset.swap(offset, Ordering::Relaxed);
        (offset - known).abs() > TOLERANCE_SECONDS
    }

    /// A pass that a sign-in outside of a call has given.
    pub(crate) async fn hold(&self, token: HeaderValue, life: Duration) {
        let round = self.rounds.fetch_add(1, Ordering::SeqCst) + 1;
        self.held.lock().await.pass = Some(HeldPass::new(Pass::Token(token), Some(life), round));
    }
}

impl HeldPass {
    fn new(pass: Pass, life: Option<Duration>, round: Used) -> Self {
        let now = Instant::now();
        let after = |time: Option<Duration>| {
            time.and_then(|time| now.checked_add(time)).unwrap_or_else(far_away)
        };
        let until_renewal = life.map(|life| life - MARGIN.min(life / 10));
        Self { pass, renew_at: after(until_renewal), ends_at: after(life), round }
    }
}

async fn ask_provider(provider: &Provider) -> Result<(Pass, Option<Duration>), Unavailable> {
    let unavailable = |text: String| Unavailable {
        error: Error::new(ErrorKind::Credentials, text),
        kind: UnavailableKind::Passing,
    };
    let provided = provider
        .provide()
        .await
        .map_err(|error| unavailable(format!("the provider of the credentials failed: {error}")))?;
    let pass = provided.pass.and_then(|pass| pass.problem().map_or(Ok(pass), Err));
    let pass = pass.map_err(|problem| unavailable(format!("what the provider gave: {problem}")))?;
    Ok((pass, provided.life))
}

impl From<Unavailable> for Failure {
    fn from(unavailable: Unavailable) -> Self {
        match unavailable.kind {
            UnavailableKind::Passing => Self::passing_and_undone(unavailable.error),
            UnavailableKind::Final | UnavailableKind::Refused => {
                Self::final_and_undone(unavailable.error)
            }
        }
    }
}
