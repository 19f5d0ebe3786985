//! The settings of a server, read and checked; what was set where stands in `source`.

mod source;
mod table;
mod values;

use std::fs;
use std::str::FromStr;

use url::{Host, Url};
use vestibule_delivery::{InvalidRelay, Relay, RelayOptions};
use vestibule_storage::{SecretKey, SessionLifetime};
use vestibule_web::{AllowedOrigins, TrustedProxies};

pub(crate) use self::source::Sources;
pub(crate) use self::table::{ALL, FILE_DEFAULT, FILE_VARIABLE, Setting};
pub(crate) use self::values::{Address, DatabaseUrl, LogFormat, Switch, key_of};

use self::source::Given;
use self::values::LogFilter;
use crate::failure::Failure;

/// Everything a server is told.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) listen: Address,
    pub(crate) database: DatabaseUrl,
    pub(crate) public_url: Option<Url>,
    pub(crate) secret_key: Option<SecretKey>,
    pub(crate) operator_key: Option<OperatorKeyText>,
    pub(crate) relay: Option<Box<Relay>>,
    pub(crate) rate_limits: Switch,
    pub(crate) session_lifetime: SessionLifetime,
    pub(crate) metrics_listen: Option<Address>,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) allowed_origins: AllowedOrigins,
}

/// How it is logged, needed before anything else.
#[derive(Debug)]
pub(crate) struct LogSettings {
    pub(crate) filter: String,
    pub(crate) format: LogFormat,
}

/// The operator key as it was set.
pub(crate) struct OperatorKeyText(pub(crate) String);

impl Settings {
    /// Reads and checks every setting of a server.
    ///
    /// # Errors
    /// The first one that is wrong, with its name and where it was set.
    pub(crate) fn of(sources: &Sources) -> Result<Self, Failure> {
        let listen: Address = or_default(sources, &table::LISTEN)?;
        let database = database(sources)?;
        let public_url = optional(sources, &table::PUBLIC_URL, values::public_url)?;
        let secret_key = optional(sources, &table::SECRET_KEY, key_of)?;
        if secret_key.is_none() && database.file().is_none() {
            return Err(Failure::usage(
                "setting `secret_key` is missing: PostgreSQL has no place of its own for it. Make one with `openssl rand -base64 32` and give every server the same in `VESTIBULE_SECRET_KEY`",
            ));
        }
        Ok(Self {
            relay: relay(sources, public_url.as_ref(), &listen)?,
            operator_key: optional(sources, &table::OPERATOR_KEY, operator_key)?,
            rate_limits: or_default(sources, &table::RATE_LIMITS)?,
            session_lifetime: session_lifetime(sources)?,
            metrics_listen: optional(sources, &table::METRICS_LISTEN, str::parse)?,
            trusted_proxies: several(sources, &table::TRUSTED_PROXIES)?,
            allowed_origins: several(sources, &table::ALLOWED_ORIGINS)?,
            listen,
            database,
            public_url,
            secret_key,
        })
    }
}

impl LogSettings {
    /// Reads how it is logged.
    ///
    /// # Errors
    /// The first setting that is wrong, with its name and where it was set.
    pub(crate) fn of(sources: &Sources) -> Result<Self, Failure> {
        let LogFilter(filter) = or_default(sources, &table::LOG)?;
        let format = or_default(sources, &table::LOG_FORMAT)?;
        Ok(Self { filter, format })
    }
}

/// Reads which database it is, all that a command needs that is no server.
///
/// # Errors
/// When it is wrong, with where it was set.
pub(crate) fn database(sources: &Sources) -> Result<DatabaseUrl, Failure> {
    or_default(sources, &table::DATABASE_URL)
}

fn or_default<T>(sources: &Sources, setting: &'static Setting) -> Result<T, Failure>
where
    T: FromStr<Err = String>,
{
    match sources.given(setting) {
        Some(given) => given.text.parse().map_err(|what| given.wrong(what)),
        None => setting
            .default
            .parse()
            .map_err(|what| Failure::usage(format!("the default of `{}`: {what}", setting.name))),
    }
}

/// A list that is empty unless it was set.
fn several<T>(sources: &Sources, setting: &'static Setting) -> Result<T, Failure>
where
    T: FromStr<Err: std::fmt::Display> + Default,
{
    let read = |text: &str| text.parse().map_err(|what: T::Err| what.to_string());
    Ok(optional(sources, setting, read)?.unwrap_or_default())
}

fn optional<T>(
    sources: &Sources,
    setting: &'static Setting,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, Failure> {
    sources
        .given(setting)
        .map(|given| read(&given.text).map_err(|what| given.wrong(what)))
        .transpose()
}

fn operator_key(text: &str) -> Result<OperatorKeyText, String> {
    if text.chars().all(|character| character.is_ascii_graphic()) {
        Ok(OperatorKeyText(text.to_owned()))
    } else {
        Err("an operator key has visible ASCII characters only, and no spaces".to_owned())
    }
}

fn session_lifetime(sources: &Sources) -> Result<SessionLifetime, Failure> {
    let idle: values::Seconds = or_default(sources, &table::SESSION_IDLE_SECONDS)?;
    let absolute: values::Seconds = or_default(sources, &table::SESSION_SECONDS)?;
    Ok(SessionLifetime {
        idle_seconds: idle.0,
        absolute_seconds: absolute.0,
    })
}

fn relay(
    sources: &Sources,
    public_url: Option<&Url>,
    listen: &Address,
) -> Result<Option<Box<Relay>>, Failure> {
    let Some(given) = sources.given(&table::SMTP_URL) else {
        return Ok(None);
    };
    let authorities = match sources.given(&table::SMTP_CA_FILE) {
        Some(file) => {
            let bytes = fs::read(&file.text);
            Some(bytes.map_err(|error| file.wrong(format!("`{}`: {error}", file.text)))?)
        }
        None => None,
    };
    let public_url = match public_url {
        Some(url) => url.clone(),
        None => listen
            .url()
            .ok_or_else(|| given.wrong("it needs `public_url`"))?,
    };
    let from = sources.given(&table::MAIL_FROM);
    let written = from.as_ref().map(|from| from.text.clone());
    let written = written.or_else(|| sender(&public_url));
    let options = RelayOptions {
        url: &given.text,
        from: &written.ok_or_else(|| given.wrong("it needs `mail_from`"))?,
        authorities: authorities.as_deref(),
        public_url: &public_url,
    };
    let relay = Relay::new(options).map_err(|error| blame(&given, from.as_ref(), &error))?;
    Ok(Some(Box::new(relay)))
}

/// The setting that an invalid relay is to be blamed on.
fn blame(url: &Given, from: Option<&Given>, error: &InvalidRelay) -> Failure {
    match (from, error) {
        (Some(from), InvalidRelay::From(_)) => from.wrong(error),
        _ => url.wrong(error),
    }
}

/// Who mails are from when nobody said; an address on a network has no name to write from.
fn sender(public_url: &Url) -> Option<String> {
    match public_url.host()? {
        Host::Domain(domain) => Some(format!("vestibule@{domain}")),
        Host::Ipv4(address) if address.is_loopback() => Some("vestibule@localhost".to_owned()),
        Host::Ipv6(address) if address.is_loopback() => Some("vestibule@localhost".to_owned()),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

impl std::fmt::Debug for OperatorKeyText {
    /// Shows nothing of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OperatorKeyText(..)")
    }
}

#[cfg(test)]
mod tests;
