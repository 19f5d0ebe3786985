//! Proxies that are trusted to say whom they ask for; without any, the connection's other end counts.
//!
//! One header is read, `X-Forwarded-For`, and no other: a proxy that sets one header passes on
//! whatever a client wrote into another, so reading two would be believing the client.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use thiserror::Error;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of the proxies in front of the server; none unless configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// Says which text is no network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no network: write `10.0.0.0/8`, or an address alone, several with commas between"
)]
pub struct InvalidProxies(String);

impl TrustedProxies {
    /// Whom a request comes from: the nearest address that is no trusted proxy's.
    ///
    /// Goes through the header from its end, as each proxy adds at the end whom it was asked by.
    /// What is no address ends the way: the last one that was vouched for counts.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut nearest = peer.to_canonical();
        let hops = headers.get_all(X_FORWARDED_FOR).iter().rev();
        let mut hops = hops.flat_map(|header| header.to_str().unwrap_or_default().rsplit(','));
        while self.trust(nearest) {
            match hops.next().and_then(address_of) {
                Some(address) => nearest = address,
                None => break,
            }
        }
        nearest
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for TrustedProxies {
    type Err = InvalidProxies;

    fn from_str(text: &str) -> Result<Self, InvalidProxies> {
        let networks = text.split(',').map(str::trim);
        networks
            .map(|network| {
                let alone = || network.parse::<IpAddr>().map(IpNet::from);
                let read = network.parse::<IpNet>().or_else(|_| alone());
                read.map_err(|_| InvalidProxies(network.to_owned()))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// One hop of the header: an address, with a port behind it or none.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || {
        hop.parse()
            .ok()
            .map(|socket: std::net::SocketAddr| socket.ip())
    };
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address: IpAddr = hop.parse().ok().or_else(with_port).or_else(bracketed)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&'static str]) -> String {
        let proxies: TrustedProxies = match proxies {
            "" => TrustedProxies::default(),
            networks => networks.parse().unwrap(),
        };
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_static(value));
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    /// R-SES-3, R-AUD-1.
    #[test]
    fn without_trusted_proxies_the_header_says_nothing() {
        assert_eq!(client("", "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(
            client("10.0.0.0/8", "203.0.113.9", &["198.51.100.1"]),
            "203.0.113.9"
        );
    }

    /// R-SES-3, R-AUD-1: what a client writes itself stands further left, and is not reached.
    #[test]
    fn the_nearest_address_that_is_no_proxy_counts() {
        for (forwarded, counts) in [
            (&["198.51.100.1"][..], "198.51.100.1"),
            (&["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            (&["1.1.1.1, 198.51.100.1, 10.0.0.7"], "198.51.100.1"),
            (&["1.1.1.1", "198.51.100.1", "10.0.0.7"], "198.51.100.1"),
            (&["198.51.100.1:4711"], "198.51.100.1"),
            (&["[2001:db8::1]:4711"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
            (&["10.0.0.8, 10.0.0.7"], "10.0.0.8"),
            (&["198.51.100.1, unknown"], "10.0.0.1"),
            (&["198.51.100.1, unknown, 10.0.0.7"], "10.0.0.7"),
            (&["198.51.100.1, "], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.0/8", "10.0.0.1", forwarded), counts);
        }
        assert_eq!(
            client("::1, 10.0.0.1", "::ffff:10.0.0.1", &["198.51.100.1"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_is_no_network_is_named() {
        for text in ["", "10.0.0.0/33", "proxy.example", "10.0.0.1,,10.0.0.2"] {
            assert!(text.parse::<TrustedProxies>().is_err(), "{text}");
        }
        let error = "10.0.0.1, proxy".parse::<TrustedProxies>().unwrap_err();
        assert!(error.to_string().contains("`proxy`"), "{error}");
    }
}
