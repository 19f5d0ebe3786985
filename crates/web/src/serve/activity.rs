//! What goes on on one connection, so that one on which nothing does can be ended.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};

/// Fewer bytes than this are no answer that somebody takes; the pings of HTTP/2 are fewer.
const BYTES_MIN: u64 = 1024;

/// Counts what one connection does.
#[derive(Clone, Debug, Default)]
pub(super) struct Activity(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicU64,
    answered: AtomicU64,
    ended: AtomicU64,
    written_bytes: AtomicU64,
}

/// The counts at one moment.
#[derive(Clone, Copy, Debug)]
struct Seen {
    begun: u64,
    answered: u64,
    ended: u64,
    written_bytes: u64,
}

/// One request, from its head to the end of its answer's body.
#[derive(Debug)]
pub(super) struct UnderWay {
    counts: Arc<Counts>,
    stage: Stage,
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    WorkedOn,
    Answered,
}

/// The body of an answer; its request is under way until it is handed over.
#[derive(Debug)]
pub(super) struct Tracked {
    body: Body,
    _request: UnderWay,
}

/// A connection whose written bytes are counted.
#[derive(Debug)]
pub(super) struct Counted<T> {
    inner: T,
    activity: Activity,
}

impl Activity {
    /// Begins a request.
    pub(super) fn begin(&self) -> UnderWay {
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        UnderWay {
            counts: Arc::clone(&self.0),
            stage: Stage::WorkedOn,
        }
    }

    /// Counts the bytes that are written to a connection.
    pub(super) fn counted<T>(&self, inner: T) -> Counted<T> {
        Counted {
            inner,
            activity: self.clone(),
        }
    }

    /// Ends once nothing went on for that long, or for up to twice as long after something did.
    ///
    /// A request that is worked on goes on, whatever it takes: the frame bounds that. An answer
    /// goes on while its client takes it.
    pub(super) async fn idle(&self, patience: Duration) {
        let mut before = self.seen();
        loop {
            tokio::time::sleep(patience).await;
            let now = self.seen();
            if now.is_nothing_since(before) {
                return;
            }
            before = now;
        }
    }

    fn seen(&self) -> Seen {
        Seen {
            begun: self.0.begun.load(Ordering::Relaxed),
            answered: self.0.answered.load(Ordering::Relaxed),
            ended: self.0.ended.load(Ordering::Relaxed),
            written_bytes: self.0.written_bytes.load(Ordering::Relaxed),
        }
    }
}

impl Seen {
    fn is_nothing_since(self, before: Self) -> bool {
        self.begun == self.answered
            && (self.begun, self.answered, self.ended)
                == (before.begun, before.answered, before.ended)
            && self.written_bytes.saturating_sub(before.written_bytes) < BYTES_MIN
    }
}

impl UnderWay {
    /// The body of the answer to it.
    pub(super) fn answer(mut self, body: Body) -> Tracked {
        self.stage = Stage::Answered;
        self.counts.answered.fetch_add(1, Ordering::Relaxed);
        Tracked {
            body,
            _request: self,
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if self.stage == Stage::WorkedOn {
            self.counts.answered.fetch_add(1, Ordering::Relaxed);
        }
        self.counts.ended.fetch_add(1, Ordering::Relaxed);
    }
}

impl hyper::body::Body for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<T: Read + Unpin> Read for Counted<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, into)
    }
}

impl<T: Write + Unpin> Counted<T> {
    fn count(&self, written: &io::Result<usize>) {
        if let Ok(bytes) = written {
            let bytes = u64::try_from(*bytes).unwrap_or(u64::MAX);
            let counts = &self.activity.0;
            counts.written_bytes.fetch_add(bytes, Ordering::Relaxed);
        }
    }
}

impl<T: Write + Unpin> Write for Counted<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes));
        self.count(&written);
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write_vectored(cx, bytes));
        self.count(&written);
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
