//! The binary itself: how it starts, what it refuses to start with, and how it ends.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::json;

use super::{
    organization::PASSWORD,
    server::{OPERATOR, Server, Settings},
};

/// R-SES-2: over https the cookie is for this host alone.
#[test]
fn the_cookie_is_secure_when_the_public_url_is_https() {
    let settings = Settings::sqlite().with(
        "VESTIBULE_PUBLIC_URL",
        "https://people.contract.test".into(),
    );
    let server: &'static Server = Box::leak(Box::new(Server::start(&settings)));
    let email = server.email();
    let person = json!({"email": email, "name": "Petra Prime", "password": PASSWORD});
    server
        .post("/v1/organizations")
        .by(OPERATOR)
        .json(&json!({"name": "Acme", "primary_admin": person}))
        .ok(201);
    let (value, attributes) = server
        .signed_in(&email, PASSWORD)
        .cookie("__Host-vestibule_session");
    for attribute in ["secure", "httponly", "samesite=lax", "path=/"] {
        assert!(
            attributes.iter().any(|found| found == attribute),
            "{attribute} is not in {attributes:?}"
        );
    }
    assert!(!attributes.iter().any(|found| found.starts_with("domain")));
    server
        .get("/v1/me")
        .header("Cookie", &format!("__Host-vestibule_session={value}"))
        .ok(200);
    server
        .get("/v1/me")
        .header("Cookie", &format!("vestibule_session={value}"))
        .send()
        .refused("https://people.contract.test", 401, "not_signed_in");
    // Links are made from the public URL, wherever the server listens (lesson 25).
    assert_eq!(
        server
            .post("/v1/password-resets")
            .json(&json!({"email": email}))
            .send()
            .status,
        202
    );
    server
        .mailbox
        .first_to(&email)
        .token_after("https://people.contract.test/password-resets/");
}

/// R-SES-3: rate-limited by address and by account, and it says when to come back.
#[test]
fn failed_sign_ins_are_limited_and_told_when_to_come_back() {
    let settings = Settings::sqlite().with("VESTIBULE_RATE_LIMITS", "on".into());
    let server: &'static Server = Box::leak(Box::new(Server::start(&settings)));
    let email = server.email();
    for _ in 0..200 {
        let answer = server.signed_in(&email, "plum-Kettle-47-orbit-Dane");
        if answer.status == 429 {
            answer.refused(&server.url, 429, "rate_limited");
            return;
        }
        answer.refused(&server.url, 401, "wrong_credentials");
    }
    panic!("two hundred wrong passwords, and no limit");
}

/// Without an operator key nobody is the operator.
#[test]
fn nobody_is_the_operator_of_a_server_without_an_operator_key() {
    let settings = Settings::sqlite().without("VESTIBULE_OPERATOR_KEY");
    let server: &'static Server = Box::leak(Box::new(Server::start(&settings)));
    for bearer in [OPERATOR, "", " "] {
        server
            .post("/v1/organizations")
            .by(bearer)
            .json(&json!({"name": "Acme"}))
            .refused(401, "not_signed_in");
    }
}

/// A typing error must not make an empty file.
#[test]
fn another_database_scheme_is_an_error_at_start() {
    for url in [
        "mysql://localhost/vestibule",
        "postgre://localhost/vestibule",
        "nonsense",
    ] {
        let output = Settings::sqlite()
            .with("VESTIBULE_DATABASE_URL", url.into())
            .command()
            .output()
            .unwrap();
        assert!(!output.status.success(), "{url}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains("database") && !said.contains("panicked"),
            "{url}: {said}"
        );
    }
}

/// Each setting that cannot be read is named.
#[test]
fn a_bad_setting_is_named_at_start() {
    let bad = [
        ("VESTIBULE_LISTEN", "nowhere"),
        ("VESTIBULE_PUBLIC_URL", "not a url"),
        ("VESTIBULE_SECRET_KEY", "too-short"),
        ("VESTIBULE_RATE_LIMITS", "sometimes"),
        ("VESTIBULE_SMTP_URL", "http://mail.example"),
    ];
    for (name, value) in bad {
        let output = Settings::sqlite()
            .with(name, value.into())
            .command()
            .output()
            .unwrap();
        assert!(!output.status.success(), "{name}");
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        let word = name.trim_start_matches("VESTIBULE_").to_lowercase();
        assert!(
            said.contains(&word) || said.contains(&word.replace('_', "-")),
            "{name}: {said}"
        );
    }
}

/// The second says so and ends.
#[test]
fn two_servers_do_not_share_one_sqlite_file() {
    let settings = Settings::sqlite();
    let server = Server::start(&settings);
    let output = settings.command().output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked") && said.len() > 10, "{said}");
    assert!(server.process > 0);
}

/// SIGTERM drains and ends with 0; what was acknowledged is there again.
#[test]
fn a_server_ends_cleanly_and_finds_everything_again() {
    let settings = Settings::sqlite();
    let (first, mut process) = Server::started(&settings);
    let first: &'static Server = Box::leak(Box::new(first));
    let acme = first.organization();
    let room = acme.entity("Room");
    let kill = Command::new("kill")
        .args(["-TERM", &first.process.to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    assert_eq!(process.wait().unwrap().code(), Some(0));
    let second: &'static Server = Box::leak(Box::new(Server::start(&settings)));
    let entity = second
        .get(format!("/v1/organizations/{}/entities/{room}", acme.id))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(entity["name"], "Room");
}

/// The mailbox is for a server without a mail server.
#[test]
fn the_local_mailbox_is_there_without_smtp_settings_only() {
    let with_smtp: &'static Server = Box::leak(Box::new(Server::start(&Settings::sqlite())));
    assert_eq!(with_smtp.get("/mailbox").send().status, 404);
    let local = Settings::sqlite()
        .without("VESTIBULE_SMTP_URL")
        .without("VESTIBULE_MAIL_FROM");
    let local: &'static Server = Box::leak(Box::new(Server::start(&local)));
    assert_eq!(local.get("/mailbox").send().status, 200);
    let public = Settings::sqlite()
        .without("VESTIBULE_SMTP_URL")
        .without("VESTIBULE_MAIL_FROM")
        .with(
            "VESTIBULE_PUBLIC_URL",
            "https://people.contract.test".into(),
        );
    let public: &'static Server = Box::leak(Box::new(Server::start(&public)));
    assert_eq!(public.get("/mailbox").send().status, 404);
}

/// `organization create` does the same as the operator over HTTP.
#[test]
fn an_organization_can_be_made_from_the_command_line() {
    let settings = Settings::sqlite();
    let server: &'static Server = Box::leak(Box::new(Server::start(&settings)));
    let email = server.email();
    // The command works on the database beside which no server runs.
    let elsewhere = Settings::sqlite();
    let mut child = elsewhere
        .command()
        .args([
            "organization",
            "create",
            "--name",
            "Acme",
            "--email",
            &email,
            "--primary-admin-name",
            "Petra Prime",
            "--password-stdin",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(PASSWORD.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let made: &'static Server = Box::leak(Box::new(Server::start(&elsewhere)));
    let session = made.signed_in(&email, PASSWORD).ok(201);
    assert_eq!(session["organizations"][0]["role"], "primary_admin");
    server
        .signed_in(&email, PASSWORD)
        .refused(&server.url, 401, "wrong_credentials");
}

/// Logs are read by more people than the database.
#[test]
fn no_secret_reaches_the_log() {
    let server: &'static Server = Box::leak(Box::new(Server::start(
        &Settings::sqlite().with("VESTIBULE_LOG", "debug".into()),
    )));
    let acme = server.organization();
    let ivy = acme.invited();
    let token = server.invitation_token(&ivy.email, 1);
    let ann = acme.accept(&ivy, "Ann Accepted");
    let (_, secret) = acme.key("auditor");
    acme.get("").by(&secret).ok(200);
    assert_eq!(
        server
            .post("/v1/password-resets")
            .json(&json!({"email": ann.email}))
            .send()
            .status,
        202
    );
    let reset = server
        .mailbox
        .nth_to(&ann.email, 2)
        .token_after(&format!("{}/password-resets/", server.url));
    server
        .post(format!("/v1/password-resets/{reset}"))
        .json(&json!({"password": "Walnut tram 9 under glass"}))
        .done();
    let log = server.log();
    assert!(log.len() > 50, "it logs at all: {log}");
    for secret in [
        PASSWORD,
        "Walnut tram",
        OPERATOR,
        &token,
        &reset,
        &secret,
        &ann.token,
        &acme.primary.token,
    ] {
        assert!(!log.contains(secret), "`{secret}` is in the log");
    }
}
