//! `/v1/organizations`

use serde_json::json;

use crate::support::{House, OTHER_PASSWORD, PASSWORD, on_both_databases};

on_both_databases![
    of_two_changes_by_the_same_tag_at_once_one_is_made,
    the_operator_makes_an_organization_with_its_primary_admin,
    nobody_else_makes_one,
    a_primary_admin_with_an_account_proves_it,
    admins_change_the_name_and_the_primary_admin_the_settings,
    ownership_moves_to_an_active_user_and_nobody_else,
    a_strangers_bad_field_is_not_told,
    a_change_of_what_has_changed_since_is_refused,
    an_old_sign_in_is_told_before_a_bad_field,
];

/// R-ORG-1.
async fn the_operator_makes_an_organization_with_its_primary_admin(house: &House) {
    let body = json!({
        "name": " Beta ",
        "primary_admin": {"email": "bea@beta.example", "name": "Bea", "password": PASSWORD},
    });
    let answer = house.operator().post("/v1/organizations", body).await;
    let made = answer.expect(201);
    assert_eq!(
        made,
        json!({
            "id": made["id"],
            "name": "Beta",
            "primary_admin_user_id": made["primary_admin_user_id"],
            "user_management": "primary_admin",
            "invitation_ttl_seconds": 604_800,
            "created_at": made["created_at"],
        })
    );
    let path = format!("/v1/organizations/{}", made["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(path.as_str()));
    let bea = house.sign_in("bea@beta.example", PASSWORD).await;
    let read = house.anyone().bearer(&bea).get(&path).await;
    assert_eq!(read.expect(200), made);
    assert_eq!(read.header("etag"), answer.header("etag"));
}

/// R-ANS-2.
async fn nobody_else_makes_one(house: &House) {
    let body = json!({
        "name": "Beta",
        "primary_admin": {"email": "bea@beta.example", "name": "Bea", "password": PASSWORD},
    });
    let path = "/v1/organizations";
    house
        .anyone()
        .post(path, body.clone())
        .await
        .refused(401, "not_signed_in");
    house
        .owner()
        .post(path, body)
        .await
        .refused(403, "not_allowed");
    house
        .anyone()
        .post(path, json!({"nam": 1}))
        .await
        .refused(400, "unknown_field");
    house
        .owner()
        .post(path, json!({}))
        .await
        .refused(403, "not_allowed");
    let pointers = house
        .operator()
        .post(
            path,
            json!({"name": "", "primary_admin": {"email": "x", "name": "B"}}),
        )
        .await
        .refused(422, "invalid_field");
    assert_eq!(
        pointers,
        ["/name", "/primary_admin/email", "/primary_admin/password"]
    );
}

/// api.md: an email that has an account keeps that account, and its password must match.
async fn a_primary_admin_with_an_account_proves_it(house: &House) {
    let body = |password| {
        json!({
            "name": "Beta",
            "primary_admin": {"email": "OLIVIA@house.example", "name": "Other", "password": password},
        })
    };
    house
        .operator()
        .post("/v1/organizations", body(OTHER_PASSWORD))
        .await
        .refused(409, "account_mismatch");
    house
        .operator()
        .post("/v1/organizations", body(PASSWORD))
        .await
        .expect(201);
    let me = house.owner().get("/v1/me").await.expect(200);
    assert_eq!(me["organizations"].as_array().unwrap().len(), 2);
    assert_eq!(me["name"], "Olivia Owner");
}

/// R-ORG-2, R-ORG-3.
async fn admins_change_the_name_and_the_primary_admin_the_settings(house: &House) {
    let ada = house.join("ada@house.example", "admin").await;
    let uma = house.join("uma@house.example", "user").await;
    let path = format!("/v1/organizations/{}", house.organization);
    let renamed = house
        .as_(&ada)
        .patch(&path, json!({"name": "Gamma"}))
        .await
        .expect(200);
    assert_eq!(renamed["name"], "Gamma");
    let setting = json!({"user_management": "admins"});
    house
        .as_(&ada)
        .patch(&path, setting.clone())
        .await
        .refused(403, "not_allowed");
    house
        .as_(&ada)
        .patch(&path, json!({"user_management": "nobody"}))
        .await
        .refused(403, "not_allowed");
    house.as_(&uma).get(&path).await.refused(403, "not_allowed");
    let changed = house.owner().patch(&path, setting).await.expect(200);
    assert_eq!(changed["user_management"], "admins");
    let pointers = house
        .owner()
        .patch(
            &path,
            json!({"name": null, "invitation_ttl_seconds": 3599, "user_management": 1}),
        )
        .await
        .refused(422, "invalid_field");
    assert_eq!(
        pointers,
        ["/name", "/user_management", "/invitation_ttl_seconds"]
    );
    let changed = house
        .owner()
        .patch(&path, json!({"invitation_ttl_seconds": 3600}))
        .await
        .expect(200);
    assert_eq!(changed["invitation_ttl_seconds"], 3600);
}

/// R-ORG-5, lesson 16.
async fn ownership_moves_to_an_active_user_and_nobody_else(house: &House) {
    let ada = house.join("ada@house.example", "user").await;
    let invited = house.invite("ivo@house.example", "admin").await;
    let path = house.path("primary-admin");
    let to = |user: &str| json!({"user_id": user});
    house
        .as_(&ada)
        .post(&path, to(&ada.user))
        .await
        .refused(403, "not_allowed");
    let pointers = house
        .owner()
        .post(&path, to(invited["user_id"].as_str().unwrap()))
        .await
        .refused(409, "user_not_active");
    assert_eq!(pointers, ["/user_id"]);
    let pointers = house
        .owner()
        .post(&path, to("0198c7a0-0000-7000-8000-000000000001"))
        .await
        .refused(404, "user_not_in_organization");
    assert_eq!(pointers, ["/user_id"]);
    house
        .owner()
        .post(&path, to("no-id"))
        .await
        .refused(422, "invalid_field");
    let organization = house.owner().post(&path, to(&ada.user)).await.expect(200);
    assert_eq!(organization["primary_admin_user_id"], json!(ada.user));
    let former = house.path(&format!("users/{}", house.owner.user));
    let former = house.as_(&ada).get(&former).await.expect(200);
    assert_eq!(former["role"], "admin");
    house
        .owner()
        .post(&path, to(&ada.user))
        .await
        .refused(403, "not_allowed");
}

/// R-SES-4: not allowed comes before field, and a sign-in that is too old is not allowed.
async fn an_old_sign_in_is_told_before_a_bad_field(house: &House) {
    let stale = house
        .anyone()
        .bearer(&house.stale_sign_in(&house.owner.email).await);
    let path = house.path("primary-admin");
    for (body, status, code) in [
        (json!({"user_id": "no-id"}), 403, "recent_sign_in_required"),
        (json!({}), 403, "recent_sign_in_required"),
        (
            json!({"user_id": house.owner.user}),
            403,
            "recent_sign_in_required",
        ),
        (json!({"user": "no-id"}), 400, "unknown_field"),
    ] {
        stale.post(&path, body).await.refused(status, code);
    }
    let keys = house.path("api-keys");
    let answer = stale.post(&keys, json!({"name": ""})).await;
    answer.refused(403, "recent_sign_in_required");
}

/// R-ANS-2: the order of refusals.
async fn a_strangers_bad_field_is_not_told(house: &House) {
    let (_, stranger) = house.found("Beta", "bea@beta.example").await;
    let path = format!("/v1/organizations/{}", house.organization);
    let bad = json!({"name": ""});
    house
        .anyone()
        .patch(&path, bad.clone())
        .await
        .refused(401, "not_signed_in");
    house
        .as_(&stranger)
        .patch(&path, bad)
        .await
        .refused(404, "not_found");
    house
        .as_(&stranger)
        .patch(&path, json!({"x": 1}))
        .await
        .refused(400, "unknown_field");
    house
        .operator()
        .get("/v1/organizations/no-id")
        .await
        .refused(404, "not_found");
    house
        .operator()
        .get("/v1/organizations/0198c7a0-0000-7000-8000-000000000001")
        .await
        .refused(404, "not_found");
}

/// Single resources honour `If-Match`.
async fn a_change_of_what_has_changed_since_is_refused(house: &House) {
    let path = format!("/v1/organizations/{}", house.organization);
    let read = house.owner().get(&path).await;
    let tag = read.header("etag").unwrap();
    let by_tag = house.owner().header("If-Match", tag);
    let changed = by_tag.patch(&path, json!({"name": "Gamma"})).await;
    changed.expect(200);
    by_tag
        .patch(&path, json!({"name": "Delta"}))
        .await
        .refused(412, "precondition_failed");
    // The precondition comes before fields, and after what one may do.
    by_tag
        .patch(&path, json!({"name": ""}))
        .await
        .refused(412, "precondition_failed");
    let uma = house.join("uma@house.example", "user").await;
    house
        .as_(&uma)
        .header("If-Match", tag)
        .patch(&path, json!({"name": "x"}))
        .await
        .refused(403, "not_allowed");
    let fresh = house
        .owner()
        .header("If-Match", changed.header("etag").unwrap());
    fresh
        .patch(&path, json!({"name": "Delta"}))
        .await
        .expect(200);
    let unchanged = house.owner().header("If-None-Match", tag).get(&path).await;
    unchanged.expect(200);
    let now = house.owner().get(&path).await;
    let tag = now.header("etag").unwrap();
    let unchanged = house.owner().header("If-None-Match", tag).get(&path).await;
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
}

/// Single resources honour `If-Match`, under the organization's lock.
async fn of_two_changes_by_the_same_tag_at_once_one_is_made(house: &House) {
    let path = format!("/v1/organizations/{}", house.organization);
    for round in 0..10 {
        let read = house.owner().get(&path).await;
        let by_tag = house
            .owner()
            .header("If-Match", read.header("etag").unwrap());
        let (one, other) = tokio::join!(
            by_tag.patch(&path, json!({"name": format!("One {round}")})),
            by_tag.patch(&path, json!({"name": format!("Other {round}")})),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    }
}
