//! Inviting: the request, what comes of it and who may send it. What becomes of it later is in `sent_invitations`.

use serde_json::{Value, json};

use super::{
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    an_invitation_has_the_form_of_the_contract,
    inviting_makes_an_invited_user,
    each_bad_field_of_an_invitation_is_named,
    bad_emails_are_refused_as_such,
    an_email_is_shown_as_typed_and_compared_folded,
    an_email_that_is_there_is_refused_naming_its_status,
    staged_memberships_must_be_possible,
    who_may_invite_is_read_from_the_rules,
    an_invitation_by_key_counts_as_sent_by_its_maker,
    an_invitation_by_the_operator_has_no_sender,
    the_lifetime_of_the_organization_is_used,
];

/// The form of `POST .../invitations`.
fn an_invitation_has_the_form_of_the_contract(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let email = server.email();
    let body = json!({"email": email, "role": "admin", "name": "Ivy Invited", "memberships": [{"entity_id": room, "role": "clerk"}]});
    let made = acme
        .post("/invitations")
        .by(&acme.primary)
        .json(&body)
        .ok(201);
    form::fields(&made, &form::INVITATION);
    form::id(&made["id"]);
    form::id(&made["user_id"]);
    let lifetime = form::time(&made["expires_at"]) - form::time(&made["created_at"]);
    assert_eq!(lifetime.num_seconds(), 604_800);
    assert_eq!(made["email"], email);
    assert_eq!(
        (&made["role"], &made["state"]),
        (&json!("admin"), &json!("pending"))
    );
    assert_eq!(
        made["invited_by"],
        json!({"user_id": acme.primary.id, "name": "Petra Prime"})
    );
    assert!(["queued", "sent"].contains(&form::text(&made["mail"])));
    let staged = made["memberships"].as_array().unwrap();
    assert_eq!(staged.len(), 1);
    assert_eq!(
        (&staged[0]["entity_id"], &staged[0]["role"]),
        (&json!(room), &json!("clerk"))
    );
    let mut read = acme.invitation(form::text(&made["id"]));
    read["mail"] = made["mail"].clone();
    assert_eq!(read, made);
}

/// R-INV-1.
fn inviting_makes_an_invited_user(server: &'static Server) {
    let acme = server.organization();
    let events = acme.recorded(|| {
        let ivy = acme
            .invite(&json!({"email": server.email(), "role": "user", "name": "  Ivy Invited "}));
        let user = acme.shown(&ivy.id);
        assert_eq!(
            (&user["status"], &user["name"]),
            (&json!("invited"), &json!("Ivy Invited"))
        );
        assert_eq!(user["invitation"]["id"], ivy.invitation);
        assert_eq!(
            user["invitation"]["expires_at"],
            acme.invitation(&ivy.invitation)["expires_at"]
        );
        let nameless = acme.invite(&json!({"email": server.email(), "role": "user", "name": null}));
        assert_eq!(acme.shown(&nameless.id)["name"], Value::Null);
    });
    assert_eq!(events.len(), 2, "{events:?}");
}

/// R-ANS-3.
fn each_bad_field_of_an_invitation_is_named(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let email = server.email();
    let invite = |body: Value| acme.post("/invitations").by(&acme.primary).json(&body);
    let events = acme.recorded(|| {
        invite(json!({"role": "user"})).blamed("invalid_field", "/email");
        invite(json!({"email": null, "role": "user"})).blamed("invalid_field", "/email");
        invite(json!({"email": email})).blamed("invalid_field", "/role");
        invite(json!({"email": email, "role": "manager"})).blamed("invalid_field", "/role");
        invite(json!({"email": email, "role": "user", "name": "a\u{7}b"})).blamed("invalid_field", "/name");
        invite(json!({"email": email, "role": "user", "memberships": {}})).blamed("invalid_field", "/memberships");
        let staged = |membership: Value| invite(json!({"email": email, "role": "user", "memberships": [{"entity_id": room, "role": "clerk"}, membership]}));
        staged(json!({"entity_id": room, "role": "owner"})).blamed("invalid_field", "/memberships/1/role");
        staged(json!({"entity_id": room})).blamed("invalid_field", "/memberships/1/role");
        staged(json!({"role": "clerk"})).blamed("invalid_field", "/memberships/1/entity_id");
        staged(json!({"entity_id": room, "role": "clerk", "since": 1})).refused(400, "unknown_field").blames("/memberships/1/since");
        invite(json!({"email": email, "role": "user", "note": "hi"})).refused(400, "unknown_field").blames("/note");
        invite(json!({"email": email, "role": "primary_admin"})).blamed("invalid_field", "/role");
    });
    assert_eq!(events.len(), 0);
    invite(json!({"email": email, "role": "user"})).ok(201);
}

/// R-INV-2.
fn bad_emails_are_refused_as_such(server: &'static Server) {
    let acme = server.organization();
    let long = format!("{}@{}.example", "a".repeat(64), "b.".repeat(95));
    let bad = [
        "",
        "ann",
        "@people.example",
        "ann@",
        "ann@@people.example",
        "a nn@people.example",
        "ann@peo ple.example",
        "an\tn@people.example",
        "an\u{200b}n@people.example",
        "an\u{0}n@people.example",
        "ann@people.example\nBcc: x@y.example",
        long.as_str(),
    ];
    for email in bad {
        acme.post("/invitations")
            .by(&acme.primary)
            .json(&json!({"email": email, "role": "user"}))
            .blamed("invalid_email", "/email");
    }
}

/// R-INV-2, lessons 8 and 29.
fn an_email_is_shown_as_typed_and_compared_folded(server: &'static Server) {
    let acme = server.organization();
    let number = server.number();
    let invite = |email: &str| {
        acme.post("/invitations")
            .by(&acme.primary)
            .json(&json!({"email": email, "role": "user"}))
    };
    let taken = |email: String| invite(&email).refused(409, "email_already_in_organization");
    let typed = format!("Ann.Bee+Tag{number}@Bu\u{308}cher.example");
    let made = invite(&format!("  {typed}\t")).ok(201);
    let shown = form::text(&made["email"]);
    assert!(
        shown == typed || shown == format!("Ann.Bee+Tag{number}@B\u{fc}cher.example"),
        "{shown}"
    );
    taken(format!("ann.bee+tag{number}@b\u{fc}cher.example"));
    taken(format!("ANN.BEE+TAG{number}@XN--BCHER-KVA.EXAMPLE"));
    invite(&format!("ann.bee{number}@b\u{fc}cher.example")).ok(201);
    let page = acme
        .get("/users")
        .query("q", &format!("bee+tag{number}"))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(form::each(form::items(&page), "email"), [shown]);
}

/// R-INV-2.
fn an_email_that_is_there_is_refused_naming_its_status(server: &'static Server) {
    let acme = server.organization();
    let (ann, ivy, dora) = (
        acme.user("Ann Active"),
        acme.invited(),
        acme.user("Dora Idle"),
    );
    acme.post(&format!("/users/{}/deactivate", dora.id))
        .by(&acme.primary)
        .ok(200);
    for (email, status) in [
        (&ann.email, "active"),
        (&ivy.email, "invited"),
        (&dora.email, "deactivated"),
    ] {
        let body = json!({"email": email.to_uppercase(), "role": "user"});
        let refused = acme
            .post("/invitations")
            .by(&acme.primary)
            .json(&body)
            .refused(409, "email_already_in_organization");
        assert!(
            refused.detail().to_lowercase().contains(status),
            "{status}: {}",
            refused.detail()
        );
    }
    // R-ANS-2: being elsewhere says nothing here.
    let other = server.organization();
    other.invite(&json!({"email": ann.email, "role": "user"}));
}

/// R-ENT-1, R-ENT-6.
fn staged_memberships_must_be_possible(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let (archived, foreign) = (acme.archived_entity("Old"), other.entity("Foreign"));
    let email = server.email();
    let invite = |entity: &str| {
        let body = json!({"email": email, "role": "user", "memberships": [{"entity_id": entity, "role": "clerk"}]});
        acme.post("/invitations").by(&acme.primary).json(&body)
    };
    invite(&archived).refused(409, "entity_archived");
    invite(&foreign).refused(404, "entity_not_found");
    invite("01890000-0000-7000-8000-000000000000").refused(404, "entity_not_found");
    acme.invite(&json!({"email": email, "role": "user"}));
}

/// R-ORG-2, R-KEY-1.
fn who_may_invite_is_read_from_the_rules(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (admin, head) = (
        acme.admin("Ada Admin"),
        acme.member("Hank Head", &[(&room, "admin")]),
    );
    let (auditor, plain) = (acme.key("auditor").1, acme.key("admin").1);
    let invite = |bearer: &str| {
        acme.post("/invitations")
            .by(bearer)
            .json(&json!({"email": server.email(), "role": "user"}))
    };
    for bearer in [admin.as_ref(), head.as_ref(), &auditor, &plain] {
        invite(bearer).refused(403, "not_allowed");
    }
    acme.let_admins_manage_users();
    invite(admin.as_ref()).ok(201);
    for bearer in [head.as_ref(), &auditor, &plain] {
        invite(bearer).refused(403, "not_allowed");
    }
    acme.post("/invitations")
        .json(&json!({"email": server.email(), "role": "user"}))
        .refused(401, "not_signed_in");
    // The order of refusals: not allowed before a bad field.
    acme.post("/invitations")
        .by(&head)
        .json(&json!({"email": "nonsense"}))
        .refused(403, "not_allowed");
}

/// R-INV-9.
fn an_invitation_by_key_counts_as_sent_by_its_maker(server: &'static Server) {
    let acme = server.organization();
    let body = json!({"email": server.email(), "role": "admin"});
    let made = acme
        .post("/invitations")
        .by(&acme.key("user_manager").1)
        .json(&body)
        .ok(201);
    assert_eq!(
        made["invited_by"],
        json!({"user_id": acme.primary.id, "name": "Petra Prime"})
    );
}

/// R-INV-9.
fn an_invitation_by_the_operator_has_no_sender(server: &'static Server) {
    let acme = server.organization();
    let email = server.email();
    let made = acme
        .post("/invitations")
        .by(OPERATOR)
        .json(&json!({"email": email, "role": "admin"}))
        .ok(201);
    assert_eq!(
        (&made["invited_by"], &made["state"]),
        (&Value::Null, &json!("pending"))
    );
    let token = server.invitation_token(&email, 1);
    assert_eq!(
        server.get(format!("/v1/invitations/{token}")).ok(200)["invited_by"],
        Value::Null
    );
}

/// R-INV-3.
fn the_lifetime_of_the_organization_is_used(server: &'static Server) {
    let acme = server.organization();
    acme.patch("")
        .by(&acme.primary)
        .json(&json!({"invitation_ttl_seconds": 3600}))
        .ok(200);
    let made = acme
        .post("/invitations")
        .by(&acme.primary)
        .json(&json!({"email": server.email(), "role": "user"}))
        .ok(201);
    let lifetime = form::time(&made["expires_at"]) - form::time(&made["created_at"]);
    assert_eq!(lifetime.num_seconds(), 3600);
}
