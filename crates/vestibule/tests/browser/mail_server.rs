//! A real SMTP server, which refuses whoever's address begins with `refused`.

use std::{
    env,
    io::{BufRead as _, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Mutex,
};

use serde_json::Value;

/// A running mail server; it ends with the test.
pub(super) struct MailServer {
    pub(super) port: u64,
    process: Child,
    arriving: Mutex<Lines<BufReader<ChildStdout>>>,
}

impl MailServer {
    /// Starts it on a free port.
    pub(super) fn start() -> Self {
        let python =
            env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".into());
        let mut process = Command::new(&python)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/contract/keeper.py"
            ))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("could not start `{python}` (python3 with aiosmtpd): {error}")
            });
        let mut arriving = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = arriving
            .next()
            .expect("the mail server says its port")
            .unwrap();
        let port = serde_json::from_str::<Value>(&first).unwrap()["port"]
            .as_u64()
            .unwrap();
        Self {
            port,
            process,
            arriving: Mutex::new(arriving),
        }
    }

    /// The text of the next mail that comes.
    pub(super) fn next_text(&self) -> String {
        let line = self.arriving.lock().unwrap().next().unwrap().unwrap();
        let mail: Value = serde_json::from_str(&line).unwrap();
        mail["text"].as_str().unwrap().to_owned()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
