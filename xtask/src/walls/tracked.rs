//! The files of the repository as the walls read them: what git tracks or is about to.

use std::process::Command;
use std::sync::LazyLock;

use crate::steps;

/// A text file of the repository.
#[derive(Debug, Clone)]
pub(super) struct Tracked {
    /// From the top folder, with slashes.
    pub(super) path: String,
    pub(super) text: String,
}

impl Tracked {
    /// A file that is nowhere, for the walls' own tests.
    pub(super) fn made(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The name without the folders.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether it is Rust.
    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it is Markdown.
    pub(super) fn is_markdown(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// The lines with their numbers from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
    }
}

/// The paths of all files, binary ones included.
pub(super) fn paths() -> &'static [String] {
    static PATHS: LazyLock<Vec<String>> = LazyLock::new(list);
    &PATHS
}

/// All text files.
pub(super) fn files() -> &'static [Tracked] {
    static FILES: LazyLock<Vec<Tracked>> = LazyLock::new(|| {
        paths()
            .iter()
            .filter_map(|path| {
                let text = std::fs::read_to_string(steps::top().join(path)).ok()?;
                Some(Tracked {
                    path: path.clone(),
                    text,
                })
            })
            .collect()
    });
    &FILES
}

/// The text of one file, if it is there.
pub(super) fn file(path: &str) -> Option<&'static Tracked> {
    files().iter().find(|file| file.path == path)
}

fn list() -> Vec<String> {
    let output = Command::new("git")
        // A container may run the tests as another user than the one who cloned.
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .args(["--cached", "--others", "--exclude-standard"])
        .current_dir(steps::top())
        .output()
        .expect("git lists the files");
    assert!(output.status.success(), "git ls-files: {output:?}");
    let mut paths: Vec<String> = String::from_utf8(output.stdout)
        .expect("paths are UTF-8")
        .split_terminator('\0')
        // A file that was deleted and is not staged yet is still in git's list.
        .filter(|path| steps::top().join(path).is_file())
        .map(str::to_owned)
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// A wall that reads no files would hold nothing.
#[test]
fn the_files_of_the_repository_are_found() {
    assert!(file("Cargo.toml").is_some());
    assert!(file("xtask/src/walls/tracked.rs").is_some());
    assert!(!paths().iter().any(|path| path.starts_with("target/")));
}
