//! The real binary on a free port, with an empty SQLite database and the local mailbox.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// A running server; it ends with the test.
pub(super) struct Server {
    /// What its addresses begin with.
    pub(super) url: String,
    /// The one-time link of an empty database.
    pub(super) set_up: String,
    process: Child,
    _folder: TempDir,
}

impl Server {
    /// Starts it and waits until it says that it listens and where it is set up.
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("story.db").display());
        let mut process = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--database-url",
                &database,
            ])
            .current_dir(folder.path())
            .env("VESTIBULE_RATE_LIMITS", "off")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let mut line_with = |mark: &str| {
            lines
                .find_map(|line| line.find(mark).map(|start| line[start..].trim().to_owned()))
                .unwrap_or_else(|| panic!("the server never said `{mark}`"))
        };
        let url = line_with("http://");
        let set_up = line_with("http://");
        Self {
            url,
            set_up,
            process,
            _folder: folder,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
