//! Users of an organization: their form, who sees whom, role changes and deactivation. Lists are in `lists_and_cursors`.

use serde_json::{Value, json};

use super::{
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    a_user_has_the_form_of_the_contract_in_each_status,
    an_admin_sees_everybody_and_a_lone_user_only_themself,
    a_member_sees_only_people_and_memberships_of_their_entities,
    unknown_and_foreign_users_are_not_found_alike,
    the_primary_admin_changes_roles,
    setting_a_role_that_is_so_already_writes_nothing,
    only_who_manages_users_changes_roles,
    the_primary_admin_keeps_their_role,
    a_role_that_cannot_be_given_is_refused,
    only_users_without_an_account_are_named_by_others,
    a_deactivated_user_keeps_everything_and_can_do_nothing,
    reactivating_gives_back_what_was_there,
    deactivation_is_for_active_users_and_reactivation_for_deactivated_ones,
    only_who_manages_users_deactivates,
];

/// The user object.
fn a_user_has_the_form_of_the_contract_in_each_status(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ann = acme.member("Ann Active", &[(&room, "clerk")]);
    let shown = acme.shown(&ann.id);
    form::id(&shown["id"]);
    form::time(&shown["joined_at"]);
    let expected = json!({
        "id": ann.id, "email": ann.email, "name": "Ann Active", "role": "user", "status": "active",
        "joined_at": shown["joined_at"], "invitation": null,
        "memberships": [{"entity_id": room, "entity_name": "Room", "role": "clerk"}],
    });
    assert_eq!(shown, expected);

    let ivy = acme.invited_to("admin", &[(&room, "auditor")]);
    server.mailbox.first_to(&ivy.email);
    let shown = acme.shown(&ivy.id);
    let invitation = &shown["invitation"];
    form::fields(
        invitation,
        &["id", "state", "expires_at", "mail", "mail_error"],
    );
    form::time(&invitation["expires_at"]);
    assert!(["queued", "sent"].contains(&form::text(&invitation["mail"])));
    assert_eq!(
        (
            &invitation["id"],
            &invitation["state"],
            &invitation["mail_error"]
        ),
        (&json!(ivy.invitation), &json!("pending"), &Value::Null)
    );
    let expected = json!({
        "id": ivy.id, "email": ivy.email, "name": null, "role": "admin", "status": "invited",
        "joined_at": null, "invitation": invitation,
        "memberships": [{"entity_id": room, "entity_name": "Room", "role": "auditor"}],
    });
    assert_eq!(shown, expected);

    let idle = acme
        .post(&format!("/users/{}/deactivate", ann.id))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(idle["status"], "deactivated");
    assert_eq!(
        (&idle["joined_at"], &idle["invitation"]),
        (&acme.shown(&ann.id)["joined_at"], &Value::Null)
    );
    assert_eq!(acme.shown(&acme.primary.id)["role"], "primary_admin");
}

/// R-ORG-3.
fn an_admin_sees_everybody_and_a_lone_user_only_themself(server: &'static Server) {
    let acme = server.organization();
    let (admin, user, other) = (
        acme.admin("Ada Admin"),
        acme.user("Uma User"),
        acme.user("Otto Other"),
    );
    let seen = |bearer: &str| {
        let page = acme.get("/users").by(bearer).ok(200);
        let mut ids = form::each(form::items(&page), "id");
        ids.sort_unstable();
        ids
    };
    let mut everybody = [&acme.primary, &admin, &user, &other]
        .map(|person| person.id.clone())
        .to_vec();
    everybody.sort_unstable();
    for role in ["auditor", "admin", "user_manager"] {
        assert_eq!(seen(&acme.key(role).1), everybody);
    }
    assert_eq!(seen(admin.as_ref()), everybody);
    assert_eq!(seen(OPERATOR), everybody);
    assert_eq!(seen(user.as_ref()), std::slice::from_ref(&user.id));
    acme.get(&format!("/users/{}", user.id)).by(&user).ok(200);
    acme.get(&format!("/users/{}", other.id)).by(&admin).ok(200);
}

/// R-ORG-3: of those people only the memberships in entities that they themself can see.
fn a_member_sees_only_people_and_memberships_of_their_entities(server: &'static Server) {
    let acme = server.organization();
    let (shared, hidden, archived) = (
        acme.entity("Shared"),
        acme.entity("Hidden"),
        acme.entity("Archived"),
    );
    let ann = acme.member("Ann Clerk", &[(&shared, "clerk"), (&archived, "admin")]);
    let bob = acme.member(
        "Bob Both",
        &[
            (&shared, "auditor"),
            (&hidden, "admin"),
            (&archived, "clerk"),
        ],
    );
    let hidden_only = acme.member("Hid Hidden", &[(&hidden, "admin"), (&archived, "clerk")]);
    acme.post(&format!("/entities/{archived}/archive"))
        .by(&acme.primary)
        .ok(200);
    let page = acme.get("/users").by(&ann).ok(200);
    let users = form::items(&page);
    assert_eq!(form::each(users, "id"), [ann.id.clone(), bob.id.clone()]);
    let common = json!([{"entity_id": shared, "entity_name": "Shared", "role": "auditor"}]);
    assert_eq!(users[1]["memberships"], common);
    assert_eq!(
        acme.get(&format!("/users/{}", bob.id)).by(&ann).ok(200)["memberships"],
        common
    );
    acme.get(&format!("/users/{}", hidden_only.id))
        .by(&ann)
        .refused(404, "user_not_in_organization");
    // A filter by what one cannot see finds nobody by it.
    let by_hidden = acme
        .get("/users")
        .query("entity_id", &hidden)
        .by(&ann)
        .send();
    assert!(
        by_hidden.status == 404 || by_hidden.ok(200)["items"] == json!([]),
        "{by_hidden}"
    );
}

/// R-ANS-2: unknown, foreign and unreadable ids are one answer.
fn unknown_and_foreign_users_are_not_found_alike(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let path = |id: &str| format!("/users/{id}");
    for id in [
        other.primary.id.as_str(),
        "01890000-0000-7000-8000-000000000000",
        &acme.id,
        "nonsense",
        "%20",
    ] {
        acme.get(&path(id))
            .by(&acme.primary)
            .refused(404, "user_not_in_organization");
        acme.patch(&path(id))
            .by(&acme.primary)
            .json(&json!({"role": "admin"}))
            .refused(404, "user_not_in_organization");
        acme.delete(&path(id))
            .by(&acme.primary)
            .refused(404, "user_not_in_organization");
        acme.get(&format!("{}/removal-plan", path(id)))
            .by(&acme.primary)
            .refused(404, "user_not_in_organization");
        acme.post(&format!("{}/deactivate", path(id)))
            .by(&acme.primary)
            .refused(404, "user_not_in_organization");
        acme.post(&format!("{}/reactivate", path(id)))
            .by(&acme.primary)
            .refused(404, "user_not_in_organization");
    }
    assert_eq!(other.shown(&other.primary.id)["status"], "active");
}

/// R-ORG-2, and R-SES: what a session may do is read anew.
fn the_primary_admin_changes_roles(server: &'static Server) {
    let acme = server.organization();
    let user = acme.user("Uma User");
    let set = |bearer: &str, role: &str| {
        acme.patch(&format!("/users/{}", user.id))
            .by(bearer)
            .json(&json!({"role": role}))
            .ok(200)
    };
    acme.get("").by(&user).refused(403, "not_allowed");
    let events = acme.recorded(|| assert_eq!(set(acme.primary.as_ref(), "admin")["role"], "admin"));
    assert_eq!(events.len(), 1);
    acme.get("").by(&user).ok(200);
    assert_eq!(set(OPERATOR, "user")["role"], "user");
    acme.get("").by(&user).refused(403, "not_allowed");
    assert_eq!(set(&acme.key("user_manager").1, "admin")["role"], "admin");
}

/// R-AUD-1.
fn setting_a_role_that_is_so_already_writes_nothing(server: &'static Server) {
    let acme = server.organization();
    let (user, ivy) = (
        acme.user("Uma User"),
        acme.invite(&json!({"email": server.email(), "role": "user", "name": "Ivy Invited"})),
    );
    let events = acme.recorded(|| {
        acme.patch(&format!("/users/{}", user.id))
            .by(&acme.primary)
            .json(&json!({"role": "user"}))
            .ok(200);
        acme.patch(&format!("/users/{}", user.id))
            .by(&acme.primary)
            .json(&json!({}))
            .ok(200);
        acme.patch(&format!("/users/{}", ivy.id))
            .by(&acme.primary)
            .json(&json!({"role": "user", "name": " Ivy Invited"}))
            .ok(200);
    });
    assert_eq!(events.len(), 0, "{events:?}");
}

/// R-ORG-2, R-KEY-1.
fn only_who_manages_users_changes_roles(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (admin, user, peer) = (
        acme.admin("Ada Admin"),
        acme.member("Uma User", &[(&room, "admin")]),
        acme.member("Pia Peer", &[(&room, "clerk")]),
    );
    let set = |bearer: &str| {
        acme.patch(&format!("/users/{}", peer.id))
            .by(bearer)
            .json(&json!({"role": "admin"}))
    };
    for bearer in [
        admin.as_ref(),
        user.as_ref(),
        peer.as_ref(),
        &acme.key("auditor").1,
        &acme.key("admin").1,
    ] {
        set(bearer).refused(403, "not_allowed");
    }
    set("nonsense").refused(401, "not_signed_in");
    acme.let_admins_manage_users();
    set(&acme.key("admin").1).refused(403, "not_allowed");
    set(user.as_ref()).refused(403, "not_allowed");
    set(admin.as_ref()).ok(200);
}

/// R-REM-3.
fn the_primary_admin_keeps_their_role(server: &'static Server) {
    let acme = server.organization();
    let primary = format!("/users/{}", acme.primary.id);
    for role in ["admin", "user"] {
        acme.patch(&primary)
            .by(&acme.primary)
            .json(&json!({"role": role}))
            .refused(409, "primary_admin_must_transfer");
        acme.patch(&primary)
            .by(OPERATOR)
            .json(&json!({"role": role}))
            .refused(409, "primary_admin_must_transfer");
    }
    for bearer in [acme.primary.as_ref(), OPERATOR] {
        acme.post(&format!("{primary}/deactivate"))
            .by(bearer)
            .refused(409, "primary_admin_must_transfer");
        acme.delete(&primary)
            .by(bearer)
            .refused(409, "primary_admin_must_transfer");
    }
}

/// Lesson 13: ownership is transferred, never given as a role.
fn a_role_that_cannot_be_given_is_refused(server: &'static Server) {
    let acme = server.organization();
    let user = acme.user("Uma User");
    let set = |body: Value| {
        acme.patch(&format!("/users/{}", user.id))
            .by(&acme.primary)
            .json(&body)
    };
    for role in [
        json!("primary_admin"),
        json!("manager"),
        json!("Admin"),
        json!(1),
        Value::Null,
    ] {
        set(json!({"role": role})).blamed("invalid_field", "/role");
    }
    set(json!({"status": "deactivated"}))
        .refused(400, "unknown_field")
        .blames("/status");
    assert_eq!(acme.shown(&user.id)["role"], "user");
}

/// People name themselves.
fn only_users_without_an_account_are_named_by_others(server: &'static Server) {
    let acme = server.organization();
    let (user, ivy) = (acme.user("Uma User"), acme.invited());
    let rename = |id: &str, name: &str| {
        acme.patch(&format!("/users/{id}"))
            .by(&acme.primary)
            .json(&json!({"name": name}))
    };
    assert_eq!(rename(&ivy.id, " Ivy Named ").ok(200)["name"], "Ivy Named");
    for name in ["", "  ", "a\tb", &"x".repeat(101)] {
        rename(&ivy.id, name).blamed("invalid_field", "/name");
    }
    rename(&user.id, "Somebody Else").refused(403, "not_allowed");
    rename(&acme.primary.id, "Somebody Else").refused(403, "not_allowed");
    assert_eq!(acme.shown(&user.id)["name"], "Uma User");
}

/// R-DEA-1, R-ENT-4, R-KEY-2, lesson 18.
fn a_deactivated_user_keeps_everything_and_can_do_nothing(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let dora = acme.person_with("Dora Idle", "admin", &[(&room, "admin")]);
    let key = acme.key_of(&dora, "admin").1;
    assert_eq!(acme.decision(&dora.id, "invoice:view", &room).0, "allow");
    let events = acme.recorded(|| {
        let idle = acme
            .post(&format!("/users/{}/deactivate", dora.id))
            .by(&acme.primary)
            .ok(200);
        assert_eq!(
            (&idle["status"], &idle["role"]),
            (&json!("deactivated"), &json!("admin"))
        );
        assert_eq!(
            idle["memberships"],
            json!([{"entity_id": room, "entity_name": "Room", "role": "admin"}])
        );
    });
    assert_eq!(events.len(), 1);
    for path in [
        "",
        "/users",
        "/entities",
        "/invitations",
        "/audit-events",
        "/api-keys",
        &format!("/users/{}", dora.id),
    ] {
        acme.get(path).by(&dora).refused(404, "not_found");
        acme.get(path).by(&key).refused(401, "not_signed_in");
    }
    acme.delete(&format!("/users/{}", dora.id))
        .by(&dora)
        .refused(404, "not_found");
    assert_eq!(
        acme.decision(&dora.id, "invoice:view", &room),
        ("deny".to_owned(), json!("user_not_active"))
    );
    assert_eq!(acme.shown_entity(&room)["without_admin"], true);
    assert_eq!(acme.shown_entity(&room)["member_count"], 1);
    assert_eq!(server.get("/v1/me").by(&dora).ok(200)["email"], dora.email);
}

/// R-DEA-2.
fn reactivating_gives_back_what_was_there(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let dora = acme.person_with("Dora Back", "admin", &[(&room, "manager")]);
    let key = acme.key_of(&dora, "admin").1;
    let before = acme.shown(&dora.id);
    acme.post(&format!("/users/{}/deactivate", dora.id))
        .by(&acme.primary)
        .ok(200);
    let after = acme
        .post(&format!("/users/{}/reactivate", dora.id))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(after, before);
    acme.get("").by(&dora).ok(200);
    acme.get("").by(&key).ok(200);
    assert_eq!(acme.decision(&dora.id, "policy:manage", &room).0, "allow");
}

/// R-DEA-1, R-AUD-1: what is so already is refused.
fn deactivation_is_for_active_users_and_reactivation_for_deactivated_ones(server: &'static Server) {
    let acme = server.organization();
    let (user, ivy) = (acme.user("Uma User"), acme.invited());
    let act = |id: &str, what: &str| acme.post(&format!("/users/{id}/{what}")).by(&acme.primary);
    act(&user.id, "reactivate").refused(409, "user_not_deactivated");
    act(&ivy.id, "reactivate").refused(409, "user_not_deactivated");
    act(&ivy.id, "deactivate").refused(409, "user_not_active");
    act(&user.id, "deactivate").ok(200);
    act(&user.id, "deactivate").refused(409, "user_not_active");
    act(&user.id, "reactivate").ok(200);
    act(&user.id, "reactivate").refused(409, "user_not_deactivated");
}

/// R-ORG-2.
fn only_who_manages_users_deactivates(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let act =
        |bearer: &str, what: &str| acme.post(&format!("/users/{}/{what}", user.id)).by(bearer);
    for what in ["deactivate", "reactivate"] {
        for bearer in [admin.as_ref(), &acme.key("auditor").1, &acme.key("admin").1] {
            act(bearer, what).refused(403, "not_allowed");
        }
        if what == "deactivate" {
            act(user.as_ref(), what).refused(403, "not_allowed");
        }
        act(OPERATOR, what).ok(200);
    }
    act(&acme.key("user_manager").1, "deactivate").ok(200);
    acme.let_admins_manage_users();
    act(admin.as_ref(), "reactivate").ok(200);
}
