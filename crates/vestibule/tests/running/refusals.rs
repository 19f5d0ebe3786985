//! What keeps a server from starting: a sentence that says what to do, and an exit code.

use std::net::TcpListener;

use crate::house::{House, said};

/// Runs a server that must not start.
fn refused(house: &House, arguments: &[&str]) -> (i32, String) {
    let output = house.run(arguments);
    let words = said(&output);
    assert!(output.stdout.is_empty(), "{words}");
    assert_eq!(words.lines().count(), 1, "one sentence: {words}");
    (output.status.code().unwrap(), words)
}

#[test]
fn a_wrong_setting_ends_with_2_and_says_where_it_stands() {
    let (code, words) = refused(&House::new(), &["--listen", "8080"]);
    assert_eq!(code, 2);
    assert!(
        words.contains("`listen`") && words.contains("`--listen`"),
        "{words}"
    );

    let house = House::new().with("VESTIBULE_SMTP_URL", "http://x");
    let (code, words) = refused(&house, &[]);
    assert_eq!(code, 2);
    assert!(words.contains("`VESTIBULE_SMTP_URL`"), "{words}");

    let house = House::new().with_file("vestibule.toml", "rate_limits = \"maybe\"");
    let (code, words) = refused(&house, &[]);
    assert_eq!(code, 2);
    assert!(
        words.contains("`rate_limits`") && words.contains("`vestibule.toml`"),
        "{words}"
    );

    let house = House::new().with_file("vestibule.toml", "public = 1");
    assert_eq!(refused(&house, &[]).0, 2);
    assert_eq!(refused(&House::new(), &["--config", "other.toml"]).0, 2);
}

#[test]
fn an_unknown_flag_ends_with_2() {
    let output = House::new().run(&["serve", "--listn", "x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--listen"), "{}", said(&output));
}

#[test]
fn a_url_of_another_database_ends_with_2() {
    let (code, words) = refused(&House::new(), &["--database-url", "mysql://localhost/x"]);
    assert_eq!(code, 2);
    assert!(
        words.contains("`mysql`") && words.contains("postgres://"),
        "{words}"
    );
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_postgres_url_without_postgres_says_how_to_build_it() {
    let (code, words) = refused(&House::new(), &["--database-url", "postgres:///x"]);
    assert_eq!(code, 2);
    assert!(words.contains("--features postgres"), "{words}");
}

#[cfg(feature = "postgres")]
#[test]
fn an_unreachable_postgres_ends_with_3_and_shows_no_password() {
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let house = House::new().with("VESTIBULE_SECRET_KEY", key);
    let url = "postgres://ann:hunter2@127.0.0.1:1/x?connect_timeout=2";
    let (code, words) = refused(&house, &["--database-url", url]);
    assert_eq!(code, 3, "{words}");
    assert!(!words.contains("hunter2"), "{words}");
}

#[test]
fn a_port_in_use_ends_with_4() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, words) = refused(&House::new(), &["--listen", &address]);
    assert_eq!(code, 4);
    assert!(
        words.contains(&address) && words.contains("another program"),
        "{words}"
    );
}

#[test]
fn a_second_server_on_one_sqlite_file_ends_with_3_and_harms_nothing() {
    let house = House::new();
    let server = house.serve(&[]);
    let (code, words) = refused(&house, &[]);
    assert_eq!(code, 3, "{words}");
    assert!(words.contains("another server"), "{words}");
    assert_eq!(server.get("/readyz").0, 200);
}

#[test]
fn a_database_that_cannot_be_made_or_read_ends_with_3() {
    let house = House::new();
    std::fs::create_dir(house.path("folder")).unwrap();
    let house = house.with_file(
        "text.db",
        "this is a letter to a friend and no database, though it is long enough",
    );
    for url in [
        "sqlite://nowhere/x.db",
        "sqlite://folder",
        "sqlite://text.db",
    ] {
        let (code, words) = refused(&house, &["--database-url", url]);
        assert_eq!(code, 3, "{url}: {words}");
    }
}

/// Who started it as somebody else's file learns it at start, and not from the first change.
#[test]
fn a_database_that_cannot_be_written_ends_with_3() {
    let house = House::new();
    drop(house.serve(&[]));
    let file = house.path("vestibule.db");
    let mut permissions = std::fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).unwrap();
    // Root may write what nobody may.
    let may_write_all_the_same = std::fs::File::options().append(true).open(&file).is_ok();
    if may_write_all_the_same {
        return;
    }
    let (code, words) = refused(&house, &[]);
    assert_eq!(code, 3, "{words}");
    assert!(words.contains("read-only"), "{words}");
}
