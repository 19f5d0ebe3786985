//! Entities: their form, names, archive and end.

use serde_json::{Value, json};

use super::{
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    an_entity_has_the_form_of_the_contract,
    each_bad_name_of_an_entity_is_named,
    a_name_is_unique_in_its_organization_without_case,
    users_see_their_own_entities_only,
    entities_are_changed_by_admins_only,
    renaming_keeps_everything_else,
    an_archived_entity_gives_nobody_access,
    unarchiving_restores_what_was_there,
    archive_and_unarchive_of_what_is_so_already_are_refused,
    only_an_archived_entity_is_deleted,
    counts_and_warnings_follow_the_members,
    unknown_and_foreign_entities_are_not_found_alike,
    the_admin_of_one_entity_cannot_change_the_entity_itself,
];

/// The form of the entity object.
fn an_entity_has_the_form_of_the_contract(server: &'static Server) {
    let acme = server.organization();
    let events = acme.recorded(|| {
        let made = acme.post("/entities").by(&acme.primary).json(&json!({"name": "  North \u{e9}  "})).ok(201);
        let expected = json!({"id": form::id(&made["id"]), "name": "North \u{e9}", "status": "active", "member_count": 0, "without_admin": true});
        assert_eq!(made, expected);
        assert_eq!(acme.get(&format!("/entities/{}", form::text(&made["id"]))).by(&acme.primary).ok(200), expected);
        let page = acme.get("/entities").by(&acme.primary).ok(200);
        assert_eq!(form::items(&page), [expected]);
    });
    assert_eq!(events.len(), 1);
}

/// R-ENT-7.
fn each_bad_name_of_an_entity_is_named(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    for name in [
        json!(""),
        json!("  "),
        json!("x".repeat(101)),
        json!("a\u{0}b"),
        json!("a\u{85}b"),
        json!(5),
        Value::Null,
    ] {
        acme.post("/entities")
            .by(&acme.primary)
            .json(&json!({"name": name}))
            .blamed("invalid_field", "/name");
        acme.patch(&format!("/entities/{room}"))
            .by(&acme.primary)
            .json(&json!({"name": name}))
            .blamed("invalid_field", "/name");
    }
    acme.post("/entities")
        .by(&acme.primary)
        .json(&json!({}))
        .blamed("invalid_field", "/name");
    acme.post("/entities")
        .by(&acme.primary)
        .json(&json!({"name": "A", "status": "active"}))
        .refused(400, "unknown_field")
        .blames("/status");
    acme.post("/entities")
        .by(&acme.primary)
        .json(&json!({"name": "\u{1f3e2}".repeat(100)}))
        .ok(201);
}

/// R-ENT-7, lesson 8 for names.
fn a_name_is_unique_in_its_organization_without_case(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let (cafe, room) = (acme.entity("Caf\u{e9} STRASSE"), acme.entity("Room"));
    for name in [
        "Caf\u{e9} STRASSE",
        "CAFE\u{301} stra\u{df}e",
        " caf\u{e9} strasse ",
    ] {
        acme.post("/entities")
            .by(&acme.primary)
            .json(&json!({"name": name}))
            .refused(409, "entity_name_taken");
        acme.patch(&format!("/entities/{room}"))
            .by(&acme.primary)
            .json(&json!({"name": name}))
            .refused(409, "entity_name_taken");
    }
    // Its own name in another case is no clash, and an archived one still holds its name.
    acme.patch(&format!("/entities/{cafe}"))
        .by(&acme.primary)
        .json(&json!({"name": "caf\u{e9} Strasse"}))
        .ok(200);
    acme.post(&format!("/entities/{cafe}/archive"))
        .by(&acme.primary)
        .ok(200);
    acme.post("/entities")
        .by(&acme.primary)
        .json(&json!({"name": "Caf\u{e9} Strasse"}))
        .refused(409, "entity_name_taken");
    other.entity("Caf\u{e9} STRASSE");
}

/// The *who* column: U (own ones), A.
fn users_see_their_own_entities_only(server: &'static Server) {
    let acme = server.organization();
    let (north, south) = (acme.entity("North"), acme.entity("South"));
    let (admin, ann, nobody) = (
        acme.admin("Ada Admin"),
        acme.member("Ann North", &[(&north, "auditor")]),
        acme.user("Uma User"),
    );
    let seen = |bearer: &str| {
        form::each(
            form::items(&acme.get("/entities").by(bearer).ok(200)),
            "name",
        )
    };
    assert_eq!(seen(ann.as_ref()), ["North"]);
    assert_eq!(seen(nobody.as_ref()), [""; 0]);
    for bearer in [admin.as_ref(), OPERATOR, &acme.key("auditor").1] {
        assert_eq!(seen(bearer), ["North", "South"]);
    }
    acme.get(&format!("/entities/{north}")).by(&ann).ok(200);
    acme.get(&format!("/entities/{south}"))
        .by(&ann)
        .refused(404, "entity_not_found");
    acme.get(&format!("/entities/{north}"))
        .by(&nobody)
        .refused(404, "entity_not_found");
    acme.get(&format!("/entities/{south}")).by(&admin).ok(200);
}

/// R-ORG-3, R-KEY-1.
fn entities_are_changed_by_admins_only(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let make = |bearer: &str| {
        acme.post("/entities")
            .by(bearer)
            .json(&json!({"name": format!("Made {}", server.number())}))
    };
    make(user.as_ref()).refused(403, "not_allowed");
    make(&acme.key("auditor").1).refused(403, "not_allowed");
    acme.post("/entities")
        .json(&json!({"name": "Anonymous"}))
        .refused(401, "not_signed_in");
    for bearer in [
        admin.as_ref(),
        OPERATOR,
        &acme.key("admin").1,
        &acme.key("user_manager").1,
    ] {
        let made = make(bearer).ok(201);
        let path = format!("/entities/{}", form::text(&made["id"]));
        acme.patch(&path)
            .by(bearer)
            .json(&json!({"name": format!("Renamed {}", server.number())}))
            .ok(200);
        assert_eq!(
            acme.post(&format!("{path}/archive")).by(bearer).ok(200)["status"],
            "archived"
        );
        assert_eq!(
            acme.post(&format!("{path}/unarchive")).by(bearer).ok(200)["status"],
            "active"
        );
        acme.post(&format!("{path}/archive")).by(bearer).ok(200);
        acme.delete(&path).by(bearer).done();
    }
    let auditor = acme.key("auditor").1;
    acme.patch(&format!("/entities/{room}"))
        .by(&auditor)
        .json(&json!({"name": "X"}))
        .refused(403, "not_allowed");
    acme.delete(&format!("/entities/{room}"))
        .by(&auditor)
        .refused(403, "not_allowed");
}

/// R-AUD-1 for the name that is so already.
fn renaming_keeps_everything_else(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ann = acme.member("Ann Admin", &[(&room, "admin")]);
    let rename = |name: &str| {
        acme.patch(&format!("/entities/{room}"))
            .by(&acme.primary)
            .json(&json!({"name": name}))
            .ok(200)
    };
    let events = acme.recorded(|| {
        let expected = json!({"id": room, "name": "Hall", "status": "active", "member_count": 1, "without_admin": false});
        assert_eq!(rename("Hall"), expected);
        assert_eq!(rename(" Hall "), expected);
    });
    assert_eq!(events.len(), 1);
    assert_eq!(acme.shown(&ann.id)["memberships"][0]["entity_name"], "Hall");
}

/// R-ENT-6.
fn an_archived_entity_gives_nobody_access(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (ann, bob) = (
        acme.member("Ann Admin", &[(&room, "admin")]),
        acme.user("Bob Bystander"),
    );
    let path = format!("/entities/{room}");
    let archived = acme
        .post(&format!("{path}/archive"))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(
        archived,
        json!({"id": room, "name": "Room", "status": "archived", "member_count": 1, "without_admin": false})
    );
    assert_eq!(
        acme.decision(&ann.id, "invoice:view", &room),
        ("deny".to_owned(), json!("entity_archived"))
    );
    assert_eq!(
        form::items(&acme.get("/entities").by(&ann).ok(200)).len(),
        0
    );
    acme.get(&path).by(&ann).refused(404, "entity_not_found");
    acme.get(&format!("{path}/members"))
        .by(&ann)
        .refused(404, "entity_not_found");
    acme.put(&format!("{path}/members/{}", bob.id))
        .by(&ann)
        .json(&json!({"role": "clerk"}))
        .refused(404, "entity_not_found");
    let put = |user: &str, role: &str| {
        acme.put(&format!("{path}/members/{user}"))
            .by(&acme.primary)
            .json(&json!({"role": role}))
    };
    put(&bob.id, "clerk").refused(409, "entity_archived");
    put(&ann.id, "clerk").refused(409, "entity_archived");
    // It is no change.
    put(&ann.id, "admin").ok(200);
    assert_eq!(
        form::items(
            &acme
                .get(&format!("{path}/members"))
                .by(&acme.primary)
                .ok(200)
        )
        .len(),
        1
    );
    acme.delete(&format!("{path}/members/{}", ann.id))
        .by(&acme.primary)
        .done();
}

/// R-ENT-6.
fn unarchiving_restores_what_was_there(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ann = acme.member("Ann Admin", &[(&room, "admin")]);
    let before = acme.shown_entity(&room);
    acme.post(&format!("/entities/{room}/archive"))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(
        acme.post(&format!("/entities/{room}/unarchive"))
            .by(&acme.primary)
            .ok(200),
        before
    );
    assert_eq!(acme.decision(&ann.id, "settings:manage", &room).0, "allow");
    assert_eq!(
        acme.get(&format!("/entities/{room}")).by(&ann).ok(200),
        before
    );
}

/// R-AUD-1.
fn archive_and_unarchive_of_what_is_so_already_are_refused(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let act = |what: &str| {
        acme.post(&format!("/entities/{room}/{what}"))
            .by(&acme.primary)
    };
    act("unarchive").refused(409, "entity_not_archived");
    act("archive").ok(200);
    act("archive").refused(409, "entity_archived");
    act("unarchive").ok(200);
    act("unarchive").refused(409, "entity_not_archived");
}

/// R-ENT-6: it removes its memberships, staged ones too, and nothing else.
fn only_an_archived_entity_is_deleted(server: &'static Server) {
    let acme = server.organization();
    let (room, other) = (acme.entity("Room"), acme.entity("Other"));
    let ann = acme.member("Ann Two", &[(&room, "admin"), (&other, "clerk")]);
    let ivy = acme.invited_to("user", &[(&room, "clerk")]);
    let path = format!("/entities/{room}");
    acme.delete(&path)
        .by(&acme.primary)
        .refused(409, "entity_not_archived");
    acme.post(&format!("{path}/archive"))
        .by(&acme.primary)
        .ok(200);
    let events = acme.recorded(|| acme.delete(&path).by(&acme.primary).done());
    assert_eq!(events.len(), 1);
    acme.get(&path)
        .by(&acme.primary)
        .refused(404, "entity_not_found");
    acme.delete(&path)
        .by(&acme.primary)
        .refused(404, "entity_not_found");
    assert_eq!(
        acme.shown(&ann.id)["memberships"],
        json!([{"entity_id": other, "entity_name": "Other", "role": "clerk"}])
    );
    assert_eq!(acme.shown(&ivy.id)["memberships"], json!([]));
    assert_eq!(acme.shown(&ivy.id)["invitation"]["state"], "pending");
    assert_eq!(
        acme.decision(&ann.id, "invoice:view", &room).1,
        "not_a_member"
    );
    acme.entity("Room");
}

/// R-ENT-8; `member_count` counts memberships of any status.
fn counts_and_warnings_follow_the_members(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let shows = |count: u64, without_admin: bool| {
        let shown = acme.shown_entity(&room);
        assert_eq!(
            (&shown["member_count"], &shown["without_admin"]),
            (&json!(count), &json!(without_admin))
        );
    };
    shows(0, true);
    acme.invited_to("user", &[(&room, "admin")]);
    shows(1, true);
    let ann = acme.member("Ann Admin", &[(&room, "admin")]);
    shows(2, false);
    acme.post(&format!("/users/{}/deactivate", ann.id))
        .by(&acme.primary)
        .ok(200);
    shows(2, true);
    acme.post(&format!("/users/{}/reactivate", ann.id))
        .by(&acme.primary)
        .ok(200);
    shows(2, false);
    acme.put(&format!("/entities/{room}/members/{}", ann.id))
        .by(&acme.primary)
        .json(&json!({"role": "manager"}))
        .ok(200);
    shows(2, true);
    acme.delete(&format!("/users/{}", ann.id))
        .by(&acme.primary)
        .ok(200);
    shows(1, true);
}

/// R-ANS-2.
fn unknown_and_foreign_entities_are_not_found_alike(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let foreign = other.entity("Foreign");
    for id in [
        foreign.as_str(),
        "01890000-0000-7000-8000-000000000000",
        "nonsense",
    ] {
        let path = format!("/entities/{id}");
        let gone =
            |call: super::call::Call| call.by(&acme.primary).refused(404, "entity_not_found");
        gone(acme.get(&path));
        gone(acme.patch(&path).json(&json!({"name": "Mine"})));
        gone(acme.delete(&path));
        gone(acme.post(&format!("{path}/archive")));
        gone(acme.post(&format!("{path}/unarchive")));
        gone(acme.get(&format!("{path}/members")));
        gone(acme.get(&format!("{path}/candidates")).query("q", "ann"));
        gone(
            acme.put(&format!("{path}/members/{}", acme.primary.id))
                .json(&json!({"role": "admin"})),
        );
        gone(acme.delete(&format!("{path}/members/{}", acme.primary.id)));
    }
    assert_eq!(other.shown_entity(&foreign)["name"], "Foreign");
}

/// R-ENT-3 is about members only.
fn the_admin_of_one_entity_cannot_change_the_entity_itself(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let head = acme.member("Hank Head", &[(&room, "admin")]);
    let path = format!("/entities/{room}");
    acme.patch(&path)
        .by(&head)
        .json(&json!({"name": "Mine"}))
        .refused(403, "not_allowed");
    acme.post(&format!("{path}/archive"))
        .by(&head)
        .refused(403, "not_allowed");
    acme.post(&format!("{path}/unarchive"))
        .by(&head)
        .refused(403, "not_allowed");
    acme.delete(&path).by(&head).refused(403, "not_allowed");
    acme.post("/entities")
        .by(&head)
        .json(&json!({"name": "Another"}))
        .refused(403, "not_allowed");
}
