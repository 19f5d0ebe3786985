//! `ETag`, `If-Match` and `If-None-Match` on single resources, and on the users page.

use serde_json::{Value, json};

use super::{call::Call, organization::Organization, server::Server};

on_both_databases![
    single_resources_carry_a_strong_etag_that_follows_them,
    a_change_against_an_old_etag_is_refused,
    a_change_against_the_current_etag_is_done,
    an_etag_that_cannot_be_read_is_refused,
    the_right_comes_before_the_precondition_and_the_field_after_it,
    what_is_unchanged_is_not_sent_again,
];

/// A single resource: its path, a change of it, and a change of that change.
fn resources(acme: &Organization) -> Vec<(String, [Value; 2])> {
    let (room, ivy) = (acme.entity("Room"), acme.invited());
    // A user shows what became of the mail, so the mail must not go out meanwhile.
    acme.delivered(&ivy.invitation);
    let rename = || [json!({"name": "One"}), json!({"name": "Two"})];
    vec![
        (String::new(), rename()),
        (format!("/users/{}", ivy.id), rename()),
        (format!("/entities/{room}"), rename()),
    ]
}

/// The same while nothing changes, another after a change.
fn single_resources_carry_a_strong_etag_that_follows_them(server: &'static Server) {
    let acme = server.organization();
    for (path, [one, _]) in resources(&acme) {
        let get = || acme.get(&path).by(&acme.primary).send().etag();
        let before = get();
        assert_eq!(get(), before, "{path}");
        let changed = acme.patch(&path).by(&acme.primary).json(&one).send();
        changed.ok(200);
        assert_ne!(get(), before, "{path}");
        assert_eq!(changed.etag(), get(), "{path}");
    }
    let ivy = acme.invited();
    acme.delivered(&ivy.invitation);
    acme.get(&format!("/invitations/{}", ivy.invitation))
        .by(&acme.primary)
        .send()
        .etag();
    server.get("/v1/me").by(&acme.primary).send().etag();
}

/// 412, and nothing is changed.
fn a_change_against_an_old_etag_is_refused(server: &'static Server) {
    let acme = server.organization();
    for (path, [one, two]) in resources(&acme) {
        let old = acme.get(&path).by(&acme.primary).send().etag();
        acme.patch(&path).by(&acme.primary).json(&one).ok(200);
        let events = acme.recorded(|| {
            acme.patch(&path)
                .by(&acme.primary)
                .if_match(&old)
                .json(&two)
                .refused(412, "precondition_failed");
            acme.patch(&path)
                .by(&acme.primary)
                .if_match("\"nonsense\"")
                .json(&two)
                .refused(412, "precondition_failed");
        });
        assert_eq!(events.len(), 0);
        assert_eq!(acme.get(&path).by(&acme.primary).ok(200)["name"], "One");
    }
    let room = acme.archived_entity("Old");
    let old = acme
        .get(&format!("/entities/{room}"))
        .by(&acme.primary)
        .send()
        .etag();
    acme.patch(&format!("/entities/{room}"))
        .by(&acme.primary)
        .json(&json!({"name": "Older"}))
        .ok(200);
    acme.delete(&format!("/entities/{room}"))
        .by(&acme.primary)
        .if_match(&old)
        .refused(412, "precondition_failed");
    let me = server.get("/v1/me").by(&acme.primary).send().etag();
    server
        .patch("/v1/me")
        .by(&acme.primary)
        .json(&json!({"name": "Petra Prince"}))
        .ok(200);
    server
        .patch("/v1/me")
        .by(&acme.primary)
        .if_match(&me)
        .json(&json!({"name": "Petra"}))
        .refused(412, "precondition_failed");
}

/// One of several, or `*` for whatever is there.
fn a_change_against_the_current_etag_is_done(server: &'static Server) {
    let acme = server.organization();
    for (path, [one, two]) in resources(&acme) {
        let current = acme.get(&path).by(&acme.primary).send().etag();
        let after = acme
            .patch(&path)
            .by(&acme.primary)
            .if_match(&current)
            .json(&one)
            .send();
        after.ok(200);
        let list = format!("\"other\", {}", after.etag());
        acme.patch(&path)
            .by(&acme.primary)
            .if_match(&list)
            .json(&two)
            .ok(200);
        acme.patch(&path)
            .by(&acme.primary)
            .if_match("*")
            .json(&one)
            .ok(200);
    }
    let room = acme.archived_entity("Old");
    let current = acme
        .get(&format!("/entities/{room}"))
        .by(&acme.primary)
        .send()
        .etag();
    acme.delete(&format!("/entities/{room}"))
        .by(&acme.primary)
        .if_match(&current)
        .done();
}

/// A weak one never matches strongly, and what is no list of tags is no condition that could hold.
fn an_etag_that_cannot_be_read_is_refused(server: &'static Server) {
    let acme = server.organization();
    let etag = acme.get("").by(&acme.primary).send().etag();
    let rename = |condition: &str| {
        acme.patch("")
            .by(&acme.primary)
            .if_match(condition)
            .json(&json!({"name": "Other"}))
    };
    rename(&format!("W/{etag}")).refused(412, "precondition_failed");
    let bare = rename("nonsense").send();
    assert!([400, 412].contains(&bare.status), "{bare}");
    assert_eq!(acme.get("").by(&acme.primary).ok(200)["name"], acme.name);
}

/// Order of refusals: not allowed, precondition, field, rule.
fn the_right_comes_before_the_precondition_and_the_field_after_it(server: &'static Server) {
    let acme = server.organization();
    let (admin, room) = (acme.admin("Ada Admin"), acme.entity("Room"));
    let old = "\"old\"";
    acme.patch("")
        .by(&admin)
        .if_match(old)
        .json(&json!({"user_management": "admins"}))
        .refused(403, "not_allowed");
    let path = format!("/entities/{room}");
    let patch = |body: Value| -> Call { acme.patch(&path).by(&admin).if_match(old).json(&body) };
    patch(json!({"name": ""})).refused(412, "precondition_failed");
    patch(json!({"name": "x", "size": 1})).refused(400, "unknown_field");
    acme.delete(&path)
        .by(&admin)
        .if_match(old)
        .refused(412, "precondition_failed");
    acme.delete(&path)
        .by(&admin)
        .refused(409, "entity_not_archived");
    acme.patch("/entities/nonsense")
        .by(&admin)
        .if_match(old)
        .json(&json!({"name": "x"}))
        .refused(404, "entity_not_found");
}

/// RFC 9110: 304 with the same `ETag` and no body.
fn what_is_unchanged_is_not_sent_again(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    for path in [
        String::new(),
        "/users".into(),
        format!("/users/{}", acme.primary.id),
        format!("/entities/{room}"),
    ] {
        let get = |etag: &str| {
            acme.get(&path)
                .by(&acme.primary)
                .header("If-None-Match", etag)
                .send()
        };
        let first = acme.get(&path).by(&acme.primary).send();
        let etag = first.etag();
        let same = get(&etag);
        assert_eq!(same.status, 304, "{same}");
        assert!(same.body.is_empty());
        assert_eq!(same.etag(), etag);
        assert_eq!(
            get(&format!("W/{etag}")).status,
            304,
            "the comparison is weak here"
        );
        assert_eq!(get("\"other\"").ok(200), first.ok(200));
    }
    let page = acme.get("/users").by(&acme.primary).send().etag();
    acme.patch(&format!("/entities/{room}"))
        .by(&acme.primary)
        .json(&json!({"name": "Hall"}))
        .ok(200);
    acme.invited();
    assert_eq!(
        acme.get("/users")
            .by(&acme.primary)
            .header("If-None-Match", &page)
            .send()
            .status,
        200
    );
}
