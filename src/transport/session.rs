//! What every request of a client shares.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::retry::Budget;
use super::signer::Signer;
use crate::config::{Endpoint, Retries, Timeouts};
use crate::response::RawAnswer;

/// The inner value of the generated client: where requests may go, who sends
/// them, and for how long to wait.
///
/// It has no public constructor and shows nothing: whoever holds one can only
/// send requests to the endpoint that it was made for.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
    /// Where a success that answers the one call of this session is left.
    tap: Option<Arc<OnceLock<RawAnswer>>>,
}

struct Shared {
    http: reqwest::Client,
    endpoint: Endpoint,
    signer: Signer,
    timeouts: Timeouts,
    retries: Retries,
    budget: Budget,
}

impl Session {
    pub(crate) fn new(
        http: reqwest::Client,
        endpoint: Endpoint,
        signer: Signer,
        timeouts: Timeouts,
        retries: Retries,
    ) -> Self {
        let budget = Budget::new(retries.budget);
        let shared = Arc::new(Shared { http, endpoint, signer, timeouts, retries, budget });
        Self { shared, tap: None }
    }

    /// The same session for one call, and where a success that answers it will be.
    pub(crate) fn tapped(&self) -> (Self, Arc<OnceLock<RawAnswer>>) {
        let tap = Arc::new(OnceLock::new());
        (Self { shared: Arc::clone(&self.shared), tap: Some(Arc::clone(&tap)) }, tap)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.shared.signer
    }

    pub(crate) fn timeouts(&self) -> &Timeouts {
        &self.shared.timeouts
    }

    pub(crate) fn retries(&self) -> &Retries {
        &self.shared.retries
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.shared.budget
    }

    pub(crate) fn leave(&self, answer: RawAnswer) {
        if let Some(tap) = &self.tap {
            // A second answer cannot come: the tap belongs to one call.
            let _ = tap.set(answer);
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("endpoint", &self.endpoint().as_str())
            .finish_non_exhaustive()
    }
}
