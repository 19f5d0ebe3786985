//! `/v1/sessions`

use serde_json::json;

use crate::support::{House, OTHER_PASSWORD, PASSWORD, on_both_databases};
use vestibule_web::RateLimiting;

on_both_databases![
    signing_in_gives_a_token_and_the_same_as_a_cookie,
    a_wrong_password_and_an_unknown_email_are_answered_alike,
    a_sign_in_without_its_fields_points_at_them,
    a_cookie_signs_in_and_changes_nothing_from_another_site,
    signing_out_ends_the_session_and_its_cookie,
    sessions_are_listed_and_ended_one_by_one,
    a_session_of_another_account_is_not_there,
];

/// R-SES-2.
async fn signing_in_gives_a_token_and_the_same_as_a_cookie(house: &House) {
    let body = json!({"email": " OLIVIA@house.example ", "password": PASSWORD});
    let answer = house.anyone().post("/v1/sessions", body).await;
    let session = answer.expect(201);
    assert_eq!(
        session["account"],
        json!({"id": session["account"]["id"], "email": "olivia@house.example", "name": "Olivia Owner"})
    );
    assert_eq!(
        session["organizations"],
        json!([{
            "id": house.organization,
            "name": "Alpine Group",
            "user_id": house.owner.user,
            "role": "primary_admin",
            "status": "active",
        }])
    );
    let token = session["token"].as_str().unwrap();
    assert!(token.starts_with("vst_"));
    assert!(session["expires_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(session.as_object().unwrap().len(), 4);

    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with(&format!("vestibule_session={token}; ")));
    for attribute in ["Path=/", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "loopback is plain");
}

/// R-INV-7, lesson 26.
async fn a_wrong_password_and_an_unknown_email_are_answered_alike(house: &House) {
    let mut answers = Vec::new();
    for (email, password) in [
        ("olivia@house.example", OTHER_PASSWORD),
        ("nobody@house.example", PASSWORD),
        ("olivia@house.example", ""),
    ] {
        let body = json!({"email": email, "password": password});
        let answer = house.anyone().post("/v1/sessions", body).await;
        answer.refused(401, "wrong_credentials");
        assert!(answer.header("www-authenticate").is_some());
        assert!(answer.header("set-cookie").is_none());
        answers.push(answer.json());
    }
    assert_eq!(answers[0], answers[1]);
}

/// R-ANS-3.
async fn a_sign_in_without_its_fields_points_at_them(house: &House) {
    let pointers = house
        .anyone()
        .post("/v1/sessions", json!({}))
        .await
        .refused(422, "invalid_field");
    assert_eq!(pointers, ["/email", "/password"]);
}

/// R-SES-2.
async fn a_cookie_signs_in_and_changes_nothing_from_another_site(house: &House) {
    let cookie = format!("other=1; vestibule_session={}", house.owner.token);
    let by_cookie = house.anyone().header("Cookie", &cookie);
    by_cookie.get("/v1/me").await.expect(200);

    let rename = json!({"name": "Olivia"});
    by_cookie
        .patch("/v1/me", rename.clone())
        .await
        .refused(403, "cross_site_request");
    by_cookie
        .clone()
        .header("Origin", "https://evil.example")
        .patch("/v1/me", rename.clone())
        .await
        .refused(403, "cross_site_request");
    by_cookie
        .clone()
        .header("Sec-Fetch-Site", "cross-site")
        .patch("/v1/me", rename.clone())
        .await
        .refused(403, "cross_site_request");
    by_cookie
        .header("Origin", &house.origin())
        .patch("/v1/me", rename)
        .await
        .expect(200);
}

/// R-SES-2.
async fn signing_out_ends_the_session_and_its_cookie(house: &House) {
    let answer = house.owner().delete("/v1/sessions/current").await;
    answer.expect(204);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    house
        .owner()
        .get("/v1/me")
        .await
        .refused(401, "not_signed_in");
}

/// R-SES-2.
async fn sessions_are_listed_and_ended_one_by_one(house: &House) {
    let other = house.sign_in(&house.owner.email, PASSWORD).await;
    let list = house.owner().get("/v1/sessions").await.expect(200);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(list["next_cursor"], json!(null));
    for item in items {
        let names: Vec<_> = item.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            ["created_at", "current", "expires_at", "id", "last_used_at"]
        );
    }
    let ended = items.iter().find(|item| item["current"] == false).unwrap();
    let path = format!("/v1/sessions/{}", ended["id"].as_str().unwrap());
    house.owner().delete(&path).await.expect(204);
    house.owner().delete(&path).await.refused(404, "not_found");
    house
        .owner()
        .delete("/v1/sessions/no-id")
        .await
        .refused(404, "not_found");
    house
        .anyone()
        .bearer(&other)
        .get("/v1/me")
        .await
        .refused(401, "not_signed_in");
    house.owner().get("/v1/me").await.expect(200);
}

/// R-SES-2: nobody ends the session of somebody else.
async fn a_session_of_another_account_is_not_there(house: &House) {
    let ann = house.join("ann@house.example", "user").await;
    let list = house.as_(&ann).get("/v1/sessions").await.expect(200);
    let path = format!("/v1/sessions/{}", list["items"][0]["id"].as_str().unwrap());
    house.owner().delete(&path).await.refused(404, "not_found");
    house.as_(&ann).get("/v1/me").await.expect(200);
}

/// R-SES-3.
#[tokio::test(flavor = "multi_thread")]
async fn too_many_attempts_are_told_when_to_come_back() {
    let house = House::on_sqlite(RateLimiting::On).await;
    let body = json!({"email": "olivia@house.example", "password": OTHER_PASSWORD});
    for _ in 0..20 {
        let answer = house.anyone().post("/v1/sessions", body.clone()).await;
        if answer.status == 429 {
            answer.refused(429, "rate_limited");
            let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!(seconds >= 1);
            return;
        }
        answer.refused(401, "wrong_credentials");
    }
    panic!("twenty attempts were let through");
}
