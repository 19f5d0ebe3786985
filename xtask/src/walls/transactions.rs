//! One way in: transactions are opened in one file of storage, and by nobody else.

use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

/// Where a transaction may be opened, with why.
const OPENERS: [(&str, &str); 1] = [(
    "crates/storage/src/transaction.rs",
    "how each database opens one; the write path asks it",
)];

/// How a transaction is opened with Diesel, or around it.
const OPENINGS: [&str; 9] = [
    ".transaction(",
    ".immediate_transaction(",
    ".exclusive_transaction(",
    ".build_transaction(",
    ".begin_transaction(",
    ".begin_transaction_sql(",
    "begin immediate",
    "begin exclusive",
    "start transaction",
];

fn breaches(files: &[Tracked], openers: &[(&str, &str)]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| is_source(file)) {
        if openers.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        for (number, line) in file
            .lines()
            .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        {
            let code = line.trim_start();
            let lower = code.to_lowercase();
            let opens = OPENINGS.iter().find(|opening| lower.contains(**opening));
            if let (Some(opening), false) = (opens, code.starts_with("//")) {
                breaches.push(format!(
                    "{}:{number} opens a transaction (`{opening}`); only {} may",
                    file.path,
                    openers
                        .iter()
                        .map(|(path, _)| *path)
                        .collect::<Vec<_>>()
                        .join(", ")
                ));
            }
        }
    }
    breaches
}

fn is_source(file: &Tracked) -> bool {
    file.is_rust()
        && file.path.starts_with("crates/")
        && file.path.contains("/src/")
        && !file.path.ends_with("/tests.rs")
        && !file.path.contains("/tests/")
}

#[test]
fn transactions_are_opened_in_one_place() {
    assert_none(&breaches(tracked::files(), &OPENERS));
}

#[test]
fn a_transaction_elsewhere_is_a_breach() {
    let text = "// conn.transaction( is not for here\nconn.immediate_transaction(|conn| {";
    let elsewhere = Tracked::made("crates/storage/src/queries.rs", text);
    let home = Tracked::made("crates/storage/src/home.rs", text);
    let openers = [("crates/storage/src/home.rs", "the write path")];
    assert_one(
        &breaches(&[elsewhere, home], &openers),
        "queries.rs:2 opens a transaction",
    );
}
