//! `/v1/invitations/{token}`

use serde_json::json;

use crate::support::{House, OTHER_PASSWORD, PASSWORD, on_both_databases};

on_both_databases![
    an_acceptance_is_repeated_by_its_key,
    looking_consumes_nothing_and_accepting_makes_the_user_active,
    every_bad_link_is_answered_alike,
    a_new_account_needs_a_name_and_a_strong_password,
    an_account_is_joined_by_its_password_or_its_session_and_by_no_other,
    declining_removes_the_invited_user,
    of_two_acceptances_at_once_one_wins,
    an_invitation_is_suspended_while_its_sender_may_not_send,
];

/// R-INV-6, lesson 10.
async fn looking_consumes_nothing_and_accepting_makes_the_user_active(house: &House) {
    let made = house.invite("ivo@house.example", "user").await;
    let link = format!("/v1/invitations/{}", house.token(&made, 1));
    for _ in 0..3 {
        let open = house.anyone().get(&link).await.expect(200);
        assert_eq!(
            open,
            json!({
                "organization_name": "Alpine Group",
                "invited_by": "Olivia Owner",
                "email": "ivo@house.example",
                "expires_at": made["expires_at"],
                "account_exists": false,
            })
        );
    }
    let answer = house.accept(&made, "Ivo").await;
    let accepted = answer.expect(200);
    assert_eq!(
        accepted,
        json!({
            "account_id": accepted["account_id"],
            "organization_id": house.organization,
            "user_id": made["user_id"],
        })
    );
    // Acceptance opens no session.
    assert!(answer.header("set-cookie").is_none());
    house
        .accept(&made, "Ivo")
        .await
        .refused(404, "invitation_not_usable");
    house
        .anyone()
        .get(&link)
        .await
        .refused(404, "invitation_not_usable");
    house.sign_in("ivo@house.example", PASSWORD).await;
}

/// R-INV-7.
async fn every_bad_link_is_answered_alike(house: &House) {
    let made = house.invite("ivo@house.example", "user").await;
    let mut wrong = house.token(&made, 1);
    wrong.pop();
    let mut details = Vec::new();
    for token in [
        wrong,
        house.token(&made, 2),
        "x".to_owned(),
        "%ff".to_owned(),
    ] {
        let path = format!("/v1/invitations/{token}");
        let answer = house.anyone().get(&path).await;
        if token == "%ff" {
            assert_eq!(answer.status, 404);
            continue;
        }
        answer.refused(404, "invitation_not_usable");
        details.push(answer.json()["detail"].clone());
        for action in ["accept", "decline"] {
            let path = format!("{path}/{action}");
            house
                .anyone()
                .post(&path, json!({}))
                .await
                .refused(404, "invitation_not_usable");
        }
    }
    details.dedup();
    assert_eq!(details.len(), 1);
}

/// R-SES-1, R-ANS-3.
async fn a_new_account_needs_a_name_and_a_strong_password(house: &House) {
    let made = house.invite("ivo@house.example", "user").await;
    let path = format!("/v1/invitations/{}/accept", house.token(&made, 1));
    let pointers = house
        .anyone()
        .post(&path, json!({}))
        .await
        .refused(422, "invalid_field");
    assert_eq!(pointers, ["/name", "/password"]);
    for weak in ["short", "ivo@house.example", "aaaaaaaaaaaaaaaaaaaa"] {
        let body = json!({"name": "Ivo", "password": weak});
        let pointers = house
            .anyone()
            .post(&path, body)
            .await
            .refused(422, "password_too_weak");
        assert_eq!(pointers, ["/password"]);
    }
    let body = json!({"name": "Ivo", "password": PASSWORD});
    house.anyone().post(&path, body).await.expect(200);
}

/// R-INV-6, lessons 2 and 3.
async fn an_account_is_joined_by_its_password_or_its_session_and_by_no_other(house: &House) {
    let (_, bea) = house.found("Beta", "bea@beta.example").await;
    let (_, cleo) = house.found("Gamma", "cleo@gamma.example").await;
    let made = house.invite("BEA@beta.example", "user").await;
    let link = format!("/v1/invitations/{}", house.token(&made, 1));
    assert_eq!(
        house.anyone().get(&link).await.expect(200)["account_exists"],
        true
    );
    let path = format!("{link}/accept");
    house
        .as_(&cleo)
        .post(&path, json!({}))
        .await
        .refused(409, "account_mismatch");
    house
        .anyone()
        .post(&path, json!({"password": OTHER_PASSWORD}))
        .await
        .refused(401, "wrong_credentials");
    let pointers = house
        .anyone()
        .post(&path, json!({}))
        .await
        .refused(422, "invalid_field");
    assert_eq!(pointers, ["/password"]);
    house.as_(&bea).post(&path, json!({})).await.expect(200);
    let me = house.as_(&bea).get("/v1/me").await.expect(200);
    assert_eq!(me["organizations"].as_array().unwrap().len(), 2);

    let made = house.invite("cleo@gamma.example", "user").await;
    let path = format!("/v1/invitations/{}/accept", house.token(&made, 1));
    house
        .anyone()
        .post(&path, json!({"password": PASSWORD}))
        .await
        .expect(200);
}

/// R-INV-5.
async fn declining_removes_the_invited_user(house: &House) {
    let made = house.invite("ivo@house.example", "user").await;
    let path = format!("/v1/invitations/{}/decline", house.token(&made, 1));
    house.anyone().order(&path).await.expect(204);
    house
        .anyone()
        .order(&path)
        .await
        .refused(404, "invitation_not_usable");
    let one = house.path(&format!("invitations/{}", made["id"].as_str().unwrap()));
    assert_eq!(
        house.owner().get(&one).await.expect(200)["state"],
        "declined"
    );
}

/// R-INV-6, lesson 1.
async fn of_two_acceptances_at_once_one_wins(house: &House) {
    let made = house.invite("ivo@house.example", "user").await;
    let (one, other) = tokio::join!(house.accept(&made, "Ivo"), house.accept(&made, "Ivo"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
}

/// R-INV-9, lesson 14.
async fn an_invitation_is_suspended_while_its_sender_may_not_send(house: &House) {
    let organization = format!("/v1/organizations/{}", house.organization);
    house
        .owner()
        .patch(&organization, json!({"user_management": "admins"}))
        .await
        .expect(200);
    let ada = house.join("ada@house.example", "admin").await;
    let body = json!({"email": "ivo@house.example", "role": "user"});
    let made = house
        .as_(&ada)
        .post(&house.path("invitations"), body)
        .await
        .expect(201);
    let link = format!("/v1/invitations/{}", house.token(&made, 1));
    house.anyone().get(&link).await.expect(200);
    let of_ada = house.path(&format!("users/{}", ada.user));
    house
        .owner()
        .patch(&of_ada, json!({"role": "user"}))
        .await
        .expect(200);
    house
        .anyone()
        .get(&link)
        .await
        .refused(404, "invitation_not_usable");
    let one = house.path(&format!("invitations/{}", made["id"].as_str().unwrap()));
    assert_eq!(
        house.owner().get(&one).await.expect(200)["state"],
        "suspended"
    );
    let resent = house
        .owner()
        .order(&format!("{one}/resend"))
        .await
        .expect(200);
    assert_eq!(resent["invited_by"]["user_id"], json!(house.owner.user));
    house
        .anyone()
        .get(&format!("/v1/invitations/{}", house.token(&made, 2)))
        .await
        .expect(200);
}

/// api.md: every POST that changes an organization can be sent again.
async fn an_acceptance_is_repeated_by_its_key(house: &House) {
    let made = house.invite("ivo@house.example", "user").await;
    let path = format!("/v1/invitations/{}/accept", house.token(&made, 1));
    let keyed = house.anyone().header("Idempotency-Key", "once");
    keyed
        .post(&path, json!({"name": "Ivo", "password": "short"}))
        .await
        .refused(422, "password_too_weak");
    let body = json!({"name": "Ivo", "password": PASSWORD});
    let first = keyed.post(&path, body.clone()).await.expect(200);
    assert_eq!(keyed.post(&path, body.clone()).await.expect(200), first);
    let other = json!({"name": "Ivo", "password": OTHER_PASSWORD});
    keyed
        .post(&path, other)
        .await
        .refused(422, "idempotency_key_reused");
    house
        .anyone()
        .post(&path, body)
        .await
        .refused(404, "invitation_not_usable");

    let made = house.invite("jo@house.example", "user").await;
    let path = format!("/v1/invitations/{}/decline", house.token(&made, 1));
    keyed.order(&path).await.expect(204);
    keyed.order(&path).await.expect(204);
    house
        .anyone()
        .order(&path)
        .await
        .refused(404, "invitation_not_usable");
}
