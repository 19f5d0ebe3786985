//! The server that is judged: the real binary on a port of its own, over a database of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use rustix::process::{Signal, kill_process};

use crate::cluster::Cluster;
use crate::failure::Failure;
use crate::{packages, process, steps};

/// The key by which scenes are set and programs make their organizations.
pub(super) const OPERATOR_KEY: &str = "operator-of-the-acceptance-run-0123456789";

/// What a server keeps its data in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Database {
    Sqlite,
    Postgres,
}

/// A running server; dropping it ends it, and then its database.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    url: String,
    _cluster: Option<Cluster>,
}

impl Database {
    /// Both of them.
    pub(super) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    fn open(self, folder: &Path) -> Result<(String, Option<Cluster>), Failure> {
        match self {
            Self::Sqlite => Ok((format!("sqlite://{}/vestibule.db", folder.display()), None)),
            Self::Postgres => {
                packages::ensure(&[packages::SERVER, packages::CLIENT_LIBRARY])?;
                let cluster = Cluster::start()?;
                Ok((cluster.url(), Some(cluster)))
            }
        }
    }
}

impl Server {
    /// Builds it, starts it on a fresh database and waits until it listens.
    ///
    /// # Errors
    /// When it or its database cannot be built or started.
    pub(super) fn start(database: Database, folder: &Path) -> Result<Self, Failure> {
        let (database, cluster) = database.open(folder)?;
        process::run(&mut steps::cargo(&[
            "build",
            "--package",
            "vestibule",
            "--features",
            "postgres",
        ]))?;
        let mut command = std::process::Command::new(steps::top().join("target/debug/vestibule"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url"])
            .arg(database)
            .env("VESTIBULE_OPERATOR_KEY", OPERATOR_KEY)
            // As good as any: the servers of a run know nothing of one another.
            .env(
                "VESTIBULE_SECRET_KEY",
                "QWNjZXB0YW5jZSBydW4sIDMyIGJ5dGVzIGluIGFsbC4=",
            )
            .env("VESTIBULE_RATE_LIMITS", "off")
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut process = command
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start the server: {error}")))?;
        let url = process.stdout.take().and_then(address);
        let mut server = Self {
            process,
            url: String::new(),
            _cluster: cluster,
        };
        server.url = url.ok_or_else(|| Failure::new("the server ended before it listened"))?;
        Ok(server)
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(server) = process::pid_of(&self.process) {
            let _ = kill_process(server, Signal::TERM);
        }
        drop(self.process.wait());
    }
}

/// What the first lines say of the address, once they say that it listens.
fn address(output: impl std::io::Read) -> Option<String> {
    let mut url = None;
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if let Some(address) = line.strip_prefix("address: ") {
            url = Some(address.trim().to_owned());
        }
        if line.trim() == "listening" {
            break;
        }
    }
    url
}
