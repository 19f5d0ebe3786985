//! Pages and cursors of every list. What the users list filters, finds and orders is in `users_list`.

use serde_json::{Value, json};

use super::{form, server::Server};

on_both_databases![
    a_page_has_fifty_items_unless_told_otherwise,
    walking_the_pages_shows_each_user_once,
    pages_stay_right_while_others_write,
    every_list_is_paged_alike,
    a_bad_limit_or_cursor_is_named,
    a_cursor_belongs_to_its_list_and_order,
    the_total_is_given_when_asked_for,
];

/// Lesson 21.
fn a_page_has_fifty_items_unless_told_otherwise(server: &'static Server) {
    let acme = server.organization();
    acme.invite_many(&server.people(60));
    let first = acme.get("/users").by(&acme.primary).ok(200);
    assert_eq!(form::items(&first).len(), 50);
    let rest = acme
        .get("/users")
        .query("cursor", form::text(&first["next_cursor"]))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::items(&rest).len(), 11);
    assert_eq!(rest["next_cursor"], Value::Null);
    let all = acme
        .get("/users")
        .query("limit", "200")
        .by(&acme.primary)
        .ok(200);
    assert_eq!(
        (form::items(&all).len(), &all["next_cursor"]),
        (61, &Value::Null)
    );
    let exact = acme
        .get("/users")
        .query("limit", "61")
        .by(&acme.primary)
        .ok(200);
    assert_eq!(
        (form::items(&exact).len(), &exact["next_cursor"]),
        (61, &Value::Null)
    );
}

/// R-LST-2, in every order.
fn walking_the_pages_shows_each_user_once(server: &'static Server) {
    let acme = server.organization();
    let same = |n: usize| json!({"email": server.email(), "role": if n.is_multiple_of(3) { "admin" } else { "user" }, "name": format!("Same {}", n % 4)});
    acme.invite_many(&(0..23).map(same).collect::<Vec<_>>());
    for sort in [
        "name",
        "-name",
        "email",
        "-email",
        "status",
        "-status",
        "joined_at",
        "-joined_at",
    ] {
        let whole = acme.walk("/users", &[("sort", sort)], 200);
        assert_eq!(whole.len(), 24);
        for limit in [1, 5, 24] {
            let paged = acme.walk("/users", &[("sort", sort)], limit);
            assert_eq!(
                form::each(&paged, "id"),
                form::each(&whole, "id"),
                "{sort} by {limit}"
            );
        }
    }
    for filter in [
        ("role", "admin"),
        ("status", "invited"),
        ("q", "same"),
        ("q", "s"),
        ("without_entity", "true"),
    ] {
        let whole = acme.walk("/users", &[filter], 200);
        assert!(!whole.is_empty(), "{filter:?}");
        let paged = acme.walk("/users", &[filter], 4);
        assert_eq!(
            form::each(&paged, "id"),
            form::each(&whole, "id"),
            "{filter:?}"
        );
    }
}

/// R-LST-2: a row that stays as it is appears exactly once.
fn pages_stay_right_while_others_write(server: &'static Server) {
    let acme = server.organization();
    let ids = acme.invite_many(&server.people(9));
    let first = acme
        .get("/users")
        .query("limit", "4")
        .by(&acme.primary)
        .ok(200);
    let mut seen = form::each(form::items(&first), "id");
    acme.invite_many(&[
        json!({"email": server.email(), "role": "user", "name": "Aaron Early"}),
        json!({"email": server.email(), "role": "user", "name": "Person 003b"}),
    ]);
    // The row that the cursor stands on goes.
    acme.delete(&format!("/users/{}", ids[3]))
        .by(&acme.primary)
        .ok(200);
    let rest = acme
        .get("/users")
        .query("limit", "200")
        .query("cursor", form::text(&first["next_cursor"]))
        .by(&acme.primary)
        .ok(200);
    seen.extend(form::each(form::items(&rest), "id"));
    for id in &ids {
        assert_eq!(seen.iter().filter(|seen| *seen == id).count(), 1, "{id}");
    }
    assert_eq!(acme.walk("/users", &[("q", "aaron")], 200).len(), 1);
}

/// The same manners for every list.
fn every_list_is_paged_alike(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room 0");
    for number in 1..5 {
        acme.entity(&format!("Room {number}"));
        acme.key("auditor");
        acme.invited_to("user", &[(&room, "clerk")]);
        server.sign_in(&acme.primary.email, &acme.primary.id);
    }
    for path in [
        "/users",
        "/entities",
        "/invitations",
        "/api-keys",
        &format!("/entities/{room}/members"),
    ] {
        let whole = acme.walk(path, &[], 200);
        assert!(whole.len() >= 4, "{path}");
        let id = if path.ends_with("members") {
            "user_id"
        } else {
            "id"
        };
        let paged = acme.walk(path, &[], 2);
        assert_eq!(form::each(&paged, id), form::each(&whole, id), "{path}");
        acme.get(path)
            .query("limit", "0")
            .by(&acme.primary)
            .blamed("invalid_field", "?limit");
        acme.get(path)
            .query("cursor", "garbage")
            .by(&acme.primary)
            .refused(400, "invalid_cursor");
        let total = acme
            .get(path)
            .query("include_total", "true")
            .query("limit", "1")
            .by(&acme.primary)
            .ok(200);
        assert_eq!(total["total"], whole.len(), "{path}");
    }
    let candidates = acme.walk(&format!("/entities/{room}/candidates"), &[("q", "p")], 2);
    assert_eq!(
        candidates.len(),
        1,
        "only the Primary Admin is no member: {candidates:?}"
    );
    let sessions = server
        .get("/v1/sessions")
        .query("limit", "2")
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::items(&sessions).len(), 2);
    let rest = server
        .get("/v1/sessions")
        .query("cursor", form::text(&sessions["next_cursor"]))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::items(&rest).len(), 3);
}

/// 422 for the limit, 400 for the cursor.
fn a_bad_limit_or_cursor_is_named(server: &'static Server) {
    let acme = server.organization();
    let users = |name: &str, value: &str| acme.get("/users").query(name, value).by(&acme.primary);
    for bad in ["0", "201", "-1", "ten", "1.5", "", "99999999999999999999"] {
        users("limit", bad).blamed("invalid_field", "?limit");
    }
    users("limit", "1").ok(200);
    users("limit", "200").ok(200);
    for bad in ["garbage", "", "e30", "AAAA", "\u{e4}", &"x".repeat(2000)] {
        users("cursor", bad).refused(400, "invalid_cursor");
    }
}

/// A cursor made for another order or list would skip and repeat rows silently.
fn a_cursor_belongs_to_its_list_and_order(server: &'static Server) {
    let acme = server.organization();
    acme.invite_many(&server.people(5));
    let page = acme
        .get("/users")
        .query("limit", "2")
        .by(&acme.primary)
        .ok(200);
    let cursor = form::text(&page["next_cursor"]);
    acme.get("/users")
        .query("sort", "email")
        .query("cursor", cursor)
        .by(&acme.primary)
        .refused(400, "invalid_cursor");
    acme.get("/users")
        .query("sort", "-name")
        .query("cursor", cursor)
        .by(&acme.primary)
        .refused(400, "invalid_cursor");
    acme.get("/entities")
        .query("cursor", cursor)
        .by(&acme.primary)
        .refused(400, "invalid_cursor");
    let mut changed = cursor.to_owned();
    changed.push('A');
    acme.get("/users")
        .query("cursor", &changed)
        .by(&acme.primary)
        .refused(400, "invalid_cursor");
}

/// `include_total=true` adds `total`, of the filtered list.
fn the_total_is_given_when_asked_for(server: &'static Server) {
    let acme = server.organization();
    acme.invite_many(&server.people(7));
    let ask = |query: &[(&str, &str)]| {
        let call = query.iter().fold(
            acme.get("/users").query("limit", "2"),
            |call, (name, value)| call.query(name, value),
        );
        call.by(&acme.primary).ok(200)
    };
    let page = ask(&[("include_total", "true")]);
    form::fields(&page, &["items", "next_cursor", "total"]);
    assert_eq!(page["total"], 8);
    assert_eq!(
        ask(&[("include_total", "true"), ("status", "active")])["total"],
        1
    );
    assert_eq!(
        ask(&[("include_total", "true"), ("q", "person 00")])["total"],
        7
    );
    form::items(&ask(&[("include_total", "false")]));
    acme.get("/users")
        .query("include_total", "yes")
        .by(&acme.primary)
        .blamed("invalid_field", "?include_total");
}
