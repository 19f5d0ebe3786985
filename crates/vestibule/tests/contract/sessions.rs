//! Signing in, where one is signed in, and signing out.

use serde_json::{Value, json};

use super::{
    form,
    organization::PASSWORD,
    server::{OPERATOR, Server},
};

on_both_databases![
    signing_in_tells_the_account_and_its_organizations,
    signing_in_sets_a_guarded_cookie_that_signs_in,
    a_wrong_password_and_an_unknown_email_are_answered_alike,
    the_email_is_trimmed_and_read_without_case_at_sign_in,
    each_bad_field_of_a_sign_in_is_named,
    signing_out_ends_the_token_at_once,
    sessions_are_listed_and_one_is_current,
    one_session_can_be_ended_from_another,
    another_accounts_session_does_not_exist,
    account_paths_need_an_account,
    a_key_or_the_operator_never_acts_on_an_account,
    changes_by_cookie_need_the_same_origin,
    a_password_is_the_same_however_it_is_composed,
    every_organization_of_the_account_is_listed,
    a_deactivated_user_signs_in_but_is_told_so,
];

/// The form of `POST /v1/sessions`.
fn signing_in_tells_the_account_and_its_organizations(server: &'static Server) {
    let acme = server.organization();
    let session = server.signed_in(&acme.primary.email, PASSWORD).ok(201);
    form::fields(
        &session,
        &["token", "expires_at", "account", "organizations"],
    );
    assert!(form::time(&session["expires_at"]) > chrono::DateTime::UNIX_EPOCH);
    form::id(&session["account"]["id"]);
    assert_eq!(
        session["account"],
        json!({"id": acme.primary.account, "email": acme.primary.email, "name": "Petra Prime"})
    );
    let organization = json!({"id": acme.id, "name": acme.name, "user_id": acme.primary.id, "role": "primary_admin", "status": "active"});
    assert_eq!(session["organizations"], json!([organization]));
}

/// R-SES-2: `HttpOnly`, `SameSite=Lax`, and `Secure` outside loopback only.
fn signing_in_sets_a_guarded_cookie_that_signs_in(server: &'static Server) {
    let acme = server.organization();
    let (value, attributes) = server
        .signed_in(&acme.primary.email, PASSWORD)
        .cookie("vestibule_session");
    for attribute in ["httponly", "samesite=lax", "path=/"] {
        assert!(
            attributes.iter().any(|found| found == attribute),
            "{attribute} is not in {attributes:?}"
        );
    }
    assert!(
        !attributes
            .iter()
            .any(|found| found == "secure" || found.starts_with("domain")),
        "{attributes:?}"
    );
    let me = server
        .get("/v1/me")
        .header("Cookie", &format!("vestibule_session={value}"))
        .ok(200);
    assert_eq!(me["email"], acme.primary.email);
}

/// R-INV-7, lesson 26.
fn a_wrong_password_and_an_unknown_email_are_answered_alike(server: &'static Server) {
    let acme = server.organization();
    let wrong = server
        .signed_in(&acme.primary.email, "plum-Kettle-47-orbit-Dane")
        .refused(&server.url, 401, "wrong_credentials");
    let unknown = server
        .signed_in("nobody@nowhere.example", PASSWORD)
        .refused(&server.url, 401, "wrong_credentials");
    assert_eq!(wrong.comparable(), unknown.comparable());
    assert_eq!(
        wrong.header("WWW-Authenticate"),
        unknown.header("WWW-Authenticate")
    );
    assert_eq!(wrong.header("Set-Cookie"), None);
}

/// R-INV-2.
fn the_email_is_trimmed_and_read_without_case_at_sign_in(server: &'static Server) {
    let acme = server.organization();
    let typed = format!("  {} ", acme.primary.email.to_uppercase());
    let session = server.signed_in(&typed, PASSWORD).ok(201);
    assert_eq!(session["account"]["email"], acme.primary.email);
}

/// R-ANS-3.
fn each_bad_field_of_a_sign_in_is_named(server: &'static Server) {
    let sign_in = |body: Value| server.post("/v1/sessions").json(&body);
    sign_in(json!({"password": PASSWORD})).blamed("invalid_field", "/email");
    sign_in(json!({"email": "ann@people.example"})).blamed("invalid_field", "/password");
    sign_in(json!({"email": 7, "password": PASSWORD})).blamed("invalid_field", "/email");
    sign_in(json!({"email": "ann@people.example", "password": null}))
        .blamed("invalid_field", "/password");
    sign_in(json!({"email": "ann@people.example", "password": PASSWORD, "remember": true}))
        .refused(400, "unknown_field")
        .blames("/remember");
}

/// R-REM-5: the very next request is refused.
fn signing_out_ends_the_token_at_once(server: &'static Server) {
    let acme = server.organization();
    server
        .delete("/v1/sessions/current")
        .by(&acme.primary)
        .done();
    let refused = server
        .get("/v1/me")
        .by(&acme.primary)
        .refused(401, "not_signed_in");
    assert!(
        refused
            .header("WWW-Authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
    acme.get("").by(&acme.primary).refused(401, "not_signed_in");
    server
        .delete("/v1/sessions/current")
        .by(&acme.primary)
        .refused(401, "not_signed_in");
}

/// The form of `GET /v1/sessions`.
fn sessions_are_listed_and_one_is_current(server: &'static Server) {
    let acme = server.organization();
    let second = server.sign_in(&acme.primary.email, &acme.primary.id);
    let page = server.get("/v1/sessions").by(&second).ok(200);
    let sessions = form::items(&page);
    assert_eq!(sessions.len(), 2);
    for session in sessions {
        form::fields(
            session,
            &["id", "created_at", "last_used_at", "expires_at", "current"],
        );
        form::id(&session["id"]);
        let created = form::time(&session["created_at"]);
        assert!(created <= form::time(&session["last_used_at"]));
        assert!(created < form::time(&session["expires_at"]));
    }
    assert_eq!(
        sessions
            .iter()
            .filter(|session| session["current"] == true)
            .count(),
        1
    );
}

/// The other token ends, the own one stays.
fn one_session_can_be_ended_from_another(server: &'static Server) {
    let acme = server.organization();
    let second = server.sign_in(&acme.primary.email, &acme.primary.id);
    let page = server.get("/v1/sessions").by(&second).ok(200);
    let other = form::items(&page)
        .iter()
        .find(|session| session["current"] == false)
        .unwrap()
        .clone();
    let path = format!("/v1/sessions/{}", form::id(&other["id"]));
    server.delete(&path).by(&second).done();
    server
        .get("/v1/me")
        .by(&acme.primary)
        .refused(401, "not_signed_in");
    server.get("/v1/me").by(&second).ok(200);
    server.delete(&path).by(&second).refused(404, "not_found");
}

/// R-ANS-2.
fn another_accounts_session_does_not_exist(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let page = server.get("/v1/sessions").by(&other.primary).ok(200);
    let foreign = form::id(&form::items(&page)[0]["id"]).to_owned();
    server
        .delete(format!("/v1/sessions/{foreign}"))
        .by(&acme.primary)
        .refused(404, "not_found");
    server
        .delete("/v1/sessions/nonsense")
        .by(&acme.primary)
        .refused(404, "not_found");
    server.get("/v1/me").by(&other.primary).ok(200);
}

/// Who nobody knows is not signed in, with whatever nonsense they come.
fn account_paths_need_an_account(server: &'static Server) {
    for path in ["/v1/sessions", "/v1/me"] {
        let refused = server.get(path).refused(401, "not_signed_in");
        assert!(
            refused
                .header("WWW-Authenticate")
                .unwrap()
                .starts_with("Bearer")
        );
        for bearer in ["nonsense", "vst_nonsense", "vst_"] {
            server.get(path).by(bearer).refused(401, "not_signed_in");
        }
        server
            .get(path)
            .header("Authorization", "Basic YTpi")
            .refused(401, "not_signed_in");
        server
            .get(path)
            .header("Cookie", "vestibule_session=nonsense")
            .refused(401, "not_signed_in");
    }
    server.delete("/v1/me").refused(401, "not_signed_in");
    server
        .put("/v1/me/password")
        .json(&json!({"current_password": "a", "new_password": "b"}))
        .refused(401, "not_signed_in");
}

/// R-KEY-3.
fn a_key_or_the_operator_never_acts_on_an_account(server: &'static Server) {
    let acme = server.organization();
    let (_, secret) = acme.key("user_manager");
    for bearer in [secret.as_str(), OPERATOR] {
        server.get("/v1/me").by(bearer).refused(403, "not_allowed");
        server
            .get("/v1/sessions")
            .by(bearer)
            .refused(403, "not_allowed");
        server
            .patch("/v1/me")
            .by(bearer)
            .json(&json!({"name": "Somebody Else"}))
            .refused(403, "not_allowed");
        server
            .delete("/v1/me")
            .by(bearer)
            .refused(403, "not_allowed");
    }
}

/// A page of another site cannot change anything with the visitor's cookie.
fn changes_by_cookie_need_the_same_origin(server: &'static Server) {
    let acme = server.organization();
    let cookie = format!(
        "vestibule_session={}",
        server
            .signed_in(&acme.primary.email, PASSWORD)
            .cookie("vestibule_session")
            .0
    );
    let rename = |headers: &[(&str, &str)]| {
        let mut call = acme
            .patch("")
            .header("Cookie", &cookie)
            .json(&json!({"name": "Renamed"}));
        for (name, value) in headers {
            call = call.header(name, value);
        }
        call
    };
    rename(&[
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
    ])
    .refused(403, "cross_site_request");
    rename(&[("Origin", "https://evil.example")]).refused(403, "cross_site_request");
    rename(&[("Origin", "null")]).refused(403, "cross_site_request");
    assert_eq!(
        acme.get("")
            .header("Cookie", &cookie)
            .header("Origin", "https://evil.example")
            .ok(200)["name"],
        acme.name
    );
    rename(&[("Origin", &server.url), ("Sec-Fetch-Site", "same-origin")]).ok(200);
    rename(&[("Origin", &server.url)]).ok(200);
    // Nobody's browser adds a bearer by itself, so its origin says nothing.
    acme.patch("")
        .by(&acme.primary)
        .header("Origin", "https://tool.example")
        .json(&json!({"name": "By tool"}))
        .ok(200);
}

/// R-SES-1, lesson 47: what one keyboard composes and another does not is one password.
fn a_password_is_the_same_however_it_is_composed(server: &'static Server) {
    let acme = server.organization();
    let (composed, decomposed) = (
        "\u{fc}ber-Kettle-47-orbit-D\u{fc}ne",
        "u\u{308}ber-Kettle-47-orbit-Du\u{308}ne",
    );
    let change = json!({"current_password": PASSWORD, "new_password": decomposed});
    server
        .put("/v1/me/password")
        .by(&acme.primary)
        .json(&change)
        .done();
    server.signed_in(&acme.primary.email, composed).ok(201);
    server.signed_in(&acme.primary.email, decomposed).ok(201);
    server
        .signed_in(&acme.primary.email, &format!(" {composed}"))
        .refused(&server.url, 401, "wrong_credentials");
}

/// One account, any number of organizations.
fn every_organization_of_the_account_is_listed(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let there = other.joined_by(&acme.primary, "admin");
    let session = server.signed_in(&acme.primary.email, PASSWORD).ok(201);
    let own = json!({"id": acme.id, "name": acme.name, "user_id": acme.primary.id, "role": "primary_admin", "status": "active"});
    let joined = json!({"id": other.id, "name": other.name, "user_id": there.id, "role": "admin", "status": "active"});
    assert_eq!(
        form::sorted(&session["organizations"]),
        form::sorted(&json!([own, joined]))
    );
}

/// R-DEA-1: the account is untouched, the organization is closed to it.
fn a_deactivated_user_signs_in_but_is_told_so(server: &'static Server) {
    let acme = server.organization();
    let dora = acme.user("Dora Idle");
    acme.post(&format!("/users/{}/deactivate", dora.id))
        .by(&acme.primary)
        .ok(200);
    let session = server.signed_in(&dora.email, PASSWORD).ok(201);
    let there = json!({"id": acme.id, "name": acme.name, "user_id": dora.id, "role": "user", "status": "deactivated"});
    assert_eq!(session["organizations"], json!([there]));
    acme.get("/users")
        .by(form::text(&session["token"]))
        .refused(404, "not_found");
}
