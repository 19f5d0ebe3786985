//! Before one is inside: headers, assets, signing in and out, the one-time link, strangers.

use std::net::IpAddr;

use axum::http::{
    Method, StatusCode,
    header::{ACCEPT, IF_NONE_MATCH},
};

use super::browser::{Browser, FOUNDER, PAGES, PASSWORD};

/// No page runs a script, is framed, or is kept by a cache.
#[tokio::test]
async fn every_page_keeps_strangers_out() {
    let browser = Browser::new();
    for path in [
        "/sign-in",
        "/forgot-password",
        "/nowhere",
        "/set-up/wrong",
        "/invitations/wrong",
    ] {
        let page = browser.open(path).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'; img-src 'self';"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("script-src") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
    }
}

/// The documentation is for anybody, under the policy of all pages, and kept while it stays the same.
#[tokio::test]
async fn the_documentation_is_open_to_anybody() {
    let browser = Browser::new();
    let page = browser.open("/docs").await;
    assert_eq!((page.status, page.heading()), (StatusCode::OK, "The API"));
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'; style-src 'self';")
    );
    assert!(page.header("etag").starts_with("W/\""));
    assert!(page.header("cache-control").contains("no-cache"));
}

/// Who has the documentation already, or asks for its head alone, is sent no page.
#[tokio::test]
async fn the_documentation_is_sent_once() {
    let browser = Browser::new();
    let whole = browser.open("/docs").await;
    let tag = whole.header("etag");
    let head = browser.ask(Method::HEAD, "/docs", &[]).await;
    assert_eq!(
        (head.status, head.text.as_str(), head.header("etag")),
        (StatusCode::OK, "", tag)
    );
    for method in [Method::GET, Method::HEAD] {
        let held = [(IF_NONE_MATCH, tag)];
        let held = browser.ask(method, "/docs", &held).await;
        assert_eq!(
            (held.status, held.text.as_str(), held.header("etag")),
            (StatusCode::NOT_MODIFIED, "", tag)
        );
    }
    let other = [(IF_NONE_MATCH, "W/\"0\"")];
    let other = browser.ask(Method::GET, "/docs", &other).await;
    assert_eq!((other.status, other.text), (StatusCode::OK, whole.text));
}

/// A page that takes other methods says which, to people and to programs.
#[tokio::test]
async fn methods_that_a_page_does_not_take_are_refused() {
    let browser = Browser::new();
    for (method, path, allow) in [
        (Method::PUT, "/sign-in", "GET,HEAD,POST"),
        (Method::POST, "/docs", "GET,HEAD"),
        (Method::GET, "/sign-out", "POST"),
        (Method::DELETE, "/organizations/any/users", "GET,HEAD"),
    ] {
        let page = [(ACCEPT, PAGES)];
        let page = browser.ask(method.clone(), path, &page).await;
        assert_eq!(
            (page.status, page.header("allow"), page.heading()),
            (StatusCode::METHOD_NOT_ALLOWED, allow, "Not in this way"),
            "{method} {path}"
        );
        let problem = [(ACCEPT, "application/json")];
        let problem = browser.ask(method.clone(), path, &problem).await;
        assert_eq!(
            (problem.status, problem.header("allow")),
            (StatusCode::METHOD_NOT_ALLOWED, allow),
            "{method} {path}"
        );
        assert_eq!(
            problem.header("content-type"),
            "application/problem+json",
            "{method} {path}"
        );
        assert!(problem.text.contains("\"method_not_allowed\""));
        let options = browser.ask(Method::OPTIONS, path, &[]).await;
        assert_eq!(
            (options.status, options.header("allow")),
            (StatusCode::NO_CONTENT, allow),
            "{path}"
        );
    }
}

/// The stylesheet is kept for good under the path that names its content, and under no other.
#[tokio::test]
async fn assets_are_kept_under_their_edition() {
    let browser = Browser::new();
    let page = browser.open("/sign-in").await;
    let path = page.between("rel=\"stylesheet\" href=\"", "\"");
    let stylesheet = browser.open(path).await;
    assert_eq!(stylesheet.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(
        stylesheet.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let other = browser.open("/assets/0000000000000000/vestibule.css").await;
    assert_eq!(
        (other.status, other.header("cache-control")),
        (StatusCode::OK, "no-cache")
    );
    assert_eq!(
        browser
            .open("/assets/0000000000000000/other.css")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

/// A form that another site sends does nothing, signing in included.
#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let mut browser = Browser::founded().await;
    browser.origin = "http://elsewhere.example";
    for path in ["/sign-in", "/sign-out", "/account/delete"] {
        let page = browser
            .send(path, &[("email", FOUNDER), ("password", PASSWORD)])
            .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(page.heading(), "That came from elsewhere");
    }
    browser.origin = "http://127.0.0.1:8080";
    assert!(
        browser
            .open("/")
            .await
            .led_to()
            .starts_with("/organizations/")
    );
}

/// Who is not signed in is led to sign in, and from there to where they wanted to be.
#[tokio::test]
async fn signing_in_leads_back() {
    let browser = Browser::new();
    browser.found().await;
    let wanted = "/organizations/0198c7a0-0000-7000-8000-000000000001/users?q=a%2Bb";
    let sign_in = browser.open(wanted).await.led_to();
    assert!(sign_in.starts_with("/sign-in?next="), "{sign_in}");
    let next = browser
        .open(&sign_in)
        .await
        .between("name=\"next\" value=\"", "\"")
        .replace("&#38;", "&");
    assert_eq!(next, wanted);
    let fields = [("email", FOUNDER), ("password", PASSWORD), ("next", wanted)];
    assert_eq!(browser.send("/sign-in", &fields).await.led_to(), wanted);
    let elsewhere = [
        ("email", FOUNDER),
        ("password", PASSWORD),
        ("next", "//elsewhere.example"),
    ];
    assert_eq!(browser.send("/sign-in", &elsewhere).await.led_to(), "/");
}

/// R-INV-7: a wrong password and an unknown email get the same page; what was typed is kept, the password is not.
#[tokio::test]
async fn a_wrong_sign_in_keeps_the_email_only() {
    let browser = Browser::new();
    browser.found().await;
    for email in [FOUNDER, "nobody@halden.example"] {
        let page = browser.sign_in(email, "not the right password").await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(
            page.text
                .contains("Email and password do not belong together.")
        );
        assert!(page.text.contains(&format!("value=\"{email}\"")));
        assert!(!page.text.contains("not the right password"));
    }
}

/// The one-time link makes one organization; what is wrong stands beside its field, and the rest is kept.
#[tokio::test]
async fn the_set_up_link_works_once() {
    let browser = Browser::new();
    assert_eq!(
        browser.open(&browser.set_up()).await.heading(),
        "Open the house"
    );
    let refused = browser
        .send(
            &browser.set_up(),
            &[
                ("organization", "Halden Group"),
                ("name", ""),
                ("email", "ingrid@"),
                ("password", PASSWORD),
            ],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("id=\"name-error\"") && refused.text.contains("id=\"email-error\"")
    );
    assert!(refused.text.contains("value=\"Halden Group\""));
    let weak = browser
        .send(
            &browser.set_up(),
            &[
                ("organization", "Halden Group"),
                ("name", "Ingrid"),
                ("email", FOUNDER),
                ("password", "halden group"),
            ],
        )
        .await;
    assert!(weak.text.contains("id=\"password-error\""), "{}", weak.text);
    assert_eq!(
        browser.found().await.led_to(),
        "/sign-in?email=ingrid%40halden.example"
    );
    let used = browser.open(&browser.set_up()).await;
    assert_eq!(
        (used.status, used.heading()),
        (StatusCode::NOT_FOUND, "This link cannot be used")
    );
    assert_eq!(browser.found().await.status, StatusCode::NOT_FOUND);
}

/// The mailbox is for who sits at this machine.
#[tokio::test]
async fn the_mailbox_is_shown_on_loopback_only() {
    let mut browser = Browser::new();
    assert_eq!(browser.open("/mailbox").await.heading(), "Local mailbox");
    browser.peer = IpAddr::from([10, 0, 0, 7]);
    assert_eq!(browser.open("/mailbox").await.status, StatusCode::NOT_FOUND);
}
