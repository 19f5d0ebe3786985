//! `/v1/organizations/{org}/invitations`

use serde_json::json;

use crate::support::{House, on_both_databases};

on_both_databases![
    inviting_creates_an_invited_user_with_memberships,
    an_email_that_is_there_is_refused_with_its_status,
    every_bad_field_is_pointed_at_and_nothing_is_written,
    who_may_not_invite_is_told_so_before_any_field,
    a_resend_makes_a_new_link_and_ends_the_old_one,
    a_revoked_invitation_stays_in_the_list_and_blocks_nobody,
    an_idempotency_key_gives_the_same_answer_again,
    a_kept_answer_is_not_given_to_who_was_deactivated_or_to_their_key,
];

/// R-INV-1, R-INV-2.
async fn inviting_creates_an_invited_user_with_memberships(house: &House) {
    let (north, south) = (house.entity("North").await, house.entity("South").await);
    let body = json!({
        "email": " Ivo+Books@House.example ",
        "role": "admin",
        "name": "Ivo",
        "memberships": [{"entity_id": south, "role": "clerk"}, {"entity_id": north, "role": "admin"}],
    });
    let answer = house.owner().post(&house.path("invitations"), body).await;
    let made = answer.expect(201);
    assert_eq!(
        made,
        json!({
            "id": made["id"],
            "user_id": made["user_id"],
            "email": "Ivo+Books@House.example",
            "role": "admin",
            "state": "pending",
            "expires_at": made["expires_at"],
            "invited_by": {"user_id": house.owner.user, "name": "Olivia Owner"},
            "memberships": [
                {"entity_id": north, "entity_name": "North", "role": "admin"},
                {"entity_id": south, "entity_name": "South", "role": "clerk"},
            ],
            "mail": "queued",
            "created_at": made["created_at"],
        })
    );
    let one = house.path(&format!("invitations/{}", made["id"].as_str().unwrap()));
    assert_eq!(answer.header("location"), Some(one.as_str()));
    let read = house.owner().get(&one).await;
    assert_eq!(read.expect(200), made);
    assert_eq!(read.header("etag"), answer.header("etag"));
    let list = house
        .owner()
        .get(&house.path("invitations?state=pending"))
        .await
        .expect(200);
    assert_eq!(list, json!({"items": [made], "next_cursor": null}));
}

/// R-INV-2, lesson 8.
async fn an_email_that_is_there_is_refused_with_its_status(house: &House) {
    house.invite("ivo@house.example", "user").await;
    for (email, status) in [
        ("IVO@HOUSE.EXAMPLE", "invited"),
        ("Olivia@house.example", "active"),
    ] {
        let body = json!({"email": email, "role": "user"});
        let answer = house.owner().post(&house.path("invitations"), body).await;
        assert_eq!(
            answer.refused(409, "email_already_in_organization"),
            ["/email"]
        );
        assert!(answer.json()["detail"].as_str().unwrap().contains(status));
    }
}

/// R-ANS-3.
async fn every_bad_field_is_pointed_at_and_nothing_is_written(house: &House) {
    let path = house.path("invitations");
    let north = house.entity("North").await;
    for (body, status, code, pointers) in [
        (json!({}), 422, "invalid_field", vec!["/email", "/role"]),
        (
            json!({"email": "x", "role": "user"}),
            422,
            "invalid_email",
            vec!["/email"],
        ),
        (
            json!({"email": "a\u{200b}@x.example", "role": "user"}),
            422,
            "invalid_email",
            vec!["/email"],
        ),
        (
            json!({"email": 7, "role": "primary_admin"}),
            422,
            "invalid_field",
            vec!["/email", "/role"],
        ),
        (
            json!({"email": "a@x.example", "role": "user", "rol": 1}),
            400,
            "unknown_field",
            vec!["/rol"],
        ),
        (
            json!({"email": "a@x.example", "role": "user", "memberships": [{"entity_id": "x", "role": "boss"}]}),
            422,
            "invalid_field",
            vec!["/memberships/0/entity_id", "/memberships/0/role"],
        ),
        (
            json!({"email": "a@x.example", "role": "user", "memberships": [
                {"entity_id": north, "role": "clerk"}, {"entity_id": north, "role": "admin"},
            ]}),
            409,
            "entity_named_twice",
            vec!["/memberships/1/entity_id"],
        ),
        (
            json!({"email": "a@x.example", "role": "user", "memberships": [
                {"entity_id": north, "role": "clerk"},
                {"entity_id": "0198c7a0-0000-7000-8000-000000000001", "role": "clerk"},
            ]}),
            404,
            "entity_not_found",
            vec!["/memberships/1/entity_id"],
        ),
    ] {
        let answer = house.owner().post(&path, body.clone()).await;
        assert_eq!(answer.refused(status, code), pointers, "{body}");
    }
    let list = house.owner().get(&path).await.expect(200);
    assert_eq!(list["items"], json!([]));
}

/// R-ORG-2, and the order of refusals.
async fn who_may_not_invite_is_told_so_before_any_field(house: &House) {
    let ada = house.join("ada@house.example", "admin").await;
    let path = house.path("invitations");
    house
        .as_(&ada)
        .post(&path, json!({}))
        .await
        .refused(403, "not_allowed");
    house
        .as_(&ada)
        .post(&path, json!({"x": 1}))
        .await
        .refused(400, "unknown_field");
    house
        .anyone()
        .post(&path, json!({}))
        .await
        .refused(401, "not_signed_in");
    house
        .anyone()
        .header("Content-Type", "application/json")
        .send("POST", &path, Some(b"{"))
        .await
        .refused(400, "malformed_request");
    let organization = format!("/v1/organizations/{}", house.organization);
    house
        .owner()
        .patch(&organization, json!({"user_management": "admins"}))
        .await
        .expect(200);
    house
        .as_(&ada)
        .post(&path, json!({"email": "ivo@house.example", "role": "user"}))
        .await
        .expect(201);
}

/// R-INV-4, lessons 5, 9 and 34.
async fn a_resend_makes_a_new_link_and_ends_the_old_one(house: &House) {
    let made = house.invite("ivo@house.example", "user").await;
    let resend = house.path(&format!(
        "invitations/{}/resend",
        made["id"].as_str().unwrap()
    ));
    let again = house.owner().order(&resend).await.expect(200);
    assert_eq!(again["id"], made["id"]);
    assert!(again["expires_at"].as_str() > made["expires_at"].as_str());
    let of = |generation| format!("/v1/invitations/{}", house.token(&made, generation));
    house
        .anyone()
        .get(&of(1))
        .await
        .refused(404, "invitation_not_usable");
    house.anyone().get(&of(2)).await.expect(200);
    for _ in 0..4 {
        house.owner().order(&resend).await.expect(200);
    }
    let answer = house.owner().order(&resend).await;
    answer.refused(429, "resend_limit_reached");
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((3500..=3600).contains(&seconds));
}

/// R-INV-5, lesson 4.
async fn a_revoked_invitation_stays_in_the_list_and_blocks_nobody(house: &House) {
    let made = house.invite("ivo@house.example", "user").await;
    let one = house.path(&format!("invitations/{}", made["id"].as_str().unwrap()));
    house.owner().delete(&one).await.expect(204);
    assert_eq!(
        house.owner().get(&one).await.expect(200)["state"],
        "revoked"
    );
    house
        .owner()
        .delete(&one)
        .await
        .refused(409, "invitation_not_pending");
    house
        .owner()
        .order(&format!("{one}/resend"))
        .await
        .refused(409, "invitation_not_pending");
    let user = house.path(&format!("users/{}", made["user_id"].as_str().unwrap()));
    house
        .owner()
        .get(&user)
        .await
        .refused(404, "user_not_in_organization");
    let link = format!("/v1/invitations/{}", house.token(&made, 1));
    house
        .anyone()
        .get(&link)
        .await
        .refused(404, "invitation_not_usable");
    house.invite("ivo@house.example", "user").await;
    house
        .owner()
        .delete(&house.path("invitations/no-id"))
        .await
        .refused(404, "not_found");
}

/// api.md: the same key and body gives the same answer again; another body is refused.
async fn an_idempotency_key_gives_the_same_answer_again(house: &House) {
    let path = house.path("invitations");
    let body = json!({"email": "ivo@house.example", "role": "user"});
    let keyed = house.owner().header("Idempotency-Key", "one");
    let first = keyed.post(&path, body.clone()).await;
    let second = keyed.post(&path, body.clone()).await;
    assert_eq!(first.expect(201), second.expect(201));
    for name in ["location", "etag", "content-type"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    keyed
        .post(&path, json!({"email": "jo@house.example", "role": "user"}))
        .await
        .refused(422, "idempotency_key_reused");
    // Without the key it is a request of its own; another actor's key is another key.
    house
        .owner()
        .post(&path, body.clone())
        .await
        .refused(409, "email_already_in_organization");
    house
        .operator()
        .header("Idempotency-Key", "one")
        .post(&path, body)
        .await
        .refused(409, "email_already_in_organization");
    // A refusal is not kept.
    let keyed = house.owner().header("Idempotency-Key", "two");
    let again = json!({"email": "olivia@house.example", "role": "user"});
    keyed
        .post(&path, again)
        .await
        .refused(409, "email_already_in_organization");
    keyed
        .post(&path, json!({"email": "kim@house.example", "role": "user"}))
        .await
        .expect(201);
    let too_long = "x".repeat(256);
    for bad in ["", "a b", &too_long, "ü"] {
        house
            .owner()
            .header("Idempotency-Key", bad)
            .post(&path, json!({}))
            .await
            .refused(400, "malformed_request");
    }
}

/// R-DEA-1, R-REM-5, R-KEY-2.
async fn a_kept_answer_is_not_given_to_who_was_deactivated_or_to_their_key(house: &House) {
    let ada = house.join("ada@house.example", "admin").await;
    let made = house
        .as_(&ada)
        .post(
            &house.path("api-keys"),
            json!({"name": "Ledger", "role": "admin"}),
        )
        .await
        .expect(201);
    let path = house.path("entities");
    let person = house.as_(&ada).header("Idempotency-Key", "one");
    let key = house
        .anyone()
        .bearer(made["secret"].as_str().unwrap())
        .header("Idempotency-Key", "one");
    let (north, south) = (json!({"name": "North"}), json!({"name": "South"}));
    for _ in 0..2 {
        person.post(&path, north.clone()).await.expect(201);
        key.post(&path, south.clone()).await.expect(201);
    }
    house
        .owner()
        .order(&house.path(&format!("users/{}/deactivate", ada.user)))
        .await
        .expect(200);
    person.post(&path, north).await.refused(404, "not_found");
    key.post(&path, south).await.refused(401, "not_signed_in");
}
