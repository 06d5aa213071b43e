//! Signing requests: with the caller's credentials, or with what a sign-in or the caller's
//! provider returns, once for any number of calls.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, Method};
use secrecy::SecretString;
use tokio::time::{Instant, timeout, timeout_at};

use super::access_key::AccessKey;
use super::authorization::Authorization;
use super::clock;
use super::credentials::{Credentials, Source};
use super::provider::Provider;
use super::sign_in::SignIn;
use super::signing::{self, Parts};
use crate::document::endpoints::TOKEN_HEADER;
use crate::error::{Error, ErrorKind};
use crate::transport::exchange::{instant_after, sources};
use crate::transport::failure::Failure;

/// Credentials are renewed this long before they expire, or after nine tenths of their
/// lifetime.
const MARGIN: Duration = Duration::from_secs(300);
/// After a failed renewal, the next one is this much later.
const PAUSE: Duration = Duration::from_secs(30);
/// An early renewal that takes longer is given up: the call has valid credentials.
const EARLY_RENEWAL: Duration = Duration::from_secs(2);
/// Credentials that the identity service rejected are not sent again for this long:
/// repeating them could lock the user out.
const REJECTION: Duration = Duration::from_secs(300);
/// A clock that is wrong by less is not corrected.
const TOLERANCE_SECONDS: u64 = 60;
/// How many keys of a provider are remembered: other calls may go on with an older one.
const KEPT_KEYS: usize = 4;

pub(crate) struct Signer {
    credentials: Credentials,
    project_id: HeaderValue,
    sign_in: Option<SignIn>,
    cache: Mutex<Cache>,
    /// Held by the call that renews the cached credentials.
    refresh_lock: tokio::sync::Mutex<()>,
    /// What is to be added to the clock of this machine, in seconds.
    clock_offset: AtomicI64,
}

#[derive(Default)]
struct Cache {
    credentials: Option<CachedCredentials>,
    /// The latest keys of a provider, whose secrets a response may repeat.
    keys: VecDeque<AccessKey>,
    /// How many times they were renewed, with or without success.
    renewals: u64,
    /// The last failure, with its renewal and its time.
    failure: Option<(u64, Instant, Failure)>,
}

#[derive(Clone)]
struct CachedCredentials {
    authorization: Authorization,
    renew_at: Instant,
    expire_at: Instant,
    /// The renewal that they are from.
    renewal: u64,
}

/// What a request was signed with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signature {
    /// The renewal that the credentials are from; 0 for the caller's own.
    renewal: u64,
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
            cache: Mutex::default(),
            refresh_lock: tokio::sync::Mutex::default(),
            clock_offset: AtomicI64::default(),
        }
    }

    /// The texts that an error must not show, but for tokens: these stand in the headers
    /// that a request was signed with.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = self.credentials.secrets();
        let cache = self.cache();
        secrets.extend(cache.keys.iter().flat_map(AccessKey::secrets).map(SecretString::from));
        secrets
    }

    /// Signs a request. Credentials that are not there within `limit` are a failure.
    pub(crate) async fn sign(
        &self,
        request: &mut reqwest::Request,
        limit: Duration,
    ) -> Result<Signature, Failure> {
        let clock_offset = self.clock_offset.load(Ordering::Relaxed);
        let renewal = match &self.credentials.0 {
            Source::Token(Ok(token)) => {
                request.headers_mut().insert(TOKEN_HEADER, token.clone());
                0
            }
            Source::Token(Err(problem)) => return Err(Failure::permanent(Error::invalid(problem))),
            Source::AccessKey(key) => {
                self.sign_with_key(key, clock_offset, request);
                0
            }
            Source::Password(_) | Source::Provider(_) => {
                let cached = self.cached_or_renewed(limit).await?;
                match &cached.authorization {
                    Authorization::Token(token) => {
                        request.headers_mut().insert(TOKEN_HEADER, token.clone());
                    }
                    Authorization::AccessKey(key) => {
                        self.sign_with_key(key, clock_offset, request);
                    }
                }
                cached.renewal
            }
        };
        Ok(Signature { renewal, clock_offset })
    }

    fn sign_with_key(&self, key: &AccessKey, clock_offset: i64, request: &mut reqwest::Request) {
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

    /// The cached credentials, or new ones.
    ///
    /// While the cached ones are valid, nobody waits: one call renews them early, and goes
    /// on with the old ones if that fails. Otherwise, calls that come during a renewal
    /// wait for it and share its result, a failure too. The call that renews may be
    /// dropped at any time: the next one renews.
    async fn cached_or_renewed(&self, limit: Duration) -> Result<CachedCredentials, Failure> {
        let deadline = instant_after(limit);
        let seen = self.cache().renewals;
        if let Some(cached) = self.valid() {
            let is_rejected = self.failure_since(u64::MAX).is_some();
            let lock = self.refresh_lock.try_lock().ok();
            let may_renew = lock.is_some() && !is_rejected && Instant::now() >= cached.renew_at;
            return match may_renew {
                true => {
                    let deadline = deadline.min(instant_after(EARLY_RENEWAL));
                    Ok(self.renewed(deadline).await.unwrap_or(cached))
                }
                false => Ok(cached),
            };
        }
        let lock = timeout_at(deadline, self.refresh_lock.lock()).await;
        let _lock = lock.map_err(|_| late(limit))?;
        if let Some(cached) = self.valid() {
            return Ok(cached);
        }
        match self.failure_since(seen) {
            Some(failure) => Err(failure),
            None if Instant::now() >= deadline => Err(late(limit)),
            None => self.renewed(deadline).await,
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn valid(&self) -> Option<CachedCredentials> {
        self.cache().credentials.clone().filter(|cached| Instant::now() < cached.expire_at)
    }

    /// The last failure, if it came after the renewal, or if it is a rejection that still
    /// counts.
    fn failure_since(&self, seen: u64) -> Option<Failure> {
        let (renewal, time, failure) = self.cache().failure.clone()?;
        let is_rejection = failure.error.status() == Some(401) && time.elapsed() < REJECTION;
        (renewal > seen || is_rejection).then_some(failure)
    }

    /// Renews the credentials and caches the result. The caller holds the refresh lock.
    async fn renewed(&self, deadline: Instant) -> Result<CachedCredentials, Failure> {
        let limit = deadline.saturating_duration_since(Instant::now());
        let result = timeout(limit, self.renew_once(limit)).await;
        let mut cache = self.cache();
        let Ok(result) = result else {
            // The time of this call has run out; another one has its own.
            cache.pause();
            return Err(late(limit));
        };
        cache.renewals += 1;
        let renewal = cache.renewals;
        match result {
            Ok((authorization, lifetime)) => {
                if let Authorization::AccessKey(key) = &authorization {
                    cache.keys.truncate(KEPT_KEYS - 1);
                    cache.keys.push_front(key.clone());
                }
                let cached = CachedCredentials::new(authorization, lifetime, renewal);
                cache.failure = None;
                cache.credentials = Some(cached.clone());
                Ok(cached)
            }
            Err(failure) => {
                cache.failure = Some((renewal, Instant::now(), failure.clone()));
                cache.pause();
                Err(failure)
            }
        }
    }

    async fn renew_once(
        &self,
        limit: Duration,
    ) -> Result<(Authorization, Option<Duration>), Failure> {
        match (&self.credentials.0, &self.sign_in) {
            (Source::Password(password), Some(sign_in)) => {
                let signed_in = sign_in.sign_in(password, limit).await?;
                Ok((Authorization::Token(signed_in.token), Some(signed_in.life)))
            }
            (Source::Provider(provider), _) => provided_by(provider).await,
            _ => Err(Failure::permanent(Error::invalid("there is no identity service"))),
        }
    }

    /// Whether a request that was rejected (401) may be sent once more, signed afresh.
    pub(crate) fn may_sign_again(&self, used: Signature, failure: &Failure) -> bool {
        match &self.credentials.0 {
            Source::Token(_) => false,
            Source::AccessKey(_) => self.learn_time(used, failure),
            Source::Password(_) | Source::Provider(_) => {
                let mut cache = self.cache();
                let authorization = cache.credentials.as_ref().map(|cached| &cached.authorization);
                if matches!(authorization, Some(Authorization::AccessKey(_)))
                    && self.learn_time(used, failure)
                {
                    return true;
                }
                // Another call may have renewed them already.
                if cache.credentials.as_ref().is_some_and(|it| it.renewal == used.renewal) {
                    cache.credentials = None;
                }
                true
            }
        }
    }

    /// Learns the time of the service from a response that rejects a signature; false if
    /// the clock was right.
    fn learn_time(&self, used: Signature, failure: &Failure) -> bool {
        let Some(theirs) = clock::of_service(failure) else { return false };
        let offset = clock::seconds_between(SystemTime::now(), theirs);
        let was_wrong = offset.abs_diff(used.clock_offset) > TOLERANCE_SECONDS;
        if was_wrong {
            self.clock_offset.store(offset, Ordering::Relaxed);
        }
        was_wrong
    }

    /// Caches the token of a sign-in that was made outside of a call.
    pub(crate) fn cache_token(&self, token: HeaderValue, lifetime: Duration) {
        let mut cache = self.cache();
        cache.renewals += 1;
        let authorization = Authorization::Token(token);
        cache.credentials =
            Some(CachedCredentials::new(authorization, Some(lifetime), cache.renewals));
    }
}

fn late(limit: Duration) -> Failure {
    Failure::transient(Error::timeout(format!("no credentials within {limit:?}")))
}

impl Cache {
    /// Puts the next early renewal off.
    fn pause(&mut self) {
        if let Some(cached) = &mut self.credentials {
            cached.renew_at = Instant::now() + PAUSE;
        }
    }
}

impl CachedCredentials {
    fn new(authorization: Authorization, lifetime: Option<Duration>, renewal: u64) -> Self {
        let after = |time: Option<Duration>| instant_after(time.unwrap_or(Duration::MAX));
        let until_renewal = lifetime.map(|lifetime| lifetime - MARGIN.min(lifetime / 10));
        Self { authorization, renew_at: after(until_renewal), expire_at: after(lifetime), renewal }
    }
}

async fn provided_by(provider: &Provider) -> Result<(Authorization, Option<Duration>), Failure> {
    let error = |text: String| Error::new(ErrorKind::Credentials, text);
    let provided = provider.provide().await.map_err(|cause| {
        let texts: Vec<String> = sources(&*cause).map(ToString::to_string).collect();
        let text = format!("the credentials provider failed: {}", texts.join(": "));
        Failure::transient(error(text))
    })?;
    let usable = provided.authorization.and_then(|it| it.problem().map_or(Ok(it), Err));
    let authorization = usable.map_err(|problem| {
        Failure::permanent(error(format!("unusable credentials from the provider: {problem}")))
    })?;
    Ok((authorization, provided.life))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use futures::future::join_all;

    use super::*;
    use crate::auth::provider::Provided;

    const LIFE: Duration = Duration::from_secs(60 * 60);

    /// What the provider does when it is called again.
    #[derive(Clone, Copy)]
    enum Later {
        Fails,
        Hangs,
        Provides,
    }

    /// A signer, and how often its provider was called; the first call succeeds.
    fn signer(later: Later) -> (Arc<Signer>, Arc<AtomicUsize>) {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
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
        (Arc::new(Signer::new(credentials, project, None)), calls)
    }

    fn request() -> reqwest::Request {
        let url = url::Url::parse("https://vpn.example/").unwrap();
        reqwest::Request::new(Method::GET, url)
    }

    /// The token that a request is signed with.
    async fn token(signer: &Signer) -> Result<String, Error> {
        let mut request = request();
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
    async fn a_failed_early_renewal_fails_no_call_and_is_repeated_after_a_pause() {
        for later in [Later::Fails, Later::Hangs] {
            let (signer, calls) = signer(later);
            token(&signer).await.unwrap();
            tokio::time::advance(LIFE - Duration::from_secs(200)).await;
            assert!(all_are(&fifty_tokens(&signer).await, "token-0"));
            assert_eq!(calls.load(Ordering::SeqCst), 2, "one of them renews");
            assert!(all_are(&fifty_tokens(&signer).await, "token-0"));
            assert_eq!(calls.load(Ordering::SeqCst), 2, "it pauses");
            tokio::time::advance(PAUSE).await;
            assert!(all_are(&fifty_tokens(&signer).await, "token-0"));
            assert_eq!(calls.load(Ordering::SeqCst), 3, "after the pause");
            tokio::time::advance(MARGIN).await;
            let ended = fifty_tokens(&signer).await;
            assert!(ended.iter().all(Result::is_err), "the token has ended");
            assert_eq!(calls.load(Ordering::SeqCst), 4, "and its failure is shared");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_an_early_renewal_but_the_call_that_renews() {
        let (signer, calls) = signer(Later::Hangs);
        token(&signer).await.unwrap();
        tokio::time::advance(LIFE - Duration::from_secs(200)).await;
        let other = Arc::clone(&signer);
        let renewing = tokio::spawn(async move { token(&other).await });
        tokio::task::yield_now().await;
        assert_eq!(calls.load(Ordering::SeqCst), 2);
        let began = Instant::now();
        assert!(all_are(&fifty_tokens(&signer).await, "token-0"));
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert_eq!(renewing.await.unwrap().unwrap(), "token-0");
    }

    #[tokio::test(start_paused = true)]
    async fn an_early_renewal_holds_a_call_up_for_two_seconds_at_most() {
        let (signer, _) = signer(Later::Hangs);
        token(&signer).await.unwrap();
        tokio::time::advance(LIFE - Duration::from_secs(200)).await;
        let began = Instant::now();
        assert_eq!(token(&signer).await.unwrap(), "token-0");
        assert!(began.elapsed() <= Duration::from_secs(2), "{:?}", began.elapsed());
    }

    /// It has its own time, and the provider would respond in that.
    #[tokio::test(start_paused = true)]
    async fn a_call_whose_time_is_up_fails_no_other_call() {
        let slow = Credentials::provider(|| async {
            tokio::time::sleep(Duration::from_secs(25)).await;
            Ok(Provided::token("slow"))
        });
        let signer = Arc::new(Signer::new(slow, HeaderValue::from_static("p"), None));
        let first = Arc::clone(&signer);
        let sign = |signer: Arc<Signer>, seconds| async move {
            let mut request = request();
            signer.sign(&mut request, Duration::from_secs(seconds)).await.map(drop)
        };
        let hurried = tokio::spawn(sign(first, 5));
        tokio::task::yield_now().await;
        sign(signer, 60).await.unwrap();
        assert!(hurried.await.unwrap().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_rejection_is_forgotten_after_some_minutes() {
        let (signer, _) = signer(Later::Provides);
        let rejection = Error::invalid("401").with_status(401);
        let failure = (0, Instant::now(), Failure::permanent(rejection));
        signer.cache().failure = Some(failure);
        assert!(token(&signer).await.is_err());
        tokio::time::advance(REJECTION).await;
        assert_eq!(token(&signer).await.unwrap(), "token-0");
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_succeeds_early_is_made_once() {
        let (signer, calls) = signer(Later::Provides);
        token(&signer).await.unwrap();
        tokio::time::advance(LIFE - MARGIN).await;
        fifty_tokens(&signer).await;
        assert!(all_are(&fifty_tokens(&signer).await, "token-1"));
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rejected_token_is_not_used_again_and_renewed_once() {
        let (signer, calls) = signer(Later::Provides);
        token(&signer).await.unwrap();
        let failure = || Failure::permanent(Error::invalid("401"));
        let used = Signature { renewal: 1, clock_offset: 0 };
        assert!(signer.may_sign_again(used, &failure()));
        assert!(all_are(&fifty_tokens(&signer).await, "token-1"));
        // A late call with the old token takes the new one.
        assert!(signer.may_sign_again(used, &failure()));
        assert_eq!(token(&signer).await.unwrap(), "token-1");
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_rejected_key_is_renewed_unless_the_clock_was_wrong() {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let credentials = Credentials::provider(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            async { Ok(Provided::access_key(AccessKey::new("k", "s"))) }
        });
        let signer = Signer::new(credentials, HeaderValue::from_static("p"), None);
        let limit = Duration::from_secs(1);
        let mut request = request();
        let used = signer.sign(&mut request, limit).await.ok().unwrap();
        assert!(
            signer.may_sign_again(used, &rejected_at(SystemTime::now() + Duration::from_secs(960)))
        );
        let used = signer.sign(&mut request, limit).await.ok().unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), 1, "the clock was wrong");
        assert!(
            signer.may_sign_again(used, &rejected_at(SystemTime::now() + Duration::from_secs(960)))
        );
        signer.sign(&mut request, limit).await.ok().unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), 2, "now it was the key");
    }

    /// A rejection that came when the clock of the service said this.
    fn rejected_at(time: SystemTime) -> Failure {
        Failure { service_time: Some(time), ..Failure::permanent(Error::invalid("401")) }
    }

    #[test]
    fn every_call_that_was_signed_by_the_wrong_clock_learns_the_right_one() {
        let key = Credentials::access_key(AccessKey::new("k", "s"));
        let signer = Signer::new(key, HeaderValue::from_static("p"), None);
        let wrong = rejected_at(SystemTime::now() + Duration::from_secs(16 * 60));
        let before = Signature::default();
        assert!(signer.may_sign_again(before, &wrong) && signer.may_sign_again(before, &wrong));
        let after =
            Signature { clock_offset: signer.clock_offset.load(Ordering::Relaxed), ..before };
        assert!((955..=961).contains(&after.clock_offset), "{after:?}");
        assert!(!signer.may_sign_again(after, &wrong), "the clock was right");
        let near = rejected_at(SystemTime::now() + Duration::from_secs(30));
        let learnt = signer.clock_offset.load(Ordering::Relaxed);
        assert!(!signer.may_sign_again(before, &near), "too little to matter");
        assert_eq!(signer.clock_offset.load(Ordering::Relaxed), learnt);
    }
}
