//! The real binary, started on a free port with an empty database of its own.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    mem::ManuallyDrop,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::json;

#[cfg(any(feature = "postgres", feature = "postgres-bundled"))]
use super::postgres::Database;
use super::{
    call::Call,
    mailbox::{self, Mailbox},
};

/// What the operator of every server here sends as bearer.
pub(crate) const OPERATOR: &str = "the-operator-of-the-contract-checks-0123456789";

/// 32 bytes in base64.
const SECRET_KEY: &str = "Y29udHJhY3Qtc3VpdGUtc2VjcmV0LWtleS0zMmJ5dGU=";

/// A running server, and the mail server that it sends to.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) mailbox: &'static Mailbox,
    pub(crate) agent: ureq::Agent,
    pub(crate) process: u32,
    log: PathBuf,
}

/// The server on SQLite that all checks of this process share.
pub(crate) fn sqlite() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start(&Settings::sqlite()));
    &SERVER
}

/// The server on PostgreSQL that all checks of this process share.
#[cfg(any(feature = "postgres", feature = "postgres-bundled"))]
pub(crate) fn postgres() -> &'static Server {
    static SERVER: LazyLock<Server> =
        LazyLock::new(|| Server::start(&Settings::postgres("contract")));
    &SERVER
}

/// Two servers on one PostgreSQL database of their own, and its URL.
///
/// No mail is looked for there: either server sends it, with links to itself.
#[cfg(any(feature = "postgres", feature = "postgres-bundled"))]
pub(crate) fn pair_on_postgres() -> ([&'static Server; 2], &'static str) {
    static PAIR: LazyLock<([Server; 2], String)> = LazyLock::new(|| {
        let settings = Settings::postgres("contract_pair");
        let database = |(name, _): &&(&str, String)| *name == "VESTIBULE_DATABASE_URL";
        let url = settings.variables.iter().find(database).unwrap().1.clone();
        ([(); 2].map(|()| Server::start(&settings)), url)
    });
    let ([one, other], url) = &*PAIR;
    ([one, other], url)
}

/// What a server is started with, beside what all have in common.
pub(crate) struct Settings {
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl Settings {
    /// A SQLite file in a new folder, mail by SMTP, no rate limits.
    pub(crate) fn sqlite() -> Self {
        let settings = Self::new();
        let file = settings.folder.join("contract.db");
        settings.with(
            "VESTIBULE_DATABASE_URL",
            format!("sqlite://{}", file.display()),
        )
    }

    /// A database of its own in the cluster that `VESTIBULE_TEST_POSTGRES_URL` names.
    #[cfg(any(feature = "postgres", feature = "postgres-bundled"))]
    fn postgres(name: &str) -> Self {
        let settings = Self::new();
        // The servers of these checks are there until the process ends, and so is what they use.
        let database = ManuallyDrop::new(Database::make(name));
        mailbox::shared().afterwards(&json!({"run": database.dropping()}));
        settings.with("VESTIBULE_DATABASE_URL", database.url.clone())
    }

    fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("vestibule-contract-")
            .tempdir()
            .unwrap()
            .keep();
        let mailbox = mailbox::shared();
        mailbox.afterwards(&json!({"remove": folder}));
        let variables = vec![
            ("VESTIBULE_LISTEN", "127.0.0.1:0".to_owned()),
            ("VESTIBULE_OPERATOR_KEY", OPERATOR.to_owned()),
            ("VESTIBULE_SECRET_KEY", SECRET_KEY.to_owned()),
            ("VESTIBULE_RATE_LIMITS", "off".to_owned()),
            (
                "VESTIBULE_SMTP_URL",
                format!("smtp://127.0.0.1:{}", mailbox.port),
            ),
            (
                "VESTIBULE_MAIL_FROM",
                "Vestibule <vestibule@contract.test>".to_owned(),
            ),
        ];
        Self { folder, variables }
    }

    /// The same with one setting more, or another value for one.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value));
        self
    }

    /// The same without one setting.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self
    }

    /// The command that starts the binary with these settings and none from outside.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("VESTIBULE_")) {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(&self.folder).stdin(Stdio::null());
        command
    }
}

impl Server {
    /// Starts the binary and waits until it says that it listens.
    pub(crate) fn start(settings: &Settings) -> Self {
        Self::started(settings).0
    }

    /// The same, with the process, for checks about how it ends.
    pub(crate) fn started(settings: &Settings) -> (Self, Child) {
        let log = settings.folder.join("log");
        let mut child = settings
            .command()
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        mailbox::shared().afterwards(&json!({"end": child.id()}));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        while !said.iter().any(|line: &String| line.contains("listening")) {
            match lines.next() {
                Some(line) => said.push(line.unwrap()),
                None => panic!(
                    "the server ended: {said:?}\n{}",
                    std::fs::read_to_string(&log).unwrap_or_default()
                ),
            }
        }
        thread::spawn(move || lines.for_each(drop));
        let server = Self {
            url: address(&said),
            mailbox: mailbox::shared(),
            agent: agent(),
            process: child.id(),
            log,
        };
        (server, child)
    }

    /// A number that no other caller in this process gets.
    pub(crate) fn number(&self) -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    /// An email that nobody has yet.
    pub(crate) fn email(&self) -> String {
        format!("person{}@people.example", self.number())
    }

    /// What the server wrote to its log so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub(crate) fn get(&'static self, path: impl Into<String>) -> Call {
        Call::new(self, "GET", path)
    }

    pub(crate) fn post(&'static self, path: impl Into<String>) -> Call {
        Call::new(self, "POST", path)
    }

    pub(crate) fn put(&'static self, path: impl Into<String>) -> Call {
        Call::new(self, "PUT", path)
    }

    pub(crate) fn patch(&'static self, path: impl Into<String>) -> Call {
        Call::new(self, "PATCH", path)
    }

    pub(crate) fn delete(&'static self, path: impl Into<String>) -> Call {
        Call::new(self, "DELETE", path)
    }
}

/// The address among the first lines that the binary prints, as a URL.
fn address(said: &[String]) -> String {
    let marker = "127.0.0.1:";
    let port = said.iter().find_map(|line| {
        let (_, rest) = line.split_once(marker)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u16>().ok().filter(|port| *port != 0)
    });
    let port = port.unwrap_or_else(|| panic!("no address in {said:?}"));
    format!("http://{marker}{port}")
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(60)))
        .max_idle_connections_per_host(8)
        .build()
        .new_agent()
}
