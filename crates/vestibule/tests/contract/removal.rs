//! Removal from the organization: the plan shown before, the cascade, and what is left afterwards.

use serde_json::json;

use super::{
    form,
    organization::{Organization, PASSWORD, Person},
    server::{OPERATOR, Server},
};

on_both_databases![
    the_plan_shows_all_that_would_be_lost,
    the_plan_is_for_managers_and_oneself,
    removal_returns_the_plan_and_takes_everything,
    a_removal_against_an_outdated_plan_removes_nothing,
    the_plan_is_the_same_while_nothing_changes,
    access_ends_with_the_very_next_request,
    the_primary_admin_cannot_be_removed,
    only_who_manages_users_removes,
    anybody_else_may_leave_by_themself,
    removing_an_invited_user_ends_the_invitation,
    a_removed_user_can_be_invited_again_with_nothing_of_before,
    invitations_of_a_removed_sender_are_suspended,
    the_account_keeps_its_other_organizations,
    a_user_who_has_left_is_not_there_for_any_path,
];

fn plan_path(user: &str) -> String {
    format!("/users/{user}/removal-plan")
}

fn user_path(user: &str) -> String {
    format!("/users/{user}")
}

/// Somebody with memberships (one in an archived entity), a key and sent invitations.
fn rich(acme: &Organization) -> (Person, [String; 3]) {
    acme.let_admins_manage_users();
    let (north, south, old) = (
        acme.entity("North"),
        acme.entity("South"),
        acme.entity("Old"),
    );
    let rita = acme.person_with(
        "Rita Rich",
        "admin",
        &[(&north, "admin"), (&south, "clerk"), (&old, "admin")],
    );
    acme.post(&format!("/entities/{old}/archive"))
        .by(&acme.primary)
        .ok(200);
    (rita, [north, south, old])
}

/// R-REM-2.
fn the_plan_shows_all_that_would_be_lost(server: &'static Server) {
    let acme = server.organization();
    let (rita, [north, south, old]) = rich(&acme);
    let (key, _) = acme.key_of(&rita, "auditor");
    for _ in 0..2 {
        acme.post("/invitations")
            .by(&rita)
            .json(&json!({"email": server.email(), "role": "user"}))
            .ok(201);
    }
    let answer = acme.get(&plan_path(&rita.id)).by(&acme.primary).send();
    let plan = answer.ok(200);
    let fingerprint = form::text(&plan["fingerprint"]).to_owned();
    assert_eq!(answer.etag(), format!("\"{fingerprint}\""));
    let membership = |id: &str, name: &str, role: &str| json!({"entity_id": id, "entity_name": name, "role": role});
    let memberships = json!([
        membership(&north, "North", "admin"),
        membership(&south, "South", "clerk"),
        membership(&old, "Old", "admin")
    ]);
    assert_eq!(
        form::sorted(&plan["memberships"]),
        form::sorted(&memberships)
    );
    let expected = json!({
        "user_id": rita.id,
        "memberships": plan["memberships"],
        "api_keys": [{"id": key, "name": "The auditor key"}],
        "sent_invitations": 2,
        // An archived entity is never without an Admin (R-ENT-8).
        "entities_left_without_admin": [{"entity_id": north, "entity_name": "North"}],
        "fingerprint": fingerprint,
    });
    assert_eq!(plan, expected);
}

/// R-REM-2, R-REM-4.
fn the_plan_is_for_managers_and_oneself(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let plan = |bearer: &str| acme.get(&plan_path(&user.id)).by(bearer);
    let expected = plan(acme.primary.as_ref()).ok(200);
    assert_eq!(plan(user.as_ref()).ok(200), expected);
    assert_eq!(plan(OPERATOR).ok(200), expected);
    assert_eq!(plan(&acme.key("user_manager").1).ok(200), expected);
    plan(admin.as_ref()).refused(403, "not_allowed");
    plan(&acme.key("admin").1).refused(403, "not_allowed");
    plan(&acme.key("auditor").1).refused(403, "not_allowed");
    acme.get(&plan_path(&admin.id))
        .by(&user)
        .refused(404, "user_not_in_organization");
    acme.let_admins_manage_users();
    assert_eq!(plan(admin.as_ref()).ok(200)["user_id"], user.id);
}

/// R-REM-1: all of its entities, archived ones too, in one step and one event.
fn removal_returns_the_plan_and_takes_everything(server: &'static Server) {
    let acme = server.organization();
    let (rita, entities) = rich(&acme);
    let (key, secret) = acme.key_of(&rita, "admin");
    acme.get("").by(&secret).ok(200);
    let answer = acme.get(&plan_path(&rita.id)).by(&acme.primary).send();
    let events = acme.recorded(|| {
        let removed = acme
            .delete(&user_path(&rita.id))
            .by(&acme.primary)
            .if_match(&answer.etag())
            .ok(200);
        assert_eq!(removed, json!({"removed": answer.ok(200)}));
    });
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["target"]["id"], rita.id);
    acme.get(&user_path(&rita.id))
        .by(&acme.primary)
        .refused(404, "user_not_in_organization");
    for entity in &entities {
        assert_eq!(acme.shown_entity(entity)["member_count"], 0);
    }
    acme.post(&format!("/entities/{}/unarchive", entities[2]))
        .by(&acme.primary)
        .ok(200);
    let members = acme
        .get(&format!("/entities/{}/members", entities[2]))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::items(&members).len(), 0);
    assert_eq!(acme.shown_entity(&entities[0])["without_admin"], true);
    acme.get("").by(&secret).refused(401, "not_signed_in");
    let keys = acme.get("/api-keys").by(&acme.primary).ok(200);
    assert!(!form::each(form::items(&keys), "id").contains(&key));
}

/// R-REM-2: nothing is removed that was not shown.
fn a_removal_against_an_outdated_plan_removes_nothing(server: &'static Server) {
    let acme = server.organization();
    let (rita, [north, ..]) = rich(&acme);
    let shown = acme
        .get(&plan_path(&rita.id))
        .by(&acme.primary)
        .send()
        .etag();
    acme.put(&format!("/entities/{north}/members/{}", rita.id))
        .by(&acme.primary)
        .json(&json!({"role": "manager"}))
        .ok(200);
    let events = acme.recorded(|| {
        for etag in [shown.as_str(), "\"nonsense\""] {
            acme.delete(&user_path(&rita.id))
                .by(&acme.primary)
                .if_match(etag)
                .refused(412, "removal_plan_changed");
        }
    });
    assert_eq!(events.len(), 0);
    assert_eq!(
        acme.shown(&rita.id)["memberships"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let fresh = acme
        .get(&plan_path(&rita.id))
        .by(&acme.primary)
        .send()
        .etag();
    assert_ne!(fresh, shown);
    acme.delete(&user_path(&rita.id))
        .by(&acme.primary)
        .if_match(&fresh)
        .ok(200);
}

/// R-REM-2: the fingerprint is over what is stored.
fn the_plan_is_the_same_while_nothing_changes(server: &'static Server) {
    let acme = server.organization();
    let (rita, _) = rich(&acme);
    let first = acme.get(&plan_path(&rita.id)).by(&acme.primary).ok(200);
    acme.entity("Elsewhere");
    acme.user("Somebody Else");
    assert_eq!(
        acme.get(&plan_path(&rita.id)).by(&acme.primary).ok(200),
        first
    );
    acme.key_of(&rita, "auditor");
    let with_key = acme.get(&plan_path(&rita.id)).by(&acme.primary).ok(200);
    assert_ne!(with_key["fingerprint"], first["fingerprint"]);
    acme.post("/invitations")
        .by(&rita)
        .json(&json!({"email": server.email(), "role": "user"}))
        .ok(201);
    let with_invitation = acme.get(&plan_path(&rita.id)).by(&acme.primary).ok(200);
    assert_ne!(with_invitation["fingerprint"], with_key["fingerprint"]);
}

/// R-REM-5, lesson 17 and 45.
fn access_ends_with_the_very_next_request(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let uma = acme.member("Uma Gone", &[(&room, "admin")]);
    acme.get(&format!("/entities/{room}/members"))
        .by(&uma)
        .ok(200);
    assert_eq!(acme.decision(&uma.id, "invoice:view", &room).0, "allow");
    acme.delete(&user_path(&uma.id)).by(&acme.primary).ok(200);
    for path in [
        "",
        "/users",
        "/entities",
        &format!("/entities/{room}"),
        &user_path(&uma.id),
    ] {
        acme.get(path).by(&uma).refused(404, "not_found");
    }
    assert_eq!(
        acme.decision(&uma.id, "invoice:view", &room),
        ("deny".to_owned(), json!("not_a_user"))
    );
}

/// R-REM-3.
fn the_primary_admin_cannot_be_removed(server: &'static Server) {
    let acme = server.organization();
    for bearer in [acme.primary.as_ref(), OPERATOR, &acme.key("user_manager").1] {
        acme.delete(&user_path(&acme.primary.id))
            .by(bearer)
            .refused(409, "primary_admin_must_transfer");
    }
    assert_eq!(acme.shown(&acme.primary.id)["status"], "active");
}

/// R-ORG-2.
fn only_who_manages_users_removes(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let admin = acme.admin("Ada Admin");
    let (head, clerk) = (
        acme.member("Hank Head", &[(&room, "admin")]),
        acme.member("Clara Clerk", &[(&room, "clerk")]),
    );
    let remove = |bearer: &str| acme.delete(&user_path(&clerk.id)).by(bearer);
    for bearer in [
        admin.as_ref(),
        head.as_ref(),
        &acme.key("auditor").1,
        &acme.key("admin").1,
    ] {
        remove(bearer).refused(403, "not_allowed");
    }
    acme.delete(&user_path(&clerk.id))
        .refused(401, "not_signed_in");
    assert_eq!(acme.shown(&clerk.id)["status"], "active");
    remove(&acme.key("user_manager").1).ok(200);
    acme.delete(&user_path(&head.id)).by(OPERATOR).ok(200);
    acme.delete(&user_path(&admin.id)).by(&acme.primary).ok(200);
}

/// R-REM-4.
fn anybody_else_may_leave_by_themself(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (admin, uma) = (
        acme.admin("Ada Admin"),
        acme.member("Uma Leaves", &[(&room, "clerk")]),
    );
    let plan = acme.get(&plan_path(&uma.id)).by(&uma).send();
    let removed = acme
        .delete(&user_path(&uma.id))
        .by(&uma)
        .if_match(&plan.etag())
        .ok(200);
    assert_eq!(removed["removed"], plan.ok(200));
    acme.get("/users").by(&uma).refused(404, "not_found");
    assert_eq!(acme.shown_entity(&room)["member_count"], 0);
    acme.delete(&user_path(&admin.id)).by(&admin).ok(200);
    acme.get("").by(&admin).refused(404, "not_found");
}

/// R-REM-1.
fn removing_an_invited_user_ends_the_invitation(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ivy = acme.invited_to("user", &[(&room, "clerk")]);
    let token = server.invitation_token(&ivy.email, 1);
    let removed = acme.delete(&user_path(&ivy.id)).by(&acme.primary).ok(200);
    assert_eq!(
        removed["removed"]["memberships"],
        json!([{"entity_id": room, "entity_name": "Room", "role": "clerk"}])
    );
    server
        .get(format!("/v1/invitations/{token}"))
        .refused(404, "invitation_not_usable");
    let accept = json!({"name": "Ivy Late", "password": PASSWORD});
    server
        .post(format!("/v1/invitations/{token}/accept"))
        .json(&accept)
        .refused(404, "invitation_not_usable");
    let invitation = acme
        .get(&format!("/invitations/{}", ivy.invitation))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(invitation["state"], "revoked");
    assert_eq!(acme.shown_entity(&room)["member_count"], 0);
}

/// R-REM-6, lessons 7, 19 and 20.
fn a_removed_user_can_be_invited_again_with_nothing_of_before(server: &'static Server) {
    let acme = server.organization();
    let (rita, [north, ..]) = rich(&acme);
    let secret = acme.key_of(&rita, "admin").1;
    acme.delete(&user_path(&rita.id)).by(&acme.primary).ok(200);
    let again = acme.invite(&json!({"email": rita.email, "role": "user"}));
    assert_ne!(again.id, rita.id);
    let token = server.invitation_token(&rita.email, 2);
    server
        .post(format!("/v1/invitations/{token}/accept"))
        .by(&rita)
        .json(&json!({}))
        .ok(200);
    let shown = acme.shown(&again.id);
    assert_eq!(
        (&shown["role"], &shown["memberships"]),
        (&json!("user"), &json!([]))
    );
    assert_eq!(
        acme.decision(&again.id, "invoice:view", &north).1,
        "not_a_member"
    );
    acme.get("").by(&secret).refused(401, "not_signed_in");
    acme.get(&format!("/entities/{north}"))
        .by(&rita)
        .refused(404, "entity_not_found");
}

/// R-INV-9.
fn invitations_of_a_removed_sender_are_suspended(server: &'static Server) {
    let acme = server.organization();
    let (rita, _) = rich(&acme);
    let email = server.email();
    let made = acme
        .post("/invitations")
        .by(&rita)
        .json(&json!({"email": email, "role": "user"}))
        .ok(201);
    let token = server.invitation_token(&email, 1);
    acme.delete(&user_path(&rita.id)).by(&acme.primary).ok(200);
    let path = format!("/invitations/{}", form::text(&made["id"]));
    assert_eq!(
        acme.get(&path).by(&acme.primary).ok(200)["state"],
        "suspended"
    );
    let user = acme.shown(form::text(&made["user_id"]));
    assert_eq!(
        (&user["status"], &user["invitation"]["state"]),
        (&json!("invited"), &json!("suspended"))
    );
    server
        .get(format!("/v1/invitations/{token}"))
        .refused(404, "invitation_not_usable");
    let resent = acme
        .post(&format!("{path}/resend"))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(
        (&resent["state"], &resent["invited_by"]["user_id"]),
        (&json!("pending"), &json!(acme.primary.id))
    );
    let token = server.invitation_token(&email, 2);
    server.get(format!("/v1/invitations/{token}")).ok(200);
}

/// R-REM-7.
fn the_account_keeps_its_other_organizations(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let uma = acme.user("Uma Twice");
    let there = other.joined_by(&uma, "admin");
    acme.delete(&user_path(&uma.id)).by(&acme.primary).ok(200);
    acme.get("/users").by(&uma).refused(404, "not_found");
    other.get("/users").by(&there).ok(200);
    let me = server.get("/v1/me").by(&uma).ok(200);
    assert_eq!(
        form::each(me["organizations"].as_array().unwrap(), "id"),
        std::slice::from_ref(&other.id)
    );
}

/// Removing twice, or acting on who is gone, finds nobody.
fn a_user_who_has_left_is_not_there_for_any_path(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let uma = acme.user("Uma Gone");
    acme.delete(&user_path(&uma.id)).by(&acme.primary).ok(200);
    let gone = |call: super::call::Call| {
        call.by(&acme.primary)
            .refused(404, "user_not_in_organization")
    };
    gone(acme.delete(&user_path(&uma.id)));
    gone(acme.get(&plan_path(&uma.id)));
    gone(acme.post(&format!("/users/{}/deactivate", uma.id)));
    gone(
        acme.patch(&user_path(&uma.id))
            .json(&json!({"role": "admin"})),
    );
    gone(
        acme.put(&format!("/entities/{room}/members/{}", uma.id))
            .json(&json!({"role": "clerk"})),
    );
    gone(
        acme.post("/primary-admin")
            .json(&json!({"user_id": uma.id})),
    );
    let page = acme.get("/users").by(&acme.primary).ok(200);
    assert_eq!(
        form::items(&page)
            .iter()
            .filter(|user| user["id"] == uma.id.as_str())
            .count(),
        0
    );
}
