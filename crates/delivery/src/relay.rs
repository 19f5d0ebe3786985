//! Which mail server mails go to, and how; a conversation with it stands in `connection`.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::address::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::{Host, Url};

const SMTP_PORT: u16 = 25;
const SUBMISSION_PORT: u16 = 587;
const SUBMISSIONS_PORT: u16 = 465;

/// Everything that names a mail server and who writes, as it stands in the settings.
#[derive(Clone, Copy)]
pub struct RelayOptions<'a> {
    /// `smtps://user:password@host:port`, or `smtp://...` with `?tls=required` or
    /// `?tls=opportunistic` for STARTTLS; a path is the name for EHLO.
    pub url: &'a str,
    /// Who mails are from, as `Vestibule <vestibule@example.com>`.
    pub from: &'a str,
    /// Certificates (PEM) to trust beside the system's own.
    pub authorities: Option<&'a [u8]>,
    /// Where Vestibule is seen by people; its host is the name for EHLO unless the URL has one.
    pub public_url: &'a Url,
}

/// A mail server, checked and ready to be connected to.
#[derive(Clone)]
pub struct Relay {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) encryption: Encryption,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) hello: ClientId,
    pub(crate) from: Mailbox,
    pub(crate) limits: Limits,
}

/// How long a mail server is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until it has let us in: name lookup, connection, TLS and sign-in together.
    pub connect: Duration,
    /// Until it has taken or refused one mail.
    pub send: Duration,
}

/// How a conversation is kept from others.
#[derive(Clone)]
pub(crate) enum Encryption {
    /// TLS from the first byte.
    Wrapped(TlsParameters),
    /// STARTTLS, or nothing is sent.
    Required(TlsParameters),
    /// STARTTLS where the server offers it.
    Opportunistic(TlsParameters),
    /// None.
    Absent,
}

/// Why settings name no mail server that mails can go to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidRelay {
    /// The URL cannot be read, or has no host.
    #[error("a mail server is `smtp://host:port` or `smtps://user:password@host:port`")]
    Url,
    /// Another scheme.
    #[error("unknown scheme `{0}`: a mail server's URL begins with `smtp://` or `smtps://`")]
    Scheme(String),
    /// An unknown parameter, or an unknown value of `tls`.
    #[error(
        "unknown parameter `{0}`: `smtp://` takes `?tls=required` or `?tls=opportunistic`, `smtps://` none"
    )]
    Parameter(String),
    /// A password would cross a network in the clear.
    #[error("a password for a mail server elsewhere needs `smtps://` or `?tls=required`")]
    PasswordInTheClear,
    /// User and password belong together, percent-encoded.
    #[error("user and password of a mail server come together, percent-encoded")]
    Credentials,
    /// The sender is no address.
    #[error(
        "`{0}` is no sender: write `vestibule@example.com` or `Vestibule <vestibule@example.com>`"
    )]
    From(String),
    /// The certificates cannot be used.
    #[error("the certificates for the mail server cannot be used: {0}")]
    Authorities(String),
}

impl Relay {
    /// Reads the settings.
    ///
    /// # Errors
    /// `InvalidRelay` with what is wrong; no secret stands in it.
    pub fn new(options: RelayOptions<'_>) -> Result<Self, InvalidRelay> {
        let url = Url::parse(options.url).map_err(|_| InvalidRelay::Url)?;
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err(InvalidRelay::Scheme(url.scheme().to_owned()));
        }
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(InvalidRelay::Url)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let encryption = encryption(&url, &host, options.authorities)?;
        let credentials = credentials(&url)?;
        let protected = matches!(encryption, Encryption::Wrapped(_) | Encryption::Required(_));
        if credentials.is_some() && !protected && !is_this_machine(&host) {
            return Err(InvalidRelay::PasswordInTheClear);
        }
        let port = url.port().unwrap_or(match encryption {
            Encryption::Wrapped(_) => SUBMISSIONS_PORT,
            Encryption::Required(_) | Encryption::Opportunistic(_) => SUBMISSION_PORT,
            Encryption::Absent => SMTP_PORT,
        });
        Ok(Self {
            host,
            port,
            encryption,
            credentials,
            hello: hello(&url, options.public_url),
            from: sender(options.from)?,
            limits: Limits::default(),
        })
    }

    /// The same mail server, waited for no longer than that.
    #[must_use]
    pub fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl Default for Limits {
    /// 20 seconds to get in, 60 for one mail.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            send: Duration::from_secs(60),
        }
    }
}

fn encryption(
    url: &Url,
    host: &str,
    authorities: Option<&[u8]>,
) -> Result<Encryption, InvalidRelay> {
    let mut tls = None;
    for (name, value) in url.query_pairs() {
        if name != "tls" || tls.is_some() || url.scheme() == "smtps" {
            return Err(InvalidRelay::Parameter(format!("{name}={value}")));
        }
        tls = Some(value.into_owned());
    }
    match (url.scheme(), tls.as_deref()) {
        ("smtps", _) => Ok(Encryption::Wrapped(parameters(host, authorities)?)),
        (_, None) => Ok(Encryption::Absent),
        (_, Some("required")) => Ok(Encryption::Required(parameters(host, authorities)?)),
        (_, Some("opportunistic")) => Ok(Encryption::Opportunistic(parameters(host, authorities)?)),
        (_, Some(other)) => Err(InvalidRelay::Parameter(format!("tls={other}"))),
    }
}

fn parameters(host: &str, authorities: Option<&[u8]>) -> Result<TlsParameters, InvalidRelay> {
    let unusable =
        |error: lettre::transport::smtp::Error| InvalidRelay::Authorities(error.to_string());
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = authorities {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
    }
    builder.build().map_err(unusable)
}

fn credentials(url: &Url) -> Result<Option<Credentials>, InvalidRelay> {
    let decoded = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| InvalidRelay::Credentials)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(InvalidRelay::Credentials),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

/// What we call ourselves: the URL's path, else the host that people know us by.
fn hello(url: &Url, public_url: &Url) -> ClientId {
    let named = url.path().trim_matches('/');
    if !named.is_empty() {
        return ClientId::Domain(named.to_owned());
    }
    match public_url.host() {
        Some(Host::Domain(domain)) if domain != "localhost" => ClientId::Domain(domain.to_owned()),
        Some(Host::Ipv4(address)) => ClientId::Ipv4(address),
        Some(Host::Ipv6(address)) => ClientId::Ipv6(address),
        Some(Host::Domain(_)) | None => ClientId::default(),
    }
}

fn sender(from: &str) -> Result<Mailbox, InvalidRelay> {
    let invalid = || InvalidRelay::From(from.to_owned());
    let Mailbox { name, email } = from.trim().parse().map_err(|_| invalid())?;
    let domain = idna::domain_to_ascii(email.domain()).map_err(|_| invalid())?;
    let email = Address::new(email.user(), domain).map_err(|_| invalid())?;
    Ok(Mailbox { name, email })
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RelayOptions<'_> {
    /// Leaves out the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayOptions")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wrapped(_) => "Wrapped",
            Self::Required(_) => "Required",
            Self::Opportunistic(_) => "Opportunistic",
            Self::Absent => "Absent",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay(url: &str) -> Result<Relay, InvalidRelay> {
        Relay::new(RelayOptions {
            url,
            from: "Vestibule <no-reply@bücher.example>",
            authorities: None,
            public_url: &Url::parse("https://id.example.com").unwrap(),
        })
    }

    #[test]
    fn a_url_says_where_and_how() {
        for (url, port, encryption) in [
            ("smtp://mail.example.com", 25, "Absent"),
            ("smtp://127.0.0.1:2525", 2525, "Absent"),
            ("smtp://a:b@mail.example.com?tls=required", 587, "Required"),
            (
                "smtp://mail.example.com?tls=opportunistic",
                587,
                "Opportunistic",
            ),
            ("smtps://a%40b:c%2F@mail.example.com", 465, "Wrapped"),
        ] {
            let relay = relay(url).unwrap();
            assert_eq!(
                (relay.port, format!("{:?}", relay.encryption)),
                (port, encryption.to_owned()),
                "{url}"
            );
        }
    }

    #[test]
    fn a_wrong_url_says_what_is_wrong() {
        for (url, wrong) in [
            ("mail.example.com", InvalidRelay::Url),
            ("smtp://", InvalidRelay::Url),
            (
                "https://mail.example.com",
                InvalidRelay::Scheme("https".to_owned()),
            ),
            (
                "smtp://mail.example.com?tls=maybe",
                InvalidRelay::Parameter("tls=maybe".to_owned()),
            ),
            (
                "smtp://mail.example.com?ssl=1",
                InvalidRelay::Parameter("ssl=1".to_owned()),
            ),
            (
                "smtps://mail.example.com?tls=required",
                InvalidRelay::Parameter("tls=required".to_owned()),
            ),
            (
                "smtp://a:b@mail.example.com",
                InvalidRelay::PasswordInTheClear,
            ),
            (
                "smtp://a:b@mail.example.com?tls=opportunistic",
                InvalidRelay::PasswordInTheClear,
            ),
            ("smtps://a@mail.example.com", InvalidRelay::Credentials),
        ] {
            assert_eq!(relay(url).unwrap_err(), wrong, "{url}");
        }
    }

    #[test]
    fn a_mail_server_in_a_log_shows_no_password() {
        let shown = format!(
            "{:?}",
            relay("smtps://ann:hunter2@mail.example.com").unwrap()
        );
        assert!(
            shown.contains("mail.example.com") && !shown.contains("hunter2"),
            "{shown}"
        );
    }

    #[test]
    fn the_sender_is_written_as_mail_servers_read_it() {
        let relay = relay("smtp://mail.example.com").unwrap();
        assert_eq!(
            relay.from.to_string(),
            "Vestibule <no-reply@xn--bcher-kva.example>"
        );
    }
}
