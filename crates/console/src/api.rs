//! The JSON API as the console uses it: in process, with the visitor's own cookie and address.
//!
//! The console is a client of the API like any other, without the network in between. So a page can
//! do nothing that the API would refuse, every rule is asked where it lives, and what a page did
//! stands in the record as if it had come over HTTP.

pub(crate) mod answers;
mod refusal;

use std::net::IpAddr;

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, OriginalUri},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri,
        header::{CONTENT_TYPE, COOKIE, HOST, IF_MATCH, ORIGIN, SET_COOKIE, USER_AGENT},
        request::Parts,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tower::ServiceExt;
use vestibule_domain::OrganizationId;
use vestibule_storage::Origin;
use vestibule_web::{App, Head, PeerAddress, RequestId, Seat, now};

pub(crate) use refusal::Refusal;

use crate::{Console, mailbox::LocalMailbox};

/// What of the visitor's request the API is told, besides what is asked of it.
const FORWARDED: [HeaderName; 5] = [
    COOKIE,
    HOST,
    ORIGIN,
    USER_AGENT,
    HeaderName::from_static("sec-fetch-site"),
];

/// One visit is one request in logs and in the record, however often it asks.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most that is read of one answer: a page of 200 users with 1,000 entities each stays below.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// Who asks for a page, with the way to the API.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    app: App,
    api: Router,
    headers: HeaderMap,
    peer: Option<PeerAddress>,
    mailbox: Option<LocalMailbox>,
    /// The address that was asked for, to come back to after signing in.
    pub(crate) uri: Uri,
    pub(crate) method: Method,
}

/// An answer of the API: what it holds, and the cookies it sets.
#[derive(Debug)]
pub(crate) struct Answer {
    body: Value,
    pub(crate) cookies: Vec<HeaderValue>,
}

impl FromRequestParts<Console> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        console: &Console,
    ) -> Result<Self, Self::Rejection> {
        let mut headers = HeaderMap::new();
        for name in FORWARDED {
            for value in parts.headers.get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
        let request_id = parts.extensions.get::<RequestId>().map(RequestId::as_str);
        if let Some(id) = request_id.and_then(|id| HeaderValue::from_str(id).ok()) {
            headers.insert(X_REQUEST_ID, id);
        }
        Ok(Self {
            app: console.app.clone(),
            api: console.api.clone(),
            headers,
            peer: parts.extensions.get().copied(),
            mailbox: console.mailbox.clone(),
            // Below a nested router the address is without its beginning.
            uri: parts
                .extensions
                .get::<OriginalUri>()
                .map_or_else(|| parts.uri.clone(), |OriginalUri(uri)| uri.clone()),
            method: parts.method.clone(),
        })
    }
}

impl Visitor {
    /// Reads what is at a path of the API.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refusal> {
        self.send(Method::GET, path, None, None).await?.read(self)
    }

    /// Sends something to a path of the API.
    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Result<Answer, Refusal> {
        self.send(Method::POST, path, Some(json!(body)), None).await
    }

    /// Asks a path of the API to act, with nothing more to say.
    pub(crate) async fn act(&self, path: &str) -> Result<Answer, Refusal> {
        self.send(Method::POST, path, None, None).await
    }

    /// Changes some fields of what is at a path of the API.
    pub(crate) async fn patch(&self, path: &str, body: &impl Serialize) -> Result<Answer, Refusal> {
        self.send(Method::PATCH, path, Some(json!(body)), None)
            .await
    }

    /// Puts something at a path of the API.
    pub(crate) async fn put(&self, path: &str, body: &impl Serialize) -> Result<Answer, Refusal> {
        self.send(Method::PUT, path, Some(json!(body)), None).await
    }

    /// Deletes what is at a path of the API.
    pub(crate) async fn delete(&self, path: &str) -> Result<Answer, Refusal> {
        self.send(Method::DELETE, path, None, None).await
    }

    /// Deletes what is at a path of the API, unless it is no longer as the tag says.
    pub(crate) async fn delete_if(&self, path: &str, tag: &str) -> Result<Answer, Refusal> {
        self.send(Method::DELETE, path, None, Some(tag)).await
    }

    /// The visitor's seat in an organization, to ask what they may do there.
    pub(crate) async fn seat(&self, organization: OrganizationId) -> Result<Seat, Refusal> {
        let head = Head {
            // A question changes nothing, whatever the page is about to do.
            method: &Method::GET,
            uri: &self.uri,
            headers: &self.headers,
        };
        let origin = Origin {
            address: self.peer(),
            request_id: self.request_id().to_owned(),
        };
        self.app
            .seat(head, organization, now(), origin)
            .await
            .map_err(|problem| Refusal::of(self, &problem))
    }

    /// The cookie of that name as the browser sent it.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The address of the page, to come back to.
    pub(crate) fn here(&self) -> &str {
        self.uri
            .path_and_query()
            .map_or("/", |address| address.as_str())
    }

    /// The connection's other end.
    pub(crate) fn peer(&self) -> Option<IpAddr> {
        self.peer.map(|PeerAddress(peer)| peer)
    }

    /// What this visit is called in logs and in the record.
    pub(crate) fn request_id(&self) -> &str {
        self.headers
            .get(X_REQUEST_ID)
            .and_then(|id| id.to_str().ok())
            .unwrap_or_default()
    }

    /// The local mailbox, for who sits at this machine.
    ///
    /// The name in `Host` counts too: a page of another site could have its own name lead here.
    pub(crate) fn mailbox(&self) -> Option<&LocalMailbox> {
        let is_local = self
            .peer
            .is_some_and(|PeerAddress(peer)| peer.is_loopback());
        let host = self
            .headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .or(self.uri.host());
        let is_asked_here = host.is_some_and(is_loopback);
        self.mailbox.as_ref().filter(|_| is_local && is_asked_here)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        tag: Option<&str>,
    ) -> Result<Answer, Refusal> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(headers) = request.headers_mut() {
            headers.clone_from(&self.headers);
            if body.is_some() {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            if let Some(tag) = tag {
                // What cannot be sent matches nothing, and must not read as no condition (R-REM-2).
                let tag =
                    HeaderValue::from_str(tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
                headers.insert(IF_MATCH, tag);
            }
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        // A path that is none can only come from an address that nothing stands at.
        let mut request = request.body(body).map_err(|_| Refusal::not_found(self))?;
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        let answer = match self.api.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let bytes = axum::body::to_bytes(body, ANSWER_BYTES_MAX)
            .await
            .map_err(|_| Refusal::unreadable(self))?;
        if !parts.status.is_success() {
            return Err(Refusal::read(self, parts.status, &parts.headers, &bytes));
        }
        let body = if parts.status == StatusCode::NO_CONTENT || bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).map_err(|_| Refusal::unreadable(self))?
        };
        let cookies = parts.headers.get_all(SET_COOKIE).iter().cloned().collect();
        Ok(Answer { body, cookies })
    }
}

impl Answer {
    /// What the answer holds.
    pub(crate) fn read<T: DeserializeOwned>(self, visitor: &Visitor) -> Result<T, Refusal> {
        serde_json::from_value(self.body).map_err(|error| {
            tracing::error!(%error, path = visitor.here(), "an answer of the API has another form than the console knows");
            Refusal::unreadable(visitor)
        })
    }
}

/// Whether a host, with or without a port, names this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mailbox is for this machine, under its own names only.
    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "localhost.example.com:80",
            "10.0.0.1:80",
            "127.0.0.1.example.com",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
