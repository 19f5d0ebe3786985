//! What is under way on one connection, so that one on which nothing is can be ended.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};

/// Counts the requests of one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Activity(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// One request, from its head to the end of its answer's body.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<Counts>);

/// The body of an answer; its request is under way until it is sent.
#[derive(Debug)]
pub(super) struct Tracked {
    body: Body,
    _request: UnderWay,
}

impl Activity {
    /// Begins a request.
    pub(super) fn begin(&self) -> UnderWay {
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(&self.0))
    }

    /// Ends once nothing was under way for that long, or up to twice as long after a request.
    pub(super) async fn idle(&self, patience: Duration) {
        let mut before = self.ended();
        loop {
            tokio::time::sleep(patience).await;
            let ended = self.ended();
            if ended == before && self.0.begun.load(Ordering::Relaxed) == ended {
                return;
            }
            before = ended;
        }
    }

    fn ended(&self) -> u64 {
        self.0.ended.load(Ordering::Relaxed)
    }
}

impl UnderWay {
    /// The body of the answer to it.
    pub(super) fn answer(self, body: Body) -> Tracked {
        Tracked {
            body,
            _request: self,
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
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
