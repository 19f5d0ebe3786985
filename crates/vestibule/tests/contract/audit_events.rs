//! The record: what an event tells, how it is read and verified, and what can be erased from it.

use serde_json::{Value, json};

use super::{
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    an_event_has_the_form_of_the_contract,
    events_are_numbered_without_gaps_and_chained,
    each_change_writes_one_event_and_a_refusal_none,
    the_actor_is_a_user_a_key_or_the_operator,
    events_are_paged_by_number,
    events_are_filtered,
    each_bad_parameter_of_the_record_is_named,
    the_record_verifies_and_finds_another_history,
    a_removed_persons_data_is_erased_without_breaking_the_chain,
    only_a_removed_user_is_erased_and_only_by_the_owner,
    the_record_is_read_by_admins_only,
    one_organization_never_reads_anothers_events,
    a_failed_sign_in_is_not_the_victims_deed,
];

const FIELDS: [&str; 9] = [
    "seq", "at", "actor", "action", "target", "before", "after", "origin", "hash",
];

/// The form of an event; `origin` leads back to the request.
fn an_event_has_the_form_of_the_contract(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let before = acme.last_seq();
    let answer = acme
        .patch(&format!("/entities/{room}"))
        .by(&acme.primary)
        .json(&json!({"name": "Hall"}))
        .send();
    answer.ok(200);
    let page = acme
        .get("/audit-events")
        .query("after", &before.to_string())
        .by(&acme.primary)
        .ok(200);
    let events = form::items(&page);
    assert_eq!(events.len(), 1);
    let event = &events[0];
    form::fields(event, &FIELDS);
    form::time(&event["at"]);
    assert_eq!(event["seq"], before + 1);
    assert_eq!(
        event["actor"],
        json!({"kind": "user", "id": acme.primary.id, "name": "Petra Prime"})
    );
    assert_eq!(
        (&event["target"]["kind"], &event["target"]["id"]),
        (&json!("entity"), &json!(room))
    );
    form::fields(&event["target"], &["kind", "id", "name"]);
    assert_eq!(
        (&event["before"]["name"], &event["after"]["name"]),
        (&json!("Room"), &json!("Hall"))
    );
    assert_eq!(
        event["origin"],
        json!({"address": "127.0.0.1", "request_id": answer.header("X-Request-Id").unwrap()})
    );
    assert!(!form::text(&event["action"]).is_empty());
    let hash = form::text(&event["hash"]);
    assert!(
        hash.len() >= 43 && hash.is_ascii(),
        "a SHA-256 as text: {hash}"
    );
}

/// R-AUD-2.
fn events_are_numbered_without_gaps_and_chained(server: &'static Server) {
    let acme = server.organization();
    for room in ["North", "South", "East"] {
        acme.entity(room);
    }
    acme.user("Uma User");
    let page = acme.get("/audit-events").by(&acme.primary).ok(200);
    let events = form::items(&page);
    let numbers: Vec<_> = events
        .iter()
        .map(|event| form::number(&event["seq"]))
        .collect();
    assert_eq!(numbers, (1..=acme.last_seq()).collect::<Vec<_>>());
    assert!(
        events.len() >= 6,
        "made, three entities, invited, accepted: {events:?}"
    );
    let mut hashes = form::each(events, "hash");
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), events.len());
    assert!(events.is_sorted_by_key(|event| form::time(&event["at"])));
    assert_eq!(page["next_cursor"], Value::Null);
}

/// R-AUD-1.
fn each_change_writes_one_event_and_a_refusal_none(server: &'static Server) {
    let acme = server.organization();
    let (room, ivy) = (acme.entity("Room"), acme.invited());
    let path = format!("/entities/{room}/members/{}", ivy.id);
    let member = |role: &str| {
        acme.put(&path)
            .by(&acme.primary)
            .json(&json!({"role": role}))
    };
    let events = acme.recorded(|| {
        member("clerk").ok(201);
        member("clerk").ok(200);
        member("owner").refused(422, "invalid_field");
        member("auditor").ok(200);
        acme.delete(&path).by(&acme.primary).done();
        acme.delete(&path)
            .by(&acme.primary)
            .refused(404, "not_found");
        acme.post(&format!("/invitations/{}/resend", ivy.invitation))
            .by(&acme.primary)
            .ok(200);
        acme.post("/invitations")
            .by(&acme.primary)
            .json(&json!({"email": ivy.email, "role": "user"}))
            .refused(409, "email_already_in_organization");
        acme.get("/users").by(&acme.primary).ok(200);
        let (key, _) = acme.key("auditor");
        acme.delete(&format!("/api-keys/{key}"))
            .by(&acme.primary)
            .done();
    });
    assert_eq!(events.len(), 6, "{events:?}");
}

/// Whoever asks; a person's event has the person's id, a key's the key's.
fn the_actor_is_a_user_a_key_or_the_operator(server: &'static Server) {
    let acme = server.organization();
    let (key, secret) = acme.key("admin");
    let make = |bearer: &str| {
        acme.post("/entities")
            .by(bearer)
            .json(&json!({"name": format!("Room {}", server.number())}))
            .ok(201);
    };
    let events = acme.recorded(|| {
        make(acme.primary.as_ref());
        make(&secret);
        make(OPERATOR);
    });
    let actors: Vec<_> = events.iter().map(|event| event["actor"].clone()).collect();
    for actor in &actors {
        form::fields(actor, &["kind", "id", "name"]);
    }
    assert_eq!(actors[0]["kind"], "user");
    assert_eq!(
        (&actors[1]["id"], &actors[1]["name"]),
        (&json!(key), &json!("The admin key"))
    );
    assert!(
        form::text(&actors[1]["kind"]).contains("key"),
        "{}",
        actors[1]
    );
    assert_eq!(
        (&actors[2]["kind"], &actors[2]["id"]),
        (&json!("operator"), &Value::Null)
    );
}

/// Ascending, by `after`.
fn events_are_paged_by_number(server: &'static Server) {
    let acme = server.organization();
    for room in 0..6 {
        acme.entity(&format!("Room {room}"));
    }
    let last = acme.last_seq();
    let page = |after: u64, limit: u64| {
        let page = acme
            .get("/audit-events")
            .query("after", &after.to_string())
            .query("limit", &limit.to_string())
            .by(&acme.primary)
            .ok(200);
        form::items(&page)
            .iter()
            .map(|event| form::number(&event["seq"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(page(0, 3), [1, 2, 3]);
    assert_eq!(page(3, 2), [4, 5]);
    assert_eq!(page(last - 1, 200), [last]);
    assert_eq!(page(last, 200), [0; 0]);
    assert_eq!(page(last + 1000, 200), [0; 0]);
}

/// `since` inclusive, `until` exclusive; several values of one filter mean any of them.
fn events_are_filtered(server: &'static Server) {
    let acme = server.organization();
    let admin = acme.admin("Ada Admin");
    let (room, hall) = (acme.entity("Room"), acme.entity("Hall"));
    acme.patch(&format!("/entities/{room}"))
        .by(&admin)
        .json(&json!({"name": "Chamber"}))
        .ok(200);
    let all = acme
        .get("/audit-events")
        .query("limit", "200")
        .by(&acme.primary)
        .ok(200);
    let all = form::items(&all);
    let filtered = |filters: &[(&str, &str)]| {
        let call = filters.iter().fold(
            acme.get("/audit-events").query("limit", "200"),
            |call, (name, value)| call.query(name, value),
        );
        form::items(&call.by(&acme.primary).ok(200)).to_vec()
    };
    let wanted = |keep: &dyn Fn(&Value) -> bool| {
        all.iter()
            .filter(|event| keep(event))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        filtered(&[("target_id", &room)]),
        wanted(&|event| event["target"]["id"] == room.as_str())
    );
    assert_eq!(filtered(&[("target_id", &room)]).len(), 2);
    assert_eq!(
        filtered(&[("target_id", &room), ("target_id", &hall)]).len(),
        3
    );
    assert_eq!(
        filtered(&[("target_id", &room), ("actor_id", &admin.id)]).len(),
        1
    );
    assert_eq!(
        filtered(&[("actor_id", &acme.primary.id)]),
        wanted(&|event| event["actor"]["id"] == acme.primary.id.as_str())
    );
    let renamed = &all[all.len() - 1];
    let action = form::text(&renamed["action"]);
    assert_eq!(
        filtered(&[("action", action)]),
        wanted(&|event| event["action"] == action)
    );
    let (third, at) = (form::time(&all[2]["at"]), form::text(&all[2]["at"]));
    assert_eq!(
        filtered(&[("since", at)]),
        wanted(&|event| form::time(&event["at"]) >= third)
    );
    assert_eq!(
        filtered(&[("until", at)]),
        wanted(&|event| form::time(&event["at"]) < third)
    );
    assert_eq!(filtered(&[("since", at), ("until", at)]).len(), 0);
    assert_eq!(
        filtered(&[("target_id", "01890000-0000-7000-8000-000000000000")]).len(),
        0
    );
    assert_eq!(filtered(&[("after", "2"), ("target_id", &room)]).len(), 2);
}

/// R-ANS-3.
fn each_bad_parameter_of_the_record_is_named(server: &'static Server) {
    let acme = server.organization();
    let with = |name: &str, value: &str| {
        acme.get("/audit-events")
            .query(name, value)
            .by(&acme.primary)
    };
    for bad in ["-1", "x", "1.5", ""] {
        with("after", bad).blamed("invalid_field", "?after");
    }
    for bad in ["0", "201", "x"] {
        with("limit", bad).blamed("invalid_field", "?limit");
    }
    with("since", "yesterday").blamed("invalid_field", "?since");
    with("until", "2026-13-01T00:00:00Z").blamed("invalid_field", "?until");
    with("who", "ann")
        .refused(400, "unknown_field")
        .blames("?who");
    acme.get("/audit-events")
        .query("after", "1")
        .query("after", "2")
        .by(&acme.primary)
        .refused(400, "malformed_request");
}

/// R-AUD-2.
fn the_record_verifies_and_finds_another_history(server: &'static Server) {
    let acme = server.organization();
    acme.entity("Room");
    let page = acme.get("/audit-events").by(&acme.primary).ok(200);
    let events = form::items(&page);
    let last = events.last().unwrap();
    let verified = acme.get("/audit-events/verify").by(&acme.primary).ok(200);
    let expected = json!({"ok": true, "events": events.len(), "head": {"seq": last["seq"], "hash": last["hash"]}, "first_bad_seq": null});
    assert_eq!(verified, expected);
    let against = |seq: &str, hash: &str| {
        acme.get("/audit-events/verify")
            .query("seq", seq)
            .query("hash", hash)
            .by(&acme.primary)
    };
    for event in events {
        assert_eq!(
            against(&event["seq"].to_string(), form::text(&event["hash"])).ok(200),
            expected
        );
    }
    let other = against(&last["seq"].to_string(), form::text(&events[0]["hash"])).ok(200);
    assert_eq!(
        (&other["ok"], &other["first_bad_seq"]),
        (&json!(false), &last["seq"])
    );
    let cut = against("1000", form::text(&last["hash"])).ok(200);
    assert_eq!(cut["ok"], false);
    assert!(cut["first_bad_seq"].is_u64(), "{cut}");
    acme.get("/audit-events/verify")
        .query("seq", "1")
        .by(&acme.primary)
        .refused(409, "audit_head_incomplete");
    acme.get("/audit-events/verify")
        .query("hash", form::text(&last["hash"]))
        .by(&acme.primary)
        .refused(409, "audit_head_incomplete");
    against("1", "no hash").blamed("invalid_field", "?hash");
}

/// R-AUD-3.
fn a_removed_persons_data_is_erased_without_breaking_the_chain(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let eve = acme.person_with("Evelyn Erased", "admin", &[(&room, "clerk")]);
    acme.patch(&format!("/entities/{room}"))
        .by(&eve)
        .json(&json!({"name": "By Eve"}))
        .ok(200);
    acme.delete(&format!("/users/{}", eve.id))
        .by(&acme.primary)
        .ok(200);
    let read = || {
        let answer = acme
            .get("/audit-events")
            .query("limit", "200")
            .by(&acme.primary)
            .send();
        (
            String::from_utf8(answer.body.clone()).unwrap(),
            answer.ok(200),
        )
    };
    let (text, before) = read();
    assert!(
        text.contains("Evelyn Erased") && text.contains(&eve.email),
        "{text}"
    );
    let events = acme.recorded(|| {
        let answer = acme
            .post("/audit-events/erasures")
            .by(&acme.primary)
            .json(&json!({"user_id": eve.id}))
            .send();
        assert_eq!(answer.status, 200, "{answer}");
    });
    assert_eq!(events.len(), 1, "erasing is itself an event: {events:?}");
    let (text, after) = read();
    assert!(
        !text.contains("Evelyn") && !text.contains(&eve.email),
        "{text}"
    );
    for (old, new) in form::items(&before).iter().zip(form::items(&after)) {
        assert_eq!(
            (&old["seq"], &old["hash"], &old["action"]),
            (&new["seq"], &new["hash"], &new["action"])
        );
    }
    assert_eq!(
        acme.get("/audit-events/verify").by(&acme.primary).ok(200)["ok"],
        true
    );
}

/// R-AUD-3.
fn only_a_removed_user_is_erased_and_only_by_the_owner(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let (admin, gone) = (acme.admin("Ada Admin"), acme.user("Gus Gone"));
    let erase = |bearer: &str, user: &str| {
        acme.post("/audit-events/erasures")
            .by(bearer)
            .json(&json!({"user_id": user}))
    };
    let owner = acme.primary.as_ref();
    erase(owner, &gone.id).refused(409, "user_still_in_organization");
    erase(owner, owner_id(&acme)).refused(409, "user_still_in_organization");
    acme.delete(&format!("/users/{}", gone.id))
        .by(&acme.primary)
        .ok(200);
    erase(admin.as_ref(), &gone.id).refused(403, "not_allowed");
    for role in ["auditor", "admin", "user_manager"] {
        erase(&acme.key(role).1, &gone.id).refused(403, "not_allowed");
    }
    erase(owner, &other.primary.id).refused(404, "user_not_in_organization");
    erase(owner, "01890000-0000-7000-8000-000000000000").refused(404, "user_not_in_organization");
    acme.post("/audit-events/erasures")
        .by(owner)
        .json(&json!({}))
        .blamed("invalid_field", "/user_id");
    let answer = erase(OPERATOR, &gone.id).send();
    assert_eq!(answer.status, 200, "{answer}");
}

fn owner_id(organization: &super::organization::Organization) -> &str {
    &organization.primary.id
}

/// The *who* column: A.
fn the_record_is_read_by_admins_only(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    for path in ["/audit-events", "/audit-events/verify"] {
        for bearer in [
            admin.as_ref(),
            OPERATOR,
            &acme.key("auditor").1,
            &acme.key("admin").1,
        ] {
            acme.get(path).by(bearer).ok(200);
        }
        acme.get(path).by(&user).refused(403, "not_allowed");
        acme.get(path).refused(401, "not_signed_in");
    }
}

/// Lesson 23.
fn one_organization_never_reads_anothers_events(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let there = other.joined_by(&acme.primary, "admin");
    let foreign = other.entity("Foreign");
    acme.entity("Own");
    let text = String::from_utf8(acme.get("/audit-events").by(&acme.primary).send().body).unwrap();
    assert!(
        !text.contains(&foreign) && !text.contains("Foreign") && !text.contains(&there.id),
        "{text}"
    );
    let page = acme
        .get("/audit-events")
        .query("target_id", &foreign)
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::items(&page).len(), 0);
}

/// Lesson 46: an unproved identity is a target, never an actor.
fn a_failed_sign_in_is_not_the_victims_deed(server: &'static Server) {
    let acme = server.organization();
    let events = acme.recorded(|| {
        server
            .signed_in(&acme.primary.email, "plum-Kettle-47-orbit-Dane")
            .refused(&server.url, 401, "wrong_credentials");
    });
    assert!(
        events
            .iter()
            .all(|event| event["actor"]["id"] != acme.primary.id.as_str()),
        "{events:?}"
    );
}
