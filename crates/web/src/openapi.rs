//! The OpenAPI 3.1 document, generated from the handlers and completed by what all of them share.
//!
//! An annotation says what its operation alone has; everything that follows from the form of an
//! operation (its refusals, headers and links) is added here, so that no annotation has to repeat it.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, OpenApi as _};

use crate::problem::{FieldError, ProblemBody};
use crate::wire::texts::SearchText;
use crate::wire::words::SortWord;

mod components;
mod links;
mod operation;
mod schemas;
mod security;

/// How a list is paged.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes parameters")]
pub(crate) struct PageQuery {
    /// How many items at most; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the page before, as it came; anything else is `invalid_cursor`.
    #[param(min_length = 1, max_length = 4096)]
    cursor: Option<String>,
    /// Whether all items are counted too, as `total`.
    include_total: Option<bool>,
}

/// What is searched for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes parameters")]
pub(crate) struct SearchQuery {
    /// What the name or email contains, without case; 1 or 2 characters: begins with.
    #[param(value_type = Option<SearchText>)]
    q: Option<String>,
}

/// How people are sorted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes parameters")]
pub(crate) struct SortQuery {
    /// By what, with `-` before it for descending; by name without it.
    #[param(value_type = Option<SortWord>)]
    sort: Option<String>,
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Vestibule",
        description = "Users, roles and entities of organizations: the organization is the front door, entities are the rooms inside. Unknown fields and parameters are refused; what is absent in an answer is `null`. Errors are RFC 9457 problems with a stable `code`.",
        contact(name = "The Vestibule authors"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "sessions", description = "Signing in and out"),
        (name = "account", description = "The account that is signed in"),
        (name = "password resets", description = "A new password by mail"),
        (name = "organizations", description = "Organizations and their settings"),
        (name = "users", description = "The users of an organization"),
        (name = "invitations", description = "Inviting people"),
        (name = "invitation links", description = "What the invited person does"),
        (name = "entities", description = "The companies inside an organization"),
        (name = "members", description = "The members of an entity"),
        (name = "checks", description = "May this person do this here?"),
        (name = "audit events", description = "The record: every change, and who made it"),
        (name = "api keys", description = "Keys for programs"),
        (name = "operations", description = "For the people who run the server"),
    ),
    components(schemas(ProblemBody<'static>, FieldError, SearchText, SortWord)),
)]
struct Base;

/// What the document starts from; routes are added to it.
pub(crate) fn base() -> OpenApi {
    Base::openapi()
}

/// What stands there in a document; what is missing on the way is made.
fn place<'a>(value: &'a mut Value, path: &[&str]) -> &'a mut Value {
    path.iter().fold(value, |value, name| {
        if !value.is_object() {
            *value = Value::Object(Map::new());
        }
        match value {
            Value::Object(object) => object.entry(*name).or_insert(Value::Null),
            // It was made an object above.
            other => other,
        }
    })
}

/// The whole document, for a server that is reached at that URL.
pub(crate) fn completed(document: OpenApi, public_url: &str) -> Value {
    // A document of utoipa's always is JSON.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    *place(&mut document, &["servers"]) =
        json!([{ "url": public_url, "description": "This server" }]);
    let docs = format!("{}/docs", public_url.trim_end_matches('/'));
    *place(&mut document, &["externalDocs"]) =
        json!({ "url": docs, "description": "The same, to read" });
    schemas::complete(&mut document);
    for (path, method, operation) in operations(&mut document) {
        operation::complete(path, method, operation);
        links::add(operation);
    }
    security::add(&mut document);
    components::add(&mut document, public_url);
    document
}

/// The operations of a document, each with its path and method.
fn operations(document: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = document["paths"].as_object_mut();
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let methods = item.as_object_mut();
        methods
            .into_iter()
            .flatten()
            .map(|(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// A reference to a component.
fn component(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

#[cfg(test)]
mod tests;
