//! The frame around every route: request id, log line, time-out, security headers, and the place
//! where a [`Problem`] is written down.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use crate::app::App;
use crate::call::PeerAddress;
use crate::problem::{Code, Problem};
use crate::public_url::Transport;
use crate::request_id::{RequestId, X_REQUEST_ID};

/// The longest that a request can take, its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The most bytes of a request's path and query.
const URI_BYTES_MAX: usize = 16 * 1024;

/// The most bytes of a request's headers.
const HEADER_BYTES_MAX: usize = 32 * 1024;

/// Puts the frame around one request.
pub(crate) async fn frame(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let request_id = RequestId::of(request.headers());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // The template, not the path: tokens stand in paths, and logs are no place for them.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let is_too_long = request
        .uri()
        .path_and_query()
        .is_some_and(|uri| uri.as_str().len() > URI_BYTES_MAX);
    let headers_bytes = bytes_of(request.headers());
    if let Some(PeerAddress(peer)) = request.extensions().get().copied() {
        let client = app.trusted_proxies.client(peer, request.headers());
        request.extensions_mut().insert(PeerAddress(client));
    }
    let crossing = app.allowed_origins.crossing(&request);
    request.extensions_mut().insert(request_id.clone());

    let span = tracing::info_span!("request", %method, route, request_id = %request_id);
    let started = Instant::now();
    let answering = async {
        if let Some(answer) = crossing.answer() {
            return answer;
        }
        if headers_bytes > HEADER_BYTES_MAX {
            let detail = format_args!(
                "the headers have {headers_bytes} bytes; {HEADER_BYTES_MAX} are the most"
            );
            return Problem::new(Code::HeadersTooLarge, detail).into_response();
        }
        if is_too_long {
            return Problem::new(Code::MalformedRequest, "the address is too long").into_response();
        }
        match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem::unavailable("the request took too long").into_response(),
        }
    };
    let mut response = answering.instrument(span.clone()).await;
    answer_options(&method, &mut response);
    write_problem(&app, &path, &mut response);
    write_headers(&app, &request_id, response.headers_mut());
    crossing.write(response.headers_mut());

    let took = started.elapsed();
    app.metrics
        .answered(method.as_str(), &route, response.status().as_u16(), took);
    span.in_scope(|| {
        tracing::info!(
            status = response.status().as_u16(),
            took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
    });
    response
}

fn bytes_of(headers: &HeaderMap) -> usize {
    let lengths = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    lengths.sum()
}

/// A tag that names the bytes of an answer must not name other bytes: once it is compressed, it
/// holds for what the answer says alone (RFC 9110, 8.8.1).
pub(crate) async fn weaken_compressed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if headers.contains_key(CONTENT_ENCODING)
        && let Some(tag) = headers.get(ETAG).and_then(|tag| tag.to_str().ok())
        && !tag.starts_with("W/")
        && let Ok(weak) = HeaderValue::from_str(&format!("W/{tag}"))
    {
        headers.insert(ETAG, weak);
    }
    response
}

/// `OPTIONS` is answered with what the address takes; there is no route for it anywhere.
fn answer_options(method: &Method, response: &mut Response) {
    if *method == Method::OPTIONS && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allow = response.headers().get(ALLOW).cloned();
        let mut answer = StatusCode::NO_CONTENT.into_response();
        if let Some(allow) = allow {
            answer.headers_mut().insert(ALLOW, allow);
        }
        *response = answer;
    }
}

fn write_problem(app: &App, path: &str, response: &mut Response) {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        problem.write_into(response, app.public_url.as_str(), path);
    }
}

fn write_headers(app: &App, request_id: &RequestId, headers: &mut HeaderMap) {
    headers.insert(X_REQUEST_ID, request_id.header());
    let caching = if headers.contains_key(ETAG) {
        "private, no-cache"
    } else {
        "no-store"
    };
    let mut put = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    put(CACHE_CONTROL, caching);
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(X_FRAME_OPTIONS, "DENY");
    put(REFERRER_POLICY, "no-referrer");
    put(
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    if app.public_url.transport() == Transport::Encrypted {
        put(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

/// What a handler that panicked is answered with; the panic itself is in the log.
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let what = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(panic = what, "a handler panicked");
    Problem::internal().into_response()
}

/// Where no route is.
pub(crate) async fn nothing_here() -> Problem {
    Problem::not_found()
}

/// Where a route is, but not for this method; axum adds `Allow`.
pub(crate) async fn method_not_allowed(method: Method) -> Problem {
    Problem::new(
        Code::MethodNotAllowed,
        format_args!("this address does not take {method}"),
    )
}
