//! `/v1/me`

use serde_json::json;

use crate::support::{House, OTHER_PASSWORD, PASSWORD, on_both_databases};

on_both_databases![
    the_account_reads_as_at_sign_in,
    a_new_name_goes_to_every_linked_user,
    an_account_is_changed_only_while_it_is_what_if_match_names,
    a_new_password_ends_every_other_session,
    an_account_is_deleted_when_it_is_primary_admin_nowhere,
    keys_and_the_operator_act_on_no_account,
];

async fn the_account_reads_as_at_sign_in(house: &House) {
    let me = house.owner().get("/v1/me").await.expect(200);
    assert_eq!(
        me,
        json!({
            "id": me["id"],
            "email": "olivia@house.example",
            "name": "Olivia Owner",
            "organizations": [{
                "id": house.organization,
                "name": "Alpine Group",
                "user_id": house.owner.user,
                "role": "primary_admin",
                "status": "active",
            }],
        })
    );
}

/// R-AUD-1: one event for each organization.
async fn a_new_name_goes_to_every_linked_user(house: &House) {
    let (second, _) = house.found("Beta Group", &house.owner.email).await;
    let me = house
        .owner()
        .patch("/v1/me", json!({"name": "  Olivia  Ober "}))
        .await
        .expect(200);
    assert_eq!(me["name"], "Olivia  Ober");
    for organization in [&house.organization, &second] {
        let path = format!("/v1/organizations/{organization}/users");
        let users = house.owner().get(&path).await.expect(200);
        assert_eq!(users["items"][0]["name"], "Olivia  Ober");
        let path = format!("/v1/organizations/{organization}/audit-events?action=user.updated");
        let events = house.owner().get(&path).await.expect(200);
        assert_eq!(events["items"].as_array().unwrap().len(), 1);
    }
}

/// R-ANS-1: judged under the lock of the change, so of two at once one wins.
async fn an_account_is_changed_only_while_it_is_what_if_match_names(house: &House) {
    let read = house.owner().get("/v1/me").await;
    let tag = read.header("etag").unwrap();
    let by_tag = house.owner().header("If-Match", tag);
    let (one, other) = tokio::join!(
        by_tag.patch("/v1/me", json!({"name": "One"})),
        by_tag.patch("/v1/me", json!({"name": "Other"})),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    by_tag
        .patch("/v1/me", json!({"name": ""}))
        .await
        .refused(412, "precondition_failed");
    by_tag
        .delete("/v1/me")
        .await
        .refused(412, "precondition_failed");
    let now = house.owner().get("/v1/me").await;
    let fresh = house
        .owner()
        .header("If-Match", now.header("etag").unwrap());
    fresh
        .patch("/v1/me", json!({"name": "Third"}))
        .await
        .expect(200);
}

/// R-SES-1, R-SES-2.
async fn a_new_password_ends_every_other_session(house: &House) {
    let other = house.sign_in(&house.owner.email, PASSWORD).await;
    let change =
        |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    let owner = house.owner();
    owner
        .put("/v1/me/password", change(OTHER_PASSWORD, PASSWORD))
        .await
        .refused(401, "wrong_credentials");
    for weak in [
        "short",
        "olivia@house.example",
        "aaaaaaaaaaaaaaaa",
        "oliviaowner1",
    ] {
        let pointers = owner
            .put("/v1/me/password", change(PASSWORD, weak))
            .await
            .refused(422, "password_too_weak");
        assert_eq!(pointers, ["/new_password"], "{weak}");
    }
    owner
        .put("/v1/me/password", change(PASSWORD, OTHER_PASSWORD))
        .await
        .expect(204);
    owner.get("/v1/me").await.expect(200);
    let other = house.anyone().bearer(&other);
    other.get("/v1/me").await.refused(401, "not_signed_in");
    house.sign_in(&house.owner.email, OTHER_PASSWORD).await;
}

/// R-REM-7, R-REM-3.
async fn an_account_is_deleted_when_it_is_primary_admin_nowhere(house: &House) {
    house
        .owner()
        .delete("/v1/me")
        .await
        .refused(409, "primary_admin_must_transfer");
    let ann = house.join("ann@house.example", "user").await;
    house.as_(&ann).delete("/v1/me").await.expect(204);
    house
        .as_(&ann)
        .get("/v1/me")
        .await
        .refused(401, "not_signed_in");
    let path = house.path(&format!("users/{}", ann.user));
    house
        .owner()
        .get(&path)
        .await
        .refused(404, "user_not_in_organization");
    let body = json!({"email": ann.email, "password": PASSWORD});
    house
        .anyone()
        .post("/v1/sessions", body)
        .await
        .refused(401, "wrong_credentials");
}

/// R-KEY-3.
async fn keys_and_the_operator_act_on_no_account(house: &House) {
    house
        .operator()
        .get("/v1/me")
        .await
        .refused(403, "not_allowed");
    house
        .anyone()
        .get("/v1/me")
        .await
        .refused(401, "not_signed_in");
}
