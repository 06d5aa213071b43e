//! Signing requests: with what the caller gave, or with what a sign-in or the caller's
//! provider gives, once for any number of calls.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method};
use secrecy::SecretString;
use tokio::time::{Instant, timeout, timeout_at};

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
/// When that fails, it is tried again this much later.
const PAUSE: Duration = Duration::from_secs(30);
/// A clock that is wrong by less is not corrected.
const TOLERANCE_SECONDS: u64 = 60;

pub(crate) struct Signer {
    credentials: Credentials,
    project_id: HeaderValue,
    sign_in: Option<SignIn>,
    held: Mutex<Held>,
    /// Held by the call that asks for a pass.
    asking: tokio::sync::Mutex<()>,
    /// What is to be added to the clock of this machine, in seconds.
    clock_offset: AtomicI64,
}

#[derive(Default)]
struct Held {
    pass: Option<HeldPass>,
    /// How many times a pass was asked for, with or without success.
    rounds: u64,
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

/// What a request was signed with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    /// The round in which the pass was got; 0 if it was given.
    round: u64,
    clock_offset: i64,
}

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
            asking: tokio::sync::Mutex::default(),
            clock_offset: AtomicI64::default(),
        }
    }

    pub(super) fn secrets(&self) -> Vec<SecretString> {
        self.credentials.secrets()
    }

    /// Signs a request; what is not there within `limit` is not waited for.
    pub(super) async fn sign(
        &self,
        request: &mut reqwest::Request,
        limit: Duration,
    ) -> Result<Used, Failure> {
        let (pass, round) = match &self.credentials.0 {
            Source::Token(Ok(token)) => (Pass::Token(token.clone()), 0),
            Source::Token(Err(problem)) => {
                return Err(Failure::final_and_undone(Error::invalid(problem)));
            }
            Source::AccessKey(key) => (Pass::AccessKey(key.clone()), 0),
            Source::Password(_) | Source::Provider(_) => {
                let held = self.held_pass(limit).await?;
                (held.pass, held.round)
            }
        };
        let clock_offset = self.clock_offset.load(Ordering::Relaxed);
        self.apply(&pass, clock_offset, request);
        Ok(Used { round, clock_offset })
    }

    fn apply(&self, pass: &Pass, clock_offset: i64, request: &mut reqwest::Request) {
        let key = match pass {
            Pass::Token(token) => {
                request.headers_mut().insert(TOKEN_HEADER, token.clone());
                return;
            }
            Pass::AccessKey(key) => key,
        };
        let method: Method = request.method().clone();
        let mut url = request.url().clone();
        let mut headers: HeaderMap = std::mem::take(request.headers_mut());
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let now = clock::shifted(SystemTime::now(), clock_offset);
        let parts = Parts { method: &method, url: &mut url, headers: &mut headers, body };
        signing::sign(key, &self.project_id, now, parts);
        *request.headers_mut() = headers;
        *request.url_mut() = url;
    }

    /// The pass that is held, or a new one.
    ///
    /// While what is held is good, nobody waits: one call asks for a new pass early,
    /// and goes on with the old one if that fails. Otherwise whoever comes while one is
    /// asked for waits for that one, and for its failure too. Who asks may be dropped at
    /// any time: the next one asks.
    async fn held_pass(&self, limit: Duration) -> Result<HeldPass, Failure> {
        let deadline = Instant::now().checked_add(limit).unwrap_or_else(far_away);
        let seen = self.held().rounds;
        if let Some(pass) = self.good_pass() {
            let is_refused = self.failure_since(u64::MAX).is_some();
            let asking = self.asking.try_lock().ok();
            let may_ask = asking.is_some() && !is_refused && Instant::now() >= pass.renew_at;
            return match may_ask {
                true => Ok(self.new_pass(deadline).await.unwrap_or(pass)),
                false => Ok(pass),
            };
        }
        let asking = timeout_at(deadline, self.asking.lock()).await;
        let _asking = asking.map_err(|_| Failure::from(late(limit)))?;
        if let Some(pass) = self.good_pass() {
            return Ok(pass);
        }
        match self.failure_since(seen) {
            Some(failure) => Err(failure.into()),
            None => self.new_pass(deadline).await.map_err(Failure::from),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn good_pass(&self) -> Option<HeldPass> {
        self.held().pass.clone().filter(|pass| Instant::now() < pass.ends_at)
    }

    /// The last failure, if it came after the round or holds for ever.
    fn failure_since(&self, seen: u64) -> Option<Unavailable> {
        let (round, failure) = self.held().failure.clone()?;
        (round > seen || failure.kind == UnavailableKind::Refused).then_some(failure)
    }

    /// Asks for a pass and keeps what comes of it. For who holds `asking`.
    async fn new_pass(&self, deadline: Instant) -> Result<HeldPass, Unavailable> {
        let limit = deadline.saturating_duration_since(Instant::now());
        let asked = timeout(limit, self.ask(limit)).await.unwrap_or_else(|_| Err(late(limit)));
        let mut held = self.held();
        held.rounds += 1;
        let round = held.rounds;
        match asked {
            Ok((pass, life)) => {
                let pass = HeldPass::new(pass, life, round);
                held.failure = None;
                held.pass = Some(pass.clone());
                Ok(pass)
            }
            Err(failure) => {
                held.failure = Some((round, failure.clone()));
                if let Some(pass) = &mut held.pass {
                    pass.renew_at = Instant::now() + PAUSE;
                }
                Err(failure)
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
    pub(super) fn renew(&self, used: Used, failure: &Failure) -> bool {
        match &self.credentials.0 {
            Source::Token(_) => false,
            Source::AccessKey(_) => self.learn_time(used, failure),
            Source::Password(_) | Source::Provider(_) => {
                let mut held = self.held();
                let is_key =
                    matches!(held.pass.as_ref().map(|held| &held.pass), Some(Pass::AccessKey(_)));
                if is_key && self.learn_time(used, failure) {
                    return true;
                }
                // Another call may have got a new one already.
                if held.pass.as_ref().is_some_and(|held| held.round == used.round) {
                    held.pass = None;
                }
                true
            }
        }
    }

    /// Learns the time of the service from an answer that refuses a signature; false
    /// when the clock was not what was wrong with it.
    fn learn_time(&self, used: Used, failure: &Failure) -> bool {
        let Some(theirs) = clock::of_service(failure) else { return false };
        let offset = clock::seconds_between(SystemTime::now(), theirs);
        self.clock_offset.store(offset, Ordering::Relaxed);
        offset.abs_diff(used.clock_offset) > TOLERANCE_SECONDS
    }

    /// A pass that a sign-in outside of a call has given.
    pub(crate) fn hold(&self, token: HeaderValue, life: Duration) {
        let mut held = self.held();
        held.rounds += 1;
        held.pass = Some(HeldPass::new(Pass::Token(token), Some(life), held.rounds));
    }
}

fn late(limit: Duration) -> Unavailable {
    let error = Error::timeout(format!("no credentials within {limit:?}"));
    Unavailable { error, kind: UnavailableKind::Passing }
}

impl HeldPass {
    fn new(pass: Pass, life: Option<Duration>, round: u64) -> Self {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use futures::future::join_all;

    use super::*;
    use crate::auth::{AccessKey, Provided};

    const LIFE: Duration = Duration::from_secs(60 * 60);

    /// What the provider does when it is asked again.
    #[derive(Clone, Copy)]
    enum Later {
        Fails,
        Hangs,
        Provides,
    }

    /// A signer, and how often its provider was asked; the first time it provides.
    fn signer(later: Later) -> (Arc<Signer>, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let credentials = Credentials::provider(move || {
            let round = counter.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::task::yield_now().await;
                match later {
                    Later::Fails if round > 0 => Err("the vault is sealed".into()),
                    Later::Hangs if round > 0 => std::future::pending().await,
                    _ => Ok(Provided::token(format!("token-{round}")).valid_for(LIFE)),
                }
            }
        });
        let project = HeaderValue::from_static("a-project");
        (Arc::new(Signer::new(credentials, project, None)), asked)
    }

    /// The token that a request is signed with.
    async fn token(signer: &Signer) -> Result<String, Error> {
        let url = url::Url::parse("https://vpn.example/").unwrap();
        let mut request = reqwest::Request::new(Method::GET, url);
        let signed = signer.sign(&mut request, Duration::from_secs(30)).await;
        signed.map_err(|failure| failure.error)?;
        Ok(request.headers()[TOKEN_HEADER].to_str().unwrap().to_owned())
    }

    async fn fifty_tokens(signer: &Signer) -> Vec<Result<String, Error>> {
        join_all((0..50).map(|_| token(signer))).await
    }

    fn all_are(tokens: &[Result<String, Error>], expected: &str) -> bool {
        tokens.iter().all(|token| token.as_deref().ok() == Some(expected))
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_fails_early_fails_no_call_and_is_tried_again_after_a_pause() {
        for later in [Later::Fails, Later::Hangs] {
            let (signer, asked) = signer(later);
            token(&signer).await.unwrap();
            tokio::time::advance(LIFE - Duration::from_secs(200)).await;
            assert!(all_are(&fifty_tokens(&signer).await, "token-0"));
            assert_eq!(asked.load(Ordering::SeqCst), 2, "one of them asked");
            assert!(all_are(&fifty_tokens(&signer).await, "token-0"));
            assert_eq!(asked.load(Ordering::SeqCst), 2, "it pauses");
            tokio::time::advance(PAUSE).await;
            assert!(all_are(&fifty_tokens(&signer).await, "token-0"));
            assert_eq!(asked.load(Ordering::SeqCst), 3, "after the pause");
            tokio::time::advance(MARGIN).await;
            let ended = fifty_tokens(&signer).await;
            assert!(ended.iter().all(Result::is_err), "the token has ended");
            assert_eq!(asked.load(Ordering::SeqCst), 4, "and its failure is shared");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_an_early_renewal_but_the_one_that_asks() {
        let (signer, asked) = signer(Later::Hangs);
        token(&signer).await.unwrap();
        tokio::time::advance(LIFE - Duration::from_secs(200)).await;
        let other = Arc::clone(&signer);
        let asking = tokio::spawn(async move { token(&other).await });
        tokio::task::yield_now().await;
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        let began = Instant::now();
        assert!(all_are(&fifty_tokens(&signer).await, "token-0"));
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert_eq!(asking.await.unwrap().unwrap(), "token-0");
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_succeeds_early_is_made_once() {
        let (signer, asked) = signer(Later::Provides);
        token(&signer).await.unwrap();
        tokio::time::advance(LIFE - MARGIN).await;
        fifty_tokens(&signer).await;
        assert!(all_are(&fifty_tokens(&signer).await, "token-1"));
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_not_used_again_and_renewed_once() {
        let (signer, asked) = signer(Later::Provides);
        token(&signer).await.unwrap();
        let failure = || Failure::final_and_undone(Error::invalid("401"));
        let used = Used { round: 1, clock_offset: 0 };
        assert!(signer.renew(used, &failure()));
        assert!(all_are(&fifty_tokens(&signer).await, "token-1"));
        // Whoever comes late with the old token takes the new one.
        assert!(signer.renew(used, &failure()));
        assert_eq!(token(&signer).await.unwrap(), "token-1");
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_refused_key_is_asked_for_again_unless_the_clock_was_wrong() {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let credentials = Credentials::provider(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            async { Ok(Provided::access_key(AccessKey::new("k", "s"))) }
        });
        let signer = Signer::new(credentials, HeaderValue::from_static("p"), None);
        let limit = Duration::from_secs(1);
        let url = url::Url::parse("https://vpn.example/").unwrap();
        let mut request = reqwest::Request::new(Method::GET, url);
        let used = signer.sign(&mut request, limit).await.ok().unwrap();
        assert!(signer.renew(used, &refused_at(SystemTime::now() + Duration::from_secs(960))));
        let used = signer.sign(&mut request, limit).await.ok().unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 1, "the clock was wrong");
        assert!(signer.renew(used, &refused_at(SystemTime::now() + Duration::from_secs(960))));
        signer.sign(&mut request, limit).await.ok().unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2, "now it was the key");
    }

    /// A refusal that came when the clock of the service said this.
    fn refused_at(time: SystemTime) -> Failure {
        let response = http::Response::builder()
            .header(http::header::DATE, httpdate::fmt_http_date(time))
            .body(bytes::Bytes::new())
            .unwrap();
        let answer = Some(Box::new(response.into()));
        Failure { answer, ..Failure::final_and_undone(Error::invalid("401")) }
    }

    #[test]
    fn every_call_that_was_signed_by_the_wrong_clock_learns_the_right_one() {
        let key = Credentials::access_key(AccessKey::new("k", "s"));
        let signer = Signer::new(key, HeaderValue::from_static("p"), None);
        let wrong = refused_at(SystemTime::now() + Duration::from_secs(16 * 60));
        let before = Used::default();
        assert!(signer.renew(before, &wrong) && signer.renew(before, &wrong));
        let after = Used { clock_offset: signer.clock_offset.load(Ordering::Relaxed), ..before };
        assert!((955..=961).contains(&after.clock_offset), "{after:?}");
        assert!(!signer.renew(after, &wrong), "the clock was right");
        let near = refused_at(SystemTime::now() + Duration::from_secs(30));
        assert!(!signer.renew(before, &near), "too little to matter");
    }
}
