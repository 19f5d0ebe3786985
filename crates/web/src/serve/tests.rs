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
