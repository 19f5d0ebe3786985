//! The own account: its name, its password and its end.

use serde_json::json;

use super::{form, organization::PASSWORD, server::Server};

on_both_databases![
    me_is_what_sign_in_told,
    a_new_name_goes_to_every_linked_user_with_one_event_each,
    a_bad_name_is_blamed_and_changes_nothing,
    a_new_password_ends_every_other_session,
    a_wrong_current_password_changes_nothing,
    a_weak_new_password_is_blamed,
    a_primary_admin_cannot_delete_their_account,
    deleting_an_account_removes_its_users_deactivated_ones_too,
    an_account_outlives_its_last_organization,
];

/// The form of `GET /v1/me`.
fn me_is_what_sign_in_told(server: &'static Server) {
    let acme = server.organization();
    let session = server.signed_in(&acme.primary.email, PASSWORD).ok(201);
    let me = server.get("/v1/me").by(&acme.primary).ok(200);
    let expected = json!({
        "id": acme.primary.account,
        "email": acme.primary.email,
        "name": "Petra Prime",
        "organizations": session["organizations"],
    });
    assert_eq!(me, expected);
}

/// R-AUD-1: one event an organization, and none for a name that is so already.
fn a_new_name_goes_to_every_linked_user_with_one_event_each(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let there = other.joined_by(&acme.primary, "user");
    let rename = || {
        server
            .patch("/v1/me")
            .by(&acme.primary)
            .json(&json!({"name": " Petra Prince "}))
            .ok(200)
    };
    let elsewhere = other.last_seq();
    let events = acme.recorded(|| {
        let me = rename();
        assert_eq!(me["name"], "Petra Prince");
        form::fields(&me, &["id", "email", "name", "organizations"]);
    });
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(other.last_seq(), elsewhere + 1);
    assert_eq!(acme.shown(&acme.primary.id)["name"], "Petra Prince");
    assert_eq!(other.shown(&there.id)["name"], "Petra Prince");
    assert_eq!(acme.recorded(|| drop(rename())).len(), 0);
}

/// R-ENT-7 and R-ANS-3.
fn a_bad_name_is_blamed_and_changes_nothing(server: &'static Server) {
    let acme = server.organization();
    let events = acme.recorded(|| {
        for name in ["", "   ", "a\u{0}b", "two\nlines", &"x".repeat(101)] {
            server
                .patch("/v1/me")
                .by(&acme.primary)
                .json(&json!({"name": name}))
                .blamed("invalid_field", "/name");
        }
        server
            .patch("/v1/me")
            .by(&acme.primary)
            .json(&json!({"name": null}))
            .blamed("invalid_field", "/name");
        server
            .patch("/v1/me")
            .by(&acme.primary)
            .json(&json!({"email": "a@b.example"}))
            .refused(400, "unknown_field")
            .blames("/email");
    });
    assert_eq!(events.len(), 0);
    assert_eq!(
        server.get("/v1/me").by(&acme.primary).ok(200)["name"],
        "Petra Prime"
    );
    server
        .patch("/v1/me")
        .by(&acme.primary)
        .json(&json!({"name": "\u{e4}".repeat(100)}))
        .ok(200);
}

/// R-SES-2.
fn a_new_password_ends_every_other_session(server: &'static Server) {
    let acme = server.organization();
    let second = server.sign_in(&acme.primary.email, &acme.primary.id);
    let new = "Walnut tram 9 under glass";
    server
        .put("/v1/me/password")
        .by(&acme.primary)
        .json(&json!({"current_password": PASSWORD, "new_password": new}))
        .done();
    server.get("/v1/me").by(&acme.primary).ok(200);
    server
        .get("/v1/me")
        .by(&second)
        .refused(401, "not_signed_in");
    server
        .signed_in(&acme.primary.email, PASSWORD)
        .refused(&server.url, 401, "wrong_credentials");
    server.signed_in(&acme.primary.email, new).ok(201);
}

/// Lesson 12: a failed attempt changes nothing.
fn a_wrong_current_password_changes_nothing(server: &'static Server) {
    let acme = server.organization();
    let second = server.sign_in(&acme.primary.email, &acme.primary.id);
    let change = json!({"current_password": "not-the-password-at-all", "new_password": "Walnut tram 9 under glass"});
    server
        .put("/v1/me/password")
        .by(&acme.primary)
        .json(&change)
        .refused(401, "wrong_credentials");
    server.get("/v1/me").by(&second).ok(200);
    server.signed_in(&acme.primary.email, PASSWORD).ok(201);
}

/// R-SES-1: too short, too long, too easy, and easy for who knows the person or the organization.
fn a_weak_new_password_is_blamed(server: &'static Server) {
    let acme = server.organization_named("Quillfeather Brothers");
    let change = |new: &str| {
        server
            .put("/v1/me/password")
            .by(&acme.primary)
            .json(&json!({"current_password": PASSWORD, "new_password": new}))
    };
    for weak in [
        "k7#Vq9!zP2m",
        "passwordpassword",
        "aaaaaaaaaaaaaaaa",
        "QuillfeatherBrothers",
        &acme.primary.email,
    ] {
        change(weak).blamed("password_too_weak", "/new_password");
    }
    change(&"k7#Vq9!zP2m-".repeat(11)).blamed("password_too_weak", "/new_password");
    server
        .put("/v1/me/password")
        .by(&acme.primary)
        .json(&json!({"new_password": PASSWORD}))
        .blamed("invalid_field", "/current_password");
    // Twelve characters are enough, and they are counted, not their bytes.
    change("k\u{f6}#Vq9!zP2\u{fc}x").done();
}

/// R-REM-7 with R-ORG-1.
fn a_primary_admin_cannot_delete_their_account(server: &'static Server) {
    let acme = server.organization();
    server
        .delete("/v1/me")
        .by(&acme.primary)
        .refused(409, "primary_admin_must_transfer");
    server.get("/v1/me").by(&acme.primary).ok(200);
}

/// R-REM-7: the same cascade everywhere, one event an organization.
fn deleting_an_account_removes_its_users_deactivated_ones_too(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let room = acme.entity("Room");
    let dora = acme.member("Dora Leaver", &[(&room, "admin")]);
    let there = other.joined_by(&dora, "admin");
    other
        .post(&format!("/users/{}/deactivate", there.id))
        .by(&other.primary)
        .ok(200);
    let elsewhere = other.last_seq();
    let events = acme.recorded(|| server.delete("/v1/me").by(&dora).done());
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(other.last_seq(), elsewhere + 1);
    server.get("/v1/me").by(&dora).refused(401, "not_signed_in");
    server
        .signed_in(&dora.email, PASSWORD)
        .refused(&server.url, 401, "wrong_credentials");
    acme.get(&format!("/users/{}", dora.id))
        .by(&acme.primary)
        .refused(404, "user_not_in_organization");
    other
        .get(&format!("/users/{}", there.id))
        .by(&other.primary)
        .refused(404, "user_not_in_organization");
    assert_eq!(acme.shown_entity(&room)["member_count"], 0);
    // R-REM-6: the email is free again, and it is a new account that accepts.
    let again = acme.invite(&json!({"email": dora.email, "role": "user"}));
    let token = server.invitation_token(&dora.email, 3);
    assert_eq!(
        server.get(format!("/v1/invitations/{token}")).ok(200)["account_exists"],
        false
    );
    assert_eq!(acme.shown(&again.id)["memberships"], json!([]));
}

/// R-REM-7: the account remains.
fn an_account_outlives_its_last_organization(server: &'static Server) {
    let acme = server.organization();
    let dora = acme.user("Dora Remains");
    acme.delete(&format!("/users/{}", dora.id))
        .by(&acme.primary)
        .ok(200);
    let session = server.signed_in(&dora.email, PASSWORD).ok(201);
    assert_eq!(session["organizations"], json!([]));
    let token = form::text(&session["token"]);
    assert_eq!(
        server.get("/v1/me").by(token).ok(200)["organizations"],
        json!([])
    );
    server.delete("/v1/me").by(token).done();
}
