//! What cargo says about the workspace: its packages, and what they depend on.

use std::process::Command;

use serde_json::Value;

use crate::steps;

/// A package of the workspace and what its manifest names.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) dependencies: Vec<Dependency>,
}

/// One line of a manifest.
#[derive(Debug, Clone)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The section that a dependency stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    Development,
    Build,
}

/// A package that cargo would compile, with the features that it would have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Compiled {
    pub(super) name: String,
    pub(super) features: Vec<String>,
}

/// The packages of the workspace.
pub(super) fn members() -> Vec<Member> {
    let text = cargo(&["metadata", "--no-deps", "--format-version=1"]);
    let metadata: Value = serde_json::from_str(&text).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| Member {
            name: word(&package["name"]),
            dependencies: package["dependencies"]
                .as_array()
                .expect("dependencies")
                .iter()
                .map(|dependency| Dependency {
                    name: word(&dependency["name"]),
                    kind: match dependency["kind"].as_str() {
                        None => Kind::Normal,
                        Some("dev") => Kind::Development,
                        Some("build") => Kind::Build,
                        Some(other) => panic!("a kind of dependency that is new: {other}"),
                    },
                })
                .collect(),
        })
        .collect()
}

/// Everything that a package brings with it at run and compile time, itself included.
///
/// For one fixed target, so that the answer is the same on every contributor's machine.
pub(super) fn compiled(package: &str, features: &[&str]) -> Vec<Compiled> {
    let features = features.join(",");
    let text = cargo(&[
        "tree",
        "--package",
        package,
        "--features",
        &features,
        "--edges=normal",
        "--target=x86_64-unknown-linux-gnu",
        "--prefix=none",
        "--format={p}|{f}",
        "--no-dedupe",
    ]);
    let mut compiled: Vec<Compiled> = text.lines().filter_map(parse).collect();
    compiled.sort();
    compiled.dedup();
    compiled
}

/// Every package that building, testing or measuring compiles, with its licence.
pub(super) fn licences() -> Vec<(String, String)> {
    let text = cargo(&[
        "tree",
        "--workspace",
        "--features=vestibule/postgres",
        "--target=x86_64-unknown-linux-gnu",
        "--prefix=none",
        "--format={p}|{l}",
    ]);
    let mut licences: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| line.split_once('|'))
        // Marks what was written before.
        .map(|(package, licence)| (package, licence.trim_end_matches(" (*)")))
        .map(|(package, licence)| (package.to_owned(), licence.to_owned()))
        .collect();
    licences.sort();
    licences.dedup();
    licences
}

/// Reads `chrono v0.4.45|alloc,std`.
fn parse(line: &str) -> Option<Compiled> {
    let (package, features) = line.split_once('|')?;
    let name = package.split(' ').next()?;
    Some(Compiled {
        name: name.to_owned(),
        features: features
            .split(',')
            .filter(|feature| !feature.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}

fn word(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}

fn cargo(words: &[&str]) -> String {
    let mut command: Command = steps::cargo(words);
    let output = command.arg("--locked").output().expect("cargo runs");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

#[test]
fn a_line_of_cargo_tree_is_read() {
    let read = parse("chrono v0.4.45|alloc,std").expect("a package");
    assert_eq!(read.name, "chrono");
    assert_eq!(read.features, ["alloc", "std"]);
    assert_eq!(parse(""), None);
}
