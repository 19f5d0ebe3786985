//! Tests of the server: which connections it ends, over real sockets.

use std::net::SocketAddr;

use axum::routing::{MethodRouter, get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};

use super::*;

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(20);
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const EMPTY_SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

async fn server(router: Router) -> SocketAddr {
    let bounds = Bounds {
        patience: SHORT,
        age: LONG,
    };
    server_within(bounds, router).await
}

async fn server_within(bounds: Bounds, router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve_within(
        bounds,
        listener,
        router,
        std::future::pending(),
    ));
    address
}

/// What is answered to these bytes until the server ends the connection.
async fn answered(address: SocketAddr, sent: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent).await.unwrap();
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await;
    // Reset or closed: what counts is that it is ended.
    assert!(ended.is_ok(), "the connection is still held");
    answer
}

#[tokio::test]
async fn a_connection_that_sends_no_whole_request_is_ended() {
    let address = server(Router::new()).await;
    for sent in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n", b"GET / HTTP/1.1\r\n"] {
        answered(address, sent).await;
    }
}

#[tokio::test]
async fn a_connection_of_http_2_without_requests_is_told_to_go_and_ended() {
    let address = server(Router::new()).await;
    let answer = answered(address, &[PREFACE, EMPTY_SETTINGS].concat()).await;
    // The type of a frame stands after its length.
    assert_eq!(answer[3], 4, "SETTINGS come first");
    let mut rest = &answer[..];
    let mut kinds = Vec::new();
    while let [a, b, c, kind, ..] = *rest {
        kinds.push(kind);
        rest = &rest[9 + usize::from(a) * 65536 + usize::from(b) * 256 + usize::from(c)..];
    }
    assert!(kinds.contains(&7), "GOAWAY is sent: {kinds:?}");
}

#[tokio::test]
async fn a_request_that_takes_longer_than_an_idle_connection_can_is_answered() {
    let (started, mut has_started) = mpsc::channel::<()>(1);
    let gate = Arc::new(Notify::new());
    let opened = Arc::clone(&gate);
    let slow = get(move || async move {
        started.send(()).await.unwrap();
        opened.notified().await;
        "done"
    });
    let address = server(Router::new().route("/", slow)).await;
    let request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let asked = tokio::spawn(answered(address, request));
    has_started.recv().await.unwrap();
    // Idle connections that begin later are ended before.
    for _ in 0..3 {
        answered(address, b"").await;
    }
    gate.notify_one();
    let answer = String::from_utf8(asked.await.unwrap()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("done"), "{answer}");
}

/// An answer without an end, which says when it is given up.
struct Endless {
    _given_up: mpsc::Sender<()>,
}

impl hyper::body::Body for Endless {
    type Data = axum::body::Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Infallible>>> {
        let zeros = axum::body::Bytes::from_static(&[0; 64 * 1024]);
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(zeros))))
    }
}

/// A body of which nothing ever arrives.
struct Stalled;

impl hyper::body::Body for Stalled {
    type Data = axum::body::Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Infallible>>> {
        std::task::Poll::Pending
    }
}

/// Answers without an end; and a receiver that ends once none of them is held any more.
fn endless() -> (MethodRouter, mpsc::Receiver<()>) {
    let (sender, given_up) = mpsc::channel::<()>(1);
    let sender = Arc::new(std::sync::Mutex::new(Some(sender)));
    let endless = get(move || async move {
        let sender = sender.lock().unwrap().take().unwrap();
        Response::new(Body::new(Endless { _given_up: sender }))
    });
    (endless, given_up)
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let (endless, mut given_up) = endless();
    let address = server(Router::new().route("/", endless)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let ended = tokio::time::timeout(LONG, given_up.recv()).await;
    assert_eq!(ended, Ok(None), "the answer is still held");
}

async fn client_of_http_2(address: SocketAddr) -> hyper::client::conn::http2::SendRequest<Body> {
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

fn asking(address: SocketAddr, path: &str) -> Request<Body> {
    let request = Request::get(format!("http://{address}{path}"));
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn http_2_is_spoken_with_prior_knowledge() {
    let address = server(Router::new().route("/", get(|| async { "two" }))).await;
    let mut client = client_of_http_2(address).await;
    let answer = client.send_request(asking(address, "/")).await.unwrap();
    assert_eq!(answer.version(), axum::http::Version::HTTP_2);
    let body = axum::body::to_bytes(Body::new(answer.into_body()), 10)
        .await
        .unwrap();
    assert_eq!(&body[..], b"two");
}

/// The other streams of its connection keep a stalled one alive, but not for ever.
#[tokio::test]
async fn stalled_streams_of_a_busy_connection_are_given_up() {
    let (endless, mut answer_given_up) = endless();
    let (sender, mut body_given_up) = mpsc::channel::<()>(1);
    let sender = Arc::new(std::sync::Mutex::new(Some(sender)));
    let reading = post(move |body: Body| async move {
        let _held = sender.lock().unwrap().take().unwrap();
        drop(axum::body::to_bytes(body, 10).await);
    });
    let router = Router::new()
        .route("/endless", endless)
        .route("/reading", reading)
        .route("/", get(|| async { "busy" }));
    let bounds = Bounds {
        patience: LONG,
        age: Duration::from_millis(500),
    };
    let address = server_within(bounds, router).await;
    let mut client = client_of_http_2(address).await;
    let not_taken = client.send_request(asking(address, "/endless"));
    let not_taken = not_taken.await.unwrap();
    let request = Request::post(format!("http://{address}/reading"));
    let request = request.body(Body::new(Stalled)).unwrap();
    let not_sent = tokio::spawn(client.send_request(request));

    let ended = tokio::time::timeout(LONG, async {
        let mut answered = 0_u64;
        while client.send_request(asking(address, "/")).await.is_ok() {
            answered += 1;
        }
        assert!(answered > 0, "the connection was not busy");
        assert_eq!(answer_given_up.recv().await, None);
        assert_eq!(body_given_up.recv().await, None);
    });
    assert!(ended.await.is_ok(), "the streams are still held");
    assert!(not_sent.await.unwrap().is_err());
    drop(not_taken);
}
