//! The tables of docs/lessons.md and docs/PROPERTIES.md name tests that exist.

use super::cases::{self, Case};
use super::tracked;
use super::{assert_none, assert_one};

const LESSONS: &str = "docs/lessons.md";
const PROPERTIES: &str = "docs/PROPERTIES.md";

/// How many lessons the peers have taught us so far.
const LESSONS_MIN: usize = 52;

/// Opens the last cell of a row whose test comes with a later feature; why follows.
const LATER: &str = "later:";

/// A row of a table, by cells.
type Row<'a> = Vec<&'a str>;

/// The rows whose first cell is a number.
fn numbered_rows(page: &str) -> Vec<Row<'_>> {
    rows(page)
        .into_iter()
        .filter(|row| number(row).is_some())
        .collect()
}

/// All rows below the line under a table's head.
fn rows(page: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut below_head = false;
    for line in page.lines() {
        let Some(inner) = line.trim().strip_prefix('|') else {
            below_head = false;
            continue;
        };
        let is_rule = inner.chars().all(|letter| "|-: ".contains(letter));
        if below_head && !is_rule {
            let inner = inner.strip_suffix('|').unwrap_or(inner);
            rows.push(inner.split('|').map(str::trim).collect());
        }
        below_head |= is_rule;
    }
    rows
}

fn number(row: &Row<'_>) -> Option<usize> {
    row.first()?.parse().ok()
}

/// What stands in backticks.
fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn lesson_breaches(page: &str, cases: &[Case]) -> Vec<String> {
    let mut breaches = Vec::new();
    for (at, row) in numbered_rows(page).iter().enumerate() {
        let lesson = number(row).unwrap_or_default();
        if lesson != at + 1 {
            breaches.push(format!("lesson {lesson} stands where {} should", at + 1));
        }
        let last = row.last().copied().unwrap_or_default();
        if let Some(why) = last.strip_prefix(LATER) {
            if why.trim().is_empty() {
                breaches.push(format!("lesson {lesson} comes later and does not say why"));
            }
        } else if names(last).next().is_none() {
            breaches.push(format!("lesson {lesson} names no test"));
        }
        breaches.extend(
            names(last)
                .filter(|name| !last.starts_with(LATER) && !cases::exists(cases, name))
                .map(|name| format!("lesson {lesson} names `{name}`, which is no test")),
        );
    }
    breaches
}

fn property_breaches(page: &str, cases: &[Case]) -> Vec<String> {
    rows(page)
        .iter()
        .filter(|row| {
            !row.iter()
                .flat_map(|cell| names(cell))
                .any(|name| cases::exists(cases, name))
        })
        .map(|row| format!("the law `{}` names no test", row.first().unwrap_or(&"")))
        .collect()
}

#[test]
fn every_lesson_names_its_test() {
    let page = tracked::file(LESSONS).expect("docs/lessons.md");
    assert_none(&lesson_breaches(&page.text, cases::cases()));
    let lessons = numbered_rows(&page.text).len();
    assert!(lessons >= LESSONS_MIN, "only {lessons} lessons");
}

#[test]
fn every_law_names_its_test() {
    let page = tracked::file(PROPERTIES).expect("docs/PROPERTIES.md");
    assert!(!rows(&page.text).is_empty(), "no law is listed");
    assert_none(&property_breaches(&page.text, cases::cases()));
}

fn one_case() -> [Case; 1] {
    [Case {
        name: "one_accept_wins".to_owned(),
        notes: String::new(),
    }]
}

#[test]
fn a_lesson_whose_test_is_not_there_is_a_breach() {
    let page = "| # | held | test |\n|---|---|---|\n\
        | 1 | R | `races::one_accept_wins` |\n| 2 | R | `gone` |\n| 3 | R | later: with SCIM |\n";
    assert_one(&lesson_breaches(page, &one_case()), "lesson 2 names `gone`");
}

#[test]
fn a_lesson_without_a_test_or_a_reason_is_a_breach() {
    let page = "| # | held | test |\n|---|---|---|\n| 1 | R | |\n";
    assert_one(
        &lesson_breaches(page, &one_case()),
        "lesson 1 names no test",
    );
    let page = "| # | held | test |\n|---|---|---|\n| 1 | R | later: |\n";
    assert_one(&lesson_breaches(page, &one_case()), "does not say why");
}

#[test]
fn a_lesson_left_out_is_a_breach() {
    let page = "| # | held | test |\n|---|---|---|\n| 2 | R | `one_accept_wins` |\n";
    assert_one(
        &lesson_breaches(page, &one_case()),
        "lesson 2 stands where 1",
    );
}

#[test]
fn a_law_without_a_test_is_a_breach() {
    let page = "| law | file |\n|---|---|\n| A | `one_accept_wins` |\n| B | `b.rs` |\n";
    assert_one(&property_breaches(page, &one_case()), "the law `B`");
}
