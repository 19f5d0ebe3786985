//! Tests that the page says all that the document says.

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, header::IF_NONE_MATCH};
use serde_json::json;
use vestibule_web::{Code, openapi_document};

use super::{DocsPage, Rendered, is_held, operation, schema};

const URL: &str = "http://127.0.0.1:8080";

/// No operation, status, parameter or error code of the document is missing on the page.
#[test]
fn everything_that_the_document_says_is_on_the_page() {
    let document = openapi_document(URL);
    let page = DocsPage::new(&document, URL).render().unwrap();
    let mut count = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            count += 1;
            let id = operation["operationId"].as_str().unwrap();
            let start = page
                .find(&format!("id=\"{id}\""))
                .unwrap_or_else(|| panic!("{id}"));
            let section = page[start..].split("</article>").next().unwrap();
            assert!(section.contains(&method.to_uppercase()), "{id}: {method}");
            assert!(section.contains(path.as_str()), "{id}: {path}");
            assert!(
                page.contains(&format!("href=\"#{id}\"")),
                "{id} in the contents"
            );
            for status in operation["responses"].as_object().unwrap().keys() {
                assert!(
                    section.contains(&format!("<b>{status}</b>")),
                    "{id}: {status}"
                );
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = schema::resolved(&document, parameter)["name"]
                    .as_str()
                    .unwrap();
                assert!(
                    section.contains(&format!("<code>{name}</code>")),
                    "{id}: {name}"
                );
            }
        }
    }
    assert!(count > 50, "{count} operations");
    for code in Code::ALL {
        assert!(
            page.contains(&format!("id=\"error-{}\"", code.as_str())),
            "{}",
            code.as_str()
        );
    }
}

/// A link to an error leads to its row.
#[test]
fn every_code_of_a_refusal_is_one_of_the_list() {
    let document = openapi_document(URL);
    let page = DocsPage::new(&document, URL);
    for operation in page.groups.iter().flat_map(|group| &group.operations) {
        for refusals in &operation.refusals {
            assert!(
                !refusals.codes.is_empty(),
                "{} {}",
                operation.id,
                refusals.status
            );
            for code in &refusals.codes {
                assert!(Code::named(code).is_some(), "{code}");
            }
        }
    }
}

/// Bounds, lists and what may be absent are said in words.
#[test]
fn a_schema_is_said_in_words() {
    let document = json!({"components": {"schemas": {"Word": {"type": "string", "minLength": 1, "maxLength": 9}}}});
    let word = json!({"$ref": "#/components/schemas/Word"});
    let list = json!({"type": ["array", "null"], "maxItems": 3, "items": word});
    assert_eq!(
        schema::kind(&document, &list),
        "list of string, 1 to 9 characters, at most 3 items, or null"
    );
}

/// A quote in an example does not end the argument of the shell; a deprecated operation is marked.
#[test]
fn an_operation_is_shown_as_it_is_declared() {
    let document = json!({"paths": {"/v1/things/{thing}": {"put": {
        "tags": ["things"], "operationId": "set_thing", "deprecated": true,
        "security": [{"operator_key": []}],
        "requestBody": {"content": {"application/json": {"schema": {"type": "string", "examples": ["it's"]}}}},
    }}}});
    let found = operation::operations(&document, "things");
    assert!(found[0].is_deprecated);
    assert_eq!(
        found[0].request,
        "curl -X PUT \"$V/v1/things/$THING\" \\\n  -H \"Authorization: Bearer $VESTIBULE_OPERATOR_KEY\" \\\n  --json '\"it'\\''s\"'"
    );
}

/// Whoever has the page is told so, and the same document always makes the same page.
#[test]
fn the_tag_of_the_page_is_that_of_its_bytes() {
    let rendered = Rendered::new(URL).unwrap();
    assert_eq!(rendered.tag, Rendered::new(URL).unwrap().tag);
    let mut headers = HeaderMap::new();
    assert!(!is_held(&headers, &rendered.tag));
    headers.insert(IF_NONE_MATCH, HeaderValue::from_static("\"other\""));
    assert!(!is_held(&headers, &rendered.tag));
    headers.append(IF_NONE_MATCH, rendered.tag.clone());
    assert!(is_held(&headers, &rendered.tag));
}
