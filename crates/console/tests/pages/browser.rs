//! A browser without a screen: keeps cookies, sends forms, and says where it is led.

use std::{cell::RefCell, collections::BTreeMap, net::IpAddr};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{
        HeaderMap, HeaderName, Method, Request, StatusCode,
        header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE},
    },
};
use tempfile::TempDir;
use tower::ServiceExt as _;
use vestibule_console::{LocalMailbox, WrittenMail};
use vestibule_storage::{InvitationTokens, MailReason, OpenOptions, SecretKey, Store};
use vestibule_web::{App, PeerAddress, RateLimiting, SetUpSecret, Settings};

pub(super) const FOUNDER: &str = "ingrid@halden.example";
pub(super) const PASSWORD: &str = "copper lantern over quiet water";
/// What a browser takes that wants a page.
pub(super) const PAGES: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const HERE: &str = "http://127.0.0.1:8080";

/// A house over an empty database, and one browser.
pub(super) struct Browser {
    site: Router,
    secret: String,
    cookies: RefCell<BTreeMap<String, String>>,
    pub(super) peer: IpAddr,
    pub(super) origin: &'static str,
    _folder: TempDir,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Browser {
    /// Opens an empty house.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("pages.db").display());
        let store = Store::open(&database, OpenOptions::server()).unwrap();
        let key = SecretKey::new([7; 32]);
        let tokens = InvitationTokens::new(&key);
        let mut settings = Settings::new(HERE.parse().unwrap(), key);
        settings.rate_limiting = RateLimiting::Off;
        let secret = SetUpSecret::random().unwrap();
        let text = secret.reveal().to_owned();
        let app = App::with_set_up(store.clone(), settings, secret);
        let mailbox = LocalMailbox::new(store, move |mail| {
            Some(WrittenMail {
                subject: format!("For {}", mail.to),
                text: match &mail.reason {
                    MailReason::Invitation {
                        invitation,
                        generation,
                        ..
                    } => format!(
                        "{HERE}/invitations/{}",
                        tokens.token(*invitation, *generation)
                    ),
                    MailReason::PasswordReset { .. } => "Plain.".to_owned(),
                },
                html: "<p>Fine.</p>".to_owned(),
            })
        });
        let pages = vestibule_console::router(app.clone(), Some(mailbox));
        Self {
            site: vestibule_web::router_with_pages(app, pages),
            secret: text,
            cookies: RefCell::default(),
            peer: IpAddr::from([127, 0, 0, 1]),
            origin: HERE,
            _folder: folder,
        }
    }

    /// A house that is founded, its founder signed in.
    pub(super) async fn founded() -> Self {
        let browser = Self::new();
        browser.found().await;
        browser.sign_in(FOUNDER, PASSWORD).await;
        browser
    }

    /// The path of the one-time link.
    pub(super) fn set_up(&self) -> String {
        format!("/set-up/{}", self.secret)
    }

    /// Sends the form behind the one-time link.
    pub(super) async fn found(&self) -> Page {
        let form = [
            ("organization", "Halden Group"),
            ("name", "Ingrid Halden"),
            ("email", FOUNDER),
            ("password", PASSWORD),
        ];
        self.send(&self.set_up(), &form).await
    }

    /// Signs in.
    pub(super) async fn sign_in(&self, email: &str, password: &str) -> Page {
        self.send("/sign-in", &[("email", email), ("password", password)])
            .await
    }

    /// The path of the only organization.
    pub(super) async fn organization(&self) -> String {
        self.open("/").await.led_to()
    }

    /// Invites somebody with these memberships and has them accept; gives their user's id.
    pub(super) async fn joined(&self, email: &str, memberships: &[(&str, &str)]) -> String {
        let base = self.organization().await;
        let entities: Vec<(String, &str)> = memberships
            .iter()
            .map(|(entity, role)| (format!("entity-{entity}"), *role))
            .collect();
        let mut form = vec![("email", email), ("role", "user")];
        form.extend(entities.iter().map(|(field, role)| (field.as_str(), *role)));
        let invited = self.send(&format!("{base}/users/invite"), &form).await;
        let user = invited.led_to();
        let user = user.split('?').next().unwrap();
        let mails = self.open("/mailbox").await;
        let mail = mails.between("href=\"/mailbox/", "\"").to_owned();
        let mail = self.open(&format!("/mailbox/{mail}")).await;
        let link = mail.between(&format!("href=\"{HERE}/invitations/"), "\"");
        let accept = format!("/invitations/{link}/accept");
        let founder = self.cookies.take();
        let name = email.split('@').next().unwrap();
        let form = [("name", name), ("password", PASSWORD)];
        self.send(&accept, &form).await.led_to();
        self.cookies.replace(founder);
        user.rsplit_once('/').unwrap().1.to_owned()
    }

    /// Opens a path.
    pub(super) async fn open(&self, path: &str) -> Page {
        self.request(Method::GET, path, Body::empty()).await
    }

    /// Sends a form to a path.
    pub(super) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.request(Method::POST, path, Body::from(body)).await
    }

    async fn request(&self, method: Method, path: &str, body: Body) -> Page {
        self.asked(&method, path, &[(ACCEPT, PAGES)], body).await
    }

    /// Asks as a program can: with any method, and with headers of its own.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
    ) -> Page {
        self.asked(&method, path, headers, Body::empty()).await
    }

    async fn asked(
        &self,
        method: &Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Body,
    ) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "127.0.0.1:8080");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if *method == Method::POST {
            request = request
                .header(ORIGIN, self.origin)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(PeerAddress(self.peer));
        let answer = self.site.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies
                    .borrow_mut()
                    .insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Page {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

impl Page {
    /// Where the page leads on to.
    pub(super) fn led_to(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.header(LOCATION.as_str()).to_owned()
    }

    /// One header.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// What stands in the page between two marks, at its first place.
    pub(super) fn between(&self, before: &str, after: &str) -> &str {
        let start = self
            .text
            .find(before)
            .unwrap_or_else(|| panic!("`{before}` is not in\n{}", self.text));
        let rest = &self.text[start + before.len()..];
        &rest[..rest.find(after).unwrap()]
    }

    /// The main heading.
    pub(super) fn heading(&self) -> &str {
        self.between("<h1", "</h1>").split_once('>').unwrap().1
    }
}
