//! What is given out is complete: a package holds all that its crate is built of, and a README.

use super::tracked;
use super::workspace;
use super::{assert_none, assert_one};
use crate::steps;

/// What a package must hold that lies outside of its crate's folder: `from` the top, `to` a place in it.
struct Brought {
    package: &'static str,
    from: &'static str,
    to: &'static str,
}

const BROUGHT: [Brought; 1] = [Brought {
    package: "vestibule-storage",
    from: "migrations/",
    to: "migrations/",
}];

fn breaches(package: &str, held: &[String], tracked: &[String]) -> Vec<String> {
    let mut missing = Vec::new();
    if !held.iter().any(|path| path == "README.md") {
        missing.push(format!("`{package}` is given out without a README"));
    }
    for brought in BROUGHT.iter().filter(|brought| brought.package == package) {
        let files = tracked
            .iter()
            .filter_map(|path| path.strip_prefix(brought.from));
        for file in files {
            let place = format!("{}{file}", brought.to);
            if !held.contains(&place) {
                missing.push(format!("`{package}` is given out without `{place}`"));
            }
        }
    }
    missing
}

fn held_by(package: &str) -> Vec<String> {
    let listed = steps::cargo(&[
        "package",
        "--list",
        "--allow-dirty",
        "--offline",
        "--package",
        package,
    ])
    .output()
    .expect("cargo runs");
    let error = String::from_utf8_lossy(&listed.stderr);
    assert!(listed.status.success(), "{package}: {error}");
    let text = String::from_utf8(listed.stdout).expect("paths are text");
    text.lines().map(|path| path.replace('\\', "/")).collect()
}

#[test]
fn packages_hold_all_that_their_crates_are_built_of() {
    let given_out: Vec<String> = workspace::members()
        .iter()
        .map(|member| member.name.clone())
        .filter(|name| name.starts_with("vestibule") && name != "vestibule-bench")
        .collect();
    assert!(given_out.len() >= 6, "{given_out:?}");
    for package in given_out {
        assert_none(&breaches(&package, &held_by(&package), tracked::paths()));
    }
}

#[test]
fn a_package_without_its_migrations_is_a_breach() {
    let tracked = ["migrations/sqlite/1_a/up.sql".to_owned()];
    let held = ["README.md".to_owned(), "src/lib.rs".to_owned()];
    assert_one(
        &breaches("vestibule-storage", &held, &tracked),
        "without `migrations/sqlite/1_a/up.sql`",
    );
    assert_none(&breaches("vestibule-web", &held, &tracked));
    assert_one(&breaches("vestibule-web", &[], &tracked), "a README");
}
