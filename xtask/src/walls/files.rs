//! What a file looks like: its name, its length, its first line.

use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

const LINES_MAX: usize = 500;

/// Files that are longer, with why.
const LONGER: [(&str, &str); 5] = [
    (
        "crates/console/assets/vestibule.css",
        "the one stylesheet: a browser asks for it once, and its parts are headed",
    ),
    (
        "crates/domain/tests/rules/house.rs",
        "the vocabulary of all rule tests: one question a function, in the order of the rules",
    ),
    (
        "crates/domain/tests/rules/invitations.rs",
        "eleven rules, each by its tests, in their order",
    ),
    (
        "crates/domain/tests/rules/removal.rs",
        "seven rules, each by its tests, in their order",
    ),
    (
        "crates/storage/src/reads/tests.rs",
        "every list against the same organization in memory, one list after the other",
    ),
];

/// Kinds of file that people read from top to bottom.
const READ_WHOLE: [&str; 6] = [".rs", ".sql", ".html", ".css", ".js", ".sh"];

/// Names that say nothing of what is inside.
const SAYING_NOTHING: [&str; 10] = [
    "mod.rs",
    "util.rs",
    "utils.rs",
    "common.rs",
    "helper.rs",
    "helpers.rs",
    "misc.rs",
    "shared.rs",
    "types.rs",
    "utility.rs",
];

fn breaches(files: &[Tracked], longer: &[(&str, &str)]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        let lines = file.text.lines().count();
        let has_reason = longer.iter().any(|(path, _)| *path == file.path);
        let is_read_whole = READ_WHOLE.iter().any(|end| file.path.ends_with(end));
        if is_read_whole && lines > LINES_MAX && !has_reason {
            breaches.push(format!(
                "{} has {lines} lines: split it, or give its reason in LONGER",
                file.path
            ));
        }
        if has_reason && lines <= LINES_MAX {
            breaches.push(format!(
                "{} is short again: take it out of LONGER",
                file.path
            ));
        }
        if !file.is_rust() {
            continue;
        }
        if SAYING_NOTHING.contains(&file.name()) {
            breaches.push(format!(
                "{}: a name that says nothing of what is inside",
                file.path
            ));
        }
        if !file.text.starts_with("//! ") {
            breaches.push(format!(
                "{}: the first line says what lives here (`//! `)",
                file.path
            ));
        }
    }
    for (path, _) in longer {
        if !files.iter().any(|file| file.path == *path) {
            breaches.push(format!("LONGER names {path}, which is not there"));
        }
    }
    breaches
}

#[test]
fn files_are_short_and_say_what_lives_in_them() {
    assert_none(&breaches(tracked::files(), &LONGER));
}

#[test]
fn a_long_file_is_a_breach_without_a_reason() {
    let long = Tracked::made("a.rs", &format!("//! Long.\n{}", "\n".repeat(LINES_MAX)));
    assert_one(
        &breaches(std::slice::from_ref(&long), &[]),
        "a.rs has 501 lines",
    );
    assert_none(&breaches(&[long], &[("a.rs", "a table")]));
}

#[test]
fn a_reason_for_a_short_file_is_a_breach() {
    let short = Tracked::made("a.rs", "//! Short.\n");
    assert_one(&breaches(&[short], &[("a.rs", "a table")]), "short again");
    assert_one(&breaches(&[], &[("b.rs", "a table")]), "not there");
}

#[test]
fn a_name_that_says_nothing_is_a_breach() {
    let file = Tracked::made("crates/web/src/users/mod.rs", "//! Users.\n");
    assert_one(&breaches(&[file], &[]), "says nothing");
}

#[test]
fn a_file_without_its_first_line_is_a_breach() {
    assert_one(
        &breaches(&[Tracked::made("a.rs", "use b;\n")], &[]),
        "first line",
    );
}
