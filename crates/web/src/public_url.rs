//! The configured public URL: the only thing links are made from (R-INV-3, lesson 25).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::{Host, Url};

/// Where people reach this server: a scheme, a host, perhaps a port and a path, no slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    origin: String,
    place: Place,
    transport: Transport,
}

/// Says that a text is no URL that links can begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a public URL is `http://` or `https://`, a host, and no query, fragment or password")]
pub struct InvalidPublicUrl;

/// Whether the address can be reached from other machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Only from this machine.
    Loopback,
    /// From others as well.
    Network,
}

/// Whether what goes over the wire can be read on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// It can: `http`.
    Plain,
    /// It cannot: `https`.
    Encrypted,
}

impl PublicUrl {
    /// The URL, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its scheme, host and port, as the header `Origin` has them.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether other machines can reach it.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// Whether it is encrypted.
    #[must_use]
    pub const fn transport(&self) -> Transport {
        self.transport
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, InvalidPublicUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidPublicUrl)?;
        let transport = match url.scheme() {
            "http" => Transport::Plain,
            "https" => Transport::Encrypted,
            _ => return Err(InvalidPublicUrl),
        };
        let place = match url.host() {
            Some(Host::Domain("localhost")) => Place::Loopback,
            Some(Host::Domain(name)) if name.ends_with(".localhost") => Place::Loopback,
            Some(Host::Domain(_)) => Place::Network,
            Some(Host::Ipv4(address)) if address.is_loopback() => Place::Loopback,
            Some(Host::Ipv6(address)) if address.is_loopback() => Place::Loopback,
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => Place::Network,
            None => return Err(InvalidPublicUrl),
        };
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !is_bare {
            return Err(InvalidPublicUrl);
        }
        Ok(Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            origin: url.origin().ascii_serialization(),
            place,
            transport,
        })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_ends_without_a_slash_and_knows_its_origin() {
        let url: PublicUrl = "https://People.Example/vestibule/".parse().unwrap();
        assert_eq!(url.as_str(), "https://people.example/vestibule");
        assert_eq!(url.origin(), "https://people.example");
        assert_eq!(url.transport(), Transport::Encrypted);
        assert_eq!(url.place(), Place::Network);
    }

    #[test]
    fn loopback_is_told_from_the_network() {
        for text in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:1",
            "http://127.8.8.8",
        ] {
            assert_eq!(
                text.parse::<PublicUrl>().unwrap().place(),
                Place::Loopback,
                "{text}"
            );
        }
        for text in [
            "http://10.0.0.1",
            "http://localhost.example",
            "http://[2001:db8::1]",
        ] {
            assert_eq!(
                text.parse::<PublicUrl>().unwrap().place(),
                Place::Network,
                "{text}"
            );
        }
    }

    #[test]
    fn what_links_cannot_begin_with_is_refused() {
        for text in [
            "",
            "example.com",
            "ftp://example.com",
            "http://a:b@example.com",
            "http://example.com/?a",
            "http://example.com/#a",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(InvalidPublicUrl), "{text}");
        }
    }
}
