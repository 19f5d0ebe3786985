//! Starts the SMTP server of the tests and reads what it says; ended when dropped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(20);

/// A running SMTP server.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    said: Receiver<Value>,
    port: u16,
}

impl Server {
    /// Starts one; what can be asked of it stands in `server.py`.
    pub(crate) fn start(options: Value) -> Self {
        let python =
            std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or("/usr/bin/python3".to_owned());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/server.py");
        let mut process = Command::new(&python)
            .args([script, &options.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{python}: {error}"));
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (sender, said) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let first: Value = said
            .recv_timeout(PATIENCE)
            .expect("the SMTP server starts: is python3-aiosmtpd installed?");
        let port = u16::try_from(first["port"].as_u64().unwrap()).unwrap();
        Self {
            process,
            said,
            port,
        }
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Its URL, with `rest` after the port.
    pub(crate) fn url(&self, scheme: &str, rest: &str) -> String {
        format!("{scheme}://localhost:{}/{rest}", self.port).replace("/?", "?")
    }

    /// What it says next.
    pub(crate) fn next(&self) -> Value {
        self.said
            .recv_timeout(PATIENCE)
            .expect("the SMTP server got something")
    }

    /// Whether it has said nothing so far.
    pub(crate) fn is_quiet(&self) -> bool {
        matches!(
            self.said.recv_timeout(Duration::ZERO),
            Err(RecvTimeoutError::Timeout)
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
