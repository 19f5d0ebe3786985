//! The real binary in an empty folder of its own: started, listened to, asked, ended.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// What the operator of every server here sends as bearer.
pub(crate) const OPERATOR: &str = "operator-of-the-running-checks-0123456789";
/// 32 bytes in base64, for databases that several servers may share.
#[cfg(feature = "postgres")]
const SECRET_KEY: &str = "cnVubmluZy1jaGVja3Mtc2VjcmV0LWtleS0zMmJ5dGU=";
/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// An empty folder that commands run in.
#[derive(Debug)]
pub(crate) struct House {
    folder: Arc<TempDir>,
    variables: Vec<(String, String)>,
}

/// A server that listens.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    lines: Mutex<Receiver<String>>,
    /// What it said up to `listening`.
    pub(crate) first_lines: Vec<String>,
    pub(crate) url: String,
    agent: ureq::Agent,
    log: PathBuf,
    /// Stays for as long as the server runs.
    _folder: Arc<TempDir>,
}

impl House {
    /// A new one, where servers take a free port.
    pub(crate) fn new() -> Self {
        Self {
            folder: Arc::new(tempfile::tempdir().unwrap()),
            variables: Vec::new(),
        }
        .with("VESTIBULE_LISTEN", "127.0.0.1:0")
        .with("VESTIBULE_OPERATOR_KEY", OPERATOR)
    }

    /// With one variable more.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With that database, and the secret that every server on it must have.
    #[cfg(feature = "postgres")]
    pub(crate) fn over(self, database: &crate::postgres::Database) -> Self {
        self.with("VESTIBULE_DATABASE_URL", &database.url)
            .with("VESTIBULE_SECRET_KEY", SECRET_KEY)
    }

    /// With a file in the folder.
    pub(crate) fn with_file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The binary with these arguments, and no setting from outside.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("VESTIBULE_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs the binary to its end with something on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        let mut process = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = process.stdin.take().unwrap();
        // A command that fails before it reads closes the pipe; its exit code says so.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        process.wait_with_output().unwrap()
    }

    /// Starts a server and waits until it listens.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        let file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.path("log"))
            .unwrap();
        self.serve_logging_to(file, arguments)
    }

    /// Starts a server whose log goes to this file, and waits until it listens.
    pub(crate) fn serve_logging_to(&self, file: std::fs::File, arguments: &[&str]) -> Server {
        let log = self.path("log");
        let mut process = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut first_lines: Vec<String> = Vec::new();
        while first_lines.last().is_none_or(|line| line != "listening") {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) => first_lines.push(line),
                Err(error) => panic!("{error}: {first_lines:?}\n{}", read(&log)),
            }
        }
        let url = first_lines[0].strip_prefix("address: ").unwrap().to_owned();
        Server {
            process,
            lines: Mutex::new(lines),
            first_lines,
            url,
            agent: agent(),
            log,
            _folder: Arc::clone(&self.folder),
        }
    }
}

impl Server {
    /// The next line that it prints.
    pub(crate) fn next_line(&self) -> String {
        self.lines
            .lock()
            .unwrap()
            .recv_timeout(PATIENCE)
            .expect("the server prints a line")
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        read(&self.log)
    }

    /// Asks as the operator; status and body.
    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        let request = self.agent.get(format!("{}{path}", self.url));
        answer(
            request
                .header("authorization", format!("Bearer {OPERATOR}"))
                .call(),
        )
        .expect("the server answers")
    }

    /// Asks for a change as the operator; none when the server was gone before it answered.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        let request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {OPERATOR}"))
            .header("content-type", "application/json");
        answer(request.send(body.to_string()))
    }

    /// An organization of its own, by the operator.
    pub(crate) fn organization(&self) -> String {
        let body = serde_json::json!({
            "name": "Halden Group",
            "primary_admin": {"email": "owner@people.example", "name": "Olu Adeyemi", "password": PASSWORD},
        });
        let (status, made) = self.post("/v1/organizations", &body).unwrap();
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status()
            .unwrap();
        assert!(sent.success(), "kill -{name} {pid}");
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "the server does not end\n{}",
                self.log()
            );
            std::thread::yield_now();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A password that R-SES-1 takes.
pub(crate) const PASSWORD: &str = "copper violet anchor 1951";

/// What a command said on standard error.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a command printed.
pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn answer(got: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Option<(u16, Value)> {
    let mut response = got.ok()?;
    let status = response.status().as_u16();
    let mut text = String::new();
    response
        .body_mut()
        .as_reader()
        .read_to_string(&mut text)
        .ok()?;
    Some((
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    ))
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .build()
        .new_agent()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
