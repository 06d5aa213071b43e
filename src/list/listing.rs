//! A list as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::cursor::{Cursor, Next};
use super::page::{Key, Page};
use crate::error::{Error, ErrorKind};
use crate::response::Response;

type Asked<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Asks for the page of this marker, with as many items at most.
pub(super) type Ask<T> =
    Box<dyn Fn(Option<String>, u32) -> Asked<Result<Response<Page<T>>, Error>> + Send + Sync>;

/// A list that follows its pages, as a [`Stream`] or with [`try_next`](Self::try_next).
///
/// Each item comes once. A page is asked for when it is needed, and nothing is asked for any
/// more when the list is dropped. One page is held at a time, so that a list of any length
/// takes as much memory as a short one. After an error it ends.
///
/// It is no snapshot: what is created or deleted while it is read may or may not be in it.
pub struct Listing<T> {
    /// None while a page is asked for, and after the end.
    reader: Option<Reader<T>>,
    asked: Option<Asked<Read<T>>>,
    ready: std::vec::IntoIter<T>,
}

struct Reader<T> {
    cursor: Cursor<T>,
    ask: Ask<T>,
}

/// What is new on a page, and what reads the one after it.
type Read<T> = (Reader<T>, Result<Vec<T>, Error>);

impl<T: Send + 'static> Listing<T> {
    pub(super) fn new(page_size: u32, most: u32, key: Key<T>, ask: Ask<T>) -> Self {
        let cursor = Cursor::new(page_size, most, key);
        let reader = Some(Reader { cursor, ask });
        Self { reader, asked: None, ready: Vec::new().into_iter() }
    }

    /// The next item; none at the end. A call that is dropped loses nothing.
    ///
    /// # Errors
    /// Those of the request for a page; [`ErrorKind::InvalidInput`] for an invalid filter or
    /// page size; [`ErrorKind::UnexpectedResponse`] if the service's pages do not get past a
    /// creation time: more items have it than the largest page holds.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }
}

impl<T: Send + 'static> Stream for Listing<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.ready.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            if let Some(reader) = this.reader.take() {
                if reader.cursor.next == Next::End {
                    return Poll::Ready(None);
                }
                this.asked = Some(Box::pin(reader.read()));
            }
            let Some(asked) = &mut this.asked else { return Poll::Ready(None) };
            let (reader, items) = ready!(asked.as_mut().poll(context));
            this.asked = None;
            match items {
                Ok(items) => (this.reader, this.ready) = (Some(reader), items.into_iter()),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

/// Nothing in it is pinned but what is boxed.
impl<T> Unpin for Listing<T> {}

impl<T: Send + 'static> Reader<T> {
    async fn read(mut self) -> Read<T> {
        let page = self.page().await;
        let items = page.map(|page| self.cursor.pass(page));
        (self, items)
    }

    async fn page(&self) -> Result<Page<T>, Error> {
        let cursor = &self.cursor;
        if cursor.next == Next::Stuck {
            return Err(self.stuck());
        }
        let ask = |marker| (self.ask)(marker, cursor.limit());
        if let Some(early) = cursor.early_marker() {
            match ask(Some(early)).await.map(Response::into_inner) {
                Ok(page) if cursor.joins(&page) => return Ok(page),
                // It is not a marker that the service gave.
                Err(error) if error.status() != Some(400) => return Err(error),
                _ => {}
            }
        }
        ask(cursor.marker().map(str::to_owned)).await.map(Response::into_inner)
    }

    fn stuck(&self) -> Error {
        let after = self.cursor.marker().unwrap_or("its beginning");
        let message = format_args!(
            "the list does not get on after {after}, not even by a page of {}, the most that the \
             service returns: too many were created at the same time",
            self.cursor.limit()
        );
        Error::new(ErrorKind::UnexpectedResponse, message)
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}
