//! Which responses allow another attempt, and how long to wait for it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{Method, StatusCode};

use super::failure::Retry;
use crate::config::Retries;
use crate::document::RetryClass;
use crate::document::error_codes::retry_class;

/// Whether sending a request twice does what sending it once does.
pub(super) fn is_repeatable(method: &Method) -> bool {
    method.is_safe() || method == Method::DELETE
}

/// Whether an error response with this status says that nothing was done.
pub(super) fn says_not_applied(status: StatusCode) -> bool {
    status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT
}

/// What an error response says about sending the request again.
pub(super) fn after_response(method: &Method, status: StatusCode, code: Option<&str>) -> Retry {
    let later_if = |may| if may { Retry::Later } else { Retry::Never };
    let repeatable = is_repeatable(method);
    match code.and_then(retry_class) {
        Some(RetryClass::Never) => return Retry::Never,
        Some(RetryClass::FreshToken) if says_not_applied(status) || repeatable => {
            return Retry::FreshCredentials;
        }
        Some(RetryClass::FreshToken) => return Retry::Never,
        Some(RetryClass::Always) => return later_if(says_not_applied(status) || repeatable),
        Some(RetryClass::Reads) => return later_if(repeatable),
        None => {}
    }
    match status {
        StatusCode::UNAUTHORIZED => Retry::FreshCredentials,
        StatusCode::TOO_MANY_REQUESTS => Retry::Later,
        StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => Retry::Never,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => later_if(repeatable),
        status => later_if(status.is_server_error() && repeatable),
    }
}

/// How long to wait after an attempt, the first of which is 1; `None` if the service
/// asks for a longer wait than the limit allows.
pub(crate) fn backoff(retries: &Retries, attempt: u32, hint: Option<Duration>) -> Option<Duration> {
    let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
    let most = retries.initial_backoff.saturating_mul(doubled).min(retries.max_backoff);
    let wait = most.mul_f64(fastrand::f64());
    match hint {
        Some(hint) if hint > retries.max_retry_after => None,
        // Clients that were told the same time must not come back at the same time.
        Some(hint) => Some(hint.saturating_add(wait)),
        None => Some(wait),
    }
}

/// How many retries a client may still make.
pub(crate) struct Budget {
    /// In parts of a retry.
    left: AtomicU64,
    most: u64,
}

/// What a retry costs; a success gives back one.
const RETRY: u64 = 10;

impl Budget {
    pub(crate) fn new(retries: u32) -> Self {
        let most = u64::from(retries) * RETRY;
        Self { left: AtomicU64::new(most), most }
    }

    /// Pays for a retry, if there is enough left.
    pub(super) fn pay(&self) -> bool {
        let pay = |left: u64| left.checked_sub(RETRY);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay).is_ok()
    }

    pub(crate) fn earn(&self) {
        let earn = |left: u64| (left < self.most).then_some(left + 1);
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(method: &Method, status: u16, code: Option<&str>) -> Retry {
        after_response(method, StatusCode::from_u16(status).unwrap(), code)
    }

    #[test]
    fn a_status_alone_decides_by_what_the_request_does() {
        use Retry::{FreshCredentials, Later, Never};
        for (status, read, write) in [
            (400, Never, Never),
            (401, FreshCredentials, FreshCredentials),
            (403, Never, Never),
            (404, Never, Never),
            (408, Later, Never),
            (409, Never, Never),
            (425, Later, Never),
            (429, Later, Later),
            (499, Never, Never),
            (500, Later, Never),
            (501, Never, Never),
            (502, Later, Never),
            (503, Later, Never),
            (504, Later, Never),
            (505, Never, Never),
            (599, Later, Never),
        ] {
            for method in [Method::GET, Method::HEAD, Method::DELETE] {
                assert_eq!(after(&method, status, None), read, "{method} {status}");
            }
            for method in [Method::POST, Method::PUT, Method::PATCH] {
                assert_eq!(after(&method, status, None), write, "{method} {status}");
            }
        }
    }

    #[test]
    fn a_known_code_overrides_the_status() {
        assert_eq!(after(&Method::POST, 400, Some("VPN.0030")), Retry::Later);
        assert_eq!(after(&Method::POST, 503, Some("VPN.0030")), Retry::Never, "who knows");
        assert_eq!(after(&Method::GET, 503, Some("VPN.0030")), Retry::Later);
        assert_eq!(after(&Method::GET, 400, Some("VPN.0031")), Retry::Later);
        assert_eq!(after(&Method::POST, 400, Some("VPN.0031")), Retry::Never);
        assert_eq!(after(&Method::GET, 500, Some("VPN.0005")), Retry::Never);
        assert_eq!(after(&Method::GET, 401, Some("VPN.0010")), Retry::FreshCredentials);
        assert_eq!(after(&Method::GET, 503, Some("VPN.0010")), Retry::FreshCredentials);
        assert_eq!(after(&Method::POST, 503, Some("VPN.0010")), Retry::Never, "who knows");
        assert_eq!(after(&Method::GET, 503, Some("SOME.0001")), Retry::Later);
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let retries = Retries::default();
        for (attempt, most) in [(1, 0.5), (2, 1.0), (3, 2.0), (7, 20.0), (40, 20.0)] {
            let waits: Vec<_> =
                (0..500).map(|_| backoff(&retries, attempt, None).unwrap()).collect();
            let (shortest, longest) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            assert!(longest.as_secs_f64() <= most, "{attempt}: {longest:?}");
            assert!(longest.as_secs_f64() > most * 0.9, "{attempt}: {longest:?}");
            assert!(shortest.as_secs_f64() < most * 0.1, "{attempt}: {shortest:?}");
        }
    }

    #[test]
    fn a_hint_is_the_shortest_wait_up_to_its_own_limit() {
        let retries = Retries::default();
        let minute = Duration::from_secs(60);
        let waits: Vec<_> =
            (0..100).map(|_| backoff(&retries, 1, Some(minute)).unwrap() - minute).collect();
        assert!(waits.iter().all(|wait| *wait <= retries.initial_backoff));
        assert!(waits.iter().max() > waits.iter().min(), "spread");
        assert_eq!(backoff(&retries, 1, Some(minute + Duration::from_secs(1))), None);
        let soon = backoff(&retries, 1, Some(Duration::ZERO)).unwrap();
        assert!(soon <= retries.initial_backoff);
        assert_eq!(backoff(&retries, 1, Some(Duration::MAX)), None);
    }

    #[test]
    fn a_budget_ends_and_successes_fill_it_up_to_what_it_was() {
        let budget = Budget::new(2);
        assert!(budget.pay() && budget.pay() && !budget.pay());
        (0..9).for_each(|_| budget.earn());
        assert!(!budget.pay());
        budget.earn();
        assert!(budget.pay() && !budget.pay());
        (0..100).for_each(|_| budget.earn());
        assert!(budget.pay() && budget.pay() && !budget.pay());
        (0..9).for_each(|_| budget.earn());
        assert!(!budget.pay(), "no more was kept than there was");
        assert!(!Budget::new(0).pay());
    }
}
