//! The released binary as a server on a free port, with what the system counts of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::failure::Failure;

/// The operator's key of every server that is measured.
pub(crate) const OPERATOR: &str = "bench-operator-key-bench-operator-key";

/// Ticks of processor time a second, as Linux counts them for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running server; it ends with this.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
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
    pub(crate) fn start(database: &Path) -> Result<Self, Failure> {
        let mut process = Command::new(binary()?)
            .arg("serve")
            .env("VESTIBULE_LISTEN", "127.0.0.1:0")
            .env(
                "VESTIBULE_DATABASE_URL",
                format!("sqlite://{}", database.display()),
            )
            .env("VESTIBULE_OPERATOR_KEY", OPERATOR)
            .env("VESTIBULE_RATE_LIMITS", "off")
            .current_dir(database.parent().unwrap_or(Path::new(".")))
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
        Ok(Self { process, address })
    }

    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Client::connect(self.address, OPERATOR)
    }

    /// Processor time used so far, in seconds.
    pub(crate) fn processor_seconds(&self) -> Result<f64, Failure> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // The second field is a name in brackets, which may hold anything.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let ticks: Vec<f64> = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|ticks| ticks.parse().ok())
            .collect();
        Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
    }

    /// Memory held in RAM, in MiB.
    pub(crate) fn resident_mebibytes(&self) -> Result<f64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok())
            .map(|kibibytes| kibibytes / 1024.0)
            .ok_or_else(|| Failure::new("the system does not tell resident memory"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts, asks until there is a first answer, and tells how long that took.
pub(crate) fn cold_start(database: &Path) -> Result<(Server, Duration), Failure> {
    let begun = Instant::now();
    let server = Server::start(database)?;
    let answer = server.client()?.get("/healthz")?;
    if answer.status != 200 {
        return Err(Failure::new(format!("/healthz answered {}", answer.status)));
    }
    Ok((server, begun.elapsed()))
}
