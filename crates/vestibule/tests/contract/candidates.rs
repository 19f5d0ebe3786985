//! Who could be added to an entity, as shown to those who may add them.

use serde_json::json;

use super::{
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    candidates_are_users_who_are_not_members,
    no_more_of_candidates_is_told_than_needed,
    candidates_are_for_who_may_manage_members,
    a_candidate_who_is_found_can_be_added,
];

/// R-ENT-3.
fn candidates_are_users_who_are_not_members(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let room = acme.entity("Room");
    acme.member("Kara Member", &[(&room, "clerk")]);
    let kim = acme.user("Kim Kandidate");
    other.user("Kim Foreign");
    let found = |q: &str| {
        let page = acme
            .get(&format!("/entities/{room}/candidates"))
            .query("q", q)
            .by(&acme.primary)
            .ok(200);
        form::each(form::items(&page), "user_id")
    };
    assert_eq!(found("kandi"), std::slice::from_ref(&kim.id));
    assert_eq!(found("KI"), std::slice::from_ref(&kim.id));
    assert_eq!(
        found(&kim.email.to_uppercase()),
        std::slice::from_ref(&kim.id)
    );
    assert_eq!(found("kara member"), [""; 0]);
    assert_eq!(found("foreign"), [""; 0]);
    assert_eq!(found("and%"), [""; 0]);
    assert_eq!(found("k_m"), [""; 0]);
}

/// R-ENT-3: id, name, email, status, and no more of them than that.
fn no_more_of_candidates_is_told_than_needed(server: &'static Server) {
    let acme = server.organization();
    let (room, hidden) = (acme.entity("Room"), acme.entity("Hidden"));
    let manager = acme.member("Mara Manager", &[(&room, "manager")]);
    let kim = acme.person_with("Kim Kandidate", "admin", &[(&hidden, "admin")]);
    let ivy = acme.invited();
    let page = acme
        .get(&format!("/entities/{room}/candidates"))
        .query("q", "kandidate")
        .by(&manager)
        .ok(200);
    assert_eq!(
        form::items(&page),
        [
            json!({"user_id": kim.id, "email": kim.email, "name": "Kim Kandidate", "status": "active"})
        ]
    );
    let page = acme
        .get(&format!("/entities/{room}/candidates"))
        .query("q", &ivy.email)
        .by(&manager)
        .ok(200);
    assert_eq!(
        form::items(&page),
        [json!({"user_id": ivy.id, "email": ivy.email, "name": null, "status": "invited"})]
    );
    acme.get(&format!("/users/{}", kim.id))
        .by(&manager)
        .refused(404, "user_not_in_organization");
}

/// The *who* column: E.
fn candidates_are_for_who_may_manage_members(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (admin, nobody) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let head = acme.member("Hank Head", &[(&room, "admin")]);
    let ask = |bearer: &str| {
        acme.get(&format!("/entities/{room}/candidates"))
            .query("q", "uma")
            .by(bearer)
    };
    for bearer in [
        head.as_ref(),
        admin.as_ref(),
        acme.primary.as_ref(),
        OPERATOR,
        &acme.key("admin").1,
    ] {
        assert_eq!(
            form::each(form::items(&ask(bearer).ok(200)), "user_id"),
            std::slice::from_ref(&nobody.id)
        );
    }
    for role in ["approver", "clerk", "auditor"] {
        ask(acme.member("Mia Member", &[(&room, role)]).as_ref()).refused(403, "not_allowed");
    }
    ask(nobody.as_ref()).refused(404, "entity_not_found");
    ask("nonsense").refused(401, "not_signed_in");
    acme.get(&format!("/entities/{room}/candidates"))
        .query("q", "uma")
        .query("status", "active")
        .query("role", "x")
        .by(&head)
        .refused(400, "unknown_field");
}

/// The one who looks up adds, though they do not see the user elsewhere.
fn a_candidate_who_is_found_can_be_added(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let manager = acme.member("Mara Manager", &[(&room, "manager")]);
    let kim = acme.user("Kim Kandidate");
    acme.put(&format!("/entities/{room}/members/{}", kim.id))
        .by(&manager)
        .json(&json!({"role": "approver"}))
        .ok(201);
    let page = acme
        .get(&format!("/entities/{room}/candidates"))
        .query("q", "kandidate")
        .by(&manager)
        .ok(200);
    assert_eq!(form::items(&page).len(), 0);
    acme.get(&format!("/users/{}", kim.id)).by(&manager).ok(200);
}
