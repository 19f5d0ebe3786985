//! Every setting there is: its name, where it may stand, its default and what it does.

/// One setting; in `vestibule.toml` it stands under its name.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its name in `vestibule.toml`.
    pub(crate) name: &'static str,
    /// Its variable.
    pub(crate) variable: &'static str,
    /// Its flag without the dashes; none for secrets, which a list of processes would show.
    pub(crate) flag: Option<&'static str>,
    /// What a value looks like.
    pub(crate) value: &'static str,
    /// The default, as people read it.
    pub(crate) default: &'static str,
    /// What it does.
    pub(crate) help: &'static str,
}

macro_rules! settings {
    ($($constant:ident: $name:literal, $variable:literal, $flag:expr, $value:literal, $default:literal, $help:literal;)*) => {
        $(
            pub(crate) const $constant: Setting = Setting {
                name: $name,
                variable: $variable,
                flag: $flag,
                value: $value,
                default: $default,
                help: $help,
            };
        )*

        /// All of them, in the order of `--help`.
        pub(crate) const ALL: &[&Setting] = &[$(&$constant),*];
    };
}

settings! {
    LISTEN: "listen", "VESTIBULE_LISTEN", Some("listen"), "ADDRESS", "127.0.0.1:8080",
        "Where to listen. Port 0 takes a free port and prints it";
    DATABASE_URL: "database_url", "VESTIBULE_DATABASE_URL", Some("database-url"), "URL", "sqlite://vestibule.db",
        "The database, created and brought up to date at start: sqlite://FILE, or postgres://... in a build with PostgreSQL";
    PUBLIC_URL: "public_url", "VESTIBULE_PUBLIC_URL", Some("public-url"), "URL", "from the listen address",
        "Where people reach this server: what links in mails begin with";
    SECRET_KEY: "secret_key", "VESTIBULE_SECRET_KEY", None, "BASE64", "a file beside the SQLite database, made at first start",
        "32 random bytes in base64 that links in mails are made with. Required for PostgreSQL, the same on every server: openssl rand -base64 32";
    OPERATOR_KEY: "operator_key", "VESTIBULE_OPERATOR_KEY", None, "TEXT", "none",
        "With it set, `Authorization: Bearer <it>` is the operator over HTTP; 32 random characters are good";
    SMTP_URL: "smtp_url", "VESTIBULE_SMTP_URL", None, "URL", "none: mails go to the local mailbox",
        "The mail server: smtps://USER:PASSWORD@HOST, or smtp://... with ?tls=required or ?tls=opportunistic for STARTTLS";
    MAIL_FROM: "mail_from", "VESTIBULE_MAIL_FROM", Some("mail-from"), "ADDRESS", "vestibule@<host of the public URL>",
        "Who mails are from, such as Vestibule <vestibule@example.com>";
    SMTP_CA_FILE: "smtp_ca_file", "VESTIBULE_SMTP_CA_FILE", Some("smtp-ca-file"), "FILE", "none",
        "Certificates (PEM) to trust for the mail server beside the system's own";
    RATE_LIMITS: "rate_limits", "VESTIBULE_RATE_LIMITS", Some("rate-limits"), "on|off", "on",
        "Whether tries to sign in, to reset and to accept are limited. `off` is for tests and scanners on loopback";
    SESSION_IDLE_SECONDS: "session_idle_seconds", "VESTIBULE_SESSION_IDLE_SECONDS", Some("session-idle-seconds"), "SECONDS", "604800",
        "A sign-in ends when it was not used for so long (7 days)";
    SESSION_SECONDS: "session_seconds", "VESTIBULE_SESSION_SECONDS", Some("session-seconds"), "SECONDS", "2592000",
        "A sign-in ends so long after it was made, used or not (30 days)";
    METRICS_LISTEN: "metrics_listen", "VESTIBULE_METRICS_LISTEN", Some("metrics-listen"), "ADDRESS", "none: /metrics is answered on the listen address",
        "Where /metrics is answered instead, on a port of its own";
    TRUSTED_PROXIES: "trusted_proxies", "VESTIBULE_TRUSTED_PROXIES", Some("trusted-proxies"), "NETWORKS", "none",
        "The proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8, 192.0.2.7. Without it, every address is the connection's own";
    ALLOWED_ORIGINS: "allowed_origins", "VESTIBULE_ALLOWED_ORIGINS", Some("allowed-origins"), "ORIGINS", "none",
        "Other sites whose pages may call the API with a token (CORS), such as https://app.example.com";
    LOG: "log", "VESTIBULE_LOG", Some("log"), "FILTER", "warn",
        "What is logged to standard error: error, warn, info (each request, too), debug or trace, or a filter such as warn,vestibule_delivery=debug";
    LOG_FORMAT: "log_format", "VESTIBULE_LOG_FORMAT", Some("log-format"), "text|json", "text",
        "How it is logged";
}

/// The variable that names the settings file.
pub(crate) const FILE_VARIABLE: &str = "VESTIBULE_CONFIG";
/// The settings file when nothing names one; it need not be there.
pub(crate) const FILE_DEFAULT: &str = "vestibule.toml";
