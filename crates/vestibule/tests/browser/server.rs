//! The real binary on a free port, with an empty database and the local mailbox.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::mail_server::MailServer;
#[cfg(feature = "postgres")]
use super::postgres::Database;

/// What the operator of every server here sends as bearer.
const OPERATOR: &str = "operator-of-the-browser-checks-0123456789";
/// 32 bytes in base64.
const SECRET_KEY: &str = "Y29udHJhY3Qtc3VpdGUtc2VjcmV0LWtleS0zMmJ5dGU=";
/// The password of everybody who does not choose their own.
pub(super) const PASSWORD: &str = "copper lantern over quiet water";
/// A sign-in older than 15 minutes is not fresh (R-SES-4).
const OLD_SECONDS: u32 = 16 * 60;

/// A running server; it ends with the test.
pub(super) struct Server {
    /// What its addresses begin with.
    pub(super) url: String,
    /// The one-time link of an empty database.
    pub(super) set_up: String,
    /// Where mails go, if not into the local mailbox.
    pub(super) mail_server: Option<MailServer>,
    process: Child,
    database: String,
    /// Dropped when the process has ended.
    #[cfg(feature = "postgres")]
    postgres: Option<Database>,
    _folder: TempDir,
}

/// An organization that was made without a browser.
pub(super) struct House<'a> {
    server: &'a Server,
    pub(super) id: String,
}

impl Server {
    /// Starts it on SQLite, with the local mailbox.
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("story.db").display());
        Self::over(folder, database, None)
    }

    /// Starts it on SQLite, with a mail server.
    pub(super) fn with_mail_server() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("story.db").display());
        Self::over(folder, database, Some(MailServer::start()))
    }

    /// Starts it on a database of its own in the cluster that `VESTIBULE_TEST_POSTGRES_URL` names.
    #[cfg(feature = "postgres")]
    pub(super) fn on_postgres() -> Self {
        let database = Database::make("browser");
        let url = database.url.clone();
        let mut server = Self::over(tempfile::tempdir().unwrap(), url, None);
        server.postgres = Some(database);
        server
    }

    /// Starts it and waits until it says that it listens and where it is set up.
    fn over(folder: TempDir, database: String, mail_server: Option<MailServer>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        command
            .arg("serve")
            .current_dir(folder.path())
            .env("VESTIBULE_LISTEN", "127.0.0.1:0")
            .env("VESTIBULE_DATABASE_URL", &database)
            .env("VESTIBULE_SECRET_KEY", SECRET_KEY)
            .env("VESTIBULE_OPERATOR_KEY", OPERATOR)
            .env("VESTIBULE_RATE_LIMITS", "off")
            .stdout(Stdio::piped());
        if let Some(mail_server) = &mail_server {
            command.env(
                "VESTIBULE_SMTP_URL",
                format!("smtp://127.0.0.1:{}", mail_server.port),
            );
            command.env(
                "VESTIBULE_MAIL_FROM",
                "Vestibule <vestibule@halden.example>",
            );
        }
        let mut process = command.spawn().unwrap();
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
            mail_server,
            process,
            database,
            #[cfg(feature = "postgres")]
            postgres: None,
            _folder: folder,
        }
    }

    /// An organization whose Primary Admin has that email.
    pub(super) fn house(&self, name: &str, owner: &str, owner_name: &str) -> House<'_> {
        let body = json!({
            "name": name,
            "primary_admin": {"email": owner, "name": owner_name, "password": PASSWORD},
        });
        let made = self.ask("POST", "/v1/organizations", &body);
        House {
            server: self,
            id: made["id"].as_str().unwrap().to_owned(),
        }
    }

    /// Has every sign-in been made longer ago than what counts as fresh.
    pub(super) fn make_sign_ins_old(&self) {
        let python =
            std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".into());
        let aged = Command::new(python)
            .args(["-c", "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], 30); \
                          db.execute('update sessions set created_at = created_at - ?', (int(sys.argv[2]),)); db.commit()"])
            .arg(self.database.trim_start_matches("sqlite://"))
            .arg(format!("{OLD_SECONDS}000000"))
            .status()
            .unwrap();
        assert!(aged.success());
    }

    /// Asks the API as the operator.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {OPERATOR}"))
            .header("content-type", "application/json")
            .body(body.to_string())
            .unwrap();
        let mut answer =
            ureq::run(request).unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let text = answer.body_mut().read_to_string().unwrap();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn page(&self, path: &str) -> String {
        let mut answer = ureq::get(format!("{}{path}", self.url)).call().unwrap();
        answer.body_mut().read_to_string().unwrap()
    }
}

impl House<'_> {
    /// The address of one of its pages.
    pub(super) fn page(&self, rest: &str) -> String {
        format!("{}/organizations/{}{rest}", self.server.url, self.id)
    }

    /// Makes an entity and gives its id.
    pub(super) fn entity(&self, name: &str) -> String {
        let entity = self.ask("/entities", &json!({"name": name}));
        entity["id"].as_str().unwrap().to_owned()
    }

    /// Invites somebody, and gives the id of their user.
    pub(super) fn invite(&self, email: &str, role: &str) -> String {
        let invitation = self.ask("/invitations", &json!({"email": email, "role": role}));
        invitation["user_id"].as_str().unwrap().to_owned()
    }

    /// Invites many.
    pub(super) fn invite_all(&self, invitations: &[Value]) {
        self.ask("/invitations/batch", &json!({"invitations": invitations}));
    }

    /// Invites somebody, has them accept under that name, and gives the id of their user.
    pub(super) fn join(&self, email: &str, name: &str, role: &str) -> String {
        let user = self.invite(email, role);
        let mails = self.server.page("/mailbox");
        let mail = between(&mails, "href=\"/mailbox/", '"');
        let mail = self.server.page(&format!("/mailbox/{mail}"));
        let token = between(&mail, "/invitations/", '"');
        let acceptance = json!({"name": name, "password": PASSWORD});
        let path = format!("/v1/invitations/{token}/accept");
        self.server.ask("POST", &path, &acceptance);
        user
    }

    /// Makes a user a member of an entity.
    pub(super) fn admit(&self, entity: &str, user: &str, role: &str) {
        let path = format!(
            "/v1/organizations/{}/entities/{entity}/members/{user}",
            self.id
        );
        self.server.ask("PUT", &path, &json!({"role": role}));
    }

    fn ask(&self, path: &str, body: &Value) -> Value {
        let path = format!("/v1/organizations/{}{path}", self.id);
        self.server.ask("POST", &path, body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn between<'a>(text: &'a str, before: &str, after: char) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}
