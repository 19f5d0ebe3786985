//! Who asks: a session, an API key or the operator key, from the `Authorization` header or the cookie.

use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use vestibule_domain::{AccountId, Email, Name, OrganizationId, SecretDigest, Timestamp, UserId};
use vestibule_storage::{KeyHolder, Revision, SessionRow};

use crate::app::App;
use crate::fault::OrProblem;
use crate::problem::{Code, Problem};
use crate::public_url::{Place, PublicUrl, Transport};
use crate::secret::{self, SecretKind};

const PLAIN_COOKIE: &str = "vestibule_session";
const HOST_COOKIE: &str = "__Host-vestibule_session";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Who a request is by.
#[derive(Clone, Debug)]
pub enum Caller {
    /// An account, by its session.
    Account(Box<SignedInAccount>),
    /// An API key.
    Key(Box<KeyHolder>),
    /// The operator.
    Operator,
}

/// An account that is signed in.
#[derive(Clone, Debug)]
pub struct SignedInAccount {
    /// Its id.
    pub account: AccountId,
    /// Its email.
    pub email: Email,
    /// What its owner is called.
    pub name: Name,
    /// The session.
    pub session: SessionRow,
    /// The account's user in the organization that was named, if one was and they have one there.
    pub user: Option<UserId>,
    /// The revision of that organization, if one was named and there is one.
    pub revision: Option<Revision>,
}

/// What a request shows to say who it is by.
#[derive(Clone, Copy, Debug)]
enum Credential {
    Session(SecretDigest, Carrier),
    Key(SecretDigest),
    Operator,
}

/// How a session token came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    Header,
    Cookie,
}

/// The head of a request, as far as it says who asks.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its address.
    pub uri: &'a Uri,
    /// Its headers.
    pub headers: &'a HeaderMap,
}

impl App {
    /// Who a request is by, with their user in that organization if one is named.
    ///
    /// # Errors
    /// `not_signed_in` without a credential that holds, `cross_site_request` for a change by cookie
    /// that does not prove where it comes from, `unavailable` when the database cannot tell.
    pub async fn caller(
        &self,
        head: Head<'_>,
        organization: Option<OrganizationId>,
        at: Timestamp,
    ) -> Result<Caller, Problem> {
        let credential = self
            .credential(head.headers)?
            .ok_or_else(Problem::not_signed_in)?;
        match credential {
            Credential::Operator => Ok(Caller::Operator),
            Credential::Key(digest) => {
                let holder = self
                    .store
                    .api_key_by_digest(digest, at)
                    .await
                    .or_problem()?;
                holder
                    .filter(|holder| !holder.key.is_expired_at(at))
                    .map(|holder| Caller::Key(Box::new(holder)))
                    .ok_or_else(Problem::not_signed_in)
            }
            Credential::Session(digest, carrier) => {
                let found = self
                    .store
                    .session_by_digest(digest, organization, self.session_lifetime, at)
                    .await
                    .or_problem()?
                    .ok_or_else(Problem::not_signed_in)?;
                if carrier == Carrier::Cookie && !head.method.is_safe() {
                    self.check_same_origin(head)?;
                }
                Ok(Caller::Account(Box::new(SignedInAccount {
                    account: found.account,
                    email: found.email,
                    name: found.name,
                    session: found.session,
                    user: found.user,
                    revision: found.revision,
                })))
            }
        }
    }

    /// The account that a request is signed in to by the cookie, or by a session token; none when
    /// it shows no credential, or one that does not hold any more.
    ///
    /// # Errors
    /// `cross_site_request` for a change by cookie that does not prove where it comes from,
    /// `unavailable` when the database cannot tell.
    pub async fn signed_in(
        &self,
        head: Head<'_>,
        organization: Option<OrganizationId>,
        at: Timestamp,
    ) -> Result<Option<SignedInAccount>, Problem> {
        match self.caller(head, organization, at).await {
            Ok(Caller::Account(account)) => Ok(Some(*account)),
            Ok(Caller::Key(_) | Caller::Operator) => Ok(None),
            Err(problem) if problem.code() == Code::NotSignedIn => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// The account that a request is by.
    ///
    /// # Errors
    /// As [`App::caller`]; `not_allowed` for a key or the operator, who act on no account (R-KEY-3).
    pub async fn account(&self, head: Head<'_>, at: Timestamp) -> Result<SignedInAccount, Problem> {
        match self.caller(head, None, at).await? {
            Caller::Account(account) => Ok(*account),
            Caller::Key(_) | Caller::Operator => Err(Problem::new(
                Code::NotAllowed,
                "this is for people who are signed in; keys and the operator act on no account",
            )),
        }
    }

    /// Refuses a request that another site may have made a browser send.
    ///
    /// Goes by `Sec-Fetch-Site` where the browser sends it, by `Origin` otherwise; a request with
    /// neither proves nothing and is refused.
    ///
    /// # Errors
    /// `cross_site_request`.
    pub fn check_same_origin(&self, head: Head<'_>) -> Result<(), Problem> {
        if is_same_origin(&self.public_url, head) {
            return Ok(());
        }
        Err(Problem::new(
            Code::CrossSiteRequest,
            "this change does not prove that it comes from this site; send `Origin`",
        ))
    }

    /// The `Set-Cookie` header that signs a browser in with that session token.
    #[must_use]
    pub fn session_cookie(&self, token: &str) -> (HeaderName, HeaderValue) {
        let seconds = self.session_lifetime.absolute_seconds;
        self.cookie(token, seconds)
    }

    /// The `Set-Cookie` header that signs a browser out.
    #[must_use]
    pub fn expired_cookie(&self) -> (HeaderName, HeaderValue) {
        self.cookie("", 0)
    }

    fn cookie(&self, value: &str, seconds: u32) -> (HeaderName, HeaderValue) {
        let name = cookie_name(&self.public_url);
        let secure = match self.public_url.place() {
            Place::Loopback if self.public_url.transport() == Transport::Plain => "",
            Place::Loopback | Place::Network => "; Secure",
        };
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        // Tokens are base64url, so the text always is a header's value.
        let value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        (SET_COOKIE, value)
    }

    /// The one credential that counts: a header before a cookie.
    fn credential(&self, headers: &HeaderMap) -> Result<Option<Credential>, Problem> {
        let mut sent = headers.get_all(AUTHORIZATION).iter();
        let Some(header) = sent.next() else {
            return Ok(self.cookie_credential(headers));
        };
        if sent.next().is_some() {
            return Err(Problem::new(
                Code::MalformedRequest,
                "`Authorization` may stand only once",
            ));
        }
        // A credential that does not hold is none: a cookie beside it must not stand in for it.
        let token = header.to_str().ok().and_then(bearer);
        let credential = token.and_then(|token| self.token_credential(token));
        credential.map(Some).ok_or_else(Problem::not_signed_in)
    }

    fn token_credential(&self, token: &str) -> Option<Credential> {
        if self.operator_key.is_some_and(|key| key.is(token)) {
            return Some(Credential::Operator);
        }
        match secret::read(token)? {
            (SecretKind::Session, digest) => Some(Credential::Session(digest, Carrier::Header)),
            (SecretKind::ApiKey, digest) => Some(Credential::Key(digest)),
        }
    }

    fn cookie_credential(&self, headers: &HeaderMap) -> Option<Credential> {
        let name = cookie_name(&self.public_url);
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(other, _)| *other == name)
            .find_map(|(_, token)| match secret::read(token)? {
                (SecretKind::Session, digest) => Some(Credential::Session(digest, Carrier::Cookie)),
                (SecretKind::ApiKey, _) => None,
            })
    }
}

fn cookie_name(url: &PublicUrl) -> &'static str {
    match url.transport() {
        Transport::Encrypted => HOST_COOKIE,
        Transport::Plain => PLAIN_COOKIE,
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("Bearer")
        .then(|| token.trim_matches(' '))
}

fn is_same_origin(url: &PublicUrl, head: Head<'_>) -> bool {
    let text = |name: &HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(&SEC_FETCH_SITE) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(&ORIGIN) else {
        return false;
    };
    if origin == url.origin() {
        return true;
    }
    // The server may be reached by another name than its public URL, as `localhost` is; browsers
    // let no page choose `Host` or `Origin`.
    let host = head
        .uri
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| text(&HOST));
    let scheme = match url.transport() {
        Transport::Plain => "http://",
        Transport::Encrypted => "https://",
    };
    host.is_some_and(|host| origin.strip_prefix(scheme) == Some(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_allowed(headers: &[(HeaderName, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        let head = Head {
            method: &Method::POST,
            uri: &Uri::from_static("/v1/me"),
            headers: &headers,
        };
        is_same_origin(&"http://127.0.0.1:8080".parse().unwrap(), head)
    }

    /// R-SES-2.
    #[test]
    fn a_change_by_cookie_must_prove_that_it_comes_from_this_site() {
        assert!(is_allowed(&[(SEC_FETCH_SITE, "same-origin")]));
        assert!(is_allowed(&[(ORIGIN, "http://127.0.0.1:8080")]));
        assert!(is_allowed(&[
            (ORIGIN, "http://localhost:8080"),
            (HOST, "localhost:8080")
        ]));
        assert!(!is_allowed(&[(SEC_FETCH_SITE, "cross-site")]));
        assert!(!is_allowed(&[
            (SEC_FETCH_SITE, "same-site"),
            (ORIGIN, "http://127.0.0.1:8080")
        ]));
        assert!(!is_allowed(&[
            (ORIGIN, "https://evil.example"),
            (HOST, "127.0.0.1:8080")
        ]));
        assert!(!is_allowed(&[(ORIGIN, "null"), (HOST, "127.0.0.1:8080")]));
        assert!(!is_allowed(&[]));
    }
}
