//! The documentation of the API: one page, made of the OpenAPI document once and then sent as it is.

use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::{
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Response},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use vestibule_web::{Code, Problem, openapi_document};

use crate::Console;
use operation::{Operation, operations};

mod operation;
mod schema;

/// The page, once somebody has asked for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Docs(Arc<OnceLock<Option<Rendered>>>);

#[derive(Debug)]
struct Rendered {
    html: String,
    /// Weak, so that the page may be compressed.
    tag: HeaderValue,
}

/// Everything that the document says, in the order of its tags.
#[derive(Debug, Template)]
#[template(path = "docs.html")]
pub(crate) struct DocsPage {
    url: String,
    version: String,
    groups: Vec<Group>,
    codes: &'static [Code],
}

/// The operations of one tag.
#[derive(Debug)]
struct Group {
    id: String,
    name: String,
    description: String,
    operations: Vec<Operation>,
}

/// Sends the page, or says that the reader has it already.
pub(crate) async fn show(State(console): State<Console>, headers: HeaderMap) -> Response {
    let url = console.app.public_url.as_str();
    let rendered = console.docs.0.get_or_init(|| Rendered::new(url));
    let Some(rendered) = rendered else {
        return Problem::internal().into_response();
    };
    let kept = [
        (ETAG, rendered.tag.clone()),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    if is_held(&headers, &rendered.tag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    let html = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (kept, html, rendered.html.clone()).into_response()
}

/// The pieces of a text: what stands between backticks is code.
fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    text.split('`')
        .enumerate()
        .map(|(index, piece)| (index % 2 == 1, piece))
}

/// A tag as a heading: `api keys` is `API keys`.
fn heading(tag: &str) -> String {
    let (first, rest) = tag.split_at(tag.chars().next().map_or(0, char::len_utf8));
    match tag.strip_prefix("api ") {
        Some(rest) => format!("API {rest}"),
        None => first.to_uppercase() + rest,
    }
}

fn is_held(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|known| known == b"*" || known == tag.as_bytes())
}

impl Rendered {
    fn new(url: &str) -> Option<Self> {
        let html = DocsPage::new(&openapi_document(url), url)
            .render()
            .inspect_err(|error| tracing::error!(%error, "a page could not be rendered"))
            .ok()?;
        let digest: String = Sha256::digest(&html)
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let tag = HeaderValue::from_str(&format!("W/\"{digest}\"")).ok()?;
        Some(Self { html, tag })
    }
}

impl DocsPage {
    /// The page of that document.
    pub(crate) fn new(document: &Value, url: &str) -> Self {
        let tags = document["tags"].as_array().into_iter().flatten();
        let groups = tags.map(|tag| {
            let name = schema::text(&tag["name"]);
            Group {
                id: format!("group-{}", name.replace(' ', "-")),
                description: schema::text(&tag["description"]),
                operations: operations(document, &name),
                name: heading(&name),
            }
        });
        Self {
            url: url.trim_end_matches('/').to_owned(),
            version: schema::text(schema::at(document, "/info/version")),
            groups: groups.collect(),
            codes: Code::ALL,
        }
    }
}

#[cfg(test)]
mod tests;
