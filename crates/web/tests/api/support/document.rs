//! Holds every answer that a test gets against the OpenAPI document: its status, content type and
//! headers have to be declared.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::Answer;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| vestibule_web::openapi_document("http://127.0.0.1:1"));

/// Headers of the connection, of the content's coding and of other sites, which no document names.
const OF_THE_WIRE: [&str; 8] = [
    "access-control-allow-origin",
    "access-control-expose-headers",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "transfer-encoding",
];

/// Panics unless the document declares the answer; addresses that it does not have say nothing.
#[track_caller]
pub(crate) fn declares(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let Some(operation) = item(path).and_then(|item| item.get(&method.to_lowercase())) else {
        return;
    };
    let place = format!("{method} {path} {}", answer.status);
    let response = resolved(&operation["responses"][answer.status.to_string()]);
    assert!(response.is_object(), "{place} is not declared");
    let kind = answer
        .header("content-type")
        .map(|kind| kind.split(';').next().unwrap());
    match kind {
        Some(kind) => assert!(
            response["content"][kind].is_object(),
            "{place}: {kind} is not declared"
        ),
        None => assert!(response["content"].is_null(), "{place} has no content"),
    }
    let headers = response["headers"].as_object().unwrap();
    for name in answer.header_names() {
        let is_declared = headers.keys().any(|known| known.eq_ignore_ascii_case(name));
        let is_of_the_wire = OF_THE_WIRE.contains(&name);
        assert!(
            is_declared || is_of_the_wire,
            "{place}: the header {name} is not declared"
        );
    }
    for (name, header) in headers {
        let is_there = answer.header(&name.to_lowercase()).is_some();
        assert!(
            is_there || resolved(header)["required"] != true,
            "{place} has no {name}"
        );
    }
}

/// The item of the path; a literal part goes before one in braces.
fn item(path: &str) -> Option<&'static Map<String, Value>> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let fitting = paths.iter().filter(|(template, _)| fits(template, path));
    let item = fitting.min_by_key(|(template, _)| template.matches('{').count());
    item.and_then(|(_, item)| item.as_object())
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template
            .iter()
            .zip(&path)
            .all(|(part, text)| part == text || (part.starts_with('{') && !text.is_empty()))
}

fn resolved(value: &'static Value) -> &'static Value {
    let pointer = value["$ref"]
        .as_str()
        .and_then(|text| text.strip_prefix('#'));
    pointer.map_or(value, |pointer| DOCUMENT.pointer(pointer).unwrap())
}
