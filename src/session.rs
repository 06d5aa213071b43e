//! What all requests of a client share.

pub(crate) mod call;
pub(crate) mod conversion;
pub(crate) mod hooks;
pub(crate) mod record;
mod salvage;

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::auth::signer::Signer;
use crate::config::{Endpoint, Retries, Timeouts};
use crate::transport::retry::Budget;
use record::Record;

/// The inner value of the generated client: where requests may go, how they are signed,
/// and how long to wait for them.
///
/// It has no public constructor and shows nothing: its holder can only send requests to
/// the endpoint that it was made for.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
    /// Where the one call of this session leaves its success.
    recording: Option<Arc<OnceLock<Record>>>,
}

pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) endpoint: Endpoint,
    pub(crate) signer: Signer,
    pub(crate) timeouts: Timeouts,
    pub(crate) retries: Retries,
    pub(crate) budget: Budget,
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
        let shared = Shared { http, endpoint, signer, timeouts, retries, budget };
        Self { shared: Arc::new(shared), recording: None }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The same session for one call, whose caller decodes the success and finds it in
    /// the record.
    pub(crate) fn recording(&self) -> (Self, Arc<OnceLock<Record>>) {
        let record = Arc::new(OnceLock::new());
        let recording = Some(Arc::clone(&record));
        (Self { shared: Arc::clone(&self.shared), recording }, record)
    }

    /// Where to leave the success, if its caller waits for it.
    pub(crate) fn slot(&self) -> Option<&OnceLock<Record>> {
        self.recording.as_deref()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("endpoint", &self.shared.endpoint.as_str())
            .finish_non_exhaustive()
    }
}
