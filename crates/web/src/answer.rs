//! Answers that are no refusals: JSON with its entity tag, and what is kept of it to be given again.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION, VARY};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use vestibule_storage::KeptAnswer;

use crate::call::Call;
use crate::etag::{EntityTag, Tags};
use crate::problem::{Code, Problem};

/// What a handler comes to.
pub(crate) type Answer = Result<Response, Problem>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer with a body that is no single resource.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    Ok(with_json(status, written(body)?))
}

/// Marks an answer that may be compressed although it has an entity tag: nothing is changed by its
/// tag, so it need not stay a strong one.
#[derive(Clone, Copy, Debug)]
struct Loose;

/// Whether an answer may be compressed. A single resource with a tag for `If-Match` may not: its
/// strong tag names these bytes and no others, and clients compare it byte by byte.
pub(crate) fn may_be_compressed(headers: &HeaderMap, extensions: &Extensions) -> bool {
    let is_strong = |tag: &HeaderValue| !tag.as_bytes().starts_with(b"W/");
    !headers.get(ETAG).is_some_and(is_strong) || extensions.get::<Loose>().is_some()
}

/// A list; unchanged since, it is answered without a body.
pub(crate) fn listed(call: &Call, body: &impl Serialize) -> Answer {
    Ok(as_list(read(call, body)?))
}

/// A list with a tag of its own.
pub(crate) fn tagged_list(call: &Call, bytes: Vec<u8>, tag: &EntityTag) -> Response {
    as_list(tagged_read(call, bytes, tag))
}

/// A list that is as that tag says.
pub(crate) fn unchanged_list(tag: &EntityTag) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    response.headers_mut().insert(ETAG, tag.header());
    as_list(response)
}

fn as_list(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    response.extensions_mut().insert(Loose);
    response
}

/// A single resource that was asked for.
pub(crate) fn read(call: &Call, body: &impl Serialize) -> Answer {
    let bytes = written(body)?;
    let tag = EntityTag::of(&bytes);
    Ok(tagged_read(call, bytes, &tag))
}

/// A single resource that was asked for, with a tag of its own.
pub(crate) fn tagged_read(call: &Call, bytes: Vec<u8>, tag: &EntityTag) -> Response {
    let is_known = Tags::if_none_match(call.headers()).is_some_and(|tags| tags.match_weakly(tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        with_json(StatusCode::OK, bytes)
    };
    response.headers_mut().insert(ETAG, tag.header());
    response
}

/// A single resource as a change left it.
pub(crate) fn tagged(bytes: Vec<u8>, tag: &EntityTag) -> Response {
    let mut response = with_json(StatusCode::OK, bytes);
    response.headers_mut().insert(ETAG, tag.header());
    response
}

/// An answer without a body.
pub(crate) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The bytes of a body.
///
/// # Errors
/// `internal_error`, which our own types never come to.
pub(crate) fn written(body: &impl Serialize) -> Result<Vec<u8>, Problem> {
    text(body).map(String::into_bytes)
}

fn text(body: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(body).map_err(|error| {
        tracing::error!(%error, "failed to write an answer as JSON");
        Problem::internal()
    })
}

/// A single resource as a change left it, in the form that can be kept.
pub(crate) fn resource(status: StatusCode, body: &impl Serialize) -> Result<KeptAnswer, Problem> {
    let text = text(body)?;
    let tag = EntityTag::of(text.as_bytes());
    Ok(KeptAnswer {
        status: status.as_u16(),
        headers: vec![("etag".to_owned(), tag.as_str().to_owned())],
        body: Some(text),
    })
}

/// The same for what was made, with the path where it is.
pub(crate) fn made(location: String, body: &impl Serialize) -> Result<KeptAnswer, Problem> {
    let mut answer = resource(StatusCode::CREATED, body)?;
    answer.headers.push(("location".to_owned(), location));
    Ok(answer)
}

/// A body that is no resource, in the form that can be kept.
pub(crate) fn plain(status: StatusCode, body: &impl Serialize) -> Result<KeptAnswer, Problem> {
    Ok(KeptAnswer {
        status: status.as_u16(),
        headers: Vec::new(),
        body: Some(text(body)?),
    })
}

/// An answer without a body, in the form that can be kept.
pub(crate) fn kept_nothing() -> KeptAnswer {
    KeptAnswer {
        status: StatusCode::NO_CONTENT.as_u16(),
        headers: Vec::new(),
        body: Some(String::new()),
    }
}

/// Gives a kept answer, for the first time or again.
pub(crate) fn give(kept: KeptAnswer) -> Answer {
    let Some(text) = kept.body else {
        return Err(Problem::new(
            Code::SecretAlreadyShown,
            "this key was made before, and its secret is shown only once",
        ));
    };
    let status = StatusCode::from_u16(kept.status).map_err(|_| Problem::internal())?;
    let mut response = if text.is_empty() {
        status.into_response()
    } else {
        with_json(status, text.into_bytes())
    };
    for (name, value) in kept.headers {
        let known: [HeaderName; 2] = [ETAG, LOCATION];
        let name = known.into_iter().find(|known| *known == name.as_str());
        if let (Some(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

fn with_json(status: StatusCode, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
