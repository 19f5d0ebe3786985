//! What one may not see does not exist: every path of an organization, as asked by everybody outside of it (R-ANS-2).

use serde_json::{Value, json};

use super::{call::Call, organization::Organization, server::Server};

on_both_databases![
    every_path_is_not_found_for_everybody_outside,
    every_path_needs_a_sign_in,
    every_path_of_an_unknown_organization_is_not_found,
    who_is_no_longer_or_not_yet_inside_is_a_stranger,
    nothing_of_another_organization_is_named_by_a_refusal,
];

/// Every call under `{org}`, with a body that would be good.
fn calls(acme: &Organization) -> Vec<(&'static str, String, Option<Value>)> {
    let (room, ivy, uma) = (acme.entity("Room"), acme.invited(), acme.user("Uma User"));
    let (key, _) = acme.key("auditor");
    let (entity, user, invitation) = (
        format!("/entities/{room}"),
        format!("/users/{}", uma.id),
        format!("/invitations/{}", ivy.invitation),
    );
    let check = json!({"user_id": uma.id, "permission": "invoice:view", "entity_id": room});
    let email = acme.server.email();
    vec![
        ("GET", String::new(), None),
        ("PATCH", String::new(), Some(json!({"name": "Taken over"}))),
        (
            "POST",
            "/primary-admin".into(),
            Some(json!({"user_id": uma.id})),
        ),
        ("GET", "/users".into(), None),
        ("GET", user.clone(), None),
        ("PATCH", user.clone(), Some(json!({"role": "admin"}))),
        ("DELETE", user.clone(), None),
        ("POST", format!("{user}/deactivate"), None),
        ("POST", format!("{user}/reactivate"), None),
        ("GET", format!("{user}/removal-plan"), None),
        ("GET", "/invitations".into(), None),
        (
            "POST",
            "/invitations".into(),
            Some(json!({"email": email, "role": "user"})),
        ),
        (
            "POST",
            "/invitations/batch".into(),
            Some(json!({"invitations": [{"email": email, "role": "user"}]})),
        ),
        ("GET", invitation.clone(), None),
        ("DELETE", invitation.clone(), None),
        ("POST", format!("{invitation}/resend"), None),
        ("GET", "/entities".into(), None),
        ("POST", "/entities".into(), Some(json!({"name": "Annexe"}))),
        ("GET", entity.clone(), None),
        ("PATCH", entity.clone(), Some(json!({"name": "Annexe"}))),
        ("DELETE", entity.clone(), None),
        ("POST", format!("{entity}/archive"), None),
        ("POST", format!("{entity}/unarchive"), None),
        ("GET", format!("{entity}/members"), None),
        (
            "PUT",
            format!("{entity}/members/{}", uma.id),
            Some(json!({"role": "clerk"})),
        ),
        ("DELETE", format!("{entity}/members/{}", uma.id), None),
        ("GET", format!("{entity}/candidates"), None),
        ("POST", "/checks".into(), Some(json!({"checks": [check]}))),
        ("GET", "/audit-events".into(), None),
        ("GET", "/audit-events/verify".into(), None),
        (
            "POST",
            "/audit-events/erasures".into(),
            Some(json!({"user_id": uma.id})),
        ),
        ("GET", "/api-keys".into(), None),
        (
            "POST",
            "/api-keys".into(),
            Some(json!({"name": "Key", "role": "auditor"})),
        ),
        ("DELETE", format!("/api-keys/{key}"), None),
    ]
}

fn call(server: &'static Server, method: &'static str, path: String, body: Option<&Value>) -> Call {
    let call = Call::new(server, method, path);
    match body {
        Some(body) => call.json(body),
        None => call,
    }
}

/// Lesson 24: no path forgot the check that its neighbour has.
fn every_path_is_not_found_for_everybody_outside(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let calls = calls(&acme);
    let user = other.user("Otto Other");
    let keys = ["auditor", "admin", "user_manager"].map(|role| other.key(role).1);
    let mut bearers = vec![other.primary.token.clone(), user.token];
    bearers.extend(keys);
    let events = acme.recorded(|| {
        for bearer in &bearers {
            for (method, path, body) in &calls {
                call(server, method, acme.path(path), body.as_ref())
                    .by(bearer)
                    .refused(404, "not_found");
            }
        }
    });
    assert_eq!(events.len(), 0, "{events:?}");
}

/// 401 for nobody and for nonsense.
fn every_path_needs_a_sign_in(server: &'static Server) {
    let acme = server.organization();
    for (method, path, body) in calls(&acme) {
        call(server, method, acme.path(&path), body.as_ref()).refused(401, "not_signed_in");
        call(server, method, acme.path(&path), body.as_ref())
            .by("vst_nonsense")
            .refused(401, "not_signed_in");
    }
}

/// An id that nobody has, and one that is no id: for the signed in, and for the operator.
fn every_path_of_an_unknown_organization_is_not_found(server: &'static Server) {
    let acme = server.organization();
    for (method, path, body) in calls(&acme) {
        for organization in ["01890000-0000-7000-8000-000000000000", "nonsense"] {
            let path = format!("/v1/organizations/{organization}{path}");
            call(server, method, path.clone(), body.as_ref())
                .by(&acme.primary)
                .refused(404, "not_found");
            call(server, method, path, body.as_ref())
                .by(super::server::OPERATOR)
                .refused(404, "not_found");
        }
    }
}

/// Removed, deactivated, declined: the account is signed in, and the organization is not there.
fn who_is_no_longer_or_not_yet_inside_is_a_stranger(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let calls = calls(&acme);
    let (removed, idle) = (acme.admin("Rita Removed"), acme.admin("Ida Idle"));
    acme.invite(&json!({"email": other.primary.email, "role": "admin"}));
    acme.delete(&format!("/users/{}", removed.id))
        .by(&acme.primary)
        .ok(200);
    acme.post(&format!("/users/{}/deactivate", idle.id))
        .by(&acme.primary)
        .ok(200);
    for bearer in [removed.as_ref(), idle.as_ref(), other.primary.as_ref()] {
        for (method, path, body) in &calls {
            call(server, method, acme.path(path), body.as_ref())
                .by(bearer)
                .refused(404, "not_found");
        }
    }
}

/// The answer for a foreign id is that for one that nobody has.
fn nothing_of_another_organization_is_named_by_a_refusal(server: &'static Server) {
    let (acme, other) = (
        server.organization(),
        server.organization_named("Secretive Holdings"),
    );
    let nobody = "01890000-0000-7000-8000-000000000000";
    let (user, entity, invitation) = (
        other.user("Otto Other").id,
        other.entity("Secret Room"),
        other.invited().invitation,
    );
    let pairs = [
        ("/users/", user, "user_not_in_organization"),
        ("/entities/", entity, "entity_not_found"),
        ("/invitations/", invitation, "not_found"),
    ];
    for (path, foreign, code) in pairs {
        let refused = |id: &str| {
            acme.get(&format!("{path}{id}"))
                .by(&acme.primary)
                .refused(404, code)
        };
        let (there, nowhere) = (
            refused(&foreign).comparable().to_string(),
            refused(nobody).comparable().to_string(),
        );
        assert_eq!(there.replace(&foreign, nobody), nowhere);
    }
    let foreign = acme
        .get("")
        .by(&other.primary)
        .refused(404, "not_found")
        .comparable()
        .to_string();
    assert!(!foreign.contains(&acme.name), "{foreign}");
}
