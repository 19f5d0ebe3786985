//! API keys: how they are made, what each role may do, and how they end.

use serde_json::{Value, json};

use super::{
    call::Call,
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    a_key_is_shown_once,
    each_bad_field_of_a_key_is_named,
    who_may_make_which_key_is_read_from_the_rules,
    an_auditor_key_reads_and_changes_nothing,
    an_admin_key_never_manages_users,
    a_user_manager_key_manages_users,
    no_key_handles_keys_settings_or_ownership,
    a_key_does_only_what_its_maker_could_do,
    an_admin_sees_and_ends_own_keys_and_the_owner_every_key,
    an_ended_or_unknown_key_is_not_signed_in,
    an_expired_key_is_not_signed_in,
    the_last_use_of_a_key_is_shown,
];

const FIELDS: [&str; 7] = [
    "id",
    "name",
    "role",
    "created_by",
    "created_at",
    "expires_at",
    "last_used_at",
];

/// R-KEY-1, lesson 11.
fn a_key_is_shown_once(server: &'static Server) {
    let acme = server.organization();
    let events = acme.recorded(|| {
        let body = json!({"name": " The nightly export ", "role": "auditor", "expires_at": "2099-01-01T00:00:00Z"});
        let made = acme.post("/api-keys").by(&acme.primary).json(&body).ok(201);
        form::fields(&made, &[FIELDS.as_slice(), &["secret"]].concat());
        form::id(&made["id"]);
        form::time(&made["created_at"]);
        let secret = form::text(&made["secret"]);
        assert!(secret.starts_with("vst_") && secret.len() > 40, "{secret}");
        assert_eq!((&made["name"], &made["role"]), (&json!("The nightly export"), &json!("auditor")));
        assert_eq!(form::time(&made["expires_at"]), form::time(&json!("2099-01-01T00:00:00Z")));
        assert_eq!(made["last_used_at"], Value::Null);
        assert!(made["created_by"].to_string().contains(&acme.primary.id), "{made}");
        let answer = acme.get("/api-keys").by(&acme.primary).send();
        let page = answer.ok(200);
        let mut shown = made.clone();
        shown.as_object_mut().unwrap().remove("secret");
        assert_eq!(form::items(&page), [shown]);
        assert!(!String::from_utf8_lossy(&answer.body).contains(secret));
    });
    assert_eq!(events.len(), 1);
    assert!(!events[0].to_string().contains("vst_"), "{events:?}");
    let plain = acme
        .post("/api-keys")
        .by(&acme.primary)
        .json(&json!({"name": "Plain", "role": "admin"}))
        .ok(201);
    assert_eq!(plain["expires_at"], Value::Null);
}

/// R-ANS-3.
fn each_bad_field_of_a_key_is_named(server: &'static Server) {
    let acme = server.organization();
    let make = |body: Value| acme.post("/api-keys").by(&acme.primary).json(&body);
    make(json!({"role": "auditor"})).blamed("invalid_field", "/name");
    make(json!({"name": " ", "role": "auditor"})).blamed("invalid_field", "/name");
    make(json!({"name": "x".repeat(101), "role": "auditor"})).blamed("invalid_field", "/name");
    make(json!({"name": "Key"})).blamed("invalid_field", "/role");
    make(json!({"name": "Key", "role": "owner"})).blamed("invalid_field", "/role");
    make(json!({"name": "Key", "role": "auditor", "expires_at": "2001-01-01T00:00:00Z"}))
        .refused(409, "expiry_not_in_future");
    make(json!({"name": "Key", "role": "auditor", "expires_at": "tomorrow"}))
        .blamed("invalid_field", "/expires_at");
    make(json!({"name": "Key", "role": "auditor", "secret": "mine"}))
        .refused(400, "unknown_field")
        .blames("/secret");
    assert_eq!(
        form::items(&acme.get("/api-keys").by(&acme.primary).ok(200)).len(),
        0
    );
}

/// R-KEY-2, R-KEY-3.
fn who_may_make_which_key_is_read_from_the_rules(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let make = |bearer: &str, role: &str| {
        acme.post("/api-keys")
            .by(bearer)
            .json(&json!({"name": "Key", "role": role}))
    };
    for role in ["auditor", "admin", "user_manager"] {
        make(user.as_ref(), role).refused(403, "not_allowed");
        make(OPERATOR, role).refused(403, "not_allowed");
        make(acme.primary.as_ref(), role).ok(201);
    }
    make(admin.as_ref(), "auditor").ok(201);
    make(admin.as_ref(), "admin").ok(201);
    make(admin.as_ref(), "user_manager").refused(403, "role_not_assignable");
    acme.let_admins_manage_users();
    make(admin.as_ref(), "user_manager").ok(201);
    acme.post("/api-keys")
        .json(&json!({"name": "Key", "role": "auditor"}))
        .refused(401, "not_signed_in");
}

/// R-KEY-1.
fn an_auditor_key_reads_and_changes_nothing(server: &'static Server) {
    let acme = server.organization();
    let (room, ivy) = (acme.entity("Room"), acme.invited());
    let key = acme.key("auditor").1;
    for path in [
        "",
        "/users",
        "/invitations",
        "/entities",
        "/audit-events",
        &format!("/entities/{room}/members"),
        &format!("/users/{}", ivy.id),
    ] {
        acme.get(path).by(&key).ok(200);
    }
    let events = acme.recorded(|| {
        let refused = |call: Call| call.by(&key).refused(403, "not_allowed");
        refused(acme.patch("").json(&json!({"name": "Mine"})));
        refused(acme.post("/entities").json(&json!({"name": "Mine"})));
        refused(
            acme.patch(&format!("/entities/{room}"))
                .json(&json!({"name": "Mine"})),
        );
        refused(
            acme.put(&format!("/entities/{room}/members/{}", ivy.id))
                .json(&json!({"role": "clerk"})),
        );
        refused(acme.delete(&format!("/entities/{room}/members/{}", ivy.id)));
        refused(
            acme.post("/invitations")
                .json(&json!({"email": server.email(), "role": "user"})),
        );
        refused(acme.post(&format!("/invitations/{}/resend", ivy.invitation)));
        refused(acme.delete(&format!("/invitations/{}", ivy.invitation)));
        refused(acme.delete(&format!("/users/{}", ivy.id)));
        refused(
            acme.patch(&format!("/users/{}", ivy.id))
                .json(&json!({"role": "admin"})),
        );
    });
    assert_eq!(events.len(), 0);
}

/// R-KEY-1: whatever `user_management` says.
fn an_admin_key_never_manages_users(server: &'static Server) {
    let acme = server.organization();
    acme.let_admins_manage_users();
    let (room, uma) = (acme.entity("Room"), acme.user("Uma User"));
    let key = acme.key("admin").1;
    let refused = |call: Call| call.by(&key).refused(403, "not_allowed");
    refused(
        acme.post("/invitations")
            .json(&json!({"email": server.email(), "role": "user"})),
    );
    refused(acme.delete(&format!("/users/{}", uma.id)));
    refused(acme.post(&format!("/users/{}/deactivate", uma.id)));
    refused(
        acme.patch(&format!("/users/{}", uma.id))
            .json(&json!({"role": "admin"})),
    );
    acme.put(&format!("/entities/{room}/members/{}", uma.id))
        .by(&key)
        .json(&json!({"role": "admin"}))
        .ok(201);
    acme.post("/entities")
        .by(&key)
        .json(&json!({"name": "By key"}))
        .ok(201);
}

/// R-KEY-1.
fn a_user_manager_key_manages_users(server: &'static Server) {
    let acme = server.organization();
    let key = acme.key("user_manager").1;
    let made = acme
        .post("/invitations")
        .by(&key)
        .json(&json!({"email": server.email(), "role": "admin"}))
        .ok(201);
    let user = format!("/users/{}", form::text(&made["user_id"]));
    acme.patch(&user)
        .by(&key)
        .json(&json!({"role": "user"}))
        .ok(200);
    acme.post(&format!("/invitations/{}/resend", form::text(&made["id"])))
        .by(&key)
        .ok(200);
    acme.delete(&user).by(&key).ok(200);
    let ann = acme.admin("Ann Admin");
    acme.post(&format!("/users/{}/deactivate", ann.id))
        .by(&key)
        .ok(200);
    acme.post(&format!("/users/{}/reactivate", ann.id))
        .by(&key)
        .ok(200);
    // R-SES-4 does not ask keys for a fresh sign-in.
    acme.delete(&format!("/users/{}", ann.id)).by(&key).ok(200);
}

/// R-KEY-3.
fn no_key_handles_keys_settings_or_ownership(server: &'static Server) {
    let acme = server.organization();
    let heir = acme.admin("Hera Heir");
    for role in ["auditor", "admin", "user_manager"] {
        let (id, key) = acme.key(role);
        let refused = |call: Call| call.by(&key).refused(403, "not_allowed");
        refused(acme.get("/api-keys"));
        refused(
            acme.post("/api-keys")
                .json(&json!({"name": "Mine", "role": "auditor"})),
        );
        refused(acme.delete(&format!("/api-keys/{id}")));
        refused(acme.patch("").json(&json!({"user_management": "admins"})));
        refused(
            acme.post("/primary-admin")
                .json(&json!({"user_id": heir.id})),
        );
        acme.get("").by(&key).ok(200);
    }
}

/// R-KEY-2.
fn a_key_does_only_what_its_maker_could_do(server: &'static Server) {
    let acme = server.organization();
    acme.let_admins_manage_users();
    let ada = acme.admin("Ada Admin");
    let (auditor, admin, manager) = (
        acme.key_of(&ada, "auditor").1,
        acme.key_of(&ada, "admin").1,
        acme.key_of(&ada, "user_manager").1,
    );
    let invite = || {
        acme.post("/invitations")
            .by(&manager)
            .json(&json!({"email": server.email(), "role": "user"}))
    };
    invite().ok(201);
    acme.patch("")
        .by(&acme.primary)
        .json(&json!({"user_management": "primary_admin"}))
        .ok(200);
    invite().refused(403, "not_allowed");
    acme.post("/entities")
        .by(&manager)
        .json(&json!({"name": "Still"}))
        .ok(201);
    let role = |role: &str| {
        acme.patch(&format!("/users/{}", ada.id))
            .by(&acme.primary)
            .json(&json!({"role": role}))
            .ok(200)
    };
    role("user");
    acme.post("/entities")
        .by(&admin)
        .json(&json!({"name": "No more"}))
        .refused(403, "not_allowed");
    acme.get("").by(&auditor).refused(403, "not_allowed");
    acme.get("/audit-events")
        .by(&auditor)
        .refused(403, "not_allowed");
    role("admin");
    acme.get("").by(&auditor).ok(200);
    acme.post("/entities")
        .by(&admin)
        .json(&json!({"name": "Again"}))
        .ok(201);
}

/// R-KEY-3.
fn an_admin_sees_and_ends_own_keys_and_the_owner_every_key(server: &'static Server) {
    let acme = server.organization();
    let (ada, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let (own, _) = acme.key_of(&ada, "auditor");
    let (owners, secret) = acme.key("admin");
    let seen = |bearer: &str| {
        let mut ids = form::each(form::items(&acme.get("/api-keys").by(bearer).ok(200)), "id");
        ids.sort_unstable();
        ids
    };
    let mut both = vec![own.clone(), owners.clone()];
    both.sort_unstable();
    assert_eq!(seen(ada.as_ref()), std::slice::from_ref(&own));
    assert_eq!(seen(acme.primary.as_ref()), both);
    assert_eq!(seen(OPERATOR), both);
    acme.get("/api-keys").by(&user).refused(403, "not_allowed");
    acme.delete(&format!("/api-keys/{owners}"))
        .by(&ada)
        .refused(404, "not_found");
    acme.delete(&format!("/api-keys/{own}"))
        .by(&user)
        .refused(403, "not_allowed");
    acme.delete(&format!("/api-keys/{own}")).by(&ada).done();
    acme.get("").by(&secret).ok(200);
    acme.delete(&format!("/api-keys/{owners}"))
        .by(OPERATOR)
        .done();
    assert_eq!(seen(OPERATOR), [""; 0]);
}

/// R-REM-5 for keys.
fn an_ended_or_unknown_key_is_not_signed_in(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let (id, secret) = acme.key("admin");
    acme.get("").by(&secret).ok(200);
    let mut changed = secret.clone();
    changed.replace_range(10..11, if &secret[10..11] == "a" { "b" } else { "a" });
    acme.get("").by(&changed).refused(401, "not_signed_in");
    other
        .delete(&format!("/api-keys/{id}"))
        .by(&other.primary)
        .refused(404, "not_found");
    acme.delete("/api-keys/nonsense")
        .by(&acme.primary)
        .refused(404, "not_found");
    acme.delete(&format!("/api-keys/{id}"))
        .by(&acme.primary)
        .done();
    acme.get("").by(&secret).refused(401, "not_signed_in");
    acme.delete(&format!("/api-keys/{id}"))
        .by(&acme.primary)
        .refused(404, "not_found");
}

/// Its end is part of every question, so the key is asked until it has come.
fn an_expired_key_is_not_signed_in(server: &'static Server) {
    let acme = server.organization();
    let now = form::time(&acme.get("").by(OPERATOR).ok(200)["created_at"]);
    let end = now + chrono::TimeDelta::seconds(4);
    let body = json!({"name": "Short", "role": "auditor", "expires_at": end.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)});
    let made = acme.post("/api-keys").by(&acme.primary).json(&body).ok(201);
    let secret = form::text(&made["secret"]);
    acme.get("").by(secret).ok(200);
    let started = std::time::Instant::now();
    while acme.get("").by(secret).send().status == 200 {
        assert!(started.elapsed().as_secs() < 15, "the key outlives its end");
    }
    acme.get("").by(secret).refused(401, "not_signed_in");
    let page = acme.get("/api-keys").by(&acme.primary).ok(200);
    form::find(form::items(&page), "id", form::text(&made["id"]));
}

/// R-KEY-1.
fn the_last_use_of_a_key_is_shown(server: &'static Server) {
    let acme = server.organization();
    let (id, secret) = acme.key("auditor");
    let shown = || {
        let page = acme.get("/api-keys").by(&acme.primary).ok(200);
        form::find(form::items(&page), "id", &id).clone()
    };
    assert_eq!(shown()["last_used_at"], Value::Null);
    acme.get("/users").by(&secret).ok(200);
    let used = std::time::Instant::now();
    // It may be written a little later than the answer, and more coarsely.
    while shown()["last_used_at"].is_null() {
        assert!(used.elapsed().as_secs() < 10, "the use is not shown");
    }
    form::time(&shown()["last_used_at"]);
}
