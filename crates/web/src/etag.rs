//! Entity tags: made of what is sent, compared as RFC 9110 says.

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const TAG_BYTES: usize = 16;

/// A strong entity tag, quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntityTag(String);

/// The tags of a header that has a list of them, or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tags {
    /// Any that there is.
    Any,
    /// These, as they stand.
    These(Vec<String>),
}

impl EntityTag {
    /// The tag of a body: another body has another.
    pub(crate) fn of(body: &[u8]) -> Self {
        let hash = Sha256::digest(body);
        let short: Vec<u8> = hash.iter().copied().take(TAG_BYTES).collect();
        Self(format!("\"{}\"", URL_SAFE_NO_PAD.encode(short)))
    }

    /// A tag with that text inside its quotes.
    pub(crate) fn quoted(text: &str) -> Self {
        Self(format!("\"{text}\""))
    }

    /// As a header has it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As a header's value; hexadecimal and base64url digits always are one.
    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static("\"\""))
    }
}

impl Tags {
    /// The tags of `If-Match`, if it was sent.
    pub(crate) fn if_match(headers: &HeaderMap) -> Option<Self> {
        Self::read(headers, &IF_MATCH)
    }

    /// The tags of `If-None-Match`, if it was sent.
    pub(crate) fn if_none_match(headers: &HeaderMap) -> Option<Self> {
        Self::read(headers, &IF_NONE_MATCH)
    }

    /// Whether one of them is this tag; a weak one never is (strong comparison).
    pub(crate) fn match_strongly(&self, tag: &EntityTag) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(|other| other == tag.as_str()),
        }
    }

    /// Whether one of them is this tag, weak or not (weak comparison).
    pub(crate) fn match_weakly(&self, tag: &EntityTag) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags
                .iter()
                .any(|other| other.strip_prefix("W/").unwrap_or(other) == tag.as_str()),
        }
    }

    /// The texts inside the quotes of all tags, weak ones too.
    pub(crate) fn opaque(&self) -> impl Iterator<Item = &str> {
        let tags: &[String] = match self {
            Self::Any => &[],
            Self::These(tags) => tags,
        };
        tags.iter().filter_map(|tag| {
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            tag.strip_prefix('"')?.strip_suffix('"')
        })
    }

    /// The texts inside the quotes of strong tags.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let tags: &[String] = match self {
            Self::Any => &[],
            Self::These(tags) => tags,
        };
        tags.iter()
            .filter_map(|tag| tag.strip_prefix('"')?.strip_suffix('"'))
    }

    fn read(headers: &HeaderMap, name: &HeaderName) -> Option<Self> {
        let mut tags = Vec::new();
        let mut is_sent = false;
        for value in headers.get_all(name) {
            is_sent = true;
            // A value that is no text names no tag of ours, and so matches nothing.
            for tag in value.to_str().unwrap_or_default().split(',') {
                match tag.trim() {
                    "*" => return Some(Self::Any),
                    "" => {}
                    tag => tags.push(tag.to_owned()),
                }
            }
        }
        is_sent.then_some(Self::These(tags))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_weak_tag_does_not_hold_for_a_change() {
        let tag = EntityTag::quoted("a");
        let weak = Tags::if_match(&sent(IF_MATCH, "W/\"a\"")).unwrap();
        assert!(!weak.match_strongly(&tag));
        let weak = Tags::if_none_match(&sent(IF_NONE_MATCH, "W/\"a\"")).unwrap();
        assert!(weak.match_weakly(&tag));
    }

    #[test]
    fn any_of_a_list_holds_and_so_does_the_star() {
        let tag = EntityTag::quoted("b");
        for (value, holds) in [
            ("\"a\", \"b\"", true),
            ("*", true),
            ("\"a\"", false),
            ("b", false),
        ] {
            let tags = Tags::if_match(&sent(IF_MATCH, value)).unwrap();
            assert_eq!(tags.match_strongly(&tag), holds, "{value}");
        }
        assert_eq!(Tags::if_match(&HeaderMap::new()), None);
    }

    #[test]
    fn another_body_has_another_tag() {
        assert_ne!(EntityTag::of(b"one"), EntityTag::of(b"other"));
        assert_eq!(EntityTag::of(b"one"), EntityTag::of(b"one"));
    }
}
