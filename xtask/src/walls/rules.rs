//! Every rule of docs/rules.md is named by a test, and nobody names a rule that is not there.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::{self, Case};
use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

const PAGE: &str = "docs/rules.md";

/// Rules that no test names, with why.
const WITHOUT_TEST: [(&str, &str); 0] = [];

/// The rules that the page states, each in a heading of its own.
fn stated(page: &str) -> Vec<String> {
    page.lines()
        .filter(|line| line.starts_with("### "))
        .filter_map(|line| mentions(line).into_iter().next())
        .collect()
}

/// Everything that reads like the id of a rule: `R-`, three letters, a number.
fn mentions(text: &str) -> BTreeSet<String> {
    text.match_indices("R-")
        .filter_map(|(at, _)| {
            let before = text.get(..at)?.chars().next_back();
            let rest = text.get(at + 2..)?;
            let (group, rest) = (rest.get(..3)?, rest.get(3..)?.strip_prefix('-')?);
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let is_id = group.bytes().all(|letter| letter.is_ascii_uppercase())
                && !digits.is_empty()
                && !before.is_some_and(char::is_alphanumeric);
            is_id.then(|| format!("R-{group}-{digits}"))
        })
        .collect()
}

fn breaches(
    stated: &[String],
    cases: &[Case],
    files: &[Tracked],
    without_test: &[(&str, &str)],
) -> Vec<String> {
    let mut breaches = numbering(stated);
    let tested: BTreeSet<String> = cases
        .iter()
        .flat_map(|case| mentions(&case.notes))
        .collect();
    for rule in stated {
        let is_excused = without_test.iter().any(|(excused, _)| excused == rule);
        match (tested.contains(rule), is_excused) {
            (false, false) => breaches.push(format!("{rule} is named by no test")),
            (true, true) => {
                breaches.push(format!("{rule} has a test: take it out of WITHOUT_TEST"))
            }
            (true, false) | (false, true) => {}
        }
    }
    for file in files {
        for rule in mentions(&file.text) {
            if !stated.contains(&rule) {
                breaches.push(format!("{} names {rule}, which is not there", file.path));
            }
        }
    }
    breaches
}

/// Numbers run from 1 without gaps in every group.
fn numbering(stated: &[String]) -> Vec<String> {
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    let mut breaches = Vec::new();
    for rule in stated {
        let Some((group, number)) = rule.rsplit_once('-') else {
            continue;
        };
        let number: u32 = number.parse().unwrap_or(0);
        let before = last.insert(group, number).unwrap_or(0);
        if number != before + 1 {
            breaches.push(format!("{rule} comes after {group}-{before}"));
        }
    }
    breaches
}

#[test]
fn every_rule_is_named_by_a_test() {
    let page = tracked::file(PAGE).expect("docs/rules.md");
    let stated = stated(&page.text);
    assert!(stated.len() >= 50, "only {} rules are stated", stated.len());
    let files: Vec<Tracked> = tracked::files()
        .iter()
        .filter(|file| !file.path.starts_with("xtask/src/walls"))
        .cloned()
        .collect();
    assert_none(&breaches(&stated, cases::cases(), &files, &WITHOUT_TEST));
}

fn case(notes: &str) -> Case {
    Case {
        name: "a_case".to_owned(),
        notes: notes.to_owned(),
    }
}

#[test]
fn rules_are_read_from_headings() {
    let page = "# Rules\n### R-AAA-1: first\ntext R-AAA-9\n### R-AAA-2: second\n### Words\n";
    assert_eq!(stated(page), ["R-AAA-1", "R-AAA-2"]);
    assert!(mentions("OR-AAA-1, R-AA-1, R-aaa-1, R-AAA-x").is_empty());
    assert_eq!(
        mentions("(R-AAA-12)").into_iter().next().as_deref(),
        Some("R-AAA-12")
    );
}

#[test]
fn a_rule_without_a_test_is_a_breach() {
    let stated = ["R-AAA-1".to_owned(), "R-AAA-2".to_owned()];
    let cases = [case("Rule: R-AAA-1.")];
    assert_one(
        &breaches(&stated, &cases, &[], &[]),
        "R-AAA-2 is named by no test",
    );
    assert_none(&breaches(&stated, &cases, &[], &[("R-AAA-2", "later")]));
    assert_one(
        &breaches(
            &stated,
            &cases,
            &[],
            &[("R-AAA-1", "later"), ("R-AAA-2", "later")],
        ),
        "R-AAA-1 has a test",
    );
}

#[test]
fn a_rule_that_is_not_there_is_a_breach() {
    let stated = ["R-AAA-1".to_owned()];
    let file = Tracked::made("crates/web/src/users.rs", "// R-AAA-1 and R-BBB-1");
    assert_one(
        &breaches(&stated, &[case("R-AAA-1")], &[file], &[]),
        "users.rs names R-BBB-1",
    );
}

#[test]
fn a_gap_in_the_numbers_is_a_breach() {
    let stated = ["R-AAA-1".to_owned(), "R-AAA-3".to_owned()];
    assert_one(&numbering(&stated), "R-AAA-3 comes after R-AAA-1");
}
