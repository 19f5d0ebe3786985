//! Invitations that have been sent: reading, resending, revoking, and when they are suspended. The link is in `invitation_links`.

use serde_json::{Value, json};

use super::{
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    invitations_are_read_by_admins_only,
    each_state_can_be_listed,
    resending_gives_a_new_link_and_expiry_and_changes_nothing_else,
    resending_makes_the_resender_the_sender,
    the_sixth_resend_within_an_hour_is_refused,
    revoking_removes_the_user_and_keeps_the_history,
    an_ended_invitation_cannot_be_resent_or_revoked,
    resend_and_revoke_are_for_managers_of_users,
    an_invitation_is_suspended_while_its_sender_may_not_send,
    a_revoked_or_declined_email_can_be_invited_again,
    unknown_and_foreign_invitations_are_not_found,
];

/// The *who* column: A.
fn invitations_are_read_by_admins_only(server: &'static Server) {
    let acme = server.organization();
    let (admin, user, ivy) = (
        acme.admin("Ada Admin"),
        acme.user("Uma User"),
        acme.invited(),
    );
    let one = format!("/invitations/{}", ivy.invitation);
    for bearer in [
        admin.as_ref(),
        OPERATOR,
        &acme.key("auditor").1,
        &acme.key("admin").1,
    ] {
        assert_eq!(acme.get(&one).by(bearer).ok(200)["user_id"], ivy.id);
        let page = acme.get("/invitations").by(bearer).ok(200);
        form::find(form::items(&page), "id", &ivy.invitation);
    }
    for path in ["/invitations", &one, "/invitations/nonsense"] {
        acme.get(path).by(&user).refused(403, "not_allowed");
        acme.get(path).refused(401, "not_signed_in");
    }
}

/// R-INV-5: the invitation stays in the history; lesson 11: no token in it.
fn each_state_can_be_listed(server: &'static Server) {
    let acme = server.organization();
    acme.let_admins_manage_users();
    let sender = acme.admin("Sia Sender");
    let accepted = acme
        .get("/invitations")
        .by(OPERATOR)
        .query("state", "accepted")
        .ok(200);
    let accepted = form::text(&form::items(&accepted)[0]["id"]).to_owned();
    let (pending, revoked, declined) = (acme.invited(), acme.invited(), acme.invited());
    let suspended = acme
        .post("/invitations")
        .by(&sender)
        .json(&json!({"email": server.email(), "role": "user"}))
        .ok(201);
    acme.post(&format!("/users/{}/deactivate", sender.id))
        .by(&acme.primary)
        .ok(200);
    acme.delete(&format!("/invitations/{}", revoked.invitation))
        .by(&acme.primary)
        .done();
    let token = server.invitation_token(&declined.email, 1);
    server
        .post(format!("/v1/invitations/{token}/decline"))
        .done();
    let expected = [
        ("pending", pending.invitation.as_str()),
        ("suspended", form::text(&suspended["id"])),
        ("accepted", &accepted),
        ("declined", &declined.invitation),
        ("revoked", &revoked.invitation),
    ];
    for (state, id) in expected {
        let page = acme
            .get("/invitations")
            .query("state", state)
            .by(&acme.primary)
            .ok(200);
        let items = form::items(&page);
        assert_eq!(form::each(items, "id"), [id], "{state}");
        assert_eq!(items[0]["state"], state);
        form::fields(&items[0], &form::INVITATION);
        assert_eq!(acme.invitation(id)["state"], state);
    }
    let none = acme
        .get("/invitations")
        .query("state", "expired")
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::items(&none).len(), 0);
    let two = acme
        .get("/invitations")
        .query("state", "revoked")
        .query("state", "declined")
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::items(&two).len(), 2);
    let all = acme.get("/invitations").by(&acme.primary).send();
    assert_eq!(form::items(&all.ok(200)).len(), 5);
    assert!(
        !String::from_utf8_lossy(&all.body).contains(&token),
        "{all}"
    );
    acme.get("/invitations")
        .query("state", "lost")
        .by(&acme.primary)
        .blamed("invalid_field", "?state");
}

/// R-INV-4, lessons 5, 9 and 34.
fn resending_gives_a_new_link_and_expiry_and_changes_nothing_else(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ivy = acme.invited_to("admin", &[(&room, "manager")]);
    let old = server.invitation_token(&ivy.email, 1);
    let before = acme.invitation(&ivy.invitation);
    let user = acme.shown(&ivy.id);
    let events = acme.recorded(|| {
        let resent = acme
            .post(&format!("/invitations/{}/resend", ivy.invitation))
            .by(&acme.primary)
            .ok(200);
        assert!(form::time(&resent["expires_at"]) > form::time(&before["expires_at"]));
        let mut same = resent.clone();
        same["expires_at"] = before["expires_at"].clone();
        same["mail"] = before["mail"].clone();
        assert_eq!(same, before);
    });
    assert_eq!(events.len(), 1);
    let new = server.invitation_token(&ivy.email, 2);
    assert_ne!(new, old);
    server
        .get(format!("/v1/invitations/{old}"))
        .refused(404, "invitation_not_usable");
    server.get(format!("/v1/invitations/{new}")).ok(200);
    let after = acme.shown(&ivy.id);
    for field in ["role", "memberships", "status", "name", "email"] {
        assert_eq!(after[field], user[field]);
    }
    assert_eq!(after["invitation"]["id"], ivy.invitation);
}

/// R-INV-4.
fn resending_makes_the_resender_the_sender(server: &'static Server) {
    let acme = server.organization();
    acme.let_admins_manage_users();
    let (admin, ivy) = (acme.admin("Ada Admin"), acme.invited());
    let resend = |bearer: &str| {
        acme.post(&format!("/invitations/{}/resend", ivy.invitation))
            .by(bearer)
            .ok(200)
    };
    assert_eq!(
        resend(admin.as_ref())["invited_by"],
        json!({"user_id": admin.id, "name": "Ada Admin"})
    );
    assert_eq!(resend(OPERATOR)["invited_by"], Value::Null);
    assert_eq!(
        resend(acme.primary.as_ref())["invited_by"]["user_id"],
        acme.primary.id
    );
}

/// R-INV-4, R-SES-3: it says when to come back, and another invitation is not held up by it.
fn the_sixth_resend_within_an_hour_is_refused(server: &'static Server) {
    let acme = server.organization();
    let (ivy, other) = (acme.invited(), acme.invited());
    let resend = |id: &str| {
        acme.post(&format!("/invitations/{id}/resend"))
            .by(&acme.primary)
    };
    for sent in 1..=5 {
        server.mailbox.nth_to(&ivy.email, sent);
        resend(&ivy.invitation).ok(200);
    }
    let token = server.invitation_token(&ivy.email, 6);
    let refused = resend(&ivy.invitation).refused(429, "resend_limit_reached");
    let seconds: u64 = refused.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=3600).contains(&seconds), "{seconds}");
    server.get(format!("/v1/invitations/{token}")).ok(200);
    resend(&other.invitation).ok(200);
}

/// R-INV-5.
fn revoking_removes_the_user_and_keeps_the_history(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ivy = acme.invited_to("user", &[(&room, "admin")]);
    let token = server.invitation_token(&ivy.email, 1);
    let events = acme.recorded(|| {
        acme.delete(&format!("/invitations/{}", ivy.invitation))
            .by(&acme.primary)
            .done()
    });
    assert_eq!(events.len(), 1);
    let history = acme.invitation(&ivy.invitation);
    assert_eq!(
        (&history["state"], &history["email"], &history["user_id"]),
        (&json!("revoked"), &json!(ivy.email), &json!(ivy.id))
    );
    acme.get(&format!("/users/{}", ivy.id))
        .by(&acme.primary)
        .refused(404, "user_not_in_organization");
    assert_eq!(acme.shown_entity(&room)["member_count"], 0);
    server
        .get(format!("/v1/invitations/{token}"))
        .refused(404, "invitation_not_usable");
}

/// R-AUD-1: revoke of what is so already is refused.
fn an_ended_invitation_cannot_be_resent_or_revoked(server: &'static Server) {
    let acme = server.organization();
    let (accepted, revoked, declined) = (acme.invited(), acme.invited(), acme.invited());
    acme.accept(&accepted, "Ann Accepted");
    acme.delete(&format!("/invitations/{}", revoked.invitation))
        .by(&acme.primary)
        .done();
    let token = server.invitation_token(&declined.email, 1);
    server
        .post(format!("/v1/invitations/{token}/decline"))
        .done();
    for ended in [accepted, revoked, declined] {
        let path = format!("/invitations/{}", ended.invitation);
        acme.post(&format!("{path}/resend"))
            .by(&acme.primary)
            .refused(409, "invitation_not_pending");
        acme.delete(&path)
            .by(&acme.primary)
            .refused(409, "invitation_not_pending");
    }
}

/// The *who* column: M.
fn resend_and_revoke_are_for_managers_of_users(server: &'static Server) {
    let acme = server.organization();
    let (admin, user, ivy) = (
        acme.admin("Ada Admin"),
        acme.user("Uma User"),
        acme.invited(),
    );
    let path = format!("/invitations/{}", ivy.invitation);
    for bearer in [
        admin.as_ref(),
        user.as_ref(),
        &acme.key("auditor").1,
        &acme.key("admin").1,
    ] {
        acme.post(&format!("{path}/resend"))
            .by(bearer)
            .refused(403, "not_allowed");
        acme.delete(&path).by(bearer).refused(403, "not_allowed");
    }
    let manager = acme.key("user_manager").1;
    acme.post(&format!("{path}/resend")).by(&manager).ok(200);
    acme.delete(&path).by(&manager).done();
}

/// R-INV-9: removed, deactivated or lost the right.
fn an_invitation_is_suspended_while_its_sender_may_not_send(server: &'static Server) {
    let acme = server.organization();
    acme.let_admins_manage_users();
    let admin = acme.admin("Ada Admin");
    let email = server.email();
    let made = acme
        .post("/invitations")
        .by(&admin)
        .json(&json!({"email": email, "role": "user"}))
        .ok(201);
    let (id, link) = (
        form::text(&made["id"]),
        format!("/v1/invitations/{}", server.invitation_token(&email, 1)),
    );
    let suspended = || {
        assert_eq!(acme.invitation(id)["state"], "suspended");
        server.get(&link).refused(404, "invitation_not_usable");
    };
    let pending = || {
        assert_eq!(acme.invitation(id)["state"], "pending");
        server.get(&link).ok(200);
    };
    let user = format!("/users/{}", admin.id);
    let manage = |who: &str| {
        acme.patch("")
            .by(&acme.primary)
            .json(&json!({"user_management": who}))
            .ok(200)
    };
    pending();
    acme.post(&format!("{user}/deactivate"))
        .by(&acme.primary)
        .ok(200);
    suspended();
    acme.post(&format!("{user}/reactivate"))
        .by(&acme.primary)
        .ok(200);
    pending();
    acme.patch(&user)
        .by(&acme.primary)
        .json(&json!({"role": "user"}))
        .ok(200);
    suspended();
    acme.patch(&user)
        .by(&acme.primary)
        .json(&json!({"role": "admin"}))
        .ok(200);
    pending();
    manage("primary_admin");
    suspended();
    manage("admins");
    pending();
}

/// R-INV-5, lesson 4.
fn a_revoked_or_declined_email_can_be_invited_again(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    server.mailbox.first_to(&ivy.email);
    acme.delete(&format!("/invitations/{}", ivy.invitation))
        .by(&acme.primary)
        .done();
    let again = acme.invite(&json!({"email": ivy.email, "role": "user"}));
    assert_ne!((&again.id, &again.invitation), (&ivy.id, &ivy.invitation));
    let token = server.invitation_token(&ivy.email, 2);
    server
        .post(format!("/v1/invitations/{token}/decline"))
        .done();
    acme.invite(&json!({"email": ivy.email, "role": "admin"}));
    assert_eq!(acme.invitation(&ivy.invitation)["state"], "revoked");
}

/// R-ANS-2.
fn unknown_and_foreign_invitations_are_not_found(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let foreign = other.invited();
    for id in [
        foreign.invitation.as_str(),
        "01890000-0000-7000-8000-000000000000",
        "nonsense",
    ] {
        let path = format!("/invitations/{id}");
        acme.get(&path).by(&acme.primary).refused(404, "not_found");
        acme.delete(&path)
            .by(&acme.primary)
            .refused(404, "not_found");
        acme.post(&format!("{path}/resend"))
            .by(&acme.primary)
            .refused(404, "not_found");
    }
    assert_eq!(other.invitation(&foreign.invitation)["state"], "pending");
}
