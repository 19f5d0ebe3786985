//! Organizations: how one comes to be, its settings, and the transfer of ownership.

use serde_json::{Value, json};

use super::{
    form,
    organization::PASSWORD,
    server::{OPERATOR, Server},
};

on_both_databases![
    the_operator_makes_an_organization_with_its_primary_admin,
    only_the_operator_makes_organizations,
    an_email_with_an_account_keeps_that_account,
    each_bad_field_of_a_new_organization_is_named,
    admins_and_keys_read_the_organization_and_users_do_not,
    admins_rename_and_only_the_primary_admin_sets,
    settings_are_checked_and_one_event_is_written,
    a_key_changes_no_settings,
    under_admins_an_admin_manages_users_but_not_the_primary_admin,
    a_transfer_swaps_the_two_roles_in_one_step,
    ownership_goes_to_an_active_user_only,
    only_the_primary_admin_and_the_operator_transfer,
    sent_invitations_go_with_the_ownership,
];

fn request(server: &Server) -> Value {
    json!({
        "name": "  Northwind Group ",
        "primary_admin": {"email": server.email(), "name": "Nora North", "password": PASSWORD},
    })
}

/// The form of `POST /v1/organizations`.
fn the_operator_makes_an_organization_with_its_primary_admin(server: &'static Server) {
    let body = request(server);
    let made = server
        .post("/v1/organizations")
        .by(OPERATOR)
        .json(&body)
        .ok(201);
    form::time(&made["created_at"]);
    let expected = json!({
        "id": form::id(&made["id"]),
        "name": "Northwind Group",
        "primary_admin_user_id": form::id(&made["primary_admin_user_id"]),
        "user_management": "primary_admin",
        "invitation_ttl_seconds": 604_800,
        "created_at": made["created_at"],
    });
    assert_eq!(made, expected);
    let path = format!("/v1/organizations/{}", form::text(&made["id"]));
    assert_eq!(server.get(&path).by(OPERATOR).ok(200), expected);
    let session = server
        .signed_in(form::text(&body["primary_admin"]["email"]), PASSWORD)
        .ok(201);
    assert_eq!(session["organizations"][0]["role"], "primary_admin");
    assert_eq!(
        session["organizations"][0]["user_id"],
        made["primary_admin_user_id"]
    );
}

/// Everybody else is refused before their fields are looked at.
fn only_the_operator_makes_organizations(server: &'static Server) {
    let acme = server.organization();
    let (_, secret) = acme.key("user_manager");
    server
        .post("/v1/organizations")
        .json(&request(server))
        .refused(401, "not_signed_in");
    server
        .post("/v1/organizations")
        .by("wrong-operator-key")
        .json(&request(server))
        .refused(401, "not_signed_in");
    server
        .post("/v1/organizations")
        .by(&acme.primary)
        .json(&request(server))
        .refused(403, "not_allowed");
    server
        .post("/v1/organizations")
        .by(&secret)
        .json(&json!({"name": ""}))
        .refused(403, "not_allowed");
}

/// The password must be that account's.
fn an_email_with_an_account_keeps_that_account(server: &'static Server) {
    let acme = server.organization();
    let make = |password: &str| {
        let person = json!({"email": acme.primary.email.to_uppercase(), "name": "Petra Prime", "password": password});
        server
            .post("/v1/organizations")
            .by(OPERATOR)
            .json(&json!({"name": "Second", "primary_admin": person}))
    };
    make("another-Kettle-47-orbit").refused(409, "account_mismatch");
    let made = make(PASSWORD).ok(201);
    let me = server.get("/v1/me").by(&acme.primary).ok(200);
    assert_eq!(me["id"], acme.primary.account);
    let organizations = me["organizations"].as_array().unwrap();
    assert_eq!(
        organizations.len(),
        2,
        "nothing came of the refused one: {organizations:?}"
    );
    form::find(organizations, "id", form::text(&made["id"]));
}

/// R-ANS-3.
fn each_bad_field_of_a_new_organization_is_named(server: &'static Server) {
    let with = |pointer: &str, value: Value| {
        let mut body = request(server);
        *body.pointer_mut(pointer).unwrap() = value;
        server.post("/v1/organizations").by(OPERATOR).json(&body)
    };
    with("/name", json!("")).blamed("invalid_field", "/name");
    with("/name", json!("x".repeat(101))).blamed("invalid_field", "/name");
    with("/name", json!(5)).blamed("invalid_field", "/name");
    with("/primary_admin", Value::Null).blamed("invalid_field", "/primary_admin");
    with("/primary_admin/email", json!("nora")).blamed("invalid_email", "/primary_admin/email");
    with("/primary_admin/name", json!(" ")).blamed("invalid_field", "/primary_admin/name");
    with("/primary_admin/password", json!("Northwind2026"))
        .blamed("password_too_weak", "/primary_admin/password");
    with(
        "/primary_admin",
        json!({"email": "n@people.example", "name": "Nora"}),
    )
    .blamed("invalid_field", "/primary_admin/password");
    server
        .post("/v1/organizations")
        .by(OPERATOR)
        .json(&json!({}))
        .refused(422, "invalid_field");
    with(
        "/primary_admin",
        json!({"email": "n@people.example", "name": "N", "password": PASSWORD, "phone": 1}),
    )
    .refused(400, "unknown_field")
    .blames("/primary_admin/phone");
}

/// R-ORG-3, R-KEY-1.
fn admins_and_keys_read_the_organization_and_users_do_not(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let expected = acme.get("").by(OPERATOR).ok(200);
    for role in ["auditor", "admin", "user_manager"] {
        assert_eq!(acme.get("").by(&acme.key(role).1).ok(200), expected);
    }
    assert_eq!(acme.get("").by(&admin).ok(200), expected);
    assert_eq!(acme.get("").by(&acme.primary).ok(200), expected);
    acme.get("").by(&user).refused(403, "not_allowed");
    acme.get("").refused(401, "not_signed_in");
}

/// R-ORG-3.
fn admins_rename_and_only_the_primary_admin_sets(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let renamed = acme
        .patch("")
        .by(&admin)
        .json(&json!({"name": " Caf\u{65}\u{301} "}))
        .ok(200);
    assert_eq!(renamed["name"], "Caf\u{e9}");
    form::fields(
        &renamed,
        &[
            "id",
            "name",
            "primary_admin_user_id",
            "user_management",
            "invitation_ttl_seconds",
            "created_at",
        ],
    );
    acme.patch("")
        .by(&user)
        .json(&json!({"name": "Mine"}))
        .refused(403, "not_allowed");
    acme.patch("")
        .by(&admin)
        .json(&json!({"user_management": "admins"}))
        .refused(403, "not_allowed");
    acme.patch("")
        .by(&admin)
        .json(&json!({"name": "Both", "invitation_ttl_seconds": 3600}))
        .refused(403, "not_allowed");
    assert_eq!(acme.get("").by(&admin).ok(200)["name"], "Caf\u{e9}");
    for who in [acme.primary.token.as_str(), OPERATOR] {
        let set = acme
            .patch("")
            .by(who)
            .json(&json!({"user_management": "admins", "invitation_ttl_seconds": 3600}))
            .ok(200);
        assert_eq!(
            (&set["user_management"], &set["invitation_ttl_seconds"]),
            (&json!("admins"), &json!(3600))
        );
    }
}

/// R-INV-3 for the range, R-AUD-1 for the events.
fn settings_are_checked_and_one_event_is_written(server: &'static Server) {
    let acme = server.organization();
    let set = |body: Value| acme.patch("").by(&acme.primary).json(&body);
    let events = acme.recorded(|| {
        for seconds in [
            json!(3599),
            json!(2_592_001),
            json!(-1),
            json!(7200.5),
            json!("7200"),
            Value::Null,
        ] {
            set(json!({"invitation_ttl_seconds": seconds}))
                .blamed("invalid_field", "/invitation_ttl_seconds");
        }
        set(json!({"user_management": "everybody"})).blamed("invalid_field", "/user_management");
        set(json!({"name": null})).blamed("invalid_field", "/name");
        set(json!({"primary_admin_user_id": acme.primary.id}))
            .refused(400, "unknown_field")
            .blames("/primary_admin_user_id");
        set(json!({})).ok(200);
        set(json!({"name": acme.name, "user_management": "primary_admin"})).ok(200);
    });
    assert_eq!(events.len(), 0, "{events:?}");
    let events = acme.recorded(|| {
        set(json!({"name": "New", "user_management": "admins", "invitation_ttl_seconds": 2_592_000})).ok(200);
    });
    assert_eq!(events.len(), 1, "one event a request: {events:?}");
}

/// R-KEY-3.
fn a_key_changes_no_settings(server: &'static Server) {
    let acme = server.organization();
    for role in ["auditor", "admin", "user_manager"] {
        let secret = acme.key(role).1;
        acme.patch("")
            .by(&secret)
            .json(&json!({"user_management": "admins"}))
            .refused(403, "not_allowed");
        acme.patch("")
            .by(&secret)
            .json(&json!({"invitation_ttl_seconds": 3600}))
            .refused(403, "not_allowed");
        // The name is no setting: an Admin may change it, so a key that does what an Admin may can too.
        let renamed = acme.patch("").by(&secret).json(&json!({"name": "By key"}));
        if role == "auditor" {
            renamed.refused(403, "not_allowed");
        } else {
            assert_eq!(renamed.ok(200)["name"], "By key");
        }
    }
}

/// R-ORG-2.
fn under_admins_an_admin_manages_users_but_not_the_primary_admin(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let invite = || {
        acme.post("/invitations")
            .by(&admin)
            .json(&json!({"email": server.email(), "role": "admin"}))
    };
    invite().refused(403, "not_allowed");
    acme.let_admins_manage_users();
    let made = invite().ok(201);
    assert_eq!(
        made["invited_by"],
        json!({"user_id": admin.id, "name": "Ada Admin"})
    );
    acme.patch(&format!("/users/{}", user.id))
        .by(&admin)
        .json(&json!({"role": "admin"}))
        .ok(200);
    acme.post(&format!("/users/{}/deactivate", user.id))
        .by(&admin)
        .ok(200);
    acme.delete(&format!("/users/{}", user.id))
        .by(&admin)
        .ok(200);
    let primary = format!("/users/{}", acme.primary.id);
    acme.delete(&primary).by(&admin).refused(403, "not_allowed");
    acme.post(&format!("{primary}/deactivate"))
        .by(&admin)
        .refused(403, "not_allowed");
    acme.patch(&primary)
        .by(&admin)
        .json(&json!({"role": "user"}))
        .refused(403, "not_allowed");
    acme.patch("")
        .by(&admin)
        .json(&json!({"user_management": "primary_admin"}))
        .refused(403, "not_allowed");
    acme.post("/primary-admin")
        .by(&admin)
        .json(&json!({"user_id": admin.id}))
        .refused(403, "not_allowed");
}

/// R-ORG-5.
fn a_transfer_swaps_the_two_roles_in_one_step(server: &'static Server) {
    let acme = server.organization();
    let heir = acme.user("Henri Heir");
    let events = acme.recorded(|| {
        let after = acme
            .post("/primary-admin")
            .by(&acme.primary)
            .json(&json!({"user_id": heir.id}))
            .ok(200);
        form::fields(
            &after,
            &[
                "id",
                "name",
                "primary_admin_user_id",
                "user_management",
                "invitation_ttl_seconds",
                "created_at",
            ],
        );
        assert_eq!(after["primary_admin_user_id"], heir.id);
    });
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(acme.shown(&heir.id)["role"], "primary_admin");
    assert_eq!(acme.shown(&acme.primary.id)["role"], "admin");
    acme.post("/primary-admin")
        .by(&acme.primary)
        .json(&json!({"user_id": acme.primary.id}))
        .refused(403, "not_allowed");
    acme.post("/primary-admin")
        .by(&heir)
        .json(&json!({"user_id": acme.primary.id}))
        .ok(200);
}

/// R-ORG-5, lesson 16.
fn ownership_goes_to_an_active_user_only(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let (invited, idle) = (acme.invited(), acme.admin("Ida Idle"));
    acme.post(&format!("/users/{}/deactivate", idle.id))
        .by(&acme.primary)
        .ok(200);
    let transfer = |body: Value| acme.post("/primary-admin").by(&acme.primary).json(&body);
    transfer(json!({"user_id": invited.id})).refused(409, "user_not_active");
    transfer(json!({"user_id": idle.id})).refused(409, "user_not_active");
    transfer(json!({"user_id": other.primary.id})).refused(404, "user_not_in_organization");
    transfer(json!({"user_id": acme.id})).refused(404, "user_not_in_organization");
    transfer(json!({})).blamed("invalid_field", "/user_id");
    transfer(json!({"user_id": 7})).blamed("invalid_field", "/user_id");
    assert_eq!(
        acme.get("").by(OPERATOR).ok(200)["primary_admin_user_id"],
        acme.primary.id
    );
}

/// R-ORG-5, R-KEY-3.
fn only_the_primary_admin_and_the_operator_transfer(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let secret = acme.key("user_manager").1;
    for bearer in [admin.as_ref(), user.as_ref(), secret.as_str()] {
        acme.post("/primary-admin")
            .by(bearer)
            .json(&json!({"user_id": admin.id}))
            .refused(403, "not_allowed");
    }
    acme.post("/primary-admin")
        .by(OPERATOR)
        .json(&json!({"user_id": user.id}))
        .ok(200);
    assert_eq!(
        acme.get(&format!("/users/{}", user.id))
            .by(OPERATOR)
            .ok(200)["role"],
        "primary_admin"
    );
}

/// R-ORG-5: they count as sent by the new one, so the former can go without suspending them.
fn sent_invitations_go_with_the_ownership(server: &'static Server) {
    let acme = server.organization();
    let heir = acme.user("Henri Heir");
    let ivy = acme.invited();
    acme.post("/primary-admin")
        .by(&acme.primary)
        .json(&json!({"user_id": heir.id}))
        .ok(200);
    acme.delete(&format!("/users/{}", acme.primary.id))
        .by(&heir)
        .ok(200);
    let invitation = acme
        .get(&format!("/invitations/{}", ivy.invitation))
        .by(&heir)
        .ok(200);
    assert_eq!(invitation["state"], "pending");
    assert_eq!(
        invitation["invited_by"],
        json!({"user_id": heir.id, "name": "Henri Heir"})
    );
    let token = server.invitation_token(&ivy.email, 1);
    assert_eq!(
        server.get(format!("/v1/invitations/{token}")).ok(200)["invited_by"],
        "Henri Heir"
    );
}
