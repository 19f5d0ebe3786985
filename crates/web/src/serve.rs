//! The server itself: connections, their bounds, and how they end.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::{Request, Response, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

use activity::{Activity, Tracked};

use crate::call::PeerAddress;

mod activity;

/// How long a client can take for the head of a request, from the opening of its connection on; a
/// kept connection waits as long, and up to twice as long over HTTP/2.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection is kept: then its client is told to open another. Over HTTP/2 the other
/// streams of a busy connection could keep an answer that nobody takes alive for ever.
const CONNECTION_AGE: Duration = Duration::from_secs(60 * 60);
/// The most connections at once; more wait to be accepted.
const CONNECTIONS_MAX: usize = 16 * 1024;
/// The most requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 256;
/// The most bytes of a request's head that are read at all. Beyond it the HTTP library answers 431
/// by itself, without the id of a request; the frame refuses half of it already, as a problem.
const HEADER_BYTES_MAX: usize = 64 * 1024;
/// The same for HTTP/2, which counts its headers in another way.
const HEADER_LIST_BYTES_MAX: u32 = 64 * 1024;
/// How long requests that are under way at a shutdown can take to end.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// How long accepting pauses when the system is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long connections are kept.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// How long one can go without a request.
    patience: Duration,
    /// How long one is kept, whatever goes on.
    age: Duration,
}

/// Serves until `shutdown` is done; then takes no more connections, lets requests end, and returns.
///
/// Speaks HTTP/1.1 and, with prior knowledge, HTTP/2.
///
/// # Errors
/// When the listener is broken.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let bounds = Bounds {
        patience: HEADER_READ_TIMEOUT,
        age: CONNECTION_AGE,
    };
    serve_within(bounds, listener, router, shutdown).await
}

async fn serve_within(
    bounds: Bounds,
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (stop, stopping) = watch::channel(());
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        // Ended connections are taken out as they end, so the set does not grow.
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                let connection = serve_connection(stream, router.clone(), stopping.clone(), bounds);
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "failed to accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    drop(stopping);
    stop.send_replace(());
    let drained = tokio::time::timeout(DRAIN_TIMEOUT, async {
        while connections.join_next().await.is_some() {}
    });
    if drained.await.is_err() {
        tracing::warn!(
            left = connections.len(),
            "ended before every request was answered"
        );
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

async fn serve_connection(
    stream: TcpStream,
    router: Router,
    mut stopping: watch::Receiver<()>,
    bounds: Bounds,
) {
    let peer = stream.peer_addr().ok().map(|peer| PeerAddress(peer.ip()));
    // A small answer should not wait for the next one.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "failed to set TCP_NODELAY");
    }
    let activity = Activity::default();
    let requests = activity.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let under_way = requests.begin();
        let mut request = request.map(Body::new);
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        let answer = router.clone().oneshot(request);
        async move {
            let answer: Response<Body> = answer.await?;
            Ok::<Response<Tracked>, Infallible>(answer.map(|body| under_way.answer(body)))
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.patience)
        .max_buf_size(HEADER_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEADER_LIST_BYTES_MAX)
        .keep_alive_interval(HEADER_READ_TIMEOUT);
    let stream = activity.counted(TokioIo::new(stream));
    let mut connection = pin!(builder.serve_connection(stream, service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        // HTTP/1 bounds a head by itself; this is for who sends none or takes no answer, and for
        // HTTP/2.
        () = is_over(&activity, bounds) => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection.as_mut() => ended,
                // Who does not take leave is left.
                () = is_over(&activity, bounds) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Ends once a connection is idle for too long, or old.
async fn is_over(activity: &Activity, bounds: Bounds) {
    let idle = activity.idle(bounds.patience);
    if tokio::time::timeout(bounds.age, idle).await.is_err() {
        tracing::debug!("a connection is old");
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests;
