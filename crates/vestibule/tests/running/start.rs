//! How a server starts and stops when all is well.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::house::{House, said};

#[test]
fn the_first_lines_say_address_database_and_listening() {
    let server = House::new().serve(&[]);
    assert_eq!(server.first_lines.len(), 3, "{:?}", server.first_lines);
    assert!(server.first_lines[0].starts_with("address: http://127.0.0.1:"));
    assert!(
        !server.first_lines[0].ends_with(":0"),
        "the port that was taken"
    );
    assert_eq!(server.first_lines[1], "database: sqlite://vestibule.db");
    for path in ["/healthz", "/readyz"] {
        let (status, answer) = server.get(path);
        assert_eq!(status, 200, "{path}: {answer}\n{}", server.log());
    }
}

#[test]
fn an_empty_database_leads_to_the_set_up() {
    let house = House::new();
    let server = house.serve(&["serve"]);
    let line = server.next_line();
    let (_, link) = line.split_once("once): ").unwrap();
    let path = link
        .strip_prefix(&server.url)
        .expect("the link is on this server");
    let (status, page) = server.get(path);
    assert_eq!(status, 200, "{page}");
    server.organization();
    drop(server);

    let server = house.serve(&[]);
    assert_ne!(
        server.get(path).0,
        200,
        "a link that was used opens nothing"
    );
}

#[test]
fn flags_come_before_variables_and_variables_before_the_file() {
    let house =
        House::new().with_file("vestibule.toml", "database_url = \"sqlite://by-file.db\"\n");
    assert_eq!(
        house.serve(&[]).first_lines[1],
        "database: sqlite://by-file.db"
    );
    let house = house.with("VESTIBULE_DATABASE_URL", "sqlite://by-variable.db");
    assert_eq!(
        house.serve(&[]).first_lines[1],
        "database: sqlite://by-variable.db"
    );
    let server = house.serve(&["--database-url", "sqlite://by-flag.db"]);
    assert_eq!(server.first_lines[1], "database: sqlite://by-flag.db");
}

#[test]
fn sigterm_and_sigint_end_a_server_with_0() {
    for name in ["TERM", "INT"] {
        let mut server = House::new().serve(&[]);
        server.signal(name);
        assert_eq!(server.wait().code(), Some(0), "{name}: {}", server.log());
    }
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let mut server = House::new().serve(&[]);
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    let body = br#"{"email": "nobody@halden.example", "password": "whatever it may be"}"#;
    let head = format!(
        "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body[..10]).unwrap();
    // The server has the head now or gets it before it closes: either way the request is under way.
    assert_eq!(server.get("/healthz").0, 200);
    server.signal("TERM");
    stream.write_all(&body[10..]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert_eq!(server.wait().code(), Some(0));
}

/// An idle connection that a browser keeps must not hold up the end.
#[test]
fn a_kept_connection_does_not_hold_up_the_end() {
    let mut server = House::new().serve(&[]);
    let _kept = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    assert_eq!(server.get("/healthz").0, 200);
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn metrics_have_a_port_of_their_own_when_asked_for() {
    let server = House::new().serve(&[]);
    assert_eq!(server.get("/metrics").0, 200);
    let server = House::new()
        .with("VESTIBULE_METRICS_LISTEN", "127.0.0.1:0")
        .serve(&[]);
    assert_eq!(server.get("/metrics").0, 404);
}

/// Secrets and emails stand in no log, whatever the level.
#[test]
fn a_log_has_no_secret_in_it() {
    let house = House::new().with("VESTIBULE_LOG", "trace").with(
        "VESTIBULE_SMTP_URL",
        "smtp://ann:hunter2hunter2@127.0.0.1:1",
    );
    let server = house.serve(&[]);
    let organization = server.organization();
    let invited = server
        .post(
            &format!("/v1/organizations/{organization}/invitations"),
            &serde_json::json!({"email": "bea@halden.example", "role": "user"}),
        )
        .unwrap();
    assert_eq!(invited.0, 201, "{}", invited.1);
    let secrets = [
        crate::house::OPERATOR,
        crate::house::PASSWORD,
        "hunter2",
        "$argon2id",
    ];
    let key = std::fs::read_to_string(house.path("vestibule.db.key")).unwrap();
    server.signal("TERM");
    let log = server.log();
    for secret in secrets.into_iter().chain([key.trim()]) {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}

/// Logs often lie on the disk of the database, which can be full: what was asked is answered.
#[cfg(target_os = "linux")]
#[test]
fn a_log_that_cannot_be_written_leaves_no_request_without_an_answer() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let house = House::new()
        .with_file("log", "")
        .with("VESTIBULE_LOG", "info");
    let mut server = house.serve_logging_to(full.unwrap(), &[]);
    assert_eq!(server.get("/healthz").0, 200);
    let organization = server.organization();
    let path = format!("/v1/organizations/{organization}");
    assert_eq!(server.get(&path).0, 200);
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
}

/// What is in the database is personal, and with the key links can be made.
#[cfg(unix)]
#[test]
fn database_and_key_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let house = House::new();
    let _server = house.serve(&[]);
    for name in [
        "vestibule.db",
        "vestibule.db-wal",
        "vestibule.db-shm",
        "vestibule.db.key",
    ] {
        let file = std::fs::metadata(house.path(name)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn help_is_no_failure_and_names_the_exit_codes() {
    for arguments in [&["--help"][..], &["serve", "--help"]] {
        let output = House::new().run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(String::from_utf8_lossy(&output.stdout).contains("Exit codes:"));
    }
}
