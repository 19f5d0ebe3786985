//! What a form sent and what an address asks, as pairs of names and values.

use axum::{
    Form,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{header::CONTENT_TYPE, request::Parts},
};
use url::form_urlencoded::Serializer;
use vestibule_web::Head;

use crate::{
    Console,
    api::{Refusal, Visitor},
};

/// The fields of a form that one of our own pages sent.
#[derive(Debug)]
pub(crate) struct Sent(Vec<(String, String)>);

/// The query of an address.
#[derive(Debug, Clone)]
pub(crate) struct Asked(Vec<(String, String)>);

impl FromRequest<Console> for Sent {
    type Rejection = Refusal;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let visitor = match Visitor::from_request_parts(&mut parts, console).await {
            Ok(visitor) => visitor,
            Err(never) => match never {},
        };
        let head = Head {
            method: &parts.method,
            uri: &visitor.uri,
            headers: &parts.headers,
        };
        console
            .app
            .check_same_origin(head)
            .map_err(|problem| Refusal::of(&visitor, &problem))?;
        // A button without any field sends no body worth reading.
        if !parts.headers.contains_key(CONTENT_TYPE) {
            return Ok(Self(Vec::new()));
        }
        let Form(fields) = Form::from_request(Request::from_parts(parts, body), console)
            .await
            .map_err(|_| Refusal::malformed(&visitor))?;
        Ok(Self(fields))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(
            Query::try_from_uri(&parts.uri).map_or_else(|_| Vec::new(), |Query(pairs)| pairs),
        ))
    }
}

impl Sent {
    /// What was sent in the field, or nothing.
    pub(crate) fn value(&self, name: &str) -> &str {
        first(&self.0, name)
    }

    /// The field, where something was typed into it.
    pub(crate) fn typed(&self, name: &str) -> Option<&str> {
        Some(self.value(name)).filter(|value| !value.trim().is_empty())
    }

    /// The fields whose name begins so, by the rest of the name, where something was chosen.
    pub(crate) fn chosen<'sent>(
        &'sent self,
        prefix: &'sent str,
    ) -> impl Iterator<Item = (&'sent str, &'sent str)> {
        self.0
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }
}

impl Asked {
    /// What is asked under the name, or nothing.
    pub(crate) fn value(&self, name: &str) -> &str {
        first(&self.0, name)
    }

    /// The address of the path with this query, one pair changed or, with nothing, left out.
    ///
    /// The cursor never goes along: it belongs to the list as it was asked for.
    pub(crate) fn with(&self, path: &str, name: &str, value: &str) -> String {
        let kept = self
            .0
            .iter()
            .filter(|(key, value)| key != name && key != "cursor" && !value.is_empty());
        let changed = Some((name, value)).filter(|(_, value)| !value.is_empty());
        address(
            path,
            kept.map(|(key, value)| (key.as_str(), value.as_str()))
                .chain(changed),
        )
    }
}

/// An address of that path and query.
pub(crate) fn address<'pair>(
    path: &str,
    pairs: impl Iterator<Item = (&'pair str, &'pair str)>,
) -> String {
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// The path to go to next, where it is one of ours: no other site, no other scheme.
pub(crate) fn own_path(next: &str) -> Option<&str> {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|character: char| character == '\\' || character.is_control());
    own.then_some(next)
}

fn first<'pairs>(pairs: &'pairs [(String, String)], name: &str) -> &'pairs str {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        Asked(
            url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Signing in never leads to another site.
    #[test]
    fn only_own_paths_are_gone_to() {
        assert_eq!(own_path("/users?q=a"), Some("/users?q=a"));
        for elsewhere in [
            "",
            "https://elsewhere.example",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "/a\nb",
            "users",
        ] {
            assert_eq!(own_path(elsewhere), None, "{elsewhere:?}");
        }
    }

    /// Lesson 52: an address that changes in one thing keeps the others, and begins at the first page.
    #[test]
    fn an_address_keeps_what_it_does_not_change() {
        let asked = asked("q=a%2Bb&status=invited&role=&cursor=xyz");
        assert_eq!(
            asked.with("/users", "sort", "-name"),
            "/users?q=a%2Bb&status=invited&sort=-name"
        );
        assert_eq!(asked.with("/users", "status", ""), "/users?q=a%2Bb");
        assert_eq!(
            asked.with("/users", "cursor", "next"),
            "/users?q=a%2Bb&status=invited&cursor=next"
        );
        assert_eq!(address("/users", std::iter::empty()), "/users");
    }
}
