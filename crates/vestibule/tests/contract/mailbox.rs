//! A real SMTP server for a run of checks, and the mails that it received.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::{Arc, Condvar, LazyLock, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// How long a mail may take from its request to its arrival.
const PATIENCE: Duration = Duration::from_secs(20);

/// The SMTP server and all that arrived there.
pub(crate) struct Mailbox {
    pub(crate) port: u64,
    process: Mutex<Child>,
    arrived: Arc<(Mutex<Vec<Mail>>, Condvar)>,
}

/// The one that all servers of this process send to.
pub(crate) fn shared() -> &'static Mailbox {
    static MAILBOX: LazyLock<Mailbox> = LazyLock::new(Mailbox::start);
    &MAILBOX
}

/// One mail, decoded.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) header_to: String,
    pub(crate) header_from: String,
    pub(crate) subject: String,
    pub(crate) message_id: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Mailbox {
    /// Starts the server on a free port of the loopback address.
    fn start() -> Self {
        let python =
            std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".into());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/keeper.py");
        let mut child = Command::new(&python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("could not start `{python}` (python3 with aiosmtpd): {error}")
            });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines
            .next()
            .expect("the mail server says its port: is python3-aiosmtpd installed?")
            .unwrap();
        let port = serde_json::from_str::<Value>(&first).unwrap()["port"]
            .as_u64()
            .unwrap();

        let arrived = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
        let sink = Arc::clone(&arrived);
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mail = Mail::read(&serde_json::from_str(&line).unwrap());
                sink.0.lock().unwrap().push(mail);
                sink.1.notify_all();
            }
        });
        Self {
            port,
            process: Mutex::new(child),
            arrived,
        }
    }

    /// Has something done when this process has ended: `{"end": pid}`, `{"run": [..]}` or `{"remove": folder}`.
    pub(crate) fn afterwards(&self, task: &Value) {
        let mut process = self.process.lock().unwrap();
        let keeper = process.stdin.as_mut().unwrap();
        writeln!(keeper, "{task}").unwrap();
        keeper.flush().unwrap();
    }

    /// Waits until `count` mails have come for `email` and gives the last of them.
    #[track_caller]
    pub(crate) fn nth_to(&self, email: &str, count: usize) -> Mail {
        let until = Instant::now() + PATIENCE;
        let mut mails = self.arrived.0.lock().unwrap();
        loop {
            if let Some(mail) = mails.iter().filter(|mail| mail.to == email).nth(count - 1) {
                return mail.clone();
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // Whoever waits after this one must find the lock whole.
                drop(mails);
                panic!("mail number {count} to {email} did not come");
            }
            mails = self.arrived.1.wait_timeout(mails, left).unwrap().0;
        }
    }

    /// Waits for the first mail to `email`.
    #[track_caller]
    pub(crate) fn first_to(&self, email: &str) -> Mail {
        self.nth_to(email, 1)
    }

    /// How many mails have come for `email` so far.
    pub(crate) fn count_to(&self, email: &str) -> usize {
        self.arrived
            .0
            .lock()
            .unwrap()
            .iter()
            .filter(|mail| mail.to == email)
            .count()
    }
}

impl Mail {
    fn read(value: &Value) -> Self {
        let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
        Self {
            to: value["to"][0].as_str().unwrap().to_owned(),
            header_to: text("header_to"),
            header_from: text("header_from"),
            subject: text("subject"),
            message_id: text("message_id"),
            text: text("text"),
            html: text("html"),
        }
    }

    /// The token of the link that begins with `prefix` in the mail's text.
    #[track_caller]
    pub(crate) fn token_after(&self, prefix: &str) -> String {
        let (_, rest) = self
            .text
            .split_once(prefix)
            .unwrap_or_else(|| panic!("no link `{prefix}` in the mail:\n{}", self.text));
        let token: String = rest
            .chars()
            .take_while(|c| !c.is_whitespace() && !"<>\")".contains(*c))
            .collect();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        assert!(
            !token.is_empty() && token.chars().all(plain),
            "`{token}` is not URL-safe without escaping"
        );
        token
    }
}
