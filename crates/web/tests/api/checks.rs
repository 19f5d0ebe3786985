//! `/v1/organizations/{org}/checks`

use serde_json::{Value, json};

use crate::support::{House, on_both_databases};

on_both_databases![
    checks_are_answered_in_order_and_what_is_unknown_is_denied,
    a_user_checks_only_themself,
    there_are_one_to_a_thousand_checks,
];

fn check(user: &str, permission: &str, entity: &str) -> Value {
    json!({"user_id": user, "permission": permission, "entity_id": entity})
}

async fn checks_are_answered_in_order_and_what_is_unknown_is_denied(house: &House) {
    let north = house.entity("North").await;
    let ann = house.join("ann@house.example", "user").await;
    house.add(&north, &ann.user, "approver").await;
    let nobody = "0198c7a0-0000-7000-8000-000000000001";
    let invited = house.invite("ivo@house.example", "user").await;
    let invited = invited["user_id"].as_str().unwrap();
    let body = json!({"checks": [
        check(&ann.user, "invoice:view", &north),
        check(&ann.user, "invoice:approve", &north),
        check(&ann.user, "vendor:manage", &north),
        check(&ann.user, "rocket:launch", &north),
        check(nobody, "invoice:view", &north),
        check(invited, "invoice:view", &north),
        check(&ann.user, "invoice:view", nobody),
        check(&house.owner.user, "invoice:view", &north),
    ]});
    let answer = house
        .owner()
        .post(&house.path("checks"), body)
        .await
        .expect(200);
    let deny = |reason: &str| json!({"decision": "deny", "reason": reason});
    assert_eq!(
        answer,
        json!({"results": [
            {"decision": "allow", "reason": null},
            {"decision": "allow_if_assigned", "reason": null},
            deny("role_lacks_permission"),
            deny("unknown_permission"),
            deny("not_a_user"),
            deny("user_not_active"),
            deny("not_a_member"),
            deny("not_a_member"),
        ]})
    );
}

async fn a_user_checks_only_themself(house: &House) {
    let north = house.entity("North").await;
    let ann = house.join("ann@house.example", "user").await;
    let path = house.path("checks");
    let own = check(&ann.user, "invoice:view", &north);
    let answer = house
        .as_(&ann)
        .post(&path, json!({"checks": [own]}))
        .await
        .expect(200);
    assert_eq!(answer["results"][0]["reason"], "not_a_member");
    let other = check(&house.owner.user, "invoice:view", &north);
    house
        .as_(&ann)
        .post(&path, json!({"checks": [own, other]}))
        .await
        .refused(403, "not_allowed");
}

/// R-ANS-3.
async fn there_are_one_to_a_thousand_checks(house: &House) {
    let north = house.entity("North").await;
    let path = house.path("checks");
    let one = check(&house.owner.user, "invoice:view", &north);
    for (count, status) in [(0, 422), (1, 200), (1000, 200), (1001, 422)] {
        let body = json!({"checks": vec![one.clone(); count]});
        assert_eq!(
            house.owner().post(&path, body).await.status,
            status,
            "{count}"
        );
    }
    let bad = json!({"checks": [{"user_id": "x", "permission": 7}]});
    let pointers = house
        .owner()
        .post(&path, bad)
        .await
        .refused(422, "invalid_field");
    assert_eq!(
        pointers,
        [
            "/checks/0/user_id",
            "/checks/0/permission",
            "/checks/0/entity_id"
        ]
    );
}
