//! Migrations: the same steps for both databases, named constraints, and released ones frozen.
//!
//! That up, down and up again give the same schema is a test of storage, which has databases.

use std::collections::BTreeSet;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

mod statement;

const TREES: [&str; 2] = ["migrations/sqlite", "migrations/postgres"];

/// Migrations that a release carried, with their SHA-256: databases out there have run them.
const RELEASED: [(&str, &str); 0] = [];

fn breaches(files: &[Tracked], released: &[(&str, &str)]) -> Vec<String> {
    let mut breaches = tree_breaches(files);
    for file in files.iter().filter(|file| is_migration(file)) {
        let is_sqlite = file.path.starts_with("migrations/sqlite/");
        for breach in statement::breaches(&file.text, is_sqlite) {
            breaches.push(format!("{}: {breach}", file.path));
        }
    }
    for (path, digest) in released {
        match files.iter().find(|file| file.path == *path) {
            Some(file) if sha256(&file.text) == *digest => {}
            Some(_) => breaches.push(format!("{path} was released: add a migration, change none")),
            None => breaches.push(format!("{path} was released and is gone")),
        }
    }
    breaches
}

fn tree_breaches(files: &[Tracked]) -> Vec<String> {
    let names = |tree: &str| -> BTreeSet<&str> {
        let within = files
            .iter()
            .filter_map(|file| file.path.strip_prefix(tree)?.strip_prefix('/'));
        within.filter(|path| path.contains('/')).collect()
    };
    let [sqlite, postgres] = TREES.map(names);
    let mut breaches: Vec<String> = sqlite
        .symmetric_difference(&postgres)
        .map(|path| format!("migration {path} is there for one database only"))
        .collect();
    let steps: BTreeSet<&str> = sqlite
        .union(&postgres)
        .filter_map(|path| path.split('/').next())
        .collect();
    for step in steps {
        for direction in ["up.sql", "down.sql"] {
            let path = format!("{step}/{direction}");
            if !sqlite.contains(path.as_str()) && !postgres.contains(path.as_str()) {
                breaches.push(format!("migration {step} has no {direction}"));
            }
        }
    }
    breaches
}

fn is_migration(file: &Tracked) -> bool {
    file.path.ends_with(".sql") && TREES.iter().any(|tree| file.path.starts_with(tree))
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[test]
fn migrations_are_in_step_named_and_frozen() {
    let migrations = tracked::files().iter().filter(|file| is_migration(file));
    assert!(migrations.count() >= 4, "both databases have migrations");
    assert_none(&breaches(tracked::files(), &RELEASED));
}

fn pair(name: &str, up: &str, down: &str) -> Vec<Tracked> {
    TREES
        .iter()
        .flat_map(|tree| {
            [
                Tracked::made(&format!("{tree}/{name}/up.sql"), up),
                Tracked::made(&format!("{tree}/{name}/down.sql"), down),
            ]
        })
        .collect()
}

#[test]
fn a_migration_for_one_database_only_is_a_breach() {
    let mut files = pair("1_first", "select 1;", "select 1;");
    assert_none(&breaches(&files, &[]));
    files.pop();
    assert_one(&breaches(&files, &[]), "1_first/down.sql is there for one");
}

#[test]
fn a_migration_without_a_way_back_is_a_breach() {
    let mut files = pair("1_first", "select 1;", "select 1;");
    files.retain(|file| file.name() == "up.sql");
    assert_one(&breaches(&files, &[]), "1_first has no down.sql");
}

#[test]
fn a_released_migration_that_changed_is_a_breach() {
    let files = pair("1_first", "select 1;", "select 1;");
    let path = "migrations/sqlite/1_first/up.sql";
    let digest = sha256("select 1;");
    assert_none(&breaches(&files, &[(path, &digest)]));
    let digest = sha256("select 2;");
    assert_one(&breaches(&files, &[(path, &digest)]), "was released: add");
    assert_one(
        &breaches(&files, &[("migrations/sqlite/0/up.sql", "")]),
        "is gone",
    );
}
