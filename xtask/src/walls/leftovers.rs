//! What is not to be left behind in a file: paths of one machine, things undone, tests switched off.

use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

/// Folders that exist on somebody's machine alone. Written in halves, as this file is read too.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Use", "rs/"),
    concat!("C:\\Use", "rs\\"),
];

/// Marks of what is undone, as whole words in any text file.
const UNDONE_WORDS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// What Rust has for undone, switched off or shouted out.
const UNDONE_CODE: [&str; 6] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!("#[ign", "ore"),
    concat!("#[should", "_panic"),
    concat!("assert!(", "true)"),
];

/// Text that other programs write.
const NOT_OURS: [&str; 1] = ["Cargo.lock"];

fn breaches(files: &[Tracked]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files
        .iter()
        .filter(|file| !NOT_OURS.contains(&file.path.as_str()))
    {
        for (number, line) in file.lines() {
            let at = || format!("{}:{number}", file.path);
            for path in MACHINE_PATHS.iter().filter(|path| names_path(line, path)) {
                breaches.push(format!("{} names a path of one machine (`{path}`)", at()));
            }
            for word in UNDONE_WORDS.iter().filter(|word| has_word(line, word)) {
                breaches.push(format!("{} leaves something undone (`{word}`)", at()));
            }
            let code = UNDONE_CODE.iter().filter(|code| line.contains(**code));
            for code in code.filter(|_| file.is_rust()) {
                breaches.push(format!("{} has `{code}`", at()));
            }
        }
    }
    breaches
}

/// Whether the path stands at the beginning of an absolute one, not inside of another.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|before| before.is_alphanumeric() || "._-}".contains(before))
    })
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .any(|found| found == word)
}

#[test]
fn nothing_is_left_behind_in_a_file() {
    assert_none(&breaches(tracked::files()));
}

#[test]
fn a_path_of_one_machine_is_a_breach() {
    let text = format!("see {}me/notes\nand a/ro{}x\n", MACHINE_PATHS[2], "ot/");
    assert_one(
        &breaches(&[Tracked::made("a.md", &text)]),
        "a.md:1 names a path",
    );
}

#[test]
fn something_undone_is_a_breach() {
    let text = format!(
        "// {}: later\n// {}S are fine\n",
        UNDONE_WORDS[0], UNDONE_WORDS[0]
    );
    assert_one(&breaches(&[Tracked::made("a.rs", &text)]), "a.rs:1 leaves");
    assert_one(&breaches(&[Tracked::made("a.md", &text)]), "a.md:1 leaves");
}

#[test]
fn a_test_switched_off_is_a_breach() {
    let text = format!("{}]\nfn a() {{}}\n", UNDONE_CODE[3]);
    assert_one(&breaches(&[Tracked::made("a.rs", &text)]), "a.rs:1 has");
    assert_none(&breaches(&[Tracked::made("a.md", &text)]));
}
