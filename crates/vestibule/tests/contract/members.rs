//! Members of one entity: who adds, changes and takes out whom.

use serde_json::{Value, json};

use super::{
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    adding_and_changing_a_member_have_the_form_of_the_contract,
    each_bad_field_of_a_membership_is_named,
    members_are_managed_by_entity_admins_managers_and_organization_admins,
    a_manager_neither_grants_nor_touches_admins,
    an_organization_role_gives_no_access_to_an_entity,
    a_member_must_be_in_the_organization,
    removal_from_one_entity_leaves_everything_else,
    taking_out_who_is_no_member_is_not_found,
    members_are_seen_by_members_and_admins,
    members_are_listed_with_filter_search_and_order,
    one_user_has_one_role_here_and_another_there,
    a_member_may_not_take_themself_out_of_an_entity_they_do_not_manage,
];

/// The form of `PUT .../members/{user}`.
fn adding_and_changing_a_member_have_the_form_of_the_contract(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (ann, ivy) = (acme.user("Ann Active"), acme.invited());
    let put = |user: &str, role: &str| {
        acme.put(&format!("/entities/{room}/members/{user}"))
            .by(&acme.primary)
            .json(&json!({"role": role}))
    };
    let member = |role: &str| json!({"user_id": ann.id, "email": ann.email, "name": "Ann Active", "status": "active", "role": role});
    let events = acme.recorded(|| {
        assert_eq!(put(&ann.id, "clerk").ok(201), member("clerk"));
        assert_eq!(put(&ann.id, "admin").ok(200), member("admin"));
        assert_eq!(put(&ann.id, "admin").ok(200), member("admin"));
    });
    assert_eq!(
        events.len(),
        2,
        "a role that is so already writes nothing: {events:?}"
    );
    let invited = json!({"user_id": ivy.id, "email": ivy.email, "name": null, "status": "invited", "role": "auditor"});
    assert_eq!(put(&ivy.id, "auditor").ok(201), invited);
    for role in ["manager", "approver", "clerk", "auditor"] {
        assert_eq!(put(&ann.id, role).ok(200), member(role));
    }
}

/// R-ANS-3.
fn each_bad_field_of_a_membership_is_named(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ann = acme.user("Ann Active");
    let put = |body: Value| {
        acme.put(&format!("/entities/{room}/members/{}", ann.id))
            .by(&acme.primary)
            .json(&body)
    };
    for role in [
        json!("owner"),
        json!("Admin"),
        json!("user"),
        json!(1),
        Value::Null,
    ] {
        put(json!({"role": role})).blamed("invalid_field", "/role");
    }
    put(json!({})).blamed("invalid_field", "/role");
    put(json!({"role": "clerk", "until": "x"}))
        .refused(400, "unknown_field")
        .blames("/until");
    assert_eq!(acme.shown(&ann.id)["memberships"], json!([]));
}

/// R-ENT-3.
fn members_are_managed_by_entity_admins_managers_and_organization_admins(server: &'static Server) {
    let acme = server.organization();
    let (room, other) = (acme.entity("Room"), acme.entity("Other"));
    let target = acme.user("Tom Target");
    let admin = acme.admin("Ada Admin");
    let (head, manager) = (
        acme.member("Hank Head", &[(&room, "admin")]),
        acme.member("Mara Manager", &[(&room, "manager")]),
    );
    let path = format!("/entities/{room}/members/{}", target.id);
    let put = |bearer: &str| acme.put(&path).by(bearer).json(&json!({"role": "clerk"}));
    for bearer in [
        head.as_ref(),
        manager.as_ref(),
        admin.as_ref(),
        acme.primary.as_ref(),
        OPERATOR,
        &acme.key("admin").1,
        &acme.key("user_manager").1,
    ] {
        put(bearer).ok(201);
        acme.delete(&path).by(bearer).done();
    }
    for role in ["approver", "clerk", "auditor"] {
        let member = acme.member("Mia Member", &[(&room, role)]);
        put(member.as_ref()).refused(403, "not_allowed");
        acme.delete(&format!("/entities/{room}/members/{}", head.id))
            .by(&member)
            .refused(403, "not_allowed");
    }
    put(&acme.key("auditor").1).refused(403, "not_allowed");
    put("nonsense").refused(401, "not_signed_in");
    let elsewhere = acme.member("Ella Elsewhere", &[(&other, "admin")]);
    put(elsewhere.as_ref()).refused(404, "entity_not_found");
}

/// R-ENT-3, lesson 13.
fn a_manager_neither_grants_nor_touches_admins(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (head, manager, clerk) = (
        acme.member("Hank Head", &[(&room, "admin")]),
        acme.member("Mara Manager", &[(&room, "manager")]),
        acme.member("Clara Clerk", &[(&room, "clerk")]),
    );
    let path = |user: &str| format!("/entities/{room}/members/{user}");
    let put = |user: &str, role: &str| {
        acme.put(&path(user))
            .by(&manager)
            .json(&json!({"role": role}))
    };
    put(&clerk.id, "admin").refused(403, "role_not_assignable");
    put(&manager.id, "admin").refused(403, "role_not_assignable");
    put(&head.id, "clerk").refused(403, "not_allowed");
    acme.delete(&path(&head.id))
        .by(&manager)
        .refused(403, "not_allowed");
    put(&clerk.id, "manager").ok(200);
    acme.delete(&path(&clerk.id)).by(&manager).done();
    acme.put(&path(&manager.id))
        .by(&head)
        .json(&json!({"role": "admin"}))
        .ok(200);
}

/// R-ORG-4: they may add themselves; it is on record.
fn an_organization_role_gives_no_access_to_an_entity(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let admin = acme.admin("Ada Admin");
    for user in [&acme.primary.id, &admin.id] {
        assert_eq!(
            acme.decision(user, "invoice:view", &room),
            ("deny".to_owned(), json!("not_a_member"))
        );
    }
    let events = acme.recorded(|| {
        acme.put(&format!("/entities/{room}/members/{}", admin.id))
            .by(&admin)
            .json(&json!({"role": "admin"}))
            .ok(201);
    });
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["actor"]["id"], admin.id);
    assert_eq!(
        acme.decision(&admin.id, "invoice:approve", &room).0,
        "allow"
    );
}

/// R-ENT-1.
fn a_member_must_be_in_the_organization(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let room = acme.entity("Room");
    for user in [
        other.primary.id.as_str(),
        "01890000-0000-7000-8000-000000000000",
        "nonsense",
    ] {
        acme.put(&format!("/entities/{room}/members/{user}"))
            .by(&acme.primary)
            .json(&json!({"role": "clerk"}))
            .refused(404, "user_not_in_organization");
    }
    assert_eq!(acme.shown_entity(&room)["member_count"], 0);
}

/// R-ENT-5.
fn removal_from_one_entity_leaves_everything_else(server: &'static Server) {
    let acme = server.organization();
    let (north, south) = (acme.entity("North"), acme.entity("South"));
    let ann = acme.member("Ann Two", &[(&north, "clerk"), (&south, "auditor")]);
    let events = acme.recorded(|| {
        acme.delete(&format!("/entities/{north}/members/{}", ann.id))
            .by(&acme.primary)
            .done()
    });
    assert_eq!(events.len(), 1);
    let shown = acme.shown(&ann.id);
    assert_eq!(shown["status"], "active");
    assert_eq!(
        shown["memberships"],
        json!([{"entity_id": south, "entity_name": "South", "role": "auditor"}])
    );
    assert_eq!(acme.decision(&ann.id, "report:view", &south).0, "allow");
    assert_eq!(
        acme.decision(&ann.id, "invoice:view", &north).1,
        "not_a_member"
    );
    acme.get(&format!("/entities/{north}"))
        .by(&ann)
        .refused(404, "entity_not_found");
    acme.get("/users").by(&ann).ok(200);
}

/// Who is no member cannot be taken out.
fn taking_out_who_is_no_member_is_not_found(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let room = acme.entity("Room");
    let ann = acme.user("Ann Active");
    let events = acme.recorded(|| {
        acme.delete(&format!("/entities/{room}/members/{}", ann.id))
            .by(&acme.primary)
            .refused(404, "not_found");
        acme.delete(&format!("/entities/{room}/members/{}", other.primary.id))
            .by(&acme.primary)
            .refused(404, "user_not_in_organization");
    });
    assert_eq!(events.len(), 0);
}

/// `member:view`, A.
fn members_are_seen_by_members_and_admins(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (admin, nobody) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let path = format!("/entities/{room}/members");
    for role in ["admin", "manager", "approver", "clerk", "auditor"] {
        let member = acme.member(&format!("Mia {role}"), &[(&room, role)]);
        let page = acme.get(&path).by(&member).ok(200);
        let expected = json!({"user_id": member.id, "email": member.email, "name": format!("Mia {role}"), "status": "active", "role": role});
        assert_eq!(
            *form::find(form::items(&page), "user_id", &member.id),
            expected
        );
    }
    for bearer in [
        admin.as_ref(),
        acme.primary.as_ref(),
        OPERATOR,
        &acme.key("auditor").1,
    ] {
        assert_eq!(form::items(&acme.get(&path).by(bearer).ok(200)).len(), 5);
    }
    acme.get(&path).by(&nobody).refused(404, "entity_not_found");
    acme.get(&path).refused(401, "not_signed_in");
}

/// As in users.
fn members_are_listed_with_filter_search_and_order(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let zoe = acme.member("Zoe Zander", &[(&room, "admin")]);
    acme.member("bob Baker", &[(&room, "clerk")]);
    let ivy = acme.invited_to("user", &[(&room, "clerk")]);
    let list = |query: &[(&str, &str)]| {
        let call = query.iter().fold(
            acme.get(&format!("/entities/{room}/members")),
            |call, (name, value)| call.query(name, value),
        );
        let page = call.by(&acme.primary).ok(200);
        form::items(&page)
            .iter()
            .map(|item| item["name"].as_str().unwrap_or("-").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(list(&[]), ["bob Baker", "-", "Zoe Zander"]);
    assert_eq!(list(&[("sort", "-name")]), ["Zoe Zander", "-", "bob Baker"]);
    assert_eq!(list(&[("status", "invited")]), ["-"]);
    assert_eq!(list(&[("role", "clerk")]), ["bob Baker", "-"]);
    assert_eq!(
        list(&[("role", "clerk"), ("role", "admin"), ("status", "active")]),
        ["bob Baker", "Zoe Zander"]
    );
    assert_eq!(list(&[("q", "ZAND")]), ["Zoe Zander"]);
    assert_eq!(list(&[("q", &ivy.email)]), ["-"]);
    assert_eq!(list(&[("q", "z")]), ["Zoe Zander"]);
    assert_eq!(list(&[("q", "and%")]), [""; 0]);
    let members = || {
        acme.get(&format!("/entities/{room}/members"))
            .by(&acme.primary)
    };
    members()
        .query("role", "user")
        .blamed("invalid_field", "?role");
    members()
        .query("sort", "age")
        .blamed("invalid_field", "?sort");
    members()
        .query("entity_id", &room)
        .refused(400, "unknown_field");
    let total = members()
        .query("include_total", "true")
        .query("limit", "1")
        .ok(200);
    form::fields(&total, &["items", "next_cursor", "total"]);
    assert_eq!(total["total"], 3);
    let rest = members()
        .query("limit", "2")
        .query(
            "cursor",
            form::text(&members().query("limit", "2").ok(200)["next_cursor"]),
        )
        .ok(200);
    assert_eq!(form::each(form::items(&rest), "user_id"), [zoe.id]);
}

/// R-ENT-2.
fn one_user_has_one_role_here_and_another_there(server: &'static Server) {
    let acme = server.organization();
    let (north, south) = (acme.entity("North"), acme.entity("South"));
    let ann = acme.member("Ann Two", &[(&north, "clerk"), (&south, "admin")]);
    acme.put(&format!("/entities/{north}/members/{}", ann.id))
        .by(&acme.primary)
        .json(&json!({"role": "auditor"}))
        .ok(200);
    let memberships = json!([
        {"entity_id": north, "entity_name": "North", "role": "auditor"},
        {"entity_id": south, "entity_name": "South", "role": "admin"},
    ]);
    assert_eq!(
        form::sorted(&acme.shown(&ann.id)["memberships"]),
        form::sorted(&memberships)
    );
    assert_eq!(
        acme.decision(&ann.id, "invoice:upload", &north).1,
        "role_lacks_permission"
    );
    assert_eq!(acme.decision(&ann.id, "invoice:upload", &south).0, "allow");
}

/// R-ENT-3 names who manages members, and does not name the member.
fn a_member_may_not_take_themself_out_of_an_entity_they_do_not_manage(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (clerk, head) = (
        acme.member("Clara Clerk", &[(&room, "clerk")]),
        acme.member("Hank Head", &[(&room, "admin")]),
    );
    acme.delete(&format!("/entities/{room}/members/{}", clerk.id))
        .by(&clerk)
        .refused(403, "not_allowed");
    acme.delete(&format!("/entities/{room}/members/{}", head.id))
        .by(&head)
        .done();
    acme.get(&format!("/entities/{room}"))
        .by(&head)
        .refused(404, "entity_not_found");
}
