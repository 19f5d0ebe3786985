//! Tests of query strings.

use vestibule_domain::Status;

use super::*;

const KNOWN: Parameters = Parameters {
    single: &["q", "limit", "include_total"],
    repeated: &["status"],
};

fn refusal(text: &str) -> (Code, String) {
    let problem = Query::parse(Some(text), KNOWN).unwrap_err();
    (problem.code(), problem.errors()[0].pointer.clone())
}

/// R-ANS-3.
#[test]
fn what_cannot_be_read_is_told_with_its_name() {
    assert_eq!(refusal("x=1"), (Code::UnknownField, "?x".to_owned()));
    assert_eq!(
        refusal("q=a&q=a"),
        (Code::MalformedRequest, "?q".to_owned())
    );
    assert_eq!(refusal("q=a%00"), (Code::MalformedRequest, "?q".to_owned()));
    assert_eq!(
        refusal("q=a%0Ab"),
        (Code::MalformedRequest, "?q".to_owned())
    );
    assert_eq!(refusal("q=%ff"), (Code::MalformedRequest, "?q".to_owned()));
}

/// Lessons 29 and 38: a plus is written `%2B`, and no character is a wildcard.
#[test]
fn escaped_characters_mean_themselves() {
    let query = Query::parse(Some("q=ann%2Bbooks%25_+x"), KNOWN).unwrap();
    assert_eq!(query.text("q"), Some("ann+books%_ x"));
}

/// R-LST-2: a repeated filter means any of the values.
#[test]
fn a_filter_can_stand_several_times() {
    let query = Query::parse(Some("status=active&status=invited&"), KNOWN).unwrap();
    let mut blamed = Blamed::default();
    let statuses: Vec<Status> = query.any("status", &mut blamed);
    assert_eq!(statuses, [Status::Active, Status::Invited]);
    assert!(blamed.settle().is_ok());
}

/// R-ANS-3.
#[test]
fn every_bad_value_is_pointed_at() {
    let query = Query::parse(Some("limit=201&status=gone&include_total=yes"), KNOWN).unwrap();
    let mut blamed = Blamed::default();
    let _: Vec<Status> = query.any("status", &mut blamed);
    query.limit(&mut blamed);
    query.total(&mut blamed);
    let problem = blamed.settle().unwrap_err();
    let pointers: Vec<_> = problem
        .errors()
        .iter()
        .map(|error| &*error.pointer)
        .collect();
    assert_eq!(pointers, ["?status", "?limit", "?include_total"]);
    assert_eq!(problem.code(), Code::InvalidField);
}

/// R-ANS-3: what the OpenAPI document bounds is bounded here.
#[test]
fn searches_filters_and_numbers_have_bounds() {
    let refused = |text: &str| {
        let query = Query::parse(Some(text), KNOWN).unwrap();
        let mut blamed = Blamed::default();
        query.search(&mut blamed);
        let _: Vec<Status> = query.any("status", &mut blamed);
        blamed.settle().is_err()
    };
    assert!(!refused(&format!("q={}", "%C3%BC".repeat(254))));
    assert!(refused(&format!("q={}", "%C3%BC".repeat(255))));
    assert!(!refused(&"status=active&".repeat(100)));
    assert!(refused(&"status=active&".repeat(101)));
    assert!("9007199254740991".parse::<Whole>().is_ok());
    assert!("9007199254740992".parse::<Whole>().is_err());
}
