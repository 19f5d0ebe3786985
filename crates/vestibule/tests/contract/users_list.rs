//! The users list: its filters, its search and its orders (R-LST). Pages and cursors are in `lists_and_cursors`.

use serde_json::{Value, json};

use super::{
    form,
    organization::Organization,
    server::{OPERATOR, Server},
};

on_both_databases![
    users_are_filtered_by_each_property,
    filters_combine_and_repeat,
    each_bad_filter_is_named,
    users_are_found_by_name_and_email,
    typed_characters_mean_themselves,
    names_are_ordered_as_people_read_them,
    who_has_not_joined_comes_last_in_both_directions,
    every_order_is_reversed_by_a_minus,
    a_user_searches_among_those_they_see,
];

/// Names in the users list under a query, `-` for none.
#[track_caller]
fn names(acme: &Organization, query: &[(&str, &str)]) -> Vec<String> {
    let call = query.iter().fold(
        acme.get("/users").query("limit", "200"),
        |call, (name, value)| call.query(name, value),
    );
    form::items(&call.by(&acme.primary).ok(200))
        .iter()
        .map(|user| user["name"].as_str().unwrap_or("-").to_owned())
        .collect()
}

/// R-LST-2 and R-INV-11.
fn users_are_filtered_by_each_property(server: &'static Server) {
    let acme = server.organization();
    let (north, south) = (acme.entity("North"), acme.entity("South"));
    acme.person_with(
        "Ada Admin",
        "admin",
        &[(&north, "admin"), (&south, "clerk")],
    );
    acme.member("Carl Clerk", &[(&north, "clerk")]);
    let dora = acme.user("Dora Idle");
    acme.post(&format!("/users/{}/deactivate", dora.id))
        .by(&acme.primary)
        .ok(200);
    acme.invite(&json!({"email": server.email(), "role": "user", "name": "Ivy Invited", "memberships": [{"entity_id": south, "role": "admin"}]}));
    let all = names(&acme, &[]);
    assert_eq!(
        all,
        [
            "Ada Admin",
            "Carl Clerk",
            "Dora Idle",
            "Ivy Invited",
            "Petra Prime"
        ]
    );
    assert_eq!(
        names(&acme, &[("status", "active")]),
        ["Ada Admin", "Carl Clerk", "Petra Prime"]
    );
    assert_eq!(names(&acme, &[("status", "invited")]), ["Ivy Invited"]);
    assert_eq!(names(&acme, &[("status", "deactivated")]), ["Dora Idle"]);
    assert_eq!(names(&acme, &[("role", "primary_admin")]), ["Petra Prime"]);
    assert_eq!(names(&acme, &[("role", "admin")]), ["Ada Admin"]);
    assert_eq!(
        names(&acme, &[("role", "user")]),
        ["Carl Clerk", "Dora Idle", "Ivy Invited"]
    );
    assert_eq!(
        names(&acme, &[("entity_id", &north)]),
        ["Ada Admin", "Carl Clerk"]
    );
    assert_eq!(
        names(&acme, &[("entity_id", &south)]),
        ["Ada Admin", "Ivy Invited"]
    );
    assert_eq!(
        names(&acme, &[("entity_role", "clerk")]),
        ["Ada Admin", "Carl Clerk"]
    );
    assert_eq!(
        names(&acme, &[("without_entity", "true")]),
        ["Dora Idle", "Petra Prime"]
    );
    assert_eq!(names(&acme, &[("without_entity", "false")]), all);
}

/// A repeated filter means any of the values; different ones hold together, in the same membership.
fn filters_combine_and_repeat(server: &'static Server) {
    let acme = server.organization();
    let (north, south) = (acme.entity("North"), acme.entity("South"));
    acme.person_with(
        "Ada Admin",
        "admin",
        &[(&north, "admin"), (&south, "clerk")],
    );
    acme.member("Carl Clerk", &[(&north, "clerk")]);
    acme.invited_to("user", &[(&south, "auditor")]);
    assert_eq!(
        names(
            &acme,
            &[
                ("status", "active"),
                ("status", "invited"),
                ("role", "user")
            ]
        ),
        ["Carl Clerk", "-"]
    );
    assert_eq!(
        names(&acme, &[("role", "admin"), ("role", "primary_admin")]),
        ["Ada Admin", "Petra Prime"]
    );
    assert_eq!(
        names(&acme, &[("entity_id", &north), ("entity_role", "clerk")]),
        ["Carl Clerk"]
    );
    assert_eq!(
        names(&acme, &[("entity_id", &south), ("entity_role", "clerk")]),
        ["Ada Admin"]
    );
    assert_eq!(
        names(&acme, &[("entity_id", &north), ("entity_id", &south)]),
        ["Ada Admin", "Carl Clerk", "-"]
    );
    assert_eq!(
        names(
            &acme,
            &[
                ("entity_role", "admin"),
                ("entity_role", "auditor"),
                ("sort", "-name")
            ]
        ),
        ["-", "Ada Admin"]
    );
    assert_eq!(
        names(&acme, &[("entity_id", &north), ("status", "invited")]),
        [""; 0]
    );
    assert_eq!(
        names(
            &acme,
            &[("q", "clerk"), ("role", "user"), ("entity_id", &north)]
        ),
        ["Carl Clerk"]
    );
    assert_eq!(
        names(&acme, &[("without_entity", "true"), ("role", "user")]),
        [""; 0]
    );
}

/// R-ANS-3: `?name` for a query parameter.
fn each_bad_filter_is_named(server: &'static Server) {
    let acme = server.organization();
    for name in ["status", "role", "entity_role", "without_entity", "sort"] {
        acme.get("/users")
            .query(name, "nonsense")
            .by(&acme.primary)
            .blamed("invalid_field", &format!("?{name}"));
    }
    acme.get("/users")
        .query("status", "active")
        .query("status", "gone")
        .by(&acme.primary)
        .blamed("invalid_field", "?status");
    acme.get("/users")
        .query("sort", "--name")
        .by(&acme.primary)
        .blamed("invalid_field", "?sort");
    acme.get("/users")
        .query("entity_id", "01890000-0000-7000-8000-000000000000")
        .by(&acme.primary)
        .send()
        .ok_or_not_found();
}

impl super::call::Answer {
    /// Nobody is in an entity that is not there; saying so as 404 is as good.
    #[track_caller]
    fn ok_or_not_found(&self) {
        if self.status != 404 {
            assert_eq!(self.ok(200)["items"], json!([]), "{self}");
        }
    }
}

/// R-LST-2: without case; 3 characters or more anywhere, 1 or 2 at the beginning of the whole name or email.
fn users_are_found_by_name_and_email(server: &'static Server) {
    let acme = server.organization();
    let number = server.number();
    let person = |name: &str, email: &str| json!({"email": format!("{email}{number}@finder.example"), "role": "user", "name": name});
    acme.invite_many(&[
        person("J\u{f6}rg Stra\u{df}er", "zeta"),
        person("Anna Schmidt", "quill"),
        person("Bernd Quint", "bq"),
        person("\u{130}stanbul Y\u{131}lmaz", "iy"),
    ]);
    let found = |q: &str| names(&acme, &[("q", q)]);
    assert_eq!(found("schm"), ["Anna Schmidt"]);
    assert_eq!(found("SCHMIDT"), ["Anna Schmidt"]);
    assert_eq!(found("na sch"), ["Anna Schmidt"]);
    assert_eq!(found("STRASSER"), ["J\u{f6}rg Stra\u{df}er"]);
    assert_eq!(found("J\u{d6}R"), ["J\u{f6}rg Stra\u{df}er"]);
    assert_eq!(found("jo\u{308}r"), ["J\u{f6}rg Stra\u{df}er"]);
    assert_eq!(
        found(&format!("zeta{number}@FINDER")),
        ["J\u{f6}rg Stra\u{df}er"]
    );
    assert_eq!(found("qui"), ["Anna Schmidt", "Bernd Quint"]);
    assert_eq!(
        found("qu"),
        ["Anna Schmidt"],
        "two characters: at the beginning of the whole name or email"
    );
    assert_eq!(found("b"), ["Bernd Quint"]);
    assert_eq!(found("s"), [""; 0]);
    assert_eq!(found("finder.example").len(), 4);
    assert_eq!(found("nobody at all"), [""; 0]);
    assert_eq!(
        names(&acme, &[("q", "finder"), ("sort", "-email")])[0],
        "J\u{f6}rg Stra\u{df}er"
    );
}

/// Lesson 38.
fn typed_characters_mean_themselves(server: &'static Server) {
    let acme = server.organization();
    let person = |name: &str| json!({"email": server.email(), "role": "user", "name": name});
    acme.invite_many(&[
        person("100% sure"),
        person("snake_case_man"),
        person("snakeXcaseXman"),
        person("back\\slash"),
        person("quote\"d 'name'"),
        person("star*dust"),
    ]);
    let found = |q: &str| names(&acme, &[("q", q)]);
    assert_eq!(found("0% s"), ["100% sure"]);
    assert_eq!(found("%%%"), [""; 0]);
    assert_eq!(found("%"), [""; 0]);
    assert_eq!(found("_"), [""; 0]);
    assert_eq!(found("e_c"), ["snake_case_man"]);
    assert_eq!(found("snake_case"), ["snake_case_man"]);
    assert_eq!(found("k\\s"), ["back\\slash"]);
    assert_eq!(found("e\"d"), ["quote\"d 'name'"]);
    assert_eq!(found("'name'"), ["quote\"d 'name'"]);
    assert_eq!(found("r*d"), ["star*dust"]);
    assert_eq!(found("sta* OR a"), [""; 0]);
    assert_eq!(found("\"\"\""), [""; 0]);
    assert_eq!(found("NOT"), [""; 0]);
}

/// R-LST-2, lesson 39: full case folding, bytewise; who has no name sorts by email.
fn names_are_ordered_as_people_read_them(server: &'static Server) {
    let acme = server.organization();
    let number = server.number();
    let person = |name: Option<&str>, email: &str| json!({"email": format!("{email}{number}@order.example"), "role": "user", "name": name});
    acme.invite_many(&[
        person(Some("Zoe"), "a"),
        person(Some("bob"), "b"),
        person(Some("\u{c5}sa"), "c"),
        person(Some("Stra\u{df}e b"), "d"),
        person(Some("Strasse a"), "e"),
        person(None, "Mia"),
        person(Some("anna"), "f"),
        person(Some("Anna B"), "g"),
    ]);
    let expected = [
        "anna",
        "Anna B",
        "bob",
        "-",
        "Petra Prime",
        "Strasse a",
        "Stra\u{df}e b",
        "Zoe",
        "\u{c5}sa",
    ];
    assert_eq!(names(&acme, &[]), expected);
    let mut reversed = expected.to_vec();
    reversed.reverse();
    assert_eq!(names(&acme, &[("sort", "-name")]), reversed);
}

/// R-LST-2.
fn who_has_not_joined_comes_last_in_both_directions(server: &'static Server) {
    let acme = server.organization();
    acme.user("Uma Second");
    acme.user("Ann Third");
    let ivy = acme.invited();
    let first = ["Petra Prime", "Uma Second", "Ann Third"];
    assert_eq!(
        names(&acme, &[("sort", "joined_at")]),
        [first.as_slice(), &["-"]].concat()
    );
    assert_eq!(
        names(&acme, &[("sort", "-joined_at")]),
        ["Ann Third", "Uma Second", "Petra Prime", "-"]
    );
    assert_eq!(acme.shown(&ivy.id)["joined_at"], Value::Null);
}

/// Ties by id.
fn every_order_is_reversed_by_a_minus(server: &'static Server) {
    let acme = server.organization();
    let dora = acme.user("Dora Idle");
    acme.post(&format!("/users/{}/deactivate", dora.id))
        .by(&acme.primary)
        .ok(200);
    acme.invite_many(&server.people(3));
    // By id: a mail can be sent between two looks, and a user then shows it.
    let ids = |sort: &str| form::each(&acme.walk("/users", &[("sort", sort)], 200), "id");
    for sort in ["name", "email"] {
        let up = ids(sort);
        let mut down = ids(&format!("-{sort}"));
        down.reverse();
        assert_eq!(up, down, "{sort}");
    }
    let emails = form::each(&acme.walk("/users", &[("sort", "email")], 200), "email");
    assert!(emails.is_sorted(), "{emails:?}");
    for sort in ["status", "-status"] {
        let mut statuses = form::each(&acme.walk("/users", &[("sort", sort)], 200), "status");
        statuses.dedup();
        assert_eq!(
            statuses.len(),
            3,
            "each status stands together: {statuses:?}"
        );
    }
}

/// R-ORG-3.
fn a_user_searches_among_those_they_see(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (ann, _) = (
        acme.member("Ann Common", &[(&room, "clerk")]),
        acme.member("Bob Common", &[(&room, "clerk")]),
    );
    acme.user("Cara Common");
    let page = acme
        .get("/users")
        .query("q", "common")
        .query("include_total", "true")
        .by(&ann)
        .ok(200);
    assert_eq!(
        (page["items"].as_array().unwrap().len(), &page["total"]),
        (2, &json!(2))
    );
    let page = acme.get("/users").query("q", "common").by(OPERATOR).ok(200);
    assert_eq!(form::items(&page).len(), 3);
}
