//! The released binary as a server on a free port, with what the system counts of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::client::Client;
use crate::database::{Database, Kind};
use crate::failure::Failure;
use crate::processor;

/// The operator's key of every server that is measured.
pub(crate) const OPERATOR: &str = "bench-operator-key-bench-operator-key";
/// 32 bytes in base64: PostgreSQL has no file beside it that could hold the server's key.
const SECRET: &str = "YmVuY2gtc2VjcmV0LWtleS1iZW5jaC1zZWNyZXQta2U=";

/// A running server; it ends with this.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    kind: Kind,
    pub(crate) address: SocketAddr,
}

/// The released binary, which `cargo xtask bench` builds first.
pub(crate) fn binary() -> Result<PathBuf, Failure> {
    let here = std::env::current_exe()?;
    let path = here.with_file_name("vestibule");
    if path.exists() {
        Ok(path)
    } else {
        Err(Failure::new("no released binary; run `cargo xtask bench`"))
    }
}

impl Server {
    /// Starts on that database and waits until it accepts.
    pub(crate) fn start(database: &Database) -> Result<Self, Failure> {
        let mut process = Command::new(binary()?)
            .arg("serve")
            .env("VESTIBULE_LISTEN", "127.0.0.1:0")
            .env("VESTIBULE_DATABASE_URL", &database.url)
            .env("VESTIBULE_SECRET_KEY", SECRET)
            .env("VESTIBULE_OPERATOR_KEY", OPERATOR)
            .env("VESTIBULE_RATE_LIMITS", "off")
            .current_dir(database.folder())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process
            .stdout
            .take()
            .ok_or_else(|| Failure::new("the server has no output"))?;
        let mut address = None;
        for line in BufReader::new(output).lines() {
            let line = line?;
            if let Some(at) = line.find("127.0.0.1:") {
                let digits = line.get(at..).unwrap_or_default();
                let end = digits
                    .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':'))
                    .unwrap_or(digits.len());
                address = address.or(digits.get(..end).and_then(|text| text.parse().ok()));
            }
            if line.contains("listening") {
                break;
            }
        }
        let address = address.ok_or_else(|| Failure::new("the server did not say its address"))?;
        Ok(Self {
            process,
            kind: database.kind,
            address,
        })
    }

    /// A client that asks as the operator.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Client::connect(self.address, OPERATOR)
    }

    /// Founds an organization and tells its id.
    pub(crate) fn found(&self) -> Result<String, Failure> {
        self.client()?.made_field(
            "/v1/organizations",
            &format!(
                r#"{{"name":"Bench","primary_admin":{{"email":"owner-{}@example.com","name":"Olive Owner","password":"{PASSWORD}"}}}}"#,
                Uuid::now_v7()
            ),
            "id",
        )
    }

    /// Processor time used so far by the server and its database, in seconds.
    pub(crate) fn processor_seconds(&self) -> Result<f64, Failure> {
        Ok(processor::of_process(self.process.id())? + processor::of_database(self.kind)?)
    }

    /// Memory held in RAM, in MiB.
    pub(crate) fn resident_mebibytes(&self) -> Result<f64, Failure> {
        self.memory("VmRSS:")
    }

    /// The most memory that was ever held in RAM, in MiB.
    pub(crate) fn resident_mebibytes_max(&self) -> Result<f64, Failure> {
        self.memory("VmHWM:")
    }

    fn memory(&self, field: &str) -> Result<f64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        status
            .lines()
            .find_map(|line| line.strip_prefix(field))
            .and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok())
            .map(|kibibytes| kibibytes / 1024.0)
            .ok_or_else(|| Failure::new("the system does not tell resident memory"))
    }
}

/// The password of every Primary Admin.
pub(crate) const PASSWORD: &str = "correct-horse-battery-9";

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts, asks until there is a first answer, and tells how long that took.
pub(crate) fn cold_start(database: &Database) -> Result<(Server, Duration), Failure> {
    let begun = Instant::now();
    let server = Server::start(database)?;
    let answer = server.client()?.get("/healthz")?;
    if answer.status != 200 {
        return Err(Failure::new(format!("/healthz answered {}", answer.status)));
    }
    Ok((server, begun.elapsed()))
}
