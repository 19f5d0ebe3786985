//! Versions, lints and licence stand once, in the workspace's manifest; members inherit them.

use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

/// What every member says.
const INHERITED: [&str; 4] = [
    "version.workspace = true",
    "edition.workspace = true",
    "license.workspace = true",
    "[lints]\nworkspace = true",
];

fn breaches(files: &[Tracked]) -> Vec<String> {
    let mut breaches = Vec::new();
    let members = files
        .iter()
        .filter(|file| file.name() == "Cargo.toml" && file.path.contains('/'))
        .filter(|file| !is_apart(file));
    for manifest in members {
        for line in INHERITED {
            if !manifest.text.contains(line) {
                let line = line.replace('\n', " ");
                breaches.push(format!("{} does not say `{line}`", manifest.path));
            }
        }
        let mut of_dependencies = false;
        for (number, line) in manifest.lines() {
            if line.starts_with('[') {
                of_dependencies = line.ends_with("dependencies]");
            } else if of_dependencies && line.contains('=') && !inherits(line) {
                breaches.push(format!(
                    "{}:{number} has a version of its own: it belongs into the workspace's manifest",
                    manifest.path
                ));
            }
        }
    }
    breaches
}

/// What users copy is a workspace of its own, with versions of its own.
fn is_apart(manifest: &Tracked) -> bool {
    manifest.path.starts_with("docs/") && manifest.lines().any(|(_, line)| line == "[workspace]")
}

fn inherits(line: &str) -> bool {
    // A crate that names itself, to give its tests a feature, has no version to state.
    let is_itself = line.contains("path = \".\"");
    line.contains("workspace = true") || is_itself || line.starts_with('#')
}

#[test]
fn members_inherit_versions_lints_and_licence() {
    assert_none(&breaches(tracked::files()));
}

/// No crate can take it back: `forbid` is final.
#[test]
fn unsafe_code_is_forbidden_in_the_workspace() {
    let workspace = tracked::file("Cargo.toml").expect("the workspace's manifest");
    assert!(workspace.text.contains("\nunsafe_code = \"forbid\"\n"));
}

#[test]
fn a_version_outside_of_the_workspace_is_a_breach() {
    let inherited = INHERITED.join("\n");
    let text = format!("{inherited}\n[dev-dependencies]\na = {{ workspace = true }}\nb = \"1\"\n");
    let manifest = Tracked::made("crates/new/Cargo.toml", &text);
    assert_one(
        &breaches(&[manifest]),
        "crates/new/Cargo.toml:8 has a version",
    );
}

#[test]
fn a_program_for_users_is_no_member() {
    let text = "[package]\nversion = \"1\"\n[workspace]\n";
    let (copied, member) = ("docs/clients/new/Cargo.toml", "crates/new/Cargo.toml");
    assert_none(&breaches(&[Tracked::made(copied, text)]));
    assert_eq!(
        breaches(&[Tracked::made(member, text)]).len(),
        INHERITED.len()
    );
}

#[test]
fn a_member_without_the_lints_is_a_breach() {
    let text = INHERITED.join("\n").replace("[lints]", "[other]");
    let manifest = Tracked::made("crates/new/Cargo.toml", &text);
    assert_one(&breaches(&[manifest]), "does not say `[lints]");
}
