//! Tests of bodies: what is told at once, and what every bad field is told.

use axum::http::HeaderValue;
use vestibule_domain::{Email, Name};

use super::*;

#[derive(Debug)]
struct Sample {
    email: Email,
    name: Option<Name>,
    items: Vec<Item>,
}

#[derive(Debug)]
struct Item {
    name: Name,
}

impl Body for Sample {
    const SHAPE: Shape = Shape::Object(&[
        ("email", Shape::Leaf),
        ("name", Shape::Leaf),
        ("items", Shape::List(&Item::SHAPE)),
    ]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let email = fields.required("email");
        let name = fields.optional("name");
        let items = fields.list_or_empty("items", 2);
        Some(Self {
            email: email?,
            name: name?,
            items: items?,
        })
    }
}

impl Body for Item {
    const SHAPE: Shape = Shape::Object(&[("na/me", Shape::Leaf), ("name", Shape::Leaf)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.required("name")?;
        Some(Self { name })
    }
}

fn sent_as(kind: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))])
}

fn read(text: &str) -> Result<Sample, Problem> {
    let headers = sent_as("application/json");
    Unread::<Sample>::parse(&headers, text.as_bytes(), Presence::Required)?.read()
}

fn pointers(problem: &Problem) -> Vec<&str> {
    let errors = problem.errors().iter();
    errors.map(|error| error.pointer.as_str()).collect()
}

/// R-ANS-3.
#[test]
fn a_good_body_is_taken() {
    let body = read(r#"{"email": "ann@x.example", "name": null, "items": [{"name": "A"}]}"#);
    let body = body.unwrap();
    assert_eq!(body.email.as_str(), "ann@x.example");
    assert_eq!(body.name, None);
    assert_eq!(body.items[0].name.as_str(), "A");
}

/// R-ANS-3.
#[test]
fn what_is_no_json_is_malformed() {
    for text in [
        "",
        "{",
        "{}x",
        "nul",
        r#"{"email": "a", "email": "b"}"#,
        r#"{"email": "\ud800"}"#,
        r#"{"items": [{"name": "a", "name": "b"}]}"#,
        "{\"email\": \"a\u{1}\"}",
        r#"{"email": 1e999}"#,
    ] {
        assert_eq!(
            read(text).unwrap_err().code(),
            Code::MalformedRequest,
            "{text}"
        );
    }
    let deep = "[".repeat(10_000);
    assert_eq!(read(&deep).unwrap_err().code(), Code::MalformedRequest);
}

/// R-ANS-3: at every depth, before any value is looked at.
#[test]
fn an_unknown_field_is_named_before_bad_values_are() {
    for (text, pointer) in [
        (r#"{"email": 7, "e-mail": "x"}"#, "/e-mail"),
        (
            r#"{"items": [{"name": 1}, {"x/y~": 1}]}"#,
            "/items/1/x~1y~0",
        ),
    ] {
        let problem = read(text).unwrap_err();
        assert_eq!(problem.code(), Code::UnknownField);
        assert_eq!(pointers(&problem), [pointer]);
    }
}

/// R-ANS-3.
#[test]
fn every_bad_field_is_pointed_at() {
    let problem = read(r#"{"name": 7, "items": [{}, {"name": ""}]}"#).unwrap_err();
    assert_eq!(problem.code(), Code::InvalidField);
    assert_eq!(
        pointers(&problem),
        ["/email", "/name", "/items/0/name", "/items/1/name"]
    );
    for text in ["[]", "7", "null", "\"text\""] {
        let problem = read(text).unwrap_err();
        assert_eq!(
            (problem.code(), pointers(&problem)),
            (Code::InvalidField, vec![""])
        );
    }
}

/// R-ANS-1: a bad email alone has its own code.
#[test]
fn a_bad_email_alone_is_an_invalid_email() {
    let problem = read(r#"{"email": "nobody"}"#).unwrap_err();
    assert_eq!(problem.code(), Code::InvalidEmail);
    let problem = read(r#"{"email": "nobody", "name": ""}"#).unwrap_err();
    assert_eq!(problem.code(), Code::InvalidField);
}

/// R-ANS-3.
#[test]
fn a_list_has_bounds() {
    let problem = read(r#"{"email": "a@x.example", "items": [{}, {}, {}]}"#).unwrap_err();
    assert_eq!(pointers(&problem), ["/items"]);
}

#[test]
fn a_body_of_another_kind_is_refused() {
    for (kind, is_read) in [
        ("application/json", true),
        ("Application/JSON; charset=\"UTF-8\"", true),
        ("application/merge-patch+json", true),
        ("application/json; charset=latin1", false),
        ("text/plain", false),
        ("application/x-www-form-urlencoded", false),
    ] {
        let body = br#"{"email": "ann@x.example"}"#;
        let parsed = Unread::<Sample>::parse(&sent_as(kind), body, Presence::Required);
        assert_eq!(parsed.is_ok(), is_read, "{kind}");
    }
    let parsed = Unread::<Sample>::parse(&HeaderMap::new(), b"{}", Presence::Required);
    assert_eq!(parsed.unwrap_err().code(), Code::UnsupportedMediaType);
}

#[test]
fn no_body_reads_as_an_empty_object_where_it_can_be_left_out() {
    let parsed = Unread::<Nothing>::parse(&HeaderMap::new(), b"", Presence::Optional);
    assert!(parsed.unwrap().read().is_ok());
    let parsed = Unread::<Nothing>::parse(
        &sent_as("application/json"),
        b"{\"a\": 1}",
        Presence::Optional,
    );
    assert_eq!(parsed.unwrap_err().code(), Code::UnknownField);
}
