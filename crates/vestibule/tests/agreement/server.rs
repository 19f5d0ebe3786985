//! The real binary on a free port with an empty database, and one call to it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use ureq::http::Request;
use vestibule_domain::InvitationId;
use vestibule_domain::test_support::Progress;
use vestibule_storage::{InvitationTokens, SecretKey};

/// What the operator sends as bearer.
pub(crate) const OPERATOR: &str = "the-operator-of-the-agreement-0123456789";

/// 32 bytes, and the same in base64: who knows the key can make the links that mails carry.
const SECRET: [u8; 32] = *b"agreement-suite-secret-key-32byt";
const SECRET_BASE64: &str = "YWdyZWVtZW50LXN1aXRlLXNlY3JldC1rZXktMzJieXQ=";

/// A server that is ended when this is dropped.
pub(crate) struct Server {
    process: Child,
    url: String,
    agent: ureq::Agent,
    tokens: InvitationTokens,
    _folder: tempfile::TempDir,
}

/// What came back: a status, and JSON or nothing.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) body: Value,
}

impl Server {
    /// Starts the binary on a new SQLite file and waits until it listens.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("agreement.db").display());
        Self::over(folder, &url)
    }

    /// The same on a PostgreSQL database that is empty.
    #[cfg(feature = "postgres")]
    pub(crate) fn on_postgres(database: &crate::postgres::Database) -> Self {
        Self::over(tempfile::tempdir().unwrap(), &database.url)
    }

    fn over(folder: tempfile::TempDir, url: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("VESTIBULE_")) {
            command.env_remove(name);
        }
        let mut process = command
            .env("VESTIBULE_LISTEN", "127.0.0.1:0")
            .env("VESTIBULE_DATABASE_URL", url)
            .env("VESTIBULE_OPERATOR_KEY", OPERATOR)
            .env("VESTIBULE_SECRET_KEY", SECRET_BASE64)
            .env("VESTIBULE_RATE_LIMITS", "off")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut url = None;
        for line in lines.by_ref().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("address: ") {
                url = Some(address.to_owned());
            }
            if line == "listening" {
                break;
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            url: url.expect("the binary says its address"),
            agent: agent(),
            tokens: InvitationTokens::new(&SecretKey::new(SECRET)),
            _folder: folder,
        }
    }

    /// Asks, and reads the whole answer.
    pub(crate) fn call(
        &self,
        method: &str,
        path: &str,
        bearer: Option<&str>,
        if_match: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/v1{path}", self.url));
        if let Some(bearer) = bearer {
            request = request.header("Authorization", format!("Bearer {bearer}"));
        }
        if let Some(etag) = if_match {
            request = request.header("If-Match", etag);
        }
        let bytes = body.map(|body| body.to_string().into_bytes());
        if bytes.is_some() {
            request = request.header("Content-Type", "application/json");
        }
        let request = request.body(bytes.unwrap_or_default()).map_err(told)?;
        let mut answer = self.agent.run(request).map_err(told)?;
        let text = answer
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_vec()
            .map_err(told)?;
        let body = match text.as_slice() {
            [] => Value::Null,
            text => serde_json::from_slice(text).map_err(told)?,
        };
        let etag = answer
            .headers()
            .get("ETag")
            .and_then(|tag| tag.to_str().ok());
        Ok(Answer {
            status: answer.status().as_u16(),
            etag: etag.map(str::to_owned),
            body,
        })
    }

    /// The token of a link.
    pub(crate) fn token(&self, invitation: InvitationId, generation: u32) -> String {
        self.tokens.token(invitation, generation)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What is left of it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    /// What it says, if it is no refusal; otherwise the code.
    pub(crate) fn said(self) -> Result<Result<Value, String>, String> {
        match (self.status, self.body["code"].as_str()) {
            (200..=299, _) => Ok(Ok(self.body)),
            (400..=499, Some(code)) => Ok(Err(code.to_owned())),
            (status, _) => Err(format!("status {status}: {}", self.body)),
        }
    }
}

/// Says now and then how far a long run is.
pub(crate) fn said(progress: Progress) {
    if progress.done.is_multiple_of(50) {
        eprintln!("{} of {} stories", progress.done, progress.cases);
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .new_agent()
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}
