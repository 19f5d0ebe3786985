//! What a source does not do: sleep in a test, or silence a lint for a whole file.

use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

/// Tests that sleep, with why nothing can be waited for instead.
const SLEEPERS: [(&str, &str); 0] = [];

/// Ways to sleep, as calls. Written in halves, as this file is read too.
const SLEEPS: [&str; 2] = [concat!("sle", "ep("), concat!("sleep_", "until(")];

/// Opens an attribute that silences a lint for everything below it.
const SILENCE: &str = concat!("#![al", "low(");

fn breaches(files: &[Tracked], sleepers: &[(&str, &str)]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let may_sleep = sleepers.iter().any(|(path, _)| *path == file.path);
        let mut is_test = file.path.contains("/tests/") || file.path.ends_with("/tests.rs");
        for (number, line) in file.lines() {
            is_test |= line.starts_with("#[cfg(test)]");
            let at = format!("{}:{number}", file.path);
            let code = line.trim_start();
            if code.starts_with("//") {
                continue;
            }
            if is_test && !may_sleep && SLEEPS.iter().any(|sleep| code.contains(sleep)) {
                breaches.push(format!("{at} sleeps in a test: wait for what is to happen"));
            }
            if code.starts_with(SILENCE) {
                breaches.push(format!(
                    "{at} silences a lint for a whole file: use `#[expect]` where it is right"
                ));
            }
        }
    }
    breaches
}

#[test]
fn no_test_sleeps_and_no_file_silences_a_lint() {
    assert_none(&breaches(tracked::files(), &SLEEPERS));
}

#[test]
fn a_test_that_sleeps_is_a_breach() {
    let call = format!("std::thread::{}PAUSE);\n", SLEEPS[0]);
    let text = format!("fn backs_off() {{\n{call}}}\n#[cfg(test)]\nmod tests {{\n{call}}}\n");
    let source = Tracked::made("crates/web/src/a.rs", &text);
    assert_one(&breaches(&[source], &[]), "a.rs:6 sleeps");
    let test = Tracked::made("crates/web/tests/b.rs", &call);
    assert_one(&breaches(std::slice::from_ref(&test), &[]), "b.rs:1 sleeps");
    assert_none(&breaches(&[test], &[("crates/web/tests/b.rs", "why")]));
}

#[test]
fn a_lint_silenced_for_a_file_is_a_breach() {
    let file = Tracked::made("a.rs", &format!("//! A.\n{SILENCE}dead_code)]\n"));
    assert_one(&breaches(&[file], &[]), "a.rs:2 silences");
}
