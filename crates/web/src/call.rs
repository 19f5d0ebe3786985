//! One request as a handler gets it: everything that can be unreadable is told before anything else.
//!
//! The extractor reads what every call has: the body's bytes within their bound, the path, the
//! moment, whence it came. A handler then goes through the order of refusals of api.md by itself:
//! first [`Call::json`], [`Call::query`] and [`Call::idempotency_key`] (malformed), then
//! [`crate::authentication`] (not signed in, not visible), then the rules.

use std::net::IpAddr;
use std::str::FromStr;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use uuid::Uuid;
use vestibule_domain::Timestamp;

use crate::app::{App, now};
use crate::batch::room::Place;
use crate::body::{self, Presence, Unread};
use crate::problem::{Code, Problem};
use crate::query::{Parameters, Query};
use crate::request_id::RequestId;

/// The most bytes of a body, batches aside.
pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The most bytes of a batch: 10,000 rows with room to spare.
pub(crate) const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const IDEMPOTENCY_KEY_CHARACTERS_MAX: usize = 255;

/// The network address that a connection comes from; the server puts it into each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub IpAddr);

/// One request.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
    pub(crate) address: Option<IpAddr>,
    pub(crate) request_id: RequestId,
    /// The moment of the request; everything about it is decided by this one reading of the clock.
    pub(crate) at: Timestamp,
    path: Vec<(String, String)>,
}

/// One request with a body as large as a batch can be, and the place of a large one.
#[derive(Debug)]
pub(crate) struct BatchCall(pub(crate) Call, pub(crate) Option<Place>);

/// One request to an address beside the API, of which nothing is asked but that it asks for nothing
/// that is not there: no query parameter and no body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bare;

impl Call {
    /// The headers.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The id in the path; a text that is no id reads as one that nothing has, so that it is
    /// refused in the same order and with the same words as an unknown one (api.md).
    pub(crate) fn id<Id: FromStr + From<Uuid>>(&self, name: &str) -> Id {
        self.text(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| Id::from(Uuid::nil()))
    }

    /// A part of the path.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.path
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, text)| text.as_str())
    }

    /// The query.
    ///
    /// # Errors
    /// `unknown_field` or `malformed_request`.
    pub(crate) fn query(&self, known: Parameters) -> Result<Query, Problem> {
        Query::parse(self.parts.uri.query(), known)
    }

    /// The JSON body of a call that has no query parameters.
    ///
    /// # Errors
    /// `unsupported_media_type`, `malformed_request` or `unknown_field`.
    pub(crate) fn json<B: body::Body>(&self) -> Result<Unread<B>, Problem> {
        self.query(Parameters::NONE)?;
        Unread::parse(self.headers(), &self.body, Presence::Required)
    }

    /// The same where the body can be left out.
    ///
    /// # Errors
    /// As [`Call::json`].
    pub(crate) fn json_or_nothing<B: body::Body>(&self) -> Result<Unread<B>, Problem> {
        self.query(Parameters::NONE)?;
        Unread::parse(self.headers(), &self.body, Presence::Optional)
    }

    /// Expects neither query parameters nor fields.
    ///
    /// # Errors
    /// `unsupported_media_type`, `malformed_request` or `unknown_field`.
    pub(crate) fn nothing(&self) -> Result<(), Problem> {
        self.json_or_nothing::<body::Nothing>().map(|_| ())
    }

    /// The value of `Idempotency-Key`.
    ///
    /// # Errors
    /// `malformed_request` unless it is 1 to 255 visible ASCII characters, once.
    pub(crate) fn idempotency_key(&self) -> Result<Option<String>, Problem> {
        let mut values = self.headers().get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let text = value.to_str().unwrap_or_default();
        let is_right = (1..=IDEMPOTENCY_KEY_CHARACTERS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic())
            && values.next().is_none();
        if !is_right {
            return Err(Problem::new(
                Code::MalformedRequest,
                "`Idempotency-Key` must be 1 to 255 visible ASCII characters, sent once",
            ));
        }
        Ok(Some(text.to_owned()))
    }

    async fn read(request: Request, app: &App, body_bytes_max: usize) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        check_accept(&parts.headers)?;
        let path = RawPathParams::from_request_parts(&mut parts, app)
            .await
            .map_err(|_| Problem::not_found())?
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let body = match parts.method {
            Method::POST | Method::PUT | Method::PATCH => {
                read_body(&parts.headers, body, body_bytes_max).await?
            }
            _ => expect_no_body(body).await?,
        };
        Ok(Self {
            address: parts.extensions.get::<PeerAddress>().map(|peer| peer.0),
            request_id: parts.extensions.get().cloned().unwrap_or_default(),
            at: now(),
            parts,
            body,
            path,
        })
    }
}

impl FromRequest<App> for Bare {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        Query::parse(request.uri().query(), Parameters::NONE)?;
        expect_no_body(request.into_body()).await?;
        Ok(Self)
    }
}

impl FromRequest<App> for Call {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        Self::read(request, app, BODY_BYTES_MAX).await
    }
}

impl FromRequest<App> for BatchCall {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_to_be_large(request.headers()) {
            let call = Call::read(request, app, BATCH_BYTES_MAX).await?;
            return Ok(Self(call, None));
        }
        // What is refused by its head needs no place.
        check_accept(request.headers())?;
        let reading = Call::read(request, app, BATCH_BYTES_MAX);
        let (call, place) = app.large_bodies.receive(reading).await?;
        Ok(Self(call, Some(place)))
    }
}

/// Whether more than an ordinary body has to be expected; more than a batch can be is not read.
fn is_to_be_large(headers: &HeaderMap) -> bool {
    announced(headers).is_none_or(|length| (BODY_BYTES_MAX..=BATCH_BYTES_MAX).contains(&length))
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok())
}

/// Refuses a body where none has a meaning: what it says was meant, and nothing would come of it.
async fn expect_no_body(body: Body) -> Result<Bytes, Problem> {
    to_bytes(body, 0).await.map_err(|_| {
        Problem::new(
            Code::MalformedRequest,
            "this call takes no body; nothing that one says would be done",
        )
    })
}

async fn read_body(headers: &HeaderMap, body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let too_large = || {
        let detail = format!("the body has more than {bytes_max} bytes");
        Problem::new(Code::BodyTooLarge, detail)
    };
    if announced(headers).is_some_and(|length| length > bytes_max) {
        return Err(too_large());
    }
    to_bytes(body, bytes_max).await.map_err(|error| {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(inner) = cause {
            if inner.is::<http_body_util::LengthLimitError>() {
                return too_large();
            }
            cause = inner.source();
        }
        Problem::new(Code::MalformedRequest, "the body broke off before its end")
    })
}

/// Refuses a client that accepts nothing this API answers with.
fn check_accept(headers: &HeaderMap) -> Result<(), Problem> {
    let mut values = headers.get_all(ACCEPT).iter().peekable();
    if values.peek().is_none() || values.any(accepts_json) {
        return Ok(());
    }
    Err(Problem::new(
        Code::NotAcceptable,
        "this API answers in `application/json`, and `Accept` does not allow that",
    ))
}

fn accepts_json(value: &HeaderValue) -> bool {
    // What is no text cannot name another type, so it does not stand in the way.
    let Ok(text) = value.to_str() else {
        return true;
    };
    text.trim().is_empty()
        || text.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            let is_refused = parts.any(|parameter| {
                parameter
                    .strip_prefix("q=")
                    .or_else(|| parameter.strip_prefix("Q="))
                    .and_then(|weight| weight.trim().parse::<f32>().ok())
                    .is_some_and(|weight| weight <= 0.0)
            });
            !is_refused
                && matches!(
                    kind.as_str(),
                    "*/*" | "application/*" | "application/json" | "application/problem+json"
                )
        })
}

/// Whether the body is sent as that media type.
pub(crate) fn is_sent_as(headers: &HeaderMap, kind: &str) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|sent| sent.trim().eq_ignore_ascii_case(kind))
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use vestibule_storage::{SecretKey, TestDatabase};

    use super::*;
    use crate::app::Settings;

    /// What the extractor says of a request to no route with these headers.
    async fn refusal(app: &App, headers: &[(&str, &str)]) -> Code {
        let mut request = Request::builder().method(Method::POST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        BatchCall::from_request(request, app)
            .await
            .unwrap_err()
            .code()
    }

    #[tokio::test]
    async fn a_large_batch_waits_for_a_place_and_nothing_else_does() {
        let database = tokio::task::spawn_blocking(TestDatabase::sqlite).await;
        let database = database.unwrap();
        let url = "http://localhost:1".parse().unwrap();
        let settings = Settings::new(url, SecretKey::new([7; 32]));
        let app = App::new(database.store.clone(), settings);
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.push(app.large_bodies.receive(ready(Ok(()))).await.unwrap());
        }
        let small = refusal(&app, &[("content-length", "2")]).await;
        assert_eq!(
            small,
            Code::NotFound,
            "it was read, and there is no such path"
        );
        let unwanted = refusal(&app, &[("accept", "image/png")]).await;
        assert_eq!(unwanted, Code::NotAcceptable);
        let mut large = std::pin::pin!(refusal(&app, &[]));
        tokio::select! {
            biased;
            code = &mut large => panic!("it found a place: {code:?}"),
            () = ready(()) => {}
        }
        taken.pop();
        assert_eq!(large.await, Code::NotFound);
    }

    #[test]
    fn only_a_body_that_can_be_large_needs_a_place() {
        let of =
            |length: usize| HeaderMap::from_iter([(CONTENT_LENGTH, HeaderValue::from(length))]);
        assert!(is_to_be_large(&HeaderMap::new()));
        assert!(is_to_be_large(&of(BODY_BYTES_MAX + 1)));
        assert!(is_to_be_large(&of(BATCH_BYTES_MAX)));
        assert!(!is_to_be_large(&of(BODY_BYTES_MAX - 1)));
        assert!(!is_to_be_large(&of(BATCH_BYTES_MAX + 1)));
    }
}
