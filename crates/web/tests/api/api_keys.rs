//! `/v1/organizations/{org}/api-keys`

use serde_json::json;

use crate::support::{House, on_both_databases};

on_both_databases![
    a_key_is_shown_once_and_works_until_it_is_ended,
    a_key_is_bound_by_its_role_its_maker_and_its_organization,
    a_bad_key_is_not_made,
    repeating_the_making_of_a_key_does_not_show_its_secret_again,
];

/// R-KEY-1.
async fn a_key_is_shown_once_and_works_until_it_is_ended(house: &House) {
    let path = house.path("api-keys");
    let made = house
        .owner()
        .post(&path, json!({"name": "Ledger", "role": "admin"}))
        .await
        .expect(201);
    assert_eq!(
        made,
        json!({
            "id": made["id"],
            "name": "Ledger",
            "role": "admin",
            "created_by": house.owner.user,
            "created_at": made["created_at"],
            "expires_at": null,
            "last_used_at": null,
            "secret": made["secret"],
        })
    );
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("vst_"));
    let key = house.anyone().bearer(secret);
    key.post(&house.path("entities"), json!({"name": "North"}))
        .await
        .expect(201);
    // Its use is noted beside the request, so it can take a moment until it shows.
    let mut last_used_at = json!(null);
    for _ in 0..1000 {
        let list = house.owner().get(&path).await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].get("secret"), None);
        last_used_at = items[0]["last_used_at"].clone();
        if last_used_at.is_string() {
            break;
        }
    }
    assert!(last_used_at.is_string());
    // R-KEY-3.
    key.get(&path).await.refused(403, "not_allowed");
    key.post(&path, json!({"name": "x", "role": "auditor"}))
        .await
        .refused(403, "not_allowed");
    key.post(
        &house.path("invitations"),
        json!({"email": "a@house.example", "role": "user"}),
    )
    .await
    .refused(403, "not_allowed");
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    house.owner().delete(&one).await.expect(204);
    key.get(&house.path("users"))
        .await
        .refused(401, "not_signed_in");
    house.owner().delete(&one).await.refused(404, "not_found");
}

/// R-KEY-2, R-ANS-2.
async fn a_key_is_bound_by_its_role_its_maker_and_its_organization(house: &House) {
    let ada = house.join("ada@house.example", "admin").await;
    let path = house.path("api-keys");
    house
        .as_(&ada)
        .post(&path, json!({"name": "x", "role": "user_manager"}))
        .await
        .refused(403, "role_not_assignable");
    let made = house
        .as_(&ada)
        .post(&path, json!({"name": "x", "role": "auditor"}))
        .await
        .expect(201);
    let key = house.anyone().bearer(made["secret"].as_str().unwrap());
    key.get(&house.path("users")).await.expect(200);
    key.post(&house.path("entities"), json!({"name": "North"}))
        .await
        .refused(403, "not_allowed");
    let (other, _) = house.found("Beta", "bea@beta.example").await;
    key.get(&format!("/v1/organizations/{other}/users"))
        .await
        .refused(404, "not_found");
    key.get("/v1/me").await.refused(403, "not_allowed");
    let deactivate = house.path(&format!("users/{}/deactivate", ada.user));
    house.owner().order(&deactivate).await.expect(200);
    key.get(&house.path("users"))
        .await
        .refused(401, "not_signed_in");
}

/// R-ANS-3, R-KEY-3.
async fn a_bad_key_is_not_made(house: &House) {
    let path = house.path("api-keys");
    let pointers = house
        .owner()
        .post(&path, json!({"role": "owner", "expires_at": "tomorrow"}))
        .await
        .refused(422, "invalid_field");
    assert_eq!(pointers, ["/name", "/role", "/expires_at"]);
    let past = json!({"name": "x", "role": "auditor", "expires_at": "2020-01-01T00:00:00Z"});
    assert_eq!(
        house
            .owner()
            .post(&path, past)
            .await
            .refused(409, "expiry_not_in_future"),
        ["/expires_at"]
    );
    let body = json!({"name": "x", "role": "auditor"});
    house
        .operator()
        .post(&path, body.clone())
        .await
        .refused(403, "not_allowed");
    let uma = house.join("uma@house.example", "user").await;
    house
        .as_(&uma)
        .post(&path, json!({}))
        .await
        .refused(403, "not_allowed");
    house.operator().get(&path).await.expect(200);
}

/// api.md: a secret shown once is not kept.
async fn repeating_the_making_of_a_key_does_not_show_its_secret_again(house: &House) {
    let keyed = house.owner().header("Idempotency-Key", "k");
    let body = json!({"name": "x", "role": "auditor"});
    keyed
        .post(&house.path("api-keys"), body.clone())
        .await
        .expect(201);
    keyed
        .post(&house.path("api-keys"), body)
        .await
        .refused(409, "secret_already_shown");
    let list = house.owner().get(&house.path("api-keys")).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}
