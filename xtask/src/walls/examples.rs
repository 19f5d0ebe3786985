//! What domain offers is shown in an example that runs: in its own docs, in those of what it
//! belongs to, or in a program under `examples/`.

use std::collections::BTreeMap;

use super::domain_api::{self, Offered};
use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

/// What no example shows, and why that is right; a path with `::` at its end is all below it.
const NOT_SHOWN: [(&str, &str); 1] = [(
    "test_support::values::",
    "a function a value type, each used as the one in the example of the module",
)];

/// Every line of an example: of docs between fences, and of programs.
fn shown(files: &[Tracked]) -> String {
    let mut text = String::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        if file.path.starts_with("crates/domain/examples/") {
            text.push_str(&file.text);
        }
        if !file.path.starts_with("crates/domain/src/") {
            continue;
        }
        let mut is_example = false;
        for (_, line) in file.lines() {
            let line = line.trim_start();
            // An id's macro names its type in the example.
            if line.starts_with("#[doc") {
                continue;
            }
            let Some(doc) = line
                .strip_prefix("///")
                .or_else(|| line.strip_prefix("//!"))
            else {
                is_example = false;
                continue;
            };
            if let Some(kind) = doc.trim().strip_prefix("```") {
                is_example = !is_example && matches!(kind, "" | "rust" | "no_run");
            } else if is_example {
                text.push_str(doc);
                text.push('\n');
            }
        }
    }
    text
}

fn breaches(
    offered: &BTreeMap<String, Offered>,
    shown: &str,
    not_shown: &[(&str, &str)],
) -> Vec<String> {
    let mut hidden = Vec::new();
    for (path, one) in offered {
        let name = path.rsplit("::").next().unwrap_or(path);
        let has_its_own = one.made_by_macro.as_deref() == Some("ids!");
        if !has_its_own && !is_word_in(shown, name) {
            hidden.push(path.clone());
        }
        for own in one.own.keys() {
            if !(shown.contains(&format!(".{own}(")) || shown.contains(&format!("::{own}"))) {
                hidden.push(format!("{path}::{own}"));
            }
        }
    }
    let mut breaches: Vec<String> = hidden
        .iter()
        .filter(|path| !not_shown.iter().any(|(excused, _)| is_at(path, excused)))
        .map(|path| format!("no example shows `{path}`: write one, or a reason in NOT_SHOWN"))
        .collect();
    for (path, _) in not_shown {
        if !hidden.iter().any(|hidden| is_at(hidden, path)) {
            breaches.push(format!(
                "`{path}` is shown, or gone: take it out of NOT_SHOWN"
            ));
        }
    }
    breaches
}

fn is_at(path: &str, excused: &str) -> bool {
    path == excused || excused.ends_with("::") && path.starts_with(excused)
}

fn is_word_in(text: &str, word: &str) -> bool {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .any(|other| other == word)
}

#[test]
fn everything_that_domain_offers_is_shown_in_an_example_that_runs() {
    assert_none(&breaches(
        &domain_api::read(),
        &shown(tracked::files()),
        &NOT_SHOWN,
    ));
}

#[test]
fn what_no_example_shows_is_a_breach() {
    let library = Tracked::made("crates/domain/src/lib.rs", "mod a;\npub use a::Thing;\n");
    let module = Tracked::made(
        "crates/domain/src/a.rs",
        "/// ```\n/// let thing = Thing::new();\n/// ```\npub struct Thing;\n\
         impl Thing { pub fn new() -> Self { Self }\npub fn rests(&self) {} }\n",
    );
    let offered = domain_api::of(&[&library, &module]);
    let shown = shown(&[module]);
    assert_one(&breaches(&offered, &shown, &[]), "`Thing::rests`");
    assert_none(&breaches(&offered, &shown, &[("Thing::rests", "a pause")]));
    assert_one(
        &breaches(
            &offered,
            &shown,
            &[("Thing::rests", "a pause"), ("Thing", "no")],
        ),
        "`Thing` is shown",
    );
}
