//! Permission checks: the whole table, the reasons, and who may ask about whom.

use serde_json::{Value, json};

use super::{
    form,
    organization::Organization,
    server::{OPERATOR, Server},
};

on_both_databases![
    every_role_has_the_permissions_of_the_table,
    a_denial_names_the_first_reason_that_holds,
    results_come_in_the_order_of_the_checks,
    one_to_a_thousand_checks_are_taken,
    each_bad_field_of_a_check_is_named,
    a_user_asks_about_themself_only,
    keys_and_admins_ask_about_everybody,
    a_check_is_right_at_once_after_every_change,
];

/// Admin, Manager, Approver, Clerk, Auditor: `x` allowed, `a` if assigned, `-` denied. The table of R-ENT.
const TABLE: [(&str, &str); 17] = [
    ("invoice:view", "xxxxx"),
    ("invoice:upload", "xx-x-"),
    ("invoice:edit", "xx-x-"),
    ("invoice:approve", "xxa--"),
    ("invoice:reject", "xxa--"),
    ("vendor:view", "xxxxx"),
    ("vendor:manage", "xx-x-"),
    ("notice:resolve", "xx-x-"),
    ("policy:manage", "xx---"),
    ("rule:manage", "xx---"),
    ("report:view", "xx--x"),
    ("audit:view", "x---x"),
    ("member:view", "xxxxx"),
    ("member:manage", "xx---"),
    ("integration:manage", "x----"),
    ("settings:manage", "x----"),
    ("invoice:delete", "?????"),
];

const ROLES: [&str; 5] = ["admin", "manager", "approver", "clerk", "auditor"];

fn check(user: &str, permission: &str, entity: &str) -> Value {
    json!({"user_id": user, "permission": permission, "entity_id": entity})
}

fn ask(acme: &Organization, checks: &[Value]) -> super::call::Call {
    acme.post("/checks")
        .by(OPERATOR)
        .json(&json!({"checks": checks}))
}

/// R-ENT, every permission by every role, in one request.
fn every_role_has_the_permissions_of_the_table(server: &'static Server) {
    let acme = server.organization();
    let ann = acme.user("Ann Every");
    let rooms = ROLES.map(|role| {
        let room = acme.entity(role);
        acme.put(&format!("/entities/{room}/members/{}", ann.id))
            .by(&acme.primary)
            .json(&json!({"role": role}))
            .ok(201);
        room
    });
    let mut checks = Vec::new();
    let mut expected = Vec::new();
    for (permission, row) in TABLE {
        for (room, cell) in rooms.iter().zip(row.chars()) {
            checks.push(check(&ann.id, permission, room));
            expected.push(match cell {
                'x' => json!({"decision": "allow", "reason": null}),
                'a' => json!({"decision": "allow_if_assigned", "reason": null}),
                '-' => json!({"decision": "deny", "reason": "role_lacks_permission"}),
                _ => json!({"decision": "deny", "reason": "unknown_permission"}),
            });
        }
    }
    let answer = ask(&acme, &checks).ok(200);
    form::fields(&answer, &["results"]);
    for ((found, wanted), asked) in answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .zip(&expected)
        .zip(&checks)
    {
        assert_eq!(found, wanted, "{asked}");
    }
    assert_eq!(answer["results"].as_array().unwrap().len(), expected.len());
}

/// The order of reasons in R-ENT: permission, user, status, membership, archive, role.
fn a_denial_names_the_first_reason_that_holds(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let (room, archived, foreign) = (
        acme.entity("Room"),
        acme.entity("Old"),
        other.entity("Foreign"),
    );
    let ann = acme.member("Ann Clerk", &[(&room, "clerk"), (&archived, "clerk")]);
    let idle = acme.member("Ida Idle", &[(&room, "admin")]);
    let ivy = acme.invited_to("user", &[(&room, "admin")]);
    acme.post(&format!("/entities/{archived}/archive"))
        .by(&acme.primary)
        .ok(200);
    acme.post(&format!("/users/{}/deactivate", idle.id))
        .by(&acme.primary)
        .ok(200);
    let nobody = "01890000-0000-7000-8000-000000000000";
    let cases = [
        (check(nobody, "invoice:fly", nobody), "unknown_permission"),
        (check(&ann.id, "Invoice:View", &room), "unknown_permission"),
        (check(&ann.id, "", &room), "unknown_permission"),
        (check(nobody, "invoice:view", nobody), "not_a_user"),
        (
            check(&other.primary.id, "invoice:view", &room),
            "not_a_user",
        ),
        (check(&idle.id, "invoice:view", &room), "user_not_active"),
        (check(&ivy.id, "invoice:view", nobody), "user_not_active"),
        (check(&ann.id, "invoice:view", nobody), "not_a_member"),
        (check(&ann.id, "invoice:view", &foreign), "not_a_member"),
        (
            check(&acme.primary.id, "invoice:view", &archived),
            "not_a_member",
        ),
        (
            check(&ann.id, "settings:manage", &archived),
            "entity_archived",
        ),
        (
            check(&ann.id, "settings:manage", &room),
            "role_lacks_permission",
        ),
    ];
    let checks: Vec<_> = cases.iter().map(|(check, _)| check.clone()).collect();
    let answer = ask(&acme, &checks).ok(200);
    for (result, (asked, reason)) in answer["results"].as_array().unwrap().iter().zip(&cases) {
        assert_eq!(
            *result,
            json!({"decision": "deny", "reason": reason}),
            "{asked}"
        );
    }
}

/// The same question twice is answered twice.
fn results_come_in_the_order_of_the_checks(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ann = acme.member("Ann Clerk", &[(&room, "clerk")]);
    let (yes, no) = (
        check(&ann.id, "invoice:view", &room),
        check(&ann.id, "audit:view", &room),
    );
    let answer = ask(&acme, &[yes.clone(), no.clone(), yes.clone(), yes, no]).ok(200);
    let found: Vec<_> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| form::text(&result["decision"]).to_owned())
        .collect();
    assert_eq!(found, ["allow", "deny", "allow", "allow", "deny"]);
}

/// 1 to 1,000.
fn one_to_a_thousand_checks_are_taken(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let one = check(&acme.primary.id, "invoice:view", &room);
    ask(&acme, &[]).blamed("invalid_field", "/checks");
    assert_eq!(
        ask(&acme, &vec![one.clone(); 1000]).ok(200)["results"]
            .as_array()
            .unwrap()
            .len(),
        1000
    );
    ask(&acme, &vec![one; 1001]).blamed("invalid_field", "/checks");
}

/// R-ANS-3.
fn each_bad_field_of_a_check_is_named(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let good = check(&acme.primary.id, "invoice:view", &room);
    let with = |bad: Value| ask(&acme, &[good.clone(), bad]);
    with(json!({"user_id": acme.primary.id, "permission": "invoice:view"}))
        .blamed("invalid_field", "/checks/1/entity_id");
    with(json!({"user_id": acme.primary.id, "entity_id": room}))
        .blamed("invalid_field", "/checks/1/permission");
    with(json!({"permission": "invoice:view", "entity_id": room}))
        .blamed("invalid_field", "/checks/1/user_id");
    with(json!({"user_id": 1, "permission": "invoice:view", "entity_id": room}))
        .blamed("invalid_field", "/checks/1/user_id");
    acme.post("/checks")
        .by(OPERATOR)
        .json(&json!({}))
        .blamed("invalid_field", "/checks");
    acme.post("/checks")
        .by(OPERATOR)
        .json(&json!({"checks": [], "as": "me"}))
        .refused(400, "unknown_field")
        .blames("/as");
}

/// Else 403 for the whole request, whether the other exists or not.
fn a_user_asks_about_themself_only(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (ann, bob) = (
        acme.member("Ann Admin", &[(&room, "admin")]),
        acme.member("Bob Clerk", &[(&room, "clerk")]),
    );
    let by_ann = |checks: &[Value]| {
        acme.post("/checks")
            .by(&ann)
            .json(&json!({"checks": checks}))
    };
    let own = check(&ann.id, "member:manage", &room);
    assert_eq!(
        by_ann(std::slice::from_ref(&own)).ok(200),
        json!({"results": [{"decision": "allow", "reason": null}]})
    );
    for other in [bob.id.as_str(), "01890000-0000-7000-8000-000000000000"] {
        by_ann(&[own.clone(), check(other, "invoice:view", &room)]).refused(403, "not_allowed");
    }
    acme.post("/checks")
        .json(&json!({"checks": [own]}))
        .refused(401, "not_signed_in");
}

/// The *who* column: A, keys.
fn keys_and_admins_ask_about_everybody(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let (admin, ann) = (
        acme.admin("Ada Admin"),
        acme.member("Ann Clerk", &[(&room, "clerk")]),
    );
    let body = json!({"checks": [check(&ann.id, "vendor:manage", &room)]});
    for bearer in [
        admin.as_ref(),
        acme.primary.as_ref(),
        OPERATOR,
        &acme.key("auditor").1,
        &acme.key("admin").1,
        &acme.key("user_manager").1,
    ] {
        assert_eq!(
            acme.post("/checks").by(bearer).json(&body).ok(200),
            json!({"results": [{"decision": "allow", "reason": null}]})
        );
    }
}

/// R-REM-5, lesson 45: nobody keeps a right by asking often.
fn a_check_is_right_at_once_after_every_change(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let ann = acme.member("Ann Admin", &[(&room, "admin")]);
    let member = format!("/entities/{room}/members/{}", ann.id);
    let decision = || acme.decision(&ann.id, "settings:manage", &room);
    let deny = |reason: &str| ("deny".to_owned(), json!(reason));
    let allow = ("allow".to_owned(), Value::Null);
    assert_eq!(decision(), allow);
    acme.put(&member)
        .by(&acme.primary)
        .json(&json!({"role": "manager"}))
        .ok(200);
    assert_eq!(decision(), deny("role_lacks_permission"));
    acme.delete(&member).by(&acme.primary).done();
    assert_eq!(decision(), deny("not_a_member"));
    acme.put(&member)
        .by(&acme.primary)
        .json(&json!({"role": "admin"}))
        .ok(201);
    assert_eq!(decision(), allow);
    acme.post(&format!("/users/{}/deactivate", ann.id))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(decision(), deny("user_not_active"));
    acme.post(&format!("/users/{}/reactivate", ann.id))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(decision(), allow);
    acme.delete(&format!("/users/{}", ann.id))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(decision(), deny("not_a_user"));
}
