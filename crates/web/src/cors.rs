//! Which other sites' pages may call the API from a browser (the CORS protocol); none unless configured.
//!
//! Only with a token: the session cookie is of this site, and no answer lets it be sent along.

use std::str::FromStr;

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use thiserror::Error;
use url::Url;

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// What a page may send beside what browsers send by themselves.
const SENT: &str =
    "authorization, content-type, idempotency-key, if-match, if-none-match, x-request-id";
/// What a page may read of an answer.
const SHOWN: &str = "allow, etag, location, retry-after, www-authenticate, x-request-id";
/// How long a browser keeps the answer to its question: two hours, the most that all of them do.
const MAX_AGE_SECONDS: &str = "7200";

/// The origins whose pages may call the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(Vec<HeaderValue>);

/// Says which text is no origin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no origin: write `https://app.example.com`, several with commas between")]
pub struct InvalidOrigins(String);

/// What a request is in the eyes of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Crossing {
    /// Nothing: no origin is configured, or it is not the API that is asked.
    None,
    /// It could have been a page's, and was not one's that may.
    Refused,
    /// A page's that may.
    Allowed(HeaderValue),
    /// A browser's question whether such a page may.
    Asked(HeaderValue),
}

impl AllowedOrigins {
    /// What that request is.
    pub(crate) fn crossing(&self, request: &Request) -> Crossing {
        let path = request.uri().path();
        if self.0.is_empty() || !(path.starts_with("/v1/") || path == "/openapi.json") {
            return Crossing::None;
        }
        let headers = request.headers();
        let origin = headers.get(ORIGIN).filter(|origin| self.0.contains(origin));
        let Some(origin) = origin.cloned() else {
            return Crossing::Refused;
        };
        if request.method() == Method::OPTIONS
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        {
            return Crossing::Asked(origin);
        }
        Crossing::Allowed(origin)
    }
}

impl Crossing {
    /// The answer, where the protocol alone gives it.
    pub(crate) fn answer(&self) -> Option<Response> {
        match self {
            Self::Asked(_) => Some(StatusCode::NO_CONTENT.into_response()),
            Self::None | Self::Refused | Self::Allowed(_) => None,
        }
    }

    /// Writes what a browser goes by into an answer.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let mut put = |name, value| headers.insert(name, HeaderValue::from_static(value));
        match &self {
            Self::None => return,
            Self::Refused => {}
            Self::Allowed(_) => {
                put(ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
            }
            Self::Asked(_) => {
                put(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
                put(ACCESS_CONTROL_ALLOW_HEADERS, SENT);
                put(ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
            }
        }
        headers.append(VARY, HeaderValue::from_static("origin"));
        if let Self::Allowed(origin) | Self::Asked(origin) = self {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }
}

impl FromStr for AllowedOrigins {
    type Err = InvalidOrigins;

    fn from_str(text: &str) -> Result<Self, InvalidOrigins> {
        let origins = text.split(',').map(str::trim);
        origins.map(origin).collect::<Result<_, _>>().map(Self)
    }
}

/// An origin as browsers write it: what they send is compared byte by byte.
fn origin(text: &str) -> Result<HeaderValue, InvalidOrigins> {
    let invalid = || InvalidOrigins(text.to_owned());
    let url = Url::parse(text).map_err(|_| invalid())?;
    let is_bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !is_bare {
        return Err(invalid());
    }
    HeaderValue::from_str(&url.origin().ascii_serialization()).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_as_browsers_write_them() {
        let origins: AllowedOrigins = "https://App.example.com:443/, http://localhost:5173"
            .parse()
            .unwrap();
        assert_eq!(
            origins.0,
            ["https://app.example.com", "http://localhost:5173"]
        );
        for text in [
            "*",
            "",
            "app.example.com",
            "https://a.example/app",
            "ftp://a",
            "null",
        ] {
            let error = text.parse::<AllowedOrigins>().unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}
