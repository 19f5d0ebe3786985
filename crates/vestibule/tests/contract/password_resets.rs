//! Forgotten passwords: what the mail's link does, and what asking for it tells.

use serde_json::json;

use super::{organization::PASSWORD, server::Server};

on_both_databases![
    asking_is_answered_alike_for_known_and_unknown_emails,
    the_link_sets_a_new_password_and_ends_every_session,
    a_reset_link_works_once,
    a_weak_password_leaves_the_reset_usable,
    every_bad_reset_token_is_answered_alike,
    an_invited_person_gets_nothing_by_a_reset,
    the_link_is_under_the_public_url_whatever_the_host_header,
    each_bad_field_of_a_reset_is_named,
];

const NEW: &str = "Walnut tram 9 under glass";

impl Server {
    #[track_caller]
    fn ask_for_reset(&'static self, email: &str) -> Vec<u8> {
        let answer = self
            .post("/v1/password-resets")
            .json(&json!({"email": email}))
            .send();
        assert_eq!(answer.status, 202, "{answer}");
        answer.body
    }

    #[track_caller]
    fn reset_token(&self, email: &str, mails: usize) -> String {
        self.mailbox
            .nth_to(email, mails)
            .token_after(&format!("{}/password-resets/", self.url))
    }
}

/// R-INV-7, lesson 26.
fn asking_is_answered_alike_for_known_and_unknown_emails(server: &'static Server) {
    let acme = server.organization();
    let unknown = server.email();
    let nothing = server.ask_for_reset(&unknown);
    assert_eq!(nothing, server.ask_for_reset(&acme.primary.email));
    server.reset_token(&acme.primary.email, 1);
    assert_eq!(server.mailbox.count_to(&unknown), 0);
}

/// R-SES-2.
fn the_link_sets_a_new_password_and_ends_every_session(server: &'static Server) {
    let acme = server.organization();
    server.ask_for_reset(&format!(" {} ", acme.primary.email.to_uppercase()));
    let token = server.reset_token(&acme.primary.email, 1);
    server.get("/v1/me").by(&acme.primary).ok(200);
    server
        .post(format!("/v1/password-resets/{token}"))
        .json(&json!({"password": NEW}))
        .done();
    server
        .get("/v1/me")
        .by(&acme.primary)
        .refused(401, "not_signed_in");
    server
        .signed_in(&acme.primary.email, PASSWORD)
        .refused(&server.url, 401, "wrong_credentials");
    server.signed_in(&acme.primary.email, NEW).ok(201);
}

/// A used link is a bad one.
fn a_reset_link_works_once(server: &'static Server) {
    let acme = server.organization();
    server.ask_for_reset(&acme.primary.email);
    let path = format!(
        "/v1/password-resets/{}",
        server.reset_token(&acme.primary.email, 1)
    );
    server.post(&path).json(&json!({"password": NEW})).done();
    server
        .post(&path)
        .json(&json!({"password": PASSWORD}))
        .refused(404, "reset_not_usable");
    server.signed_in(&acme.primary.email, NEW).ok(201);
}

/// Lesson 12: a failed attempt changes nothing.
fn a_weak_password_leaves_the_reset_usable(server: &'static Server) {
    let acme = server.organization();
    server.ask_for_reset(&acme.primary.email);
    let path = format!(
        "/v1/password-resets/{}",
        server.reset_token(&acme.primary.email, 1)
    );
    server
        .post(&path)
        .json(&json!({"password": "passwordpassword"}))
        .blamed("password_too_weak", "/password");
    server
        .post(&path)
        .json(&json!({"password": "short"}))
        .blamed("password_too_weak", "/password");
    server
        .post(&path)
        .json(&json!({}))
        .blamed("invalid_field", "/password");
    server.get("/v1/me").by(&acme.primary).ok(200);
    server.post(&path).json(&json!({"password": NEW})).done();
}

/// R-INV-7.
fn every_bad_reset_token_is_answered_alike(server: &'static Server) {
    let acme = server.organization();
    server.ask_for_reset(&acme.primary.email);
    let used = server.reset_token(&acme.primary.email, 1);
    server
        .post(format!("/v1/password-resets/{used}"))
        .json(&json!({"password": NEW}))
        .done();
    let refused = |token: &str| {
        server
            .post(format!("/v1/password-resets/{token}"))
            .json(&json!({"password": NEW}))
            .refused(404, "reset_not_usable")
            .comparable()
    };
    let expected = refused(&used);
    for token in ["nonsense", "a", "%C3%A4", &format!("{used}x"), &used[1..]] {
        assert_eq!(refused(token), expected, "{token}");
    }
}

/// Lesson 35.
fn an_invited_person_gets_nothing_by_a_reset(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    server.ask_for_reset(&ivy.email);
    server.ask_for_reset(&acme.primary.email);
    server.reset_token(&acme.primary.email, 1);
    let invitation = server.mailbox.first_to(&ivy.email);
    assert!(!invitation.text.contains("/password-resets/"));
    assert_eq!(server.mailbox.count_to(&ivy.email), 1);
    assert_eq!(acme.shown(&ivy.id)["status"], "invited");
}

/// Lesson 25.
fn the_link_is_under_the_public_url_whatever_the_host_header(server: &'static Server) {
    let acme = server.organization();
    let answer = server
        .post("/v1/password-resets")
        .header("Host", "evil.example")
        .header("X-Forwarded-Host", "evil.example")
        .json(&json!({"email": acme.primary.email}))
        .send();
    assert_eq!(answer.status, 202, "{answer}");
    server.reset_token(&acme.primary.email, 1);
    let mail = server.mailbox.first_to(&acme.primary.email);
    assert!(
        !mail.text.contains("evil.example") && !mail.html.contains("evil.example"),
        "{}",
        mail.html
    );
}

/// R-ANS-3.
fn each_bad_field_of_a_reset_is_named(server: &'static Server) {
    let ask = |body| server.post("/v1/password-resets").json(&body);
    ask(json!({})).blamed("invalid_field", "/email");
    ask(json!({"email": "no email"})).blamed("invalid_email", "/email");
    ask(json!({"email": "ann@people.example", "name": "Ann"}))
        .refused(400, "unknown_field")
        .blames("/name");
}
