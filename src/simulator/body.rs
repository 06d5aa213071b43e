//! The body of a response, also of one that claims another length than it has.

use std::convert::Infallible;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Response, header};
use http_body::{Frame, SizeHint};

/// All of it in one piece.
#[derive(Debug)]
pub(super) struct Body {
    data: Bytes,
    /// Whether a header says how long it is. hyper asserts that the header and a known
    /// length agree, and follows the header where none is known.
    has_header: bool,
    is_sent: bool,
}

/// The response for hyper, with its headers final.
pub(super) fn framed(response: Response<Bytes>) -> Response<Body> {
    let has_header = response.headers().contains_key(header::CONTENT_LENGTH);
    response.map(|data| Body { data, has_header, is_sent: false })
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.data.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(mem::take(&mut self.data)))));
        }
        // hyper drops what it has not yet sent of a response that ends too early. While it
        // waits, it sends.
        if self.has_header && !mem::replace(&mut self.is_sent, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_empty() && !self.has_header
    }

    fn size_hint(&self) -> SizeHint {
        match self.has_header {
            true => SizeHint::default(),
            false => SizeHint::with_exact(self.data.len() as u64),
        }
    }
}
