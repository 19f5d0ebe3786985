//! Settings come from the right place, and wrong ones say which they are and where they stand.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use super::*;

/// Settings by flags, variables and a file.
fn sources(flags: &[(&'static str, &str)], variables: &[(&str, &str)], file: &str) -> Sources {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("vestibule.toml");
    fs::write(&path, file).unwrap();
    let flags: BTreeMap<_, _> = flags
        .iter()
        .map(|(name, text)| (*name, (*text).to_owned()))
        .collect();
    let variables = variables
        .iter()
        .map(|(name, text)| (OsString::from(name), OsString::from(text)));
    let path = Some(path.to_str().unwrap().to_owned());
    Sources::read(flags, path, variables).unwrap()
}

fn wrong(variables: &[(&str, &str)]) -> String {
    Settings::of(&sources(&[], variables, ""))
        .unwrap_err()
        .to_string()
}

#[test]
fn every_default_is_a_value() {
    let settings = Settings::of(&sources(&[], &[], "")).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database.to_string(), "sqlite://vestibule.db");
    assert_eq!(settings.rate_limits, Switch::On);
    assert_eq!(settings.session_lifetime, SessionLifetime::default());
    assert!(settings.relay.is_none() && settings.operator_key.is_none());
    LogSettings::of(&sources(&[], &[], "")).unwrap();
}

#[test]
fn proxies_and_origins_are_lists_and_empty_by_default() {
    let settings = Settings::of(&sources(&[], &[], "")).unwrap();
    assert_eq!(settings.trusted_proxies, TrustedProxies::default());
    assert_eq!(settings.allowed_origins, AllowedOrigins::default());
    let variables = [
        ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"),
        ("VESTIBULE_ALLOWED_ORIGINS", "https://app.example.com"),
    ];
    let settings = Settings::of(&sources(&[], &variables, "")).unwrap();
    assert_ne!(settings.trusted_proxies, TrustedProxies::default());
    assert_ne!(settings.allowed_origins, AllowedOrigins::default());
    let said = wrong(&[("VESTIBULE_TRUSTED_PROXIES", "proxy.example")]);
    assert!(
        said.contains("trusted_proxies") && said.contains("10.0.0.0/8"),
        "{said}"
    );
    let said = wrong(&[("VESTIBULE_ALLOWED_ORIGINS", "*")]);
    assert!(
        said.contains("allowed_origins") && said.contains("https://"),
        "{said}"
    );
}

#[test]
fn flags_come_before_variables_and_variables_before_the_file() {
    let file = "listen = \"127.0.0.1:3\"\nrate_limits = false\nsession_seconds = 60\n";
    let variables = [
        ("VESTIBULE_LISTEN", "127.0.0.1:2"),
        ("VESTIBULE_SESSION_IDLE_SECONDS", "30"),
    ];
    let listen = |sources: &Sources| Settings::of(sources).unwrap().listen.to_string();
    assert_eq!(
        listen(&sources(&[("listen", "127.0.0.1:1")], &variables, file)),
        "127.0.0.1:1"
    );
    assert_eq!(listen(&sources(&[], &variables, file)), "127.0.0.1:2");
    assert_eq!(listen(&sources(&[], &[], file)), "127.0.0.1:3");
    let settings = Settings::of(&sources(&[], &variables, file)).unwrap();
    assert_eq!(settings.rate_limits, Switch::Off);
    assert_eq!(settings.session_lifetime.absolute_seconds, 60);
    assert_eq!(settings.session_lifetime.idle_seconds, 30);
}

#[test]
fn an_empty_variable_is_one_that_is_not_set() {
    let settings = Settings::of(&sources(&[], &[("VESTIBULE_LISTEN", "")], "")).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
}

#[test]
fn a_wrong_value_says_which_setting_it_is_and_where_it_stands() {
    for (variable, value, words) in [
        (
            "VESTIBULE_LISTEN",
            "8080",
            "`listen` (from the variable `VESTIBULE_LISTEN`)",
        ),
        ("VESTIBULE_LISTEN", "127.0.0.1:99999", "65535"),
        ("VESTIBULE_LISTEN", "::1:8080", "brackets"),
        (
            "VESTIBULE_DATABASE_URL",
            "mysql://x",
            "`mysql` is no database we know",
        ),
        ("VESTIBULE_DATABASE_URL", "vestibule.db", "sqlite://"),
        (
            "VESTIBULE_DATABASE_URL",
            "sqlite:vestibule.db",
            "sqlite://vestibule.db",
        ),
        ("VESTIBULE_PUBLIC_URL", "ftp://x", "`public_url`"),
        (
            "VESTIBULE_PUBLIC_URL",
            "https://user:pass@x",
            "`public_url`",
        ),
        ("VESTIBULE_SECRET_KEY", "c2hvcnQ=", "32 bytes"),
        ("VESTIBULE_OPERATOR_KEY", "with spaces", "visible ASCII"),
        ("VESTIBULE_SMTP_URL", "https://x", "`https`"),
        ("VESTIBULE_RATE_LIMITS", "yes", "`on` or `off`"),
        ("VESTIBULE_SESSION_SECONDS", "0", "at least 1"),
        ("VESTIBULE_SESSION_IDLE_SECONDS", "-1", "at least 1"),
        ("VESTIBULE_METRICS_LISTEN", "x", "`metrics_listen`"),
    ] {
        let said = wrong(&[(variable, value)]);
        assert!(said.contains(words), "{variable}={value}: {said}");
        assert!(said.contains(variable), "{variable}={value}: {said}");
    }
    let said = wrong(&[
        ("VESTIBULE_SMTP_URL", "smtp://localhost"),
        ("VESTIBULE_MAIL_FROM", "nobody"),
    ]);
    assert!(said.contains("`mail_from`"), "{said}");
    let said = Settings::of(&sources(&[("listen", "x")], &[], ""))
        .unwrap_err()
        .to_string();
    assert!(said.contains("the flag `--listen`"), "{said}");
}

#[test]
fn a_wrong_file_says_what_is_wrong_in_it() {
    for (text, words) in [
        ("listen = ", "line 1"),
        ("listten = \"127.0.0.1:1\"", "`listten` is no setting"),
        ("listen = [1]", "`listen` is text or a whole number"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vestibule.toml");
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap().to_owned();
        let failure = Sources::read(BTreeMap::new(), Some(path), std::iter::empty()).unwrap_err();
        assert!(failure.to_string().contains(words), "{failure}");
    }
    let named = Some("/nowhere/vestibule.toml".to_owned());
    assert!(Sources::read(BTreeMap::new(), named, std::iter::empty()).is_err());
}

#[test]
fn a_secret_key_is_read_in_every_form_of_base64() {
    for text in [
        "+/+/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "-_-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "-_-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        assert!(key_of(text).is_ok(), "{text}");
    }
}

/// Whoever reads a log or an error learns no secret from it.
#[test]
fn secrets_are_not_shown() {
    let secrets = [
        (
            "VESTIBULE_OPERATOR_KEY",
            "operator-hunter2-operator-hunter2",
        ),
        ("VESTIBULE_SMTP_URL", "smtps://ann:hunter2@mail.example.com"),
        (
            "VESTIBULE_SECRET_KEY",
            "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnQ=",
        ),
    ];
    let shown = format!("{:?}", Settings::of(&sources(&[], &secrets, "")).unwrap());
    assert!(
        !shown.contains("hunter2") && !shown.contains("aHVudGVy"),
        "{shown}"
    );
    for (variable, value) in [
        ("VESTIBULE_SMTP_URL", "smtp://ann:hunter2@mail.example.com"),
        ("VESTIBULE_SECRET_KEY", "hunter2"),
    ] {
        let said = wrong(&[(variable, value)]);
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[cfg(feature = "postgres")]
#[test]
fn a_database_is_shown_without_its_password() {
    for (url, shown) in [
        ("postgres://ann:hunter2@db/house", "postgres://ann@db/house"),
        (
            "postgres://ann:hun@ter2@a:1,b:2/house?sslmode=require",
            "postgres://ann@a:1,b:2/house?sslmode=require",
        ),
        (
            "postgresql:///house?host=/run/pg&password=hunter2",
            "postgresql:///house?host=/run/pg",
        ),
        ("postgres://db/house", "postgres://db/house"),
    ] {
        let url: DatabaseUrl = url.parse().unwrap();
        assert_eq!(url.to_string(), shown);
        assert_eq!(format!("{url:?}"), shown);
    }
}

#[cfg(feature = "postgres")]
#[test]
fn postgres_needs_a_secret_key_and_says_how_to_make_one() {
    let said = wrong(&[("VESTIBULE_DATABASE_URL", "postgres:///house")]);
    assert!(said.contains("openssl rand -base64 32"), "{said}");
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_binary_without_postgres_says_so() {
    let said = wrong(&[("VESTIBULE_DATABASE_URL", "postgres:///house")]);
    assert!(said.contains("--features postgres"), "{said}");
}
