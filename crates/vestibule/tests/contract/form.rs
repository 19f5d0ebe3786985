//! The forms of values in the contract: which fields an object has, and how ids and times are written.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// The fields of an invitation.
pub(crate) const INVITATION: [&str; 10] = [
    "id",
    "user_id",
    "email",
    "role",
    "state",
    "expires_at",
    "invited_by",
    "memberships",
    "mail",
    "created_at",
];

/// Expects an object with exactly these fields.
#[track_caller]
pub(crate) fn fields(value: &Value, expected: &[&str]) {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("not an object: {value}"));
    let mut found: Vec<_> = object.keys().map(String::as_str).collect();
    let mut expected = expected.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "{value}");
}

#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
}

#[track_caller]
pub(crate) fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("not a number: {value}"))
}

/// Expects a lower-case hyphenated UUID of version 7.
#[track_caller]
pub(crate) fn id(value: &Value) -> &str {
    let id = text(value);
    let groups: Vec<_> = id.split('-').map(str::len).collect();
    assert_eq!(groups, [8, 4, 4, 4, 12], "not a UUID: {id}");
    let digit = |c: char| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c);
    assert!(id.chars().all(digit), "not in lower case: {id}");
    assert_eq!(&id[14..15], "7", "not of version 7: {id}");
    id
}

/// Expects RFC 3339 in UTC with `Z` and microseconds at most.
#[track_caller]
pub(crate) fn time(value: &Value) -> DateTime<Utc> {
    let time = text(value);
    let body = time
        .strip_suffix('Z')
        .unwrap_or_else(|| panic!("no Z: {time}"));
    let (seconds, fraction) = body.split_once('.').unwrap_or((body, "0"));
    assert_eq!(seconds.len(), "2026-01-01T00:00:00".len(), "{time}");
    assert!(
        (1..=6).contains(&fraction.len()),
        "more than microseconds: {time}"
    );
    assert_eq!(&seconds[10..11], "T", "{time}");
    DateTime::parse_from_rfc3339(time)
        .unwrap_or_else(|error| panic!("{error}: {time}"))
        .to_utc()
}

/// Expects one page of a list and gives its items.
#[track_caller]
pub(crate) fn items(value: &Value) -> &[Value] {
    fields(value, &["items", "next_cursor"]);
    let cursor = &value["next_cursor"];
    assert!(cursor.is_null() || !text(cursor).is_empty(), "{value}");
    value["items"]
        .as_array()
        .unwrap_or_else(|| panic!("items is a list: {value}"))
}

/// One field of every item, in order.
#[track_caller]
pub(crate) fn each(items: &[Value], field: &str) -> Vec<String> {
    items
        .iter()
        .map(|item| text(&item[field]).to_owned())
        .collect()
}

/// The same list in an order that does not depend on the server.
pub(crate) fn sorted(list: &Value) -> Vec<Value> {
    let mut list = list
        .as_array()
        .unwrap_or_else(|| panic!("not a list: {list}"))
        .clone();
    list.sort_by_key(Value::to_string);
    list
}

/// The item whose `field` is `value`.
#[track_caller]
pub(crate) fn find<'a>(items: &'a [Value], field: &str, value: &str) -> &'a Value {
    let found: Vec<_> = items.iter().filter(|item| item[field] == value).collect();
    assert_eq!(found.len(), 1, "`{value}` once as `{field}` in {items:?}");
    found[0]
}
