//! Tests of the server: which connections it ends, over real sockets.

use std::net::SocketAddr;

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};

use super::*;

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(20);
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const EMPTY_SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

async fn server(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve_patiently(
        listener,
        router,
        std::future::pending(),
        SHORT,
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

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let (sender, mut given_up) = mpsc::channel::<()>(1);
    let sender = Arc::new(std::sync::Mutex::new(Some(sender)));
    let endless = get(move || async move {
        let sender = sender.lock().unwrap().take().unwrap();
        Response::new(Body::new(Endless { _given_up: sender }))
    });
    let address = server(Router::new().route("/", endless)).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let ended = tokio::time::timeout(LONG, given_up.recv()).await;
    assert_eq!(ended, Ok(None), "the answer is still held");
}

#[tokio::test]
async fn http_2_is_spoken_with_prior_knowledge() {
    let address = server(Router::new().route("/", get(|| async { "two" }))).await;
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
            .await
            .unwrap();
    tokio::spawn(connection);
    let request = Request::get(format!("http://{address}/"))
        .body(Body::empty())
        .unwrap();
    let answer = client.send_request(request).await.unwrap();
    assert_eq!(answer.version(), axum::http::Version::HTTP_2);
    let body = axum::body::to_bytes(Body::new(answer.into_body()), 10)
        .await
        .unwrap();
    assert_eq!(&body[..], b"two");
}
