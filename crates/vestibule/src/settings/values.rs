//! What values of settings look like: each reads its text and says what is wrong with it.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::str::FromStr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::Url;
use vestibule_storage::SecretKey;

/// Padding may be there or not.
const PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
/// Both alphabets of RFC 4648: what `openssl rand -base64 32` prints, and what is safe in a URL.
const ENCODINGS: [GeneralPurpose; 2] = [
    GeneralPurpose::new(&alphabet::STANDARD, PADDING),
    GeneralPurpose::new(&alphabet::URL_SAFE, PADDING),
];

/// A host and a port to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    host: String,
    port: u16,
}

/// The URL of a database; what is shown of it has no password.
#[derive(Clone)]
pub(crate) struct DatabaseUrl(String);

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// It is done.
    On,
    /// It is left out.
    Off,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For collectors.
    Json,
}

/// What is logged, checked to be a filter.
#[derive(Debug)]
pub(crate) struct LogFilter(pub(crate) String);

/// A span in seconds, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) u32);

impl Address {
    /// The addresses it stands for, a name by the system's own lookup.
    ///
    /// # Errors
    /// When the name is not known.
    pub(crate) fn resolve(&self) -> std::io::Result<Vec<SocketAddr>> {
        Ok((self.host.as_str(), self.port).to_socket_addrs()?.collect())
    }

    /// What people on this machine would type; for an address that means all, this machine.
    pub(crate) fn url(&self) -> Option<Url> {
        let host = match self.host.as_str() {
            "0.0.0.0" | "::" => "localhost",
            other => other,
        };
        let bracketed = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        Url::parse(&format!("http://{bracketed}:{}", self.port)).ok()
    }

    /// The same with the port that was taken.
    pub(crate) fn with_port(&self, port: u16) -> Self {
        Self {
            host: self.host.clone(),
            port,
        }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || "an address is a host and a port, like `127.0.0.1:8080`".to_owned();
        let (host, port) = text.trim().rsplit_once(':').ok_or_else(invalid)?;
        let port = port
            .parse()
            .map_err(|_| "a port is a number from 0 to 65535, as in `127.0.0.1:8080`".to_owned())?;
        let host = match host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
        {
            Some(inside) => inside,
            None if host.contains(':') => {
                return Err("an IPv6 address stands in brackets, like `[::1]:8080`".to_owned());
            }
            None => host,
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(invalid());
        }
        let host = host.to_owned();
        Ok(Self { host, port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl DatabaseUrl {
    /// The URL as it was set, password and all.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// The file, when it is a SQLite database.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.0.strip_prefix("sqlite://").map(Path::new)
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text
            .split_once(':')
            .ok_or("a database is `sqlite://FILE` or `postgres://USER@HOST/NAME`")?;
        match scheme {
            "sqlite" if rest.strip_prefix("//").is_some_and(|path| !path.is_empty()) => {}
            "sqlite" => {
                return Err(
                    "a SQLite database is `sqlite://vestibule.db` or `sqlite:///full/path.db`"
                        .to_owned(),
                );
            }
            "postgres" | "postgresql" if cfg!(feature = "postgres") => {}
            "postgres" | "postgresql" => {
                return Err(
                    "this binary was built without PostgreSQL: build it with `--features postgres`"
                        .to_owned(),
                );
            }
            other => {
                return Err(format!(
                    "`{other}` is no database we know: use `sqlite://FILE` or `postgres://USER@HOST/NAME`"
                ));
            }
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for DatabaseUrl {
    /// Leaves out the password, wherever in the URL it stands.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file().is_some() {
            return f.write_str(&self.0);
        }
        // libpq takes several hosts in one URL, which the `url` crate does not: cut it by hand.
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("postgres", ""));
        let (rest, parameters) = match rest.split_once('?') {
            Some((rest, parameters)) => (rest, Some(parameters)),
            None => (rest, None),
        };
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (user.split(':').next(), place),
            None => (None, rest),
        };
        write!(f, "{scheme}://")?;
        if let Some(user) = user {
            write!(f, "{user}@")?;
        }
        f.write_str(place)?;
        let shown = parameters.into_iter().flat_map(|all| all.split('&'));
        let shown: Vec<_> = shown.filter(|one| !one.contains("pass")).collect();
        if !shown.is_empty() {
            write!(f, "?{}", shown.join("&"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Switch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err("it is `on` or `off`".to_owned()),
        }
    }
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("it is `text` or `json`".to_owned()),
        }
    }
}

impl FromStr for LogFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match tracing_subscriber::EnvFilter::try_new(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(format!(
                "it is `info` or `info,vestibule_web=debug`: {error}"
            )),
        }
    }
}

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(0) | Err(_) => Err("it is a whole number of seconds, at least 1".to_owned()),
            Ok(seconds) => Ok(Self(seconds)),
        }
    }
}

/// Reads a public URL: a scheme, a host, perhaps a port and a path.
pub(crate) fn public_url(text: &str) -> Result<Url, String> {
    let invalid =
        "a public URL is `https://HOST` or `http://HOST:PORT`, without a password, `?` or `#`";
    let url = Url::parse(text.trim()).map_err(|_| invalid)?;
    let bare = url.username().is_empty() && url.password().is_none();
    let whole = url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || !bare || !whole || !url.has_host() {
        return Err(invalid.to_owned());
    }
    Ok(url)
}

/// Reads 32 bytes in base64.
pub(crate) fn key_of(text: &str) -> Result<SecretKey, String> {
    let bytes = ENCODINGS
        .iter()
        .find_map(|encoding| encoding.decode(text.trim()).ok())
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    match bytes {
        Some(bytes) => Ok(SecretKey::new(bytes)),
        None => Err(
            "a secret key is 32 bytes in base64: make one with `openssl rand -base64 32`"
                .to_owned(),
        ),
    }
}
