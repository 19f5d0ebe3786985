//! The id of a request: in every answer, every log line, and the record (R-AUD-1).

use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that carries it, both ways.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const CHARACTERS_MAX: usize = 128;

/// The id of a request: the client's own, if it is sane, or a fresh one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The client's id when it is 1 to 128 letters, digits, `-`, `_`, `.`, `:` or `/`; a fresh one else.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let sent = headers
            .get(X_REQUEST_ID)
            .and_then(|value| value.to_str().ok());
        match sent {
            Some(text) if is_sane(text) => Self(text.to_owned()),
            Some(_) | None => Self::default(),
        }
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static("-"))
    }
}

impl Default for RequestId {
    /// A fresh one.
    fn default() -> Self {
        Self(Uuid::now_v7().to_string())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What could forge a log line or a header is not sane.
fn is_sane(text: &str) -> bool {
    (1..=CHARACTERS_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_id_is_kept_and_any_other_is_replaced() {
        let of = |text: &'static str| {
            RequestId::of(&HeaderMap::from_iter([(
                X_REQUEST_ID,
                HeaderValue::from_static(text),
            )]))
        };
        assert_eq!(of("abc-1:2/3.4_5").as_str(), "abc-1:2/3.4_5");
        for bad in ["", "a b", "a\u{9}b", "\"a\"", "{}"] {
            assert_ne!(of(bad).as_str(), bad);
        }
        assert_ne!(
            RequestId::of(&HeaderMap::new()),
            RequestId::of(&HeaderMap::new())
        );
    }
}
