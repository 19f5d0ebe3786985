//! What the invitee does by the link: look, accept, decline; and what strangers learn from it.

use serde_json::{Value, json};

use super::{
    form,
    organization::PASSWORD,
    server::{OPERATOR, Server},
};

on_both_databases![
    the_link_tells_what_the_invitee_needs,
    opening_the_link_consumes_nothing,
    accepting_makes_the_user_active_and_opens_no_session,
    each_bad_field_of_an_acceptance_is_named,
    an_existing_account_accepts_with_its_password,
    an_existing_account_accepts_with_its_session,
    another_accounts_session_cannot_accept,
    acceptance_gives_what_the_user_is_then,
    declining_removes_the_user,
    every_bad_token_is_answered_alike,
    accepting_twice_is_told_that_the_link_is_used,
    staged_memberships_take_effect_with_the_acceptance,
    a_plus_in_the_email_survives_to_the_sign_in,
];

fn accept(server: &'static Server, token: &str) -> super::call::Call {
    server.post(format!("/v1/invitations/{token}/accept"))
}

fn new_account() -> Value {
    json!({"name": "Ivy Invited", "password": PASSWORD})
}

/// The form of `GET /v1/invitations/{token}`.
fn the_link_tells_what_the_invitee_needs(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    let token = server.invitation_token(&ivy.email, 1);
    let shown = server.get(format!("/v1/invitations/{token}")).ok(200);
    let invitation = acme
        .get(&format!("/invitations/{}", ivy.invitation))
        .by(OPERATOR)
        .ok(200);
    let expected = json!({
        "organization_name": acme.name,
        "invited_by": "Petra Prime",
        "email": ivy.email,
        "expires_at": invitation["expires_at"],
        "account_exists": false,
    });
    assert_eq!(shown, expected);
    let other = server.organization();
    other.invite(&json!({"email": acme.primary.email, "role": "user"}));
    let token = server.invitation_token(&acme.primary.email, 1);
    assert_eq!(
        server.get(format!("/v1/invitations/{token}")).ok(200)["account_exists"],
        true
    );
}

/// R-INV-6, lesson 10.
fn opening_the_link_consumes_nothing(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    let token = server.invitation_token(&ivy.email, 1);
    let first = server.get(format!("/v1/invitations/{token}")).ok(200);
    assert_eq!(
        server.get(format!("/v1/invitations/{token}")).ok(200),
        first
    );
    assert_eq!(acme.shown(&ivy.id)["status"], "invited");
    accept(server, &token).json(&new_account()).ok(200);
}

/// R-INV-6.
fn accepting_makes_the_user_active_and_opens_no_session(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    let token = server.invitation_token(&ivy.email, 1);
    let mut accepted = Value::Null;
    let events = acme.recorded(|| {
        let answer = accept(server, &token)
            .json(&json!({"name": "  Ivy Invited ", "password": PASSWORD}))
            .send();
        assert_eq!(answer.header("Set-Cookie"), None);
        accepted = answer.ok(200);
    });
    assert_eq!(events.len(), 1, "{events:?}");
    let account = form::id(&accepted["account_id"]);
    assert_eq!(
        accepted,
        json!({"account_id": account, "organization_id": acme.id, "user_id": ivy.id})
    );
    let user = acme.shown(&ivy.id);
    assert_eq!(
        (&user["status"], &user["name"], &user["invitation"]),
        (&json!("active"), &json!("Ivy Invited"), &Value::Null)
    );
    form::time(&user["joined_at"]);
    let session = server.signed_in(&ivy.email, PASSWORD).ok(201);
    assert_eq!(
        session["account"],
        json!({"id": account, "email": ivy.email, "name": "Ivy Invited"})
    );
    let invitation = acme
        .get(&format!("/invitations/{}", ivy.invitation))
        .by(OPERATOR)
        .ok(200);
    assert_eq!(invitation["state"], "accepted");
}

/// R-ANS-3, lesson 12: nothing is used up by it.
fn each_bad_field_of_an_acceptance_is_named(server: &'static Server) {
    let acme = server.organization_named("Quillfeather Brothers");
    let ivy = acme.invited();
    let token = server.invitation_token(&ivy.email, 1);
    let with = |body: Value| accept(server, &token).json(&body);
    with(json!({"password": PASSWORD})).blamed("invalid_field", "/name");
    with(json!({"name": "Ivy Invited"})).blamed("invalid_field", "/password");
    with(json!({"name": " ", "password": PASSWORD})).blamed("invalid_field", "/name");
    with(json!({"name": "x".repeat(101), "password": PASSWORD})).blamed("invalid_field", "/name");
    with(json!({"name": "Ivy Invited", "password": 12})).blamed("invalid_field", "/password");
    for weak in [
        "short",
        "aaaaaaaaaaaaaaaaaa",
        "QuillfeatherBrothers",
        "IvyInvitedIvyInvited",
        &ivy.email,
    ] {
        with(json!({"name": "Ivy Invited", "password": weak}))
            .blamed("password_too_weak", "/password");
    }
    with(json!({"name": "Ivy Invited", "password": PASSWORD, "role": "admin"}))
        .refused(400, "unknown_field")
        .blames("/role");
    assert_eq!(acme.shown(&ivy.id)["status"], "invited");
    with(new_account()).ok(200);
}

/// R-INV-6, lessons 2 and 12.
fn an_existing_account_accepts_with_its_password(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let invited = other.invite(&json!({"email": acme.primary.email, "role": "user"}));
    let token = server.invitation_token(&acme.primary.email, 1);
    accept(server, &token)
        .json(&json!({"password": "plum-Kettle-47-orbit-Dane"}))
        .refused(401, "wrong_credentials");
    accept(server, &token)
        .json(&json!({"name": "Impostor", "password": "Walnut tram 9 under glass"}))
        .refused(401, "wrong_credentials");
    accept(server, &token)
        .json(&json!({}))
        .blamed("invalid_field", "/password");
    assert_eq!(other.shown(&invited.id)["status"], "invited");
    let accepted = accept(server, &token)
        .json(&json!({"password": PASSWORD}))
        .ok(200);
    assert_eq!(
        accepted,
        json!({"account_id": acme.primary.account, "organization_id": other.id, "user_id": invited.id})
    );
    assert_eq!(other.shown(&invited.id)["name"], "Petra Prime");
}

/// R-INV-6.
fn an_existing_account_accepts_with_its_session(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let invited = other.invite(&json!({"email": acme.primary.email, "role": "admin"}));
    let token = server.invitation_token(&acme.primary.email, 1);
    let accepted = accept(server, &token)
        .by(&acme.primary)
        .json(&json!({}))
        .ok(200);
    assert_eq!(accepted["account_id"], acme.primary.account);
    other.get("").by(&acme.primary).ok(200);
    assert_eq!(other.shown(&invited.id)["role"], "admin");
}

/// R-INV-6, lessons 2 and 3.
fn another_accounts_session_cannot_accept(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let ivy = acme.invited();
    let token = server.invitation_token(&ivy.email, 1);
    accept(server, &token)
        .by(&other.primary)
        .json(&json!({}))
        .refused(409, "account_mismatch");
    accept(server, &token)
        .by(&other.primary)
        .json(&new_account())
        .refused(409, "account_mismatch");
    let known = other.invite(&json!({"email": acme.primary.email, "role": "user"}));
    let token_of_known = server.invitation_token(&acme.primary.email, 1);
    accept(server, &token_of_known)
        .by(&other.primary)
        .json(&json!({}))
        .refused(409, "account_mismatch");
    assert_eq!(acme.shown(&ivy.id)["status"], "invited");
    assert_eq!(other.shown(&known.id)["status"], "invited");
    accept(server, &token).json(&new_account()).ok(200);
}

/// R-INV-1, lesson 14.
fn acceptance_gives_what_the_user_is_then(server: &'static Server) {
    let acme = server.organization();
    let (north, south) = (acme.entity("North"), acme.entity("South"));
    let ivy = acme.invited_to("admin", &[(&north, "admin")]);
    acme.patch(&format!("/users/{}", ivy.id))
        .by(&acme.primary)
        .json(&json!({"role": "user"}))
        .ok(200);
    acme.delete(&format!("/entities/{north}/members/{}", ivy.id))
        .by(&acme.primary)
        .done();
    acme.put(&format!("/entities/{south}/members/{}", ivy.id))
        .by(&acme.primary)
        .json(&json!({"role": "clerk"}))
        .ok(201);
    let accepted = acme.accept(&ivy, "Ivy Invited");
    let user = acme.shown(&ivy.id);
    assert_eq!(user["role"], "user");
    assert_eq!(
        user["memberships"],
        json!([{"entity_id": south, "entity_name": "South", "role": "clerk"}])
    );
    acme.get("").by(&accepted).refused(403, "not_allowed");
}

/// R-INV-5.
fn declining_removes_the_user(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ivy = acme.invited_to("user", &[(&room, "clerk")]);
    let token = server.invitation_token(&ivy.email, 1);
    let events = acme.recorded(|| {
        server
            .post(format!("/v1/invitations/{token}/decline"))
            .done()
    });
    assert_eq!(events.len(), 1);
    acme.get(&format!("/users/{}", ivy.id))
        .by(&acme.primary)
        .refused(404, "user_not_in_organization");
    assert_eq!(acme.shown_entity(&room)["member_count"], 0);
    let invitation = acme
        .get(&format!("/invitations/{}", ivy.invitation))
        .by(OPERATOR)
        .ok(200);
    assert_eq!(invitation["state"], "declined");
    server
        .post(format!("/v1/invitations/{token}/decline"))
        .refused(404, "invitation_not_usable");
}

/// R-INV-7: wrong, old, suspended or used.
fn every_bad_token_is_answered_alike(server: &'static Server) {
    let acme = server.organization();
    acme.let_admins_manage_users();
    let sender = acme.admin("Sia Sender");
    let (accepted, revoked, declined, resent) = (
        acme.invited(),
        acme.invited(),
        acme.invited(),
        acme.invited(),
    );
    let suspended = server.email();
    acme.post("/invitations")
        .by(&sender)
        .json(&json!({"email": suspended, "role": "user"}))
        .ok(201);
    let tokens = [
        &accepted.email,
        &revoked.email,
        &declined.email,
        &resent.email,
        &suspended,
    ]
    .map(|email| server.invitation_token(email, 1));
    accept(server, &tokens[0]).json(&new_account()).ok(200);
    acme.delete(&format!("/invitations/{}", revoked.invitation))
        .by(&acme.primary)
        .done();
    server
        .post(format!("/v1/invitations/{}/decline", tokens[2]))
        .done();
    acme.post(&format!("/invitations/{}/resend", resent.invitation))
        .by(&acme.primary)
        .ok(200);
    acme.post(&format!("/users/{}/deactivate", sender.id))
        .by(&acme.primary)
        .ok(200);
    let live = server.invitation_token(&resent.email, 2);
    let mut changed = live.clone();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    let cut = live[..live.len() - 2].to_owned();
    let mut bad = tokens.to_vec();
    // The last character of a base64 text may carry bits that say nothing, so a middle one is changed as well.
    let mut inside = live.clone().into_bytes();
    let middle = inside.len() - 8;
    inside[middle] = if inside[middle] == b'A' { b'B' } else { b'A' };
    bad.extend([
        changed,
        cut,
        String::from_utf8(inside).unwrap(),
        "nonsense".into(),
        "%00".into(),
        "%C3%BC".into(),
        "x".repeat(500),
    ]);
    let mut answers = Vec::new();
    for token in &bad {
        let path = format!("/v1/invitations/{token}");
        answers.push(
            server
                .get(&path)
                .refused(404, "invitation_not_usable")
                .comparable(),
        );
        answers.push(
            accept(server, token)
                .json(&new_account())
                .refused(404, "invitation_not_usable")
                .comparable(),
        );
        answers.push(
            server
                .post(format!("{path}/decline"))
                .refused(404, "invitation_not_usable")
                .comparable(),
        );
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    server.get(format!("/v1/invitations/{live}")).ok(200);
}

/// R-INV-6.
fn accepting_twice_is_told_that_the_link_is_used(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    let token = server.invitation_token(&ivy.email, 1);
    accept(server, &token).json(&new_account()).ok(200);
    accept(server, &token)
        .json(&new_account())
        .refused(404, "invitation_not_usable");
    accept(server, &token)
        .json(&json!({"password": PASSWORD}))
        .refused(404, "invitation_not_usable");
    let page = acme
        .get("/users")
        .query("q", &ivy.email)
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::items(&page).len(), 1);
}

/// R-ENT-4.
fn staged_memberships_take_effect_with_the_acceptance(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ivy = acme.invited_to("user", &[(&room, "admin")]);
    assert_eq!(
        acme.decision(&ivy.id, "member:manage", &room),
        ("deny".to_owned(), json!("user_not_active"))
    );
    assert_eq!(acme.shown_entity(&room)["without_admin"], true);
    acme.accept(&ivy, "Ivy Invited");
    assert_eq!(
        acme.decision(&ivy.id, "member:manage", &room),
        ("allow".to_owned(), Value::Null)
    );
    assert_eq!(acme.shown_entity(&room)["without_admin"], false);
}

/// R-INV-2, lesson 29.
fn a_plus_in_the_email_survives_to_the_sign_in(server: &'static Server) {
    let acme = server.organization();
    let email = format!("ann+{}@people.example", server.number());
    let ann = acme.invite(&json!({"email": email, "role": "user"}));
    let token = server.invitation_token(&email, 1);
    assert_eq!(
        server.get(format!("/v1/invitations/{token}")).ok(200)["email"],
        email
    );
    let ann = acme.accept(&ann, "Ann Plus");
    assert_eq!(server.get("/v1/me").by(&ann).ok(200)["email"], email);
    let page = acme
        .get("/users")
        .query("q", &email)
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::each(form::items(&page), "id"), [ann.id]);
}
