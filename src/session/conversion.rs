//! Between our error and the two that it travels in: reqwest's, which is all that the
//! hook may return, and progenitor's, which is what its caller sees.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

use crate::error::{Error, ErrorKind};
use crate::generated;
use crate::transport::classify::undocumented;
use crate::transport::exchange::{send_failure, sources};

/// Puts our error into the source of a reqwest error, by way of a body that fails with
/// it.
pub(super) async fn into_reqwest_error(error: Error) -> reqwest::Result<reqwest::Response> {
    struct Failing(Option<Error>);

    impl Body for Failing {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
            Poll::Ready(self.0.take().map(Err))
        }
    }

    let body = reqwest::Body::wrap(Failing(Some(error)));
    let response = reqwest::Response::from(http::Response::new(body));
    response.bytes().await.map(|rest| http::Response::new(rest).into())
}

/// Our error, if it is what `error` carries.
fn own_error(error: &reqwest::Error) -> Option<Error> {
    sources(error).find_map(|source| source.downcast_ref::<Error>()).cloned()
}

/// Turns a failure of the generated client into the error of this crate.
///
/// Use it for calls through [`Client::api`](crate::Client::api): progenitor's own error
/// reports every failure, an error response of the service too, as a retryable failure of
/// the communication, even if the outcome is unknown.
///
/// ```no_run
/// # async fn call(client: otc_vpn::Client) -> Result<(), otc_vpn::Error> {
/// let response = client
///     .api()
///     .show_vpn_connection()
///     .project_id("0123456789abcdef0123456789abcdef")
///     .vpn_connection_id("18be2aa1-demo-410f-832e-4d8ba13b4c5d")
///     .send()
///     .await
///     .map_err(otc_vpn::Error::from)?;
/// # Ok(())
/// # }
/// ```
impl<E> From<generated::Error<E>> for Error {
    fn from(error: generated::Error<E>) -> Self {
        use generated::Error as Generated;
        match error {
            Generated::InvalidRequest(message) => Self::invalid(message),
            Generated::CommunicationError(error)
            | Generated::ResponseBodyError(error)
            | Generated::InvalidUpgrade(error) => {
                own_error(&error).unwrap_or_else(|| send_failure(error).error)
            }
            // The hooks report every other failure themselves.
            Generated::InvalidResponsePayload(_, error) => undocumented(&error),
            other => {
                let status = other.status();
                let error = Self::new(ErrorKind::UnexpectedResponse, "unexpected response");
                status.map_or(error.clone(), |status| error.with_status(status.as_u16()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    use crate::error::OutcomeUnknown;
    use crate::generated::types::ErrorBody;

    #[tokio::test]
    async fn our_error_survives_the_journey() {
        let outcome = OutcomeUnknown::new(Vec::new(), SystemTime::UNIX_EPOCH, 1);
        let error =
            Error::new(ErrorKind::ConnectionLost, "cut").with_unknown_outcome(outcome.clone());
        let wrapped = into_reqwest_error(error).await.unwrap_err();
        let seen = generated::Error::<ErrorBody>::CommunicationError(wrapped);
        assert!(seen.is_retryable(), "the reason for the warning in the docs");
        let found = Error::from(seen);
        assert_eq!(found.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(found.outcome_unknown(), Some(&outcome));
    }

    #[test]
    fn a_body_is_never_quoted() {
        let quoting = serde_json::from_str::<u32>("\"the-secret\"").unwrap_err();
        assert!(quoting.to_string().contains("the-secret"));
        let body = Bytes::from_static(b"\"the-secret\"");
        let error =
            Error::from(generated::Error::<ErrorBody>::InvalidResponsePayload(body, quoting));
        assert!(!format!("{error} {error:?}").contains("the-secret"));
    }
}
